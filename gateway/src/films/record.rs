//! A film as the gateway keeps it.

use std::sync::Arc;

use film_link::{
    admin::{FilmInfo, FilmStatus, StudyReport},
    link::FilmId,
    manifest::LabPanel,
    open::GoneReason,
};
use serde::{Deserialize, Serialize};

/// One film. There is no key in it, and no passcode.
#[derive(Clone, PartialEq)]
pub struct FilmRecord {
    /// Names it.
    pub id: FilmId,
    /// SHA-256 of the access proof.
    pub access_sha256: [u8; 32],
    /// Argon2id in PHC form, where the film has a passcode.
    pub passcode_hash: Option<String>,
    /// Wrong passcodes left for the film's lifetime.
    pub attempts_left: u32,
    /// Study Instance UIDs.
    pub studies: Arc<[String]>,
    /// What was handed over with the film.
    pub extras: Extras,
    /// Raised when the film is reissued: tokens of older generations stop.
    pub generation: u32,
    /// Unix time in seconds.
    pub created_at: u64,
    /// Unix time in seconds; `None` = never.
    pub expires_at: Option<u64>,
    /// Unix time in seconds, once revoked.
    pub revoked_at: Option<u64>,
    /// How often it was opened.
    pub opens: u64,
    /// Unix time in seconds of the last opening.
    pub last_opened_at: Option<u64>,
}

impl std::fmt::Debug for FilmRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FilmRecord").field("generation", &self.generation).finish_non_exhaustive()
    }
}

/// Reports and laboratory results that were handed over with a film, beside what the archive holds.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Extras {
    /// Reports, by study.
    #[serde(default)]
    pub reports: Vec<StudyReport>,
    /// Laboratory results.
    #[serde(default)]
    pub labs: Vec<LabPanel>,
}

impl FilmRecord {
    /// Why it does not open at `now`, if it does not. Revoking counts before expiry, expiry before the lock:
    /// the reason that the reader can do least about is said.
    pub fn gone(&self, now: u64) -> Option<GoneReason> {
        self.gone_for_token(now)
            .or((self.passcode_hash.is_some() && self.attempts_left == 0).then_some(GoneReason::Locked))
    }

    /// Why a token that was given earlier stops. Not for a lock: whoever proved the passcode reads on while
    /// somebody else guesses.
    pub fn gone_for_token(&self, now: u64) -> Option<GoneReason> {
        if self.revoked_at.is_some() {
            Some(GoneReason::Revoked)
        } else if self.expires_at.is_some_and(|at| now >= at) {
            Some(GoneReason::Expired)
        } else {
            None
        }
    }

    /// For the list of films.
    pub fn info(&self, now: u64) -> FilmInfo {
        FilmInfo {
            id: self.id.to_text(),
            studies: self.studies.to_vec(),
            status: match self.gone(now) {
                None => FilmStatus::Active,
                Some(GoneReason::Expired) => FilmStatus::Expired,
                Some(GoneReason::Revoked) => FilmStatus::Revoked,
                Some(GoneReason::Locked) => FilmStatus::Locked,
            },
            has_passcode: self.passcode_hash.is_some(),
            remaining_attempts: self.attempts_left,
            created_at_secs: self.created_at,
            expires_at_secs: self.expires_at,
            opens: self.opens,
            last_opened_at_secs: self.last_opened_at,
        }
    }
}
