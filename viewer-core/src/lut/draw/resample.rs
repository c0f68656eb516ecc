//! Separable resampling: each image row in view is filtered along the screen's x once, then rows are joined.

use super::DrawOptions;
use super::taps::Axis;
use crate::frame::Frame;
use crate::geometry::Placement;

/// Where every screen pixel takes its values from.
pub(super) struct Grid {
    along_x: Axis,
    along_y: Axis,
    /// Distance in the sample slice between image pixels that are neighbours along screen x.
    stride_x: usize,
    /// The same along screen y.
    stride_y: usize,
    width: usize,
    height: usize,
}

impl Grid {
    /// `channels`: samples from one image pixel to the next.
    pub(super) fn new(frame: &Frame, placement: &Placement, options: DrawOptions, channels: usize) -> Self {
        let (columns, rows) = (frame.columns(), frame.rows());
        let sideways = placement.is_sideways();
        let (count_x, count_y) = if sideways { (rows, columns) } else { (columns, rows) };
        let row_stride = columns as usize * channels;
        let (stride_x, stride_y) = if sideways { (row_stride, channels) } else { (channels, row_stride) };
        let enlarged = placement.screen_per_pixel().into_iter().fold(f64::INFINITY, f64::min);
        let sharp = options.sharp_from.is_some_and(|from| enlarged >= from);
        Self {
            along_x: Axis::new(placement.along_x(), count_x, options.width, sharp),
            along_y: Axis::new(placement.along_y(), count_y, options.height, sharp),
            stride_x,
            stride_y,
            width: options.width as usize,
            height: options.height as usize,
        }
    }
}

/// A row filtered along x.
struct Row {
    /// Which one; usize::MAX: none yet.
    index: usize,
    values: Vec<f32>,
    /// Sum of the weights that found a value (masked only).
    shares: Vec<f32>,
}

/// Fills `plane` with width × height values, NaN outside the image.
///
/// `fetch` gives the value at an index of the sample slice. If `MASKED`, it may give NaN for "no value", which
/// then takes no part, and `coverage` gets the share of each footprint that had values.
pub(super) fn resample<const MASKED: bool>(
    fetch: impl Fn(usize) -> f32,
    grid: &Grid,
    plane: &mut Vec<f32>,
    coverage: &mut Vec<f32>,
) {
    plane.clear();
    plane.resize(grid.width * grid.height, f32::NAN);
    if MASKED {
        coverage.clear();
        coverage.resize(grid.width * grid.height, 0.0);
    }
    let columns = grid.along_x.visible.clone();
    let pairs = grid.along_x.pairs(grid.stride_x);
    // Neighbouring screen rows share at most one image row at their border, or are between the same two.
    let mut kept = [0, 1].map(|_| Row {
        index: usize::MAX,
        values: vec![0.0; columns.len()],
        shares: vec![0.0; if MASKED { columns.len() } else { 0 }],
    });
    let mut total = vec![0.0; if MASKED { columns.len() } else { 0 }];

    for (n, y) in grid.along_y.visible.clone().enumerate() {
        let start = y * grid.width + columns.start;
        let Some(out) = plane.get_mut(start..start + columns.len()) else { continue };
        out.fill(0.0);
        total.fill(0.0);
        let (first, weights) = grid.along_y.tap(n);
        for (index, weight) in (first..).zip(weights) {
            let row = &mut kept[index & 1];
            if row.index != index {
                row.index = index;
                let base = index * grid.stride_y;
                match &pairs {
                    Some(pairs) => filter_pairs::<MASKED>(&fetch, base, pairs, row),
                    None => filter_runs::<MASKED>(&fetch, base, grid, row),
                }
            }
            add(out, &row.values, *weight);
            if MASKED {
                add(&mut total, &row.shares, *weight);
            }
        }
        if MASKED {
            let Some(shares) = coverage.get_mut(start..start + columns.len()) else { continue };
            shares.copy_from_slice(&total);
            for (value, share) in out.iter_mut().zip(&total) {
                // 0 / 0 is NaN: all padding is background.
                *value /= share;
            }
        }
    }
}

fn add(sum: &mut [f32], row: &[f32], weight: f32) {
    for (sum, value) in sum.iter_mut().zip(row) {
        *sum += value * weight;
    }
}

/// At most two image pixels per screen pixel.
fn filter_pairs<const MASKED: bool>(
    fetch: &impl Fn(usize) -> f32,
    base: usize,
    pairs: &[(usize, usize, f32)],
    row: &mut Row,
) {
    if MASKED {
        for ((value, share), (low, high, upper)) in row.values.iter_mut().zip(&mut row.shares).zip(pairs) {
            (*value, *share) = (0.0, 0.0);
            for (at, weight) in [(low, 1.0 - upper), (high, *upper)] {
                let found = fetch(base + at);
                if !found.is_nan() {
                    *value += found * weight;
                    *share += weight;
                }
            }
        }
    } else {
        for (value, (low, high, upper)) in row.values.iter_mut().zip(pairs) {
            let (a, b) = (fetch(base + low), fetch(base + high));
            *value = a + (b - a) * upper;
        }
    }
}

/// Any number of image pixels per screen pixel.
fn filter_runs<const MASKED: bool>(fetch: &impl Fn(usize) -> f32, base: usize, grid: &Grid, row: &mut Row) {
    for (n, value) in row.values.iter_mut().enumerate() {
        let (first, weights) = grid.along_x.tap(n);
        let (mut sum, mut total) = (0.0, 0.0);
        for (index, weight) in (first..).zip(weights) {
            let found = fetch(base + index * grid.stride_x);
            if !(MASKED && found.is_nan()) {
                sum += found * weight;
                total += weight;
            }
        }
        *value = sum;
        if MASKED && let Some(share) = row.shares.get_mut(n) {
            *share = total;
        }
    }
}
