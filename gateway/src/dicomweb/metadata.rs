//! Metadata (PS3.18 10.4.1.1.2): DICOM JSON of all instances of a scope.

use axum::body::Body;
use axum::extract::Path;
use axum::response::Response;
use film_link::code::ErrorCode;
use http::{HeaderValue, StatusCode, header};

use super::compress::{Compressed, coded_etag};
use super::conditional::{self, REVALIDATE};
use super::pairs;
use super::question::{InstancePath, Question, SeriesPath, StudyPath, json_type};
use crate::problem::Problem;
use crate::source::{Detail, Scope};

/// `GET /studies/{study}/metadata`
pub async fn study(question: Question, Path(study): StudyPath) -> Result<Response, Problem> {
    document(&question, question.scope(&study, None, None)?).await
}

/// `GET /studies/{study}/series/{series}/metadata`
pub async fn series(question: Question, Path((study, series)): SeriesPath) -> Result<Response, Problem> {
    document(&question, question.scope(&study, Some(&series), None)?).await
}

/// `GET /studies/{study}/series/{series}/instances/{instance}/metadata`
pub async fn instance(
    question: Question,
    Path((study, series, instance)): InstancePath,
) -> Result<Response, Problem> {
    document(&question, question.scope(&study, Some(&series), Some(&instance))?).await
}

async fn document(question: &Question, scope: Scope) -> Result<Response, Problem> {
    let Question { web, headers, .. } = question;
    let (pairs, ranges) = question.wanted()?;
    let Some(media_type) = json_type(&ranges) else {
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
