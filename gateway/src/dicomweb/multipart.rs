//! Writing `multipart/related` (RFC 2387) as PS3.18 8.6.1.2 has it: parts one after the other, never all in memory.

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use http::{HeaderValue, StatusCode, header};
use sha2::{Digest, Sha256};

use super::conditional::VARY;
use super::file;
use crate::problem::Problem;
use crate::source::{Payload, SourceError};

/// One part.
pub struct Part {
    /// Its Content-Type.
    pub content_type: String,
    /// Its Content-Location, relative to the service, where it has an address of its own.
    pub location: Option<String>,
    /// Its entity tag there, so that what breaks off can be gone on with.
    pub etag: Option<String>,
    /// Its body.
    pub payload: PartBody,
}

/// Where a part's bytes are.
pub enum PartBody {
    /// In memory.
    Bytes(Bytes),
    /// Still with the source.
    Payload(Payload),
}

/// A boundary that does not occur in the parts by chance: 128 bits of a hash over what is sent.
pub fn boundary(seed: &str) -> String {
    let digest = Sha256::digest(seed.as_bytes());
    digest.iter().take(16).fold(String::from("lightbox-"), |text, byte| text + &format!("{byte:02x}"))
}

/// The whole answer. `part_type` is the `type` parameter; a part that fails ends the body unfinished, which the
/// client sees as a broken transfer and never as a complete study.
pub fn response(
    part_type: &str,
    boundary: &str,
    parts: impl Stream<Item = Result<Part, SourceError>> + Send + 'static,
) -> Result<Response, Problem> {
    let content_type = format!("multipart/related; type=\"{part_type}\"; boundary=\"{boundary}\"");
    let closing = Bytes::from(format!("\r\n--{boundary}--\r\n"));
    let delimiter = format!("\r\n--{boundary}\r\n");
    let chunks = parts
        .map_ok(move |part| {
            let mut head = format!("{delimiter}Content-Type: {}\r\n", part.content_type);
            if let Some(location) = &part.location {
                head.push_str(&format!("Content-Location: {location}\r\n"));
            }
            if let Some(etag) = &part.etag {
                head.push_str(&format!("ETag: {etag}\r\n"));
            }
            if let PartBody::Bytes(bytes) = &part.payload {
                head.push_str(&format!("Content-Length: {}\r\n", bytes.len()));
            }
            head.push_str("\r\n");
            let body = match part.payload {
                PartBody::Bytes(bytes) => stream::once(async { Ok(bytes) }).boxed(),
                PartBody::Payload(payload) => chunks(payload, None),
            };
            stream::once(async { Ok(Bytes::from(head)) }).chain(body)
        })
        .try_flatten()
        .chain(stream::once(async { Ok(closing) }));
    let mut response = Response::new(Body::from_stream(chunks));
    *response.status_mut() = StatusCode::OK;
    let value = HeaderValue::from_str(&content_type)
        .map_err(|_| Problem::bad_request("the media type cannot be sent as a header"))?;
    response.headers_mut().insert(header::CONTENT_TYPE, value);
    response.headers_mut().insert(header::VARY, VARY);
    Ok(response)
}

/// A payload as chunks; `range` is (first byte, count), and not for streams.
pub fn chunks(
    payload: Payload,
    range: Option<(u64, u64)>,
) -> stream::BoxStream<'static, Result<Bytes, SourceError>> {
    match payload {
        Payload::Stream { chunks, .. } => chunks,
        Payload::Bytes(bytes) => {
            let part = match range.map(|(first, count)| (usize::try_from(first), usize::try_from(count))) {
                Some((Ok(first), Ok(count))) if first.saturating_add(count) <= bytes.len() => {
                    bytes.slice(first..first + count)
                }
                _ => bytes,
            };
            stream::once(async { Ok(part) }).boxed()
        }
        Payload::File { path, pieces } => {
            let wanted = file::within(pieces, range);
            let read =
                move |(first, count)| stream::once(file::read(path.clone(), first, count)).try_flatten();
            stream::iter(wanted).flat_map(read).boxed()
        }
    }
}
