//! Lookup tables and their descriptors (PS3.3 C.11.1.1, C.11.2.1.1, C.7.6.3.1.5).

use crate::dicom::dataset::{DataSet, Element};
use crate::dicom::header::LutTable;
use crate::dicom::limits::Limits;
use crate::dicom::tag::{self, Tag};

/// The three values of a descriptor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Descriptor {
    /// 1–65536; 0 in the file stands for 65536.
    pub(super) count: usize,
    pub(super) first: i32,
    /// As in the file.
    pub(super) bits: u16,
}

/// Reads a descriptor. The second value is signed when the values that are looked up are, whatever value
/// representation the descriptor has.
pub(super) fn descriptor(data: &DataSet<'_>, tag: Tag, signed: bool) -> Option<Descriptor> {
    let values = data.ints(tag);
    let word = |index: usize| values.get(index).copied().flatten().map(|value| value as u16);
    let (count, first, bits) = (word(0)?, word(1)?, word(2)?);
    Some(Descriptor {
        count: if count == 0 { 65_536 } else { usize::from(count) },
        first: if signed { i32::from(first as i16) } else { i32::from(first) },
        bits,
    })
}

/// Reads the table of an item of the Modality or VOI LUT Sequence; nothing where it has none that can be used.
pub(crate) fn table(item: &DataSet<'_>, signed: bool, limits: &Limits) -> Option<LutTable> {
    let descriptor = descriptor(item, tag::LUT_DESCRIPTOR, signed)?;
    let entries = entries(item.get(tag::LUT_DATA)?, &descriptor, limits)?;
    // Descriptors that promise fewer bits than the entries use are met; the entries are right.
    let highest = entries.iter().copied().max().unwrap_or(0);
    let used = 16 - highest.leading_zeros() as u16;
    let bits = descriptor.bits.max(used).clamp(8, 16) as u8;
    Some(LutTable { first: descriptor.first, bits, entries, explanation: item.string(tag::LUT_EXPLANATION) })
}

/// Entries as unsigned numbers. One byte an entry where there are not bytes enough for two: 8-bit tables are packed
/// (PS3.3 C.7.6.3.1.6). Tables that are too short are taken as far as they go.
pub(super) fn entries(element: &Element<'_>, descriptor: &Descriptor, limits: &Limits) -> Option<Vec<u16>> {
    let bytes = element.bytes()?;
    if descriptor.count > limits.lut_entries as usize || bytes.is_empty() {
        return None;
    }
    let packed = descriptor.bits <= 8 && bytes.len() < descriptor.count * 2;
    let mut entries: Vec<u16> =
        if packed { self::packed(bytes, element).collect() } else { words(bytes, element.big_endian) };
    entries.truncate(descriptor.count);
    (!entries.is_empty()).then_some(entries)
}

/// Entries of one byte each, in their order: in big endian words the two bytes of each are exchanged.
pub(super) fn packed<'b>(bytes: &'b [u8], element: &Element<'_>) -> impl Iterator<Item = u16> + use<'b> {
    let words = element.vr.number_size() == Some(2) && element.big_endian;
    (0..bytes.len()).map(move |at| u16::from(bytes[if words { swapped(at, bytes.len()) } else { at }]))
}

/// Bytes as 16-bit words.
pub(super) fn words(bytes: &[u8], big_endian: bool) -> Vec<u16> {
    let word = |pair: &[u8]| {
        if big_endian {
            u16::from_be_bytes([pair[0], pair[1]])
        } else {
            u16::from_le_bytes([pair[0], pair[1]])
        }
    };
    bytes.chunks_exact(2).map(word).collect()
}

/// Position of a byte when the two bytes of each word are exchanged.
fn swapped(at: usize, length: usize) -> usize {
    let other = at ^ 1;
    if other < length { other } else { at }
}
