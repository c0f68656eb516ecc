//! What a passcode may be, and how a typed one is brought to the stored form.
//!
//! A passcode is a second secret, told apart from the link (by SMS or on paper). It is short, so the gateway
//! counts failures over the film's lifetime.

/// Fewest characters.
pub const MIN_LEN: usize = 4;
/// Most characters.
pub const MAX_LEN: usize = 32;
/// Wrong passcodes before a film locks, where its maker names no other number.
pub const DEFAULT_ATTEMPTS: u32 = 5;
/// Most attempts that a maker may allow.
pub const MAX_ATTEMPTS: u32 = 20;

/// Why a text cannot be a passcode.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasscodeError {
    /// Too few or too many characters.
    #[error("a passcode has {MIN_LEN} to {MAX_LEN} characters")]
    Length,
    /// Something other than visible ASCII.
    #[error("a passcode has digits, Latin letters and ASCII signs only")]
    Character,
}

/// Brings what was typed to one form: spaces and hyphens go, full-width characters (as Chinese keyboards type
/// them) become ASCII, letters become upper case (an ID number may end in `x`).
///
/// # Errors
/// [`PasscodeError`] for what no passcode can be; such a text is not worth an attempt.
pub fn normalize(typed: &str) -> Result<String, PasscodeError> {
    let mut out = String::new();
    for c in typed.chars() {
        let c = match c {
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
            _ => c,
        };
        if c.is_whitespace() || c == '-' {
            continue;
        }
        if !c.is_ascii_graphic() {
            return Err(PasscodeError::Character);
        }
        if out.len() == MAX_LEN {
            return Err(PasscodeError::Length);
        }
        out.push(c.to_ascii_uppercase());
    }
    if out.len() < MIN_LEN { Err(PasscodeError::Length) } else { Ok(out) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_comes_to_one_form() {
        for typed in ["12345x", "123 45X", "１２３４５ｘ", " 123-45x "] {
            assert_eq!(normalize(typed).unwrap(), "12345X", "{typed}");
        }
    }

    #[test]
    fn refuses_what_no_passcode_can_be() {
        assert_eq!(normalize("123"), Err(PasscodeError::Length));
        assert_eq!(normalize(""), Err(PasscodeError::Length));
        assert_eq!(normalize(&"1".repeat(33)), Err(PasscodeError::Length));
        assert_eq!(normalize("密码一二三"), Err(PasscodeError::Character));
    }
}
