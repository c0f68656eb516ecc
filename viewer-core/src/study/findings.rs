//! What is out of order in a stack: read off the positions, never off Slice Thickness.

use super::phases::SAME_PLACE_MM;
use crate::sort::sort_by;
use crate::vector::{dot, length, minus};

/// What is known of the positions of a stack.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Findings {
    /// Frames have no position or no orientation: their order is that of their numbers.
    pub unplaced: bool,
    /// Frames lie at different angles: there is no stack in space.
    pub mixed_orientation: bool,
    /// Distance between neighbours, mm: the median. Absent for fewer than two places.
    pub spacing_mm: Option<f64>,
    /// Some distance differs from the median by more than 1 % and 0.01 mm.
    pub uneven: bool,
    /// Distances of more than 1.5 times the median.
    pub gaps: Vec<Gap>,
    /// Positions in the stack that lie in the place of the one before.
    pub doubles: Vec<u32>,
    /// Angle between the line of the positions and the normal, degrees; absent below 0.1°. A tilted gantry.
    pub tilt_degrees: Option<f64>,
    /// Frames are shifted sideways against each other, and not along one line.
    pub shifted: bool,
}

/// A place where slices are missing, or where the scanner left some out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gap {
    /// The gap follows this position in the stack.
    pub after: u32,
    /// Distance to the next one, mm.
    pub distance_mm: f64,
    /// Slices that the median distance would put in between.
    pub missing: u32,
}

impl Findings {
    /// Slices that all gaps together lack.
    pub fn missing_slices(&self) -> u32 {
        self.gaps.iter().map(|gap| gap.missing).sum()
    }

    /// Whether positions make a volume without any correction.
    pub fn is_regular(&self) -> bool {
        let placed = !self.unplaced && !self.mixed_orientation && self.spacing_mm.is_some();
        placed && !self.uneven && self.doubles.is_empty() && self.tilt_degrees.is_none() && !self.shifted
    }

    /// From positions that are sorted along the normal, and their distances along it.
    pub(super) fn of(positions: &[[f64; 3]], along: &[f64], normal: [f64; 3]) -> Self {
        let mut findings = Self::default();
        let steps: Vec<f64> = along.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let mut sorted: Vec<f64> = steps.iter().copied().filter(|step| *step > SAME_PLACE_MM).collect();
        sort_by(&mut sorted, f64::total_cmp);
        for (index, step) in steps.iter().enumerate() {
            if *step <= SAME_PLACE_MM {
                findings.doubles.push(index as u32 + 1);
            }
        }
        let Some(&median) = sorted.get(sorted.len() / 2) else { return findings };
        findings.spacing_mm = Some(median);
        findings.uneven = sorted.iter().any(|step| (step - median).abs() > 0.01_f64.max(0.01 * median));
        for (index, step) in steps.iter().enumerate() {
            if *step > 1.5 * median {
                let missing = ((step / median).round() as u32).saturating_sub(1);
                findings.gaps.push(Gap { after: index as u32, distance_mm: *step, missing });
            }
        }
        findings.look_sideways(positions, along, normal);
        findings
    }

    /// Whether the positions lie on a line, and how it leans.
    fn look_sideways(&mut self, positions: &[[f64; 3]], along: &[f64], normal: [f64; 3]) {
        let (Some(first), Some(last)) = (positions.first(), positions.last()) else { return };
        let (Some(start), Some(end)) = (along.first(), along.last()) else { return };
        let height = end - start;
        let line = minus(*last, *first);
        let size = length(line);
        if height <= SAME_PLACE_MM || size <= 0.0 {
            return;
        }
        // A tenth of a millimetre is less than any pixel.
        self.shifted = positions.iter().zip(along).any(|(position, at)| {
            let share = (at - start) / height;
            let expected = [0, 1, 2].map(|axis| first[axis] + line[axis] * share);
            length(minus(*position, expected)) > 0.1
        });
        let degrees = (dot(line, normal) / size).clamp(-1.0, 1.0).acos().to_degrees();
        self.tilt_degrees = (degrees > 0.1 && !self.shifted).then_some(degrees);
    }
}
