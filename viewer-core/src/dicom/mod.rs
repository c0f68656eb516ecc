//! DICOM bytes → validated headers. The only room that knows tags.
//!
//! Two sources, one shape: a Part 10 file ([`part10::read`]) and DICOM JSON both become a
//! [`dataset::DataSet`], from which [`read_header`] makes the header that everything else trusts. Bytes come from
//! strangers: nothing here panics on them, and nothing is allocated before [`limits::Limits`] has been asked.

pub mod attributes;
pub mod charset;
pub mod dataset;
pub mod dictionary;
pub mod error;
pub mod frames;
pub mod header;
mod header_reader;
pub mod json;
pub mod limits;
pub(crate) mod number;
pub mod part10;
pub mod tag;
pub mod uid;
pub mod vr;

pub use attributes::{StudyAttributes, study_attributes};
pub use header_reader::{HeaderError, is_viewer_tag, read_header, viewer_tags};
pub(crate) use header_reader::{is_signed_after, lut_table, read_palette, stored_range, windows};
