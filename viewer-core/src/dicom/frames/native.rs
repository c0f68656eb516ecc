//! Native frames: offset and length by arithmetic (PS3.5 sections 8.1.1 and 8.2).

use core::ops::Range;

use super::{FrameBytes, FrameError};
use crate::dicom::header::{Photometric, PixelHeader};

/// Bits of one native frame.
///
/// YBR_FULL_422 has two samples a pixel (PS3.3 C.7.6.3.1.2). Files that label full-resolution chroma so are known
/// by the size of their pixel data, `available` bytes, which then holds three samples a pixel.
pub fn frame_bits(pixels: &PixelHeader, available: u64) -> u64 {
    let count = u64::from(pixels.rows) * u64::from(pixels.columns);
    let sample = u64::from(pixels.bits_allocated);
    let full = count * u64::from(pixels.samples_per_pixel) * sample;
    let halved = matches!(pixels.photometric, Photometric::YbrFull422 | Photometric::YbrPartial422)
        && pixels.samples_per_pixel == 3;
    let all_full = (full / 8).saturating_mul(u64::from(pixels.frames));
    if halved && available < all_full {
        let padded = u64::from(pixels.columns).next_multiple_of(2);
        u64::from(pixels.rows) * padded * 2 * sample
    } else {
        full
    }
}

pub(super) fn frame(data: &Range<u64>, bits: u64, words: bool, index: u32) -> Result<FrameBytes, FrameError> {
    let number = u64::from(index) + 1;
    let size = data.end - data.start;
    let found = size.saturating_mul(8).checked_div(bits).unwrap_or(0);
    let missing = FrameError::Missing { number, found };
    let first_bit = bits.checked_mul(u64::from(index)).ok_or(missing)?;
    let last_bit = first_bit.checked_add(bits).ok_or(missing)?;
    let (first, last) = (first_bit / 8, last_bit.div_ceil(8));
    if first >= size {
        return Err(missing);
    }
    let range = data.start + first..data.start + last.min(size);
    Ok(FrameBytes {
        ranges: vec![range],
        bit_offset: (first_bit % 8) as u8,
        words_from: words.then_some(data.start),
        missing: last.saturating_sub(size),
        cut: false,
    })
}

/// Bytes of a range with those of each 16-bit word exchanged; words are counted from `start`. What is outside the
/// bytes is 0.
pub(super) fn turned(bytes: &[u8], start: u64, range: &Range<u64>) -> Vec<u8> {
    let at = |position: u64| usize::try_from(start + ((position - start) ^ 1)).ok();
    range.clone().map(|position| at(position).and_then(|at| bytes.get(at)).copied().unwrap_or(0)).collect()
}

/// One-bit pixels moved so that the first pixel is bit 0 of the first byte; bits after the last pixel are 0.
///
/// `pixels` is the number of pixels (bits) of the frame; what the bytes lack is 0.
pub fn align_bits(bytes: &[u8], bit_offset: u8, pixels: u64) -> Vec<u8> {
    let shift = u32::from(bit_offset % 8);
    let length = usize::try_from(pixels.div_ceil(8)).unwrap_or(usize::MAX).min(bytes.len());
    let mut out = Vec::with_capacity(length);
    for at in 0..length {
        let next = bytes.get(at + 1).copied().unwrap_or(0);
        out.push(((u16::from(next) << 8 | u16::from(bytes[at])) >> shift) as u8);
    }
    let spare = (length as u64 * 8).saturating_sub(pixels);
    if let Some(last) = out.last_mut() {
        *last &= 0xFF_u8 >> spare.min(7);
    }
    out
}
