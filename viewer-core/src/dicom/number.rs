//! Decimal and integer strings (PS3.5 section 6.2, DS and IS), as files really hold them.
//!
//! The standard library's parser of floats rounds the last bit of every text correctly, with 10 KB of tables that do
//! not compress; this one does so for all that a DS can say without an exponent, which is what the browser's program
//! has room for.

/// Powers of ten that an `f64` holds exactly.
const EXACT: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
];

/// Digits that fit a `u64` whatever they are.
const DIGITS: usize = 19;

/// A decimal string as a finite number. A comma as the decimal mark is read too; anything else is nothing.
///
/// Correctly rounded for up to 15 digits with an exponent within ±22, and for whole numbers of up to 19; beyond
/// that within a few units of the last place.
pub(crate) fn parse_float(text: &str) -> Option<f64> {
    let text = text.trim();
    if text.len() > 64 {
        return None;
    }
    let (negative, unsigned) = signed(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent_of(exponent)?),
        None => (unsigned, 0),
    };
    let (whole, part) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, ""));
    if whole.is_empty() && part.is_empty() {
        return None;
    }
    let mut digits = 0u64;
    let mut taken = 0;
    let mut power = exponent;
    for (byte, behind) in whole.bytes().map(|byte| (byte, false)).chain(part.bytes().map(|byte| (byte, true)))
    {
        if !byte.is_ascii_digit() {
            return None;
        }
        if taken < DIGITS {
            digits = digits * 10 + u64::from(byte - b'0');
            taken += usize::from(digits > 0);
            power -= i32::from(behind);
        } else {
            power += i32::from(!behind);
        }
    }
    let value = scaled(digits as f64, power);
    value.is_finite().then_some(if negative { -value } else { value })
}

fn signed(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

/// Up to four digits, as a power that [`scaled`] has to walk through.
fn exponent_of(text: &str) -> Option<i32> {
    let (negative, digits) = signed(text);
    let good = (1..=4).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let value = good.then(|| digits.parse::<i32>().ok()).flatten()?;
    Some(if negative { -value } else { value })
}

/// `value × 10^power`, in steps of exact powers.
fn scaled(mut value: f64, power: i32) -> f64 {
    let mut left = power.unsigned_abs() as usize;
    while left > 0 && value != 0.0 && value.is_finite() {
        let step = left.min(EXACT.len() - 1);
        value = if power < 0 { value / EXACT[step] } else { value * EXACT[step] };
        left -= step;
    }
    value
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
        /// What fits the 16 characters of a DS without an exponent is the nearest `f64`.
        #[test]
        fn plain_decimals_are_as_the_standard_library_reads_them(text in "[+-]?[0-9]{0,9}\\.[0-9]{1,5}|[+-]?[0-9]{1,15}") {
            prop_assert_eq!(parse_float(&text), text.parse().ok());
        }

        #[test]
        fn written_numbers_come_back(value in -1e15f64..1e15, digits in 0usize..15) {
            let text = format!("{value:.digits$e}");
            let expected: f64 = text.parse().unwrap();
            let found = parse_float(&text).unwrap();
            prop_assert!((found - expected).abs() <= expected.abs() * 1e-15, "{} {} {}", text, found, expected);
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
