//! Where the parts of a `multipart/related` body begin (RFC 2046 5.1, RFC 2387). Pure.
//!
//! Limits: every part has to say its length, as the gateway's do; a body that does not is refused.

use thiserror::Error;

/// Longest head of a part, with its delimiter, in bytes.
pub const MOST_HEAD: usize = 1 << 10;

/// A body that cannot be read on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the parts of an answer cannot be told apart")]
pub struct Unreadable;

/// What is said of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Its Content-Location; empty where it has none.
    pub location: String,
    /// Its Content-Type; empty where it does not say.
    pub content_type: String,
    /// Its ETag.
    pub etag: Option<String>,
    /// Bytes of its body.
    pub length: u32,
}

/// What stands where a part may begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// Too little to tell.
    More,
    /// The closing delimiter: a body without it broke off.
    End,
    /// A part, whose body begins so many bytes further on.
    Part(Head, u32),
}

/// Looks at the first bytes of what is left of a body; more than [`MOST_HEAD`] are never needed.
///
/// # Errors
/// When it is no part, or one that does not say its length.
pub fn start(bytes: &[u8]) -> Result<Start, Unreadable> {
    // The line break before the first delimiter may be missing.
    let rest = bytes.strip_prefix(b"\r\n").unwrap_or(bytes);
    let line = rest.iter().position(|byte| *byte == b'\n');
    if line.is_some_and(|end| rest[..end].trim_ascii_end().ends_with(b"--")) {
        return Ok(Start::End);
    }
    let Some(length) = rest.windows(4).position(|window| window == b"\r\n\r\n") else {
        return if bytes.len() >= MOST_HEAD { Err(Unreadable) } else { Ok(Start::More) };
    };
    let head = rest.get(..length).filter(|head| head.starts_with(b"--")).ok_or(Unreadable)?;
    let head = std::str::from_utf8(head).map_err(|_| Unreadable)?;
    let value = |name: &str| {
        let pairs = head.lines().filter_map(|line| line.split_once(':'));
        pairs
            .filter(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim().to_owned())
            .next()
    };
    let body = bytes.len() - rest.len() + length + 4;
    let head = Head {
        location: value("Content-Location").unwrap_or_default(),
        content_type: value("Content-Type").unwrap_or_default(),
        etag: value("ETag"),
        length: value("Content-Length").and_then(|text| text.parse().ok()).ok_or(Unreadable)?,
    };
    Ok(Start::Part(head, body as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PART: &str = "--x\r\nContent-Type: image/jpeg\r\ncontent-location: a/1\r\nETag: \"e\"\r\nContent-Length: 300\r\n\r\n";

    #[test]
    fn a_part_begins_when_its_head_is_whole() {
        let head = Head {
            location: "a/1".into(),
            content_type: "image/jpeg".into(),
            etag: Some("\"e\"".into()),
            length: 300,
        };
        // Without the first line break, as some servers begin.
        for before in ["\r\n", ""] {
            let whole = format!("{before}{PART}\r\n--y--\r\n");
            let body = before.len() + PART.len();
            for cut in 0..body {
                assert_eq!(start(&whole.as_bytes()[..cut]), Ok(Start::More), "{cut}");
            }
            assert_eq!(start(whole.as_bytes()), Ok(Start::Part(head.clone(), body as u32)));
        }
        let bare = "--x\r\nContent-Length: 0\r\n\r\n";
        let Ok(Start::Part(head, _)) = start(bare.as_bytes()) else { panic!() };
        assert_eq!((head.location.as_str(), head.etag, head.length), ("", None, 0));
    }

    #[test]
    fn the_end_is_no_part() {
        assert_eq!(start(b"\r\n--x--\r\n"), Ok(Start::End));
        assert_eq!(start(b"--x--\n"), Ok(Start::End));
        assert_eq!(start(b"\r\n--x--"), Ok(Start::More));
    }

    #[test]
    fn what_has_no_length_or_a_giant_one_is_refused() {
        let no_length = "--x\r\nContent-Type: image/jpeg\r\n\r\n....";
        let giant = "--x\r\nContent-Length: 99999999999\r\n\r\n";
        let no_parts = "<html>\r\n\r\n";
        for text in [no_length, giant, no_parts, &"-".repeat(MOST_HEAD)] {
            assert_eq!(start(text.as_bytes()), Err(Unreadable), "{text:.20}");
        }
    }
}
