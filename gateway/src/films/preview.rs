//! The picture that comes with an opened film's manifest, so that it does not cost a round trip of its own.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::{response::IntoResponse as _, response::Response};
use bytes::Bytes;
use film_link::{
    manifest::Manifest,
    open::{OpenResponse, PreviewWanted},
};
use futures_util::stream;
use http::{HeaderValue, header};

use crate::{
    dicomweb::{
        compress::Coding,
        multipart::{self, Part, PartBody},
    },
    gateway::Gateway,
    problem::Problem,
    render::picture::{PictureFormat, PictureRequest, Viewport},
    source::InstanceId,
};

/// Side of the largest.
const MOST_SIDE: u16 = 1024;
/// Quality: what can be seen of the difference to 70 is gone with the original, a seventh of the bytes is not.
const QUALITY: u8 = 60;
/// The manifest does not wait longer for it: a page without can still ask for a picture.
const SOON: Duration = Duration::from_secs(2);

/// The root of an answer with a picture.
const JSON: &str = "application/json";

/// A drawn picture and its media type.
pub(super) type Drawn = (&'static str, Bytes);

/// The key frame of the series asked for. None where it has no picture, or none soon.
pub(super) async fn draw(gateway: &Gateway, manifest: &Manifest, wanted: PreviewWanted) -> Option<Drawn> {
    let all =
        || manifest.studies.iter().flat_map(|study| study.series.iter().map(move |entry| (study, entry)));
    let (study, entry) = all().nth(wanted.series as usize).or_else(|| all().next())?;
    let frame = &entry.key_frame;
    let id = InstanceId {
        study: study.uid.clone(),
        series: entry.uid.clone(),
        instance: frame.instance_uid.clone(),
    };
    let side = |pixels: u16| u32::from(pixels.clamp(1, MOST_SIDE));
    let format = if wanted.webp { PictureFormat::Webp } else { PictureFormat::Jpeg };
    let request = PictureRequest {
        format,
        quality: QUALITY,
        viewport: Some(Viewport { width: side(wanted.width), height: side(wanted.height), region: None }),
        window: None,
        enlarge: false,
    };
    let drawing = async {
        let source = &*gateway.source;
        let stored = source.frame(id.clone(), frame.frame).await.ok()?;
        gateway.renderer.draw(source, &id, stored, frame.frame, request).await.ok()
    };
    Some((format.media_type(), tokio::time::timeout(SOON, drawing).await.ok()??))
}

/// Manifest and picture in one answer (RFC 2387), the manifest first; the manifest alone where there is no picture. Compressed as
/// a whole: the first picture waits for the manifest, which comes to less than half so. (Nothing of the request is in the answer
/// that a stranger could try secrets with.)
///
/// # Errors
/// When the answer cannot be written.
pub(super) async fn answer(
    opened: &OpenResponse,
    picture: Option<Drawn>,
    coding: Option<Coding>,
) -> Result<Response, Problem> {
    let unwritten = |error: &dyn std::fmt::Display| {
        tracing::error!(%error, "a manifest");
        Problem::new(film_link::code::ErrorCode::Internal, "the manifest could not be written")
    };
    let json = serde_json::to_vec(opened).map_err(|error| unwritten(&error))?;
    let mut answer = whole(&opened.token, json, picture)?;
    answer.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    let Some(coding) = coding else { return Ok(answer) };
    let (mut head, body) = answer.into_parts();
    let plain = to_bytes(body, usize::MAX).await.map_err(|error| unwritten(&error))?;
    let coded = coding.encode(&plain).map_err(|error| unwritten(&error))?;
    head.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
    head.headers.remove(header::CONTENT_LENGTH);
    Ok(Response::from_parts(head, Body::from(coded)))
}

fn whole(token: &str, json: Vec<u8>, picture: Option<Drawn>) -> Result<Response, Problem> {
    let Some((media_type, picture)) = picture else {
        return Ok(([(header::CONTENT_TYPE, JSON)], json).into_response());
    };
    let part = |content_type: &str, bytes| {
        let content_type = content_type.to_owned();
        Ok(Part { content_type, location: None, etag: None, payload: PartBody::Bytes(bytes) })
    };
    // The token is random: so is the boundary.
    let boundary = multipart::boundary(token);
    let parts = [part(JSON, json.into()), part(media_type, picture)];
    multipart::response(JSON, &boundary, stream::iter(parts))
}
