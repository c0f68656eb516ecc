//! Frames and files of the upstream server, out of their multipart wrapping, in their stored transfer syntax.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt as _, stream};
use memchr::memmem;
use reqwest::{Response, header};

use super::{
    client::{Client, failed, read_limited, too_large},
    multipart::{Event, MultipartError, Reader, parameter},
    series::etag,
};
use crate::{
    films::create::is_uid,
    source::{EncodedFrame, InstanceFile, InstanceId, Payload, SourceError},
};

/// Largest encoded frame that is passed on.
const MAX_FRAME: usize = 256 << 20;

/// The file meta information ends before this many bytes in every file seen; the transfer syntax stands in it.
const FILE_META: usize = 1024;

/// Ways to ask for the stored bytes of a frame, best first. Orthanc and dcm4chee know the first; servers that
/// refuse the asterisk get a list; the last asks for whatever there is.
const FRAME_ACCEPTS: [&str; 3] = [
    "multipart/related; type=\"application/octet-stream\"; transfer-syntax=*",
    "multipart/related; type=\"image/jls\", multipart/related; type=\"image/jp2\", multipart/related; type=\"image/jphc\", \
     multipart/related; type=\"image/jpeg\", multipart/related; type=\"image/dicom-rle\", \
     multipart/related; type=\"application/octet-stream\"",
    "*/*",
];

const FILE_ACCEPTS: [&str; 2] = [
    "multipart/related; type=\"application/dicom\"; transfer-syntax=*",
    "multipart/related; type=\"application/dicom\", application/dicom",
];

/// One frame of the instance at `path`, counted from 1.
///
/// # Errors
/// What the server says.
pub async fn frame(client: &Client, path: &str, number: u32) -> Result<EncodedFrame, SourceError> {
    let response = first_accepted(client, &format!("{path}/frames/{number}"), &FRAME_ACCEPTS).await?;
    let (content_type, bytes) = first_part(response, MAX_FRAME).await?;
    if bytes.is_empty() {
        return Err(SourceError::Damaged("the archive gave an empty frame".into()));
    }
    Ok(EncodedFrame { transfer_syntax_uid: syntax_of(&content_type), etag: etag(&bytes), bytes })
}

/// The file at `path`, as it arrives.
///
/// # Errors
/// What the server says before the file's first byte; later errors end the stream.
pub async fn file(client: &Client, path: &str, id: InstanceId) -> Result<InstanceFile, SourceError> {
    let response = first_accepted(client, path, &FILE_ACCEPTS).await?;
    let content_type = content_type(&response);
    let mut parts = Parts::new(response, &content_type)?;
    let part_type = parts.next_part().await?;
    let stored =
        parameter(&part_type, "transfer-syntax").or_else(|| parameter(&content_type, "transfer-syntax"));
    let mut head = BytesMut::new();
    while head.len() < FILE_META
        && let Some(bytes) = parts.next_data().await?
    {
        head.extend_from_slice(&bytes);
    }
    let stored = stored.filter(|uid| is_uid(uid)).or_else(|| syntax_of_file(&head)).unwrap_or_default();
    let tag = etag(format!("{path}#{stored}").as_bytes());
    let rest = stream::unfold(Some(parts), |parts| async {
        let mut parts = parts?;
        match parts.next_data().await {
            Ok(Some(bytes)) => Some((Ok(bytes), Some(parts))),
            Ok(None) => None,
            Err(error) => Some((Err(error), None)),
        }
    });
    Ok(InstanceFile {
        id,
        transfer_syntax_uid: stored.into(),
        payload: Payload::Stream { len: None, chunks: stream::iter([Ok(head.freeze())]).chain(rest).boxed() },
        etag: tag,
    })
}

/// Transfer Syntax UID (0002,0010) of a file's beginning, PS3.10 section 7.1: always explicit VR little endian.
fn syntax_of_file(head: &[u8]) -> Option<String> {
    let at = memmem::find(head, b"\x02\x00\x10\x00UI")? + 6;
    let len = usize::from(u16::from_le_bytes(head.get(at..at + 2)?.try_into().ok()?));
    let text = std::str::from_utf8(head.get(at + 2..at + 2 + len)?).ok()?;
    let uid = text.trim_end_matches(['\0', ' ']);
    is_uid(uid).then(|| uid.to_owned())
}

async fn first_accepted(client: &Client, path: &str, accepts: &[&str]) -> Result<Response, SourceError> {
    let mut last = SourceError::Unsupported("the archive does not give this form");
    for accept in accepts {
        match client.get(path, &[], accept).await {
            Err(SourceError::Unsupported(what)) => last = SourceError::Unsupported(what),
            other => return other,
        }
    }
    Err(last)
}

fn content_type(response: &Response) -> String {
    let value = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value.unwrap_or_default().to_owned()
}

/// The first part of a multipart answer with its Content-Type, or a bare answer as it is.
///
/// # Errors
/// [`SourceError::Upstream`] where the answer does not read or is larger than `limit`.
pub async fn first_part(response: Response, limit: usize) -> Result<(String, Bytes), SourceError> {
    let whole = content_type(&response);
    if !whole.to_ascii_lowercase().starts_with("multipart/") {
        return Ok((whole, read_limited(response, limit).await?));
    }
    let mut parts = Parts::new(response, &whole)?;
    let mut part_type = parts.next_part().await?;
    if parameter(&part_type, "transfer-syntax").is_none()
        && let Some(uid) = parameter(&whole, "transfer-syntax")
    {
        part_type = format!("{part_type}; transfer-syntax={uid}");
    }
    let mut body = BytesMut::new();
    while let Some(bytes) = parts.next_data().await? {
        if body.len().saturating_add(bytes.len()) > limit {
            return Err(too_large());
        }
        body.extend_from_slice(&bytes);
    }
    Ok((part_type, body.freeze()))
}

/// Transfer Syntax UID of a part: what it says, else the default of its media type (PS3.18 table 8.7.3-5).
fn syntax_of(content_type: &str) -> Arc<str> {
    if let Some(uid) = parameter(content_type, "transfer-syntax").filter(|uid| is_uid(uid)) {
        return uid.into();
    }
    match content_type.split(';').next().unwrap_or_default().trim() {
        "image/jpeg" => "1.2.840.10008.1.2.4.50",
        "image/dicom-rle" | "image/x-dicom-rle" => "1.2.840.10008.1.2.5",
        "image/jls" | "image/x-jls" => "1.2.840.10008.1.2.4.80",
        "image/jp2" => "1.2.840.10008.1.2.4.90",
        "image/jphc" => "1.2.840.10008.1.2.4.201",
        "image/jxl" => "1.2.840.10008.1.2.4.110",
        _ => "1.2.840.10008.1.2.1",
    }
    .into()
}

/// A multipart answer, event by event.
struct Parts {
    response: Response,
    reader: Option<Reader>,
    waiting: std::collections::VecDeque<Event>,
}

impl Parts {
    fn new(response: Response, content_type: &str) -> Result<Self, SourceError> {
        let multipart = content_type.to_ascii_lowercase().starts_with("multipart/");
        let reader = multipart.then(|| Reader::new(content_type)).transpose().map_err(unreadable)?;
        Ok(Self { response, reader, waiting: std::collections::VecDeque::new() })
    }

    async fn next_part(&mut self) -> Result<String, SourceError> {
        if self.reader.is_none() {
            return Ok(content_type(&self.response));
        }
        match self.next_event().await? {
            Some(Event::Part(content_type)) => Ok(content_type),
            _ => Err(SourceError::NotFound("object at the archive")),
        }
    }

    /// The part's next bytes; `None` at its end.
    async fn next_data(&mut self) -> Result<Option<Bytes>, SourceError> {
        if self.reader.is_none() {
            return self.response.chunk().await.map_err(failed);
        }
        match self.next_event().await? {
            Some(Event::Data(bytes)) => Ok(Some(bytes)),
            _ => Ok(None),
        }
    }

    async fn next_event(&mut self) -> Result<Option<Event>, SourceError> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Ok(Some(event));
            }
            let Some(reader) = &mut self.reader else { return Ok(None) };
            match self.response.chunk().await.map_err(failed)? {
                Some(chunk) => self.waiting.extend(reader.push(&chunk).map_err(unreadable)?),
                None => {
                    reader.finish().map_err(unreadable)?;
                    return Ok(None);
                }
            }
        }
    }
}

fn unreadable(error: MultipartError) -> SourceError {
    SourceError::Upstream(error.to_string())
}
