//! Decimal and integer strings (PS3.5 section 6.2, DS and IS), as files really hold them.

/// A decimal string as a finite number. A comma as the decimal mark is read too; anything else is nothing.
pub(crate) fn parse_float(text: &str) -> Option<f64> {
    let text = text.trim();
    if text.is_empty() || text.len() > 64 || !text.bytes().all(is_number_byte) {
        return None;
    }
    let value = match text.parse::<f64>() {
        Ok(value) => value,
        Err(_) => text.replacen(',', ".", 1).parse().ok()?,
    };
    value.is_finite().then_some(value)
}

/// An integer string. "12.0" is 12 and "1A" is 1: written by real equipment, and what precedes is unambiguous.
pub(crate) fn parse_int(text: &str) -> Option<i64> {
    let text = text.trim();
    let text = text.strip_prefix('+').unwrap_or(text);
    if text.len() > 64 {
        return None;
    }
    let sign = usize::from(text.starts_with('-'));
    let digits = text[sign..].bytes().take_while(u8::is_ascii_digit).count();
    text[..sign + digits].parse().ok()
}

fn is_number_byte(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b',' | b'e' | b'E')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_strings() {
        assert_eq!(parse_float(" -1.5e2 "), Some(-150.0));
        assert_eq!(parse_float("+3"), Some(3.0));
        assert_eq!(parse_float("0,5"), Some(0.5));
        for garbage in ["", "***", "inf", "nan", "NaN", "1e999", "1..2", "0x10"] {
            assert_eq!(parse_float(garbage), None, "{garbage}");
        }
    }

    #[test]
    fn integer_strings() {
        assert_eq!(parse_int("+12 "), Some(12));
        assert_eq!(parse_int("-7"), Some(-7));
        assert_eq!(parse_int("1A"), Some(1));
        assert_eq!(parse_int("12.0"), Some(12));
        for garbage in ["", "-", "abc", "99999999999999999999"] {
            assert_eq!(parse_int(garbage), None, "{garbage}");
        }
    }
}
