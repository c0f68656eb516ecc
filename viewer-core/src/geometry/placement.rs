//! A view applied to an image and a viewport: the affine map between screen and image.

use super::view::{Fit, ImageShape, ViewTransform};

/// Where an image lies in a viewport. Every axis of the screen runs along one axis of the image, so each
/// image coordinate depends on one screen coordinate only.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placement {
    shape: ImageShape,
    sideways: bool,
    /// Image coordinate along screen x (column, or row if sideways): `step × x + start`.
    along_x: [f64; 2],
    /// Image coordinate along screen y.
    along_y: [f64; 2],
}

impl Placement {
    /// Lays the image out in a viewport of `screen` width and height.
    pub fn new(view: &ViewTransform, shape: ImageShape, screen: [f64; 2]) -> Self {
        let sideways = view.is_turned_sideways();
        let [width, height] = shape.size();
        let (shown_width, shown_height) = if sideways { (height, width) } else { (width, height) };
        let (by_width, by_height) = (screen[0] / shown_width, screen[1] / shown_height);
        let fitted = match view.fit {
            Fit::Contain => by_width.min(by_height),
            Fit::Cover => by_width.max(by_height),
            Fit::OneToOne => 1.0,
        };
        let wanted = fitted * view.zoom;
        // A viewport without size (not laid out yet) must not make infinities.
        let scale = if wanted.is_finite() && wanted > 1e-6 { wanted } else { 1e-6 };

        // Signs of the image axes on screen: mirrors first, then clockwise quarter turns.
        let column_sign = if view.flip_horizontal { -1.0 } else { 1.0 };
        let row_sign = if view.flip_vertical { -1.0 } else { 1.0 };
        let (x_sign, y_sign) = match view.quarter_turns % 4 {
            0 => (column_sign, row_sign),
            1 => (-row_sign, column_sign),
            2 => (-column_sign, -row_sign),
            _ => (row_sign, -column_sign),
        };
        let column_scale = scale;
        let row_scale = scale * shape.pixel_aspect;
        let (columns, rows) = (f64::from(shape.columns), f64::from(shape.rows));
        let axis = |sign: f64, scale: f64, count: f64, screen: f64, pan: f64| {
            let step = sign / scale;
            let start = count / 2.0 - step * (screen / 2.0 + pan);
            // Where an image pixel takes a whole number of screen pixels, its edges lie on theirs: 1:1 in a
            // viewport of an odd size would otherwise mix every pixel with its neighbour.
            if scale >= 1.0 && scale.fract() == 0.0 {
                [step, -step * (-start / step).round()]
            } else {
                [step, start]
            }
        };
        let (along_x, along_y) = if sideways {
            (
                axis(x_sign, row_scale, rows, screen[0], view.pan[0]),
                axis(y_sign, column_scale, columns, screen[1], view.pan[1]),
            )
        } else {
            (
                axis(x_sign, column_scale, columns, screen[0], view.pan[0]),
                axis(y_sign, row_scale, rows, screen[1], view.pan[1]),
            )
        };
        Self { shape, sideways, along_x, along_y }
    }

    /// The image's size.
    pub fn shape(&self) -> ImageShape {
        self.shape
    }

    /// Whether screen x runs along image rows' index.
    pub fn is_sideways(&self) -> bool {
        self.sideways
    }

    /// Step and start of the image coordinate that screen x runs along: `step × x + start`.
    pub fn along_x(&self) -> [f64; 2] {
        self.along_x
    }

    /// Step and start of the image coordinate that screen y runs along.
    pub fn along_y(&self) -> [f64; 2] {
        self.along_y
    }

    /// Screen pixels per column and per row.
    pub fn screen_per_pixel(&self) -> [f64; 2] {
        let (x, y) = (1.0 / self.along_x[0].abs(), 1.0 / self.along_y[0].abs());
        if self.sideways { [y, x] } else { [x, y] }
    }

    /// Image coordinates (column, row) of a screen point; may lie outside the image.
    pub fn to_image(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let u = self.along_x[0] * x + self.along_x[1];
        let v = self.along_y[0] * y + self.along_y[1];
        if self.sideways { [v, u] } else { [u, v] }
    }

    /// Screen point of image coordinates (column, row).
    pub fn to_screen(&self, [column, row]: [f64; 2]) -> [f64; 2] {
        let (u, v) = if self.sideways { (row, column) } else { (column, row) };
        [(u - self.along_x[1]) / self.along_x[0], (v - self.along_y[1]) / self.along_y[0]]
    }

    /// The stored pixel (column, row) under a screen point, if one is.
    pub fn pixel_at(&self, point: [f64; 2]) -> Option<[u32; 2]> {
        let [column, row] = self.to_image(point);
        let inside = |v: f64, count: u32| (v >= 0.0 && v < f64::from(count)).then_some(v as u32);
        Some([inside(column, self.shape.columns)?, inside(row, self.shape.rows)?])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: ImageShape = ImageShape { columns: 40, rows: 30, pixel_aspect: 2.0 };

    #[test]
    fn pixels_that_are_whole_on_screen_lie_on_the_screen_s_pixels() {
        let square = ImageShape { columns: 512, rows: 512, pixel_aspect: 1.0 };
        for quarter_turns in 0..4 {
            let view = ViewTransform { fit: Fit::OneToOne, quarter_turns, ..ViewTransform::default() };
            let place = Placement::new(&view, square, [884.0, 753.0]);
            for edge in [[0.0, 0.0], [512.0, 512.0]] {
                let [x, y] = place.to_screen(edge);
                assert_eq!([x.fract(), y.fract()], [0.0, 0.0]);
            }
        }
    }

    fn place(view: ViewTransform) -> Placement {
        Placement::new(&view, SHAPE, [400.0, 120.0])
    }

    #[test]
    fn the_image_fits_and_is_centred_with_its_true_shape() {
        // 40 × 60 in 400 × 120: scale 2, so 80 × 120 in the middle.
        let placed = place(ViewTransform::default());
        assert_eq!(placed.to_screen([0.0, 0.0]), [160.0, 0.0]);
        assert_eq!(placed.to_screen([40.0, 30.0]), [240.0, 120.0]);
        assert_eq!(placed.screen_per_pixel(), [2.0, 4.0]);
        assert_eq!(placed.pixel_at([160.0, 0.0]), Some([0, 0]));
        assert_eq!(placed.pixel_at([159.9, 0.0]), None);
        assert_eq!(placed.pixel_at([239.9, 119.9]), Some([39, 29]));
    }

    #[test]
    fn a_clockwise_turn_brings_the_top_left_to_the_top_right() {
        let placed = place(ViewTransform { quarter_turns: 1, ..Default::default() });
        let [x, y] = placed.to_screen([0.0, 0.0]);
        assert!(x > 200.0 && y < 60.0, "{x} {y}");
        let mirrored = place(ViewTransform { quarter_turns: 1, flip_horizontal: true, ..Default::default() });
        let [x, y] = mirrored.to_screen([0.0, 0.0]);
        assert!(x > 200.0 && y > 60.0, "{x} {y}");
    }

    #[test]
    fn there_and_back_is_the_same_point() {
        for quarter_turns in 0..4 {
            for flips in 0..4 {
                let view = ViewTransform {
                    zoom: 1.3,
                    pan: [7.0, -20.0],
                    quarter_turns,
                    flip_horizontal: flips & 1 == 1,
                    flip_vertical: flips & 2 == 2,
                    fit: Fit::Cover,
                };
                let placed = place(view);
                let [x, y] = placed.to_screen(placed.to_image([12.5, 99.0]));
                assert!((x - 12.5).abs() < 1e-9 && (y - 99.0).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn a_viewport_without_size_makes_no_infinities() {
        let placed = Placement::new(&ViewTransform::default(), SHAPE, [0.0, 0.0]);
        assert!(placed.to_image([0.0, 0.0]).iter().all(|v| v.is_finite()));
    }
}
