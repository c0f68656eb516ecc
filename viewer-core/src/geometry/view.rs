//! How a reader wants to see an image: zoom, pan, turns, mirrors.

use crate::dicom::header::Spacing;

/// What zoom 1 means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fit {
    /// The whole image is visible.
    #[default]
    Contain,
    /// The narrower side of the image fills the viewport; the rest is cut.
    Cover,
    /// One column is one screen pixel.
    OneToOne,
}

/// Image size and shape of its pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ImageShape {
    /// Columns, not 0.
    pub columns: u32,
    /// Rows, not 0.
    pub rows: u32,
    /// Height of a pixel over its width; > 0.
    pub pixel_aspect: f64,
}

impl ImageShape {
    /// Takes the pixel's shape from its spacing (row spacing / column spacing, PS3.3 10.7.1.3), square where that
    /// is no number.
    pub fn new(columns: u32, rows: u32, spacing: &Spacing) -> Self {
        let (Spacing::Patient(pair)
        | Spacing::Detector(pair)
        | Spacing::Estimated(pair)
        | Spacing::Ratio(pair)) = *spacing;
        let [vertical, horizontal] = pair;
        let ratio = vertical / horizontal;
        let usable = vertical > 0.0 && horizontal > 0.0 && (1e-3..=1e3).contains(&ratio);
        Self { columns: columns.max(1), rows: rows.max(1), pixel_aspect: if usable { ratio } else { 1.0 } }
    }

    /// Width and height when a column is 1 wide.
    pub fn size(&self) -> [f64; 2] {
        [f64::from(self.columns), f64::from(self.rows) * self.pixel_aspect]
    }
}

/// View state of one viewport. The image is mirrored, then turned, then scaled, then put at the centre of the
/// viewport and moved by `pan`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ViewTransform {
    /// Times the size that `fit` gives; 0.05–50.
    pub zoom: f64,
    /// Screen pixels, right and down.
    pub pan: [f64; 2],
    /// Clockwise, 0–3.
    pub quarter_turns: u8,
    /// Left and right of the image change places before it is turned.
    pub flip_horizontal: bool,
    /// Top and bottom of the image change places before it is turned.
    pub flip_vertical: bool,
    /// What zoom 1 means.
    pub fit: Fit,
}

impl Default for ViewTransform {
    fn default() -> Self {
        Self {
            zoom: 1.0,
            pan: [0.0; 2],
            quarter_turns: 0,
            flip_horizontal: false,
            flip_vertical: false,
            fit: Fit::Contain,
        }
    }
}

impl ViewTransform {
    /// Smallest zoom.
    pub const MIN_ZOOM: f64 = 0.05;
    /// Largest zoom.
    pub const MAX_ZOOM: f64 = 50.0;

    /// Turned clockwise on screen by quarter turns (negative: the other way), about the centre of the viewport.
    /// Where `fit` gives another scale to an image on its side, what was panned to the centre moves with that.
    pub fn turned(self, quarters: i32) -> Self {
        let steps = quarters.rem_euclid(4) as u8;
        let [x, y] = self.pan;
        let pan = match steps {
            1 => [-y, x],
            2 => [-x, -y],
            3 => [y, -x],
            _ => [x, y],
        };
        Self { quarter_turns: (self.quarter_turns + steps) % 4, pan, ..self }
    }

    /// Left and right of the screen change places.
    pub fn mirrored(mut self) -> Self {
        self.pan[0] = -self.pan[0];
        if self.is_turned_sideways() {
            self.flip_vertical = !self.flip_vertical;
        } else {
            self.flip_horizontal = !self.flip_horizontal;
        }
        self
    }

    /// Top and bottom of the screen change places.
    pub fn upside_down(mut self) -> Self {
        self.pan[1] = -self.pan[1];
        if self.is_turned_sideways() {
            self.flip_horizontal = !self.flip_horizontal;
        } else {
            self.flip_vertical = !self.flip_vertical;
        }
        self
    }

    /// Zoomed by a factor, the screen point `anchor` keeping its place on the image. `screen`: viewport size.
    pub fn zoomed_at(mut self, factor: f64, anchor: [f64; 2], screen: [f64; 2]) -> Self {
        let zoom = (self.zoom * factor).clamp(Self::MIN_ZOOM, Self::MAX_ZOOM);
        if !zoom.is_finite() || self.zoom <= 0.0 {
            return self;
        }
        let real = zoom / self.zoom;
        for axis in 0..2 {
            let from_centre = anchor[axis] - screen[axis] / 2.0;
            self.pan[axis] = from_centre - (from_centre - self.pan[axis]) * real;
        }
        self.zoom = zoom;
        self
    }

    /// Whether rows of the image are columns of the screen.
    pub fn is_turned_sideways(&self) -> bool {
        self.quarter_turns % 2 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Placement;

    const SHAPE: ImageShape = ImageShape { columns: 40, rows: 30, pixel_aspect: 1.5 };
    const SCREEN: [f64; 2] = [200.0, 100.0];

    fn at(view: &ViewTransform, point: [f64; 2]) -> [f64; 2] {
        Placement::new(view, SHAPE, SCREEN).to_image(point)
    }

    fn close(a: [f64; 2], b: [f64; 2]) {
        assert!((a[0] - b[0]).abs() < 1e-9 && (a[1] - b[1]).abs() < 1e-9, "{a:?} {b:?}");
    }

    /// PS3.3 10.7.1.3.
    #[test]
    fn spacing_is_row_then_column() {
        assert_eq!(ImageShape::new(1, 1, &Spacing::Patient([2.0, 1.0])).pixel_aspect, 2.0);
        assert_eq!(ImageShape::new(1, 1, &Spacing::Ratio([0.0, 1.0])).pixel_aspect, 1.0);
        assert_eq!(ImageShape::new(1, 1, &Spacing::Ratio([f64::NAN, 1.0])).pixel_aspect, 1.0);
    }

    #[test]
    fn turning_and_mirroring_are_about_the_centre_of_the_screen() {
        let start = ViewTransform { zoom: 1.7, pan: [12.0, -7.0], flip_vertical: true, ..Default::default() };
        for turns in 0..4 {
            let view = start.turned(turns);
            close(at(&view.turned(1).turned(-1), [3.0, 4.0]), at(&view, [3.0, 4.0]));
            close(at(&view.mirrored(), [30.0, 70.0]), at(&view, [170.0, 70.0]));
            close(at(&view.upside_down(), [30.0, 70.0]), at(&view, [30.0, 30.0]));
            close(at(&view.turned(2), [30.0, 70.0]), at(&view, [170.0, 30.0]));
            let fixed = ViewTransform { fit: Fit::OneToOne, ..view };
            close(at(&fixed.turned(1), [100.0, 50.0]), at(&fixed, [100.0, 50.0]));
        }
    }

    #[test]
    fn zooming_holds_the_anchor() {
        let start = ViewTransform { pan: [12.0, -7.0], ..Default::default() };
        let anchor = [33.0, 80.0];
        let zoomed = start.zoomed_at(2.5, anchor, SCREEN);
        close(at(&zoomed, anchor), at(&start, anchor));
        assert_eq!(start.zoomed_at(1e9, anchor, SCREEN).zoom, ViewTransform::MAX_ZOOM);
        assert_eq!(start.zoomed_at(f64::NAN, anchor, SCREEN), start);
    }
}
