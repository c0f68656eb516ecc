//! The manifest: who, what, which series, one key frame each, reports, laboratory results.
//! Wire format, version 1. It carries no per-instance metadata.

use serde::{Deserialize, Serialize};

/// Version that this build writes and reads. Another major version is refused with a clear message.
pub const MANIFEST_VERSION: u32 = 1;

/// What a film holds. Sent only to a holder of the right key.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Manifest {
    /// Always [`MANIFEST_VERSION`].
    pub version: u32,
    /// The patient.
    pub patient: Patient,
    /// Studies, newest first.
    pub studies: Vec<StudyEntry>,
    /// Laboratory results that belong to the film; empty where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labs: Vec<LabPanel>,
    /// Unix time in seconds at which the link stops working; absent where it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at_secs: Option<u64>,
}

/// The patient, in display form (UTF-8).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Patient {
    /// The three component groups of Patient's Name (0010,0010), PS3.5 6.2.1.
    pub name: PersonName,
    /// Patient ID (0010,0020).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Patient's Sex (0010,0040): "M", "F", "O".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sex: Option<String>,
    /// Patient's Birth Date (0010,0030) as YYYYMMDD; absent where the file's value is not a date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<String>,
    /// Patient's Age (0010,1010) as in the file: "052Y".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age: Option<String>,
    /// The text was encoded otherwise than its file says (PS3.3 C.12.1.1.2), and how was told from the bytes: a reader who
    /// knows the patient should look at the name twice.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub charset_guessed: bool,
}

/// The groups of a person name; components still separated by `^`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PersonName {
    /// Latin letters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub alphabetic: String,
    /// Chinese characters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub ideographic: String,
    /// Pinyin.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phonetic: String,
}

/// One study of a film.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct StudyEntry {
    /// Study Instance UID (0020,000D).
    pub uid: String,
    /// Study Date (0008,0020) as YYYYMMDD; absent where the file's value is not a date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Study Time (0008,0030) as HHMMSS; absent where the file's value is not a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// Study Description (0008,1030).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Institution Name (0008,0080).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub institution: Option<String>,
    /// Accession Number (0008,0050).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accession: Option<String>,
    /// Series with pictures, in the order to show them (most useful first).
    pub series: Vec<SeriesEntry>,
    /// Series Instance UIDs of series with softcopy presentation states (PS3.3 A.33), by Series Number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub state_series: Vec<String>,
    /// Instances without pictures that the viewer does not draw, by SOP Class UID; the reader is told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_objects: Vec<OtherObject>,
    /// Reports of this study.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reports: Vec<Report>,
}

/// Something in the study that is kept and can be downloaded but has no picture.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct OtherObject {
    /// SOP Class UID (0008,0016).
    pub sop_class_uid: String,
    /// How many.
    pub count: u32,
}

/// One series of a study.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SeriesEntry {
    /// Series Instance UID (0020,000E).
    pub uid: String,
    /// Modality (0008,0060): "CT".
    pub modality: String,
    /// Series Number (0020,0011).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<i32>,
    /// Series Description (0008,103E).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Body Part Examined (0018,0015).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_part: Option<String>,
    /// Instances with pictures.
    pub instances: u32,
    /// Frames of all instances together.
    pub frames: u32,
    /// Encoded bytes of all frames together.
    pub bytes: u64,
    /// The frame that stands for the series.
    pub key_frame: KeyFrame,
}

/// One frame and the preview of it that the gateway can make.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct KeyFrame {
    /// SOP Instance UID (0008,0018).
    pub instance_uid: String,
    /// Counted from 1, as in DICOMweb.
    pub frame: u32,
    /// Rows of the original.
    pub rows: u32,
    /// Columns of the original.
    pub columns: u32,
    /// Transfer syntax that it is stored in, so that the page can fetch the right decoder while it waits for the
    /// frame; absent where an archive upstream does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer_syntax_uid: Option<String>,
    /// Window the preview is drawn with, so that the original replaces it without a jump: centre, width.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<[f64; 2]>,
}

/// A radiology report.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Report {
    /// "CT chest and abdomen, plain".
    pub title: String,
    /// 检查所见.
    pub findings: Vec<ReportParagraph>,
    /// 诊断印象.
    pub impression: Vec<ReportParagraph>,
    /// Reporting doctor, as signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// Reviewing doctor, as signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewer: Option<String>,
    /// YYYYMMDDHHMMSS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued: Option<String>,
    /// "final", "preliminary", "amended" (FHIR DiagnosticReport.status).
    pub status: String,
}

/// A sentence or paragraph of a report, with the image it names.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ReportParagraph {
    /// Plain text.
    pub text: String,
    /// The frame that the text names; a tap goes there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<ImageReference>,
}

/// Names one frame of the film.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ImageReference {
    /// Series Instance UID.
    pub series_uid: String,
    /// SOP Instance UID.
    pub instance_uid: String,
    /// Counted from 1.
    pub frame: u32,
}

/// Laboratory results that were reported together.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct LabPanel {
    /// "血常规".
    pub title: String,
    /// YYYYMMDDHHMMSS of the specimen or the report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued: Option<String>,
    /// One per analyte.
    pub results: Vec<LabResult>,
}

/// One result.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct LabResult {
    /// "白细胞计数".
    pub name: String,
    /// LOINC or local code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Number, where the result is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// Text, where it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// UCUM or the laboratory's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Lower end of the reference range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// Upper end of the reference range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// "L", "H", "LL", "HH", "N", "A" (FHIR Observation.interpretation).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interpretation: Option<String>,
    /// Earlier results of the same test in the same unit, oldest first: YYYYMMDD and value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<(String, f64)>,
}
