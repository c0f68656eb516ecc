//! From headers to stacks.

use super::divide::{Entry, divide};
use super::findings::Findings;
use super::{FrameRef, PhaseNumber, Stack, phases};
use crate::dicom::header::InstanceHeader;
use crate::dicom::uid;
use crate::sort::sort_by;
use crate::vector::{cross, dot};

/// Divides the instances of one series into stacks and orders each.
///
/// The result depends only on what the headers say, not on their order: stacks come as their first instance is
/// numbered, localizers last.
pub fn arrange(headers: &[InstanceHeader]) -> Vec<Stack> {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    for (index, instance) in headers.iter().enumerate() {
        // A video is one stream, turned as one picture.
        let video = uid::is_video(&instance.transfer_syntax_uid);
        for frame in 0..instance.pixels.frames.min(if video { 1 } else { u32::MAX }) {
            let header = instance.frame(frame);
            entries.push(Entry {
                at: FrameRef { instance: index as u32, frame },
                instance,
                plane: header.and_then(|header| header.plane.as_ref()),
                phase: header.map(|header| &header.phase),
            });
        }
    }
    sort_by(&mut entries, |a, b| number(a).cmp(&number(b)));
    let mut stacks = Vec::new();
    for group in divide(entries) {
        let placed = group.entries.first().is_some_and(|entry| entry.plane.is_some());
        if !placed || group.mixed {
            let findings =
                Findings { unplaced: !placed, mixed_orientation: group.mixed, ..Findings::default() };
            stacks.push(unordered(&group.entries, findings));
            continue;
        }
        let parts = phases::split(group.entries);
        let of = parts.len() as u32;
        for (index, part) in parts.into_iter().enumerate() {
            let phase = (of > 1).then_some(PhaseNumber { number: index as u32 + 1, of });
            stacks.push(ordered(part, phase));
        }
    }
    sort_by(&mut stacks, |a, b| a.localizer.cmp(&b.localizer));
    stacks
}

/// Instances without a number come after those with one.
fn number<'h>(entry: &Entry<'h>) -> (bool, Option<i32>, &'h str, u32) {
    let instance = entry.instance;
    (instance.number.is_none(), instance.number, instance.sop_instance_uid.as_str(), entry.at.frame)
}

fn is_localizer(entries: &[Entry<'_>]) -> bool {
    let types = entries.first().map(|entry| entry.instance.image_type.as_slice());
    types.is_some_and(|types| types.iter().any(|value| value == "LOCALIZER"))
}

fn unordered(entries: &[Entry<'_>], findings: Findings) -> Stack {
    Stack {
        frames: entries.iter().map(|entry| entry.at).collect(),
        along_mm: Vec::new(),
        normal: None,
        phase: None,
        localizer: is_localizer(entries),
        findings,
    }
}

fn ordered(entries: Vec<Entry<'_>>, phase: Option<PhaseNumber>) -> Stack {
    let localizer = is_localizer(&entries);
    let Some(first) = entries.first().and_then(|entry| entry.plane) else {
        return unordered(&entries, Findings { unplaced: true, ..Findings::default() });
    };
    let normal = cross(first.row, first.column);
    let mut placed: Vec<(f64, [f64; 3], FrameRef)> = entries
        .iter()
        .filter_map(|entry| entry.plane.map(|plane| (dot(plane.position, normal), plane.position, entry.at)))
        .collect();
    // Stable: what lies in one place stays by number.
    sort_by(&mut placed, |a, b| a.0.total_cmp(&b.0));
    let along_mm: Vec<f64> = placed.iter().map(|(along, ..)| *along).collect();
    let positions: Vec<[f64; 3]> = placed.iter().map(|(_, position, _)| *position).collect();
    Stack {
        frames: placed.iter().map(|(.., at)| *at).collect(),
        findings: Findings::of(&positions, &along_mm, normal),
        along_mm,
        normal: Some(normal),
        phase,
        localizer,
    }
}
