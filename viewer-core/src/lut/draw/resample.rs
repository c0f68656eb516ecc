//! Separable resampling: the image rows behind a line of the screen are joined first (whole rows, in the order
//! they lie in memory), then that one row is filtered along its columns.

use super::DrawOptions;
use super::rows::Rows;
use super::taps::Axis;
use crate::frame::Frame;
use crate::geometry::Placement;

/// Where every screen pixel takes its values from. A line is a row of the screen, or a column of it when the
/// image lies on its side.
pub(super) struct Grid {
    along_columns: Axis,
    along_rows: Axis,
    sideways: bool,
    /// Image columns.
    columns: usize,
    /// Samples from one image pixel to the next.
    channels: usize,
    width: usize,
    height: usize,
}

/// What resampling fills; its buffers are reused.
#[derive(Debug, Default)]
pub(super) struct Planes {
    /// One for grey, three for colour, width × height values each; NaN is background.
    pub(super) values: Vec<Vec<f32>>,
    /// Share of each pixel that is not padding; empty when the frame can have none.
    pub(super) coverage: Vec<f32>,
}

impl Grid {
    /// `channels`: samples from one image pixel to the next.
    pub(super) fn new(frame: &Frame, placement: &Placement, options: DrawOptions, channels: usize) -> Self {
        let enlarged = placement.screen_per_pixel().into_iter().fold(f64::INFINITY, f64::min);
        let sharp = options.sharp_from.is_some_and(|from| enlarged >= from);
        let (x, y) = ((placement.along_x(), options.width), (placement.along_y(), options.height));
        let sideways = placement.is_sideways();
        let (columns, rows) = if sideways { (y, x) } else { (x, y) };
        Self {
            along_columns: Axis::new(columns.0, frame.columns(), columns.1, sharp),
            along_rows: Axis::new(rows.0, frame.rows(), rows.1, sharp),
            sideways,
            columns: frame.columns() as usize,
            channels,
            width: options.width as usize,
            height: options.height as usize,
        }
    }
}

/// Fills one plane per wanted channel (the first ones of `grid`'s), and the coverage where samples can be missing.
pub(super) fn resample(rows: &dyn Rows, grid: &Grid, wanted: usize, planes: &mut Planes) {
    let masked = rows.masked();
    planes.values.resize_with(wanted, Vec::new);
    for plane in &mut planes.values {
        plane.clear();
        plane.resize(grid.width * grid.height, f32::NAN);
    }
    planes.coverage.clear();
    if masked {
        planes.coverage.resize(grid.width * grid.height, 0.0);
    }

    let span = grid.along_columns.span();
    let row_length = span.len() * grid.channels;
    let mut sums = vec![0.0f32; row_length];
    let mut shares = vec![0.0f32; if masked { row_length } else { 0 }];
    let pixels = grid.along_columns.visible.clone();
    let pairs = grid.along_columns.pairs(span.start, grid.channels);
    let mut line = vec![0.0f32; pixels.len()];
    let mut covered = vec![0.0f32; if masked { pixels.len() } else { 0 }];

    for (n, place) in grid.along_rows.visible.clone().enumerate() {
        sums.fill(0.0);
        shares.fill(0.0);
        let (first, weights) = grid.along_rows.tap(n);
        for (index, weight) in (first..).zip(weights) {
            let start = (index * grid.columns + span.start) * grid.channels;
            rows.add(start, *weight, &mut sums, &mut shares);
        }
        if masked {
            filter(&shares, 0, grid, span.start, pairs.as_deref(), &mut covered);
            put(&covered, grid, place, &mut planes.coverage);
        }
        for (channel, plane) in planes.values.iter_mut().enumerate() {
            filter(&sums, channel, grid, span.start, pairs.as_deref(), &mut line);
            if masked {
                // 0 / 0 is NaN: all padding is background.
                line.iter_mut().zip(&covered).for_each(|(value, share)| *value /= share);
            }
            put(&line, grid, place, plane);
        }
    }
}

/// One channel of a joined row, filtered along the columns.
fn filter(
    row: &[f32],
    channel: usize,
    grid: &Grid,
    start: usize,
    pairs: Option<&[(u32, u32, f32)]>,
    line: &mut [f32],
) {
    let at = |index: usize| row.get(index + channel).copied().unwrap_or(f32::NAN);
    if let Some(pairs) = pairs {
        for (out, (low, high, upper)) in line.iter_mut().zip(pairs) {
            let (a, b) = (at(*low as usize), at(*high as usize));
            *out = a + (b - a) * upper;
        }
        return;
    }
    for (n, out) in line.iter_mut().enumerate() {
        let (first, weights) = grid.along_columns.tap(n);
        let run = (first - start..).zip(weights);
        *out = run.map(|(index, weight)| at(index * grid.channels) * weight).sum();
    }
}

/// Writes a line to its place on the screen: `place` is the row, or the column when the image lies on its side.
fn put(line: &[f32], grid: &Grid, place: usize, plane: &mut [f32]) {
    let start = grid.along_columns.visible.start;
    if grid.sideways {
        let column = plane.iter_mut().skip(start * grid.width + place).step_by(grid.width.max(1));
        column.zip(line).for_each(|(out, value)| *out = *value);
    } else {
        let start = place * grid.width + start;
        if let Some(row) = plane.get_mut(start..start + line.len()) {
            row.copy_from_slice(line);
        }
    }
}
