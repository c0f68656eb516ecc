//! One open sequence or item while reading.

use super::element::{Header, Syntax};
use crate::dicom::charset::CharacterSet;
use crate::dicom::dataset::{DataSet, Element, Value};
use crate::dicom::vr::Vr;

/// Where reading stands: in the data set or an item, or between the items of a sequence.
pub(super) struct Level<'a> {
    /// Position after the last byte; nothing for undefined length.
    pub(super) end: Option<usize>,
    pub(super) syntax: Syntax,
    pub(super) content: Content<'a>,
}

pub(super) enum Content<'a> {
    /// The data set, or an item of a sequence.
    Elements(Vec<Element<'a>>),
    /// A sequence, with the header of its element.
    Items(Header, Vec<DataSet<'a>>),
}

impl<'a> Level<'a> {
    /// Hands what was read to the level around it; `at` is where this level ended.
    pub(super) fn close_into(self, parent: &mut Level<'a>, at: usize) {
        match (self.content, &mut parent.content) {
            (Content::Elements(elements), Content::Items(_, items)) => {
                items.push(DataSet::new(elements, CharacterSet::default()));
            }
            (Content::Items(header, items), Content::Elements(elements)) => elements.push(Element {
                tag: header.tag,
                vr: Vr::SQ,
                big_endian: self.syntax.big_endian,
                offset: header.value_at as u64,
                length: at.saturating_sub(header.value_at) as u64,
                value: Value::Items(items),
            }),
            // Sequences stand only in items, and items only in sequences.
            _ => {}
        }
    }
}
