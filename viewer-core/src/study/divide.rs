//! Which frames can be one stack: same size, same orientation, same kind of image, same frame of reference.

use super::FrameRef;
use crate::dicom::header::{InstanceHeader, Phase, PlaneHeader};
use crate::vector::dot;

/// One frame with what it is ordered by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'h> {
    pub(super) at: FrameRef,
    pub(super) instance: &'h InstanceHeader,
    pub(super) plane: Option<&'h PlaneHeader>,
    pub(super) phase: Option<&'h Phase>,
}

/// Frames that may be one stack, in file order.
#[derive(Debug, Default)]
pub(super) struct Group<'h> {
    /// Never empty.
    pub(super) entries: Vec<Entry<'h>>,
    /// The frames turn about an axis, or each lies otherwise: there is no common normal.
    pub(super) mixed: bool,
}

/// More groups than any series needs; further frames that fit none stay together, so that a hostile header cannot make
/// the search long.
const MOST_GROUPS: usize = 512;

/// cos 1.8°: scanners round direction cosines to a few digits.
const PARALLEL: f64 = 0.9995;

/// Divides frames that are sorted by Instance Number, UID and frame.
pub(super) fn divide<'h>(entries: Vec<Entry<'h>>) -> Vec<Group<'h>> {
    let mut groups: Vec<Group<'h>> = Vec::new();
    for entry in entries {
        let home = groups.iter().position(|group| together(&group.entries[0], &entry));
        let full = groups.len() >= MOST_GROUPS;
        match (home, groups.last_mut()) {
            (Some(home), _) => groups[home].entries.push(entry),
            (None, Some(last)) if full => {
                last.entries.push(entry);
                last.mixed = true;
            }
            _ => groups.push(Group { entries: vec![entry], mixed: false }),
        }
    }
    join_rotating(groups)
}

fn together(a: &Entry<'_>, b: &Entry<'_>) -> bool {
    match (a.plane, b.plane) {
        // Clips are stacks of their own; single pictures without a place are pages of one album.
        (None, None) => {
            a.at.instance == b.at.instance || (a.instance.pixels.frames == 1 && b.instance.pixels.frames == 1)
        }
        (Some(p), Some(q)) => {
            alike(a, b) && dot(p.row, q.row) > PARALLEL && dot(p.column, q.column) > PARALLEL
        }
        _ => false,
    }
}

/// Everything but the direction.
fn alike(a: &Entry<'_>, b: &Entry<'_>) -> bool {
    let (reference_a, reference_b) = (reference(a), reference(b));
    let (p, q) = (&a.instance.pixels, &b.instance.pixels);
    p.rows == q.rows
        && p.columns == q.columns
        && kind(a) == kind(b)
        && (core::ptr::eq(a.instance, b.instance) || reference_a == reference_b)
}

/// Original or derived, primary or secondary, axial or localizer: the values of Image Type that the standard defines
/// (PS3.3 C.7.6.1.1.2). What scanners add after them changes within one stack ("AXIAL\\ADD").
fn kind<'h>(entry: &Entry<'h>) -> &'h [String] {
    let values = &entry.instance.image_type;
    &values[..values.len().min(3)]
}

fn reference<'h>(entry: &Entry<'h>) -> Option<&'h str> {
    entry.plane.and_then(|plane| plane.frame_of_reference.as_deref())
}

/// Radial and rotating series: where most frames would be alone, those that are alike but for their direction stay
/// together.
fn join_rotating<'h>(groups: Vec<Group<'h>>) -> Vec<Group<'h>> {
    let single = |group: &Group<'_>| group.entries.len() == 1 && group.entries[0].plane.is_some();
    let singles = groups.iter().filter(|group| single(group)).count();
    let frames: usize = groups.iter().map(|group| group.entries.len()).sum();
    if singles <= 3 || singles * 2 <= frames {
        return groups;
    }
    let mut joined: Vec<Group<'h>> = Vec::new();
    for group in groups {
        let alone = single(&group);
        let home = joined
            .iter_mut()
            .find(|other| alone && other.mixed && alike(&other.entries[0], &group.entries[0]));
        match home {
            Some(home) => home.entries.extend(group.entries),
            None => joined.push(Group { mixed: alone, ..group }),
        }
    }
    for group in &mut joined {
        group.mixed &= group.entries.len() > 1;
    }
    joined
}
