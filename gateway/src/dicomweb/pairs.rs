//! The query component as name and value pairs.

use percent_encoding::percent_decode_str;

use crate::problem::Problem;

/// Pairs in their order; names and values percent-decoded, `+` read as a space (as browsers' forms and common
/// HTTP clients write it; a literal plus is `%2B`).
///
/// # Errors
/// 400 where the bytes are not UTF-8.
pub fn parse(query: Option<&str>) -> Result<Vec<(String, String)>, Problem> {
    let decode = |text: &str| {
        percent_decode_str(&text.replace('+', " "))
            .decode_utf8()
            .map(std::borrow::Cow::into_owned)
            .map_err(|_| Problem::bad_request("the query is not UTF-8"))
    };
    query
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok((decode(name)?, decode(value)?))
        })
        .collect()
}

/// The first value under a name.
pub fn first<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes() {
        let pairs = parse(Some("PatientName=%E5%BC%A0*&a=b+c%2B&flag&&")).unwrap();
        assert_eq!(first(&pairs, "PatientName"), Some("张*"));
        assert_eq!(first(&pairs, "a"), Some("b c+"));
        assert_eq!(first(&pairs, "flag"), Some(""));
        assert!(parse(Some("a=%FF")).is_err());
    }
}
