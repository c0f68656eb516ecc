//! Uncompressed samples: PS3.5 sections 8.1 and 8.2, A.1–A.3.

use super::samples::{self, Bits};
use super::shape::Shape;
use super::{Decoded, Fault, Warning};
use crate::dicom::header::{Photometric, PixelHeader, SampleKind};
use crate::frame::Samples;

/// Bits one uncompressed frame takes in Pixel Data. Frames follow each other without padding, so a frame of
/// one-bit pixels may begin inside a byte: see [`one_bit_frame`].
pub fn frame_bits(header: &PixelHeader) -> u64 {
    let pixels = u64::from(header.rows) * u64::from(header.columns);
    let samples = if subsampled(header) { 2 } else { u64::from(header.samples_per_pixel) };
    pixels.saturating_mul(samples * u64::from(header.bits_allocated))
}

/// The bytes of a one-bit frame moved down so that its first pixel is bit 0 of the first byte, as
/// [`super::decode`] wants them. `pixel_data` holds all frames; what is not there is left out.
pub fn one_bit_frame(pixel_data: &[u8], header: &PixelHeader, frame: u32) -> Vec<u8> {
    let bits = u64::from(header.rows) * u64::from(header.columns) * u64::from(header.samples_per_pixel);
    let first = bits.saturating_mul(frame.into());
    let start = usize::try_from(first / 8).unwrap_or(usize::MAX).min(pixel_data.len());
    let shift = (first % 8) as u32;
    let wanted = usize::try_from(bits.div_ceil(8)).unwrap_or(usize::MAX);
    let bytes = pixel_data.get(start..).unwrap_or_default();
    (0..wanted.min(bytes.len()))
        .map(|i| {
            let low = u16::from(bytes[i]);
            let high = u16::from(bytes.get(i + 1).copied().unwrap_or(0));
            ((low | high << 8) >> shift) as u8
        })
        .collect()
}

/// Whether two pixels share their chroma: Y₁ Y₂ C_B C_R, PS3.3 C.7.6.3.1.2.
fn subsampled(header: &PixelHeader) -> bool {
    matches!(header.photometric, Photometric::YbrFull422 | Photometric::YbrPartial422)
        && header.samples_per_pixel == 3
}

/// Decodes the samples as they lie in the file. Bytes that are missing at the end become 0 and a warning;
/// bytes beyond the frame are padding.
///
/// Samples of 8 bits and less are taken in the order of OB; a reader that finds them in big endian OW swaps
/// the bytes of each word first.
pub(crate) fn decode(shape: &Shape<'_>, bytes: &[u8], big_endian: bool) -> Result<Decoded, Fault> {
    let model = shape.header_model()?;
    if shape.header.photometric == Photometric::YbrPartial420 {
        return Err(Fault::Unsupported("YBR_PARTIAL_420 outside video".into()));
    }
    if bytes.is_empty() {
        return Err(Fault::Truncated { found: 0, needed: frame_bits(shape.header).div_ceil(8) });
    }
    let mut warnings = Vec::new();
    let sample_bytes = usize::from(shape.header.bits_allocated.div_ceil(8));
    let full = shape.samples * sample_bytes;
    // Archives hold full-size chroma under a 4:2:2 label; enough bytes for it say so.
    let mislabelled = subsampled(shape.header) && bytes.len() >= full;
    if mislabelled {
        warnings.push(Warning::Colour);
    }
    let halved = subsampled(shape.header) && !mislabelled;
    let present = if halved { shape.rows * shape.columns * 2 } else { shape.samples };
    let available = match shape.header.bits_allocated {
        1 => bytes.len().saturating_mul(8),
        _ => bytes.len() / sample_bytes,
    };
    if available < present {
        let expected = shape.samples as u64;
        let decoded = available as u64 * expected / present as u64;
        warnings.push(Warning::Incomplete { decoded, expected });
    }
    let samples = stored_values(shape, bytes, present, big_endian);
    let samples = if halved { upsample(shape, samples)? } else { interleave(shape, samples) };
    samples::finish(shape, model, samples, warnings)
}

/// The first `count` samples in file order; what is missing is 0.
fn stored_values(shape: &Shape<'_>, bytes: &[u8], count: usize, big_endian: bool) -> Samples {
    let bits = Bits::of(shape);
    match (shape.header.bits_allocated, shape.header.kind) {
        (1, _) => Samples::U8(unpack_bits(bytes, count)),
        (8, _) => {
            let mut words = bytes[..bytes.len().min(count)].to_vec();
            words.resize(count, 0);
            samples::from_u8(words, bits)
        }
        (16, _) => samples::from_u16(words(bytes, count, big_endian, u16::from_le_bytes), bits),
        (_, SampleKind::Float) => Samples::F32(words(bytes, count, big_endian, f32::from_le_bytes)),
        (_, SampleKind::Double) => Samples::F64(words(bytes, count, big_endian, f64::from_le_bytes)),
        _ => samples::from_u32(words(bytes, count, big_endian, u32::from_le_bytes), bits),
    }
}

/// Little or big endian words of N bytes; 0 where there are no bytes left.
fn words<const N: usize, T: Copy + Default>(
    bytes: &[u8],
    count: usize,
    big_endian: bool,
    read: impl Fn([u8; N]) -> T,
) -> Vec<T> {
    let (chunks, _) = bytes.as_chunks::<N>();
    let chunks = &chunks[..chunks.len().min(count)];
    let mut words = Vec::with_capacity(count);
    if big_endian {
        words.extend(chunks.iter().map(|chunk| {
            let mut chunk = *chunk;
            chunk.reverse();
            read(chunk)
        }));
    } else {
        words.extend(chunks.iter().map(|chunk| read(*chunk)));
    }
    words.resize(count, T::default());
    words
}

/// One byte a pixel; the first pixel is the least significant bit (PS3.5 section 8.1.1).
pub(crate) fn unpack_bits(bytes: &[u8], count: usize) -> Vec<u8> {
    let mut pixels = Vec::with_capacity(count.div_ceil(8) * 8);
    for &byte in &bytes[..bytes.len().min(count.div_ceil(8))] {
        pixels.extend((0..8).map(|bit| (byte >> bit) & 1));
    }
    pixels.resize(count, 0);
    pixels
}

/// Runs a generic function over whichever vector the samples are.
macro_rules! map_samples {
    ($samples:expr, $f:expr) => {
        match $samples {
            Samples::U8(v) => Samples::U8($f(v)),
            Samples::I8(v) => Samples::I8($f(v)),
            Samples::U16(v) => Samples::U16($f(v)),
            Samples::I16(v) => Samples::I16($f(v)),
            Samples::U32(v) => Samples::U32($f(v)),
            Samples::I32(v) => Samples::I32($f(v)),
            Samples::F32(v) => Samples::F32($f(v)),
            Samples::F64(v) => Samples::F64($f(v)),
        }
    };
}

/// Planes → pixels, where the header says planes.
fn interleave(shape: &Shape<'_>, samples: Samples) -> Samples {
    fn planes<T: Copy>(all: Vec<T>) -> Vec<T> {
        let plane = all.len() / 3;
        let (first, rest) = all.split_at(plane);
        let (second, third) = rest.split_at(plane);
        first.iter().zip(second).zip(third).flat_map(|((&a, &b), &c)| [a, b, c]).collect()
    }
    if !shape.header.planar || shape.components != 3 {
        return samples;
    }
    map_samples!(samples, planes)
}

/// Y₁ Y₂ C_B C_R → Y₁ C_B C_R Y₂ C_B C_R.
fn upsample(shape: &Shape<'_>, samples: Samples) -> Result<Samples, Fault> {
    fn pairs<T: Copy>(all: Vec<T>) -> Vec<T> {
        let (pairs, _) = all.as_chunks::<4>();
        pairs.iter().flat_map(|&[y1, y2, cb, cr]| [y1, cb, cr, y2, cb, cr]).collect()
    }
    if !shape.columns.is_multiple_of(2) {
        return Err(Fault::Header(format!("{} columns cannot share chroma in pairs", shape.columns)));
    }
    Ok(map_samples!(samples, pairs))
}
