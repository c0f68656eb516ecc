//! A film's manifest: what the source says of its studies, with what was handed over with the film.

use std::cmp::Reverse;

use film_link::manifest::{MANIFEST_VERSION, Manifest, Patient, SeriesEntry};

use super::record::FilmRecord;
use crate::source::{Source, SourceError, StudyOutline};

/// Fills the manifest. A study that the archive has lost since the film was made is left out; a film that has
/// lost all of them is an error.
///
/// # Errors
/// What the source says.
pub async fn fill(film: &FilmRecord, source: &dyn Source) -> Result<Manifest, SourceError> {
    let mut outlines = Vec::with_capacity(film.studies.len());
    for uid in film.studies.iter() {
        match source.outline(uid.clone()).await {
            Ok(outline) => outlines.push(outline),
            Err(SourceError::NotFound(_)) => {
                tracing::warn!("a study of an open film is not in the archive any more")
            }
            Err(error) => return Err(error),
        }
    }
    if outlines.is_empty() {
        return Err(SourceError::NotFound("study of this film in the archive any more"));
    }
    Ok(assemble(film, outlines))
}

fn assemble(film: &FilmRecord, outlines: Vec<StudyOutline>) -> Manifest {
    let patient = best_patient(&outlines);
    let mut labs = film.extras.labs.clone();
    let mut studies = Vec::with_capacity(outlines.len());
    for outline in outlines {
        let mut study = outline.study;
        // What was handed over with the film is newer than what the archive kept.
        let handed = film.extras.reports.iter().filter(|report| report.study == study.uid);
        study.reports.splice(0..0, handed.map(|report| report.report.clone()));
        study.series.sort_by_key(usefulness);
        for panel in outline.labs {
            if !labs.contains(&panel) {
                labs.push(panel);
            }
        }
        studies.push(study);
    }
    studies.sort_by(|a, b| (&b.date, &b.time).cmp(&(&a.date, &a.time)));
    labs.sort_by(|a, b| b.issued.cmp(&a.issued));
    Manifest { version: MANIFEST_VERSION, patient, studies, labs, expires_at_secs: film.expires_at }
}

/// Series in the order in which a reader wants them: stacks of slices, largest first; single pictures; screens
/// and secondary captures; scouts. What is equal stays in the order of the source (by Series Number).
fn usefulness(series: &SeriesEntry) -> (u8, Reverse<u32>) {
    let words = series.description.as_deref().unwrap_or("").to_lowercase();
    let scout = ["scout", "topogram", "localizer", "surview", "scanogram", "survey", "定位"];
    let stack = matches!(series.modality.as_str(), "CT" | "MR" | "PT" | "NM");
    if series.frames <= 9 && scout.iter().any(|word| words.contains(word)) {
        (3, Reverse(0))
    } else if matches!(series.modality.as_str(), "OT" | "SC" | "DOC") {
        (2, Reverse(0))
    } else if stack && series.frames > 9 {
        (0, Reverse(series.frames))
    } else {
        (1, Reverse(0))
    }
}

/// The patient of the newest study, with what only other studies know.
fn best_patient(outlines: &[StudyOutline]) -> Patient {
    let mut by_age: Vec<&StudyOutline> = outlines.iter().collect();
    by_age.sort_by(|a, b| b.study.date.cmp(&a.study.date));
    let mut patient = by_age.first().map(|outline| outline.patient.clone()).unwrap_or_default();
    for other in by_age.iter().skip(1).map(|outline| &outline.patient) {
        for (mine, theirs) in [
            (&mut patient.name.alphabetic, &other.name.alphabetic),
            (&mut patient.name.ideographic, &other.name.ideographic),
            (&mut patient.name.phonetic, &other.name.phonetic),
        ] {
            if mine.is_empty() && !theirs.is_empty() {
                mine.clone_from(theirs);
                patient.charset_guessed |= other.charset_guessed;
            }
        }
        patient.id = patient.id.take().or_else(|| other.id.clone());
        patient.sex = patient.sex.take().or_else(|| other.sex.clone());
        patient.birth_date = patient.birth_date.take().or_else(|| other.birth_date.clone());
    }
    patient
}

#[cfg(test)]
mod tests {
    use film_link::manifest::KeyFrame;

    use super::*;

    fn series(modality: &str, description: &str, frames: u32) -> SeriesEntry {
        SeriesEntry {
            uid: description.into(),
            modality: modality.into(),
            number: None,
            description: Some(description.into()),
            body_part: None,
            instances: frames,
            frames,
            bytes: 0,
            key_frame: KeyFrame {
                instance_uid: "1".into(),
                frame: 1,
                rows: 1,
                columns: 1,
                transfer_syntax_uid: None,
                window: None,
            },
        }
    }

    #[test]
    fn the_large_stack_comes_first_and_the_scout_last() {
        let mut all = [
            series("CT", "Topogram 0.6", 1),
            series("OT", "Dose", 1),
            series("CT", "Thick", 60),
            series("DX", "Chest", 1),
            series("CT", "Thin", 300),
            series("CT", "胸部定位像", 2),
        ];
        all.sort_by_key(usefulness);
        let order: Vec<_> = all.iter().map(|series| series.uid.as_str()).collect();
        assert_eq!(order, ["Thin", "Thick", "Chest", "Dose", "Topogram 0.6", "胸部定位像"]);
    }
}
