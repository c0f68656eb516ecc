//! Palette Color Lookup Tables, plain and segmented (PS3.3 C.7.6.3.1.5, C.7.6.3.1.6, C.7.9.2).

use super::HeaderError;
use super::lut::{self, Descriptor};
use crate::dicom::dataset::{DataSet, Element};
use crate::dicom::header::Palette;
use crate::dicom::limits::Limits;
use crate::dicom::tag::{self, Tag};

/// Descriptor, data and segmented data of red, green and blue.
const TAGS: [(Tag, Tag, Tag); 3] = [
    (tag::RED_PALETTE_DESCRIPTOR, tag::RED_PALETTE_DATA, tag::RED_SEGMENTED_PALETTE_DATA),
    (tag::GREEN_PALETTE_DESCRIPTOR, tag::GREEN_PALETTE_DATA, tag::GREEN_SEGMENTED_PALETTE_DATA),
    (tag::BLUE_PALETTE_DESCRIPTOR, tag::BLUE_PALETTE_DATA, tag::BLUE_SEGMENTED_PALETTE_DATA),
];

/// Reads the palette of a PALETTE COLOR picture. `signed` as Pixel Representation says.
pub(crate) fn read(data: &DataSet<'_>, signed: bool, limits: &Limits) -> Result<Palette, HeaderError> {
    let mut first = 0;
    let mut colours = [Vec::new(), Vec::new(), Vec::new()];
    for (colour, (described, plain, segmented)) in colours.iter_mut().zip(TAGS) {
        let rule = "a PALETTE COLOR picture needs a descriptor of three values";
        let missing = || HeaderError::new(described, data.string(described).unwrap_or_default(), rule);
        let descriptor = lut::descriptor(data, described, signed).ok_or_else(missing)?;
        if described == tag::RED_PALETTE_DESCRIPTOR {
            first = descriptor.first;
        }
        let entries = match (data.get(plain), data.get(segmented)) {
            (Some(element), _) => lut::entries(element, &descriptor, limits),
            (None, Some(element)) => expand(element, &descriptor, limits),
            (None, None) => None,
        };
        let rule = "a PALETTE COLOR picture needs the entries of its lookup tables";
        *colour = entries.ok_or_else(|| HeaderError::new(plain, "", rule))?;
    }
    scale_to_16_bits(&mut colours);
    let [mut red, mut green, mut blue] = colours;
    let length = red.len().min(green.len()).min(blue.len());
    for colour in [&mut red, &mut green, &mut blue] {
        colour.truncate(length);
    }
    Ok(Palette { first, red, green, blue })
}

/// Entries of 8 bits scaled to 0–65535. They are known by what they hold, in all three tables, since descriptors
/// of 16 bits over entries of 8 are met: such a palette would be black.
fn scale_to_16_bits(colours: &mut [Vec<u16>; 3]) {
    let entries = || colours.iter().flatten();
    if entries().all(|entry| *entry <= 0xFF) {
        for entry in colours.iter_mut().flatten() {
            *entry *= 257;
        }
    }
}

/// Expands segments: discrete (0), linear (1) and indirect (2), C.7.9.2. Indirect segments point to bytes of earlier
/// segments that are not indirect themselves. No more entries are made than the descriptor says.
fn expand(element: &Element<'_>, descriptor: &Descriptor, limits: &Limits) -> Option<Vec<u16>> {
    if descriptor.count > limits.lut_entries as usize {
        return None;
    }
    let bytes = element.bytes()?;
    let (codes, size): (Vec<u16>, usize) = if descriptor.bits <= 8 {
        (lut::packed(bytes, element).collect(), 1)
    } else {
        (lut::words(bytes, element.big_endian), 2)
    };
    let mut out = Vec::with_capacity(descriptor.count);
    let mut at = 0;
    while out.len() < descriptor.count && at + 1 < codes.len() {
        if codes[at] == 2 {
            let parts = codes.get(at + 2..at + 2 + 4 / size)?;
            let bits = 8 * size as u32;
            let offset = parts.iter().rev().fold(0u32, |sum, part| sum << bits | u32::from(*part));
            let mut from = offset as usize / size;
            for _ in 0..codes[at + 1] {
                let before = out.len();
                from = segment(&codes, from, descriptor.count, &mut out)?;
                // Segments of nothing, meant again and again, would take hours.
                if out.len() == before {
                    return None;
                }
            }
            at += 2 + 4 / size;
        } else {
            at = segment(&codes, at, descriptor.count, &mut out)?;
        }
    }
    (out.len() == descriptor.count).then_some(out)
}

/// One discrete or linear segment; the position after it.
fn segment(codes: &[u16], at: usize, limit: usize, out: &mut Vec<u16>) -> Option<usize> {
    let length = usize::from(*codes.get(at + 1)?);
    if length > limit.saturating_sub(out.len()) {
        return None;
    }
    match codes.get(at)? {
        0 => {
            out.extend_from_slice(codes.get(at + 2..at + 2 + length)?);
            Some(at + 2 + length)
        }
        1 => {
            let end = i64::from(*codes.get(at + 2)?);
            let start = i64::from(*out.last()?);
            let steps = length as i64;
            // Rounded to nearest; the last entry is the end value itself.
            out.extend(
                (1..=steps)
                    .map(|step| (start + ((end - start) * step * 2 + steps).div_euclid(2 * steps)) as u16),
            );
            Some(at + 3)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::dicom::dataset::Value;
    use crate::dicom::vr::Vr;

    fn expanded(words: &[u16], count: usize) -> Option<Vec<u16>> {
        expanded_bytes(words.iter().flat_map(|word| word.to_le_bytes()).collect(), false, 16, count)
    }

    fn expanded_bytes(bytes: Vec<u8>, big_endian: bool, bits: u16, count: usize) -> Option<Vec<u16>> {
        let element = Element {
            tag: tag::RED_SEGMENTED_PALETTE_DATA,
            vr: Vr::OW,
            big_endian,
            offset: 0,
            length: bytes.len() as u64,
            value: Value::Bytes(Cow::Owned(bytes)),
        };
        expand(&element, &Descriptor { count, first: 0, bits }, &Limits::default())
    }

    /// C.7.9.2: segments of bytes, an offset of four of them, in words of either order.
    #[test]
    fn segments_of_bytes_expand() {
        let little = vec![0, 2, 7, 9, 2, 1, 0, 0, 0, 0];
        let big = little.chunks(2).flat_map(|pair| [pair[1], pair[0]]).collect();
        assert_eq!(expanded_bytes(little, false, 8, 4), Some(vec![7, 9, 7, 9]));
        assert_eq!(expanded_bytes(big, true, 8, 4), Some(vec![7, 9, 7, 9]));
    }

    /// PS3.3 C.7.9.2: discrete, linear and indirect segments.
    #[test]
    fn segments_expand() {
        assert_eq!(expanded(&[0, 2, 10, 20, 1, 4, 60], 6), Some(vec![10, 20, 30, 40, 50, 60]));
        assert_eq!(expanded(&[0, 1, 5, 1, 2, 0], 3), Some(vec![5, 3, 0]));
        // Indirect: one segment, at byte 0.
        assert_eq!(expanded(&[0, 2, 7, 9, 2, 1, 0, 0], 4), Some(vec![7, 9, 7, 9]));
    }

    #[test]
    fn segments_that_cannot_be_are_refused() {
        assert_eq!(expanded(&[1, 4, 60], 4), None);
        assert_eq!(expanded(&[0, 9, 1], 9), None);
        assert_eq!(expanded(&[2, 1, 0, 0], 4), None);
        assert_eq!(expanded(&[0, 600, 1], 4), None);
        assert_eq!(expanded(&[3, 1, 1], 1), None);
        assert_eq!(expanded(&[0, 1, 5, 0, 0, 2, 1, 6, 0, 0, 1, 8], 2), None);
    }

    /// Sixty thousand indirect segments, each of sixty thousand that hold nothing.
    #[test]
    fn segments_of_nothing_take_no_time() {
        let mut words = vec![0; 1 << 18];
        words.extend([2, u16::MAX, 0, 0].repeat(1 << 16));
        assert_eq!(expanded(&words, 1 << 16), None);
    }
}
