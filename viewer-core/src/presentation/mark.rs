//! Graphics and texts of presentation states, PS3.3 C.10.5, as few kinds of marks: circles, ellipses and curves come as
//! lines, so that whoever draws needs lines, points and texts only.

use super::area::DisplayedArea;
use crate::geometry::Placement;

/// What a mark's coordinates are relative to (Graphic Annotation Units (0070,0005) and its kin).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Units {
    /// PIXEL: image coordinates, column and row, 0\0 the top left corner of the first pixel. The same as
    /// [`crate::geometry`]'s.
    Image,
    /// DISPLAY: fractions of the displayed area on screen, after rotation and flip; 0\0 its top left corner.
    Display,
}

impl Units {
    /// A point of a mark on screen.
    pub fn to_screen(self, point: [f64; 2], placement: &Placement, area: &DisplayedArea) -> [f64; 2] {
        match self {
            Self::Image => placement.to_screen(point),
            Self::Display => {
                let [left, top, right, bottom] = area.on_screen(placement);
                [left + (right - left) * point[0], top + (bottom - top) * point[1]]
            }
        }
    }
}

/// Bounding Box Text Horizontal Justification (0070,0012).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Justification {
    /// LEFT, or not said.
    Left,
    /// CENTER.
    Center,
    /// RIGHT.
    Right,
}

/// Where a text's box lies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TextBox {
    /// Of both corners.
    pub units: Units,
    /// Bounding Box Top Left Hand Corner (0070,0010).
    pub top_left: [f64; 2],
    /// Bounding Box Bottom Right Hand Corner (0070,0011). Text runs from the one to the other "even if these coordinates
    /// have been … transformed" (C.10.5.1.1).
    pub bottom_right: [f64; 2],
    /// Within the box.
    pub justification: Justification,
}

/// A point that a text belongs to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Anchor {
    /// Anchor Point Annotation Units (0070,0004).
    pub units: Units,
    /// Anchor Point (0070,0014).
    pub point: [f64; 2],
    /// Anchor Point Visibility (0070,0015): to be shown, by a line or an arrow for instance.
    pub visible: bool,
}

/// A text object, C.10.5.1.1; has a box, an anchor, or both.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// Unformatted Text Value (0070,0006), lines separated by `\n`.
    pub text: String,
    /// Where it is written.
    pub bounds: Option<TextBox>,
    /// What it belongs to.
    pub anchor: Option<Anchor>,
}

/// A graphic or text object.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// POINT: a small cross or dot at each.
    Points(Vec<[f64; 2]>),
    /// POLYLINE, INTERPOLATED, CIRCLE or ELLIPSE as straight lines; at least two points. Where the first is the last, it
    /// is closed.
    Line {
        /// In order.
        points: Vec<[f64; 2]>,
        /// Graphic Filled (0070,0024).
        filled: bool,
    },
    /// A text; its coordinates have units of their own.
    Text(Text),
}

/// A shape and where it belongs.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// Units of the shape's points.
    pub units: Units,
    /// What it is.
    pub shape: Shape,
}

/// Straight lines of a circle or an ellipse.
const SEGMENTS: u32 = 72;
/// Straight lines between two points of a curve.
const CURVE_STEPS: u32 = 8;

/// An ellipse by its centre and half axes; closed.
pub(super) fn ellipse(center: [f64; 2], a: [f64; 2], b: [f64; 2]) -> Vec<[f64; 2]> {
    let at = |n: u32| {
        let (sin, cos) = (f64::from(n % SEGMENTS) / f64::from(SEGMENTS) * core::f64::consts::TAU).sin_cos();
        [0, 1].map(|axis| center[axis] + a[axis] * cos + b[axis] * sin)
    };
    (0..=SEGMENTS).map(at).collect()
}

/// A smooth curve through all points (Catmull–Rom); a closed one is smooth where it closes, too.
pub(super) fn curve(points: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let [first, .., last] = points else { return points.to_vec() };
    let closed = first == last;
    let count = points.len();
    let mut out = vec![*first];
    for at in 0..count - 1 {
        let point = |at: usize| points.get(at).copied().unwrap_or(*first);
        let before = match at {
            0 if closed => point(count - 2),
            0 => *first,
            at => point(at - 1),
        };
        let after = match at + 2 {
            next if next < count => point(next),
            _ if closed => point(1),
            _ => *last,
        };
        let (from, to) = (point(at), point(at + 1));
        for step in 1..=CURVE_STEPS {
            let t = f64::from(step) / f64::from(CURVE_STEPS);
            out.push([0, 1].map(|axis| {
                let (p, a, b, n) = (before[axis], from[axis], to[axis], after[axis]);
                let (slope, next_slope) = ((b - p) / 2.0, (n - a) / 2.0);
                let (rest, whole) = (1.0 - t, t * t * (3.0 - 2.0 * t));
                a + (b - a) * whole + slope * t * rest * rest - next_slope * t * t * rest
            }));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ellipses_close_and_keep_their_axes() {
        let points = ellipse([10.0, 20.0], [3.0, 0.0], [0.0, 5.0]);
        assert_eq!(points.first(), points.last());
        assert_eq!(points[0], [13.0, 20.0]);
        assert!((points[18][1] - 25.0).abs() < 1e-12 && (points[36][0] - 7.0).abs() < 1e-12);
    }

    #[test]
    fn a_curve_goes_through_its_points() {
        let given = [[0.0, 0.0], [10.0, 5.0], [20.0, 0.0], [15.0, -9.0]];
        let drawn = curve(&given);
        for (n, point) in given.iter().enumerate() {
            assert_eq!(drawn[n * CURVE_STEPS as usize], *point);
        }
        // A straight line stays straight.
        let line = curve(&[[0.0, 0.0], [1.0, 2.0], [2.0, 4.0], [3.0, 6.0]]);
        assert!(line[8..=16].iter().all(|[x, y]| (y - 2.0 * x).abs() < 1e-12));
        assert_eq!(curve(&[[1.0, 1.0]]), [[1.0, 1.0]]);
    }
}
