//! Image Plane (PS3.3 C.7.6.2) of one frame.

use super::groups::Groups;
use crate::dicom::dataset::DataSet;
use crate::dicom::header::{PixelHeader, PlaneHeader};
use crate::dicom::tag;
use crate::vector::{cross, dot, length};

/// Where the frames of an RT Dose lie along the normal, mm (Grid Frame Offset Vector, C.8.8.3.2).
pub(super) struct FrameOffsets(Vec<f64>);

impl FrameOffsets {
    pub(super) fn read(data: &DataSet<'_>, frames: u32) -> Option<Self> {
        let values = data.floats(tag::GRID_FRAME_OFFSET_VECTOR);
        let offsets: Vec<f64> = values.into_iter().flatten().collect();
        // Relative offsets start at 0; absolute ones are coordinates along the normal, of which differences count.
        let first = *offsets.first()?;
        let whole = frames > 1 && offsets.len() == frames as usize;
        whole.then(|| Self(offsets.iter().map(|offset| offset - first).collect()))
    }
}

/// The plane of a frame; nothing where position or orientation is missing or not usable. Frames of a multi-frame
/// object without positions of their own have none: the position at the top level is that of the first alone.
pub(super) fn read(
    groups: &Groups<'_>,
    pixels: &PixelHeader,
    offsets: Option<&FrameOffsets>,
    index: u32,
) -> Option<PlaneHeader> {
    let positioned = groups.group(tag::PLANE_POSITION_SEQUENCE);
    let top_level = core::ptr::eq(positioned, groups.root);
    if top_level && pixels.frames > 1 && offsets.is_none() {
        return None;
    }
    let mut position = positioned.floats_exact::<3>(tag::IMAGE_POSITION_PATIENT)?;
    let oriented = groups.holding(tag::PLANE_ORIENTATION_SEQUENCE, tag::IMAGE_ORIENTATION_PATIENT);
    let cosines = oriented.floats_exact::<6>(tag::IMAGE_ORIENTATION_PATIENT)?;
    let (row, column) = axes(cosines)?;
    if let Some(offset) = offsets.filter(|_| top_level).and_then(|offsets| offsets.0.get(index as usize)) {
        let normal = cross(row, column);
        position = core::array::from_fn(|axis| position[axis] + normal[axis] * offset);
    }
    let measures = groups.holding(tag::PIXEL_MEASURES_SEQUENCE, tag::SLICE_THICKNESS);
    Some(PlaneHeader {
        position,
        row,
        column,
        frame_of_reference: groups.root.string(tag::FRAME_OF_REFERENCE_UID),
        thickness: measures.float(tag::SLICE_THICKNESS).filter(|thickness| *thickness > 0.0),
    })
}

/// Directions of rows and columns of a projection, PS3.3 C.7.6.1.1.1: letters of a biped, the strongest first ("P\\FL").
/// Nothing where another letter is among them (animals have their own), or both lie along the same axis.
pub(super) fn patient_orientation(data: &DataSet<'_>) -> Option<[[f64; 3]; 2]> {
    let values = data.strings(tag::PATIENT_ORIENTATION);
    let [row, column] = [values.first()?, values.get(1)?].map(|letters| direction(letters));
    let (row, column) = (row?, column?);
    (dot(row, column).abs() < 0.9).then_some([row, column])
}

/// One to three letters as a unit vector; what is named later counts for less.
fn direction(letters: &str) -> Option<[f64; 3]> {
    let mut sum = [0.0; 3];
    let mut share = 1.0;
    for letter in letters.chars() {
        let (axis, sign) = match letter {
            'L' => (0, 1.0),
            'R' => (0, -1.0),
            'P' => (1, 1.0),
            'A' => (1, -1.0),
            'H' => (2, 1.0),
            'F' => (2, -1.0),
            _ => return None,
        };
        if sum[axis] != 0.0 {
            return None;
        }
        sum[axis] = sign * share;
        share *= 0.6;
    }
    let size = length(sum);
    (size > 0.0).then(|| sum.map(|part| part / size))
}

/// Direction cosines as unit vectors at a right angle. Rounding in the file is corrected; vectors that are more than
/// about 0.6 degrees from a right angle or far from unit length are not an orientation.
fn axes(cosines: [f64; 6]) -> Option<([f64; 3], [f64; 3])> {
    let [a, b, c, d, e, f] = cosines;
    let (row, column) = (unit([a, b, c])?, unit([d, e, f])?);
    let along = dot(row, column);
    if along.abs() > 0.01 {
        return None;
    }
    let column = unit(core::array::from_fn(|axis| column[axis] - along * row[axis]))?;
    Some((row, column))
}

fn unit(vector: [f64; 3]) -> Option<[f64; 3]> {
    let size = length(vector);
    (0.9..=1.1).contains(&size).then(|| vector.map(|value| value / size))
}
