//! `/api/films`: making, listing, showing and revoking films, with the platform's credential.

use axum::{
    Json,
    extract::{Path, Query, State, rejection::JsonRejection, rejection::QueryRejection},
};
use film_link::{
    admin::{CreateFilm, CreatedFilm, FilmInfo, FilmList},
    code::ErrorCode,
    link::FilmId,
};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Deserialize;

use super::{create::CreateError, holder_routes::unreadable};
use crate::{
    audit::{AuditEvent, AuditKind, Outcome, film_hash},
    auth::{Client, Platform, record},
    gateway::Gateway,
    problem::Problem,
};

/// Films of one answer.
const MAX_LIST: u32 = 200;

impl From<CreateError> for Problem {
    fn from(error: CreateError) -> Self {
        match error {
            CreateError::Films(error) => error.into(),
            CreateError::Source(error) => error.into(),
            CreateError::Link(_) => Self::new(ErrorCode::Internal, error.to_string()),
            _ => Self::bad_request(error.to_string()),
        }
    }
}

/// `POST /api/films`. The answer is the only place where the link ever stands.
///
/// # Errors
/// 400, 401, 403, 502 to 504.
pub async fn create(
    State(gateway): State<Gateway>,
    Client(client): Client,
    _: Platform,
    body: Result<Json<CreateFilm>, JsonRejection>,
) -> Result<(StatusCode, [(HeaderName, HeaderValue); 1], Json<CreatedFilm>), Problem> {
    let wanted = body.map_err(|rejection| unreadable(&rejection))?.0;
    let made = gateway.films.create(wanted, &*gateway.source).await?;
    record(&gateway, event(AuditKind::FilmMade, made.film.id, client, made.film.studies.to_vec())).await;
    let answer = CreatedFilm {
        id: made.link.id.to_text(),
        path: made.link.path(),
        link: made.url,
        expires_at_secs: made.film.expires_at,
    };
    let no_store = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((StatusCode::CREATED, no_store, Json(answer)))
}

/// Which part of the list.
#[derive(Debug, Deserialize)]
pub struct Page {
    limit: Option<u32>,
    #[serde(default)]
    offset: u32,
}

/// `GET /api/films?limit=&offset=`, newest first.
///
/// # Errors
/// 400, 401, 403.
pub async fn list(
    State(gateway): State<Gateway>,
    _: Platform,
    page: Result<Query<Page>, QueryRejection>,
) -> Result<Json<FilmList>, Problem> {
    let page = page.map_err(|_| Problem::bad_request("limit and offset are whole numbers"))?.0;
    let limit = page.limit.unwrap_or(50).clamp(1, MAX_LIST);
    let films = gateway.films.list(limit + 1, page.offset).await?;
    let more = films.len() > limit as usize;
    let now = gateway.films.clock().now_secs();
    Ok(Json(FilmList { films: films.iter().take(limit as usize).map(|film| film.info(now)).collect(), more }))
}

/// `GET /api/films/{id}`.
///
/// # Errors
/// 401, 403, 404.
pub async fn show(
    State(gateway): State<Gateway>,
    _: Platform,
    Path(id): Path<String>,
) -> Result<Json<FilmInfo>, Problem> {
    let film = gateway.films.find(parse(&id)?).await?.ok_or_else(no_film)?;
    Ok(Json(film.info(gateway.films.clock().now_secs())))
}

/// `DELETE /api/films/{id}`: revokes. The film stays in the list.
///
/// # Errors
/// 401, 403, 404.
pub async fn revoke(
    State(gateway): State<Gateway>,
    Client(client): Client,
    _: Platform,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let id = parse(&id)?;
    if !gateway.films.revoke(id).await? {
        return Err(no_film());
    }
    record(&gateway, event(AuditKind::FilmRevoked, id, client, Vec::new())).await;
    Ok(StatusCode::NO_CONTENT)
}

fn parse(id: &str) -> Result<FilmId, Problem> {
    FilmId::parse(id).map_err(|_| no_film())
}

fn no_film() -> Problem {
    Problem::new(ErrorCode::NotFound, "no such film")
}

fn event(kind: AuditKind, id: FilmId, address: std::net::IpAddr, studies: Vec<String>) -> AuditEvent {
    AuditEvent {
        kind,
        outcome: Outcome::Success,
        reason: None,
        film: Some(film_hash(&id)),
        platform: true,
        address,
        studies,
        series: None,
    }
}
