//! Encapsulated pixel data: the items between its header and its delimiter (PS3.5 section A.4).

use core::ops::Range;

use super::element::{self, Syntax};
use crate::dicom::error::{DicomError, Fault};
use crate::dicom::limits::Limits;
use crate::dicom::tag::{ITEM, SEQUENCE_DELIMITER, Tag};

/// Items of an encapsulated value.
pub(super) struct Items {
    /// All items, the Basic Offset Table first. The last may be cut off.
    pub(super) ranges: Vec<Range<u64>>,
    /// Position after the delimiter.
    pub(super) end: usize,
    /// Set where the file is cut off.
    pub(super) problem: Option<DicomError>,
    /// The delimiter is missing.
    pub(super) unclosed: bool,
}

impl Items {
    /// The Basic Offset Table and the fragments. Writers that leave the table item out are known by their first
    /// item: it starts like a compressed picture, which offsets never do (the first offset is 0).
    pub(super) fn split(&self, bytes: &[u8]) -> (Range<u64>, Vec<Range<u64>>) {
        let Some((first, rest)) = self.ranges.split_first() else { return (0..0, Vec::new()) };
        let starts_picture = bytes.get(first.start as usize..first.end as usize).is_some_and(|item| {
            item.starts_with(&[0xFF, 0xD8, 0xFF]) || item.starts_with(&[0xFF, 0x4F, 0xFF])
        });
        if starts_picture {
            return (first.start..first.start, self.ranges.clone());
        }
        (first.clone(), rest.to_vec())
    }
}

/// Walks the items from a position on. Data is stepped over by the lengths, never searched: a delimiter may occur
/// inside compressed bytes.
pub(super) fn read(
    bytes: &[u8],
    start: usize,
    tag: Tag,
    syntax: Syntax,
    limits: &Limits,
) -> Result<Items, DicomError> {
    let mut items = Items { ranges: Vec::new(), end: start, problem: None, unclosed: false };
    loop {
        let at = items.end;
        if at >= bytes.len() {
            items.unclosed = true;
            return Ok(items);
        }
        let header = match element::read(bytes, at, syntax) {
            Ok(header) => header,
            Err(fault) => {
                items.problem = Some(DicomError::new(fault, at, Some(tag)));
                items.end = bytes.len();
                return Ok(items);
            }
        };
        if header.tag == SEQUENCE_DELIMITER {
            items.end = header.value_at;
            return Ok(items);
        }
        let (ITEM, Some(length)) = (header.tag, header.length) else {
            // Some other element: the delimiter was left out.
            items.unclosed = true;
            return Ok(items);
        };
        if items.ranges.len() >= limits.elements as usize {
            let fault = Fault::TooManyElements { limit: limits.elements };
            return Err(DicomError::new(fault, at, Some(tag)));
        }
        let left = bytes.len() - header.value_at;
        let whole = length as usize <= left;
        items.end = header.value_at + (length as usize).min(left);
        items.ranges.push(header.value_at as u64..items.end as u64);
        if !whole {
            let fault = Fault::Truncated { needed: u64::from(length), left: left as u64 };
            items.problem = Some(DicomError::new(fault, header.value_at, Some(tag)));
            return Ok(items);
        }
    }
}
