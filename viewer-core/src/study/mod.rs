//! Frames of a series put in order in space.
//!
//! A series is what a scanner sent under one number: it may mix a localizer with the slices, several echoes, phases of
//! the heart, or clips. [`arrange`] divides it into stacks that can be turned like pages, orders each by position along
//! its normal (PS3.3 C.7.6.2.1.1), and says what is wrong with it: gaps, doubles, uneven spacing, a tilted gantry.
//!
//! Limits: nothing is corrected here. Whoever makes a volume decides by [`Findings`] whether it may.

mod divide;
mod findings;
mod order;
mod phases;
mod plane;

pub use findings::{Findings, Gap};
pub use order::arrange;
pub use plane::{PlaneName, plane_name};

/// One frame of the headers given to [`arrange`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FrameRef {
    /// Index of the instance in the slice of headers.
    pub instance: u32,
    /// Counted from 0.
    pub frame: u32,
}

/// Frames that belong together, in the order to turn them.
#[derive(Debug, Clone, PartialEq)]
pub struct Stack {
    /// By position along the normal where there is one; else by Instance Number, SOP Instance UID and frame.
    pub frames: Vec<FrameRef>,
    /// Signed distance of each frame along [`Stack::normal`] from the patient's origin, mm; empty without positions.
    pub along_mm: Vec<f64>,
    /// Row × column of the orientation that all frames share, unit length.
    pub normal: Option<[f64; 3]>,
    /// Where several stacks show one place: which of them this is.
    pub phase: Option<PhaseNumber>,
    /// Image Type (0008,0008) names a localizer.
    pub localizer: bool,
    /// What is out of order.
    pub findings: Findings,
}

/// One of several pictures of the same place: echo, time point, diffusion weighting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PhaseNumber {
    /// Counted from 1.
    pub number: u32,
    /// How many there are.
    pub of: u32,
}

#[cfg(test)]
mod tests;
