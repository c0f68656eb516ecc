//! [`DataSet`] → [`InstanceHeader`]: the one place where what a file says is believed, corrected or refused.
//!
//! What decoding depends on is refused when it is wrong, with the attribute, the value and the rule. What only
//! display or measuring depends on is dropped when it is wrong (`***` for a window), so that the picture still opens.
//! Values of enhanced objects come from the frame's functional groups, else the shared ones, else the top level
//! (PS3.3 C.7.6.16).

mod device_colours;
mod display;
mod error;
mod groups;
mod lut;
mod palette;
mod phase;
mod pixels;
mod plane;
mod spacing;
mod ultrasound;
mod viewer_tags;

use std::sync::Arc;

use super::dataset::DataSet;
use super::header::{DisplayHeader, FrameHeader, InstanceHeader};
use super::limits::Limits;
use super::{tag, uid};
use groups::Groups;

pub(crate) use display::{is_signed_after, stored_range, windows};
pub use error::HeaderError;
pub(crate) use lut::table as lut_table;
pub(crate) use palette::read as read_palette;
pub use viewer_tags::{is_viewer_tag, viewer_tags};

/// Reads the header of an instance with pictures.
///
/// `transfer_syntax` is that of the frames ([`super::part10::Part10::frame_transfer_syntax`]); without it the first
/// AvailableTransferSyntaxUID (0008,3002) of DICOM JSON is taken.
///
/// # Errors
/// When an attribute that pixels cannot be decoded without is missing or wrong, or `limits` are exceeded.
pub fn read_header(
    data: &DataSet<'_>,
    transfer_syntax: Option<&str>,
    limits: &Limits,
) -> Result<InstanceHeader, HeaderError> {
    let transfer_syntax_uid = transfer_syntax_uid(data, transfer_syntax)?;
    let pixels = pixels::read(data, limits)?;
    let context = display::Context::new(data, &pixels, &transfer_syntax_uid, limits)?;
    let offsets = plane::FrameOffsets::read(data, pixels.frames);
    let items = data.items(tag::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE);
    let separate = pixels.frames > 1 && (!items.is_empty() || offsets.is_some());
    let count = if separate { pixels.frames } else { 1 };
    let mut frames: Vec<FrameHeader> = Vec::with_capacity(count as usize);
    for index in 0..count {
        let groups = Groups::new(data, index);
        let display = context.display(&groups);
        frames.push(FrameHeader {
            display: shared_with_last(display, &frames),
            plane: plane::read(&groups, &pixels, offsets.as_ref(), index),
            spacing: spacing::read(&groups),
            phase: phase::read(&groups),
        });
    }
    Ok(InstanceHeader {
        sop_instance_uid: data.string(tag::SOP_INSTANCE_UID).unwrap_or_default(),
        sop_class_uid: data.string(tag::SOP_CLASS_UID).unwrap_or_default(),
        transfer_syntax_uid,
        number: int32(data, tag::INSTANCE_NUMBER),
        acquisition: int32(data, tag::ACQUISITION_NUMBER),
        image_type: data.strings(tag::IMAGE_TYPE),
        pixels,
        frames,
        patient_orientation: plane::patient_orientation(data),
        has_marks: data
            .elements()
            .iter()
            .any(|element| element.tag.is_overlay() || element.tag == tag::SHUTTER_SHAPE),
        regions: ultrasound::read(data),
        frame_time_ms: frame_time(data),
    })
}

/// One display header for all frames that agree, as nearly all do.
fn shared_with_last(display: DisplayHeader, frames: &[FrameHeader]) -> Arc<DisplayHeader> {
    match frames.last() {
        Some(last) if *last.display == display => Arc::clone(&last.display),
        _ => Arc::new(display),
    }
}

fn transfer_syntax_uid(data: &DataSet<'_>, given: Option<&str>) -> Result<String, HeaderError> {
    let found = match given {
        Some(given) => given.to_owned(),
        None => data.string(tag::AVAILABLE_TRANSFER_SYNTAX_UID).unwrap_or_default(),
    };
    let known = found.is_empty()
        || found == uid::GE_PRIVATE_BIG
        || found == uid::IMPLICIT_LITTLE
        || found.strip_prefix(uid::IMPLICIT_LITTLE).is_some_and(|rest| rest.starts_with('.'));
    if known {
        return Ok(found);
    }
    Err(HeaderError::new(tag::TRANSFER_SYNTAX_UID, found, "must be a transfer syntax of the DICOM standard"))
}

fn int32(data: &DataSet<'_>, tag: super::tag::Tag) -> Option<i32> {
    data.int(tag).and_then(|value| value.try_into().ok())
}

/// Frame Time, else the mean of Frame Time Vector, else from Cine Rate; ms.
fn frame_time(data: &DataSet<'_>) -> Option<f64> {
    let positive = |value: &f64| *value > 0.0;
    data.float(tag::FRAME_TIME)
        .filter(positive)
        .or_else(|| {
            // The first entry is 0: the time before the first frame (PS3.3 C.7.6.5.1.2).
            let times = data.floats(tag::FRAME_TIME_VECTOR);
            let times: Vec<f64> = times.into_iter().flatten().filter(positive).collect();
            (!times.is_empty()).then(|| times.iter().sum::<f64>() / times.len() as f64)
        })
        .or_else(|| data.float(tag::CINE_RATE).filter(positive).map(|rate| 1000.0 / rate))
}

#[cfg(test)]
mod tests;
