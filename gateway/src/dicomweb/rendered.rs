//! Pictures, videos and thumbnails (PS3.18 10.4.1.1.4, 10.4.1.1.5).

use axum::extract::Path;
use axum::response::Response;
use futures_util::{StreamExt, stream};
use http::StatusCode;

use super::DicomWeb;
use super::accept::MediaRange;
use super::conditional::{self, IMMUTABLE};
use super::frames::frame_list;
use super::multipart::{self, Part, PartBody};
use super::picture_query::{self, Kind};
use super::question::{InstancePath, PathWithin, Question, SeriesPath, StudyPath};
use super::selection::selected;
use crate::problem::Problem;
use crate::render::Renderer;
use crate::render::picture::PictureRequest;
use crate::render::video::Video;
use crate::source::{InstanceId, Scope, SourceError};

/// Pictures of one response that are in the making at once.
const DRAWN_AHEAD: usize = 4;

/// `GET …/instances/{instance}/frames/{frames}/rendered`
pub async fn frames(
    question: Question,
    Path((study, series, instance, list)): PathWithin,
) -> Result<Response, Problem> {
    let id = question.instance(&study, &series, &instance)?;
    let (request, multipart) = picture(&question, Kind::Rendered)?;
    match frame_list(&list)?[..] {
        [number] if !multipart => single(&question, id, number, request).await,
        ref numbers => {
            let wanted = numbers.iter().map(|&number| (id.clone(), number)).collect();
            many(question.web, wanted, request)
        }
    }
}

/// `GET …/instances/{instance}/rendered`: the first frame of a multi-frame instance, or a video whole where that is
/// asked for.
pub async fn instance(
    question: Question,
    Path((study, series, instance)): InstancePath,
) -> Result<Response, Problem> {
    let id = question.instance(&study, &series, &instance)?;
    let (_, ranges) = question.wanted()?;
    if ranges.first().is_some_and(|range| range.payload_type().starts_with("video/")) {
        return video(&question, &id, &ranges).await;
    }
    let (request, multipart) = picture(&question, Kind::Rendered)?;
    if multipart {
        many(question.web, vec![(id, 1)], request)
    } else {
        single(&question, id, 1, request).await
    }
}

/// A video in one body; a multipart one of a single part would only be in a player's way.
async fn video(question: &Question, id: &InstanceId, ranges: &[MediaRange]) -> Result<Response, Problem> {
    let Question { web, headers, .. } = question;
    let Video { media_type, payload, etag } = web.renderer.video(web.source.as_ref(), id).await?;
    if !ranges.iter().any(|range| !range.is_multipart() && range.takes(media_type)) {
        return Err(Problem::not_acceptable(format!("this video is {media_type}, as one body")));
    }
    conditional::payload_response(headers, media_type, &etag, payload)
}

/// `GET /studies/{study}/series/{series}/rendered`: one picture an instance, those that have one; with `select`, those
/// that it names, in its order. So a viewer has the pictures around the one looked at first, and all in one response.
pub async fn series(question: Question, Path((study, series)): SeriesPath) -> Result<Response, Problem> {
    let scope = question.scope(&study, Some(&series), None)?;
    let selected = selected(&question, scope.clone()).await?;
    if selected.is_empty() {
        return all(&question, scope).await;
    }
    let (request, _) = picture(&question, Kind::Rendered)?;
    many(question.web, selected, request)
}

/// `GET /studies/{study}/rendered`: likewise.
pub async fn study(question: Question, Path(study): StudyPath) -> Result<Response, Problem> {
    all(&question, question.scope(&study, None, None)?).await
}

/// `GET /studies/{study}/thumbnail`: the key frame of the first series.
pub async fn study_thumbnail(question: Question, Path(study): StudyPath) -> Result<Response, Problem> {
    key_frame(&question, &question.scope(&study, None, None)?).await
}

/// `GET /studies/{study}/series/{series}/thumbnail`: the key frame.
pub async fn series_thumbnail(
    question: Question,
    Path((study, series)): SeriesPath,
) -> Result<Response, Problem> {
    key_frame(&question, &question.scope(&study, Some(&series), None)?).await
}

/// `GET …/instances/{instance}/thumbnail`: the middle frame.
pub async fn instance_thumbnail(
    question: Question,
    Path((study, series, instance)): InstancePath,
) -> Result<Response, Problem> {
    let id = question.instance(&study, &series, &instance)?;
    let (request, _) = picture(&question, Kind::Thumbnail)?;
    let web = &question.web;
    let facts = web.renderer.facts(web.source.as_ref(), &id).await?;
    single(&question, id, facts.header.pixels.frames / 2 + 1, request).await
}

/// `GET …/instances/{instance}/frames/{frame}/thumbnail`
pub async fn frame_thumbnail(
    question: Question,
    Path((study, series, instance, list)): PathWithin,
) -> Result<Response, Problem> {
    let id = question.instance(&study, &series, &instance)?;
    let (request, _) = picture(&question, Kind::Thumbnail)?;
    match frame_list(&list)?[..] {
        [number] => single(&question, id, number, request).await,
        _ => Err(Problem::bad_request("a thumbnail is of one frame")),
    }
}

/// What to draw, and whether as one of several parts.
fn picture(question: &Question, kind: Kind) -> Result<(PictureRequest, bool), Problem> {
    picture_query::parse(question.query(), &question.headers, kind)
}

async fn key_frame(question: &Question, scope: &Scope) -> Result<Response, Problem> {
    let (request, _) = picture(question, Kind::Thumbnail)?;
    let outline = question.web.source.outline(scope.study.clone()).await?;
    let mut series = outline.study.series.into_iter();
    let found = series.find(|entry| scope.series.as_ref().is_none_or(|uid| *uid == entry.uid));
    let entry = found.ok_or_else(|| Problem::not_found("series with pictures"))?;
    let id =
        InstanceId { study: scope.study.clone(), series: entry.uid, instance: entry.key_frame.instance_uid };
    single(question, id, entry.key_frame.frame, request).await
}

async fn single(
    question: &Question,
    id: InstanceId,
    number: u32,
    request: PictureRequest,
) -> Result<Response, Problem> {
    let Question { web, headers, .. } = question;
    let frame = web.source.frame(id.clone(), number).await?;
    let etag = Renderer::etag(&frame.etag, &request);
    let media_type = request.format.media_type();
    if conditional::not_modified(headers, &etag) {
        return conditional::head(StatusCode::NOT_MODIFIED, media_type, &etag, IMMUTABLE);
    }
    let picture = web.renderer.draw(web.source.as_ref(), &id, frame, number, request).await?;
    conditional::bytes_response(headers, media_type, &etag, picture)
}

async fn all(question: &Question, scope: Scope) -> Result<Response, Problem> {
    let (request, _) = picture(question, Kind::Rendered)?;
    let ids = question.web.source.instances(scope).await?;
    many(question.web.clone(), ids.into_iter().map(|id| (id, 1)).collect(), request)
}

/// Parts for what can be drawn, each with its address relative to its series; what has no picture or a damaged one is
/// left out. A few are drawn ahead of the one that is sent.
fn many(web: DicomWeb, wanted: Vec<(InstanceId, u32)>, request: PictureRequest) -> Result<Response, Problem> {
    let media_type = request.format.media_type();
    let boundary = multipart::boundary(&format!("{wanted:?}"));
    let parts = stream::iter(wanted).map(move |(id, number)| {
        let (web, request) = (web.clone(), request.clone());
        async move {
            let frame = web.source.frame(id.clone(), number).await.ok()?;
            let picture = web.renderer.draw(web.source.as_ref(), &id, frame, number, request).await.ok()?;
            let payload = PartBody::Bytes(picture);
            let location = Some(format!("instances/{}/frames/{number}/rendered", id.instance));
            let content_type = media_type.to_owned();
            Some(Ok::<_, SourceError>(Part { content_type, location, etag: None, payload }))
        }
    });
    let parts = parts.buffered(DRAWN_AHEAD).filter_map(std::future::ready);
    multipart::response(media_type, &boundary, parts)
}
