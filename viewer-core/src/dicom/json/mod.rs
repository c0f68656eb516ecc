//! DICOM JSON Model (PS3.18 annex F), both ways.
//!
//! Writing: any [`DataSet`] of a file becomes UTF-8 JSON; a filter says which attributes, a callback which values are
//! sent as BulkDataURI. Reading: the same JSON becomes a [`DataSet`] with little endian numbers and UTF-8 text, so that
//! [`super::read_header`] need not know where a data set came from.
//!
//! Limits: the JSON parser takes 128 levels of nesting, which are 42 of sequences; `Limits` may allow fewer.

mod read;
mod value;
mod write;

use thiserror::Error;

use super::tag::Tag;

#[cfg(doc)]
use super::dataset::DataSet;

pub use read::read;
pub use write::{Bulk, WriteOptions, write, write_into};

/// DICOM JSON that cannot be read.
#[derive(Debug, Error)]
pub enum JsonError {
    /// Not JSON, not of the shape of annex F, or beyond a limit; the message says which and where.
    #[error("the metadata are not DICOM JSON: {0}")]
    Malformed(#[from] small_json::JsonError),
    /// Not UTF-8; how many bytes before that are.
    #[error("the metadata are not UTF-8 behind byte {0}; the server that sent them is at fault")]
    NotUtf8(usize),
    /// InlineBinary that is not base64.
    #[error("the inline value of {0} is not base64; the server that sent it is at fault")]
    NotBase64(Tag),
}

#[cfg(test)]
mod tests;
