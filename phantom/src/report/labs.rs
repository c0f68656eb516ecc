//! Laboratory results of the CT's patient: three panels, each also on earlier days, so that there is a trend.

use super::fhir::{bundle, dashed, full_url, instant, patient};
use crate::films::common::{HOSPITAL, Study};
use serde_json::{Value, json};

/// One analyte: LOINC code, English and Chinese name, UCUM unit and its usual writing, reference range, values from
/// the oldest to the newest.
struct Analyte {
    loinc: &'static str,
    english: &'static str,
    chinese: &'static str,
    unit: (&'static str, &'static str),
    low: Option<f64>,
    high: Option<f64>,
    values: [f64; 3],
}

struct Panel {
    key: &'static str,
    chinese: &'static str,
    analytes: Vec<Analyte>,
}

/// Specimens were taken this many months before the study; the last on its day.
const MONTHS_BEFORE: [u32; 3] = [8, 3, 0];

fn panels() -> [Panel; 3] {
    let a = |loinc, english, chinese, unit, low, high, values| Analyte {
        loinc,
        english,
        chinese,
        unit,
        low,
        high,
        values,
    };
    let cells = ("10*9/L", "10^9/L");
    let [per_litre, micromole, millimole] = [("g/L", "g/L"), ("umol/L", "μmol/L"), ("mmol/L", "mmol/L")];
    let (nanogram, percent, milligram) = (("ng/mL", "ng/mL"), ("%", "%"), ("mg/L", "mg/L"));
    [
        Panel {
            key: "cbc",
            chinese: "血常规",
            analytes: vec![
                a("6690-2", "Leukocytes", "白细胞计数", cells, Some(3.5), Some(9.5), [6.1, 7.4, 10.8]),
                a(
                    "770-8",
                    "Neutrophils/Leukocytes",
                    "中性粒细胞百分比",
                    percent,
                    Some(40.0),
                    Some(75.0),
                    [61.2, 66.0, 78.4],
                ),
                a(
                    "789-8",
                    "Erythrocytes",
                    "红细胞计数",
                    ("10*12/L", "10^12/L"),
                    Some(4.3),
                    Some(5.8),
                    [4.62, 4.41, 4.18],
                ),
                a(
                    "718-7",
                    "Hemoglobin",
                    "血红蛋白",
                    per_litre,
                    Some(130.0),
                    Some(175.0),
                    [141.0, 134.0, 122.0],
                ),
                a("777-3", "Platelets", "血小板计数", cells, Some(125.0), Some(350.0), [236.0, 248.0, 281.0]),
            ],
        },
        Panel {
            key: "chemistry",
            chinese: "生化",
            analytes: vec![
                a("1988-5", "C reactive protein", "C反应蛋白", milligram, None, Some(8.0), [2.1, 6.4, 23.7]),
                a("14682-9", "Creatinine", "肌酐", micromole, Some(57.0), Some(111.0), [88.0, 96.0, 118.0]),
                a("14933-6", "Urate", "尿酸", micromole, Some(208.0), Some(428.0), [372.0, 401.0, 436.0]),
                a("14749-6", "Glucose", "葡萄糖", millimole, Some(3.9), Some(6.1), [5.4, 5.6, 5.8]),
                a(
                    "1742-6",
                    "Alanine aminotransferase",
                    "丙氨酸氨基转移酶",
                    ("U/L", "U/L"),
                    Some(9.0),
                    Some(50.0),
                    [24.0, 22.0, 27.0],
                ),
            ],
        },
        Panel {
            key: "markers",
            chinese: "肿瘤标志物",
            analytes: vec![
                a("2039-6", "Carcinoembryonic Ag", "癌胚抗原", nanogram, None, Some(5.0), [3.2, 4.8, 9.6]),
                a(
                    "25390-6",
                    "Cytokeratin 19 fragment 21-1",
                    "细胞角蛋白19片段",
                    nanogram,
                    None,
                    Some(3.3),
                    [1.9, 2.6, 5.1],
                ),
                a(
                    "15060-7",
                    "Neuron specific enolase",
                    "神经元特异性烯醇化酶",
                    nanogram,
                    None,
                    Some(16.3),
                    [9.8, 10.4, 11.7],
                ),
            ],
        },
    ]
}

/// The bundle of all panels, one DiagnosticReport per panel and day.
pub(crate) fn bundle_of(study: &Study) -> Value {
    let mut entries = vec![json!({ "fullUrl": full_url(study, "patient"), "resource": patient(study) })];
    for panel in panels() {
        for (when, months) in MONTHS_BEFORE.iter().enumerate() {
            let (taken, issued) = times(study, *months);
            let mut results = Vec::new();
            let mut observations = Vec::new();
            for analyte in &panel.analytes {
                let id = full_url(study, &format!("{} {when}", analyte.loinc));
                results.push(json!({ "reference": id }));
                let resource = observation(study, analyte, analyte.values[when], &taken);
                observations.push(json!({ "fullUrl": id, "resource": resource }));
            }
            let report = json!({
                "resourceType": "DiagnosticReport",
                "status": "final",
                "category": [{ "coding": [{
                    "system": "http://terminology.hl7.org/CodeSystem/v2-0074", "code": "LAB", "display": "Laboratory",
                }] }],
                "code": { "text": panel.chinese },
                "subject": { "reference": full_url(study, "patient") },
                "effectiveDateTime": taken,
                "issued": issued,
                "performer": [{ "display": format!("{HOSPITAL} 检验科") }],
                "result": results,
            });
            let id = full_url(study, &format!("{} {when}", panel.key));
            entries.push(json!({ "fullUrl": id, "resource": report }));
            entries.extend(observations);
        }
    }
    bundle(study, "labs", 5400, entries)
}

fn observation(study: &Study, analyte: &Analyte, value: f64, taken: &str) -> Value {
    let (code, unit) = analyte.unit;
    let quantity =
        |v: f64| json!({ "value": v, "unit": unit, "system": "http://unitsofmeasure.org", "code": code });
    let mut range = serde_json::Map::new();
    for (name, limit) in [("low", analyte.low), ("high", analyte.high)] {
        if let Some(limit) = limit {
            range.insert(name.to_owned(), quantity(limit));
        }
    }
    let (flag, display) = match (analyte.low, analyte.high) {
        (Some(low), _) if value < low => ("L", "Low"),
        (_, Some(high)) if value > high => ("H", "High"),
        _ => ("N", "Normal"),
    };
    json!({
        "resourceType": "Observation",
        "status": "final",
        "category": [{ "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory",
        }] }],
        "code": {
            "coding": [{ "system": "http://loinc.org", "code": analyte.loinc, "display": analyte.english }],
            "text": analyte.chinese,
        },
        "subject": { "reference": full_url(study, "patient") },
        "effectiveDateTime": taken,
        "valueQuantity": quantity(value),
        "referenceRange": [range],
        "interpretation": [{ "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
            "code": flag, "display": display,
        }] }],
    })
}

/// When the specimen was taken and when the results were out, `months` before the study (same year: it is September).
fn times(study: &Study, months: u32) -> (String, String) {
    let month: u32 = study.date[4..6].parse().unwrap_or(9);
    let date = format!("{}{:02}{}", &study.date[..4], month.saturating_sub(months).max(1), &study.date[6..]);
    let at = |time: &str| format!("{}T{time}+08:00", dashed(&date));
    if months == 0 {
        return (at("07:10:00"), instant(study, 0));
    }
    (at("07:20:00"), at("10:05:00"))
}
