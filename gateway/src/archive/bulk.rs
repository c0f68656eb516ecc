//! Bulk values: found again in the file by the place that metadata gave out.

use std::borrow::Cow;
use std::path::Path;

use bytes::Bytes;
use viewer_core::dicom::dataset::{DataSet, Element, Value};
use viewer_core::dicom::limits::Limits;
use viewer_core::dicom::part10::{self, Part10, PixelLayout};
use viewer_core::dicom::tag::Tag;
use viewer_core::dicom::vr::Vr;

use super::read::etag;
use crate::source::{BulkData, SourceError};

const MISSING: SourceError = SourceError::NotFound("bulk data");

/// Encapsulated Document (0042,0011) and the media type (0042,0012) beside it.
const DOCUMENT: Tag = Tag(0x0042, 0x0011);
const DOCUMENT_TYPE: Tag = Tag(0x0042, 0x0012);

/// Reads the value that lies at `place`, the byte in the file (or the inflated data set) where it begins.
/// Encapsulated pixel data comes as its fragments joined; frame by frame it is had from `/frames`.
///
/// # Errors
/// `NotFound` where no value begins there, `Damaged` where the file cannot be read any more.
pub fn read(file: &Path, sha256: &str, place: &str) -> Result<BulkData, SourceError> {
    let offset: u64 = place.parse().map_err(|_| MISSING)?;
    let bytes =
        std::fs::read(file).map_err(|error| SourceError::Storage(format!("a stored file: {error}")))?;
    let parsed =
        part10::read(&bytes, &Limits::default()).map_err(|error| SourceError::Damaged(error.to_string()))?;
    let (level, element) = find(&parsed.data, offset).ok_or(MISSING)?;
    let bytes = match &element.value {
        Value::Bytes(bytes) => Bytes::copy_from_slice(&little_endian(element, bytes)),
        Value::Located => located(&parsed, element)?,
        Value::Items(_) | Value::Bulk(_) => return Err(MISSING),
    };
    let media_type = match element.tag {
        DOCUMENT => level.string(DOCUMENT_TYPE).filter(|found| is_media_type(found)),
        _ => None,
    };
    let etag = format!("{}-b{offset}\"", etag(sha256, None).trim_end_matches('"'));
    Ok(BulkData {
        media_type: media_type.unwrap_or_else(|| "application/octet-stream".to_owned()),
        bytes,
        etag,
    })
}

/// Bulk values are little endian whatever the file is (PS3.18 F.2.7).
fn little_endian<'b>(element: &Element<'_>, bytes: &'b [u8]) -> Cow<'b, [u8]> {
    let size = match element.vr {
        Vr::OW => 2,
        Vr::OF | Vr::OL => 4,
        Vr::OD | Vr::OV => 8,
        _ => 1,
    };
    if !element.big_endian || size == 1 {
        return bytes.into();
    }
    let mut swapped = bytes.to_vec();
    swapped.chunks_exact_mut(size).for_each(<[u8]>::reverse);
    swapped.into()
}

/// Text from a file becomes a header: letters, digits and little else.
fn is_media_type(text: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
    };
    text.split_once('/').is_some_and(|(kind, subtype)| plain(kind) && plain(subtype))
}

/// The element at an offset and the level it is in. Levels are limited by what reading allows.
fn find<'d, 'b>(level: &'d DataSet<'b>, offset: u64) -> Option<(&'d DataSet<'b>, &'d Element<'b>)> {
    level.elements().iter().find_map(|element| match &element.value {
        Value::Items(items) => items.iter().find_map(|item| find(item, offset)),
        _ => (element.offset == offset).then_some((level, element)),
    })
}

/// A value that reading only located: pixel data, as its layout says.
fn located(file: &Part10<'_>, element: &Element<'_>) -> Result<Bytes, SourceError> {
    let slice = |start: u64, end: u64| {
        let bounds = usize::try_from(start).ok().zip(usize::try_from(end).ok());
        bounds.and_then(|(start, end)| file.bytes.get(start..end)).ok_or(MISSING)
    };
    match file.pixel_data.as_ref().filter(|data| data.tag == element.tag).map(|data| &data.layout) {
        Some(PixelLayout::Encapsulated { fragments, .. }) => {
            let mut joined = Vec::new();
            for fragment in fragments {
                joined.extend_from_slice(slice(fragment.start, fragment.end)?);
            }
            Ok(joined.into())
        }
        Some(PixelLayout::Native(range)) => {
            let bytes = slice(range.start, range.end)?;
            Ok(Bytes::copy_from_slice(&little_endian(element, bytes)))
        }
        None => {
            let end = element.offset.checked_add(element.length).ok_or(MISSING)?;
            Ok(Bytes::copy_from_slice(slice(element.offset, end)?))
        }
    }
}
