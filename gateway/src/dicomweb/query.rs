//! QIDO-RS parameters → [`Query`]: matching keys, includefield, limit, offset, fuzzymatching (PS3.18 8.3.4).

use std::sync::Arc;

use viewer_core::dicom::dictionary;
use viewer_core::dicom::tag::Tag;

use crate::problem::Problem;
use crate::source::{Filter, Include, Level, Query};

/// Most rows of one answer; a client pages on with `offset`.
pub const MOST_ROWS: u32 = 1000;

/// A parsed search and what has to be said about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Search {
    /// To hand to the source. Its limit is one row more than `rows`, to see whether others follow.
    pub query: Query,
    /// Rows to return.
    pub rows: u32,
    /// Whether the client gave a limit that is met by `rows`.
    pub limit_given: bool,
    /// Fuzzy matching was asked for: the client is warned that matching is literal.
    pub fuzzy: bool,
}

/// # Errors
/// 400 for a parameter that is not a known attribute, or a value that cannot be read.
pub fn parse(
    level: Level,
    study: Option<String>,
    series: Option<String>,
    within: Option<Arc<[String]>>,
    pairs: &[(String, String)],
) -> Result<Search, Problem> {
    let mut filters = Vec::new();
    let mut include = Include::default();
    let (mut limit, mut offset, mut fuzzy) = (None, 0, false);
    for (name, value) in pairs {
        match name.as_str() {
            "limit" => limit = Some(number(name, value)?),
            "offset" => offset = number(name, value)?,
            "fuzzymatching" => fuzzy = flag(name, value)?,
            "includefield" => add_fields(&mut include, value)?,
            // Of the request, not of the search.
            "accept" | "emptyvaluematching" | "multiplevaluematching" => {}
            _ => filters.push(Filter { tag: tag_of(name)?, value: value.clone() }),
        }
    }
    let rows = limit.unwrap_or(MOST_ROWS).min(MOST_ROWS);
    let limit_given = limit.is_some_and(|limit| limit <= MOST_ROWS);
    let query =
        Query { level, study, series, filters, include, limit: Some(rows.saturating_add(1)), offset, within };
    Ok(Search { query, rows, limit_given, fuzzy })
}

fn number(name: &str, value: &str) -> Result<u32, Problem> {
    value.parse().map_err(|_| Problem::bad_request(format!("{name} must be a whole number, not negative")))
}

fn flag(name: &str, value: &str) -> Result<bool, Problem> {
    match value {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(Problem::bad_request(format!("{name} must be true or false"))),
    }
}

fn add_fields(include: &mut Include, value: &str) -> Result<(), Problem> {
    for field in value.split(',').map(str::trim).filter(|field| !field.is_empty()) {
        match field {
            "all" => include.all = true,
            // A path into a sequence brings the whole sequence.
            _ => include.tags.push(tag_of(field.split('.').next().unwrap_or(field))?),
        }
    }
    Ok(())
}

fn tag_of(name: &str) -> Result<String, Problem> {
    if let Some(tag) = Tag::from_hex(name) {
        return Ok(tag.to_hex());
    }
    dictionary::by_keyword(name)
        .map(|(tag, _)| tag.to_hex())
        .ok_or_else(|| Problem::bad_request("a parameter is neither a keyword nor a tag of DICOM"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dicomweb::pairs;

    fn search(query: &str) -> Result<Search, Problem> {
        parse(Level::Study, None, None, None, &pairs::parse(Some(query))?)
    }

    #[test]
    fn keywords_tags_and_fields() {
        let search =
            search("PatientID=1&00080020=20200101-&includefield=StudyDescription,00080080&limit=5&offset=10")
                .unwrap();
        let tags: Vec<_> = search.query.filters.iter().map(|f| f.tag.as_str()).collect();
        assert_eq!(tags, ["00100020", "00080020"]);
        assert_eq!(search.query.include.tags, ["00081030", "00080080"]);
        assert_eq!((search.rows, search.query.limit, search.query.offset), (5, Some(6), 10));
        assert!(!search.fuzzy);
    }

    #[test]
    fn bounds_and_errors() {
        assert_eq!(search("limit=100000").unwrap().rows, MOST_ROWS);
        assert!(search("includefield=all&fuzzymatching=true").unwrap().fuzzy);
        for bad in ["limit=-1", "offset=x", "fuzzymatching=1", "NoSuchKeyword=1", "includefield=Nonsense"] {
            assert!(search(bad).is_err(), "{bad}");
        }
    }
}
