//! Passcodes at rest: Argon2id (RFC 9106) with the OWASP minimum of 19 MiB and two passes, some 30 ms of one
//! core. Hashing is slow on purpose and runs off the async threads.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use film_link::passcode::{PasscodeError, normalize};

/// Why a passcode could not be stored.
#[derive(Debug, thiserror::Error)]
pub enum HashError {
    /// It is none.
    #[error(transparent)]
    Rule(#[from] PasscodeError),
    /// Hashing failed: no randomness or no memory.
    #[error("the passcode could not be hashed: {0}")]
    Hash(argon2::password_hash::Error),
}

fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::default())
}

/// Hashes a passcode as typed; the result is a PHC string with its own random salt.
///
/// # Errors
/// [`HashError`].
pub fn hash(typed: &str) -> Result<String, HashError> {
    let passcode = normalize(typed)?;
    Ok(argon2().hash_password(passcode.as_bytes()).map_err(HashError::Hash)?.to_string())
}

/// Whether a normalised passcode is the one that was hashed. Compares in constant time.
pub fn verify(normalized: &str, stored: &str) -> bool {
    PasswordHash::new(stored).is_ok_and(|hash| argon2().verify_password(normalized.as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verifies_what_was_hashed() {
        let stored = hash("１２34x").unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(verify("1234X", &stored));
        assert!(!verify("1234x", &stored) && !verify("1235X", &stored));
        assert!(!verify("1234X", "not a hash"));
        assert_ne!(stored, hash("1234x").unwrap(), "each has its own salt");
        assert!(hash("12").is_err());
    }
}
