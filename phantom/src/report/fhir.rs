//! A report as a FHIR R4 bundle: DiagnosticReport, ImagingStudy, Patient and one Observation per paragraph.

use super::texts::{Paragraph, Text};
use crate::dicom::uid::uid;
use crate::films::Made;
use crate::films::common::{HOSPITAL, Study, later};
use serde_json::{Value, json};

const OBSERVATION_CATEGORY: &str = "http://terminology.hl7.org/CodeSystem/observation-category";
const LOINC: &str = "http://loinc.org";
/// Code system of DICOM's own terms (PS3.16 annex D).
const DCM: &str = "http://dicom.nema.org/resources/ontology/DCM";

/// The bundle of one film's report.
pub(crate) fn report(made: &Made, text: &Text) -> Value {
    let study = &made.study;
    let mut entries = Vec::new();
    let mut results = Vec::new();
    let sections = [
        (&text.findings, ("18782-3", "Radiology Study observation (narrative)", "检查所见"), "findings"),
        (
            &text.impression,
            ("19005-8", "Radiology Imaging study [Impression] (narrative)", "诊断印象"),
            "impression",
        ),
    ];
    for (paragraphs, code, name) in sections {
        for (n, paragraph) in paragraphs.iter().enumerate() {
            let id = full_url(study, &format!("{name} {n}"));
            results.push(json!({ "reference": id }));
            entries.push(json!({ "fullUrl": id, "resource": observation(made, paragraph, code) }));
        }
    }
    let conclusion: Vec<&str> = text.impression.iter().map(|p| p.text).collect();
    let diagnostic = json!({
        "resourceType": "DiagnosticReport",
        "status": "final",
        "identifier": [{ "system": "urn:lightbox:phantom:report", "value": study.accession }],
        "category": [{ "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/v2-0074", "code": "RAD", "display": "Radiology",
        }] }],
        "code": {
            "coding": [{ "system": LOINC, "code": "18748-4", "display": "Diagnostic imaging study" }],
            "text": text.title,
        },
        "subject": { "reference": full_url(study, "patient") },
        "effectiveDateTime": instant(study, 0),
        "issued": instant(study, 5400),
        "performer": [{ "display": HOSPITAL }, { "display": text.author }],
        "resultsInterpreter": [{ "display": text.author }, { "display": text.reviewer }],
        "result": results,
        "imagingStudy": [{ "reference": full_url(study, "study") }],
        "conclusion": conclusion.join("\n"),
    });
    let mut all = vec![
        json!({ "fullUrl": full_url(study, "report"), "resource": diagnostic }),
        json!({ "fullUrl": full_url(study, "study"), "resource": imaging_study(study) }),
        json!({ "fullUrl": full_url(study, "patient"), "resource": patient(study) }),
    ];
    all.extend(entries);
    bundle(study, "bundle", 5400, all)
}

fn observation(made: &Made, paragraph: &Paragraph, code: (&str, &str, &str)) -> Value {
    let study = &made.study;
    let mut value = json!({
        "resourceType": "Observation",
        "status": "final",
        "category": [{ "coding": [{ "system": OBSERVATION_CATEGORY, "code": "imaging", "display": "Imaging" }] }],
        "code": { "coding": [{ "system": LOINC, "code": code.0, "display": code.1 }], "text": code.2 },
        "subject": { "reference": full_url(study, "patient") },
        "effectiveDateTime": instant(study, 0),
        "valueString": paragraph.text,
    });
    let mark = paragraph.mark.and_then(|name| made.marks.iter().find(|m| m.0 == name));
    if let (Some((_, mark)), Some(object)) = (mark, value.as_object_mut()) {
        object.insert("derivedFrom".to_owned(), json!([{ "reference": full_url(study, "study") }]));
        let component = json!([{
            "code": { "coding": [{ "system": DCM, "code": "121080", "display": "Best illustration of finding" }] },
            "valueString": format!("{}/{}/{}", mark.series, mark.instance, mark.frame),
        }]);
        object.insert("component".to_owned(), component);
    }
    value
}

fn imaging_study(study: &Study) -> Value {
    json!({
        "resourceType": "ImagingStudy",
        "status": "available",
        "identifier": [
            { "system": "urn:dicom:uid", "value": format!("urn:oid:{}", study.uid) },
            { "type": { "coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "ACSN",
            }] }, "value": study.accession },
        ],
        "subject": { "reference": full_url(study, "patient") },
        "started": instant(study, 0),
        "description": study.description,
    })
}

/// The made-up patient.
pub(crate) fn patient(study: &Study) -> Value {
    let gender = if study.sex == "F" { "female" } else { "male" };
    json!({
        "resourceType": "Patient",
        "identifier": [{ "system": "urn:lightbox:phantom:patient", "value": study.patient_id }],
        "name": [{ "text": study.name[1].replace('^', "") }],
        "gender": gender,
        "birthDate": dashed(&study.birth_date),
    })
}

/// A collection of resources. `seconds` after the study's start it was put together.
pub(crate) fn bundle(study: &Study, name: &str, seconds: u32, entries: Vec<Value>) -> Value {
    json!({
        "resourceType": "Bundle",
        "type": "collection",
        "identifier": { "system": "urn:ietf:rfc:3986", "value": full_url(study, name) },
        "timestamp": instant(study, seconds),
        "entry": entries,
    })
}

/// `urn:uuid:…`, from the seed.
pub(crate) fn full_url(study: &Study, name: &str) -> String {
    // The same number as in a UID under 2.25, written as a UUID.
    let number = uid(study.seed, &format!("{} fhir {name}", study.film));
    let n: u128 = number.trim_start_matches("2.25.").parse().unwrap_or(0);
    let hex = format!("{n:032x}");
    format!("urn:uuid:{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// Date and time in China, `seconds` after the study's start.
pub(crate) fn instant(study: &Study, seconds: u32) -> String {
    let t = later(study.time, seconds);
    format!("{}T{}:{}:{}+08:00", dashed(&study.date), &t[..2], &t[2..4], &t[4..])
}

/// YYYYMMDD as YYYY-MM-DD.
pub(crate) fn dashed(date: &str) -> String {
    format!("{}-{}-{}", &date[..4], &date[4..6], &date[6..])
}
