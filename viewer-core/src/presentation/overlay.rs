//! Overlay planes, groups 60xx: PS3.3 C.9.2 and C.9.3 (multi-frame), of images and of presentation states.
//!
//! The bits lie in Overlay Data (60xx,3000), or, as was allowed until PS3.3-2004, in bits of Pixel Data that samples do
//! not use (Overlay Bit Position): those are taken from a frame's native bytes before anything masks them.

use std::sync::Arc;

use thiserror::Error;

use super::{Finding, Plane};
use crate::dicom::dataset::{DataSet, Value};
use crate::dicom::header::PixelHeader;
use crate::dicom::limits::Limits;
use crate::dicom::tag::{Tag, overlay};
use crate::dicom::vr::Vr;

/// Overlay Type (60xx,0040), PS3.3 C.9.2.1.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OverlayKind {
    /// G: marks, text, outlines. Also what a type that the standard does not have is taken for.
    Graphics,
    /// R: a region of interest.
    Region,
}

/// Where an overlay's bits are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OverlayBits {
    /// Overlay Data, all frames behind one another, lowest bit first.
    Here(Arc<[u8]>),
    /// Overlay Data behind a BulkDataURI: to be fetched, and given to [`Overlay::fill`].
    At(String),
    /// In this bit of Pixel Data, from 0: see [`embedded`].
    Embedded(u8),
}

/// One overlay, not yet unpacked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlay {
    /// Group, 6000 to 601E, even.
    pub group: u16,
    /// Overlay Rows, 1–65535.
    pub rows: u32,
    /// Overlay Columns, 1–65535.
    pub columns: u32,
    /// Place of its first pixel in the image: column and row from 0. May lie outside, negative too.
    pub origin: [i32; 2],
    /// Graphics or region.
    pub kind: OverlayKind,
    /// Overlay Label (60xx,1500).
    pub label: Option<String>,
    /// Overlay Description (60xx,0022).
    pub description: Option<String>,
    /// Overlay Subtype (60xx,0045), as the file says it.
    pub subtype: Option<String>,
    /// Number of Frames in Overlay (60xx,0015), 1 where absent.
    pub frames: u32,
    /// Image Frame Origin (60xx,0051), from 0.
    pub first_frame: Option<u32>,
    /// Where its bits are.
    pub bits: OverlayBits,
}

/// Bits that cannot be taken out of Pixel Data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum EmbeddedError {
    /// The bit belongs to the samples, or lies outside them.
    #[error("bit {0} is no spare bit of these samples")]
    NotSpare(u8),
    /// Colour, or samples of 1 or 64 bits.
    #[error("pixels of {0} bits and {1} samples hold no overlay")]
    NotHere(u8, u8),
}

/// All overlays of an image or a presentation state, by group. What cannot be read is added to `findings`.
pub fn read(data: &DataSet<'_>, limits: &Limits, findings: &mut Vec<Finding>) -> Vec<Overlay> {
    let mut found = Vec::new();
    for group in (0x6000..=0x601E).step_by(2) {
        // Activation alone (a state's) is no plane.
        let is_plane = |element: u16| data.get(Tag(group, element)).is_some();
        if is_plane(overlay::ROWS) || is_plane(overlay::DATA) {
            match one(data, group, limits) {
                Some(overlay) => found.push(overlay),
                None => findings.push(Finding::Overlay(group)),
            }
        }
    }
    found
}

fn one(data: &DataSet<'_>, group: u16, limits: &Limits) -> Option<Overlay> {
    let tag = |element: u16| Tag(group, element);
    let side = |element: u16| data.int(tag(element)).and_then(|value| u16::try_from(value).ok());
    let (rows, columns) = (side(overlay::ROWS)?, side(overlay::COLUMNS)?);
    let pixels = u64::from(rows) * u64::from(columns);
    if pixels == 0 || pixels > limits.frame_pixels {
        return None;
    }
    let position = data.int(tag(overlay::BIT_POSITION)).unwrap_or(0);
    let bits = match data.get(tag(overlay::DATA)) {
        Some(element) => match &element.value {
            Value::Bulk(uri) => OverlayBits::At(uri.clone()),
            Value::Bytes(bytes) => {
                if bytes.is_empty() || bytes.len() as u64 > limits.element_bytes {
                    return None;
                }
                // PS3.5 section 8.1.2: bits lie in words, whose bytes a big endian file exchanges.
                let words = element.big_endian && element.vr != Vr::OB;
                OverlayBits::Here(if words { turned(bytes) } else { bytes.as_ref().into() })
            }
            Value::Located | Value::Items(_) => return None,
        },
        // Bit 0 is what a plane of its own says, and never a spare one.
        None => OverlayBits::Embedded(u8::try_from(position).ok().filter(|bit| (1..32).contains(bit))?),
    };
    // Overlay Origin is row\column, from 1 (C.9.2). Without it the plane lies on the image's first pixel.
    let origin = data.ints(tag(overlay::ORIGIN));
    let from_zero = |at: usize| {
        let value = origin.get(at).copied().flatten().unwrap_or(1);
        value.clamp(-65_536, 65_536) as i32 - 1
    };
    let count = |element: u16| data.int(tag(element)).and_then(|value| u32::try_from(value).ok());
    let frames = count(overlay::FRAMES).filter(|frames| (1..=limits.frames).contains(frames));
    Some(Overlay {
        group,
        rows: rows.into(),
        columns: columns.into(),
        origin: [from_zero(1), from_zero(0)],
        kind: match data.string(tag(overlay::TYPE)).as_deref() {
            Some("R") => OverlayKind::Region,
            _ => OverlayKind::Graphics,
        },
        label: data.string(tag(overlay::LABEL)),
        description: data.string(tag(overlay::DESCRIPTION)),
        subtype: data.string(tag(overlay::SUBTYPE)),
        frames: frames.unwrap_or(1),
        first_frame: count(overlay::IMAGE_FRAME_ORIGIN).and_then(|number| number.checked_sub(1)),
        bits,
    })
}

/// Bytes with those of each 16-bit word exchanged.
fn turned(bytes: &[u8]) -> Arc<[u8]> {
    bytes.chunks(2).flat_map(|pair| pair.iter().rev()).copied().collect()
}

impl Overlay {
    /// Which of the overlay's frames belongs to a frame of the image, both from 0 (C.9.3.1.1): one to one from Image
    /// Frame Origin on. A single plane without one lies over every frame.
    pub fn frame_of(&self, image_frame: u32) -> Option<u32> {
        match (self.first_frame, self.frames) {
            _ if matches!(self.bits, OverlayBits::Embedded(_)) => Some(0),
            (None, 1) => Some(0),
            (first, frames) => image_frame.checked_sub(first.unwrap_or(0)).filter(|frame| *frame < frames),
        }
    }

    /// The plane over a frame of the image, from 0. None where there is none, or its bits are not at hand: still to be
    /// fetched, embedded, or missing from data that is too short.
    pub fn plane(&self, image_frame: u32) -> Option<Plane> {
        let OverlayBits::Here(bytes) = &self.bits else { return None };
        // At most 2³² × 2³²: what does not fit is not there.
        let size = u64::from(self.rows) * u64::from(self.columns);
        let first = size.checked_mul(self.frame_of(image_frame)?.into())?;
        let bytes = bytes.get(usize::try_from(first / 8).ok()?..).filter(|bytes| !bytes.is_empty())?;
        Some(Plane::packed(self.rows, self.columns, bytes, (first % 8) as u8))
    }

    /// Puts the bytes that a BulkDataURI gave (little endian, PS3.18 F.2.7) in its place.
    pub fn fill(&mut self, bytes: &[u8]) {
        self.bits = OverlayBits::Here(bytes.into());
    }
}

/// The overlay in one bit of a frame's native, not yet decoded bytes: rows × columns of the image.
///
/// # Errors
/// When the bit is one of the samples' own (High Bit and the Bits Stored − 1 below), or samples cannot hold one.
pub fn embedded(
    header: &PixelHeader,
    bit: u8,
    frame_bytes: &[u8],
    big_endian: bool,
) -> Result<Plane, EmbeddedError> {
    let PixelHeader { bits_allocated, bits_stored, high_bit, samples_per_pixel, .. } = *header;
    if samples_per_pixel != 1 || !matches!(bits_allocated, 8 | 16 | 32) {
        return Err(EmbeddedError::NotHere(bits_allocated, samples_per_pixel));
    }
    let own = (high_bit + 1).saturating_sub(bits_stored)..=high_bit;
    if bit >= bits_allocated || own.contains(&bit) {
        return Err(EmbeddedError::NotSpare(bit));
    }
    let size = usize::from(bits_allocated / 8);
    let byte = usize::from(bit / 8);
    let byte = if big_endian { size - 1 - byte } else { byte };
    let mut set = frame_bytes.iter().skip(byte).step_by(size).map(|found| found >> (bit % 8) & 1 == 1);
    Ok(Plane::collect(header.rows, header.columns, &mut set))
}
