//! Image Pixel Module (PS3.3 C.7.6.3): validated, or refused with the reason.

use super::HeaderError;
use crate::dicom::dataset::DataSet;
use crate::dicom::header::{Photometric, PixelHeader, SampleKind};
use crate::dicom::limits::Limits;
use crate::dicom::tag::{self, Tag};

pub(super) fn read(data: &DataSet<'_>, limits: &Limits) -> Result<PixelHeader, HeaderError> {
    let rows = dimension(data, tag::ROWS)?;
    let columns = dimension(data, tag::COLUMNS)?;
    let samples_per_pixel = required(data, tag::SAMPLES_PER_PIXEL, "must be 1 or 3")?;
    let photometric = photometric(data)?;
    let needed = samples_of(photometric);
    if samples_per_pixel != needed {
        let rule = if needed == 1 {
            "must be 1 for this Photometric Interpretation"
        } else {
            "must be 3 for this Photometric Interpretation"
        };
        return Err(HeaderError::new(tag::SAMPLES_PER_PIXEL, samples_per_pixel, rule));
    }
    let bits_allocated = required(data, tag::BITS_ALLOCATED, "must be 1, 8, 16, 32 or 64")?;
    if !matches!(bits_allocated, 1 | 8 | 16 | 32 | 64) {
        return Err(HeaderError::new(tag::BITS_ALLOCATED, bits_allocated, "must be 1, 8, 16, 32 or 64"));
    }
    let kind = kind(data, bits_allocated, samples_per_pixel)?;
    let (bits_stored, high_bit) = bits(data, bits_allocated, kind)?;
    let header = PixelHeader {
        rows,
        columns,
        samples_per_pixel: samples_per_pixel as u8,
        photometric,
        planar: samples_per_pixel == 3 && data.int(tag::PLANAR_CONFIGURATION) == Some(1),
        bits_allocated: bits_allocated as u8,
        bits_stored,
        high_bit,
        kind,
        frames: frames(data, limits)?,
    };
    check_size(&header, limits)?;
    Ok(header)
}

fn required(data: &DataSet<'_>, tag: Tag, rule: &'static str) -> Result<i64, HeaderError> {
    data.int(tag).ok_or_else(|| HeaderError::new(tag, data.string(tag).unwrap_or_default(), rule))
}

fn dimension(data: &DataSet<'_>, tag: Tag) -> Result<u32, HeaderError> {
    const RULE: &str = "must be 1 to 65535";
    let value = required(data, tag, RULE)?;
    u16::try_from(value)
        .ok()
        .filter(|value| *value > 0)
        .map(u32::from)
        .ok_or_else(|| HeaderError::new(tag, value, RULE))
}

fn photometric(data: &DataSet<'_>) -> Result<Photometric, HeaderError> {
    let found = data.string(tag::PHOTOMETRIC_INTERPRETATION).unwrap_or_default();
    Ok(match found.to_ascii_uppercase().replace('_', " ").as_str() {
        "MONOCHROME1" => Photometric::Monochrome1,
        "MONOCHROME2" => Photometric::Monochrome2,
        "PALETTE COLOR" => Photometric::PaletteColor,
        "RGB" => Photometric::Rgb,
        "YBR FULL" => Photometric::YbrFull,
        "YBR FULL 422" => Photometric::YbrFull422,
        "YBR PARTIAL 422" => Photometric::YbrPartial422,
        "YBR PARTIAL 420" => Photometric::YbrPartial420,
        "YBR ICT" => Photometric::YbrIct,
        "YBR RCT" => Photometric::YbrRct,
        "XYB" => Photometric::Xyb,
        _ => {
            let rule = "must be a defined term of PS3.3 C.7.6.3.1.2 that is not retired";
            return Err(HeaderError::new(tag::PHOTOMETRIC_INTERPRETATION, found, rule));
        }
    })
}

fn samples_of(photometric: Photometric) -> i64 {
    match photometric {
        Photometric::Monochrome1 | Photometric::Monochrome2 | Photometric::PaletteColor => 1,
        _ => 3,
    }
}

/// Integers by Pixel Representation, floats by the element that holds them. Colour is unsigned whatever is said.
fn kind(data: &DataSet<'_>, bits_allocated: i64, samples: i64) -> Result<SampleKind, HeaderError> {
    let representation = data.int(tag::PIXEL_REPRESENTATION);
    let integers = data.get(tag::PIXEL_DATA).is_some() || representation.is_some();
    let float = data.get(tag::FLOAT_PIXEL_DATA).is_some() || (!integers && bits_allocated == 32);
    let double = data.get(tag::DOUBLE_FLOAT_PIXEL_DATA).is_some() || (!integers && bits_allocated == 64);
    match (float, double, representation) {
        (true, ..) if bits_allocated == 32 => Ok(SampleKind::Float),
        (_, true, _) if bits_allocated == 64 => Ok(SampleKind::Double),
        (true, ..) => {
            Err(HeaderError::new(tag::BITS_ALLOCATED, bits_allocated, "must be 32 for Float Pixel Data"))
        }
        (_, true, _) => Err(HeaderError::new(
            tag::BITS_ALLOCATED,
            bits_allocated,
            "must be 64 for Double Float Pixel Data",
        )),
        _ if bits_allocated == 64 => Err(HeaderError::new(
            tag::BITS_ALLOCATED,
            bits_allocated,
            "must be at most 32 for integer pixels",
        )),
        _ if samples > 1 => Ok(SampleKind::Unsigned),
        (.., Some(0)) => Ok(SampleKind::Unsigned),
        (.., Some(1)) => Ok(SampleKind::Signed),
        (.., other) => {
            let found = other.map(|value| value.to_string()).unwrap_or_default();
            Err(HeaderError::new(tag::PIXEL_REPRESENTATION, found, "must be 0 (unsigned) or 1 (signed)"))
        }
    }
}

/// Bits Stored and High Bit. Floats have neither; High Bit may be left out.
fn bits(data: &DataSet<'_>, allocated: i64, kind: SampleKind) -> Result<(u8, u8), HeaderError> {
    if matches!(kind, SampleKind::Float | SampleKind::Double) {
        return Ok((allocated as u8, allocated as u8 - 1));
    }
    const STORED: &str = "must be 1 to Bits Allocated";
    let stored = required(data, tag::BITS_STORED, STORED)?;
    if !(1..=allocated).contains(&stored) {
        return Err(HeaderError::new(tag::BITS_STORED, stored, STORED));
    }
    let high = data.int(tag::HIGH_BIT).unwrap_or(stored - 1);
    if !(stored - 1..allocated).contains(&high) {
        let rule = "must be at least Bits Stored − 1 and less than Bits Allocated";
        return Err(HeaderError::new(tag::HIGH_BIT, high, rule));
    }
    Ok((stored as u8, high as u8))
}

/// Number of Frames; text that is no number counts as absent.
fn frames(data: &DataSet<'_>, limits: &Limits) -> Result<u32, HeaderError> {
    let frames = data.int(tag::NUMBER_OF_FRAMES).filter(|frames| *frames > 0).unwrap_or(1);
    u32::try_from(frames).ok().filter(|frames| *frames <= limits.frames).ok_or_else(|| {
        HeaderError::new(
            tag::NUMBER_OF_FRAMES,
            frames,
            "must be within the number of frames that is accepted",
        )
    })
}

fn check_size(header: &PixelHeader, limits: &Limits) -> Result<(), HeaderError> {
    let pixels = u64::from(header.rows) * u64::from(header.columns);
    let sample = u64::from(header.bits_allocated).div_ceil(8);
    let bytes = pixels * u64::from(header.samples_per_pixel) * sample;
    if pixels > limits.frame_pixels || bytes > limits.frame_bytes {
        let found = format!("{} × {}", header.rows, header.columns);
        return Err(HeaderError::new(
            tag::ROWS,
            found,
            "rows × columns must be within the size that is accepted",
        ));
    }
    Ok(())
}
