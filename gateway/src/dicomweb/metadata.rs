//! Metadata (PS3.18 10.4.1.1.2): DICOM JSON of all instances of a scope.

use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use film_link::code::ErrorCode;
use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::accept::accepted;
use super::compress::{Compressed, coded_etag};
use super::conditional::{self, REVALIDATE};
use super::{DicomWeb, pairs, uid};
use crate::access::Access;
use crate::problem::Problem;
use crate::source::{Detail, Scope};

/// `GET /studies/{study}/metadata`
pub async fn study(
    access: Access,
    State(web): State<DicomWeb>,
    Path(study): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    document(&access, &web, uid::scope(&study, None, None)?, query.as_deref(), &headers).await
}

/// `GET /studies/{study}/series/{series}/metadata`
pub async fn series(
    access: Access,
    State(web): State<DicomWeb>,
    Path((study, series)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    document(&access, &web, uid::scope(&study, Some(&series), None)?, query.as_deref(), &headers).await
}

/// `GET /studies/{study}/series/{series}/instances/{instance}/metadata`
pub async fn instance(
    access: Access,
    State(web): State<DicomWeb>,
    Path((study, series, instance)): Path<(String, String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let scope = uid::scope(&study, Some(&series), Some(&instance))?;
    document(&access, &web, scope, query.as_deref(), &headers).await
}

async fn document(
    access: &Access,
    web: &DicomWeb,
    scope: Scope,
    query: Option<&str>,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    access.require(&scope.study)?;
    let pairs = pairs::parse(query)?;
    let ranges = accepted(headers, pairs::first(&pairs, "accept"));
    let Some(media_type) = ranges.iter().filter(|range| !range.is_multipart()).find_map(|range| {
        ["application/dicom+json", "application/json"].into_iter().find(|offer| range.takes(offer))
    }) else {
        return Err(Problem::not_acceptable("metadata is application/dicom+json"));
    };
    let detail = match pairs::first(&pairs, "includefield") {
        Some("lightbox") => Detail::Lightbox,
        // Other fields cannot trim: more than what was asked for is always allowed.
        _ => Detail::Full,
    };
    let document = web.source.metadata(scope, detail).await?;
    let coding = Compressed::choose(headers, document.json.len());
    let etag = coded_etag(&document.etag, coding);
    if conditional::not_modified(headers, &etag) {
        return with_vary(conditional::head(StatusCode::NOT_MODIFIED, media_type, &etag, REVALIDATE)?);
    }
    let mut response = with_vary(conditional::head(StatusCode::OK, media_type, &etag, REVALIDATE)?)?;
    let body = match coding {
        None => document.json,
        Some(coding) => {
            response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
            web.compressed.get(coding, &etag, document.json).await.map_err(|error| {
                Problem::new(ErrorCode::Internal, format!("the document could not be compressed: {error}"))
            })?
        }
    };
    *response.body_mut() = Body::from(body);
    Ok(response)
}

fn with_vary(mut response: Response) -> Result<Response, Problem> {
    let vary = HeaderValue::from_static("accept, accept-encoding, authorization");
    response.headers_mut().insert(header::VARY, vary);
    Ok(response)
}
