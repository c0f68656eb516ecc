//! Data sets in memory: elements in order of tag, large values borrowed from the file they were read from.
//!
//! One shape for both sources. What came from DICOM JSON is kept as little endian bytes and UTF-8 text, so that
//! every reader of values has one form to read.

use std::borrow::Cow;

use film_link::manifest::PersonName;

use super::charset::CharacterSet;
use super::number;
use super::tag::Tag;
use super::vr::Vr;
use crate::sort::sort_by;

/// Elements of one level, ordered by tag, no tag twice.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DataSet<'a> {
    elements: Vec<Element<'a>>,
    charset: CharacterSet,
}

/// One data element.
#[derive(Debug, Clone, PartialEq)]
pub struct Element<'a> {
    /// Its tag.
    pub tag: Tag,
    /// Its value representation: as encoded, else by the dictionary, else UN.
    pub vr: Vr,
    /// Whether numbers are stored most significant byte first.
    pub big_endian: bool,
    /// Position of the value from the start of the file (of the inflated data set where deflated); 0 from JSON.
    pub offset: u64,
    /// Bytes of the value in the file, items and delimiters included; what is there where the file is cut off.
    pub length: u64,
    /// The value.
    pub value: Value<'a>,
}

/// Value of an element.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// Bytes as encoded.
    Bytes(Cow<'a, [u8]>),
    /// Items of a sequence.
    Items(Vec<DataSet<'a>>),
    /// Pixel data, or anything encapsulated: only where it is, in [`Element::offset`] and [`Element::length`].
    Located,
    /// BulkDataURI of DICOM JSON: the value is to be fetched there.
    Bulk(String),
}

impl<'a> DataSet<'a> {
    /// From elements in any order. Of elements that share a tag the first is kept.
    pub(crate) fn new(mut elements: Vec<Element<'a>>, charset: CharacterSet) -> Self {
        if !elements.is_sorted_by(|a, b| a.tag < b.tag) {
            sort_by(&mut elements, |a, b| a.tag.cmp(&b.tag));
            elements.dedup_by_key(|element| element.tag);
        }
        Self { elements, charset }
    }

    /// All elements, by ascending tag.
    pub fn elements(&self) -> &[Element<'a>] {
        &self.elements
    }

    /// How its text is encoded.
    pub fn character_set(&self) -> CharacterSet {
        self.charset
    }

    pub(crate) fn set_character_set(&mut self, charset: CharacterSet) {
        self.charset = charset;
    }

    pub(crate) fn elements_mut(&mut self) -> &mut Vec<Element<'a>> {
        &mut self.elements
    }

    /// The same, independent of the bytes it was read from: every value is copied.
    pub fn into_owned(self) -> DataSet<'static> {
        let elements = self.elements.into_iter().map(Element::into_owned).collect();
        DataSet { elements, charset: self.charset }
    }

    /// The element with this tag.
    pub fn get(&self, tag: Tag) -> Option<&Element<'a>> {
        let at = self.elements.binary_search_by_key(&tag, |element| element.tag).ok()?;
        self.elements.get(at)
    }

    /// Items of a sequence; none where the element is absent or is not one.
    pub fn items(&self, tag: Tag) -> &[DataSet<'a>] {
        match self.get(tag) {
            Some(Element { value: Value::Items(items), .. }) => items,
            _ => &[],
        }
    }

    /// First value as text, spaces and padding trimmed; nothing where absent or empty.
    pub fn string(&self, tag: Tag) -> Option<String> {
        self.strings(tag).into_iter().next().filter(|text| !text.is_empty())
    }

    /// All values as text, each trimmed. Values that are not multi-valued (LT, ST, UT) are given whole.
    pub fn strings(&self, tag: Tag) -> Vec<String> {
        let Some(element) = self.get(tag) else { return Vec::new() };
        let Some(text) = element.text(self.charset) else { return Vec::new() };
        if text.is_empty() {
            return Vec::new();
        }
        // What has no VR of its own is split: the readers ask for strings only where there are some.
        if element.vr.is_multi_string() || element.vr == Vr::UN {
            text.split('\\').map(|value| trim(value).to_owned()).collect()
        } else {
            vec![trim(&text).to_owned()]
        }
    }

    /// Groups of a person name (PS3.5 section 6.2.1), the first where there are several.
    pub fn person_name(&self, tag: Tag) -> PersonName {
        let name = self.string(tag).unwrap_or_default();
        let mut groups = name.split('=').map(|group| trim_name(group).to_owned());
        PersonName {
            alphabetic: groups.next().unwrap_or_default(),
            ideographic: groups.next().unwrap_or_default(),
            phonetic: groups.next().unwrap_or_default(),
        }
    }

    /// All values as integers, from numbers or from IS and DS text; `None` for a value that is none.
    pub fn ints(&self, tag: Tag) -> Vec<Option<i64>> {
        let Some(element) = self.get(tag) else { return Vec::new() };
        match element.numbers() {
            Some(numbers) => (0..numbers.len()).map(|index| numbers.int(index)).collect(),
            None => self.strings(tag).iter().map(|text| number::parse_int(text)).collect(),
        }
    }

    /// First value as an integer.
    pub fn int(&self, tag: Tag) -> Option<i64> {
        self.ints(tag).into_iter().next().flatten()
    }

    /// All values as finite numbers; `None` for a value that is none, like `***`.
    pub fn floats(&self, tag: Tag) -> Vec<Option<f64>> {
        let Some(element) = self.get(tag) else { return Vec::new() };
        match element.numbers() {
            Some(numbers) => (0..numbers.len()).map(|index| numbers.float(index)).collect(),
            None => self.strings(tag).iter().map(|text| number::parse_float(text)).collect(),
        }
    }

    /// First value as a finite number.
    pub fn float(&self, tag: Tag) -> Option<f64> {
        self.floats(tag).into_iter().next().flatten()
    }

    /// Exactly `N` finite numbers; nothing where there are fewer or one is not a number. Further ones are ignored.
    pub fn floats_exact<const N: usize>(&self, tag: Tag) -> Option<[f64; N]> {
        let values = self.floats(tag);
        let mut out = [0.0; N];
        for (index, slot) in out.iter_mut().enumerate() {
            *slot = (*values.get(index)?)?;
        }
        Some(out)
    }
}

impl Element<'_> {
    fn into_owned(self) -> Element<'static> {
        let value = match self.value {
            Value::Bytes(bytes) => Value::Bytes(Cow::Owned(bytes.into_owned())),
            Value::Items(items) => Value::Items(items.into_iter().map(DataSet::into_owned).collect()),
            Value::Located => Value::Located,
            Value::Bulk(uri) => Value::Bulk(uri),
        };
        let Element { tag, vr, big_endian, offset, length, .. } = self;
        Element { tag, vr, big_endian, offset, length, value }
    }

    /// The bytes of the value, where they are at hand.
    pub fn bytes(&self) -> Option<&[u8]> {
        match &self.value {
            Value::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The value as text, not yet split into values; nothing for numbers and sequences.
    pub(crate) fn text(&self, charset: CharacterSet) -> Option<String> {
        let bytes = self.bytes()?;
        if self.vr.is_text() || self.vr == Vr::UN {
            Some(charset.decode(bytes, self.vr))
        } else if self.vr.is_string() {
            Some(CharacterSet::UTF_8.decode(bytes, self.vr))
        } else {
            None
        }
    }

    /// The value as numbers; nothing for text, sequences and unknown bytes.
    pub fn numbers(&self) -> Option<Numbers<'_>> {
        let bytes = self.bytes()?;
        Some(Numbers { bytes, vr: self.vr, size: self.vr.number_size()?, big_endian: self.big_endian })
    }
}

/// Binary values of one element.
#[derive(Debug, Clone, Copy)]
pub struct Numbers<'a> {
    bytes: &'a [u8],
    vr: Vr,
    size: usize,
    big_endian: bool,
}

impl Numbers<'_> {
    /// How many whole values there are.
    pub fn len(&self) -> usize {
        self.bytes.len() / self.size
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bits of one value, as an unsigned number in the lowest bits.
    pub fn bits(&self, index: usize) -> Option<u64> {
        let start = index.checked_mul(self.size)?;
        let bytes = self.bytes.get(start..start.checked_add(self.size)?)?;
        let mut value = 0u64;
        for at in 0..self.size {
            let byte = if self.big_endian { bytes[at] } else { bytes[self.size - 1 - at] };
            value = value << 8 | u64::from(byte);
        }
        Some(value)
    }

    /// One value as an integer; floating point values are rounded towards zero.
    pub fn int(&self, index: usize) -> Option<i64> {
        let bits = self.bits(index)?;
        Some(match self.vr {
            Vr::SS => i64::from(bits as u16 as i16),
            Vr::SL => i64::from(bits as u32 as i32),
            Vr::FL | Vr::OF | Vr::FD | Vr::OD => self.float(index)? as i64,
            Vr::UV | Vr::OV => i64::try_from(bits).ok()?,
            _ => bits as i64,
        })
    }

    /// One value as a number; nothing where it is not finite.
    pub fn float(&self, index: usize) -> Option<f64> {
        let bits = self.bits(index)?;
        let value = match self.vr {
            Vr::FL | Vr::OF => f64::from(f32::from_bits(bits as u32)),
            Vr::FD | Vr::OD => f64::from_bits(bits),
            Vr::UV | Vr::OV => bits as f64,
            _ => self.int(index)? as f64,
        };
        value.is_finite().then_some(value)
    }
}

/// Without the spaces and zero bytes that values are padded with.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c == ' ' || c == '\0' || c == '\r' || c == '\n' || c == '\t')
}

/// A group of a person name without padding and without empty components at its end, which may be left out
/// (PS3.5 section 6.2.1.1).
pub(crate) fn trim_name(group: &str) -> &str {
    group.trim_matches([' ', '\0', '\r', '\n', '\t']).trim_end_matches([' ', '^'])
}
