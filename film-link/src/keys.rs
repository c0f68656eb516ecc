//! Keys that come from the link, by HKDF-SHA-256 (RFC 5869).
//!
//! `PRK = HKDF-Extract(salt = id bytes, ikm = key bytes)`, then one 32-byte expansion for each use. The uses
//! have nothing in common: who knows the access proof (the gateway, for a moment) cannot decrypt a device's
//! cache. In WebCrypto: `deriveBits({name: "HKDF", hash: "SHA-256", salt: id, info}, importKey("raw", key,
//! "HKDF", …), 256)`.

use hkdf::Hkdf;
use sha2::{Digest as _, Sha256};

use crate::link::FilmLink;

/// HKDF info of the access proof.
pub const ACCESS_INFO: &str = "lightbox/1/access";
/// HKDF info of the AES-256-GCM key for frames that are kept on the device.
pub const CACHE_INFO: &str = "lightbox/1/cache";

/// The two keys of a film.
#[derive(Clone, PartialEq, Eq)]
pub struct FilmKeys {
    /// Proves the right to open. Sent as base64url; the gateway stores only [`access_digest`] of it.
    pub access: [u8; 32],
    /// Encrypts what is kept on the device. Never leaves it.
    pub cache: [u8; 32],
}

impl std::fmt::Debug for FilmKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FilmKeys(…)")
    }
}

impl FilmKeys {
    /// Derives both keys of a link.
    pub fn derive(link: &FilmLink) -> Self {
        let hkdf = Hkdf::<Sha256>::new(Some(link.id.as_bytes()), link.key.as_bytes());
        Self { access: expand(&hkdf, ACCESS_INFO), cache: expand(&hkdf, CACHE_INFO) }
    }
}

fn expand(hkdf: &Hkdf<Sha256>, info: &str) -> [u8; 32] {
    let mut out = [0; 32];
    // RFC 5869 section 2.3: fails only above 255 × 32 bytes.
    match hkdf.expand(info.as_bytes(), &mut out) {
        Ok(()) => out,
        Err(_) => unreachable!("32 bytes are within HKDF's limit"),
    }
}

/// SHA-256 of an access proof: all that the gateway keeps of a key. The proof has 256 bits of entropy, so a
/// plain hash is enough.
pub fn access_digest(access: &[u8; 32]) -> [u8; 32] {
    Sha256::digest(access).into()
}
