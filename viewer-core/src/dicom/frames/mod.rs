//! Where each frame lies in the file: native frames by arithmetic, encapsulated ones by offset tables or by what
//! their fragments begin with (PS3.5 sections 8.1, 8.2, A.4; PS3.3 C.7.6.3.1.8).

mod encapsulated;
mod native;

use core::ops::Range;
use std::borrow::Cow;

use thiserror::Error;

use super::header::PixelHeader;
use super::part10::{Part10, PixelLayout};
use super::vr::Vr;
use super::{tag, uid};

pub use native::{align_bits, frame_bits};

/// Finds the bytes of any frame of one instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameIndex {
    frames: u32,
    kind: Kind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Native {
        data: Range<u64>,
        /// Bits of one frame; frames of one-bit pixels follow each other without padding.
        bits: u64,
        /// Samples of one byte in big endian words: the bytes of each word are exchanged (PS3.5 section 8.1.2).
        words: bool,
    },
    Encapsulated {
        fragments: Vec<Range<u64>>,
        /// Index of the first fragment of each frame that was found.
        starts: Vec<u32>,
        /// The last fragment is cut off.
        cut: bool,
    },
    /// All fragments are one video stream.
    Video(Vec<Range<u64>>),
}

/// Bytes of one frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameBytes {
    /// Positions in [`Part10::bytes`], to be joined in order; more than one where a frame has several fragments.
    pub ranges: Vec<Range<u64>>,
    /// Bits to skip in the first byte (lowest bit first); 0 but for frames of one-bit pixels that are not whole bytes.
    pub bit_offset: u8,
    /// Start of the 16-bit words whose bytes [`Self::of`] exchanges: 8-bit samples of a big endian file in OW.
    pub words_from: Option<u64>,
    /// Bytes that a native frame lacks because the pixel data is too short; 0 for a whole frame.
    pub missing: u64,
    /// The encoded frame is cut off by the end of the file.
    pub cut: bool,
}

/// A frame that cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum FrameError {
    /// The object has no pixel data.
    #[error("the file has no pixel data")]
    NoPixelData,
    /// Beyond Number of Frames.
    #[error("there is no frame {number}: the image has {frames}")]
    NoSuchFrame {
        /// Counted from 1.
        number: u64,
        /// Number of Frames.
        frames: u32,
    },
    /// Within Number of Frames, but the pixel data ends before it.
    #[error(
        "frame {number} is not in the file: its pixel data holds {found} frames; fetch or copy the file again"
    )]
    Missing {
        /// Counted from 1.
        number: u64,
        /// Frames that are there.
        found: u64,
    },
    /// Fragments that no table and no marker divides into frames.
    #[error(
        "{fragments} fragments cannot be divided into {frames} frames: the offset table is missing or wrong"
    )]
    Ambiguous {
        /// Fragments there are.
        fragments: usize,
        /// Number of Frames.
        frames: u32,
    },
}

impl FrameIndex {
    /// Builds the index of a file whose header has been validated.
    ///
    /// # Errors
    /// No pixel data, or fragments that cannot be divided into frames.
    pub fn new(file: &Part10<'_>, pixels: &PixelHeader) -> Result<Self, FrameError> {
        let frames = pixels.frames;
        let kind = match file.pixel_data.as_ref().map(|data| &data.layout) {
            None => return Err(FrameError::NoPixelData),
            Some(PixelLayout::Native(data)) => {
                let element = file.data.get(tag::PIXEL_DATA);
                let words = element.is_some_and(|element| element.big_endian && element.vr == Vr::OW);
                Kind::Native {
                    data: data.clone(),
                    bits: frame_bits(pixels, data.end - data.start),
                    words: words && pixels.bits_allocated <= 8,
                }
            }
            Some(PixelLayout::Encapsulated { fragments, .. }) if uid::is_video(&file.transfer_syntax) => {
                Kind::Video(fragments.clone())
            }
            Some(PixelLayout::Encapsulated { offsets, fragments }) => {
                let numbers = |tag| file.data.get(tag).and_then(|element| element.bytes());
                let tables = encapsulated::Tables {
                    basic: slice(&file.bytes, offsets),
                    extended: numbers(tag::EXTENDED_OFFSET_TABLE).unwrap_or_default(),
                    lengths: numbers(tag::EXTENDED_OFFSET_TABLE_LENGTHS).unwrap_or_default(),
                };
                let (fragments, starts) = encapsulated::divide(&file.bytes, fragments, &tables, frames)?;
                let cut = file.problem.as_ref().is_some_and(|problem| problem.tag == Some(tag::PIXEL_DATA));
                Kind::Encapsulated { fragments, starts, cut }
            }
        };
        Ok(Self { frames, kind })
    }

    /// Frames that the header announces.
    pub fn len(&self) -> u32 {
        self.frames
    }

    /// Whether the header announces none.
    pub fn is_empty(&self) -> bool {
        self.frames == 0
    }

    /// Whether frames are compressed streams (or encapsulated bare samples) rather than native samples.
    pub fn is_encapsulated(&self) -> bool {
        !matches!(self.kind, Kind::Native { .. })
    }

    /// The bytes of a frame, counted from 0. A video is one stream, which frame 0 names whole.
    ///
    /// # Errors
    /// No such frame, or not a byte of it in the file.
    pub fn frame(&self, index: u32) -> Result<FrameBytes, FrameError> {
        let number = u64::from(index) + 1;
        if index >= self.frames {
            return Err(FrameError::NoSuchFrame { number, frames: self.frames });
        }
        match &self.kind {
            Kind::Native { data, bits, words } => native::frame(data, *bits, *words, index),
            Kind::Encapsulated { fragments, starts, cut } => {
                let missing = FrameError::Missing { number, found: starts.len() as u64 };
                let first = *starts.get(index as usize).ok_or(missing)? as usize;
                let last = match starts.get(index as usize + 1) {
                    Some(next) => *next as usize,
                    None => fragments.len(),
                };
                let ranges = fragments.get(first..last).ok_or(missing)?.to_vec();
                Ok(FrameBytes {
                    ranges,
                    bit_offset: 0,
                    words_from: None,
                    missing: 0,
                    cut: *cut && last == fragments.len(),
                })
            }
            Kind::Video(fragments) if index == 0 => Ok(FrameBytes {
                ranges: fragments.clone(),
                bit_offset: 0,
                words_from: None,
                missing: 0,
                cut: false,
            }),
            Kind::Video(_) => Err(FrameError::Missing { number, found: 1 }),
        }
    }
}

impl FrameBytes {
    /// Number of bytes in all ranges.
    pub fn len(&self) -> u64 {
        self.ranges.iter().map(|range| range.end - range.start).sum()
    }

    /// Whether there is not a byte.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes themselves, copied only where several fragments have to be joined or words turned.
    /// [`Self::bit_offset`] still applies; [`align_bits`] removes it.
    pub fn of<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        if let (Some(start), [range]) = (self.words_from, self.ranges.as_slice()) {
            return Cow::Owned(native::turned(bytes, start, range));
        }
        match self.ranges.as_slice() {
            [range] => Cow::Borrowed(slice(bytes, range)),
            ranges => Cow::Owned(ranges.iter().flat_map(|range| slice(bytes, range)).copied().collect()),
        }
    }
}

/// The part of the bytes that a range names; empty where it is outside.
fn slice<'a>(bytes: &'a [u8], range: &Range<u64>) -> &'a [u8] {
    let bounds = usize::try_from(range.start).ok().zip(usize::try_from(range.end).ok());
    bounds.and_then(|(start, end)| bytes.get(start..end)).unwrap_or_default()
}

#[cfg(test)]
mod tests;
