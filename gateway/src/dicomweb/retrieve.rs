//! Studies, series and instances as files (PS3.18 10.4.1.1.1), and bulk data.

use axum::extract::Path;
use axum::response::Response;
use futures_util::{StreamExt, TryStreamExt, stream};
use http::{HeaderMap, HeaderValue, header};

use super::accept::MediaRange;
use super::conditional::{self, IMMUTABLE};
use super::multipart::{self, Part, PartBody};
use super::negotiate::OCTET_STREAM;
use super::question::{InstancePath, PathWithin, Question, SeriesPath, StudyPath};
use super::{DicomWeb, ROOT};
use crate::problem::Problem;
use crate::source::{InstanceFile, InstanceId, Scope, SourceError};

const DICOM: &str = "application/dicom";

/// `GET /studies/{study}`
pub async fn study(question: Question, Path(study): StudyPath) -> Result<Response, Problem> {
    files(&question, question.scope(&study, None, None)?).await
}

/// `GET /studies/{study}/series/{series}`
pub async fn series(question: Question, Path((study, series)): SeriesPath) -> Result<Response, Problem> {
    files(&question, question.scope(&study, Some(&series), None)?).await
}

/// `GET /studies/{study}/series/{series}/instances/{instance}`: many parts, or the bare file where that is asked for.
pub async fn instance(
    question: Question,
    Path((study, series, instance)): InstancePath,
) -> Result<Response, Problem> {
    let id = question.instance(&study, &series, &instance)?;
    let (_, ranges) = question.wanted()?;
    let wanted: Vec<_> = ranges.into_iter().filter(|range| range.takes(DICOM)).collect();
    let file = question.web.source.instance_file(id).await?;
    let Some(range) = wanted.iter().find(|range| takes_stored(range, &file.transfer_syntax_uid)) else {
        return Err(refused(&wanted));
    };
    if range.media_type == DICOM {
        single(&question.headers, file)
    } else {
        parts(question.web, vec![file.id])
    }
}

async fn files(question: &Question, scope: Scope) -> Result<Response, Problem> {
    let (_, ranges) = question.wanted()?;
    let takes = |range: &MediaRange| {
        let any_syntax = matches!(range.transfer_syntax.as_deref(), None | Some("*"));
        (range.is_multipart() || range.media_type == "*/*") && range.takes(DICOM) && any_syntax
    };
    if !ranges.iter().any(takes) {
        return Err(refused(&ranges));
    }
    let ids = question.web.source.instances(scope).await?;
    parts(question.web.clone(), ids)
}

/// Files are given as they came. Where another transfer syntax is insisted on there is nothing to give.
fn takes_stored(range: &MediaRange, stored: &str) -> bool {
    range.transfer_syntax.as_deref().is_none_or(|wanted| wanted == "*" || wanted == stored)
}

fn refused(ranges: &[MediaRange]) -> Problem {
    Problem::not_acceptable(if ranges.iter().any(|range| range.transfer_syntax.is_some()) {
        "files are given in the transfer syntax they came in; ask with transfer-syntax=*"
    } else {
        "files are given as multipart/related; type=\"application/dicom\", one instance also as application/dicom"
    })
}

fn content_type(transfer_syntax: &str) -> String {
    format!("{DICOM}; transfer-syntax={transfer_syntax}")
}

fn single(request: &HeaderMap, file: InstanceFile) -> Result<Response, Problem> {
    let content_type = content_type(&file.transfer_syntax_uid);
    let mut response = conditional::payload_response(request, &content_type, &file.etag, file.payload)?;
    response.headers_mut().insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
    Ok(response)
}

fn parts(web: DicomWeb, ids: Vec<InstanceId>) -> Result<Response, Problem> {
    let seed = ids.iter().map(|id| id.instance.as_str()).collect::<Vec<_>>().join("/");
    let parts = stream::iter(ids).then(move |id| {
        let source = web.source.clone();
        async move { source.instance_file(id).await.map(part) }
    });
    let mut response = multipart::response(DICOM, &multipart::boundary(&seed), parts)?;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
    Ok(response)
}

fn part(file: InstanceFile) -> Part {
    let InstanceId { study, series, instance } = &file.id;
    Part {
        content_type: content_type(&file.transfer_syntax_uid),
        location: Some(format!("{ROOT}/studies/{study}/series/{series}/instances/{instance}")),
        etag: None,
        payload: PartBody::Payload(file.payload),
    }
}

/// `GET …/instances/{instance}/bulkdata/{path}`: what a BulkDataURI of the metadata names.
pub async fn bulkdata(
    question: Question,
    Path((study, series, instance, path)): PathWithin,
) -> Result<Response, Problem> {
    let id = question.instance(&study, &series, &instance)?;
    let (_, ranges) = question.wanted()?;
    let data = question.web.source.bulkdata(id, path).await?;
    let takes = |range: &&MediaRange| range.takes(OCTET_STREAM) || range.takes(&data.media_type);
    let Some(range) = ranges.iter().find(takes) else {
        return Err(Problem::not_acceptable(format!("this bulk data is {}", data.media_type)));
    };
    let media_type = if range.takes(&data.media_type) { data.media_type.as_str() } else { OCTET_STREAM };
    if range.is_multipart() {
        let part = Part {
            content_type: media_type.to_owned(),
            location: None,
            etag: None,
            payload: PartBody::Bytes(data.bytes),
        };
        let boundary = multipart::boundary(&data.etag);
        let parts = stream::once(async { Ok::<_, SourceError>(part) });
        let mut response = multipart::response(media_type, &boundary, parts.into_stream())?;
        response.headers_mut().insert(header::CACHE_CONTROL, IMMUTABLE);
        return Ok(response);
    }
    let mut response = conditional::bytes_response(&question.headers, media_type, &data.etag, data.bytes)?;
    // A PDF or an HTML report from a file must never run in this origin.
    response.headers_mut().insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
    Ok(response)
}
