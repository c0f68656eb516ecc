//! The parts of a `multipart/related` body (RFC 2046 5.1, RFC 2387) as they arrive. Pure.
//!
//! Limits: every part has to say its length, as the gateway's do; a body that does not is refused.

use thiserror::Error;

/// Longest head of a part that is waited for.
const MOST_HEAD: usize = 4 << 10;
/// Longest part: what comes this way are small pictures.
const MOST_BODY: usize = 4 << 20;

/// A body that cannot be read on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the parts of an answer cannot be told apart")]
pub struct Unreadable;

/// One part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its Content-Location.
    pub location: String,
    /// Its body.
    pub body: Vec<u8>,
}

/// What has arrived and is not a whole part yet.
#[derive(Debug, Default)]
pub struct Parts {
    bytes: Vec<u8>,
    ended: bool,
}

impl Parts {
    /// More bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The next part, once it is whole.
    ///
    /// # Errors
    /// When a part's head cannot be read, or a part is too long.
    pub fn next_part(&mut self) -> Result<Option<Part>, Unreadable> {
        // The line break before the first delimiter may be missing.
        let start = usize::from(self.bytes.starts_with(b"\r\n")) * 2;
        let rest = &self.bytes[start..];
        let line = rest.iter().position(|byte| *byte == b'\n');
        if self.ended || line.is_some_and(|end| rest[..end].trim_ascii_end().ends_with(b"--")) {
            self.ended = true;
            return Ok(None);
        }
        let Some(head_length) = rest.windows(4).position(|window| window == b"\r\n\r\n") else {
            return if rest.len() > MOST_HEAD { Err(Unreadable) } else { Ok(None) };
        };
        let head = rest.get(..head_length).filter(|head| head.starts_with(b"--")).ok_or(Unreadable)?;
        let head = std::str::from_utf8(head).map_err(|_| Unreadable)?;
        let value = |name: &str| {
            let pairs = head.lines().filter_map(|line| line.split_once(':'));
            pairs.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
        };
        let length: usize = value("Content-Length").and_then(|text| text.parse().ok()).ok_or(Unreadable)?;
        let location = value("Content-Location").unwrap_or_default().to_owned();
        if length > MOST_BODY {
            return Err(Unreadable);
        }
        let body = start + head_length + 4;
        let Some(found) = self.bytes.get(body..body + length) else { return Ok(None) };
        let part = Part { location, body: found.to_vec() };
        self.bytes.drain(..body + length);
        Ok(Some(part))
    }

    /// Whether the closing delimiter has come: a body without it broke off.
    pub fn ended(&self) -> bool {
        self.ended
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body() -> Vec<u8> {
        let mut bytes = Vec::new();
        for (location, body) in [("a/1", &b"one\r\n--x"[..]), ("b", b""), ("c", &[0xff; 300])] {
            let length = body.len();
            let head = format!(
                "\r\n--x\r\nContent-Type: image/jpeg\r\ncontent-location: {location}\r\nContent-Length: {length}\r\n\r\n"
            );
            bytes.extend(head.bytes());
            bytes.extend(body);
        }
        bytes.extend(b"\r\n--x--\r\n");
        bytes
    }

    #[test]
    fn parts_are_whole_however_they_arrive() {
        let whole = body();
        for step in [1, 2, 7, 100, whole.len()] {
            let (mut parts, mut found) = (Parts::default(), Vec::new());
            for bytes in whole.chunks(step) {
                parts.push(bytes);
                while let Some(part) = parts.next_part().unwrap() {
                    found.push(part);
                }
            }
            let names: Vec<_> = found.iter().map(|part| part.location.as_str()).collect();
            assert_eq!(names, ["a/1", "b", "c"], "{step}");
            assert_eq!(found[0].body, b"one\r\n--x");
            assert_eq!(found[2].body, [0xff; 300]);
            assert!(parts.ended());
        }
        // Without the first line break, as some servers begin.
        let mut parts = Parts::default();
        parts.push(&whole[2..]);
        assert_eq!(parts.next_part().unwrap().unwrap().location, "a/1");
    }

    #[test]
    fn a_body_that_breaks_off_has_no_end() {
        let whole = body();
        let mut parts = Parts::default();
        parts.push(&whole[..whole.len() - 200]);
        while parts.next_part().unwrap().is_some() {}
        assert!(!parts.ended());
    }

    #[test]
    fn what_has_no_length_or_a_giant_one_is_refused() {
        let no_length = "--x\r\nContent-Type: image/jpeg\r\n\r\n....";
        let giant = "--x\r\nContent-Length: 99999999999\r\n\r\n";
        let no_parts = "<html>\r\n\r\n";
        for text in [no_length, giant, no_parts, &"-".repeat(5000)] {
            let mut parts = Parts::default();
            parts.push(text.as_bytes());
            assert_eq!(parts.next_part(), Err(Unreadable), "{text:.20}");
        }
    }
}
