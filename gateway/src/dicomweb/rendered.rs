//! Pictures and thumbnails (PS3.18 10.4.1.1.4, 10.4.1.1.5).

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use futures_util::{StreamExt, stream};
use http::{HeaderMap, StatusCode};

use super::conditional::{self, IMMUTABLE};
use super::frames::frame_list;
use super::multipart::{self, Part, PartBody};
use super::picture_query::{self, Kind};
use super::{DicomWeb, uid};
use crate::access::Access;
use crate::problem::Problem;
use crate::render::Renderer;
use crate::render::picture::PictureRequest;
use crate::source::{InstanceId, Scope, SourceError};

type Instance = (String, String, String);
type Frame = (String, String, String, String);

/// `GET …/instances/{instance}/frames/{frames}/rendered`
pub async fn frames(
    access: Access,
    State(web): State<DicomWeb>,
    Path((study, series, instance, list)): Path<Frame>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let id = uid::instance_id(&study, &series, &instance)?;
    access.require(&id.study)?;
    let (request, multipart) = picture_query::parse(query.as_deref(), &headers, Kind::Rendered)?;
    match frame_list(&list)?[..] {
        [number] if !multipart => single(&web, id, number, request, &headers).await,
        ref numbers => {
            let wanted = numbers.iter().map(|&number| (id.clone(), number)).collect();
            many(web, wanted, request)
        }
    }
}

/// `GET …/instances/{instance}/rendered`: the first frame of a multi-frame instance.
pub async fn instance(
    access: Access,
    State(web): State<DicomWeb>,
    Path((study, series, instance)): Path<Instance>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let id = uid::instance_id(&study, &series, &instance)?;
    access.require(&id.study)?;
    let (request, multipart) = picture_query::parse(query.as_deref(), &headers, Kind::Rendered)?;
    if multipart { many(web, vec![(id, 1)], request) } else { single(&web, id, 1, request, &headers).await }
}

/// `GET /studies/{study}/series/{series}/rendered`: one picture an instance, those that have one.
pub async fn series(
    access: Access,
    State(web): State<DicomWeb>,
    Path((study, series)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    all(&access, web, uid::scope(&study, Some(&series), None)?, query.as_deref(), &headers).await
}

/// `GET /studies/{study}/rendered`: likewise.
pub async fn study(
    access: Access,
    State(web): State<DicomWeb>,
    Path(study): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    all(&access, web, uid::scope(&study, None, None)?, query.as_deref(), &headers).await
}

/// `GET /studies/{study}/thumbnail`: the key frame of the first series.
pub async fn study_thumbnail(
    access: Access,
    State(web): State<DicomWeb>,
    Path(study): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    key_frame(&access, &web, &uid::scope(&study, None, None)?, query.as_deref(), &headers).await
}

/// `GET /studies/{study}/series/{series}/thumbnail`: the key frame.
pub async fn series_thumbnail(
    access: Access,
    State(web): State<DicomWeb>,
    Path((study, series)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    key_frame(&access, &web, &uid::scope(&study, Some(&series), None)?, query.as_deref(), &headers).await
}

/// `GET …/instances/{instance}/thumbnail`: the middle frame.
pub async fn instance_thumbnail(
    access: Access,
    State(web): State<DicomWeb>,
    Path((study, series, instance)): Path<Instance>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let id = uid::instance_id(&study, &series, &instance)?;
    access.require(&id.study)?;
    let (request, _) = picture_query::parse(query.as_deref(), &headers, Kind::Thumbnail)?;
    let facts = web.renderer.facts(web.source.as_ref(), &id).await?;
    single(&web, id, facts.header.pixels.frames / 2 + 1, request, &headers).await
}

/// `GET …/instances/{instance}/frames/{frame}/thumbnail`
pub async fn frame_thumbnail(
    access: Access,
    State(web): State<DicomWeb>,
    Path((study, series, instance, list)): Path<Frame>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let id = uid::instance_id(&study, &series, &instance)?;
    access.require(&id.study)?;
    let (request, _) = picture_query::parse(query.as_deref(), &headers, Kind::Thumbnail)?;
    match frame_list(&list)?[..] {
        [number] => single(&web, id, number, request, &headers).await,
        _ => Err(Problem::bad_request("a thumbnail is of one frame")),
    }
}

async fn key_frame(
    access: &Access,
    web: &DicomWeb,
    scope: &Scope,
    query: Option<&str>,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    access.require(&scope.study)?;
    let (request, _) = picture_query::parse(query, headers, Kind::Thumbnail)?;
    let outline = web.source.outline(scope.study.clone()).await?;
    let mut series = outline.study.series.into_iter();
    let found = series.find(|entry| scope.series.as_ref().is_none_or(|uid| *uid == entry.uid));
    let entry = found.ok_or_else(|| Problem::not_found("series with pictures"))?;
    let id =
        InstanceId { study: scope.study.clone(), series: entry.uid, instance: entry.key_frame.instance_uid };
    single(web, id, entry.key_frame.frame, request, headers).await
}

async fn single(
    web: &DicomWeb,
    id: InstanceId,
    number: u32,
    request: PictureRequest,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let frame = web.source.frame(id.clone(), number).await?;
    let etag = Renderer::etag(&frame.etag, &request);
    let media_type = request.format.media_type();
    if conditional::not_modified(headers, &etag) {
        return conditional::head(StatusCode::NOT_MODIFIED, media_type, &etag, IMMUTABLE);
    }
    let picture = web.renderer.draw(web.source.as_ref(), &id, frame, number, request).await?;
    conditional::bytes_response(headers, media_type, &etag, picture)
}

async fn all(
    access: &Access,
    web: DicomWeb,
    scope: Scope,
    query: Option<&str>,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    access.require(&scope.study)?;
    let (request, _) = picture_query::parse(query, headers, Kind::Rendered)?;
    let ids = web.source.instances(scope).await?;
    many(web, ids.into_iter().map(|id| (id, 1)).collect(), request)
}

/// Parts for what can be drawn; what has no picture or a damaged one is left out.
fn many(web: DicomWeb, wanted: Vec<(InstanceId, u32)>, request: PictureRequest) -> Result<Response, Problem> {
    let media_type = request.format.media_type();
    let boundary = multipart::boundary(&format!("{wanted:?}"));
    let parts = stream::iter(wanted).filter_map(move |(id, number)| {
        let (web, request) = (web.clone(), request.clone());
        async move {
            let frame = web.source.frame(id.clone(), number).await.ok()?;
            let picture = web.renderer.draw(web.source.as_ref(), &id, frame, number, request).await.ok()?;
            let payload = PartBody::Bytes(picture);
            Some(Ok::<_, SourceError>(Part { content_type: media_type.to_owned(), location: None, payload }))
        }
    });
    multipart::response(media_type, &boundary, parts)
}
