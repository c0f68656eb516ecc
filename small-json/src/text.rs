//! Text between quotation marks (RFC 8259 section 7).

use std::borrow::Cow;

/// Reads from behind the opening mark; returns the text and the length in bytes, closing mark included.
///
/// # Errors
/// What is expected where something else stands.
pub(crate) fn unescape(rest: &str) -> Result<(Cow<'_, str>, usize), &'static str> {
    let bytes = rest.as_bytes();
    let mut copied = String::new();
    let mut from = 0;
    let mut at = 0;
    loop {
        match bytes.get(at) {
            Some(b'"') => {
                let plain = &rest[from..at];
                let text = if from == 0 {
                    Cow::Borrowed(plain)
                } else {
                    copied.push_str(plain);
                    Cow::Owned(copied)
                };
                return Ok((text, at + 1));
            }
            Some(b'\\') => {
                copied.push_str(&rest[from..at]);
                let (c, length) = escape(bytes.get(at + 1..).unwrap_or_default())?;
                copied.push(c);
                at += 1 + length;
                from = at;
            }
            Some(0..0x20) => return Err("an escape instead of a control character"),
            Some(_) => at += 1,
            None => return Err("the end of a text"),
        }
    }
}

/// What an escape stands for, and its length behind the reverse solidus.
fn escape(bytes: &[u8]) -> Result<(char, usize), &'static str> {
    let c = match bytes.first() {
        Some(b'u') => {
            let first = hex(bytes.get(1..5))?;
            return match first {
                0xD800..0xDC00 if bytes.get(5..7) == Some(b"\\u") => {
                    let second = hex(bytes.get(7..11))?;
                    let low = second.checked_sub(0xDC00).filter(|low| *low < 0x400);
                    let pair = low.and_then(|low| char::from_u32(0x10000 + ((first - 0xD800) << 10 | low)));
                    pair.map(|c| (c, 11))
                }
                _ => char::from_u32(first).map(|c| (c, 5)),
            }
            .ok_or("a pair of surrogates");
        }
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(&c @ (b'"' | b'\\' | b'/')) => char::from(c),
        _ => return Err("a known escape"),
    };
    Ok((c, 1))
}

fn hex(digits: Option<&[u8]>) -> Result<u32, &'static str> {
    let mut value = 0;
    for &digit in digits.unwrap_or(b"?") {
        value = value << 4 | char::from(digit).to_digit(16).ok_or("four hexadecimal digits")?;
    }
    Ok(value)
}
