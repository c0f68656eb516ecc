//! Names of planes.

use crate::dicom::header::PlaneHeader;
use crate::vector::cross;

/// Anatomical plane by its normal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaneName {
    /// Normal along head–foot.
    Axial,
    /// Normal along front–back.
    Coronal,
    /// Normal along left–right.
    Sagittal,
    /// None of these within about 25°.
    Oblique,
}

/// A plane tilted by less than this keeps its name: cos 25°. A tilted gantry, up to 30°, is mostly within.
const NAMED: f64 = 0.906;

/// The name of a plane.
pub fn plane_name(plane: &PlaneHeader) -> PlaneName {
    name_of_normal(cross(plane.row, plane.column))
}

fn name_of_normal(normal: [f64; 3]) -> PlaneName {
    match normal.map(|part| part.abs() >= NAMED) {
        [true, ..] => PlaneName::Sagittal,
        [_, true, _] => PlaneName::Coronal,
        [.., true] => PlaneName::Axial,
        _ => PlaneName::Oblique,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        assert_eq!(name_of_normal([0.0, 0.0, 1.0]), PlaneName::Axial);
        assert_eq!(name_of_normal([0.0, 0.34, -0.94]), PlaneName::Axial);
        assert_eq!(name_of_normal([0.0, -1.0, 0.0]), PlaneName::Coronal);
        assert_eq!(name_of_normal([-1.0, 0.0, 0.0]), PlaneName::Sagittal);
        assert_eq!(name_of_normal([0.0, 0.7, 0.7]), PlaneName::Oblique);
    }
}
