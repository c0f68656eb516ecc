//! Film tokens: what `open` hands out and `Authorization: Bearer` brings back.
//!
//! `base64url(claims) "." base64url(HMAC-SHA-256(key, domain ‖ claims))`. The claims are fixed-width binary:
//! nothing to parse before the signature has been checked. A token is good for one film in one generation and
//! one set of studies; whether the film still stands is asked of the store (`standing`), not of the token.

use film_link::link::{FilmId, to_base64url};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Keeps this use of the key apart from any other.
const DOMAIN: &[u8] = b"lightbox/1/token\0";
const CLAIMS_LEN: usize = 1 + 16 + 4 + 16 + 8 + 8 + 8;
const MAC_LEN: usize = 32;
/// Characters of a token: 61 and 32 bytes in base64url and the dot.
const TOKEN_LEN: usize = 82 + 1 + 43;
const VERSION: u8 = 1;

/// What a token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claims {
    /// The film.
    pub film: FilmId,
    /// The film's generation when the token was made; reissuing a film raises it.
    pub generation: u32,
    /// [`studies_digest`] of the studies it reaches.
    pub studies: [u8; 16],
    /// Names this opening, so that looking at a series is audited once for each.
    pub session: [u8; 8],
    /// Unix time in seconds of the opening; renewing does not move it.
    pub opened_at: u64,
    /// Unix time in seconds from which on the token is no good.
    pub expires_at: u64,
}

/// Why a token is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not one of ours.
    #[error("the token does not verify")]
    Invalid,
    /// One of ours, too old.
    #[error("the token has expired")]
    Expired,
}

/// SHA-256 over the Study Instance UIDs in order, cut to 16 bytes.
pub fn studies_digest(studies: &[String]) -> [u8; 16] {
    let mut hash = Sha256::new();
    for uid in studies {
        hash.update(uid.as_bytes());
        hash.update([0]);
    }
    let mut out = [0; 16];
    out.copy_from_slice(&hash.finalize()[..16]);
    out
}

/// Makes and checks tokens with the installation's key.
#[derive(Clone)]
pub struct Signer {
    mac: Hmac<Sha256>,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer(…)")
    }
}

impl Signer {
    /// From the 32 bytes of the key file.
    pub fn new(key: &[u8; 32]) -> Self {
        // A 32-byte key is a whole HMAC key, whatever its bytes.
        Self {
            mac: Hmac::new(&{
                let mut block = hmac::digest::Key::<Hmac<Sha256>>::default();
                block[..32].copy_from_slice(key);
                block
            }),
        }
    }

    /// Signs.
    pub fn sign(&self, claims: &Claims) -> String {
        let bytes = encode(claims);
        let mac = self.mac.clone().chain_update(DOMAIN).chain_update(bytes).finalize().into_bytes();
        format!("{}.{}", to_base64url(&bytes), to_base64url(&mac))
    }

    /// Checks signature (in constant time), then expiry.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn verify(&self, token: &str, now_secs: u64) -> Result<Claims, TokenError> {
        let (claims, mac) = split(token).ok_or(TokenError::Invalid)?;
        self.mac
            .clone()
            .chain_update(DOMAIN)
            .chain_update(claims)
            .verify_slice(&mac)
            .map_err(|_| TokenError::Invalid)?;
        let claims = decode(&claims).ok_or(TokenError::Invalid)?;
        if now_secs >= claims.expires_at { Err(TokenError::Expired) } else { Ok(claims) }
    }
}

fn split(token: &str) -> Option<([u8; CLAIMS_LEN], [u8; MAC_LEN])> {
    if token.len() != TOKEN_LEN {
        return None;
    }
    let (claims, mac) = token.split_once('.')?;
    Some((
        URL_SAFE_NO_PAD.decode(claims).ok()?.try_into().ok()?,
        URL_SAFE_NO_PAD.decode(mac).ok()?.try_into().ok()?,
    ))
}

fn encode(claims: &Claims) -> [u8; CLAIMS_LEN] {
    let mut out = [0; CLAIMS_LEN];
    out[0] = VERSION;
    out[1..17].copy_from_slice(claims.film.as_bytes());
    out[17..21].copy_from_slice(&claims.generation.to_be_bytes());
    out[21..37].copy_from_slice(&claims.studies);
    out[37..45].copy_from_slice(&claims.session);
    out[45..53].copy_from_slice(&claims.opened_at.to_be_bytes());
    out[53..61].copy_from_slice(&claims.expires_at.to_be_bytes());
    out
}

fn decode(bytes: &[u8; CLAIMS_LEN]) -> Option<Claims> {
    fn part<const N: usize>(bytes: &[u8; CLAIMS_LEN], at: usize) -> Option<[u8; N]> {
        bytes.get(at..at + N)?.try_into().ok()
    }
    if bytes[0] != VERSION {
        return None;
    }
    Some(Claims {
        film: FilmId::from_bytes(part(bytes, 1)?),
        generation: u32::from_be_bytes(part(bytes, 17)?),
        studies: part(bytes, 21)?,
        session: part(bytes, 37)?,
        opened_at: u64::from_be_bytes(part(bytes, 45)?),
        expires_at: u64::from_be_bytes(part(bytes, 53)?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims() -> Claims {
        Claims {
            film: FilmId::from_bytes([7; 16]),
            generation: 3,
            studies: studies_digest(&["1.2.3".into()]),
            session: [9; 8],
            opened_at: 1000,
            expires_at: 1600,
        }
    }

    #[test]
    fn a_token_says_what_was_signed_until_it_expires() {
        let signer = Signer::new(&[1; 32]);
        let token = signer.sign(&claims());
        assert_eq!(token.len(), TOKEN_LEN);
        assert_eq!(signer.verify(&token, 1599), Ok(claims()));
        assert_eq!(signer.verify(&token, 1600), Err(TokenError::Expired));
        assert_eq!(Signer::new(&[2; 32]).verify(&token, 1599), Err(TokenError::Invalid));
    }

    #[test]
    fn no_changed_token_passes() {
        let signer = Signer::new(&[1; 32]);
        let token = signer.sign(&claims());
        for at in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(signer.verify(&changed, 0), Err(TokenError::Invalid), "at {at}");
        }
        for text in ["", ".", "a.b", &token[1..], &format!("{token}A"), &"观".repeat(42)] {
            assert_eq!(signer.verify(text, 0), Err(TokenError::Invalid));
        }
    }

    #[test]
    fn the_signature_is_hmac_sha256() {
        // RFC 4231 test case 1 with the crate's own MAC, so that its key padding is known to be right.
        let mut block = hmac::digest::Key::<Hmac<Sha256>>::default();
        block[..20].fill(0x0b);
        let mac = Hmac::<Sha256>::new(&block).chain_update(b"Hi There").finalize().into_bytes();
        assert_eq!(mac[..4], [0xb0, 0x34, 0x4c, 0x61]);
    }

    #[test]
    fn study_lists_do_not_run_into_each_other() {
        let digest = |uids: &[&str]| studies_digest(&uids.iter().map(|&u| u.to_owned()).collect::<Vec<_>>());
        assert_ne!(digest(&["1.2", "3"]), digest(&["1.", "23"]));
    }
}
