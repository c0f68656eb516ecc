//! UIDs under 2.25 (PS3.5 B.2): a UUID as one decimal number, here made from the seed and a name.

use sha2::{Digest, Sha256};

/// The same seed and name give the same UID. At most 44 characters.
pub(crate) fn uid(seed: u64, name: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(b"lightbox phantom");
    hash.update(seed.to_be_bytes());
    hash.update(name.as_bytes());
    let digest = hash.finalize();
    let mut bytes = [0u8; 16];
    bytes.copy_from_slice(&digest[..16]);
    // A UUID of version 8 (free form), variant 1: RFC 9562.
    bytes[6] = (bytes[6] & 0x0f) | 0x80;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    format!("2.25.{}", u128::from_be_bytes(bytes))
}
