//! Numbers for people: a fixed or a largest number of decimals.
//!
//! The same digits as the standard library's formatter, which is made for every number and every width and is a
//! twentieth of the page's program.

/// From here on a number is written as a power of ten: below it, all digits with four decimals fit a `u64`.
const LARGE: f64 = 1e15;

/// With exactly so many decimals, at most 4; rounded to the nearest, ties to even. No sign at a zero; `–` for what is
/// not a number.
pub fn fixed(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let decimals = decimals.min(4);
    let mut size = value.abs();
    let mut power = 0u32;
    while size >= LARGE {
        size /= 10.0;
        power += 1;
    }
    let digits = rounded(size, decimals as u32).to_string();
    let mut out = String::new();
    if value < 0.0 && digits != "0" {
        out.push('-');
    }
    let padded = "0".repeat((decimals + 1).saturating_sub(digits.len())) + &digits;
    let (whole, part) = padded.split_at(padded.len() - decimals);
    out.push_str(whole);
    if decimals > 0 {
        out.push('.');
        out.push_str(part);
    }
    if power > 0 {
        out.push('e');
        out.push_str(&power.to_string());
    }
    out
}

/// With at most so many decimals, at most 4: as [`fixed`], without zeros at the end.
pub fn short(value: f64, decimals: usize) -> String {
    let text = fixed(value, decimals);
    if text.contains('.') && value.abs() < LARGE {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// `value × 10^decimals` as a whole number, from 0 ≤ `value` < [`LARGE`].
fn rounded(value: f64, decimals: u32) -> u64 {
    const ONE: u64 = 1 << 60;
    let mut digits = value as u64;
    // What is behind the point, with 60 binary digits: ten times that still fits.
    let exact = (value - digits as f64) * ONE as f64;
    let mut rest = exact as u64;
    let more = rest as f64 != exact;
    for _ in 0..decimals {
        rest *= 10;
        digits = digits * 10 + rest / ONE;
        rest %= ONE;
    }
    let up = rest > ONE / 2 || (rest == ONE / 2 && (more || digits % 2 == 1));
    digits + u64::from(up)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The standard library's, without the sign at a zero.
    fn expected(value: f64, decimals: usize) -> String {
        let text = format!("{value:.decimals$}");
        let zero = !text.contains(|c: char| ('1'..='9').contains(&c));
        if zero { text.trim_start_matches('-').to_owned() } else { text }
    }

    proptest! {
        #[test]
        fn digits_are_those_of_the_standard_library(value in -1e15..1e15f64, scale in 0..20i32, decimals in 0usize..=4) {
            for value in [value, value / 10f64.powi(scale), (value / 1e9).round() / 16.0] {
                prop_assert_eq!(fixed(value, decimals), expected(value, decimals));
            }
        }

        #[test]
        fn what_is_short_is_the_same_number(value in -1e6..1e6f64, decimals in 0usize..=4) {
            let (short, fixed) = (short(value, decimals), fixed(value, decimals));
            prop_assert_eq!(short.parse::<f64>(), fixed.parse::<f64>());
            prop_assert!(!short.contains('.') || !short.ends_with(['0', '.']));
        }
    }

    #[test]
    fn edges() {
        for value in
            [0.0, -0.0, 0.5, 1.5, 2.5, -0.04, 0.05, 0.25, 0.35, 9.995, 99.95, 1e-300, 999_999_999_999_999.9]
        {
            for decimals in 0..=4 {
                assert_eq!(fixed(value, decimals), expected(value, decimals), "{value} {decimals}");
            }
        }
        assert_eq!((fixed(1.25, 9), short(1.25, 9)), ("1.2500".to_owned(), "1.25".to_owned()));
        assert_eq!(fixed(-2.5e17, 1), "-250000000000000.0e3");
        assert_eq!((fixed(f64::NAN, 1), fixed(f64::INFINITY, 0)), ("–".to_owned(), "–".to_owned()));
        assert_eq!(
            (short(100.0, 0), short(100.0, 3), short(2.50, 3)),
            ("100".into(), "100".into(), "2.5".into())
        );
    }
}
