//! The messages of the open protocol, version 1.
//!
//! `POST /api/films/{id}/open` takes [`OpenRequest`] and answers 200 [`OpenResponse`], or a [`Problem`]: 401
//! with `remaining_attempts`, 404, 410 with `reason`, 429 with the header Retry-After. Where a preview was asked for and
//! could be drawn soon, the answer is `multipart/related` (RFC 2387): the response as its root, and an `image/jpeg` or, where it
//! may be one, `image/webp`; every part says its Content-Length.

use serde::{Deserialize, Serialize};

use crate::code::ErrorCode;
use crate::manifest::Manifest;

/// Version of the protocol that this build speaks.
pub const PROTOCOL: u32 = 1;

/// Longest `recipient` in bytes that the gateway keeps.
pub const MAX_RECIPIENT_LEN: usize = 100;

/// Asks for a film.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenRequest {
    /// Always [`PROTOCOL`].
    pub protocol: u32,
    /// The access proof: 43 characters of base64url (32 bytes, `keys::FilmKeys::access`).
    pub access: String,
    /// The passcode, where the film has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passcode: Option<String>,
    /// Who opens, in words that the patient will read in the list of openings: "手机浏览器". May be empty.
    #[serde(default)]
    pub recipient: String,
    /// The picture that is to come with the answer: on a weak line a round trip sooner than asked for afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview: Option<PreviewWanted>,
}

/// A small picture of a series' key frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewWanted {
    /// Which series, counted from 0 over all studies in the manifest's order; the first where there is no such series.
    #[serde(default)]
    pub series: u32,
    /// Width in pixels that it has to fit into, 1 to 1024. It never is larger than the frame.
    pub width: u16,
    /// Height in pixels, likewise.
    pub height: u16,
    /// Whether it may be a WebP (RFC 9649), which is smaller; else it is a JPEG.
    #[serde(default)]
    pub webp: bool,
}

impl std::fmt::Debug for OpenRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenRequest").field("protocol", &self.protocol).finish_non_exhaustive()
    }
}

/// A film, opened.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct OpenResponse {
    /// Goes into `Authorization: Bearer …` and nowhere else.
    pub token: String,
    /// Seconds that the token lives.
    pub expires_in: u32,
    /// What the film holds.
    pub manifest: Manifest,
}

impl std::fmt::Debug for OpenResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenResponse").field("expires_in", &self.expires_in).finish_non_exhaustive()
    }
}

/// A fresh token: the answer of `POST /api/films/{id}/renew`, sent with the still valid one.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RenewResponse {
    /// Takes the place of the token that asked.
    pub token: String,
    /// Seconds that it lives.
    pub expires_in: u32,
}

/// Why a film that exists cannot be opened. Said only to a holder of the right key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GoneReason {
    /// Its time is over.
    Expired,
    /// Its maker or its holder took it back.
    Revoked,
    /// Too many wrong passcodes.
    Locked,
}

impl GoneReason {
    /// The code that goes with the reason.
    pub const fn code(self) -> ErrorCode {
        match self {
            Self::Expired => ErrorCode::Expired,
            Self::Revoked => ErrorCode::Revoked,
            Self::Locked => ErrorCode::Locked,
        }
    }
}

/// The body of every answer that is not a success: `application/problem+json` (RFC 9457) with a short code.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Problem {
    /// Short code, "LB-401"; [`Problem::error_code`] knows them.
    pub code: String,
    /// What happened and what to do, in English, without identifiers. The page shows its own words by `code`.
    #[serde(default)]
    pub detail: String,
    /// With 401 at open: wrong passcodes that are left for the film's lifetime.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remaining_attempts: Option<u32>,
    /// With 410.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<GoneReason>,
    /// With 400 `LB-426`: the version that the gateway speaks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol: Option<u32>,
}

impl Problem {
    /// The code as a value; `None` for one that this build does not know.
    pub fn error_code(&self) -> Option<ErrorCode> {
        ErrorCode::parse(&self.code)
    }
}

/// What happened to a film, as its holder may see it: `GET /api/films/{id}/events`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilmEvent {
    /// Unix time in seconds.
    pub at_secs: u64,
    /// What happened.
    pub kind: FilmEventKind,
    /// Who, in the words that the opener's page sent; empty where it sent none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub recipient: String,
}

/// Kinds of [`FilmEvent`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FilmEventKind {
    /// The film was made.
    Created,
    /// Opened.
    Opened,
    /// A holder of the link gave a wrong passcode.
    WrongPasscode,
    /// A wrong passcode too many: locked.
    Locked,
    /// Tried after its time or after it was revoked.
    Refused,
    /// An original was downloaded.
    Downloaded,
    /// Revoked.
    Revoked,
}

/// The answer of `GET /api/films/{id}/events`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilmEvents {
    /// Newest first; the gateway gives at most 200.
    pub events: Vec<FilmEvent>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wire_reads_as_the_protocol_says() {
        let request: OpenRequest =
            serde_json::from_str(r#"{"access":"x","recipient":"微信","protocol":1}"#).unwrap();
        assert_eq!((request.passcode, request.recipient.as_str()), (None, "微信"));

        let problem: Problem = serde_json::from_str(
            r#"{"code":"LB-401","detail":"m","remaining_attempts":4,"status":401,"title":"Unauthorized"}"#,
        )
        .unwrap();
        assert_eq!((problem.error_code(), problem.remaining_attempts), (Some(ErrorCode::Passcode), Some(4)));
        let problem: Problem = serde_json::from_str(r#"{"code":"LB-423","reason":"locked"}"#).unwrap();
        assert_eq!(problem.reason.map(GoneReason::code), problem.error_code());
    }

    #[test]
    fn debug_output_holds_no_secret() {
        let request = OpenRequest {
            protocol: 1,
            access: "SECRET".into(),
            passcode: Some("SECRET".into()),
            recipient: String::new(),
            preview: None,
        };
        assert!(!format!("{request:?}").contains("SECRET"));
    }
}
