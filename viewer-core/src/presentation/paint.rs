//! A [`Drawing`] on a picture of red, green, blue, 255: shutter, overlays and graphics, on the CPU.
//!
//! Lines are a pixel and a half wide and smooth. Overlays that are reduced are averaged, as the picture is; enlarged ones
//! keep their squares. Texts need fonts: only the line from a box to its anchor is drawn.

use super::Plane;
use super::drawing::{Drawing, What};
use super::mark::{Shape, Text, Units};
use crate::geometry::Placement;
use crate::lut::LutError;

/// Half the width of a line, pixels.
const HALF_WIDTH: f64 = 0.75;
/// Half the length of a point's cross, pixels.
const CROSS: f64 = 4.0;

/// Paints a drawing over a picture of `width` × `height` that was drawn at the same place.
///
/// # Errors
/// When `out` is not 4 × width × height bytes.
pub fn paint(
    drawing: &Drawing,
    placement: &Placement,
    [width, height]: [u32; 2],
    out: &mut [u8],
) -> Result<(), LutError> {
    crate::lut::check_output(width, height, out)?;
    let mut canvas =
        Canvas { width: width as usize, height: height as usize, pixels: out.as_chunks_mut::<4>().0 };
    if let Some((closed, colour)) = &drawing.shutter {
        canvas.plane(closed, [0, 0], placement, *colour, 255);
    }
    for item in &drawing.items {
        match &item.what {
            What::Plane { plane, origin } => {
                canvas.plane(plane, *origin, placement, item.colour, item.opacity);
            }
            What::Mark(mark) => {
                let at = |units: Units, point| units.to_screen(point, placement, &drawing.area);
                canvas.mark(&mark.shape, item.colour, &|point| at(mark.units, point), &at);
            }
        }
    }
    Ok(())
}

struct Canvas<'a> {
    width: usize,
    height: usize,
    pixels: &'a mut [[u8; 4]],
}

impl Canvas<'_> {
    /// Mixes a colour into a pixel; `alpha` 0–1.
    fn mix(&mut self, x: usize, y: usize, colour: [u8; 3], alpha: f64) {
        if let Some(pixel) = self.pixels.get_mut(y * self.width + x) {
            for (value, wanted) in pixel.iter_mut().zip(colour) {
                let mixed = f64::from(*value) * (1.0 - alpha) + f64::from(wanted) * alpha;
                *value = (mixed + 0.5) as u8;
            }
        }
    }

    /// Whole pixels from `low` to `high`, within the picture.
    fn columns(&self, low: f64, high: f64) -> core::ops::Range<usize> {
        low.floor().max(0.0) as usize..(high.ceil().max(0.0) as usize).min(self.width)
    }

    fn rows(&self, low: f64, high: f64) -> core::ops::Range<usize> {
        low.floor().max(0.0) as usize..(high.ceil().max(0.0) as usize).min(self.height)
    }

    fn plane(
        &mut self,
        plane: &Plane,
        origin: [i32; 2],
        placement: &Placement,
        colour: [u8; 3],
        opacity: u8,
    ) {
        let [left, top] = origin.map(f64::from);
        let a = placement.to_screen([left, top]);
        let b = placement.to_screen([left + f64::from(plane.columns()), top + f64::from(plane.rows())]);
        for y in self.rows(a[1].min(b[1]), a[1].max(b[1])) {
            for x in self.columns(a[0].min(b[0]), a[0].max(b[0])) {
                let (x0, y0) = (x as f64, y as f64);
                let [u0, v0] = placement.to_image([x0, y0]);
                let [u1, v1] = placement.to_image([x0 + 1.0, y0 + 1.0]);
                let share = covered(plane, [u0 - left, u1 - left], [v0 - top, v1 - top]);
                if share > 0.0 {
                    self.mix(x, y, colour, share * f64::from(opacity) / 255.0);
                }
            }
        }
    }

    fn mark(
        &mut self,
        shape: &Shape,
        colour: [u8; 3],
        place: &dyn Fn([f64; 2]) -> [f64; 2],
        at: &dyn Fn(Units, [f64; 2]) -> [f64; 2],
    ) {
        match shape {
            Shape::Points(points) => points.iter().for_each(|point| self.cross(place(*point), colour)),
            Shape::Line { points, filled } => {
                let points: Vec<[f64; 2]> = points.iter().map(|point| place(*point)).collect();
                if *filled {
                    self.fill(&points, colour);
                }
                points.windows(2).for_each(|pair| self.segment(pair[0], pair[1], colour));
            }
            Shape::Text(Text { bounds, anchor, .. }) => {
                let Some(anchor) = anchor.filter(|anchor| anchor.visible) else { return };
                let to = at(anchor.units, anchor.point);
                match bounds {
                    None => self.cross(to, colour),
                    Some(bounds) => {
                        let corners = [bounds.top_left, bounds.bottom_right].map(|c| at(bounds.units, c));
                        let middle = [0, 1].map(|axis| (corners[0][axis] + corners[1][axis]) / 2.0);
                        self.segment(middle, to, colour);
                    }
                }
            }
        }
    }

    fn cross(&mut self, [x, y]: [f64; 2], colour: [u8; 3]) {
        self.segment([x - CROSS, y], [x + CROSS, y], colour);
        self.segment([x, y - CROSS], [x, y + CROSS], colour);
    }

    fn segment(&mut self, a: [f64; 2], b: [f64; 2], colour: [u8; 3]) {
        let reach = HALF_WIDTH + 1.0;
        let along = [b[0] - a[0], b[1] - a[1]];
        let square = along[0] * along[0] + along[1] * along[1];
        for y in self.rows(a[1].min(b[1]) - reach, a[1].max(b[1]) + reach) {
            for x in self.columns(a[0].min(b[0]) - reach, a[0].max(b[0]) + reach) {
                let from = [x as f64 + 0.5 - a[0], y as f64 + 0.5 - a[1]];
                let t = if square > 0.0 { (from[0] * along[0] + from[1] * along[1]) / square } else { 0.0 };
                let t = t.clamp(0.0, 1.0);
                let distance = (from[0] - t * along[0]).hypot(from[1] - t * along[1]);
                let alpha = (HALF_WIDTH + 0.5 - distance).clamp(0.0, 1.0);
                if alpha > 0.0 {
                    self.mix(x, y, colour, alpha);
                }
            }
        }
    }

    /// Inside by the even-odd rule, at the centres of pixels.
    fn fill(&mut self, points: &[[f64; 2]], colour: [u8; 3]) {
        let extent =
            points.iter().fold([f64::MAX, f64::MIN], |[low, high], p| [low.min(p[1]), high.max(p[1])]);
        for y in self.rows(extent[0], extent[1]) {
            let middle = y as f64 + 0.5;
            let ends = points.iter().zip(points.iter().skip(1).chain(points.first()));
            let crossings = ends.filter(|(a, b)| (a[1] > middle) != (b[1] > middle));
            let mut at: Vec<f64> =
                crossings.map(|(a, b)| a[0] + (middle - a[1]) / (b[1] - a[1]) * (b[0] - a[0])).collect();
            crate::sort::sort_by(&mut at, f64::total_cmp);
            for pair in at.chunks_exact(2) {
                for x in self.columns((pair[0] - 0.5).ceil(), (pair[1] - 0.5).ceil()) {
                    self.mix(x, y, colour, 1.0);
                }
            }
        }
    }
}

/// Share of set bits in a rectangle of the plane; of one pixel's size or less, the bit at its middle.
fn covered(plane: &Plane, u: [f64; 2], v: [f64; 2]) -> f64 {
    let span = |[a, b]: [f64; 2]| {
        let (low, high) = (a.min(b), a.max(b));
        if high - low <= 1.0 + 1e-9 {
            let middle = ((low + high) / 2.0).floor() as i64;
            middle..middle + 1
        } else {
            (low + 0.5).floor() as i64..((high + 0.5).floor() as i64).max((low + 0.5).floor() as i64 + 1)
        }
    };
    let (columns, rows) = (span(u), span(v));
    let count = (columns.end - columns.start) * (rows.end - rows.start);
    let set =
        rows.flat_map(|y| columns.clone().map(move |x| (x, y))).filter(|&(x, y)| plane.get(x, y)).count();
    set as f64 / count as f64
}
