//! One component: its blocks, its samples, and how it grows to the picture's size.

use super::idct::{self, Block};
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
    samples: Vec<u16>,
    precision: u8,
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
            samples: vec![0; stride * mcus_y * vertical * 64],
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
        self.samples.len() / 64
    }

    /// Transforms dequantised coefficients and puts them at block (x, y). `flat`: only the first is not 0.
    #[inline]
    pub(super) fn put(&mut self, x: usize, y: usize, block: &mut Block, flat: bool) {
        let (middle, largest) = (1 << (self.precision - 1), (1 << self.precision) - 1);
        let start = (y * self.stride * 8 + x) * 8;
        let lines = self.samples[start..].chunks_mut(self.stride * 8).take(8);
        if flat {
            let value = ((block[0].wrapping_add(4) >> 3) + middle).clamp(0, largest) as u16;
            lines.for_each(|line| line[..8].fill(value));
            return;
        }
        idct::inverse(block, self.precision);
        for (line, values) in lines.zip(block.as_chunks::<8>().0) {
            for (sample, value) in line[..8].iter_mut().zip(values) {
                *sample = value.saturating_add(middle).clamp(0, largest) as u16;
            }
        }
    }

    /// One row of the picture at its full width, in `out`.
    pub(super) fn row(&self, y: usize, out: &mut [u16]) {
        let narrow = self.columns <= 2;
        match (self.step_x, self.step_y) {
            (1, 1) => out.copy_from_slice(&self.line(y)[..out.len()]),
            (2, 1) if !narrow => widen(self.line(y), out),
            (2, 2) if !narrow => {
                let near = y / 2;
                let far =
                    if y.is_multiple_of(2) { near.saturating_sub(1) } else { (near + 1).min(self.rows - 1) };
                widen_between(self.line(near), self.line(far), out);
            }
            (step_x, step_y) => {
                let line = self.line(y / step_y);
                for (chunk, &value) in out.chunks_mut(step_x).zip(line) {
                    chunk.fill(value);
                }
            }
        }
    }

    fn line(&self, y: usize) -> &[u16] {
        &self.samples[y * self.stride * 8..][..self.columns]
    }
}

/// Doubles a line: each new sample is three parts of the nearer one and one part of the farther. Halves are
/// rounded up and down in turn.
fn widen(line: &[u16], out: &mut [u16]) {
    let last = line.len() - 1;
    for (x, pair) in out.chunks_mut(2).enumerate() {
        let value = u32::from(line[x]);
        let (before, after) = (line[x.saturating_sub(1)], line[(x + 1).min(last)]);
        pair[0] = ((value * 3 + u32::from(before) + 1) >> 2) as u16;
        if let Some(second) = pair.get_mut(1) {
            *second = ((value * 3 + u32::from(after) + 2) >> 2) as u16;
        }
    }
}

/// As [`widen`], between two lines as well.
fn widen_between(near: &[u16], far: &[u16], out: &mut [u16]) {
    let last = near.len() - 1;
    let sum = |x: usize| u32::from(near[x]) * 3 + u32::from(far[x]);
    for (x, pair) in out.chunks_mut(2).enumerate() {
        let value = sum(x);
        pair[0] = ((value * 3 + sum(x.saturating_sub(1)) + 8) >> 4) as u16;
        if let Some(second) = pair.get_mut(1) {
            *second = ((value * 3 + sum((x + 1).min(last)) + 7) >> 4) as u16;
        }
    }
}
