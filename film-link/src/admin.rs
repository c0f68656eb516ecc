//! The messages with which a hospital's own system makes, lists and revokes films. They need the platform
//! credential; no film token reaches these routes.

use serde::{Deserialize, Serialize};

use crate::manifest::{LabPanel, Report};

/// Body of `POST /api/films`.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateFilm {
    /// Study Instance UIDs (0020,000D) of one patient: 1 to 16.
    pub studies: Vec<String>,
    /// Second secret; `passcode` says what it may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passcode: Option<String>,
    /// Wrong passcodes that lock the film; 1 to 20, else 5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempts: Option<u32>,
    /// Seconds until the link stops working; absent = the gateway's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<u64>,
    /// Reports to hand over with the film, by study; beside those that the archive holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reports: Vec<StudyReport>,
    /// Laboratory results to hand over with the film.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labs: Vec<LabPanel>,
}

/// A report and the study it belongs to.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct StudyReport {
    /// Study Instance UID.
    pub study: String,
    /// The report.
    pub report: Report,
}

/// Answer of `POST /api/films`. The only time that the gateway says the link: it keeps no key.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreatedFilm {
    /// Names the film in the other routes.
    pub id: String,
    /// `/f/<id>#<key>`.
    pub path: String,
    /// The whole link, where the gateway knows its public origin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Unix time in seconds at which it stops working; absent = never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at_secs: Option<u64>,
}

/// Where a film stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FilmStatus {
    /// Opens.
    Active,
    /// Its time is over.
    Expired,
    /// Taken back.
    Revoked,
    /// Too many wrong passcodes.
    Locked,
}

/// One film, without its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilmInfo {
    /// Film id, 22 characters.
    pub id: String,
    /// Study Instance UIDs.
    pub studies: Vec<String>,
    /// Where it stands now.
    pub status: FilmStatus,
    /// Whether it asks for a passcode.
    pub has_passcode: bool,
    /// Wrong passcodes that are left.
    pub remaining_attempts: u32,
    /// Unix time in seconds.
    pub created_at_secs: u64,
    /// Unix time in seconds; absent = never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at_secs: Option<u64>,
    /// How often it was opened.
    pub opens: u64,
    /// Unix time in seconds of the last opening.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_opened_at_secs: Option<u64>,
}

/// Answer of `GET /api/films`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilmList {
    /// Newest first.
    pub films: Vec<FilmInfo>,
    /// Films that follow; ask again with `offset`.
    pub more: bool,
}
