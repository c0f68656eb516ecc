//! FHIR R4 documents beside the images → reports and laboratory results.
//!
//! A Bundle names its studies by ImagingStudy (identifier `urn:oid:<Study Instance UID>`); its DiagnosticReports are
//! radiology (category RAD) or laboratory (LAB) ones, their Observations paragraphs or results. What is read of each
//! is written down in phantom/README.md. A Bundle without ImagingStudy that holds laboratory results belongs to the
//! patient: its Patient's identifiers are compared with Patient ID (0010,0020).
//!
//! Limits: references inside the Bundle only; nothing is ever fetched. Patient IDs are taken as the hospital's own,
//! whoever issued them.

mod lab;
mod radiology;
mod resources;

use film_link::manifest::{LabPanel, Report};
use resources::Resources;
use serde_json::Value;
use thiserror::Error;
use viewer_core::dicom::uid;

/// Bytes of the largest document.
const LARGEST: usize = 64 << 20;

/// Why a document cannot be used.
#[derive(Debug, Error)]
pub enum FhirError {
    /// Too large.
    #[error("the document is larger than {} MiB", LARGEST >> 20)]
    TooLarge,
    /// Not JSON.
    #[error("not JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// Not a Bundle.
    #[error("not a FHIR R4 Bundle (resourceType must be \"Bundle\")")]
    NotBundle,
    /// Names no study and no patient.
    #[error(
        "neither an ImagingStudy with an identifier \"urn:oid:<Study Instance UID>\" nor a Patient with an identifier: \
         it belongs to nobody"
    )]
    NoOwner,
    /// Holds nothing to show.
    #[error("no DiagnosticReport that can be read")]
    Nothing,
}

/// Whom contents belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// Study Instance UID.
    Study(String),
    /// Patient ID (0010,0020): all studies of the patient.
    Patient(String),
}

impl Owner {
    /// How the index names it.
    pub fn key(&self) -> String {
        match self {
            Self::Study(uid) => format!("study {uid}"),
            Self::Patient(id) => format!("patient {id}"),
        }
    }
}

/// What a document says of one study or patient.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Contents {
    /// Radiology reports of this study.
    pub reports: Vec<Report>,
    /// Laboratory results of the patient.
    pub labs: Vec<LabPanel>,
}

/// Reads a document: owners with what belongs to each.
///
/// # Errors
/// See [`FhirError`].
pub fn read(bytes: &[u8]) -> Result<Vec<(Owner, Contents)>, FhirError> {
    if bytes.len() > LARGEST {
        return Err(FhirError::TooLarge);
    }
    let bundle: Value = serde_json::from_slice(bytes)?;
    if bundle.get("resourceType").and_then(Value::as_str) != Some("Bundle") {
        return Err(FhirError::NotBundle);
    }
    let resources = Resources::of(&bundle);
    let studies: Vec<(&Value, String)> =
        resources.of_type("ImagingStudy").filter_map(|study| Some((study, study_uid(study)?))).collect();
    let reports: Vec<&Value> = resources.of_type("DiagnosticReport").collect();
    let (labs, radiology): (Vec<&Value>, Vec<&Value>) =
        reports.into_iter().partition(|report| lab::is_laboratory(report));
    let labs = lab::without_history(labs.into_iter().map(|report| lab::panel(report, &resources)).collect());
    if studies.is_empty() {
        return of_patient(&resources, labs);
    }
    let mut found: Vec<(Owner, Contents)> = Vec::new();
    for (study, uid) in studies {
        let belongs = |report: &&&Value| {
            let named: Vec<_> = resources::list(report, "imagingStudy").collect();
            named.is_empty()
                || named
                    .iter()
                    .any(|named| resources.resolve(named).is_some_and(|it| std::ptr::eq(it, study)))
        };
        let reports = radiology.iter().filter(belongs).map(|report| radiology::report(report, &resources));
        let contents = Contents { reports: reports.collect(), labs: labs.clone() };
        if !contents.reports.is_empty() || !contents.labs.is_empty() {
            found.push((Owner::Study(uid), contents));
        }
    }
    if found.is_empty() { Err(FhirError::Nothing) } else { Ok(found) }
}

fn of_patient(resources: &Resources<'_>, labs: Vec<LabPanel>) -> Result<Vec<(Owner, Contents)>, FhirError> {
    let mut identifiers =
        resources.of_type("Patient").flat_map(|patient| resources::list(patient, "identifier"));
    let id =
        identifiers.find_map(|identifier| resources::text(identifier, "value")).ok_or(FhirError::NoOwner)?;
    if labs.is_empty() {
        return Err(FhirError::Nothing);
    }
    Ok(vec![(Owner::Patient(id.to_owned()), Contents { reports: Vec::new(), labs })])
}

/// `urn:oid:` is how FHIR writes a UID (ImagingStudy.identifier).
fn study_uid(study: &Value) -> Option<String> {
    resources::list(study, "identifier")
        .filter_map(|identifier| identifier.get("value")?.as_str())
        .map(|value| value.strip_prefix("urn:oid:").unwrap_or(value))
        .find(|value| uid::is_valid(value))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests;
