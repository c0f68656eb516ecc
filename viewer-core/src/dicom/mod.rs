//! DICOM bytes → validated headers. The only room that knows tags.
//!
//! Two sources, one shape: a Part 10 file ([`part10::read`]) and DICOM JSON both become a
//! [`dataset::DataSet`], from which the header is made that everything else trusts. Bytes come from
//! strangers: nothing here panics on them, and nothing is allocated before [`limits::Limits`] has been asked.

pub mod charset;
pub mod dataset;
pub mod dictionary;
pub mod error;
pub mod frames;
pub mod header;
pub mod limits;
mod number;
pub mod part10;
pub mod tag;
pub mod uid;
pub mod vr;
