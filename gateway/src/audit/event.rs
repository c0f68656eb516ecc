//! One audit event, in the terms of PS3.15 A.5 (codes from PS3.16: CID 400, 403).

use std::net::IpAddr;

use film_link::link::FilmId;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::clock::rfc3339;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AuditKind {
    /// A film was opened, or somebody failed to open it.
    Open,
    /// Frames of a series were looked at.
    Accessed,
    /// Originals went to the holder of a film, out of the platform's domain.
    Exported,
    /// Originals went to another system of the platform.
    Transferred,
    /// The platform searched.
    Query,
    /// Somebody tried what the token does not reach.
    Alert,
    /// A film was made.
    FilmMade,
    /// A film was revoked.
    FilmRevoked,
}

impl AuditKind {
    /// EventID: code of scheme DCM and its meaning.
    pub const fn event_id(self) -> (&'static str, &'static str) {
        match self {
            Self::Open => ("110114", "User Authentication"),
            Self::Accessed => ("110103", "DICOM Instances Accessed"),
            Self::Exported => ("110106", "Export"),
            Self::Transferred => ("110104", "DICOM Instances Transferred"),
            Self::Query => ("110112", "Query"),
            Self::Alert | Self::FilmMade | Self::FilmRevoked => ("110113", "Security Alert"),
        }
    }

    /// EventTypeCode, where the event has one.
    pub const fn event_type(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Open => Some(("110122", "Login")),
            Self::Alert => Some(("110132", "Use of Restricted Function")),
            Self::FilmMade | Self::FilmRevoked => Some(("110135", "Object Security Attributes Changed")),
            _ => None,
        }
    }

    /// EventActionCode: R read, E execute.
    pub const fn action(self) -> &'static str {
        match self {
            Self::Accessed | Self::Exported | Self::Transferred => "R",
            _ => "E",
        }
    }
}

/// EventOutcomeIndicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It happened.
    Success,
    /// It was refused, as it should be.
    MinorFailure,
    /// It was refused and somebody should look: a film locked by wrong passcodes.
    SeriousFailure,
}

impl Outcome {
    /// 0, 4 or 8.
    pub const fn indicator(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::MinorFailure => 4,
            Self::SeriousFailure => 8,
        }
    }
}

/// Names a film in audit entries and logs: the first 16 hexadecimal digits of a SHA-256. Who has the film's id
/// can find its entries; who has the entries cannot find the film.
pub fn film_hash(id: &FilmId) -> String {
    let digest = Sha256::new().chain_update(b"lightbox/1/audit\0").chain_update(id.as_bytes()).finalize();
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// One event.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEvent {
    /// What.
    pub kind: AuditKind,
    /// How it ended.
    pub outcome: Outcome,
    /// Why it failed, from a fixed vocabulary: "wrong key", "revoked". Never text from outside.
    pub reason: Option<&'static str>,
    /// [`film_hash`]; `None` for the platform itself.
    pub film: Option<String>,
    /// Whether the platform's credential was used.
    pub platform: bool,
    /// Network address of the requestor.
    pub address: IpAddr,
    /// Study Instance UIDs.
    pub studies: Vec<String>,
    /// Series Instance UID.
    pub series: Option<String>,
}

impl AuditEvent {
    /// The message with the names of PS3.15 A.5.2 as JSON. Participant objects are studies (type 2, role 3, id
    /// type DCM 110180) and the film (role 13, security resource).
    pub fn to_json(&self, at_secs: u64) -> Value {
        let code = |(code, meaning): (&str, &str)| json!({ "csd-code": code, "codeSystemName": "DCM", "originalText": meaning });
        let mut objects = Vec::new();
        for study in &self.studies {
            let mut object = json!({
                "ParticipantObjectTypeCode": 2,
                "ParticipantObjectTypeCodeRole": 3,
                "ParticipantObjectIDTypeCode": code(("110180", "Study Instance UID")),
                "ParticipantObjectID": study,
            });
            if let Some(series) = &self.series {
                object["ParticipantObjectDetail"] =
                    json!([{ "type": "Series Instance UID", "value": series }]);
            }
            objects.push(object);
        }
        if let Some(film) = &self.film {
            objects.push(json!({
                "ParticipantObjectTypeCode": 2,
                "ParticipantObjectTypeCodeRole": 13,
                "ParticipantObjectIDTypeCode": { "csd-code": "film", "codeSystemName": "99LIGHTBOX" },
                "ParticipantObjectID": film,
            }));
        }
        let mut event = json!({
            "EventID": code(self.kind.event_id()),
            "EventActionCode": self.kind.action(),
            "EventDateTime": rfc3339(at_secs),
            "EventOutcomeIndicator": self.outcome.indicator(),
        });
        if let Some(event_type) = self.kind.event_type() {
            event["EventTypeCode"] = code(event_type);
        }
        if let Some(reason) = self.reason {
            event["EventOutcomeDescription"] = reason.into();
        }
        let user = match (&self.film, self.platform) {
            (_, true) => "platform".to_owned(),
            (Some(film), false) => format!("holder of film {film}"),
            (None, false) => "unknown".to_owned(),
        };
        json!({
            "EventIdentification": event,
            "ActiveParticipant": [{
                "UserID": user,
                "UserIsRequestor": true,
                "NetworkAccessPointTypeCode": 2,
                "NetworkAccessPointID": self.address.to_string(),
            }],
            "AuditSourceIdentification": { "AuditSourceID": "lightbox" },
            "ParticipantObjectIdentification": objects,
        })
    }
}
