//! The parameter `select`: frames of a series, by their instances' places in the series' metadata.

use super::pairs;
use super::question::Question;
use crate::problem::Problem;
use crate::source::{InstanceId, Scope};

/// Most frames that one request names.
const MOST_SELECTED: usize = 4096;

/// The frames that a question names in its series, in its order; none where it names none. Places count from 0; where an
/// instance has several frames, the number of one follows, from 1: `3,4.12`.
///
/// # Errors
/// 400 for a list that cannot be read, or a place beyond the last.
pub async fn selected(question: &Question, scope: Scope) -> Result<Vec<(InstanceId, u32)>, Problem> {
    let pairs = pairs::parse(question.query())?;
    let Some(list) = pairs::first(&pairs, "select") else { return Ok(Vec::new()) };
    let places = places(list)?;
    let ids = question.web.source.instances(scope).await?;
    let named = |(at, frame): (usize, u32)| {
        let beyond = || Problem::bad_request("select names an instance beyond the last");
        Ok((ids.get(at).ok_or_else(beyond)?.clone(), frame))
    };
    places.into_iter().map(named).collect()
}

fn places(list: &str) -> Result<Vec<(usize, u32)>, Problem> {
    let one = |text: &str| {
        let (at, frame) = text.split_once('.').unwrap_or((text, "1"));
        Some((at.parse().ok()?, frame.parse().ok().filter(|frame| *frame > 0)?))
    };
    let places: Option<Vec<_>> = list.split(',').take(MOST_SELECTED + 1).map(one).collect();
    let wrong = || Problem::bad_request(format!("select is a list like 3,4.12 of at most {MOST_SELECTED}"));
    places.filter(|list| list.len() <= MOST_SELECTED).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::{MOST_SELECTED, places};

    #[test]
    fn lists() {
        assert_eq!(places("3,4.12,0").unwrap(), [(3, 1), (4, 12), (0, 1)]);
        let long = vec!["1"; MOST_SELECTED + 1].join(",");
        for bad in ["", "x", "1.0", "-1", "1,,2", "1.", &long] {
            assert!(places(bad).is_err(), "{bad:.9}");
        }
    }
}
