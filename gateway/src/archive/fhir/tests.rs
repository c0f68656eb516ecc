use serde_json::json;

use super::*;

fn bundle() -> Value {
    json!({"resourceType": "Bundle", "type": "collection", "entry": [
        {"fullUrl": "urn:uuid:s", "resource": {"resourceType": "ImagingStudy",
            "identifier": [{"system": "urn:dicom:uid", "value": "urn:oid:1.2.3"}]}},
        {"fullUrl": "urn:uuid:f", "resource": {"resourceType": "Observation",
            "code": {"coding": [{"code": "18782-3"}]}, "valueString": "右肺上叶结节。",
            "component": [{"code": {"coding": [{"code": "121080"}]}, "valueString": "1.2.4/1.2.5/7"}]}},
        {"fullUrl": "urn:uuid:i", "resource": {"resourceType": "Observation",
            "code": {"coding": [{"code": "19005-8"}]}, "valueString": "建议随访。"}},
        {"fullUrl": "urn:uuid:r", "resource": {"resourceType": "DiagnosticReport", "status": "final",
            "category": [{"coding": [{"code": "RAD"}]}], "code": {"text": "胸部CT"},
            "issued": "2026-01-02T03:04:05+08:00", "imagingStudy": [{"reference": "urn:uuid:s"}],
            "resultsInterpreter": [{"display": "甲"}, {"display": "乙"}],
            "result": [{"reference": "urn:uuid:f"}, {"reference": "urn:uuid:i"}]}},
        {"fullUrl": "urn:uuid:w1", "resource": {"resourceType": "Observation", "id": "w1",
            "code": {"coding": [{"code": "6690-2"}], "text": "白细胞计数"},
            "effectiveDateTime": "2026-01-02T08:00:00+08:00",
            "valueQuantity": {"value": 12.5, "unit": "10*9/L"},
            "referenceRange": [{"low": {"value": 3.5}, "high": {"value": 9.5}}],
            "interpretation": [{"coding": [{"code": "H"}]}]}},
        {"fullUrl": "urn:uuid:w0", "resource": {"resourceType": "Observation",
            "code": {"coding": [{"code": "6690-2"}], "text": "白细胞计数"},
            "effectiveDateTime": "2025-12-01", "valueQuantity": {"value": 7.0, "unit": "10*9/L"}}},
        {"fullUrl": "urn:uuid:w9", "resource": {"resourceType": "Observation",
            "code": {"coding": [{"code": "6690-2"}], "text": "白细胞计数"},
            "effectiveDateTime": "2025-11-01", "valueQuantity": {"value": 7000.0, "unit": "/uL"}}},
        {"resource": {"resourceType": "DiagnosticReport", "category": [{"coding": [{"code": "LAB"}]}],
            "code": {"text": "血常规"}, "effectiveDateTime": "2026-01-02T08:00:00+08:00",
            "result": [{"reference": "Observation/w1"}]}},
    ]})
}

#[test]
fn reads_reports_and_results() {
    let found = read(bundle().to_string().as_bytes()).unwrap();
    let [(owner, contents)] = &found[..] else { panic!("one study") };
    assert_eq!(*owner, Owner::Study("1.2.3".into()));
    let report = &contents.reports[0];
    assert_eq!((report.title.as_str(), report.status.as_str()), ("胸部CT", "final"));
    assert_eq!(report.issued.as_deref(), Some("20260102030405"));
    assert_eq!((report.author.as_deref(), report.reviewer.as_deref()), (Some("甲"), Some("乙")));
    let image = report.findings[0].image.as_ref().unwrap();
    assert_eq!((image.series_uid.as_str(), image.frame), ("1.2.4", 7));
    assert_eq!(report.impression[0].text, "建议随访。");

    let result = &contents.labs[0].results[0];
    assert_eq!((result.value, result.low, result.high), (Some(12.5), Some(3.5), Some(9.5)));
    assert_eq!(result.interpretation.as_deref(), Some("H"));
    // Another unit is another curve.
    assert_eq!(result.history, [("20251201".to_owned(), 7.0)]);
}

#[test]
fn results_without_a_study_belong_to_the_patient() {
    let mut bundle = bundle();
    let entries = bundle["entry"].as_array_mut().unwrap();
    entries.retain(|entry| entry["resource"]["resourceType"] != "ImagingStudy");
    entries.push(json!({"resource": {"resourceType": "Patient", "identifier": [{"value": "P1"}]}}));
    let found = read(bundle.to_string().as_bytes()).unwrap();
    assert_eq!(found[0].0, Owner::Patient("P1".into()));
    assert!(found[0].1.reports.is_empty() && found[0].1.labs.len() == 1);
}

#[test]
fn refuses_what_belongs_nowhere() {
    assert!(matches!(read(b"{"), Err(FhirError::Json(_))));
    assert!(matches!(read(b"{\"resourceType\": \"Patient\"}"), Err(FhirError::NotBundle)));
    assert!(matches!(read(b"{\"resourceType\": \"Bundle\"}"), Err(FhirError::NoOwner)));
}
