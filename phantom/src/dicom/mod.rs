//! Writing DICOM: data sets, Part 10 files, UIDs, and the two compressions that need no library.

#[cfg(test)]
mod oracle;
pub(crate) mod rle;
pub(crate) mod uid;
pub(crate) mod writer;
