//! Separable resampling: the image rows behind a line of the screen are joined first (whole rows, in the order
//! they lie in memory), then that one row is filtered along its columns.

use super::DrawOptions;
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

/// Fills one plane per wanted channel (the first ones of `grid`'s).
///
/// `value` turns a sample into a number; if `MASKED`, NaN says "none", which then takes no part, and the
/// coverage is filled.
pub(super) fn resample<T: Copy, const MASKED: bool>(
    samples: &[T],
    value: impl Fn(T) -> f32,
    grid: &Grid,
    wanted: usize,
    planes: &mut Planes,
) {
    planes.values.resize_with(wanted, Vec::new);
    for plane in &mut planes.values {
        plane.clear();
        plane.resize(grid.width * grid.height, f32::NAN);
    }
    planes.coverage.clear();
    if MASKED {
        planes.coverage.resize(grid.width * grid.height, 0.0);
    }

    let span = grid.along_columns.span();
    let row_length = span.len() * grid.channels;
    let mut sums = vec![0.0f32; row_length];
    let mut shares = vec![0.0f32; if MASKED { row_length } else { 0 }];
    let pixels = grid.along_columns.visible.clone();
    let pairs = grid.along_columns.pairs(span.start, grid.channels);
    let mut line = vec![0.0f32; pixels.len()];
    let mut covered = vec![0.0f32; if MASKED { pixels.len() } else { 0 }];

    for (n, place) in grid.along_rows.visible.clone().enumerate() {
        sums.fill(0.0);
        shares.fill(0.0);
        let (first, weights) = grid.along_rows.tap(n);
        for (index, weight) in (first..).zip(weights) {
            let start = (index * grid.columns + span.start) * grid.channels;
            let Some(row) = samples.get(start..start + row_length) else { continue };
            if MASKED {
                add_present(&mut sums, &mut shares, row, &value, *weight);
            } else {
                add(&mut sums, row, &value, *weight);
            }
        }
        if MASKED {
            filter(&shares, 0, grid, span.start, pairs.as_deref(), &mut covered);
            put(&covered, grid, place, &mut planes.coverage);
        }
        for (channel, plane) in planes.values.iter_mut().enumerate() {
            filter(&sums, channel, grid, span.start, pairs.as_deref(), &mut line);
            if MASKED {
                // 0 / 0 is NaN: all padding is background.
                line.iter_mut().zip(&covered).for_each(|(value, share)| *value /= share);
            }
            put(&line, grid, place, plane);
        }
    }
}

/// The two hot loops: no branch and no index, so that the compiler can use vectors.
fn add<T: Copy>(sums: &mut [f32], row: &[T], value: &impl Fn(T) -> f32, weight: f32) {
    for (sum, sample) in sums.iter_mut().zip(row) {
        *sum += value(*sample) * weight;
    }
}

fn add_present<T: Copy>(
    sums: &mut [f32],
    shares: &mut [f32],
    row: &[T],
    value: &impl Fn(T) -> f32,
    weight: f32,
) {
    for ((sum, share), sample) in sums.iter_mut().zip(shares).zip(row) {
        let found = value(*sample);
        let (found, present) = if found.is_nan() { (0.0, 0.0) } else { (found, weight) };
        *sum += found * weight;
        *share += present;
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
    } else if let Some(row) = plane.get_mut(place * grid.width + start..) {
        row.iter_mut().zip(line).for_each(|(out, value)| *out = *value);
    }
}
