//! JSON (RFC 8259) for programs that have to be downloaded: a pull reader and a writer without code of their own for
//! every type, about a tenth of what derived readers come to in the browser's program.
//!
//! - [`read`] gives a [`Reader`] over a text; what it is asked for, it takes from the text or says why it cannot
//! - [`Member`] and [`Reader::members`]: an object as a table of names and places, unknown members passed over
//! - [`number`]: decimal text → the nearest `f64`, without tables
//! - [`Writer`]: an object, member by member
//!
//! Errors name the member, as `studies[0].series[2].uid`, and the place, as line and column. What a stranger's text may
//! cost is in [`Limits`]; beyond that the memory that is taken is a small multiple of the text's length.
#![forbid(unsafe_code)]

mod error;
mod members;
pub mod number;
mod reader;
mod text;
mod write;

pub use error::{Fault, JsonError};
pub use members::{Member, Place, may, must};
pub use reader::{Kind, Limits, Reader, Stop, read};
pub use write::{Writer, write_text};
