//! The bar that shows how long a centimetre is.

use super::Placement;
use crate::dicom::header::Spacing;

/// What a length on the picture rests on, PS3.3 10.7.1. The caller labels it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// In the patient.
    Patient,
    /// At the detector: larger than in the patient by an unknown magnification.
    Detector,
    /// In the patient, by the magnification that the equipment estimates.
    Estimated,
}

/// Unit of a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScaleUnit {
    /// mm
    Millimetre,
    /// cm
    Centimetre,
}

/// A bar of a round length.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScaleBar {
    /// Its length in `unit`.
    pub value: f64,
    /// Unit of `value`.
    pub unit: ScaleUnit,
    /// Its length on the screen, in screen pixels.
    pub screen_length: f64,
    /// What it rests on.
    pub basis: Basis,
}

/// The longest bar of 1, 2 or 5 × 10ⁿ mm that is not longer than `longest` screen pixels, lying along screen x.
/// None when the picture is not calibrated, or a bar would be shorter than 0.1 mm or longer than 1 m.
pub fn scale_bar(placement: &Placement, spacing: &Spacing, longest: f64) -> Option<ScaleBar> {
    let (pair, basis) = match spacing {
        Spacing::Patient(pair) => (pair, Basis::Patient),
        Spacing::Detector(pair) => (pair, Basis::Detector),
        Spacing::Estimated(pair) => (pair, Basis::Estimated),
        Spacing::Ratio(_) => return None,
    };
    let [row_spacing, column_spacing] = *pair;
    let [per_column, per_row] = placement.screen_per_pixel();
    let screen_per_mm =
        if placement.is_sideways() { per_row / row_spacing } else { per_column / column_spacing };
    if !(screen_per_mm.is_finite() && screen_per_mm > 0.0) {
        return None;
    }
    let mut best = None;
    for power in -1..=3 {
        for digit in [1.0, 2.0, 5.0] {
            let mm = digit * 10f64.powi(power);
            if mm * screen_per_mm <= longest && mm <= 1000.0 {
                best = Some(mm);
            }
        }
    }
    let mm = best?;
    let (value, unit) =
        if mm < 10.0 { (mm, ScaleUnit::Millimetre) } else { (mm / 10.0, ScaleUnit::Centimetre) };
    Some(ScaleBar { value, unit, screen_length: mm * screen_per_mm, basis })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::{ImageShape, ViewTransform};

    fn bar(zoom: f64, quarter_turns: u8, spacing: Spacing) -> Option<ScaleBar> {
        let shape = ImageShape::new(100, 100, &spacing);
        let view = ViewTransform { zoom, quarter_turns, ..Default::default() };
        scale_bar(&Placement::new(&view, shape, [200.0, 200.0]), &spacing, 120.0)
    }

    #[test]
    fn the_bar_is_round_and_true() {
        // 2 screen pixels per column of 0.5 mm: 4 per mm; 20 mm are 80.
        let found = bar(1.0, 0, Spacing::Patient([0.5, 0.5])).unwrap();
        assert_eq!((found.value, found.unit, found.screen_length), (2.0, ScaleUnit::Centimetre, 80.0));
        let near = bar(20.0, 0, Spacing::Detector([0.5, 0.5])).unwrap();
        assert_eq!((near.value, near.unit, near.screen_length), (1.0, ScaleUnit::Millimetre, 80.0));
        assert_eq!(near.basis, Basis::Detector);
    }

    #[test]
    fn pixels_that_are_not_square_give_the_same_bar_both_ways() {
        let spacing = Spacing::Patient([1.0, 0.5]);
        let [upright, sideways] = [0, 1].map(|turns| bar(1.0, turns, spacing).unwrap());
        assert_eq!(upright, sideways);
    }

    #[test]
    fn nothing_known_nothing_drawn() {
        assert_eq!(bar(1.0, 0, Spacing::Ratio([1.0, 1.0])), None);
        assert_eq!(bar(1.0, 0, Spacing::Patient([0.0, 0.0])), None);
    }
}
