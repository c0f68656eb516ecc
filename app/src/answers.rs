//! HTTP answers of the gateway → events of the session. Pure.

use film_link::code::ErrorCode;
use film_link::manifest::MANIFEST_VERSION;
use film_link::open::{GoneReason, OpenResponse, Problem};
use viewer_core::cache::Source;
use viewer_core::codec::TransferSyntax;
use viewer_core::dicom::header::InstanceHeader;
use viewer_core::dicom::json;
use viewer_core::dicom::limits::Limits;
use viewer_core::dicom::read_header;
use viewer_core::session::{Closed, Event, Failure};

/// A whole answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpAnswer {
    /// HTTP status.
    pub status: u16,
    /// Retry-After in seconds; 0 where absent.
    pub retry_after_secs: u32,
    /// Body text.
    pub body: String,
}

impl HttpAnswer {
    fn problem(&self) -> Option<Problem> {
        Problem::read(&self.body).ok()
    }
}

/// A film that was opened.
#[derive(Debug)]
pub struct Opened {
    /// For Authorization.
    pub token: String,
    /// How long it lives.
    pub expires_in_secs: u32,
    /// What the session hears.
    pub event: Event,
}

/// Reads the answer to `POST /api/films/{id}/open`.
///
/// # Errors
/// The event that says why the film is not open.
pub fn opened(answer: &HttpAnswer) -> Result<Opened, Event> {
    if answer.status == 200 {
        let Ok(response) = OpenResponse::read(&answer.body) else {
            return Err(Event::Closed(Closed::VersionMismatch));
        };
        if response.manifest.version != MANIFEST_VERSION {
            return Err(Event::Closed(Closed::VersionMismatch));
        }
        let event = Event::Opened { manifest: Box::new(response.manifest), source: Source::Network };
        return Ok(Opened { token: response.token, expires_in_secs: response.expires_in, event });
    }
    Err(match answer.status {
        401 => {
            let remaining = answer.problem().and_then(|problem| problem.remaining_attempts).unwrap_or(0);
            Event::PasscodeNeeded { remaining }
        }
        _ => Event::Closed(closed(answer)),
    })
}

/// Why a film cannot be shown, by an answer that is not a success.
pub fn closed(answer: &HttpAnswer) -> Closed {
    let problem = answer.problem();
    match answer.status {
        404 => Closed::NotFound,
        410 => match problem.and_then(|problem| problem.reason) {
            Some(GoneReason::Expired) => Closed::Expired,
            Some(GoneReason::Locked) => Closed::Locked,
            Some(GoneReason::Revoked) | None => Closed::Revoked,
        },
        429 => Closed::Busy { retry_after_secs: answer.retry_after_secs.max(1) },
        502 | 504 => Closed::UpstreamDown,
        400 if problem.is_some_and(|problem| problem.code == ErrorCode::Protocol.as_str()) => {
            Closed::VersionMismatch
        }
        400 => Closed::BadLink,
        _ => Closed::ServerError,
    }
}

/// What a refused request for a frame, a preview or metadata means.
#[derive(Debug, Clone, PartialEq)]
pub enum Refusal {
    /// The token is too old (401).
    TokenExpired,
    /// The film is no longer open to anybody (410).
    Closed(Closed),
    /// This object only.
    Object(Failure),
}

/// Reads an answer that is not a success.
pub fn refused(answer: &HttpAnswer) -> Refusal {
    match answer.status {
        401 => Refusal::TokenExpired,
        410 => Refusal::Closed(closed(answer)),
        403 => Refusal::Object(Failure::Denied),
        404 => Refusal::Object(Failure::Missing),
        406 | 415 => Refusal::Object(Failure::Unsupported),
        413 => Refusal::Object(Failure::TooLarge),
        500 if answer.problem().is_some_and(|problem| problem.code == ErrorCode::Damaged.as_str()) => {
            Refusal::Object(Failure::Damaged)
        }
        _ => Refusal::Object(Failure::Server),
    }
}

/// Headers of a series, from its trimmed metadata in the DICOM JSON model (PS3.18 annex F). An instance whose
/// header cannot be used is left out: the session sees that frames are missing, and the rest goes on.
///
/// # Errors
/// When it is no such document, or no instance can be used.
pub fn headers(text: &str) -> Result<Vec<InstanceHeader>, Failure> {
    let limits = Limits::default();
    let instances = json::read(text.as_bytes(), &limits).map_err(|_| Failure::Damaged)?;
    let found: Vec<InstanceHeader> =
        instances.iter().filter_map(|data| read_header(data, None, &limits).ok()).collect();
    if found.is_empty() { Err(Failure::Damaged) } else { Ok(found) }
}

/// The transfer syntax that a Content-Type names, `application/octet-stream; transfer-syntax=1.2…` (PS3.18 8.7.3.5.2).
pub fn transfer_syntax_of(content_type: &str) -> Option<String> {
    let parameters = content_type.split(';').skip(1);
    let value = parameters.filter_map(|pair| pair.split_once('=')).find_map(|(name, value)| {
        name.trim().eq_ignore_ascii_case("transfer-syntax").then(|| value.trim().trim_matches('"'))
    })?;
    TransferSyntax::from_uid(value).map(|syntax| syntax.uid().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> HttpAnswer {
        HttpAnswer { status, retry_after_secs: 0, body: body.into() }
    }

    #[test]
    fn a_manifest_opens_the_film() {
        let body =
            r#"{"token":"t","expires_in":900,"manifest":{"version":1,"patient":{"name":{}},"studies":[]}}"#;
        let opened = opened(&answer(200, body)).unwrap();
        assert_eq!(opened.token, "t");
        assert!(matches!(opened.event, Event::Opened { source: Source::Network, .. }));
    }

    #[test]
    fn another_version_is_said_to_be_one() {
        for body in [
            r#"{"token":"t","expires_in":9,"manifest":{"version":2,"patient":{"name":{}},"studies":[]}}"#,
            "<html>proxy</html>",
        ] {
            assert_eq!(opened(&answer(200, body)).unwrap_err(), Event::Closed(Closed::VersionMismatch));
        }
    }

    #[test]
    fn one_unusable_instance_does_not_hide_the_others() {
        let instance = |rows: u32| {
            format!(
                r#"{{"00080016":{{"vr":"UI","Value":["1.2.840.10008.5.1.4.1.1.2"]}},
                "00080018":{{"vr":"UI","Value":["1.2.3"]}},
                "00083002":{{"vr":"UI","Value":["1.2.840.10008.1.2.1"]}},
                "00280002":{{"vr":"US","Value":[1]}},
                "00280004":{{"vr":"CS","Value":["MONOCHROME2"]}},
                "00280010":{{"vr":"US","Value":[{rows}]}},"00280011":{{"vr":"US","Value":[4]}},
                "00280100":{{"vr":"US","Value":[16]}},"00280101":{{"vr":"US","Value":[12]}},
                "00280102":{{"vr":"US","Value":[11]}},"00280103":{{"vr":"US","Value":[0]}}}}"#
            )
        };
        let of = |text: String| headers(&text).map(|headers| headers.len());
        assert_eq!(of(format!("[{},{}]", instance(4), instance(0))), Ok(1));
        assert_eq!(of(format!("[{}]", instance(0))), Err(Failure::Damaged));
        assert_eq!(of("<html>".into()), Err(Failure::Damaged));
    }

    #[test]
    fn a_content_type_names_its_transfer_syntax() {
        let of = |text: &str| transfer_syntax_of(text);
        let uid = "1.2.840.10008.1.2.4.70";
        assert_eq!(of(&format!("application/octet-stream; transfer-syntax={uid}")).as_deref(), Some(uid));
        assert_eq!(of(&format!("application/octet-stream;Transfer-Syntax=\"{uid}\"")).as_deref(), Some(uid));
        assert_eq!(of("application/octet-stream; transfer-syntax=*"), None);
        assert_eq!(of("image/jpeg"), None);
    }

    #[test]
    fn refusals_to_open_keep_their_reasons() {
        let closed = |status, body: &str| opened(&answer(status, body)).unwrap_err();
        assert_eq!(
            closed(401, r#"{"code":"LB-401","message":"m","remaining_attempts":3}"#),
            Event::PasscodeNeeded { remaining: 3 }
        );
        assert_eq!(
            closed(410, r#"{"code":"LB-423","message":"m","reason":"locked"}"#),
            Event::Closed(Closed::Locked)
        );
        assert_eq!(closed(404, ""), Event::Closed(Closed::NotFound));
        assert_eq!(closed(429, ""), Event::Closed(Closed::Busy { retry_after_secs: 1 }));
        assert_eq!(closed(400, r#"{"code":"LB-426","message":"m"}"#), Event::Closed(Closed::VersionMismatch));
        assert_eq!(closed(502, ""), Event::Closed(Closed::UpstreamDown));
        assert_eq!(closed(500, ""), Event::Closed(Closed::ServerError));
    }

    #[test]
    fn a_refused_frame_says_whose_fault_it_is() {
        assert_eq!(refused(&answer(401, "")), Refusal::TokenExpired);
        let gone = r#"{"code":"LB-410","message":"m","reason":"expired"}"#;
        assert_eq!(refused(&answer(410, gone)), Refusal::Closed(Closed::Expired));
        assert_eq!(refused(&answer(404, "")), Refusal::Object(Failure::Missing));
        let damaged = r#"{"code":"LB-520","message":"m"}"#;
        assert_eq!(refused(&answer(500, damaged)), Refusal::Object(Failure::Damaged));
        assert_eq!(refused(&answer(503, "")), Refusal::Object(Failure::Server));
    }
}
