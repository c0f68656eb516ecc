//! The authentication layer: `Authorization: Bearer …` → [`Access`] in the request's extensions.
//!
//! Only the header counts, never a query parameter or cookie. A route behind this layer is not reached without
//! a bearer that is good now; what the bearer reaches, the handlers ask of [`Access`].

use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::{FromRequestParts, Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use film_link::{
    code::ErrorCode,
    open::{FilmEventKind, GoneReason},
};
use http::{StatusCode, header, request::Parts};

use crate::{
    access::Access,
    audit::{
        AuditEvent, AuditKind, Outcome, film_hash,
        requests::{Asked, What},
    },
    films::{
        service::{BearerError, FilmSession, gone_words},
        standing::StandingError,
        token::TokenError,
    },
    gateway::Gateway,
    problem::Problem,
};

/// Who comes with the request.
#[derive(Debug, Clone)]
pub enum Bearer {
    /// The platform's credential.
    Platform,
    /// The holder of a film.
    Film(FilmSession),
}

impl Bearer {
    fn access(&self) -> Access {
        match self {
            Self::Platform => Access::Platform,
            Self::Film(session) => Access::Film { study_uids: Arc::clone(&session.film.studies) },
        }
    }
}

/// The holder of a film; a handler that takes it refuses the platform's credential with 403.
#[derive(Debug, Clone)]
pub struct Holder(pub FilmSession);

/// The platform; a handler that takes it refuses film tokens with 403.
#[derive(Debug, Clone, Copy)]
pub struct Platform;

impl<S: Send + Sync> FromRequestParts<S> for Holder {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        match parts.extensions.get::<Bearer>() {
            Some(Bearer::Film(session)) => Ok(Self(session.clone())),
            Some(Bearer::Platform) => {
                Err(Problem::new(ErrorCode::Forbidden, "this route is for a film's holder"))
            }
            None => Err(Problem::unauthenticated()),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Platform {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        match parts.extensions.get::<Bearer>() {
            Some(Bearer::Platform) => Ok(Self),
            Some(Bearer::Film(_)) => {
                Err(Problem::new(ErrorCode::Forbidden, "this route needs the platform's credential"))
            }
            None => Err(Problem::unauthenticated()),
        }
    }
}

/// The client's address, as the trusted proxies tell it.
#[derive(Debug, Clone, Copy)]
pub struct Client(pub IpAddr);

impl FromRequestParts<Gateway> for Client {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, gateway: &Gateway) -> Result<Self, Self::Rejection> {
        Ok(Self(gateway.proxies.client(parts)))
    }
}

/// The 410 of a film that is over.
pub fn gone(reason: GoneReason) -> Problem {
    let detail = match reason {
        GoneReason::Expired => "the film's time is over; ask the hospital for a new link",
        GoneReason::Revoked => "the film was taken back; ask whoever sent the link",
        GoneReason::Locked => "too many wrong passcodes; ask the hospital for a new link",
    };
    Problem::new(reason.code(), detail).with("reason", gone_words(reason))
}

fn identify(gateway: &Gateway, parts: &Parts) -> Result<Bearer, Problem> {
    let header = parts.headers.get(header::AUTHORIZATION).ok_or_else(Problem::unauthenticated)?;
    let text = header.to_str().map_err(|_| Problem::unauthenticated())?;
    let (scheme, token) = text.split_once(' ').ok_or_else(Problem::unauthenticated)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Problem::unauthenticated());
    }
    let token = token.trim();
    if gateway.platform.as_ref().is_some_and(|platform| platform.matches(token)) {
        return Ok(Bearer::Platform);
    }
    gateway.films.bearer(token).map(Bearer::Film).map_err(|error| match error {
        BearerError::Token(TokenError::Expired) => {
            Problem::new(ErrorCode::TokenExpired, "the token has expired; open the film again")
        }
        BearerError::Token(TokenError::Invalid) | BearerError::Standing(StandingError::Changed) => {
            Problem::unauthenticated()
        }
        BearerError::Standing(StandingError::Gone(reason)) => gone(reason),
        BearerError::Standing(StandingError::Store(error)) => {
            tracing::error!(%error, "films");
            Problem::new(ErrorCode::Internal, "the films' storage failed; the log says how")
        }
    })
}

/// The layer for every route that needs a bearer.
pub async fn require(State(gateway): State<Arc<Gateway>>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    match identify(&gateway, &parts) {
        Ok(bearer) => {
            parts.extensions.insert(bearer.access());
            parts.extensions.insert(bearer);
            next.run(Request::from_parts(parts, body)).await
        }
        Err(problem) => problem.into_response(),
    }
}

/// [`require`] for `/dicom-web`, which also writes the audit events that requests for pictures are due. The path is
/// the one below `/dicom-web`.
pub async fn require_and_audit(
    State(gateway): State<Arc<Gateway>>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let bearer = match identify(&gateway, &parts) {
        Ok(bearer) => bearer,
        Err(problem) => return problem.into_response(),
    };
    let asked = Asked::of(parts.uri.path());
    let address = gateway.proxies.client(&parts);
    parts.extensions.insert(bearer.access());
    let response = next.run(Request::from_parts(parts, body)).await;

    let platform = matches!(bearer, Bearer::Platform);
    let status = response.status();
    let (kind, outcome, reason) = match asked.kind(platform) {
        _ if status == StatusCode::FORBIDDEN => {
            (AuditKind::Alert, Outcome::MinorFailure, Some("study outside the film"))
        }
        Some(kind) if status.is_success() => (kind, Outcome::Success, None),
        _ => return response,
    };
    let session = match &bearer {
        Bearer::Platform => address.to_string().into_bytes(),
        Bearer::Film(session) => session.claims.session.to_vec(),
    };
    let now = gateway.films.clock().now_secs();
    if gateway.said.first(&session, &asked, now) {
        if let (What::Originals, Bearer::Film(session), true) = (asked.what, &bearer, status.is_success()) {
            gateway.films.note(session.film.id, FilmEventKind::Downloaded, "").await;
        }
        let event = AuditEvent {
            kind,
            outcome,
            reason,
            film: match &bearer {
                Bearer::Platform => None,
                Bearer::Film(session) => Some(film_hash(&session.film.id)),
            },
            platform,
            address,
            studies: asked.study.into_iter().collect(),
            series: asked.series,
        };
        record(&gateway, event).await;
    }
    response
}

/// Appends to the audit trail off the async threads, before the answer goes out.
pub async fn record(gateway: &Gateway, event: AuditEvent) {
    let audit = Arc::clone(&gateway.audit);
    if tokio::task::spawn_blocking(move || audit.record(&event)).await.is_err() {
        tracing::error!("audit event lost: the service is stopping");
    }
}
