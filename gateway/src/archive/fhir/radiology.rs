//! Radiology reports.

use film_link::manifest::{ImageReference, Report, ReportParagraph};
use serde_json::Value;
use viewer_core::dicom::uid;

use super::resources::{Resources, codes, concept_name, list, moment, text};

/// LOINC: Radiology imaging study, impression.
const IMPRESSION: &str = "19005-8";
/// DCM: best illustration of finding (PS3.16 annex D).
const ILLUSTRATION: &str = "121080";

pub(super) fn report(report: &Value, resources: &Resources<'_>) -> Report {
    let (mut findings, mut impression) = (Vec::new(), Vec::new());
    for observation in list(report, "result").filter_map(|reference| resources.resolve(reference)) {
        let Some(paragraph) = paragraph(observation) else { continue };
        let is_impression =
            observation.get("code").is_some_and(|code| codes(code).any(|code| code == IMPRESSION));
        if is_impression { impression.push(paragraph) } else { findings.push(paragraph) }
    }
    if impression.is_empty() {
        impression = plain(text(report, "conclusion").unwrap_or_default());
    }
    let mut readers = list(report, "resultsInterpreter").filter_map(|reader| resources.name(reader));
    Report {
        title: report.get("code").and_then(concept_name).unwrap_or_default(),
        findings,
        impression,
        author: readers.next(),
        reviewer: readers.next(),
        issued: moment(report, "issued").or_else(|| moment(report, "effectiveDateTime")),
        status: text(report, "status").unwrap_or("unknown").to_owned(),
    }
}

fn paragraph(observation: &Value) -> Option<ReportParagraph> {
    let image = list(observation, "component")
        .filter(|part| part.get("code").is_some_and(|code| codes(code).any(|code| code == ILLUSTRATION)))
        .find_map(|part| image(text(part, "valueString")?));
    Some(ReportParagraph { text: text(observation, "valueString")?.to_owned(), image })
}

/// `<Series Instance UID>/<SOP Instance UID>/<frame, from 1>`
fn image(named: &str) -> Option<ImageReference> {
    let mut pieces = named.split('/');
    let mut uid = || pieces.next().filter(|uid| uid::is_valid(uid)).map(str::to_owned);
    let (series_uid, instance_uid) = (uid()?, uid()?);
    let frame = pieces.next()?.parse().ok().filter(|&frame| frame > 0)?;
    Some(ImageReference { series_uid, instance_uid, frame })
}

fn plain(said: &str) -> Vec<ReportParagraph> {
    let lines = said.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| ReportParagraph { text: line.to_owned(), image: None }).collect()
}
