//! Part 10 files and bare data sets (PS3.10 section 7, PS3.5 section 7) → [`DataSet`] and the place of the pixels.
//!
//! Strict where it matters and lenient where files in the field are wrong in a way that has one reading: a missing
//! preamble, missing meta information, a transfer syntax other than the one declared, an unknown value representation,
//! an unclosed sequence. What was forgiven is listed in [`Part10::warnings`]. A file that is cut off gives
//! everything before the cut, with [`Part10::problem`] set; its whole frames stay reachable.
//!
//! Nothing is copied but element tables, except where the data set is deflated. Nesting is limited, and read without
//! recursion.

mod element;
mod file;
mod inflate;
mod level;
mod pixel_data;
mod reader;
mod sniff;

use core::ops::Range;
use std::borrow::Cow;

use super::dataset::DataSet;
use super::error::DicomError;
use super::limits::Limits;
use super::tag::Tag;
use super::uid;

/// One file.
#[derive(Debug, Clone)]
pub struct Part10<'a> {
    /// File Meta Information, group 0002; empty where there is none.
    pub meta: DataSet<'a>,
    /// The data set. Pixel data at its top level is only located, see [`Part10::pixel_data`].
    pub data: DataSet<'a>,
    /// (0002,0010), or the syntax that the data set was seen to have where that is missing or wrong.
    pub transfer_syntax: String,
    /// What all offsets count into: the file, or the inflated data set.
    pub bytes: Cow<'a, [u8]>,
    /// Where the pixels are; nothing for an object without pictures.
    pub pixel_data: Option<PixelData>,
    /// Why reading stopped before the end of the file.
    pub problem: Option<DicomError>,
    /// What was wrong and could be read all the same.
    pub warnings: Vec<Warning>,
}

/// Where the pixel data lies in [`Part10::bytes`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PixelData {
    /// Pixel Data, Float Pixel Data or Double Float Pixel Data.
    pub tag: Tag,
    /// How it is laid out.
    pub layout: PixelLayout,
}

/// Native or encapsulated (PS3.5 section A.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PixelLayout {
    /// One value; shorter than announced where the file is cut off.
    Native(Range<u64>),
    /// Fragments; the first item, the Basic Offset Table, is kept apart.
    Encapsulated {
        /// Basic Offset Table, often empty.
        offsets: Range<u64>,
        /// Values of the fragment items, in order. The last may be cut off.
        fragments: Vec<Range<u64>>,
    },
}

/// Something that the standard does not allow and that has one sensible reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Warning {
    /// No preamble and prefix.
    NoPreamble,
    /// No Transfer Syntax UID: told from the data set.
    NoTransferSyntax,
    /// The data set is not in the declared transfer syntax.
    OtherTransferSyntax,
    /// Pixel data is native under an encapsulated transfer syntax.
    NativePixels,
    /// Pixel data is encapsulated under a native transfer syntax.
    EncapsulatedPixels,
    /// An element in the implicit form, or with an unknown value representation, in an explicit data set.
    OddElement,
    /// A sequence or item that is not closed as it should be.
    BadSequence,
}

/// Reads a file or bare data set.
///
/// # Errors
/// Where nothing can be used: not DICOM, cut off inside the meta information, a damaged deflate stream, or more than
/// `limits` allow. Damage further on is told in [`Part10::problem`].
pub fn read<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Part10<'a>, DicomError> {
    file::read(bytes, limits)
}

/// Whether bytes begin as a Part 10 file does: 128 bytes, then "DICM".
pub fn has_prefix(bytes: &[u8]) -> bool {
    bytes.get(128..132) == Some(b"DICM")
}

impl Part10<'_> {
    /// Transfer syntax of a frame's bytes taken out of the file by [`super::frames::FrameIndex`].
    ///
    /// Differs from the file's where the file is deflated (frames come inflated), encapsulated uncompressed (frames
    /// come bare), GE's private big endian, or holds native pixels against its label.
    pub fn frame_transfer_syntax(&self) -> &str {
        let native = matches!(self.pixel_data, Some(PixelData { layout: PixelLayout::Native(_), .. }));
        match self.transfer_syntax.as_str() {
            uid::DEFLATED | uid::ENCAPSULATED_UNCOMPRESSED => uid::EXPLICIT_LITTLE,
            uid::GE_PRIVATE_BIG => uid::EXPLICIT_BIG,
            other if native && uid::is_encapsulated(other) => uid::EXPLICIT_LITTLE,
            other => other,
        }
    }
}

#[cfg(test)]
mod tests;
