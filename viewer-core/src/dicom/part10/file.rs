//! The frame around a data set: preamble, prefix, File Meta Information, deflation (PS3.10 section 7.1).

use std::borrow::Cow;

use super::element::{self, Syntax};
use super::reader::{self, Outcome};
use super::{Part10, PixelLayout, Warning, has_prefix, inflate, sniff};
use crate::dicom::dataset::DataSet;
use crate::dicom::error::{DicomError, Fault};
use crate::dicom::limits::Limits;
use crate::dicom::{tag, uid};

pub(super) fn read<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Part10<'a>, DicomError> {
    let mut warnings = Vec::new();
    let start = if has_prefix(bytes) {
        132
    } else if sniff::syntax_at(bytes, 0).is_some() {
        warnings.push(Warning::NoPreamble);
        0
    } else {
        return Err(DicomError::new(Fault::NotDicom, 0, None));
    };
    let (meta, at) = read_meta(bytes, start, limits)?;
    let declared = meta.string(tag::TRANSFER_SYNTAX_UID);
    if declared.as_deref() == Some(uid::DEFLATED) {
        let body = bytes.get(at..).unwrap_or_default();
        let inflated = inflate::inflate(body, limits).map_err(|fault| DicomError::new(fault, at, None))?;
        let outcome = reader::read(&inflated, 0, Syntax::EXPLICIT, limits)?.into_owned();
        return Ok(finish(meta, outcome, uid::DEFLATED.to_owned(), Cow::Owned(inflated), warnings));
    }
    let (syntax, transfer_syntax) = choose(bytes, at, declared, &mut warnings)?;
    let outcome = reader::read(bytes, at, syntax, limits)?;
    Ok(finish(meta, outcome, transfer_syntax, Cow::Borrowed(bytes), warnings))
}

/// Elements of group 0002, always explicit little endian; where the data set starts. The group length is not
/// trusted: the group ends where another begins.
fn read_meta<'a>(bytes: &'a [u8], start: usize, limits: &Limits) -> Result<(DataSet<'a>, usize), DicomError> {
    let mut end = start;
    while Syntax::EXPLICIT.u16(bytes, end) == Some(0x0002) {
        let header =
            element::read(bytes, end, Syntax::EXPLICIT).map_err(|fault| DicomError::new(fault, end, None))?;
        let length = header.length.unwrap_or(u32::MAX);
        let left = bytes.len() - header.value_at.min(bytes.len());
        if length as usize > left {
            let fault = Fault::Truncated { needed: u64::from(length), left: left as u64 };
            return Err(DicomError::new(fault, header.value_at, Some(header.tag)));
        }
        end = header.value_at + length as usize;
    }
    if end >= bytes.len() {
        let fault = Fault::Truncated { needed: 8, left: 0 };
        return Err(DicomError::new(fault, bytes.len(), None));
    }
    let outcome = reader::read(&bytes[..end], start, Syntax::EXPLICIT, limits)?;
    Ok((outcome.data, end))
}

/// How the data set is encoded: as declared, unless its first element shows otherwise.
fn choose(
    bytes: &[u8],
    at: usize,
    declared: Option<String>,
    warnings: &mut Vec<Warning>,
) -> Result<(Syntax, String), DicomError> {
    let seen = sniff::syntax_at(bytes, at);
    let expected = declared.as_deref().map(|declared| match declared {
        uid::IMPLICIT_LITTLE | uid::GE_PRIVATE_BIG => Syntax::IMPLICIT,
        uid::EXPLICIT_BIG => Syntax { explicit: true, big_endian: true },
        _ => Syntax::EXPLICIT,
    });
    let (Some(declared), Some(expected)) = (declared, expected) else {
        let Some(syntax) = seen else { return Err(DicomError::new(Fault::NoElement, at, None)) };
        warnings.push(Warning::NoTransferSyntax);
        return Ok((syntax, uid_of(syntax).to_owned()));
    };
    match seen {
        Some(syntax) if syntax != expected => {
            warnings.push(Warning::OtherTransferSyntax);
            // An encapsulated syntax still says how the fragments are coded.
            let native = uid::is_native(&declared);
            Ok((syntax, if native { uid_of(syntax).to_owned() } else { declared }))
        }
        _ => Ok((expected, declared)),
    }
}

fn uid_of(syntax: Syntax) -> &'static str {
    match (syntax.explicit, syntax.big_endian) {
        (true, false) => uid::EXPLICIT_LITTLE,
        (true, true) => uid::EXPLICIT_BIG,
        (false, _) => uid::IMPLICIT_LITTLE,
    }
}

fn finish<'a>(
    meta: DataSet<'a>,
    outcome: Outcome<'a>,
    transfer_syntax: String,
    bytes: Cow<'a, [u8]>,
    mut warnings: Vec<Warning>,
) -> Part10<'a> {
    let Outcome { data, pixel_data, problem, warnings: inner } = outcome;
    warnings.extend(inner);
    if let Some(pixels) = &pixel_data {
        let native = uid::is_native(&transfer_syntax);
        match &pixels.layout {
            PixelLayout::Native(_) if !native => warnings.push(Warning::NativePixels),
            PixelLayout::Encapsulated { .. } if native => warnings.push(Warning::EncapsulatedPixels),
            _ => {}
        }
    }
    Part10 { meta, data, transfer_syntax, bytes, pixel_data, problem, warnings }
}
