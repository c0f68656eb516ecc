//! Where the lines of a picture lie on the screen, and from which kept rows each is made.

use std::ops::Range;

use super::DrawOptions;
use super::kept::{Kept, Source};
use super::rows::Rows;
use super::taps::{Axis, Pair};
use crate::frame::Frame;
use crate::geometry::Placement;

const BLACK: [u8; 4] = [0, 0, 0, 255];

/// A line is a row of the screen, or a column of it when the image lies on its side.
#[derive(Debug, Default)]
pub(super) struct Screen {
    /// In pixels.
    pub(super) width: u32,
    /// In pixels.
    pub(super) height: u32,
    sideways: bool,
    /// Lines that show the image.
    lines: Range<usize>,
    /// Pixels of each such line that show the image.
    pixels: Range<usize>,
    /// The kept rows behind each of `lines`.
    pairs: Vec<Pair>,
}

/// Lays a frame onto the screen and fills `kept` for it. `within`: only these lines. `channels`: samples from one image
/// pixel to the next, of which the first `wanted` are taken.
pub(super) fn resample(
    frame: &Frame,
    placement: &Placement,
    options: DrawOptions,
    within: &Range<u32>,
    rows: &dyn Rows,
    [channels, wanted]: [usize; 2],
    kept: &mut Kept,
) -> Screen {
    let enlarged = placement.screen_per_pixel().into_iter().fold(f64::INFINITY, f64::min);
    let sharp = options.sharp_from.is_some_and(|from| enlarged >= from);
    let (x, y) = ((placement.along_x(), options.width), (placement.along_y(), options.height));
    let sideways = placement.is_sideways();
    let (columns, lines) = if sideways { (y, x) } else { (x, y) };
    let along_columns = Axis::new(columns.0, frame.columns(), columns.1, sharp);
    let mut along_rows = Axis::new(lines.0, frame.rows(), lines.1, sharp);
    along_rows.cut(within);
    let source = Source { along_columns: &along_columns, columns: frame.columns() as usize, channels };

    let span = along_rows.span();
    let shown = along_rows.visible.len();
    let pairs = along_rows.pairs(span.start, 1).filter(|_| span.len() <= shown);
    let pairs = if let Some(pairs) = pairs {
        // As many lines as image rows, or more: each row is kept as it is.
        kept.fill(rows, &source, wanted, (span.len(), &|n| (span.start + n, &[1.0])));
        pairs
    } else {
        // Fewer: the rows behind each line are joined now.
        kept.fill(rows, &source, wanted, (shown, &|n| along_rows.tap(n)));
        (0..shown).map(|n| Pair { low: n, high: n, upper: 0.0 }).collect()
    };
    Screen {
        width: options.width,
        height: options.height,
        sideways,
        lines: along_rows.visible,
        pixels: along_columns.visible,
        pairs,
    }
}

impl Screen {
    /// Paints every pixel of `out`: what shows the image by `paint`, line by line, the rest black.
    pub(super) fn paint(&self, out: &mut [u8], paint: &dyn Fn(Pair, &mut [[u8; 4]])) {
        let width = self.width as usize;
        let pixels = out.as_chunks_mut::<4>().0;
        let lines = self.lines.clone().zip(&self.pairs);
        if self.sideways {
            pixels.fill(BLACK);
            let mut line = vec![BLACK; self.pixels.len()];
            for (column, pair) in lines {
                paint(*pair, &mut line);
                let places = pixels.iter_mut().skip(self.pixels.start * width + column).step_by(width.max(1));
                places.zip(&line).for_each(|(place, pixel)| *place = *pixel);
            }
            return;
        }
        let (above, rest) = pixels.split_at_mut((self.lines.start * width).min(pixels.len()));
        let (shown, below) = rest.split_at_mut((self.lines.len() * width).min(rest.len()));
        above.fill(BLACK);
        below.fill(BLACK);
        for ((_, pair), row) in lines.zip(shown.chunks_exact_mut(width.max(1))) {
            let (left, rest) = row.split_at_mut(self.pixels.start.min(width));
            let (line, right) = rest.split_at_mut(self.pixels.len().min(rest.len()));
            left.fill(BLACK);
            right.fill(BLACK);
            paint(*pair, line);
        }
    }
}
