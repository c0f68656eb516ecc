//! Uncompressed samples: PS3.5 sections 8.1 and 8.2, A.1–A.3.

use super::samples::{self, Bits};
use super::shape::Shape;
use super::{Decoded, Fault, Warning};
use crate::dicom::frames;
use crate::dicom::header::{Photometric, PixelHeader, SampleKind};
use crate::frame::Samples;

/// Bits of one frame when `available` bytes are there for it: see [`frames::frame_bits`].
pub(super) fn frame_bits(header: &PixelHeader, available: usize) -> u64 {
    frames::frame_bits(&PixelHeader { frames: 1, ..*header }, available as u64)
}

/// Decodes the samples as they lie in the file. Bytes that are missing at the end become 0 and a warning;
/// bytes beyond the frame are padding. One-bit frames begin at bit 0 of the first byte.
///
/// Samples of 8 bits and less are taken in the order of OB; a reader that finds them in big endian OW swaps
/// the bytes of each word first.
pub(crate) fn decode(shape: &Shape<'_>, bytes: &[u8], big_endian: bool) -> Result<Decoded, Fault> {
    let model = shape.header_model()?;
    let header = shape.header;
    if header.photometric == Photometric::YbrPartial420 {
        return Err(Fault::Unsupported("YBR_PARTIAL_420 outside video".into()));
    }
    let bits = frame_bits(header, bytes.len());
    if bytes.is_empty() {
        return Err(Fault::Truncated { found: 0, needed: bits.div_ceil(8) });
    }
    let mut warnings = Vec::new();
    let count = usize::try_from(bits / u64::from(header.bits_allocated))
        .map_err(|_| Fault::Header("the frame is too large".into()))?;
    // Chroma shared by two pixels: Y₁ Y₂ C_B C_R, PS3.3 C.7.6.3.1.2.
    let halved = count != shape.samples;
    if !halved && matches!(header.photometric, Photometric::YbrFull422 | Photometric::YbrPartial422) {
        warnings.push(Warning::Colour);
    }
    let available = match header.bits_allocated {
        1 => bytes.len().saturating_mul(8),
        bits => bytes.len() / usize::from(bits / 8),
    };
    if available < count {
        let expected = shape.samples as u64;
        let decoded = available as u64 * expected / count as u64;
        warnings.push(Warning::Incomplete { decoded, expected });
    }
    let samples = stored_values(shape, bytes, count, big_endian)?;
    let samples = if halved { upsample(shape, samples)? } else { interleave(shape, samples)? };
    samples::finish(shape, model, samples, warnings)
}

/// Samples that are taken at once, between two looks at the stop: some milliseconds.
const AT_ONCE: usize = 1 << 20;

/// The first `count` samples in file order; what is missing is 0.
fn stored_values(shape: &Shape<'_>, bytes: &[u8], count: usize, big_endian: bool) -> Result<Samples, Fault> {
    let bits = Bits::of(shape);
    Ok(match (shape.header.bits_allocated, shape.header.kind) {
        (1, _) => Samples::U8(unpack_bits(shape, bytes, count)?),
        (8, _) => samples::from_u8(words(shape, bytes, count, false, u8::from_le_bytes)?, bits),
        (16, _) => samples::from_u16(words(shape, bytes, count, big_endian, u16::from_le_bytes)?, bits),
        (_, SampleKind::Float) => Samples::F32(words(shape, bytes, count, big_endian, f32::from_le_bytes)?),
        (_, SampleKind::Double) => Samples::F64(words(shape, bytes, count, big_endian, f64::from_le_bytes)?),
        _ => samples::from_u32(words(shape, bytes, count, big_endian, u32::from_le_bytes)?, bits),
    })
}

/// Little or big endian words of N bytes; 0 where there are no bytes left.
fn words<const N: usize, T: Copy + Default>(
    shape: &Shape<'_>,
    bytes: &[u8],
    count: usize,
    big_endian: bool,
    read: impl Fn([u8; N]) -> T,
) -> Result<Vec<T>, Fault> {
    let (chunks, _) = bytes.as_chunks::<N>();
    let mut words = Vec::with_capacity(count);
    for chunks in chunks[..chunks.len().min(count)].chunks(AT_ONCE) {
        shape.check_stop()?;
        if big_endian {
            words.extend(chunks.iter().map(|chunk| {
                let mut chunk = *chunk;
                chunk.reverse();
                read(chunk)
            }));
        } else {
            words.extend(chunks.iter().map(|chunk| read(*chunk)));
        }
    }
    words.resize(count, T::default());
    Ok(words)
}

/// One byte a pixel; the first pixel is the least significant bit (PS3.5 section 8.1.1).
pub(crate) fn unpack_bits(shape: &Shape<'_>, bytes: &[u8], count: usize) -> Result<Vec<u8>, Fault> {
    let mut pixels = Vec::with_capacity(count.div_ceil(8) * 8);
    for bytes in bytes[..bytes.len().min(count.div_ceil(8))].chunks(AT_ONCE / 8) {
        shape.check_stop()?;
        for &byte in bytes {
            pixels.extend((0..8).map(|bit| (byte >> bit) & 1));
        }
    }
    pixels.resize(count, 0);
    Ok(pixels)
}

/// Runs a generic function over the samples of a colour picture, which never have a sign and are never floats (PS3.3
/// C.7.6.3.1.2).
macro_rules! map_colours {
    ($samples:expr, $f:expr) => {
        match $samples {
            Samples::U8(v) => Samples::U8($f(v)?),
            Samples::U16(v) => Samples::U16($f(v)?),
            Samples::U32(v) => Samples::U32($f(v)?),
            grey => grey,
        }
    };
}

/// Planes → pixels, where the header says planes.
fn interleave(shape: &Shape<'_>, samples: Samples) -> Result<Samples, Fault> {
    fn planes<T: Copy + Default>(shape: &Shape<'_>, all: Vec<T>) -> Result<Vec<T>, Fault> {
        let mut out = vec![T::default(); all.len()];
        let plane = all.len() / 3;
        let (first, rest) = all.split_at(plane);
        let (second, third) = rest.split_at(plane);
        let pixels = out.as_chunks_mut::<3>().0.chunks_mut(AT_ONCE);
        let planes = first.chunks(AT_ONCE).zip(second.chunks(AT_ONCE)).zip(third.chunks(AT_ONCE));
        for (pixels, ((first, second), third)) in pixels.zip(planes) {
            shape.check_stop()?;
            for (((pixel, &a), &b), &c) in pixels.iter_mut().zip(first).zip(second).zip(third) {
                *pixel = [a, b, c];
            }
        }
        Ok(out)
    }
    if !shape.header.planar || shape.components != 3 {
        return Ok(samples);
    }
    Ok(map_colours!(samples, |all| planes(shape, all)))
}

/// Y₁ Y₂ C_B C_R → Y₁ C_B C_R Y₂ C_B C_R. An odd last column has its pair to itself.
fn upsample(shape: &Shape<'_>, samples: Samples) -> Result<Samples, Fault> {
    fn pairs<T: Copy + Default>(shape: &Shape<'_>, all: Vec<T>) -> Result<Vec<T>, Fault> {
        let columns = shape.columns;
        let lines = all.chunks_exact(columns.div_ceil(2) * 4);
        let mut out = vec![T::default(); lines.len() * columns * 3];
        for (line, out) in lines.zip(out.chunks_exact_mut(columns * 3)) {
            shape.check_stop()?;
            for (&[y1, y2, cb, cr], pair) in line.as_chunks::<4>().0.iter().zip(out.chunks_mut(6)) {
                pair.iter_mut().zip([y1, cb, cr, y2, cb, cr]).for_each(|(place, value)| *place = value);
            }
        }
        Ok(out)
    }
    Ok(map_colours!(samples, |all| pairs(shape, all)))
}
