//! One component: its blocks, its samples, and how it grows to the picture's size.

use super::idct::{self, Block};
use super::lanes::Lanes;
use crate::codec::Fault;
use crate::codec::jpeg::markers::{FrameHeader, Scan};

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
enum Store {
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

    /// Transforms dequantised coefficients and puts them at block (x, y). `flat`: only the first is not 0.
    #[inline]
    pub(super) fn put(&mut self, x: usize, y: usize, block: &Block, flat: bool) {
        let rows = match flat {
            true => [Lanes::new([block[0].wrapping_add(4) >> 3; 8]); 8],
            false => idct::inverse(block, self.precision),
        };
        let (start, stride) = ((y * self.stride * 8 + x) * 8, self.stride * 8);
        let middle = 1 << (self.precision - 1);
        match &mut self.samples {
            Store::Bytes(samples) => put(&mut samples[start..], stride, rows.map(|row| row.bytes(middle))),
            Store::Words(samples) => {
                let largest = (1 << self.precision) - 1;
                put(&mut samples[start..], stride, rows.map(|row| row.words(middle, largest)));
            }
        }
    }

    /// One row of the picture at its full width, in `out`.
    pub(super) fn row(&self, y: usize, out: &mut [u16]) {
        match &self.samples {
            Store::Bytes(samples) => self.row_of(samples, y, out),
            Store::Words(samples) => self.row_of(samples, y, out),
        }
    }

    fn row_of<T: Copy + Into<u16>>(&self, samples: &[T], y: usize, out: &mut [u16]) {
        let line = |y: usize| &samples[y * self.stride * 8..][..self.columns];
        let narrow = self.columns <= 2;
        match (self.step_x, self.step_y) {
            (1, 1) => {
                for (out, &value) in out.iter_mut().zip(line(y)) {
                    *out = value.into();
                }
            }
            (2, 1) if !narrow => widen(line(y), out),
            (2, 2) if !narrow => {
                let near = y / 2;
                let far =
                    if y.is_multiple_of(2) { near.saturating_sub(1) } else { (near + 1).min(self.rows - 1) };
                widen_between(line(near), line(far), out);
            }
            (step_x, step_y) => {
                for (chunk, &value) in out.chunks_mut(step_x).zip(line(y / step_y)) {
                    chunk.fill(value.into());
                }
            }
        }
    }
}

/// Eight rows of eight.
#[inline(always)]
fn put<T: Copy>(samples: &mut [T], stride: usize, rows: [[T; 8]; 8]) {
    for (line, row) in samples.chunks_mut(stride).zip(rows) {
        line[..8].copy_from_slice(&row);
    }
}

/// Doubles a line: each new sample is three parts of the nearer one and one part of the farther. Halves are
/// rounded up and down in turn.
fn widen<T: Copy + Into<u16>>(line: &[T], out: &mut [u16]) {
    doubled(line.len(), out, |x| line[x].into(), 2, [1, 2]);
}

/// As [`widen`], between two lines as well.
fn widen_between<T: Copy + Into<u16>>(near: &[T], far: &[T], out: &mut [u16]) {
    doubled(near.len().min(far.len()), out, |x| near[x].into() * 3 + far[x].into(), 4, [8, 7]);
}

/// Two of `out` for each of `count` values, which are less than 2¹⁴: a sample of 12 bits and three times another.
#[inline(always)]
fn doubled(count: usize, out: &mut [u16], value: impl Fn(usize) -> u16, bits: u32, half: [u16; 2]) {
    let last = count - 1;
    let between = |x: usize, before: usize, after: usize| {
        let three = value(x) * 3;
        [(three + value(before) + half[0]) >> bits, (three + value(after) + half[1]) >> bits]
    };
    let (pairs, odd) = out.as_chunks_mut::<2>();
    // The ends have but one neighbour; between them nothing has to be asked.
    let inner = pairs.len().min(last);
    for (x, pair) in pairs.iter_mut().enumerate().take(inner).skip(1) {
        *pair = between(x, x - 1, x + 1);
    }
    for x in [0, last] {
        let both = between(x, x.saturating_sub(1), (x + 1).min(last));
        if let Some(pair) = pairs.get_mut(x) {
            *pair = both;
        } else if let Some(single) = odd.first_mut() {
            *single = both[0];
        }
    }
}
