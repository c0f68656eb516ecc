//! Bytes → elements, level by level on a stack of its own, so that nesting cannot exhaust the program's.

use std::borrow::Cow;

use super::element::{self, Header, Syntax};
use super::level::{Content, Level};
use super::{PixelData, PixelLayout, Warning, pixel_data};
use crate::dicom::charset::{self, CharacterSet};
use crate::dicom::dataset::{DataSet, Element, Value};
use crate::dicom::error::{DicomError, Fault};
use crate::dicom::limits::Limits;
use crate::dicom::tag::{self, ITEM, ITEM_DELIMITER, SEQUENCE_DELIMITER, Tag};
use crate::dicom::vr::Vr;

/// What could be read.
pub(super) struct Outcome<'a> {
    pub(super) data: DataSet<'a>,
    pub(super) pixel_data: Option<PixelData>,
    pub(super) problem: Option<DicomError>,
    pub(super) warnings: Vec<Warning>,
}

impl Outcome<'_> {
    pub(super) fn into_owned(self) -> Outcome<'static> {
        let Self { data, pixel_data, problem, warnings } = self;
        Outcome { data: data.into_owned(), pixel_data, problem, warnings }
    }
}

/// Whether reading goes on.
enum Flow {
    On,
    /// [`Reader::problem`] says why, or there is nothing more of use.
    Stop,
}

struct Reader<'a, 'l> {
    bytes: &'a [u8],
    at: usize,
    limits: &'l Limits,
    elements: u32,
    pixel_data: Option<PixelData>,
    problem: Option<DicomError>,
    warnings: Vec<Warning>,
}

/// Reads one data set from a position to the end of the bytes.
///
/// # Errors
/// More elements or deeper nesting than allowed. All other damage is in [`Outcome::problem`].
pub(super) fn read<'a>(
    bytes: &'a [u8],
    start: usize,
    syntax: Syntax,
    limits: &Limits,
) -> Result<Outcome<'a>, DicomError> {
    let mut reader = Reader {
        bytes,
        at: start,
        limits,
        elements: 0,
        pixel_data: None,
        problem: None,
        warnings: Vec::new(),
    };
    let root = Level { end: Some(bytes.len()), syntax, content: Content::Elements(Vec::new()) };
    let mut stack = vec![root];
    reader.run(&mut stack)?;
    while stack.len() > 1 {
        reader.close(&mut stack);
    }
    let elements = match stack.pop().map(|level| level.content) {
        Some(Content::Elements(elements)) => elements,
        _ => Vec::new(),
    };
    let mut data = DataSet::new(elements, CharacterSet::default());
    charset::assign(&mut data, None);
    if !syntax.explicit {
        sign_by_pixels(&mut data);
    }
    let Reader { pixel_data, problem, warnings, .. } = reader;
    Ok(Outcome { data, pixel_data, problem, warnings })
}

/// Without written representations, "US or SS" is told by Pixel Representation (PS3.5 section A.1).
fn sign_by_pixels(data: &mut DataSet<'_>) {
    if data.int(tag::PIXEL_REPRESENTATION) != Some(1) {
        return;
    }
    for element in data.elements_mut() {
        if matches!(element.tag, Tag(0x0028, 0x0106..=0x0111 | 0x0120 | 0x0121)) && element.vr == Vr::US {
            element.vr = Vr::SS;
        }
    }
}

impl<'a> Reader<'a, '_> {
    fn run(&mut self, stack: &mut Vec<Level<'a>>) -> Result<(), DicomError> {
        while let Some(top) = stack.last() {
            if self.at >= top.end.unwrap_or(self.bytes.len()) {
                if stack.len() == 1 {
                    break;
                }
                if top.end.is_none() {
                    self.problem(Fault::OpenSequence, self.at, None);
                    break;
                }
                self.close(stack);
                continue;
            }
            let flow = match top.content {
                Content::Elements(_) => self.element(stack)?,
                Content::Items(..) => self.item(stack)?,
            };
            if matches!(flow, Flow::Stop) {
                break;
            }
        }
        Ok(())
    }

    /// One step inside the data set or an item.
    fn element(&mut self, stack: &mut Vec<Level<'a>>) -> Result<Flow, DicomError> {
        let nested = stack.len() > 1;
        let Some(top) = stack.last_mut() else { return Ok(Flow::Stop) };
        let (syntax, open) = (top.syntax, top.end.is_none());
        let header = match element::read(self.bytes, self.at, syntax) {
            Ok(header) => header,
            // Padding and other remains after the pixels hurt nobody.
            Err(_) if self.pixel_data.is_some() && !nested => {
                self.warn(Warning::OddElement);
                return Ok(Flow::Stop);
            }
            Err(fault) => return Ok(self.problem(fault, self.at, None)),
        };
        match header.tag {
            ITEM_DELIMITER if nested && open => {
                self.at = header.value_at;
                self.close(stack);
                return Ok(Flow::On);
            }
            ITEM | SEQUENCE_DELIMITER if nested && open => {
                self.warn(Warning::BadSequence);
                self.close(stack);
                return Ok(Flow::On);
            }
            ITEM_DELIMITER | SEQUENCE_DELIMITER => {
                self.warn(Warning::BadSequence);
                self.at = header.value_at;
                return Ok(Flow::On);
            }
            // An item whose sequence was removed by some tool: stepped over.
            ITEM => {
                self.warn(Warning::BadSequence);
                let end = header.length.and_then(|length| header.value_at.checked_add(length as usize));
                return Ok(match end.filter(|end| *end <= self.bytes.len()) {
                    Some(end) => {
                        self.at = end;
                        Flow::On
                    }
                    None => self.problem(Fault::StrayDelimiter, self.at, None),
                });
            }
            _ => {}
        }
        self.count(header.tag)?;
        if header.odd {
            self.warn(Warning::OddElement);
        }
        if header.tag.is_pixel_data() && !nested {
            return self.pixels(&header, top);
        }
        let encapsulated = header.length.is_none() && matches!(header.vr, Vr::OB | Vr::OW);
        if encapsulated {
            let items = pixel_data::read(self.bytes, header.value_at, header.tag, syntax, self.limits)?;
            self.at = items.end;
            self.push(top, &header, Value::Located);
            return Ok(self.after(items.problem, items.unclosed));
        }
        if header.vr == Vr::SQ || header.length.is_none() {
            return self.open_sequence(&header, stack);
        }
        self.value(&header, top)
    }

    /// A value of defined length.
    fn value(&mut self, header: &Header, top: &mut Level<'a>) -> Result<Flow, DicomError> {
        let bytes = self.bytes;
        let length = header.length.unwrap_or(0) as usize;
        let rest = bytes.get(header.value_at..).unwrap_or_default();
        let Some(value) = rest.get(..length) else {
            if self.pixel_data.is_some() && top.end == Some(bytes.len()) {
                self.warn(Warning::OddElement);
                return Ok(Flow::Stop);
            }
            let fault = Fault::Truncated { needed: length as u64, left: rest.len() as u64 };
            return Ok(self.problem(fault, header.value_at, Some(header.tag)));
        };
        self.at = header.value_at + length;
        self.push(top, header, Value::Bytes(Cow::Borrowed(value)));
        Ok(Flow::On)
    }

    fn open_sequence(&mut self, header: &Header, stack: &mut Vec<Level<'a>>) -> Result<Flow, DicomError> {
        let Some(top) = stack.last() else { return Ok(Flow::Stop) };
        let depth = stack.len().div_ceil(2);
        if depth > self.limits.sequence_depth as usize {
            let fault = Fault::TooDeep { limit: self.limits.sequence_depth };
            return Err(DicomError::new(fault, self.at, Some(header.tag)));
        }
        let syntax = if header.implicit_value { Syntax::IMPLICIT } else { top.syntax };
        let end = self.end_of(header);
        self.at = header.value_at;
        stack.push(Level { end, syntax, content: Content::Items(*header, Vec::new()) });
        Ok(Flow::On)
    }

    /// One step between the items of a sequence.
    fn item(&mut self, stack: &mut Vec<Level<'a>>) -> Result<Flow, DicomError> {
        let Some(top) = stack.last() else { return Ok(Flow::Stop) };
        let (mut syntax, end) = (top.syntax, top.end);
        let Some(tag) = syntax.tag(self.bytes, self.at) else {
            return Ok(self.problem(Fault::OpenSequence, self.at, None));
        };
        if !matches!(tag, ITEM | ITEM_DELIMITER | SEQUENCE_DELIMITER) {
            self.warn(Warning::BadSequence);
            match end {
                Some(end) => self.at = end.max(self.at),
                None => self.close(stack),
            }
            return Ok(Flow::On);
        }
        let header = match element::read(self.bytes, self.at, syntax) {
            Ok(header) => header,
            Err(fault) => return Ok(self.problem(fault, self.at, Some(tag))),
        };
        if tag != ITEM {
            self.at = header.value_at;
            if tag == SEQUENCE_DELIMITER && end.is_none() {
                self.close(stack);
            } else {
                self.warn(Warning::BadSequence);
            }
            return Ok(Flow::On);
        }
        self.count(tag)?;
        let end = self.end_of(&header);
        self.at = header.value_at;
        if !syntax.explicit && self.looks_explicit(end) {
            self.warn(Warning::OddElement);
            syntax = Syntax { explicit: true, ..syntax };
        }
        stack.push(Level { end, syntax, content: Content::Elements(Vec::new()) });
        Ok(Flow::On)
    }

    /// Whether an item of an implicit sequence holds explicit elements: letters stand where a length would be far
    /// too large.
    fn looks_explicit(&self, end: Option<usize>) -> bool {
        let left = end.unwrap_or(self.bytes.len()).saturating_sub(self.at);
        let Some(code) = self.bytes.get(self.at..).and_then(|rest| rest.get(4..6)) else { return false };
        let length = Syntax::IMPLICIT.u32(self.bytes, self.at + 4);
        Vr::from_code([code[0], code[1]]).is_some() && length.is_some_and(|length| length as usize > left)
    }

    /// Pixel data at the top level: only its place is kept.
    fn pixels(&mut self, header: &Header, top: &mut Level<'a>) -> Result<Flow, DicomError> {
        let start = header.value_at;
        let Some(length) = header.length else {
            let items = pixel_data::read(self.bytes, start, header.tag, top.syntax, self.limits)?;
            self.at = items.end;
            self.push(top, header, Value::Located);
            let (offsets, fragments) = items.split(self.bytes);
            let layout = PixelLayout::Encapsulated { offsets, fragments };
            self.pixel_data.get_or_insert(PixelData { tag: header.tag, layout });
            return Ok(self.after(items.problem, items.unclosed));
        };
        let left = self.bytes.len() - start;
        let there = left.min(length as usize);
        self.at = start + there;
        self.push(top, header, Value::Located);
        let layout = PixelLayout::Native(start as u64..self.at as u64);
        self.pixel_data.get_or_insert(PixelData { tag: header.tag, layout });
        if there < length as usize {
            let fault = Fault::Truncated { needed: u64::from(length), left: left as u64 };
            return Ok(self.problem(fault, start, Some(header.tag)));
        }
        Ok(Flow::On)
    }

    fn push(&self, top: &mut Level<'a>, header: &Header, value: Value<'a>) {
        if let Content::Elements(elements) = &mut top.content {
            elements.push(Element {
                tag: header.tag,
                vr: header.vr,
                big_endian: top.syntax.big_endian && !header.implicit_value,
                offset: header.value_at as u64,
                length: (self.at - header.value_at) as u64,
                value,
            });
        }
    }

    /// Where something of defined length ends. One that would end after the file is cut off; what is there is read.
    fn end_of(&mut self, header: &Header) -> Option<usize> {
        let length = header.length? as usize;
        let left = self.bytes.len() - header.value_at;
        if length > left {
            let fault = Fault::Truncated { needed: length as u64, left: left as u64 };
            self.problem(fault, header.value_at, Some(header.tag));
        }
        Some(header.value_at + length.min(left))
    }

    fn close(&mut self, stack: &mut Vec<Level<'a>>) {
        if let Some(level) = stack.pop()
            && let Some(parent) = stack.last_mut()
        {
            level.close_into(parent, self.at);
        }
    }

    fn count(&mut self, tag: Tag) -> Result<(), DicomError> {
        self.elements += 1;
        if self.elements > self.limits.elements {
            let fault = Fault::TooManyElements { limit: self.limits.elements };
            return Err(DicomError::new(fault, self.at, Some(tag)));
        }
        Ok(())
    }

    fn after(&mut self, problem: Option<DicomError>, unclosed: bool) -> Flow {
        if unclosed {
            self.warn(Warning::BadSequence);
        }
        match problem {
            Some(problem) => {
                self.problem.get_or_insert(problem);
                Flow::Stop
            }
            None => Flow::On,
        }
    }

    fn problem(&mut self, fault: Fault, at: usize, tag: Option<Tag>) -> Flow {
        self.problem.get_or_insert(DicomError::new(fault, at, tag));
        Flow::Stop
    }

    fn warn(&mut self, warning: Warning) {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }
}
