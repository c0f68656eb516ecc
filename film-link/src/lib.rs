//! The link to a film, its keys, and the messages that the application and the gateway exchange.
//!
//! Nothing here does I/O, reads a clock or makes randomness: bytes come in as arguments. With the feature
//! `crypto` (on by default) keys are derived here; without it the crate is types and text only, for a browser
//! build that derives the same bytes with WebCrypto (`vectors/keys.json` holds both sides to the same answer).
//!
//! - [`link`]: `https://host/f/<id>#<key>`, its parts and its limits
//! - [`keys`]: access and cache keys by HKDF (feature `crypto`)
//! - [`open`]: the messages of the open protocol, version 1
//! - [`admin`]: the messages with which a hospital's own system makes and revokes films
//! - [`passcode`]: what a passcode may be
//! - [`code`]: the short codes that error messages carry
//! - [`manifest`]: what a film holds
//!
//! Every message has serde's implementations, for the gateway. The browser's program reads and writes the few that it
//! needs with `read` and `json`, in a tenth of the code; a test holds the two to the same answers.
#![forbid(unsafe_code)]

pub mod admin;
pub mod code;
#[cfg(feature = "crypto")]
pub mod keys;
pub mod link;
pub mod manifest;
pub mod open;
pub mod passcode;
mod read;

pub use code::ErrorCode;
pub use link::{FilmId, FilmKey, FilmLink, LinkError, MAX_LINK_LEN};
