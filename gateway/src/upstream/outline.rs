//! What a manifest says of a study at the upstream server, from its series' metadata.

use std::{collections::BTreeMap, sync::Arc};

use film_link::manifest::{KeyFrame, OtherObject, Patient, PersonName, SeriesEntry, StudyEntry};
use serde_json::Value;
use viewer_core::dicom::uid;

use super::{
    facts::{Facts, number, text},
    series::Series,
};
use crate::source::{JsonDataset, StudyOutline};

/// Makes the outline. `series` are the study's series with their UIDs, by Series Number.
pub fn outline(study: &str, series: &[(String, Arc<Series>)]) -> StudyOutline {
    let empty = JsonDataset::new();
    let head = series.iter().map(|(_, series)| &series.head).find(|head| !head.is_empty()).unwrap_or(&empty);
    let mut others: BTreeMap<&str, u32> = BTreeMap::new();
    let is_state = |facts: &Facts| uid::is_presentation_state(&facts.sop_class);
    let instances = series.iter().flat_map(|(_, series)| &series.instances);
    for facts in instances.filter(|facts| facts.size.is_none() && !is_state(facts)) {
        *others.entry(&facts.sop_class).or_default() += 1;
    }
    let with_states = series.iter().filter(|(_, series)| series.instances.iter().any(is_state));
    let mut entries: Vec<(bool, SeriesEntry)> =
        series.iter().filter_map(|(uid, series)| entry(uid, series)).collect();
    entries.sort_by_key(|(localizer, _)| *localizer);
    StudyOutline {
        patient: Patient {
            name: person_name(head),
            id: text(head, "00100020"),
            sex: text(head, "00100040"),
            birth_date: text(head, "00100030").and_then(|text| date(&text)),
            age: text(head, "00101010"),
            // What a server could not read it has made something of before it wrote JSON, which is UTF-8.
            charset_guessed: false,
        },
        study: StudyEntry {
            uid: study.to_owned(),
            date: text(head, "00080020").and_then(|text| date(&text)),
            time: text(head, "00080030").and_then(|text| time(&text)),
            description: text(head, "00081030"),
            institution: text(head, "00080080"),
            accession: text(head, "00080050"),
            series: entries.into_iter().map(|(_, entry)| entry).collect(),
            state_series: with_states.map(|(uid, _)| uid.clone()).collect(),
            other_objects: others
                .into_iter()
                .map(|(class, count)| OtherObject { sop_class_uid: class.to_owned(), count })
                .collect(),
            reports: Vec::new(),
        },
        labs: Vec::new(),
    }
}

fn entry(uid: &str, series: &Series) -> Option<(bool, SeriesEntry)> {
    let mut pictures: Vec<&Facts> = series.instances.iter().filter(|facts| facts.size.is_some()).collect();
    if pictures.iter().all(|facts| facts.position.is_some()) {
        pictures.sort_by(|a, b| a.position.unwrap_or_default().total_cmp(&b.position.unwrap_or_default()));
    } else {
        pictures.sort_by_key(|facts| facts.number);
    }
    let middle = pictures.get(pictures.len() / 2)?;
    let [rows, columns] = middle.size?;
    let entry = SeriesEntry {
        uid: uid.to_owned(),
        modality: text(&series.head, "00080060").unwrap_or_default(),
        number: number(&series.head, "00200011", 0).map(|n| n as i32),
        description: text(&series.head, "0008103E"),
        body_part: text(&series.head, "00180015"),
        instances: u32::try_from(pictures.len()).unwrap_or(u32::MAX),
        frames: pictures.iter().fold(0, |sum, facts| sum.saturating_add(facts.frames)),
        bytes: pictures.iter().fold(0, |sum, facts| sum.saturating_add(facts.bytes)),
        key_frame: KeyFrame {
            instance_uid: middle.uid.clone(),
            frame: middle.frames / 2 + 1,
            rows,
            columns,
            transfer_syntax_uid: None,
            window: middle.window,
        },
    };
    Some((pictures.iter().all(|facts| facts.localizer), entry))
}

fn person_name(head: &JsonDataset) -> PersonName {
    let name = head.get("00100010").and_then(|name| name.get("Value")?.get(0));
    let group = |group: &str| {
        name.and_then(|name| name.get(group)).and_then(Value::as_str).unwrap_or_default().trim().to_owned()
    };
    PersonName {
        alphabetic: group("Alphabetic"),
        ideographic: group("Ideographic"),
        phonetic: group("Phonetic"),
    }
}

/// YYYYMMDD that the calendar has; the old form with dots (PS3.5 6.2, note at DA) is read too.
fn date(text: &str) -> Option<String> {
    let digits = text.replace('.', "");
    if digits.len() != 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (month, day) = (digits[4..6].parse::<u32>().ok()?, digits[6..].parse::<u32>().ok()?);
    ((1..=12).contains(&month) && (1..=31).contains(&day)).then_some(digits)
}

/// HHMMSS, from what there is of it.
fn time(text: &str) -> Option<String> {
    let whole = text.split('.').next().unwrap_or_default().replace(':', "");
    let usable = matches!(whole.len(), 2 | 4 | 6) && whole.bytes().all(|byte| byte.is_ascii_digit());
    usable.then(|| format!("{whole:0<6}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times_that_are_none_are_dropped() {
        assert_eq!(date("2026.01.31").as_deref(), Some("20260131"));
        assert_eq!(date("20261331"), None);
        assert_eq!(date("unknown"), None);
        assert_eq!(time("1015").as_deref(), Some("101500"));
        assert_eq!(time("10:15:30.25").as_deref(), Some("101530"));
        assert_eq!(time("later"), None);
    }
}
