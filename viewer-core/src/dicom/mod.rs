//! DICOM bytes → validated headers. The only room that knows tags.

pub mod header;
pub mod limits;
