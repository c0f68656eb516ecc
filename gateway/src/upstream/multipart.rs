//! Reading `multipart/related` (RFC 2046 section 5.1) as it arrives: bytes go in by the chunk, headers and data of
//! the parts come out. What is held back is never more than one delimiter or one part's headers.

use bytes::{Buf as _, Bytes, BytesMut};
use memchr::memmem;

/// Most bytes of one part's headers.
const MAX_HEADERS: usize = 16 * 1024;
/// Most bytes before the first delimiter.
const MAX_PREAMBLE: usize = 64 * 1024;
/// Most characters of a boundary, RFC 2046 section 5.1.1.
const MAX_BOUNDARY: usize = 70;

/// Why a body does not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MultipartError {
    /// No boundary in the Content-Type, or one that is too long.
    #[error("the answer's Content-Type names no usable boundary")]
    Boundary,
    /// Too much before the first delimiter or within a part's headers.
    #[error("the answer's parts do not begin where they should")]
    Headers,
    /// The body ended before the closing delimiter.
    #[error("the answer ended in the middle")]
    Truncated,
}

/// What comes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A part begins; its Content-Type, empty where it has none.
    Part(String),
    /// Bytes of the part.
    Data(Bytes),
    /// The last part has ended.
    End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Preamble,
    AfterDelimiter,
    Headers,
    Data,
    Epilogue,
}

/// The reader.
#[derive(Debug)]
pub struct Reader {
    /// CRLF, two hyphens, boundary.
    delimiter: Vec<u8>,
    buffer: BytesMut,
    state: State,
}

impl Reader {
    /// From the answer's Content-Type.
    ///
    /// # Errors
    /// [`MultipartError::Boundary`].
    pub fn new(content_type: &str) -> Result<Self, MultipartError> {
        let boundary = parameter(content_type, "boundary").ok_or(MultipartError::Boundary)?;
        if boundary.is_empty() || boundary.len() > MAX_BOUNDARY {
            return Err(MultipartError::Boundary);
        }
        // The first delimiter may stand at the very beginning, without the line end before it.
        let buffer = BytesMut::from(&b"\r\n"[..]);
        Ok(Self { delimiter: format!("\r\n--{boundary}").into_bytes(), buffer, state: State::Preamble })
    }

    /// Takes a chunk; gives what it completes.
    ///
    /// # Errors
    /// [`MultipartError::Headers`].
    pub fn push(&mut self, chunk: &[u8]) -> Result<Vec<Event>, MultipartError> {
        let mut events = Vec::new();
        if self.state != State::Epilogue {
            self.buffer.extend_from_slice(chunk);
        }
        while self.step(&mut events)? {}
        Ok(events)
    }

    /// Says that nothing follows.
    ///
    /// # Errors
    /// [`MultipartError::Truncated`] where the closing delimiter has not come.
    pub fn finish(&self) -> Result<(), MultipartError> {
        if self.state == State::Epilogue { Ok(()) } else { Err(MultipartError::Truncated) }
    }

    /// One step; `false` where more bytes are needed.
    fn step(&mut self, events: &mut Vec<Event>) -> Result<bool, MultipartError> {
        match self.state {
            State::Preamble | State::Data => Ok(self.until_delimiter(events)?),
            State::AfterDelimiter => self.after_delimiter(events),
            State::Headers => self.headers(events),
            State::Epilogue => {
                self.buffer.clear();
                Ok(false)
            }
        }
    }

    fn until_delimiter(&mut self, events: &mut Vec<Event>) -> Result<bool, MultipartError> {
        let found = memmem::find(&self.buffer, &self.delimiter);
        let end = found.unwrap_or_else(|| (self.buffer.len() + 1).saturating_sub(self.delimiter.len()));
        if self.state == State::Preamble {
            if found.is_none() && self.buffer.len() > MAX_PREAMBLE {
                return Err(MultipartError::Headers);
            }
        } else if end > 0 {
            events.push(Event::Data(self.buffer.split_to(end).freeze()));
        }
        if found.is_some() {
            let skip = if self.state == State::Preamble { end } else { 0 };
            self.buffer.advance(skip + self.delimiter.len());
            self.state = State::AfterDelimiter;
        }
        Ok(found.is_some())
    }

    /// `--` closes; white space up to the line end does not count (transport padding).
    fn after_delimiter(&mut self, events: &mut Vec<Event>) -> Result<bool, MultipartError> {
        if self.buffer.starts_with(b"--") {
            self.state = State::Epilogue;
            events.push(Event::End);
            return Ok(true);
        }
        let Some(line_end) = memmem::find(&self.buffer, b"\r\n") else {
            return if self.buffer.len() > MAX_BOUNDARY { Err(MultipartError::Headers) } else { Ok(false) };
        };
        if !self.buffer[..line_end].iter().all(|byte| matches!(byte, b' ' | b'\t')) {
            return Err(MultipartError::Headers);
        }
        // The line end stays: headers are whatever stands between it and the empty line.
        self.buffer.advance(line_end);
        self.state = State::Headers;
        Ok(true)
    }

    fn headers(&mut self, events: &mut Vec<Event>) -> Result<bool, MultipartError> {
        let Some(end) = memmem::find(&self.buffer, b"\r\n\r\n") else {
            return if self.buffer.len() > MAX_HEADERS { Err(MultipartError::Headers) } else { Ok(false) };
        };
        let lines = self.buffer.split_to(end + 4);
        let mut slots = [httparse::EMPTY_HEADER; 32];
        let parsed = httparse::parse_headers(&lines[2..], &mut slots).map_err(|_| MultipartError::Headers)?;
        let content_type = match parsed {
            httparse::Status::Complete((_, headers)) => headers
                .iter()
                .find(|header| header.name.eq_ignore_ascii_case("content-type"))
                .map(|header| String::from_utf8_lossy(header.value).into_owned())
                .unwrap_or_default(),
            httparse::Status::Partial => String::new(),
        };
        events.push(Event::Part(content_type));
        self.state = State::Data;
        Ok(true)
    }
}

/// The value of a parameter of a media type, unquoted: `parameter("a/b; x=\"y\"", "x")` is `y`.
pub fn parameter(media_type: &str, name: &str) -> Option<String> {
    let mut rest = media_type.split_once(';')?.1;
    loop {
        let (found, after) = rest.split_once('=')?;
        let found = found.trim();
        let after = after.trim_start();
        let (value, next) = if let Some(quoted) = after.strip_prefix('"') {
            let (value, next) = quoted.split_once('"')?;
            (value, next.split_once(';').map_or("", |(_, next)| next))
        } else {
            let (value, next) = after.split_once(';').unwrap_or((after, ""));
            (value.trim(), next)
        };
        if found.eq_ignore_ascii_case(name) {
            return Some(value.to_owned());
        }
        rest = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPE: &str = "multipart/related; type=\"application/octet-stream\"; boundary=\"b-1\"";
    const BODY: &[u8] = b"preamble\r\n--b-1 \r\nContent-Type: application/octet-stream; transfer-syntax=1.2.840.10008.1.2.4.70\r\n\
        Content-Length: 9\r\n\r\n\r\n--b-\r\n--\r\n--b-1\r\n\r\nsecond\r\n--b-1--\r\nepilogue";

    fn read(body: &[u8], step: usize) -> Result<Vec<(String, Vec<u8>)>, MultipartError> {
        let mut reader = Reader::new(TYPE)?;
        let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
        let mut ended = false;
        for chunk in body.chunks(step) {
            for event in reader.push(chunk)? {
                match event {
                    Event::Part(content_type) => parts.push((content_type, Vec::new())),
                    Event::Data(bytes) => parts.last_mut().unwrap().1.extend_from_slice(&bytes),
                    Event::End => ended = true,
                }
            }
        }
        reader.finish()?;
        assert!(ended);
        Ok(parts)
    }

    #[test]
    fn parts_come_out_whole_whatever_the_chunks() {
        for step in [1, 2, 3, 7, 16, 1000] {
            let parts = read(BODY, step).unwrap();
            assert_eq!(parts.len(), 2, "{step}");
            assert_eq!(parts[0].1, b"\r\n--b-\r\n--");
            assert_eq!(parts[1], (String::new(), b"second".to_vec()));
            assert_eq!(parameter(&parts[0].0, "transfer-syntax").unwrap(), "1.2.840.10008.1.2.4.70");
        }
    }

    #[test]
    fn a_body_may_begin_with_its_delimiter_and_hold_an_empty_part() {
        let parts = read(b"--b-1\r\nContent-Type: a/b\r\n\r\n\r\n--b-1--", 4).unwrap();
        assert_eq!(parts, [("a/b".to_owned(), Vec::new())]);
    }

    #[test]
    fn what_is_cut_off_or_endless_is_an_error() {
        for end in [0, 5, 20, 120, 150, BODY.len() - 14] {
            assert_eq!(read(&BODY[..end], 8), Err(MultipartError::Truncated), "{end}");
        }
        assert_eq!(read(&vec![b'x'; MAX_PREAMBLE + 10], 999), Err(MultipartError::Headers));
        let endless = [b"--b-1\r\n".to_vec(), vec![b'x'; MAX_HEADERS + 10]].concat();
        assert_eq!(read(&endless, 999), Err(MultipartError::Headers));
        assert_eq!(read(b"--b-1x\r\n\r\n", 99), Err(MultipartError::Headers));
        for bad in ["multipart/related", "multipart/related; boundary=\"\"", "multipart/related; boundary"] {
            assert_eq!(Reader::new(bad).err(), Some(MultipartError::Boundary), "{bad}");
        }
    }

    #[test]
    fn parameters_are_found_quoted_or_not() {
        let text = "multipart/related;type=\"a;b=c\"; Boundary=x-y ; z=\"\"";
        assert_eq!(parameter(text, "boundary").as_deref(), Some("x-y"));
        assert_eq!(parameter(text, "type").as_deref(), Some("a;b=c"));
        assert_eq!(parameter(text, "b"), None);
        assert_eq!(parameter("a/b; x=\"unclosed", "x"), None);
    }
}
