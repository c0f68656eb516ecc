//! Decimal text → the nearest `f64`.
//!
//! The standard library's parser is faster, with 10 KB of tables that do not compress. This one multiplies by a power of
//! ten that an `f64` holds exactly, which is all that most numbers need; of the rest it compares its guess with the
//! text in whole numbers of any length (Clinger, How to Read Floating Point Numbers Accurately, 1990, algorithm R).

use core::cmp::Ordering;

/// Powers of ten that an `f64` holds exactly.
const EXACT: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
];

/// Digits that fit a `u64` whatever they are.
const DIGITS: usize = 19;

/// Longest text of a number that is read, in bytes: an `f64` written out in full has up to 1 079.
const LONGEST: usize = 1100;

/// Length of the number that the bytes begin with, by the grammar of RFC 8259 section 6; 0 where they begin with none.
pub(crate) fn length(bytes: &[u8]) -> usize {
    let digits = |from: usize| {
        let rest = bytes.get(from..).unwrap_or_default();
        rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
    };
    let mut at = usize::from(bytes.first() == Some(&b'-'));
    let whole = digits(at);
    if whole == 0 || (whole > 1 && bytes.get(at) == Some(&b'0')) {
        return 0;
    }
    at += whole;
    if bytes.get(at) == Some(&b'.') {
        match digits(at + 1) {
            0 => return 0,
            part => at += 1 + part,
        }
    }
    if let Some(b'e' | b'E') = bytes.get(at) {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        match digits(at + 1 + sign) {
            0 => return 0,
            exponent => at += 1 + sign + exponent,
        }
    }
    at
}

/// A JSON number as the nearest `f64`, ties to even; nothing where that is not finite or the text is no number.
pub fn parse(text: &str) -> Option<f64> {
    let (negative, text) = signed(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, self::exponent(exponent)?),
        None => (text, 0),
    };
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let value = nearest(whole, part, exponent)?;
    Some(if negative { -value } else { value })
}

/// Whether a text has a minus sign, and the text without its sign.
pub fn signed(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

/// A signed whole number as a power of ten; what is beyond all powers of an `f64` is brought to 9 999.
pub fn exponent(text: &str) -> Option<i32> {
    let (negative, digits) = signed(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let value = digits.bytes().fold(0, |value, digit| (value * 10 + i32::from(digit - b'0')).min(9_999));
    Some(if negative { -value } else { value })
}

/// `whole.part × 10^exponent` as the nearest `f64`, ties to even; nothing where there is no digit, something other than
/// digits or more than 1 100 of them, or the value is not finite.
pub fn nearest(whole: &str, part: &str, exponent: i32) -> Option<f64> {
    let all = || whole.bytes().chain(part.bytes());
    let count = whole.len().saturating_add(part.len());
    if count == 0 || count > LONGEST || !all().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut first = 0u64;
    let mut taken = 0;
    let mut left = count;
    for digit in all() {
        if taken == DIGITS {
            break;
        }
        first = first * 10 + u64::from(digit - b'0');
        taken += usize::from(first > 0);
        left -= 1;
    }
    let power = exponent - part.len() as i32;
    if first == 0 {
        return Some(0.0);
    }
    let guess = scaled(first as f64, power + left as i32);
    if left == 0 && first < 1 << 53 && power.unsigned_abs() < EXACT.len() as u32 {
        return Some(guess);
    }
    let value = refined(guess, &Decimal { digits: Whole::of(all()), power });
    value.is_finite().then_some(value)
}

/// `value × 10^power`, in steps of exact powers: within a few units of the last place.
fn scaled(mut value: f64, power: i32) -> f64 {
    let mut left = power.unsigned_abs() as usize;
    while left > 0 && value != 0.0 && value.is_finite() {
        let step = left.min(EXACT.len() - 1);
        value = if power < 0 { value / EXACT[step] } else { value * EXACT[step] };
        left -= step;
    }
    value
}

/// `digits × 10^power`.
struct Decimal {
    digits: Whole,
    power: i32,
}

/// The nearest value, from one near it.
fn refined(guess: f64, exact: &Decimal) -> f64 {
    let mut bits = guess.min(f64::MAX).to_bits();
    // Up while the text lies above the middle between this value and the next, then down likewise.
    while bits < f64::INFINITY.to_bits() {
        match exact.compared_with_middle_above(bits) {
            Ordering::Greater => bits += 1,
            Ordering::Equal => return f64::from_bits(bits + (bits & 1)),
            Ordering::Less => break,
        }
    }
    while bits > 0 {
        match exact.compared_with_middle_above(bits - 1) {
            Ordering::Less => bits -= 1,
            Ordering::Equal => return f64::from_bits(bits - (bits & 1)),
            Ordering::Greater => break,
        }
    }
    f64::from_bits(bits)
}

impl Decimal {
    /// How it stands to the middle between the value with these bits and the next above.
    fn compared_with_middle_above(&self, bits: u64) -> Ordering {
        let fraction = bits & ((1 << 52) - 1);
        let exponent = (bits >> 52) as i32;
        // value = mantissa × 2^power; IEEE 754-2019 section 3.4.
        let (mantissa, power) = match exponent {
            0 => (fraction, -1074),
            _ => (fraction | 1 << 52, exponent - 1075),
        };
        let mut ours = self.digits.clone();
        let mut middle = Whole(vec![(mantissa * 2 + 1) as u32, ((mantissa * 2 + 1) >> 32) as u32]);
        let ten = if self.power < 0 { &mut middle } else { &mut ours };
        for _ in 0..self.power.unsigned_abs() {
            ten.times_plus(10, 0);
        }
        let two = if power > 0 { &mut middle } else { &mut ours };
        for _ in 0..(power - 1).unsigned_abs() {
            two.times_plus(2, 0);
        }
        ours.compared_with(&middle)
    }
}

/// A whole number of any size, in base 2^32, lowest digit first.
#[derive(Clone)]
struct Whole(Vec<u32>);

impl Whole {
    fn of(digits: impl Iterator<Item = u8>) -> Self {
        let mut whole = Self(Vec::new());
        for digit in digits {
            whole.times_plus(10, u32::from(digit - b'0'));
        }
        whole
    }

    fn times_plus(&mut self, factor: u32, more: u32) {
        let mut carry = u64::from(more);
        for place in &mut self.0 {
            carry += u64::from(*place) * u64::from(factor);
            *place = carry as u32;
            carry >>= 32;
        }
        if carry > 0 {
            self.0.push(carry as u32);
        }
    }

    fn compared_with(&self, other: &Self) -> Ordering {
        let significant = |whole: &Self| whole.0.iter().rposition(|&place| place > 0).map_or(0, |at| at + 1);
        let (ours, theirs) = (significant(self), significant(other));
        ours.cmp(&theirs).then_with(|| self.0[..ours].iter().rev().cmp(other.0[..theirs].iter().rev()))
    }
}
