//! Films: what a link opens. Creating, listing, revoking; the open protocol; tokens; manifests.
//!
//! The rules are in [`service`], free of HTTP; [`routes`] puts them on the wire. The gateway keeps no key: of
//! the access proof a SHA-256, of a passcode an Argon2id hash. Knows nothing of where pictures come from but
//! the trait [`crate::source::Source`].

pub mod create;
pub mod holder_routes;
pub mod manifest;
pub mod open;
pub mod passcode;
pub mod platform_routes;
mod preview;
pub mod rate_limit;
pub mod record;
pub mod secret;
pub mod service;
pub mod standing;
pub mod store;
pub mod token;
