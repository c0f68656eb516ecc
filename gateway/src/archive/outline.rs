//! What a manifest says of a study: series in the order to show them, one key frame each.

use film_link::manifest::{
    KeyFrame, LabPanel, OtherObject, Patient, PersonName, Report, SeriesEntry, StudyEntry,
};
use rusqlite::{Connection, OptionalExtension};
use serde_json::Value;
use viewer_core::dicom::uid;

use super::fhir::Owner;
use crate::source::{JsonDataset, SourceError, StudyOutline};

/// # Errors
/// `NotFound` where there is no such study.
pub fn outline(index: &Connection, study_uid: &str) -> Result<StudyOutline, SourceError> {
    let found: Option<(String, bool)> = index
        .prepare_cached("SELECT attributes, charset_guessed FROM study WHERE uid = ?1")?
        .query_row([study_uid], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (attributes, charset_guessed) = found.ok_or(SourceError::NotFound("study"))?;
    let attributes = parse(&attributes)?;
    let text = |tag: &str| text(&attributes, tag);
    let mut owners = vec![Owner::Study(study_uid.to_owned())];
    owners.extend(text("00100020").map(Owner::Patient));
    let (reports, labs) = sidecars(index, &owners)?;
    let study = StudyEntry {
        uid: study_uid.to_owned(),
        date: text("00080020").and_then(date),
        time: text("00080030").and_then(time),
        description: text("00081030"),
        institution: text("00080080"),
        accession: text("00080050"),
        series: series(index, study_uid)?,
        state_series: state_series(index, study_uid)?,
        other_objects: other_objects(index, study_uid)?,
        reports,
    };
    let patient = Patient {
        name: person_name(&attributes),
        id: text("00100020"),
        sex: text("00100040"),
        birth_date: text("00100030").and_then(date),
        age: text("00101010"),
        charset_guessed,
    };
    Ok(StudyOutline { patient, study, labs })
}

fn parse(text: &str) -> Result<JsonDataset, SourceError> {
    serde_json::from_str(text)
        .map_err(|_| SourceError::Storage("attributes in the index are not JSON".into()))
}

fn text(attributes: &JsonDataset, tag: &str) -> Option<String> {
    let value = attributes.get(tag)?.get("Value")?.get(0)?.as_str()?.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

fn person_name(attributes: &JsonDataset) -> PersonName {
    let name = attributes.get("00100010").and_then(|name| name.get("Value")?.get(0));
    let group = |group: &str| {
        name.and_then(|name| name.get(group)).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    PersonName {
        alphabetic: group("Alphabetic"),
        ideographic: group("Ideographic"),
        phonetic: group("Phonetic"),
    }
}

/// YYYYMMDD; the old form with dots (PS3.5 6.2, note at DA) is read too.
fn date(text: String) -> Option<String> {
    let digits = text.replace('.', "");
    (digits.len() == 8 && digits.bytes().all(|b| b.is_ascii_digit())).then_some(digits)
}

/// HHMMSS, from what there is of it.
fn time(text: String) -> Option<String> {
    let whole = text.split('.').next().unwrap_or_default().replace(':', "");
    let usable = matches!(whole.len(), 2 | 4 | 6) && whole.bytes().all(|b| b.is_ascii_digit());
    usable.then(|| format!("{whole:0<6}"))
}

fn sidecars(index: &Connection, owners: &[Owner]) -> Result<(Vec<Report>, Vec<LabPanel>), SourceError> {
    let mut statement = index.prepare_cached("SELECT reports, labs FROM sidecar WHERE owner = ?1")?;
    let (mut reports, mut labs) = (Vec::new(), Vec::new());
    let damaged = |_| SourceError::Storage("a report in the index is not JSON".into());
    for owner in owners {
        let mut rows = statement.query([owner.key()])?;
        while let Some(row) = rows.next()? {
            let (these, those): (String, String) = (row.get(0)?, row.get(1)?);
            reports.append(&mut serde_json::from_str::<Vec<Report>>(&these).map_err(damaged)?);
            labs.append(&mut serde_json::from_str::<Vec<LabPanel>>(&those).map_err(damaged)?);
        }
    }
    reports.sort_by(|a, b| b.issued.cmp(&a.issued));
    labs.sort_by(|a, b| b.issued.cmp(&a.issued));
    Ok((reports, labs))
}

/// Series with presentation states that the viewer reads.
fn state_series(index: &Connection, study_uid: &str) -> Result<Vec<String>, SourceError> {
    let [grey, colour, pseudo] = uid::PRESENTATION_STATES;
    let mut statement = index.prepare_cached(
        "SELECT DISTINCT e.uid, e.number FROM instance i JOIN series e ON e.id = i.series
         JOIN study s ON s.id = e.study WHERE s.uid = ?1 AND i.class IN (?2, ?3, ?4)
         ORDER BY e.number IS NULL, e.number, e.uid",
    )?;
    let rows = statement.query_map([study_uid, grey, colour, pseudo], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn other_objects(index: &Connection, study_uid: &str) -> Result<Vec<OtherObject>, SourceError> {
    let mut statement = index.prepare_cached(
        "SELECT i.class, count(*) FROM instance i JOIN series e ON e.id = i.series JOIN study s ON s.id = e.study
         WHERE s.uid = ?1 AND i.frames = 0 GROUP BY i.class ORDER BY i.class",
    )?;
    let rows = statement
        .query_map([study_uid], |row| Ok(OtherObject { sop_class_uid: row.get(0)?, count: row.get(1)? }))?;
    let all = rows.collect::<Result<Vec<_>, _>>()?;
    Ok(all.into_iter().filter(|other| !uid::is_presentation_state(&other.sop_class_uid)).collect())
}

/// One instance with pictures, as far as choosing among them goes.
struct Picture {
    uid: String,
    rows: u32,
    columns: u32,
    frames: u32,
    bytes: u64,
    position: Option<f64>,
    secondary: u8,
    window: Option<[f64; 2]>,
    syntax: String,
}

/// Images first, then screens, then localizers; within each by Series Number.
fn series(index: &Connection, study_uid: &str) -> Result<Vec<SeriesEntry>, SourceError> {
    let mut statement = index.prepare_cached(
        "SELECT e.id, e.uid, e.modality, e.number, e.attributes FROM series e JOIN study s ON s.id = e.study
         WHERE s.uid = ?1 ORDER BY e.number IS NULL, e.number, e.uid",
    )?;
    let mut rows = statement.query([study_uid])?;
    let mut entries: Vec<(u8, SeriesEntry)> = Vec::new();
    while let Some(row) = rows.next()? {
        let pictures = pictures(index, row.get(0)?)?;
        let Some((secondary, key_frame)) = key_frame(&pictures) else { continue };
        let attributes = parse(row.get_ref(4)?.as_str().map_err(rusqlite::Error::from)?)?;
        let entry = SeriesEntry {
            uid: row.get(1)?,
            modality: row.get(2)?,
            number: row.get::<_, Option<i64>>(3)?.and_then(|number| number.try_into().ok()),
            description: text(&attributes, "0008103E"),
            body_part: text(&attributes, "00180015"),
            instances: u32::try_from(pictures.len()).unwrap_or(u32::MAX),
            frames: pictures.iter().fold(0u32, |sum, picture| sum.saturating_add(picture.frames)),
            bytes: pictures.iter().map(|picture| picture.bytes).sum(),
            key_frame,
        };
        entries.push((secondary, entry));
    }
    entries.sort_by_key(|(secondary, _)| *secondary);
    Ok(entries.into_iter().map(|(_, entry)| entry).collect())
}

fn pictures(index: &Connection, series: i64) -> Result<Vec<Picture>, SourceError> {
    let mut statement = index.prepare_cached(
        "SELECT uid, rows, columns, frames, pixel_bytes, position, secondary, center, width, frame_syntax
         FROM instance WHERE series = ?1 AND frames > 0 ORDER BY number, uid",
    )?;
    let rows = statement.query_map([series], |row| {
        let window: (Option<f64>, Option<f64>) = (row.get(7)?, row.get(8)?);
        Ok(Picture {
            uid: row.get(0)?,
            rows: row.get(1)?,
            columns: row.get(2)?,
            frames: row.get(3)?,
            bytes: row.get::<_, i64>(4)?.unsigned_abs(),
            position: row.get(5)?,
            secondary: row.get(6)?,
            syntax: row.get(9)?,
            window: window.0.zip(window.1).map(|(center, width)| [center, width]),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The middle of the series: by place where all have one, else by number; of a multi-frame instance its middle
/// frame. With it how far back the series is shown.
fn key_frame(pictures: &[Picture]) -> Option<(u8, KeyFrame)> {
    let mut order: Vec<&Picture> = pictures.iter().collect();
    if order.iter().all(|picture| picture.position.is_some()) {
        order.sort_by(|a, b| a.position.unwrap_or_default().total_cmp(&b.position.unwrap_or_default()));
    }
    let middle = order.get(order.len() / 2)?;
    let secondary = pictures.iter().map(|picture| picture.secondary).min().unwrap_or_default();
    let key_frame = KeyFrame {
        instance_uid: middle.uid.clone(),
        frame: middle.frames / 2 + 1,
        rows: middle.rows,
        columns: middle.columns,
        transfer_syntax_uid: Some(middle.syntax.clone()),
        window: middle.window,
    };
    Some((secondary, key_frame))
}

#[cfg(test)]
mod tests {
    use super::{date, time};

    #[test]
    fn dates_and_times() {
        assert_eq!(date("20200131".into()).as_deref(), Some("20200131"));
        assert_eq!(date("2020.01.31".into()).as_deref(), Some("20200131"));
        assert_eq!(date("unknown".into()), None);
        assert_eq!(time("101530.123".into()).as_deref(), Some("101530"));
        assert_eq!(time("1015".into()).as_deref(), Some("101500"));
        assert_eq!(time("x".into()), None);
    }
}
