//! What a client accepts: the Accept header and its twin, the `accept` query parameter (PS3.18 8.3.3.1, 8.7.5).

use http::{HeaderMap, header};

/// One acceptable media range with its parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct MediaRange {
    /// `image/jpeg`, `multipart/related`, `*/*`; lower case.
    pub media_type: String,
    /// Inner `type` of a multipart range; lower case.
    pub part_type: Option<String>,
    /// `transfer-syntax` parameter: a UID or `*`.
    pub transfer_syntax: Option<String>,
    /// Quality, 0–1.
    q: f32,
}

impl MediaRange {
    /// Whether it asks for `multipart/related`.
    pub fn is_multipart(&self) -> bool {
        self.media_type == "multipart/related"
    }

    /// The media type of the payload: the part's where it is multipart.
    pub fn payload_type(&self) -> &str {
        if self.is_multipart() { self.part_type.as_deref().unwrap_or("*/*") } else { &self.media_type }
    }

    /// Whether the payload may be of this media type.
    pub fn takes(&self, media_type: &str) -> bool {
        let wanted = self.payload_type();
        wanted == "*/*"
            || wanted == media_type
            || wanted
                .strip_suffix("/*")
                .is_some_and(|kind| media_type.strip_prefix(kind).is_some_and(|rest| rest.starts_with('/')))
    }

    fn specificity(&self) -> u8 {
        match self.payload_type() {
            "*/*" => 0,
            range if range.ends_with("/*") => 1,
            _ => 2,
        }
    }
}

/// What the request accepts, best first; `*/*` where it does not say. The query parameter wins over the header,
/// as PS3.18 8.3.3.1 asks for user agents that cannot set headers.
pub fn accepted(headers: &HeaderMap, query_parameter: Option<&str>) -> Vec<MediaRange> {
    let mut ranges = match query_parameter {
        Some(text) => parse(text),
        None => headers
            .get_all(header::ACCEPT)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(parse)
            .collect(),
    };
    if ranges.is_empty() && query_parameter.is_none() && !headers.contains_key(header::ACCEPT) {
        ranges = parse("*/*");
    }
    ranges.retain(|range| range.q > 0.0);
    // Stable: among equals the client's own order decides.
    ranges.sort_by(|a, b| b.q.total_cmp(&a.q).then(b.specificity().cmp(&a.specificity())));
    ranges
}

/// Parses one header value; what does not read as a media range is left out.
fn parse(text: &str) -> Vec<MediaRange> {
    split_outside_quotes(text, ',').filter_map(parse_range).collect()
}

fn parse_range(text: &str) -> Option<MediaRange> {
    let mut pieces = split_outside_quotes(text, ';');
    let media_type = pieces.next()?.trim().to_ascii_lowercase();
    let (kind, subtype) = media_type.split_once('/')?;
    if kind.is_empty() || subtype.is_empty() {
        return None;
    }
    let mut range = MediaRange { media_type, part_type: None, transfer_syntax: None, q: 1.0 };
    for piece in pieces {
        let Some((name, value)) = piece.split_once('=') else { continue };
        let value = value.trim().trim_matches('"');
        match name.trim().to_ascii_lowercase().as_str() {
            "type" => range.part_type = Some(value.to_ascii_lowercase()),
            "transfer-syntax" => range.transfer_syntax = Some(value.to_owned()),
            "q" => range.q = value.parse::<f32>().ok().filter(|q| (0.0..=1.0).contains(q))?,
            _ => {}
        }
    }
    Some(range)
}

fn split_outside_quotes(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |c: char| {
        if c == '"' {
            quoted = !quoted;
        }
        c == separator && !quoted
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accept(value: &str) -> Vec<MediaRange> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, value.parse().unwrap());
        accepted(&headers, None)
    }

    #[test]
    fn reads_the_standards_examples() {
        // PS3.18 8.7.5 and annex B.
        let ranges = accept(
            "multipart/related; type=\"image/jp2\"; transfer-syntax=1.2.840.10008.1.2.4.90; q=0.5, \
             multipart/related;type=\"application/octet-stream\";transfer-syntax=*",
        );
        assert_eq!(ranges.len(), 2);
        assert!(ranges[0].is_multipart());
        assert_eq!(ranges[0].payload_type(), "application/octet-stream");
        assert_eq!(ranges[0].transfer_syntax.as_deref(), Some("*"));
        assert_eq!(ranges[1].payload_type(), "image/jp2");
        assert_eq!(ranges[1].transfer_syntax.as_deref(), Some("1.2.840.10008.1.2.4.90"));
    }

    #[test]
    fn unquoted_type_of_old_clients_is_read_up_to_its_slash() {
        let ranges = accept("multipart/related; type=application/dicom; transfer-syntax=*");
        assert_eq!(ranges[0].payload_type(), "application/dicom");
    }

    #[test]
    fn quality_then_specificity_then_order() {
        let ranges = accept("*/*, image/*, image/png;q=0.2, image/jpeg, image/gif;q=0");
        let types: Vec<_> = ranges.iter().map(|r| r.media_type.as_str()).collect();
        assert_eq!(types, ["image/jpeg", "image/*", "*/*", "image/png"]);
        assert!(ranges[1].takes("image/webp") && !ranges[1].takes("imagex/webp"));
    }

    #[test]
    fn silence_accepts_everything_and_nonsense_nothing() {
        assert_eq!(accepted(&HeaderMap::new(), None)[0].media_type, "*/*");
        assert!(accept("rubbish").is_empty());
        assert!(accept("image/png;q=7").is_empty());
    }

    #[test]
    fn query_parameter_wins() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, "text/html".parse().unwrap());
        assert_eq!(accepted(&headers, Some("image/png"))[0].media_type, "image/png");
    }
}
