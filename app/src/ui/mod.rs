//! The page: thin views over the session's view. They show, and they pass on what the reader did; they fetch nothing,
//! decode nothing, draw nothing. What needs no browser (words, names, gestures, keys) is plain Rust, tested natively.

pub mod bars;
pub mod gesture;
pub mod keys;
pub mod person;
pub mod words;

#[cfg(feature = "ui")]
mod film;
#[cfg(feature = "ui")]
mod footer;
#[cfg(feature = "ui")]
mod header;
#[cfg(feature = "ui")]
mod help;
#[cfg(feature = "ui")]
mod host;
#[cfg(feature = "ui")]
mod icons;
#[cfg(feature = "ui")]
mod labs;
#[cfg(feature = "ui")]
mod markup;
#[cfg(feature = "ui")]
mod notices;
#[cfg(feature = "ui")]
mod overlay;
#[cfg(feature = "ui")]
mod report;
#[cfg(feature = "ui")]
mod root;
#[cfg(feature = "ui")]
mod screens;
#[cfg(feature = "ui")]
mod series_list;
#[cfg(feature = "ui")]
mod tools;
#[cfg(feature = "ui")]
mod viewport;

#[cfg(feature = "ui")]
pub use host::{Host, Ports};
#[cfg(feature = "ui")]
pub use root::show;
