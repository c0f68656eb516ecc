//! Header of one data element: tag, value representation, length (PS3.5 section 7.1).

use crate::dicom::dictionary;
use crate::dicom::error::Fault;
use crate::dicom::tag::{ITEM, ITEM_DELIMITER, SEQUENCE_DELIMITER, Tag};
use crate::dicom::vr::Vr;

/// How element headers and numbers are encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Syntax {
    /// Value representations are written out.
    pub(super) explicit: bool,
    /// Most significant byte first.
    pub(super) big_endian: bool,
}

impl Syntax {
    pub(super) const EXPLICIT: Self = Self { explicit: true, big_endian: false };
    pub(super) const IMPLICIT: Self = Self { explicit: false, big_endian: false };

    pub(super) fn u16(self, bytes: &[u8], at: usize) -> Option<u16> {
        let pair: [u8; 2] = bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if self.big_endian { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) })
    }

    pub(super) fn u32(self, bytes: &[u8], at: usize) -> Option<u32> {
        let four: [u8; 4] = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if self.big_endian { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) })
    }

    pub(super) fn tag(self, bytes: &[u8], at: usize) -> Option<Tag> {
        Some(Tag(self.u16(bytes, at)?, self.u16(bytes, at.checked_add(2)?)?))
    }
}

/// What precedes a value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Header {
    pub(super) tag: Tag,
    pub(super) vr: Vr,
    /// Nothing for undefined length.
    pub(super) length: Option<u32>,
    /// Position of the value.
    pub(super) value_at: usize,
    /// The header is not in the form that the syntax asks for.
    pub(super) odd: bool,
    /// The value is encoded as in implicit little endian, whatever surrounds it (UN, PS3.5 section 6.2.2 note).
    pub(super) implicit_value: bool,
}

/// Reads the header at a position.
pub(super) fn read(bytes: &[u8], at: usize, syntax: Syntax) -> Result<Header, Fault> {
    let cut = || Fault::Truncated { needed: 8, left: (bytes.len() - at.min(bytes.len())) as u64 };
    let tag = syntax.tag(bytes, at).ok_or_else(cut)?;
    let long = syntax.u32(bytes, at + 4).ok_or_else(cut)?;
    if matches!(tag, ITEM | ITEM_DELIMITER | SEQUENCE_DELIMITER) {
        return Ok(header(tag, Vr::UN, long, at + 8));
    }
    if !syntax.explicit {
        return Ok(header(tag, dictionary::vr(tag).unwrap_or(Vr::UN), long, at + 8));
    }
    let code = [bytes[at + 4], bytes[at + 5]];
    match Vr::from_code(code) {
        Some(vr) if vr.has_long_length() => {
            let length = syntax.u32(bytes, at + 8).ok_or_else(cut)?;
            let mut read = header(tag, vr, length, at + 12);
            if vr == Vr::UN {
                read.implicit_value = true;
                read.vr = dictionary::vr(tag).filter(|_| !tag.is_private()).unwrap_or(Vr::UN);
            }
            Ok(read)
        }
        Some(vr) => {
            let length = syntax.u16(bytes, at + 6).ok_or_else(cut)?;
            Ok(header(tag, vr, u32::from(length), at + 8))
        }
        None => odd(bytes, at, tag, long, syntax),
    }
}

fn header(tag: Tag, vr: Vr, length: u32, value_at: usize) -> Header {
    let length = (length != u32::MAX).then_some(length);
    Header { tag, vr, length, value_at, odd: false, implicit_value: false }
}

/// An explicit element whose two letters are none: either it is in the implicit form, or the representation is
/// unknown to this table. The reading that leads to a plausible next element is taken.
fn odd(bytes: &[u8], at: usize, tag: Tag, long: u32, syntax: Syntax) -> Result<Header, Fault> {
    let vr = dictionary::vr(tag).unwrap_or(Vr::UN);
    let mut candidates = [None; 3];
    if let Some(length) = syntax.u16(bytes, at + 6) {
        candidates[0] = Some(header(tag, vr, u32::from(length), at + 8));
        // PS3.5 section 6.2: representations of the future have the long form.
        if length == 0 {
            candidates[2] = syntax.u32(bytes, at + 8).map(|length| header(tag, vr, length, at + 12));
        }
    }
    candidates[1] = Some(header(tag, vr, long, at + 8));
    if !bytes[at + 4..at + 6].iter().all(u8::is_ascii_graphic) {
        candidates.swap(0, 1);
    }
    candidates
        .into_iter()
        .flatten()
        .find(|candidate| is_followed(bytes, candidate, syntax))
        .map(|candidate| Header { odd: true, ..candidate })
        .ok_or(Fault::NoElement)
}

/// Whether the value ends where the bytes do, or where a later element or a delimiter starts.
fn is_followed(bytes: &[u8], header: &Header, syntax: Syntax) -> bool {
    let Some(length) = header.length else { return header.vr == Vr::SQ };
    let Some(end) = header.value_at.checked_add(length as usize) else { return false };
    if end == bytes.len() {
        return true;
    }
    let Some(next) = syntax.tag(bytes, end) else { return false };
    next.0 == 0xFFFE || (next > header.tag && next.0 - header.tag.0 < 0x1000) || next.is_pixel_data()
}
