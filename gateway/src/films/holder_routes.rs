//! `/api/films/{id}/open`, `/renew`, `/events`: what the holder of a link may do.

use axum::{
    Json,
    extract::{Path, State, rejection::JsonRejection},
    response::Response,
};
use film_link::{
    code::ErrorCode,
    link::FilmId,
    open::{FilmEvents, OpenRequest, OpenResponse, PROTOCOL, RenewResponse},
};
use http::{HeaderMap, HeaderName, HeaderValue, header};

use super::{
    manifest,
    open::{OpenError, Opened},
    preview,
    service::{FilmSession, FilmsError, gone_words},
};
use crate::{
    audit::{AuditEvent, AuditKind, Outcome, film_hash},
    auth::{Client, Holder, gone, record},
    dicomweb::compress::accepted_coding,
    gateway::Gateway,
    problem::Problem,
    source::SourceError,
};

/// No answer of these routes may be kept by anybody.
type NoStore = [(HeaderName, HeaderValue); 1];

fn no_store() -> NoStore {
    [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))]
}

impl From<FilmsError> for Problem {
    fn from(error: FilmsError) -> Self {
        tracing::error!(%error, "films");
        Self::new(ErrorCode::Internal, "the films' storage failed; the log says how")
    }
}

/// `POST /api/films/{id}/open`.
///
/// # Errors
/// 400, 401, 404, 410, 429, 502 to 504 as the open protocol says.
pub async fn open(
    State(gateway): State<Gateway>,
    Client(client): Client,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Result<Json<OpenRequest>, JsonRejection>,
) -> Result<(NoStore, Response), Problem> {
    let request = body.map_err(|rejection| unreadable(&rejection))?.0;
    if request.protocol != PROTOCOL {
        return Err(Problem::new(ErrorCode::Protocol, "this page is of another version; reload it")
            .with("protocol", PROTOCOL));
    }
    let opened = gateway.films.open(&id, &request, client).await;
    let mut event = AuditEvent {
        kind: AuditKind::Open,
        outcome: Outcome::Success,
        reason: None,
        film: FilmId::parse(&id).ok().map(|id| film_hash(&id)),
        platform: false,
        address: client,
        studies: Vec::new(),
        series: None,
    };
    match &opened {
        Ok(opened) => event.studies = opened.film.studies.to_vec(),
        Err(error) => (event.outcome, event.reason) = refusal(error),
    }
    // Being held off by the limit is no denial, and would let anybody fill the trail.
    if !matches!(opened, Err(OpenError::TooMany(_))) {
        record(&gateway, event).await;
    }
    let Opened { film, token, expires_in } = opened.map_err(problem)?;
    let manifest = manifest::fill(&film, &*gateway.source).await.map_err(|error| match error {
        SourceError::NotFound(_) => Problem::new(
            ErrorCode::Unavailable,
            "the film's studies are not in the archive; ask the hospital",
        ),
        other => other.into(),
    })?;
    gateway.films.note_opened(&film, &request.recipient).await;
    let picture = match request.preview {
        Some(wanted) => preview::draw(&gateway, &manifest, wanted).await,
        None => None,
    };
    let answer =
        preview::answer(&OpenResponse { token, expires_in, manifest }, picture, accepted_coding(&headers))
            .await?;
    Ok((no_store(), answer))
}

pub(super) fn unreadable(rejection: &JsonRejection) -> Problem {
    if rejection.status() == http::StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::new(ErrorCode::TooLarge, "the body is larger than this route takes");
    }
    // The rejection's own text may quote the body.
    Problem::bad_request(
        "the body is not the JSON that /api/openapi.json describes, or lacks Content-Type: application/json",
    )
}

fn refusal(error: &OpenError) -> (Outcome, Option<&'static str>) {
    match error {
        OpenError::NotFound => (Outcome::MinorFailure, Some("unknown film or wrong key")),
        OpenError::Passcode { sent: false, .. } => (Outcome::MinorFailure, Some("passcode missing")),
        OpenError::Passcode { remaining: 0, .. } => {
            (Outcome::SeriousFailure, Some("wrong passcode; film locked"))
        }
        OpenError::Passcode { .. } => (Outcome::MinorFailure, Some("wrong passcode")),
        OpenError::Gone(reason) => (Outcome::MinorFailure, Some(gone_words(*reason))),
        OpenError::TooMany(_) => (Outcome::MinorFailure, Some("too many openings")),
        OpenError::Films(_) => (Outcome::SeriousFailure, Some("the gateway failed")),
    }
}

fn problem(error: OpenError) -> Problem {
    match error {
        OpenError::TooMany(wait) => Problem::new(ErrorCode::TooMany, "too many openings; wait and try again")
            .retry_after(wait.as_secs()),
        OpenError::NotFound => {
            Problem::new(ErrorCode::NotFound, "no such film: the link may be damaged; copy it again")
        }
        OpenError::Passcode { remaining, sent } => {
            let detail =
                if sent { "that is not the film's passcode" } else { "the film asks for a passcode" };
            Problem::new(ErrorCode::Passcode, detail).with("remaining_attempts", remaining)
        }
        OpenError::Gone(reason) => gone(reason),
        OpenError::Films(error) => error.into(),
    }
}

/// A token is for one film: another film's routes are closed to it.
fn own(session: &FilmSession, id: &str) -> Result<(), Problem> {
    if FilmId::parse(id) == Ok(session.film.id) {
        Ok(())
    } else {
        Err(Problem::new(ErrorCode::Forbidden, "this token is for another film"))
    }
}

/// `POST /api/films/{id}/renew`: a fresh token for one that is still good. A film with a passcode is read on
/// without typing it again, until the session's end.
///
/// # Errors
/// 401, 403, 410.
pub async fn renew(
    State(gateway): State<Gateway>,
    Holder(session): Holder,
    Path(id): Path<String>,
) -> Result<(NoStore, Json<RenewResponse>), Problem> {
    own(&session, &id)?;
    let (token, expires_in) = gateway.films.renew(&session).ok_or_else(|| {
        Problem::new(ErrorCode::TokenExpired, "the session has lasted long enough; open the film again")
    })?;
    Ok((no_store(), Json(RenewResponse { token, expires_in })))
}

/// `GET /api/films/{id}/events`: who opened the film and when.
///
/// # Errors
/// 401, 403, 410.
pub async fn events(
    State(gateway): State<Gateway>,
    Holder(session): Holder,
    Path(id): Path<String>,
) -> Result<(NoStore, Json<FilmEvents>), Problem> {
    own(&session, &id)?;
    let events = gateway.films.events(session.film.id).await?;
    Ok((no_store(), Json(FilmEvents { events })))
}
