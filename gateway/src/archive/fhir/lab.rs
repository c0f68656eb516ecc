//! Laboratory reports.

use film_link::manifest::{LabPanel, LabResult};
use serde_json::Value;

use super::resources::{Resources, codes, concept_name, list, moment, text};

/// Whether a DiagnosticReport is a laboratory's (HL7 v2 table 0074: LAB and its parts; LOINC LP29693-6).
pub(super) fn is_laboratory(report: &Value) -> bool {
    const LABORATORY: &[&str] =
        &["LAB", "HM", "CH", "MB", "SR", "BLB", "IMM", "URN", "LP29693-6", "laboratory"];
    list(report, "category").flat_map(codes).any(|code| LABORATORY.contains(&code))
}

pub(super) fn panel(report: &Value, resources: &Resources<'_>) -> LabPanel {
    let results = list(report, "result").filter_map(|reference| resources.resolve(reference));
    LabPanel {
        title: report.get("code").and_then(concept_name).unwrap_or_default(),
        issued: moment(report, "effectiveDateTime").or_else(|| moment(report, "issued")),
        results: results.filter_map(|observation| result(observation, resources)).collect(),
    }
}

/// Newest first, without panels of which a newer one of the same name holds every number as history.
pub(super) fn without_history(mut panels: Vec<LabPanel>) -> Vec<LabPanel> {
    panels.sort_by(|a, b| b.issued.cmp(&a.issued));
    let mut kept: Vec<LabPanel> = Vec::with_capacity(panels.len());
    for panel in panels {
        let told = |result: &LabResult| {
            let (Some(value), Some(day)) = (result.value, panel.issued.as_deref().and_then(|it| it.get(..8)))
            else {
                return false;
            };
            let newer =
                kept.iter().filter(|newer| newer.title == panel.title).flat_map(|newer| &newer.results);
            newer
                .filter(|newer| newer.code == result.code && newer.unit == result.unit)
                .any(|newer| newer.history.iter().any(|(then, number)| then == day && *number == value))
        };
        if panel.results.is_empty() || !panel.results.iter().all(told) {
            kept.push(panel);
        }
    }
    kept
}

fn result(observation: &Value, resources: &Resources<'_>) -> Option<LabResult> {
    let code = observation.get("code")?;
    let quantity = observation.get("valueQuantity");
    let value = quantity.and_then(number);
    let worded = || {
        let said = observation.get("valueCodeableConcept").and_then(concept_name);
        said.or_else(|| text(observation, "valueString").map(str::to_owned))
    };
    // "< 0.01": the number alone would say something else.
    let compared = quantity
        .filter(|quantity| text(quantity, "comparator").is_some())
        .and_then(|quantity| Some(format!("{}{}", text(quantity, "comparator")?, number(quantity)?)));
    let range = list(observation, "referenceRange").next();
    let bound = |name| range.and_then(|range| range.get(name)).and_then(number);
    let unit = quantity.and_then(|quantity| text(quantity, "unit").or_else(|| text(quantity, "code")));
    Some(LabResult {
        name: concept_name(code)?,
        code: codes(code).next().map(str::to_owned),
        value: if compared.is_some() { None } else { value },
        text: compared.or_else(|| if value.is_none() { worded() } else { None }),
        unit: unit.map(str::to_owned),
        low: bound("low"),
        high: bound("high"),
        interpretation: list(observation, "interpretation").flat_map(codes).next().map(str::to_owned),
        history: history(observation, unit, resources),
    })
}

fn number(quantity: &Value) -> Option<f64> {
    quantity.get("value")?.as_f64().filter(|value| value.is_finite())
}

/// Other Observations of the Bundle with the same code and the same unit, made earlier; oldest first.
fn history(observation: &Value, unit: Option<&str>, resources: &Resources<'_>) -> Vec<(String, f64)> {
    let code = |observation: &Value| observation.get("code").and_then(|c| codes(c).next().map(str::to_owned));
    let (Some(wanted), Some(now)) = (code(observation), moment(observation, "effectiveDateTime")) else {
        return Vec::new();
    };
    let mut earlier: Vec<(String, f64)> = resources
        .of_type("Observation")
        .filter(|other| code(other).as_ref() == Some(&wanted))
        .filter_map(|other| {
            let quantity = other.get("valueQuantity")?;
            let other_unit = text(quantity, "unit").or_else(|| text(quantity, "code"));
            let then = moment(other, "effectiveDateTime").filter(|then| *then < now)?;
            (other_unit == unit).then_some(())?;
            Some((then.get(..8)?.to_owned(), number(quantity)?))
        })
        .collect();
    earlier.sort_by(|a, b| a.0.cmp(&b.0));
    earlier.dedup();
    earlier
}
