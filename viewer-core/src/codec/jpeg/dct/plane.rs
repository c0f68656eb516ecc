//! One component: its blocks, its samples, and its rows at the picture's size.

use super::grow::{Sample, widen, widen_between};
use super::idct::{self, Block, Reach};
use super::lanes;
#[cfg(any(target_arch = "x86_64", target_feature = "simd128"))]
use super::small::samples as small;
use crate::codec::Fault;
use crate::codec::jpeg::markers::{FrameHeader, Scan};
use crate::codec::lines::Lines;

/// Index of the coefficient in row order for each place in the zigzag, figure A.6.
pub(super) const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7,
    14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39,
    46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// A component with its samples, padded to whole MCUs.
pub(super) struct Plane {
    /// Blocks of an MCU in both directions.
    pub(super) horizontal: usize,
    pub(super) vertical: usize,
    /// Pixels of the picture that one sample stands for.
    step_x: usize,
    step_y: usize,
    /// Samples that count.
    columns: usize,
    rows: usize,
    /// Blocks that count, for scans of this component alone.
    pub(super) blocks_x: usize,
    pub(super) blocks_y: usize,
    /// Blocks of a row with padding.
    pub(super) stride: usize,
    samples: Store,
    precision: u8,
}

/// Samples as narrow as they can be kept.
pub(super) enum Store {
    Bytes(Vec<u8>),
    Words(Vec<u16>),
}

/// Planes of all components and how many MCUs there are in both directions.
pub(super) struct Layout {
    pub(super) planes: Vec<Plane>,
    pub(super) mcus_x: usize,
    pub(super) mcus_y: usize,
}

/// Lays the components out, A.1.1 and A.2.4.
pub(super) fn layout(frame: &FrameHeader, rows: usize, columns: usize) -> Result<Layout, Fault> {
    let factors: Vec<(usize, usize)> = match frame.components[..] {
        // A picture of one component has MCUs of one block whatever its factors (A.2.2).
        [_] => vec![(1, 1)],
        ref many => many.iter().map(|c| (c.horizontal.into(), c.vertical.into())).collect(),
    };
    let most_x = factors.iter().map(|f| f.0).max().unwrap_or(1);
    let most_y = factors.iter().map(|f| f.1).max().unwrap_or(1);
    let (mcus_x, mcus_y) = (columns.div_ceil(8 * most_x), rows.div_ceil(8 * most_y));
    let plane = |&(horizontal, vertical): &(usize, usize)| {
        if most_x % horizontal != 0 || most_y % vertical != 0 {
            return Err(Fault::Unsupported(format!(
                "JPEG sampling of {horizontal} × {vertical} among {most_x} × {most_y}"
            )));
        }
        let own_columns = (columns * horizontal).div_ceil(most_x);
        let own_rows = (rows * vertical).div_ceil(most_y);
        let stride = mcus_x * horizontal;
        let samples = stride * mcus_y * vertical * 64;
        Ok(Plane {
            horizontal,
            vertical,
            step_x: most_x / horizontal,
            step_y: most_y / vertical,
            columns: own_columns,
            rows: own_rows,
            blocks_x: own_columns.div_ceil(8),
            blocks_y: own_rows.div_ceil(8),
            stride,
            samples: match frame.precision {
                8 => Store::Bytes(vec![0; samples]),
                _ => Store::Words(vec![0; samples]),
            },
            precision: frame.precision,
        })
    };
    Ok(Layout { planes: factors.iter().map(plane).collect::<Result<_, _>>()?, mcus_x, mcus_y })
}

impl Layout {
    /// Rows of the picture that one row of a scan's MCUs covers, and how many of those rows it has.
    pub(super) fn scan_rows(&self, scan: &Scan<'_>) -> (usize, usize) {
        match scan.components[..] {
            [component] => {
                let plane = &self.planes[component.index];
                (8 * plane.step_y, plane.blocks_y)
            }
            _ => {
                let first = &self.planes[0];
                (8 * first.step_y * first.vertical, self.mcus_y)
            }
        }
    }
}

impl Plane {
    /// Blocks with padding.
    pub(super) fn blocks(&self) -> usize {
        match &self.samples {
            Store::Bytes(samples) => samples.len() / 64,
            Store::Words(samples) => samples.len() / 64,
        }
    }

    /// Transforms dequantised coefficients and puts them at block (x, y). `reach`: which are not 0.
    #[inline]
    pub(super) fn put(&mut self, x: usize, y: usize, block: &Block, reach: Reach) {
        let (start, stride) = ((y * self.stride * 8 + x) * 8, self.stride * 8);
        let middle = 1 << (self.precision - 1);
        let largest = (1 << self.precision) - 1;
        let even = (block[0].wrapping_add(4) >> 3).wrapping_add(middle).clamp(0, largest);
        let inverse = || idct::inverse(block, reach, self.precision);
        match &mut self.samples {
            Store::Bytes(samples) if reach.flat() => put(samples, start, stride, [[even as u8; 8]; 8]),
            Store::Bytes(samples) => {
                let rows = small(block, reach).unwrap_or_else(|| lanes::bytes(inverse(), middle as i16));
                put(samples, start, stride, rows);
            }
            Store::Words(samples) if reach.flat() => put(samples, start, stride, [[even as u16; 8]; 8]),
            Store::Words(samples) => {
                let rows = lanes::words(inverse(), middle as i16, largest as u16);
                put(samples, start, stride, rows);
            }
        }
    }

    /// The samples of a picture that has no other component, without padding; of its rows those from `whole` on are zeros.
    pub(super) fn into_lines(self, rows: usize, whole: usize) -> Lines {
        let (stride, columns) = (self.stride * 8, self.columns);
        match self.samples {
            Store::Bytes(samples) => Lines::Bytes(closed_up(samples, stride, columns, rows, whole)),
            Store::Words(samples) => Lines::Words(closed_up(samples, stride, columns, rows, whole)),
        }
    }

    /// One row of the picture at its full width, where it lies or in `room`. `T` as the store has it.
    pub(super) fn row<'a, T: Stored>(&'a self, y: usize, room: &'a mut Room<T>) -> &'a [T] {
        let samples = T::of(&self.samples);
        let line = |y: usize| &samples[y * self.stride * 8..][..self.columns];
        let narrow = self.columns <= 2;
        match (self.step_x, self.step_y) {
            (1, 1) => return line(y),
            (2, 1) if !narrow => widen(line(y), &mut room.row),
            (2, 2) if !narrow => {
                let near = y / 2;
                let far =
                    if y.is_multiple_of(2) { near.saturating_sub(1) } else { (near + 1).min(self.rows - 1) };
                widen_between(line(near), line(far), &mut room.between[..self.columns], &mut room.row);
            }
            (step_x, step_y) => {
                for (chunk, &value) in room.row.chunks_mut(step_x).zip(line(y / step_y)) {
                    chunk.fill(value);
                }
            }
        }
        &room.row
    }
}

/// Rows without what lies between them.
fn closed_up<T: Copy + Default>(
    mut samples: Vec<T>,
    stride: usize,
    columns: usize,
    rows: usize,
    whole: usize,
) -> Vec<T> {
    if stride != columns {
        (1..whole).for_each(|y| samples.copy_within(y * stride..y * stride + columns, y * columns));
    }
    samples.truncate(rows * columns);
    samples[whole * columns..].fill(T::default());
    samples
}

/// Samples as a [`Store`] has them.
pub(super) trait Stored: Sample {
    /// Nothing where it has the others.
    fn of(store: &Store) -> &[Self];
}

impl Stored for u8 {
    fn of(store: &Store) -> &[Self] {
        if let Store::Bytes(samples) = store { samples } else { &[] }
    }
}

impl Stored for u16 {
    fn of(store: &Store) -> &[Self] {
        if let Store::Words(samples) = store { samples } else { &[] }
    }
}

/// Where a row is made that is not kept.
pub(super) struct Room<T> {
    row: Vec<T>,
    between: Vec<u16>,
}

impl<T: Sample> Room<T> {
    /// For pictures of so many columns.
    pub(super) fn new(columns: usize) -> Self {
        Self { row: vec![T::default(); columns], between: vec![0; columns] }
    }
}

/// Where there are no vectors for it.
#[cfg(not(any(target_arch = "x86_64", target_feature = "simd128")))]
#[inline(always)]
fn small(_: &Block, _: Reach) -> Option<[[u8; 8]; 8]> {
    None
}

/// Eight rows of eight.
#[inline(always)]
fn put<T: Copy>(samples: &mut [T], start: usize, stride: usize, rows: [[T; 8]; 8]) {
    for (y, row) in rows.iter().enumerate() {
        samples[start + y * stride..][..8].copy_from_slice(row);
    }
}
