//! Where the patient's directions are on the screen, and where a pixel is in the patient.

use super::ViewTransform;
use crate::dicom::header::PlaneHeader;
use crate::sort::sort_by;

/// A direction of the patient. Its letter is the international one (PS3.3 C.7.6.1.1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// R
    Right,
    /// L
    Left,
    /// A
    Anterior,
    /// P
    Posterior,
    /// H
    Head,
    /// F
    Foot,
}

impl Direction {
    /// R, L, A, P, H or F.
    pub fn letter(self) -> char {
        match self {
            Self::Right => 'R',
            Self::Left => 'L',
            Self::Anterior => 'A',
            Self::Posterior => 'P',
            Self::Head => 'H',
            Self::Foot => 'F',
        }
    }
}

/// Directions of one side of the screen, the strongest first; at most three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Side([Option<Direction>; 3]);

impl Side {
    /// The strongest direction.
    pub fn main(&self) -> Option<Direction> {
        self.0[0]
    }

    /// Letters, "A" or "AL" or "ALH".
    pub fn letters(&self) -> String {
        self.0.iter().flatten().map(|d| d.letter()).collect()
    }

    /// Components above ~ sin 12° count, as an axis a few degrees off is still called by its main direction.
    fn of(vector: [f64; 3]) -> Self {
        const NAMES: [[Direction; 2]; 3] = [
            [Direction::Left, Direction::Right],
            [Direction::Posterior, Direction::Anterior],
            [Direction::Head, Direction::Foot],
        ];
        let mut parts: Vec<(f64, Direction)> = vector
            .iter()
            .zip(NAMES)
            .filter(|(v, _)| v.abs() > 0.2)
            .map(|(v, [positive, negative])| (v.abs(), if *v > 0.0 { positive } else { negative }))
            .collect();
        sort_by(&mut parts, |a, b| b.0.total_cmp(&a.0));
        let mut side = Self::default();
        for (slot, (_, direction)) in side.0.iter_mut().zip(parts) {
            *slot = Some(direction);
        }
        side
    }
}

/// What lies towards each side of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SideLetters {
    /// Towards the left edge.
    pub left: Side,
    /// Towards the right edge.
    pub right: Side,
    /// Towards the top edge.
    pub top: Side,
    /// Towards the bottom edge.
    pub bottom: Side,
}

/// Directions at the four sides of the screen after mirrors and turns. `row` and `column` are the unit vectors along a
/// row, left to right, and down a column, of a [`PlaneHeader`] or of a projection.
pub fn side_letters([row, column]: [[f64; 3]; 2], view: &ViewTransform) -> SideLetters {
    let signed = |v: [f64; 3], flip: bool| if flip { v.map(|c| -c) } else { v };
    let row = signed(row, view.flip_horizontal);
    let column = signed(column, view.flip_vertical);
    let opposite = |v: [f64; 3]| v.map(|c| -c);
    // A clockwise quarter turn: what pointed up points right, what pointed right points down.
    let (right, bottom) = match view.quarter_turns % 4 {
        0 => (row, column),
        1 => (opposite(column), row),
        2 => (opposite(row), opposite(column)),
        _ => (column, opposite(row)),
    };
    SideLetters {
        left: Side::of(opposite(right)),
        right: Side::of(right),
        top: Side::of(opposite(bottom)),
        bottom: Side::of(bottom),
    }
}

/// Patient coordinates (LPS, mm) of image coordinates (column, row), PS3.3 C.7.6.2.1.1. `spacing`: row, column
/// spacing in mm. The centre of the first pixel, (0.5, 0.5), is Image Position (Patient).
pub fn image_to_patient(plane: &PlaneHeader, spacing: [f64; 2], [column, row]: [f64; 2]) -> [f64; 3] {
    let (along, down) = ((column - 0.5) * spacing[1], (row - 0.5) * spacing[0]);
    [0, 1, 2].map(|i| plane.position[i] + plane.row[i] * along + plane.column[i] * down)
}

/// Image coordinates (column, row) of the foot of the perpendicular from a patient point to the plane, and the
/// signed distance to the plane in mm (positive along row × column).
pub fn patient_to_image(plane: &PlaneHeader, spacing: [f64; 2], point: [f64; 3]) -> ([f64; 2], f64) {
    let offset = [0, 1, 2].map(|i| point[i] - plane.position[i]);
    let dot = |a: [f64; 3], b: [f64; 3]| a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    let (r, c) = (plane.row, plane.column);
    let normal = [r[1] * c[2] - r[2] * c[1], r[2] * c[0] - r[0] * c[2], r[0] * c[1] - r[1] * c[0]];
    let column = dot(offset, r) / spacing[1] + 0.5;
    let row = dot(offset, c) / spacing[0] + 0.5;
    ([column, row], dot(offset, normal))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plane(row: [f64; 3], column: [f64; 3]) -> PlaneHeader {
        PlaneHeader { position: [-100.0, 50.0, 7.0], row, column, frame_of_reference: None, thickness: None }
    }

    fn letters(plane: &PlaneHeader, view: ViewTransform) -> String {
        let sides = side_letters([plane.row, plane.column], &view);
        [sides.left, sides.right, sides.top, sides.bottom].map(|s| s.letters()).join(" ")
    }

    #[test]
    fn letters_follow_turns_and_mirrors() {
        let axial = plane([1.0, 0.0, 0.0], [0.0, 1.0, 0.0]);
        let view = ViewTransform::default();
        assert_eq!(letters(&axial, view), "R L A P");
        assert_eq!(letters(&axial, view.turned(1)), "P A R L");
        assert_eq!(letters(&axial, view.turned(2)), "L R P A");
        assert_eq!(letters(&axial, view.mirrored()), "L R A P");
        assert_eq!(letters(&axial, view.turned(1).mirrored()), "A P R L");
        assert_eq!(letters(&axial, view.turned(-1).upside_down()), "A P R L");
        let coronal = plane([1.0, 0.0, 0.0], [0.0, 0.0, -1.0]);
        assert_eq!(letters(&coronal, view), "R L H F");
    }

    #[test]
    fn oblique_planes_name_every_part_that_counts() {
        let (sin, cos) = 40f64.to_radians().sin_cos();
        let oblique = plane([cos, sin, 0.0], [0.0, 0.0, -1.0]);
        assert_eq!(letters(&oblique, ViewTransform::default()), "RA LP H F");
        let (sin, cos) = 8f64.to_radians().sin_cos();
        assert_eq!(letters(&plane([cos, sin, 0.0], [0.0, 0.0, -1.0]), ViewTransform::default()), "R L H F");
    }

    #[test]
    fn pixels_have_a_place_in_the_patient() {
        let plane = plane([0.0, 1.0, 0.0], [0.0, 0.0, -1.0]);
        let spacing = [2.0, 0.5];
        assert_eq!(image_to_patient(&plane, spacing, [0.5, 0.5]), plane.position);
        // Ten columns on: 5 mm towards posterior; three rows down: 6 mm towards the feet.
        let found = image_to_patient(&plane, spacing, [10.5, 3.5]);
        assert_eq!(found, [-100.0, 55.0, 1.0]);
        let (back, distance) = patient_to_image(&plane, spacing, [-103.0, 55.0, 1.0]);
        assert_eq!((back, distance), ([10.5, 3.5], 3.0));
    }
}
