//! RLE Lossless: PackBits of byte planes, PS3.5 annex G.
//!
//! Sixteen offsets, then one segment for each byte of each sample, most significant byte first, all of one
//! sample before the next. A segment that is too long is cut (encoders pad); one that is too short is refused,
//! for the values of its pixels would be wrong and not merely absent.

use super::native;
use super::samples::{self, Bits};
use super::shape::Shape;
use super::{Decoded, Fault};
use crate::frame::Samples;

const HEADER_BYTES: usize = 64;

/// Decodes one frame; the result is interleaved whatever Planar Configuration says.
pub(crate) fn decode(shape: &Shape<'_>, bytes: &[u8]) -> Result<Decoded, Fault> {
    let model = shape.header_model()?;
    let depth = usize::from(shape.header.bits_allocated.div_ceil(8));
    let one_bit = shape.header.bits_allocated == 1;
    if !matches!(depth, 1 | 2 | 4) || (one_bit && shape.components != 1) {
        return Err(Fault::Unsupported(format!("RLE of {} bits", shape.header.bits_allocated)));
    }
    let segments = segments(bytes, shape.components * depth)?;
    let pixels = shape.rows * shape.columns;
    let plane_bytes = if one_bit { pixels.div_ceil(8) } else { pixels };
    let bits = Bits::of(shape);
    let samples = match depth {
        1 if one_bit => {
            let planes = merge(shape, &segments, plane_bytes, 1, |_, byte: u8| byte)?;
            Samples::U8(native::unpack_bits(shape, &planes, pixels)?)
        }
        1 => samples::from_u8(merge(shape, &segments, plane_bytes, 1, |_, byte: u8| byte)?, bits),
        2 => {
            let add = |word: u16, byte| word << 8 | u16::from(byte);
            samples::from_u16(merge(shape, &segments, plane_bytes, 2, add)?, bits)
        }
        _ => {
            let add = |word: u32, byte| word << 8 | u32::from(byte);
            samples::from_u32(merge(shape, &segments, plane_bytes, 4, add)?, bits)
        }
    };
    samples::finish(shape, model, samples, Vec::new())
}

/// Unpacks the planes of all components, `depth` bytes a sample, and joins them to interleaved words.
fn merge<T: Copy + Default>(
    shape: &Shape<'_>,
    segments: &[&[u8]],
    plane_bytes: usize,
    depth: usize,
    add: impl Fn(T, u8) -> T + Copy,
) -> Result<Vec<T>, Fault> {
    let mut plane = vec![0u8; plane_bytes];
    let mut words = vec![T::default(); plane_bytes * shape.components];
    for (index, segment) in segments.iter().enumerate() {
        shape.check_stop()?;
        unpack(segment, &mut plane)?;
        scatter(&mut words, &plane, index / depth, shape.components, add);
    }
    Ok(words)
}

/// Puts a plane's bytes under those that one component's words already have.
fn scatter<T: Copy>(
    words: &mut [T],
    plane: &[u8],
    component: usize,
    components: usize,
    add: impl Fn(T, u8) -> T,
) {
    if components == 1 {
        for (word, &byte) in words.iter_mut().zip(plane) {
            *word = add(*word, byte);
        }
    } else {
        for (pixel, &byte) in words.chunks_exact_mut(components).zip(plane) {
            pixel[component] = add(pixel[component], byte);
        }
    }
}

/// The segments that the header points to.
fn segments(bytes: &[u8], expected: usize) -> Result<Vec<&[u8]>, Fault> {
    let Some((header, _)) = bytes.split_at_checked(HEADER_BYTES) else {
        return Err(Fault::Truncated { found: bytes.len(), needed: HEADER_BYTES as u64 });
    };
    let (words, _) = header.as_chunks::<4>();
    let word = |index: usize| u32::from_le_bytes(words[index]);
    if word(0) as usize != expected {
        return Err(Fault::Mismatch {
            attribute: "number of RLE segments",
            header: expected as u32,
            stream: word(0),
        });
    }
    (1..=expected)
        .map(|index| {
            let start = word(index) as usize;
            let end = if index == expected { bytes.len() } else { word(index + 1) as usize };
            match bytes.get(start..end) {
                Some(segment) if start >= HEADER_BYTES => Ok(segment),
                _ => Err(Fault::stream(format!(
                    "RLE segment {index} lies at {start}..{end} in a frame of {} bytes",
                    bytes.len()
                ))),
            }
        })
        .collect()
}

/// PackBits, PS3.5 G.3.1.
fn unpack(mut coded: &[u8], plane: &mut [u8]) -> Result<(), Fault> {
    let mut filled = 0;
    while filled < plane.len() {
        let Some((&control, rest)) = coded.split_first() else {
            return Err(short(filled, plane.len()));
        };
        let room = plane.len() - filled;
        match control {
            0..=127 => {
                let length = usize::from(control) + 1;
                let wanted = length.min(room);
                let Some(literal) = rest.get(..wanted) else {
                    return Err(short(filled + rest.len(), plane.len()));
                };
                plane[filled..filled + wanted].copy_from_slice(literal);
                filled += wanted;
                coded = rest.get(length..).unwrap_or_default();
            }
            128 => coded = rest,
            129..=255 => {
                let Some((&value, rest)) = rest.split_first() else {
                    return Err(short(filled, plane.len()));
                };
                let wanted = (257 - usize::from(control)).min(room);
                plane[filled..filled + wanted].fill(value);
                filled += wanted;
                coded = rest;
            }
        }
    }
    Ok(())
}

fn short(filled: usize, expected: usize) -> Fault {
    Fault::data(format!("an RLE segment holds {filled} of {expected} bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packbits_takes_literals_runs_and_the_reserved_byte() {
        let mut plane = [0; 7];
        unpack(&[2, 1, 2, 3, 128, 253, 9, 0, 0], &mut plane).unwrap();
        assert_eq!(plane, [1, 2, 3, 9, 9, 9, 9]);
    }

    #[test]
    fn short_segments_are_refused() {
        for coded in [&[][..], &[3, 1, 2], &[253], &[253, 1]] {
            assert!(unpack(coded, &mut [0; 7]).is_err(), "{coded:?}");
        }
    }
}
