//! Immutable bytes over HTTP: strong entity tags, 304, single byte ranges (RFC 9110 sections 13 and 14).

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use film_link::code::ErrorCode;
use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::multipart;
use crate::problem::Problem;
use crate::source::Payload;

/// Stored objects never change under their address.
pub const IMMUTABLE: HeaderValue = HeaderValue::from_static("private, max-age=31536000, immutable");

/// What may grow: the metadata of a series, which later imports add to.
pub const REVALIDATE: HeaderValue = HeaderValue::from_static("private, no-cache");

/// The same address has several forms, and one reader's answer is not another's.
pub const VARY: HeaderValue = HeaderValue::from_static("accept, authorization");

/// Whether the client already holds this entity. Weak comparison; `*` matches.
pub fn not_modified(headers: &HeaderMap, etag: &str) -> bool {
    let bare = etag.trim_start_matches("W/");
    headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|v| v.to_str().ok()).any(|value| {
        value.split(',').map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == bare)
    })
}

/// An answer without a body yet: status, entity tag, caching.
///
/// # Errors
/// When a header value cannot be sent; none that this crate makes is such.
pub fn head(
    status: StatusCode,
    content_type: &str,
    etag: &str,
    caching: HeaderValue,
) -> Result<Response, Problem> {
    let unsendable = |_| Problem::new(ErrorCode::Internal, "a header value cannot be sent");
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_str(content_type).map_err(unsendable)?);
    headers.insert(header::ETAG, HeaderValue::from_str(etag).map_err(unsendable)?);
    headers.insert(header::CACHE_CONTROL, caching);
    headers.insert(header::VARY, VARY);
    Ok(response)
}

/// 200, 206, 304 or 416 for bytes in memory, as the request's conditions say.
///
/// # Errors
/// 416 for a range that lies wholly behind the end.
pub fn bytes_response(
    request: &HeaderMap,
    content_type: &str,
    etag: &str,
    bytes: Bytes,
) -> Result<Response, Problem> {
    if not_modified(request, etag) {
        return head(StatusCode::NOT_MODIFIED, content_type, etag, IMMUTABLE);
    }
    let len = bytes.len() as u64;
    let (status, body, range) = match wanted_range(request, etag, len)? {
        None => (StatusCode::OK, bytes, None),
        Some(range) => {
            // In bounds: the range was clamped to the length, which fits usize.
            let part = bytes.slice(range.first as usize..=range.last as usize);
            (StatusCode::PARTIAL_CONTENT, part, Some(range))
        }
    };
    let mut response = head(status, content_type, etag, IMMUTABLE)?;
    set_range(response.headers_mut(), range, len);
    *response.body_mut() = Body::from(body);
    Ok(response)
}

/// 200, 206, 304 or 416 for what may be too much for memory, as the request's conditions say.
///
/// # Errors
/// 416 for a range that lies wholly behind the end.
pub fn payload_response(
    request: &HeaderMap,
    content_type: &str,
    etag: &str,
    payload: Payload,
) -> Result<Response, Problem> {
    if not_modified(request, etag) {
        return head(StatusCode::NOT_MODIFIED, content_type, etag, IMMUTABLE);
    }
    let len = payload.len();
    let ranged = len.filter(|_| payload.has_ranges());
    let range = ranged.map(|len| wanted_range(request, etag, len)).transpose()?.flatten();
    let status = if range.is_some() { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK };
    let mut response = head(status, content_type, etag, IMMUTABLE)?;
    let headers = response.headers_mut();
    if let Some(len) = ranged {
        set_range(headers, range, len);
    }
    if let Some(len) = range.map(ByteRange::count).or(len) {
        headers.insert(header::CONTENT_LENGTH, len.into());
    }
    let span = range.map(|range| (range.first, range.count()));
    *response.body_mut() = Body::from_stream(multipart::chunks(payload, span));
    Ok(response)
}

/// Bytes `first` to `last`, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByteRange {
    /// Counted from 0.
    pub first: u64,
    /// Not before `first`.
    pub last: u64,
}

impl ByteRange {
    /// How many bytes.
    pub fn count(self) -> u64 {
        self.last - self.first + 1
    }
}

/// Announces ranges and names the one that is sent.
pub fn set_range(headers: &mut HeaderMap, range: Option<ByteRange>, len: u64) {
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    if let Some(ByteRange { first, last }) = range
        && let Ok(value) = HeaderValue::from_str(&format!("bytes {first}-{last}/{len}"))
    {
        headers.insert(header::CONTENT_RANGE, value);
    }
}

/// The one range asked for. Several ranges, other units and what cannot be read are ignored, as RFC 9110 14.2
/// allows; so is a range whose If-Range names another entity.
///
/// # Errors
/// 416 when it lies wholly behind the end.
pub fn wanted_range(request: &HeaderMap, etag: &str, len: u64) -> Result<Option<ByteRange>, Problem> {
    let Some(value) = request.get(header::RANGE).and_then(|v| v.to_str().ok()) else { return Ok(None) };
    if request.get(header::IF_RANGE).is_some_and(|tag| tag.as_bytes() != etag.as_bytes()) {
        return Ok(None);
    }
    let Some((first, last)) =
        value.strip_prefix("bytes=").filter(|v| !v.contains(',')).and_then(|v| v.trim().split_once('-'))
    else {
        return Ok(None);
    };
    let range = match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), Ok(last)) if last < first => return Ok(None),
        (Ok(first), Ok(last)) => (first, last.min(len.saturating_sub(1))),
        (Ok(first), Err(_)) if last.is_empty() => (first, len.saturating_sub(1)),
        (Err(_), Ok(suffix)) if first.is_empty() && suffix > 0 => {
            (len.saturating_sub(suffix), len.saturating_sub(1))
        }
        (Err(_), Ok(0)) if first.is_empty() => (len, len),
        _ => return Ok(None),
    };
    if range.0 >= len {
        return Err(Problem::new(ErrorCode::Range, format!("the object has {len} bytes")));
    }
    Ok(Some(ByteRange { first: range.0, last: range.1 }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(pairs: &[(header::HeaderName, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect()
    }

    fn range(value: &str, len: u64) -> Result<Option<(u64, u64)>, Problem> {
        let wanted = wanted_range(&request(&[(header::RANGE, value)]), "\"a\"", len)?;
        Ok(wanted.map(|r| (r.first, r.last)))
    }

    #[test]
    fn ranges_of_rfc_9110() {
        // Section 14.1.2, a representation of 10000 bytes.
        assert_eq!(range("bytes=0-499", 10_000).unwrap(), Some((0, 499)));
        assert_eq!(range("bytes=500-999", 10_000).unwrap(), Some((500, 999)));
        assert_eq!(range("bytes=-500", 10_000).unwrap(), Some((9500, 9999)));
        assert_eq!(range("bytes=9500-", 10_000).unwrap(), Some((9500, 9999)));
        assert_eq!(range("bytes=9500-20000", 10_000).unwrap(), Some((9500, 9999)));
        assert_eq!(range("bytes=0-0,-1", 10_000).unwrap(), None);
        assert_eq!(range("bytes=5-2", 10_000).unwrap(), None);
        assert_eq!(range("lines=0-1", 10_000).unwrap(), None);
        assert_eq!(range("bytes=10000-", 10_000).unwrap_err().code(), ErrorCode::Range);
        assert_eq!(range("bytes=-0", 10_000).unwrap_err().code(), ErrorCode::Range);
        assert_eq!(range("bytes=0-", 0).unwrap_err().code(), ErrorCode::Range);
        assert_eq!(range("bytes=-20000", 10_000).unwrap(), Some((0, 9999)));
    }

    #[test]
    fn if_range_of_another_entity_gets_everything() {
        let other = request(&[(header::RANGE, "bytes=1-2"), (header::IF_RANGE, "\"b\"")]);
        assert_eq!(wanted_range(&other, "\"a\"", 9).unwrap(), None);
    }

    #[test]
    fn entity_tags() {
        let held = request(&[(header::IF_NONE_MATCH, "\"x\", W/\"a\"")]);
        assert!(not_modified(&held, "\"a\""));
        assert!(!not_modified(&held, "\"b\""));
        assert!(not_modified(&request(&[(header::IF_NONE_MATCH, "*")]), "\"b\""));
    }

    #[test]
    fn partial_content() {
        let wanted = request(&[(header::RANGE, "bytes=1-2")]);
        let response =
            bytes_response(&wanted, "application/octet-stream", "\"a\"", Bytes::from_static(b"abcd"));
        let response = response.unwrap();
        assert_eq!(response.status(), StatusCode::PARTIAL_CONTENT);
        assert_eq!(response.headers()[header::CONTENT_RANGE], "bytes 1-2/4");
    }
}
