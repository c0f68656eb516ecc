//! Reads `multipart/related` as its standard has it (RFC 2046 section 5.1), apart from what writes it.

/// One part.
#[derive(Debug)]
pub(crate) struct Part {
    head: String,
    pub(crate) body: Vec<u8>,
}

impl Part {
    /// A line of its head; empty where there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value).next().unwrap_or("")
    }
}

/// The parts of a body, which has to end as it should. Each part's body is as long as its Content-Length says.
pub(crate) fn parts(content_type: &str, body: &[u8]) -> Vec<Part> {
    let boundary = content_type.split("boundary=\"").nth(1).unwrap().trim_end_matches('"');
    let (mut rest, mut parts) = (body, Vec::new());
    loop {
        rest = rest.strip_prefix(format!("\r\n--{boundary}").as_bytes()).unwrap();
        if rest == b"--\r\n" {
            return parts;
        }
        let end = rest.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        let head = std::str::from_utf8(&rest[..end]).unwrap().to_owned();
        let mut part = Part { head, body: Vec::new() };
        let length: usize = part.header("content-length").parse().unwrap();
        part.body = rest[end + 4..][..length].to_vec();
        parts.push(part);
        rest = &rest[end + 4 + length..];
    }
}
