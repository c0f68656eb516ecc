//! Decimal and integer strings (PS3.5 section 6.2, DS and IS), as files really hold them.
//!
//! Floats are read by `small_json::number`, which rounds correctly without the standard library's tables.

use small_json::number;

/// A decimal string as a finite number. A comma as the decimal mark is read too; anything else is nothing.
pub(crate) fn parse_float(text: &str) -> Option<f64> {
    let text = text.trim();
    if text.len() > 64 {
        return None;
    }
    let (negative, unsigned) = number::signed(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        // Beyond four digits it is garbage.
        Some((mantissa, exponent)) if exponent.len() <= 5 => (mantissa, number::exponent(exponent)?),
        Some(_) => return None,
        None => (unsigned, 0),
    };
    let (whole, part) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, ""));
    let value = number::nearest(whole, part, exponent)?;
    Some(if negative { -value } else { value })
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn decimal_strings() {
        assert_eq!(parse_float(" -1.5e2 "), Some(-150.0));
        assert_eq!(parse_float("+3"), Some(3.0));
        assert_eq!(parse_float("0,5"), Some(0.5));
        assert_eq!(parse_float(".5"), Some(0.5));
        assert_eq!(parse_float("5."), Some(5.0));
        assert_eq!(parse_float("0e9999"), Some(0.0));
        for garbage in [
            "", "-", ".", "+-1", "***", "inf", "nan", "NaN", "1e999", "1e", "1e+", "1e99999", "1..2",
            "1,2,3", "0x10",
        ] {
            assert_eq!(parse_float(garbage), None, "{garbage}");
        }
    }

    proptest! {
        #[test]
        fn decimals_are_as_the_standard_library_reads_them(text in "[+-]?[0-9]{0,20}\\.[0-9]{1,20}([eE][+-]?[0-9]{1,2})?|[+-]?[0-9]{1,30}") {
            prop_assert_eq!(parse_float(&text), text.parse().ok());
        }

        #[test]
        fn nothing_panics(text in "[0-9eE+.,-]{0,70}") {
            let _ = parse_float(&text);
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
