//! The messages that a page reads and writes, without serde: what is derived for these types is a third of the page's
//! whole program.

use small_json::{Fault, JsonError, Limits, Place, Reader, Stop, Writer, may, must, read};

use crate::manifest::{
    ImageReference, KeyFrame, LabPanel, LabResult, Manifest, OtherObject, Patient, PersonName, Report,
    ReportParagraph, SeriesEntry, StudyEntry,
};
use crate::open::{GoneReason, OpenRequest, OpenResponse, Problem, RenewResponse};

/// Longest message that is read, in bytes: a film of 16 studies with all their reports has well under one MiB.
const LONGEST: usize = 64 << 20;

/// Depth that the messages need, and some for members of later versions.
const DEEPEST: usize = 64;

/// Something that a message holds.
trait Part: Default {
    fn fill(&mut self, json: &mut Reader<'_>) -> Result<(), Stop>;
}

fn message<T: Part>(text: &str) -> Result<T, JsonError> {
    read(text, &Limits { bytes: LONGEST, depth: DEEPEST }, |json| {
        let mut found = T::default();
        found.fill(json)?;
        Ok(found)
    })
}

/// All texts of an array.
fn texts(json: &mut Reader<'_>, into: &mut Vec<String>) -> Result<(), Stop> {
    json.array()?;
    while json.entry()? {
        into.push(json.text()?.into_owned());
    }
    Ok(())
}

/// All entries of an array.
fn list<T: Part>(json: &mut Reader<'_>, into: &mut Vec<T>) -> Result<(), Stop> {
    json.array()?;
    while json.entry()? {
        let mut entry = T::default();
        entry.fill(json)?;
        into.push(entry);
    }
    Ok(())
}

impl OpenRequest {
    /// As JSON, without a wish for a preview: that is the boot script's.
    pub fn json(&self) -> String {
        let mut out = Writer::new();
        out.integer("protocol", self.protocol.into());
        out.text("access", &self.access);
        if let Some(passcode) = &self.passcode {
            out.text("passcode", passcode);
        }
        out.text("recipient", &self.recipient);
        out.finish()
    }
}

impl OpenResponse {
    /// From JSON.
    ///
    /// # Errors
    /// What the text lacks or has too much of.
    pub fn read(text: &str) -> Result<Self, JsonError> {
        message(text)
    }
}

impl RenewResponse {
    /// From JSON.
    ///
    /// # Errors
    /// What the text lacks or has too much of.
    pub fn read(text: &str) -> Result<Self, JsonError> {
        message(text)
    }
}

impl Problem {
    /// From JSON.
    ///
    /// # Errors
    /// What the text lacks or has too much of.
    pub fn read(text: &str) -> Result<Self, JsonError> {
        message(text)
    }
}

impl Manifest {
    /// From JSON.
    ///
    /// # Errors
    /// What the text lacks or has too much of.
    pub fn read(text: &str) -> Result<Self, JsonError> {
        message(text)
    }
}

impl Part for OpenResponse {
    fn fill(&mut self, json: &mut Reader<'_>) -> Result<(), Stop> {
        json.members(&mut [
            must("token", Place::Text(&mut self.token)),
            must("expires_in", Place::U32(&mut self.expires_in)),
            must("manifest", Place::Read(&mut |json| self.manifest.fill(json))),
        ])
    }
}

impl Part for RenewResponse {
    fn fill(&mut self, json: &mut Reader<'_>) -> Result<(), Stop> {
        json.members(&mut [
            must("token", Place::Text(&mut self.token)),
            must("expires_in", Place::U32(&mut self.expires_in)),
        ])
    }
}

impl Part for Problem {
    fn fill(&mut self, json: &mut Reader<'_>) -> Result<(), Stop> {
        json.members(&mut [
            must("code", Place::Text(&mut self.code)),
            may("detail", Place::Text(&mut self.detail)),
            may("remaining_attempts", Place::MaybeU32(&mut self.remaining_attempts)),
            may(
                "reason",
                Place::MaybeRead(&mut |json| {
                    self.reason = Some(match &*json.text()? {
                        "expired" => GoneReason::Expired,
                        "revoked" => GoneReason::Revoked,
                        "locked" => GoneReason::Locked,
                        _ => return Err(json.stop(Fault::Expected("expired, revoked or locked"))),
                    });
                    Ok(())
                }),
            ),
            may("protocol", Place::MaybeU32(&mut self.protocol)),
        ])
    }
}

impl Part for Manifest {
    fn fill(&mut self, json: &mut Reader<'_>) -> Result<(), Stop> {
        json.members(&mut [
            must("version", Place::U32(&mut self.version)),
            must("patient", Place::Read(&mut |json| self.patient.fill(json))),
            must("studies", Place::Read(&mut |json| list(json, &mut self.studies))),
            may("labs", Place::Read(&mut |json| list(json, &mut self.labs))),
            may("expires_at_secs", Place::MaybeU64(&mut self.expires_at_secs)),
        ])
    }
}

impl Part for Patient {
    fn fill(&mut self, json: &mut Reader<'_>) -> Result<(), Stop> {
        json.members(&mut [
            must("name", Place::Read(&mut |json| self.name.fill(json))),
            may("id", Place::MaybeText(&mut self.id)),
            may("sex", Place::MaybeText(&mut self.sex)),
            may("birth_date", Place::MaybeText(&mut self.birth_date)),
            may("age", Place::MaybeText(&mut self.age)),
            may(
                "charset_guessed",
                Place::Read(&mut |json| {
                    self.charset_guessed = json.bool()?;
                    Ok(())
                }),
            ),
        ])
    }
}

impl Part for PersonName {
    fn fill(&mut self, json: &mut Reader<'_>) -> Result<(), Stop> {
        json.members(&mut [
            may("alphabetic", Place::Text(&mut self.alphabetic)),
            may("ideographic", Place::Text(&mut self.ideographic)),
            may("phonetic", Place::Text(&mut self.phonetic)),
        ])
    }
}

impl Part for StudyEntry {
    fn fill(&mut self, json: &mut Reader<'_>) -> Result<(), Stop> {
        json.members(&mut [
            must("uid", Place::Text(&mut self.uid)),
            may("date", Place::MaybeText(&mut self.date)),
            may("time", Place::MaybeText(&mut self.time)),
            may("description", Place::MaybeText(&mut self.description)),
            may("institution", Place::MaybeText(&mut self.institution)),
            may("accession", Place::MaybeText(&mut self.accession)),
            must("series", Place::Read(&mut |json| list(json, &mut self.series))),
            may("state_series", Place::Read(&mut |json| texts(json, &mut self.state_series))),
            may("other_objects", Place::Read(&mut |json| list(json, &mut self.other_objects))),
            may("reports", Place::Read(&mut |json| list(json, &mut self.reports))),
        ])
    }
}

impl Part for OtherObject {
    fn fill(&mut self, json: &mut Reader<'_>) -> Result<(), Stop> {
        json.members(&mut [
            must("sop_class_uid", Place::Text(&mut self.sop_class_uid)),
            must("count", Place::U32(&mut self.count)),
        ])
    }
}

impl Part for SeriesEntry {
    fn fill(&mut self, json: &mut Reader<'_>) -> Result<(), Stop> {
        json.members(&mut [
            must("uid", Place::Text(&mut self.uid)),
            must("modality", Place::Text(&mut self.modality)),
            may("number", Place::MaybeI32(&mut self.number)),
            may("description", Place::MaybeText(&mut self.description)),
            may("body_part", Place::MaybeText(&mut self.body_part)),
            must("instances", Place::U32(&mut self.instances)),
            must("frames", Place::U32(&mut self.frames)),
            must("bytes", Place::U64(&mut self.bytes)),
            must("key_frame", Place::Read(&mut |json| self.key_frame.fill(json))),
        ])
    }
}

impl Part for KeyFrame {
    fn fill(&mut self, json: &mut Reader<'_>) -> Result<(), Stop> {
        json.members(&mut [
            must("instance_uid", Place::Text(&mut self.instance_uid)),
            must("frame", Place::U32(&mut self.frame)),
            must("rows", Place::U32(&mut self.rows)),
            must("columns", Place::U32(&mut self.columns)),
            may("transfer_syntax_uid", Place::MaybeText(&mut self.transfer_syntax_uid)),
            may(
                "window",
                Place::MaybeRead(&mut |json| {
                    json.array()?;
                    next(json)?;
                    let center = json.f64()?;
                    next(json)?;
                    self.window = Some([center, json.f64()?]);
                    last(json)
                }),
            ),
        ])
    }
}

impl Part for Report {
    fn fill(&mut self, json: &mut Reader<'_>) -> Result<(), Stop> {
        json.members(&mut [
            must("title", Place::Text(&mut self.title)),
            must("findings", Place::Read(&mut |json| list(json, &mut self.findings))),
            must("impression", Place::Read(&mut |json| list(json, &mut self.impression))),
            may("author", Place::MaybeText(&mut self.author)),
            may("reviewer", Place::MaybeText(&mut self.reviewer)),
            may("issued", Place::MaybeText(&mut self.issued)),
            must("status", Place::Text(&mut self.status)),
        ])
    }
}

impl Part for ReportParagraph {
    fn fill(&mut self, json: &mut Reader<'_>) -> Result<(), Stop> {
        let image = &mut self.image;
        json.members(&mut [
            must("text", Place::Text(&mut self.text)),
            may("image", Place::MaybeRead(&mut |json| image.insert(ImageReference::default()).fill(json))),
        ])
    }
}

impl Part for ImageReference {
    fn fill(&mut self, json: &mut Reader<'_>) -> Result<(), Stop> {
        json.members(&mut [
            must("series_uid", Place::Text(&mut self.series_uid)),
            must("instance_uid", Place::Text(&mut self.instance_uid)),
            must("frame", Place::U32(&mut self.frame)),
        ])
    }
}

impl Part for LabPanel {
    fn fill(&mut self, json: &mut Reader<'_>) -> Result<(), Stop> {
        json.members(&mut [
            must("title", Place::Text(&mut self.title)),
            may("issued", Place::MaybeText(&mut self.issued)),
            must("results", Place::Read(&mut |json| list(json, &mut self.results))),
        ])
    }
}

impl Part for LabResult {
    fn fill(&mut self, json: &mut Reader<'_>) -> Result<(), Stop> {
        json.members(&mut [
            must("name", Place::Text(&mut self.name)),
            may("code", Place::MaybeText(&mut self.code)),
            may("value", Place::MaybeF64(&mut self.value)),
            may("text", Place::MaybeText(&mut self.text)),
            may("unit", Place::MaybeText(&mut self.unit)),
            may("low", Place::MaybeF64(&mut self.low)),
            may("high", Place::MaybeF64(&mut self.high)),
            may("interpretation", Place::MaybeText(&mut self.interpretation)),
            may("history", Place::Read(&mut |json| list(json, &mut self.history))),
        ])
    }
}

/// An earlier result.
impl Part for (String, f64) {
    fn fill(&mut self, json: &mut Reader<'_>) -> Result<(), Stop> {
        json.array()?;
        next(json)?;
        self.0 = json.text()?.into_owned();
        next(json)?;
        self.1 = json.f64()?;
        last(json)
    }
}

/// The next of a pair comes.
fn next(json: &mut Reader<'_>) -> Result<(), Stop> {
    if json.entry()? { Ok(()) } else { Err(json.stop(Fault::Expected("a pair"))) }
}

/// A pair ends.
fn last(json: &mut Reader<'_>) -> Result<(), Stop> {
    if json.entry()? { Err(json.stop(Fault::Expected("a pair"))) } else { Ok(()) }
}
