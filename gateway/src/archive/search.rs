//! QIDO over the index: SQL narrows by what is indexed, then every filter is checked on the row itself.

use rusqlite::{Connection, Row, params_from_iter};
use serde_json::{Map, Value, json};

use super::levels::{
    self, AVAILABILITY, MODALITIES_IN_STUDY, SERIES_INSTANCES, STUDY_INSTANCES, STUDY_SERIES,
};
use super::matching::matches;
use super::metadata::unpack;
use crate::source::{Filter, JsonDataset, Level, Query, SourceError};

/// # Errors
/// `Unsupported` for a matching attribute that the index does not keep at this level.
pub fn search(index: &Connection, query: &Query) -> Result<Vec<JsonDataset>, SourceError> {
    if query.filters.iter().any(|filter| !levels::can_match(query.level, &filter.tag)) {
        return Err(SourceError::Unsupported("matching on that attribute at this level"));
    }
    let whole = needs_metadata(query);
    let (sql, values) = statement(query, whole);
    let mut statement = index.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    let (mut found, mut skip) = (Vec::new(), query.offset);
    while let Some(row) = rows.next()? {
        if query.limit.is_some_and(|limit| found.len() as u64 >= u64::from(limit)) {
            break;
        }
        let mut dataset = dataset(row, query.level, whole)?;
        if !query.filters.iter().all(|filter| matches(&dataset, filter)) {
            continue;
        }
        if skip > 0 {
            skip -= 1;
            continue;
        }
        dataset.retain(|tag, _| is_wanted(query, tag));
        found.push(dataset);
    }
    Ok(found)
}

fn is_wanted(query: &Query, tag: &str) -> bool {
    query.include.all
        || levels::unasked(query.level, query.study.is_some(), query.series.is_some(), tag)
        || query.include.tags.iter().any(|wanted| wanted == tag)
        || query.filters.iter().any(|filter| filter.tag == tag)
}

/// Whether instances have to be read whole, because something is asked that is not kept ready.
fn needs_metadata(query: &Query) -> bool {
    let ready = |tag: &String| {
        let tag = tag.as_str();
        levels::INSTANCE.contains(&tag)
            || levels::can_match(Level::Series, tag)
            || levels::unasked(Level::Instance, false, false, tag)
    };
    query.level == Level::Instance
        && (query.include.all
            || !query.include.tags.iter().all(ready)
            || !query.filters.iter().all(|filter| ready(&filter.tag)))
}

const COUNT_SERIES: &str = "(SELECT count(*) FROM instance x WHERE x.series = e.id)";

fn statement(query: &Query, whole: bool) -> (String, Vec<String>) {
    let (mut sql, order) = match query.level {
        Level::Study => (
            "SELECT s.attributes,
             (SELECT json_group_array(DISTINCT x.modality) FROM series x WHERE x.study = s.id),
             (SELECT count(*) FROM series x WHERE x.study = s.id),
             (SELECT count(*) FROM instance y JOIN series x ON x.id = y.series WHERE x.study = s.id)
             FROM study s WHERE 1"
                .to_owned(),
            "",
        ),
        Level::Series => (
            format!(
                "SELECT s.attributes, e.attributes, {COUNT_SERIES}
                 FROM series e JOIN study s ON s.id = e.study WHERE 1"
            ),
            ", e.number, e.uid",
        ),
        Level::Instance => (
            format!(
                "SELECT s.attributes, e.attributes, {COUNT_SERIES}, i.attributes{}
                 FROM instance i JOIN series e ON e.id = i.series JOIN study s ON s.id = e.study WHERE 1",
                if whole { ", i.metadata" } else { "" }
            ),
            ", e.number, e.uid, i.number, i.uid",
        ),
    };
    let mut values = Vec::new();
    let mut narrow = |condition: &str, value: String| {
        values.push(value);
        sql.push_str(" AND ");
        sql.push_str(&condition.replace('?', &format!("?{}", values.len())));
    };
    if let Some(within) = &query.within {
        narrow("s.uid IN (SELECT value FROM json_each(?))", json!(within.as_ref()).to_string());
    }
    if let Some(study) = &query.study {
        narrow("s.uid = ?", study.clone());
    }
    if let Some(series) = query.series.as_ref().filter(|_| query.level != Level::Study) {
        narrow("e.uid = ?", series.clone());
    }
    for filter in &query.filters {
        for (condition, value) in indexed(query.level, filter) {
            narrow(condition, value);
        }
    }
    (format!("{sql} ORDER BY s.date DESC, s.time DESC, s.id DESC{order}"), values)
}

/// Conditions that let through at least what the filter lets through.
fn indexed(level: Level, filter: &Filter) -> Vec<(&'static str, String)> {
    let value = filter.value.as_str();
    if value.is_empty() || value.contains(['*', '?']) {
        return Vec::new();
    }
    let list = || {
        let items: Vec<&str> = value.split([',', '\\']).map(str::trim).collect();
        json!(items).to_string()
    };
    match (filter.tag.as_str(), level) {
        ("0020000D", _) => vec![("s.uid IN (SELECT value FROM json_each(?))", list())],
        ("0020000E", Level::Series | Level::Instance) => {
            vec![("e.uid IN (SELECT value FROM json_each(?))", list())]
        }
        ("00080018", Level::Instance) => vec![("i.uid IN (SELECT value FROM json_each(?))", list())],
        ("00080060", Level::Series | Level::Instance) => {
            vec![("e.modality IN (SELECT value FROM json_each(?))", list())]
        }
        (MODALITIES_IN_STUDY, _) => vec![(
            "EXISTS (SELECT 1 FROM series x WHERE x.study = s.id
                     AND x.modality IN (SELECT value FROM json_each(?)))",
            list(),
        )],
        ("00080050", _) => vec![("s.accession = ?", value.to_owned())],
        ("00100020", _) => vec![("s.patient_id = ?", value.to_owned())],
        ("00080020", _) => match value.split_once('-') {
            None => vec![("s.date = ?", value.to_owned())],
            Some((from, to)) => {
                let from = (!from.is_empty()).then(|| ("s.date >= ?", from.to_owned()));
                let to = (!to.is_empty()).then(|| ("s.date <= ?", to.to_owned()));
                from.into_iter().chain(to).collect()
            }
        },
        _ => Vec::new(),
    }
}

/// The row as one data set: instance over series over study.
fn dataset(row: &Row<'_>, level: Level, whole: bool) -> Result<JsonDataset, SourceError> {
    let mut all = attributes(row, 0)?;
    let number = |vr: &str, count: i64| json!({"vr": vr, "Value": [count]});
    all.insert(AVAILABILITY.into(), json!({"vr": "CS", "Value": ["ONLINE"]}));
    match level {
        Level::Study => {
            let modalities: String = row.get(1)?;
            let modalities: Value = serde_json::from_str(&modalities).unwrap_or_default();
            all.insert(MODALITIES_IN_STUDY.into(), json!({"vr": "CS", "Value": modalities}));
            all.insert(STUDY_SERIES.into(), number("IS", row.get(2)?));
            all.insert(STUDY_INSTANCES.into(), number("IS", row.get(3)?));
        }
        Level::Series | Level::Instance => {
            all.append(&mut attributes(row, 1)?);
            all.insert(SERIES_INSTANCES.into(), number("IS", row.get(2)?));
        }
    }
    if level == Level::Instance {
        all.append(&mut attributes(row, 3)?);
    }
    if whole {
        let mut json = Vec::new();
        unpack(row.get_ref(4)?.as_blob().map_err(rusqlite::Error::from)?, &mut json)?;
        let mut metadata: Map<String, Value> = serde_json::from_slice(&json).map_err(damaged)?;
        all.append(&mut metadata);
    }
    Ok(all)
}

fn attributes(row: &Row<'_>, column: usize) -> Result<JsonDataset, SourceError> {
    serde_json::from_str(row.get_ref(column)?.as_str().map_err(rusqlite::Error::from)?).map_err(damaged)
}

fn damaged(_: serde_json::Error) -> SourceError {
    SourceError::Storage("attributes in the index are not JSON".into())
}
