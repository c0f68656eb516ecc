//! The link to a film, its keys, and the messages that the application and the gateway exchange.
#![forbid(unsafe_code)]

pub mod manifest;
