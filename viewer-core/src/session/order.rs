//! Frames of a series in the order in which they are turned: its stacks, one after the other.

use super::view::Findings;
use crate::cache::{FrameKey, SeriesIx};
use crate::dicom::header::InstanceHeader;
use crate::study::arrange;

/// A series in order.
#[derive(Debug, Default)]
pub(super) struct Ordered {
    /// Frames by position.
    pub(super) keys: Vec<FrameKey>,
    /// Signed distance along its stack's normal by position, mm; absent where the frame does not say where it lies.
    pub(super) along_mm: Vec<Option<f64>>,
    /// Position at which each stack begins.
    pub(super) starts: Vec<u32>,
    /// What was found on the way.
    pub(super) findings: Findings,
}

impl Ordered {
    /// The stack of a position and how many there are, from 1; none where there is only one.
    pub(super) fn stack_of(&self, position: u32) -> Option<[u32; 2]> {
        (self.starts.len() > 1).then_some([self.begun(position), self.starts.len() as u32])
    }

    /// Index in `starts` of the stack that a frame belongs to.
    pub(super) fn stack_at(&self, key: FrameKey) -> Option<usize> {
        if self.starts.len() == 1 {
            return Some(0);
        }
        let position = self.keys.iter().position(|known| *known == key)?;
        (self.begun(position as u32) as usize).checked_sub(1)
    }

    /// How many stacks begin at a position or before it.
    fn begun(&self, position: u32) -> u32 {
        self.starts.iter().take_while(|start| **start <= position).count() as u32
    }
}

/// Orders by place in space, stack by stack. `expected`: frames that the manifest counts.
pub(super) fn order(series: SeriesIx, headers: &[InstanceHeader], expected: u32) -> Ordered {
    let stacks = arrange(headers);
    let mut ordered = Ordered::default();
    for stack in &stacks {
        ordered.starts.push(ordered.keys.len() as u32);
        for (nth, at) in stack.frames.iter().enumerate() {
            ordered.keys.push(FrameKey { series, instance: at.instance, frame: at.frame });
            ordered.along_mm.push(stack.along_mm.get(nth).copied());
        }
    }
    // A distance is told for the stack that most frames belong to; trouble is told wherever it is.
    let main = stacks.iter().max_by_key(|stack| stack.frames.len()).map(|stack| &stack.findings);
    ordered.findings = Findings {
        spacing_mm: main.and_then(|f| f.spacing_mm),
        uneven: stacks.iter().any(|s| s.findings.uneven),
        gaps: stacks.iter().map(|s| s.findings.gaps.len() as u32).sum(),
        doubles: stacks.iter().map(|s| s.findings.doubles.len() as u32).sum(),
        tilt_degrees: main.and_then(|f| f.tilt_degrees),
        unplaced: stacks.iter().any(|s| s.findings.unplaced),
        // A video is one key of many frames.
        missing: headers.iter().fold(expected, |left, header| left.saturating_sub(header.pixels.frames)),
        stacks: stacks.len() as u32,
    };
    ordered
}
