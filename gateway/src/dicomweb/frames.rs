//! Frames (PS3.18 10.4.1.1.3): as stored wherever the client takes that.

use std::sync::Arc;

use axum::extract::Path;
use axum::response::Response;
use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use http::StatusCode;

use super::accept::MediaRange;
use super::conditional::{self, IMMUTABLE};
use super::multipart::{self, Part, PartBody};
use super::negotiate::{EXPLICIT_LITTLE_ENDIAN, FrameForm, JPEG_LS, Made, OCTET_STREAM, frame_form};
use super::question::{PathWithin, Question, SeriesPath};
use super::selection::selected;
use super::{DicomWeb, ROOT, transcode};
use crate::problem::Problem;
use crate::source::{EncodedFrame, InstanceId, SourceError};

/// Frames of one answer.
const MOST_FRAMES: usize = 10_000;

/// Frames of several instances that are read, or fetched from a server behind the bridge, at once.
const READ_AHEAD: usize = 4;

/// `GET …/instances/{instance}/frames/{frames}`
pub async fn frames(
    question: Question,
    Path((study, series, instance, list)): PathWithin,
) -> Result<Response, Problem> {
    let id = question.instance(&study, &series, &instance)?;
    let numbers = frame_list(&list)?;
    let (_, ranges) = question.wanted()?;
    let Question { web, headers, .. } = question;

    // The last of them: where it exists, all the others are within the instance too.
    let last = numbers.iter().copied().max().unwrap_or(1);
    let frame = web.source.frame(id.clone(), last).await?;
    let stored = frame.transfer_syntax_uid.clone();
    let Some(form) = frame_form(&stored, &ranges, numbers.len()) else {
        return Err(Problem::not_acceptable(format!(
            "this frame is stored as {stored}; ask for application/octet-stream; transfer-syntax=*"
        )));
    };
    let form = possible(&web, &id, form).await?;
    if form.multipart {
        return parts(web, id, numbers, form);
    }
    let etag = frame_etag(form, &frame.etag);
    if conditional::not_modified(&headers, &etag) {
        return conditional::head(StatusCode::NOT_MODIFIED, &content_type(form, &stored), &etag, IMMUTABLE);
    }
    let (form, bytes) = made(&web, &id, form, &frame).await?;
    let etag = frame_etag(form, &frame.etag);
    conditional::bytes_response(&headers, &content_type(form, &stored), &etag, bytes)
}

/// `GET /studies/{study}/series/{series}/frames?select=…`: not the standard's, where an answer is of one instance. Frames of many,
/// in the order in which they are named, each as its own route would give it; what cannot be given is left out.
pub async fn series(question: Question, Path((study, series)): SeriesPath) -> Result<Response, Problem> {
    let scope = question.scope(&study, Some(&series), None)?;
    let wanted = selected(&question, scope).await?;
    if wanted.is_empty() {
        return Err(Problem::bad_request("select has to name frames: a list like 3,4.12"));
    }
    let (_, ranges) = question.wanted()?;
    let ranges: Vec<MediaRange> = ranges.into_iter().filter(MediaRange::is_multipart).collect();
    if ranges.is_empty() {
        return Err(Problem::not_acceptable("frames of several instances come as multipart/related"));
    }
    let boundary = multipart::boundary(&format!("{wanted:?}"));
    let (web, ranges) = (question.web, Arc::new(ranges));
    let parts = stream::iter(wanted).map(move |(id, number)| {
        let (web, ranges) = (web.clone(), Arc::clone(&ranges));
        async move {
            let frame = web.source.frame(id.clone(), number).await.ok()?;
            let stored = &frame.transfer_syntax_uid;
            let form = possible(&web, &id, frame_form(stored, &ranges, 1)?).await.ok()?;
            let (form, bytes) = made(&web, &id, form, &frame).await.ok()?;
            Some(Ok::<_, SourceError>(Part {
                content_type: content_type(form, stored),
                location: Some(format!("instances/{}/frames/{number}", id.instance)),
                etag: Some(frame_etag(form, &frame.etag)),
                payload: PartBody::Bytes(bytes),
            }))
        }
    });
    let parts = parts.buffered(READ_AHEAD).filter_map(std::future::ready);
    let mut response = multipart::response(OCTET_STREAM, &boundary, parts)?;
    response.headers_mut().insert(http::header::CACHE_CONTROL, IMMUTABLE);
    Ok(response)
}

/// Frame numbers, counted from 1, separated by commas.
pub fn frame_list(text: &str) -> Result<Vec<u32>, Problem> {
    let numbers: Result<Vec<u32>, _> = text.split(',').map(|number| number.trim().parse()).collect();
    match numbers {
        Ok(numbers) if numbers.len() <= MOST_FRAMES && numbers.iter().all(|&number| number > 0) => {
            Ok(numbers)
        }
        _ => Err(Problem::bad_request("frames are numbers from 1 on, separated by commas")),
    }
}

fn content_type(form: FrameForm, stored: &str) -> String {
    let syntax = match form.made {
        Made::AsStored => stored,
        Made::Native => EXPLICIT_LITTLE_ENDIAN,
        Made::JpegLs => JPEG_LS,
    };
    format!("{}; transfer-syntax={syntax}", form.media_type)
}

/// As stored, where the frames of an instance cannot be given in the form that would be smaller.
async fn possible(web: &DicomWeb, id: &InstanceId, form: FrameForm) -> Result<FrameForm, Problem> {
    if form.made != Made::JpegLs || transcode::shrinks(web, id).await? {
        return Ok(form);
    }
    Ok(as_stored(form))
}

fn as_stored(form: FrameForm) -> FrameForm {
    FrameForm { media_type: OCTET_STREAM, made: Made::AsStored, ..form }
}

/// The frame's bytes in this form, or as stored where this one frame has none.
async fn made(
    web: &DicomWeb,
    id: &InstanceId,
    form: FrameForm,
    frame: &EncodedFrame,
) -> Result<(FrameForm, Bytes), Problem> {
    Ok(match form.made {
        Made::AsStored => (form, frame.bytes.clone()),
        Made::Native => (form, transcode::native(web, id, frame).await?),
        Made::JpegLs => match transcode::jpeg_ls(web, id, frame).await? {
            Some(bytes) => (form, bytes),
            None => (as_stored(form), frame.bytes.clone()),
        },
    })
}

/// Another entity where the bytes are others.
fn frame_etag(form: FrameForm, etag: &str) -> String {
    let other = |name: &str| format!("{}-{name}\"", etag.trim_end_matches('"'));
    match form.made {
        Made::AsStored => etag.to_owned(),
        Made::Native => other("native"),
        Made::JpegLs => other("jpeg-ls"),
    }
}

fn parts(web: DicomWeb, id: InstanceId, numbers: Vec<u32>, form: FrameForm) -> Result<Response, Problem> {
    let boundary = multipart::boundary(&format!("{}/{numbers:?}", id.instance));
    let part_type = if form.made == Made::Native { OCTET_STREAM } else { form.media_type };
    let parts = stream::iter(numbers).then(move |number| {
        let (web, id) = (web.clone(), id.clone());
        async move {
            let frame: EncodedFrame = web.source.frame(id.clone(), number).await?;
            let (form, bytes) = made(&web, &id, form, &frame)
                .await
                .map_err(|_| SourceError::Damaged(format!("frame {number} cannot be decoded")))?;
            let content_type = content_type(form, &frame.transfer_syntax_uid);
            let InstanceId { study, series, instance } = &id;
            let location =
                format!("{ROOT}/studies/{study}/series/{series}/instances/{instance}/frames/{number}");
            let payload = PartBody::Bytes(bytes);
            Ok(Part { content_type, location: Some(location), etag: None, payload })
        }
    });
    let mut response = multipart::response(part_type, &boundary, parts.into_stream())?;
    response.headers_mut().insert(http::header::CACHE_CONTROL, IMMUTABLE);
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::frame_list;

    #[test]
    fn lists() {
        assert_eq!(frame_list("1,2,7").unwrap(), [1, 2, 7]);
        for bad in ["", "0", "1,,2", "a", "-1", "1-3", "99999999999"] {
            assert!(frame_list(bad).is_err(), "{bad}");
        }
    }
}
