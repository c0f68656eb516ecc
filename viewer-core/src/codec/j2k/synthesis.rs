//! Rows of a component, made when they are asked for: bands are decoded a row of code-blocks at a time, and the
//! wavelet keeps no more lines than its steps reach. ISO/IEC 15444-1 F.3.

use super::blocks::{BlockDecoder, Target};
use super::geometry::{Band, Rect, TileComponent};
use super::wavelet::{Coefficient, Halves};
use super::words::{Kept, Packed, Word};
use crate::codec::Fault;

/// Lines that a level keeps: one more than the steps reach, and one that is being made.
const RING: usize = 6;

/// Rows of one band.
#[derive(Debug)]
struct BandRows<'t, T> {
    band: &'t Band,
    scale: f64,
    /// The current row of code-blocks.
    rows: Rows<T>,
    /// First row in it and one beyond the last, in the band's coordinates.
    there: [u32; 2],
    /// The next row.
    next: u32,
}

impl<'t, T: Coefficient> BandRows<'t, T> {
    fn new(band: &'t Band, level: u32) -> Self {
        let scale = 0.5 * band.step * T::gain(level, band.orientation);
        let start = band.rect.start[1];
        Self { band, scale, rows: Rows::of(band), there: [start, start], next: start }
    }

    fn row(&mut self, decoder: &mut BlockDecoder<'_>) -> Result<&[T], Fault> {
        let width = self.band.rect.width();
        if self.next >= self.there[1] && self.next < self.band.rect.end[1] {
            self.decode(decoder)?;
        }
        let row = (self.next - self.there[0]) as usize * width;
        self.next += 1;
        self.rows.get(row..row + width, self.scale).ok_or_else(|| Fault::data("a band has fewer rows"))
    }

    /// Decodes the row of code-blocks that the next row is in.
    fn decode(&mut self, decoder: &mut BlockDecoder<'_>) -> Result<(), Fault> {
        let band = self.band;
        let index = self.next >> band.block[1];
        let bottom = (u64::from(index + 1) << band.block[1]).min(band.rect.end[1].into()) as u32;
        self.there = [self.next, bottom];
        let height = (bottom - self.next) as usize;
        match &mut self.rows {
            Rows::Whole(rows) => decode_blocks(band, index, height, self.scale, rows, decoder),
            Rows::Packed(rows, _) => decode_blocks(band, index, height, self.scale, rows, decoder),
        }
    }
}

/// Decodes a row of code-blocks, which has so many rows in the band.
fn decode_blocks<V: Kept>(
    band: &Band,
    index: u32,
    height: usize,
    scale: f64,
    rows: &mut Vec<V>,
    decoder: &mut BlockDecoder<'_>,
) -> Result<(), Fault> {
    let Rect { start, end } = band.rect;
    let stride = band.rect.width();
    rows.resize(stride * height, V::default());
    let first = (index - band.grid_start[1]) as usize * band.across;
    for (place, block) in band.blocks[first..].iter().take(band.across).enumerate() {
        let column = band.grid_start[0] + place as u32;
        let left = (column << band.block[0]).max(start[0]);
        let right = (u64::from(column + 1) << band.block[0]).min(end[0].into()) as u32;
        let column = (left - start[0]) as usize;
        let width = (right - left) as usize;
        let target = Target { values: rows.as_mut_slice(), stride, column, width, height };
        decoder.decode(band, block, scale, target)?;
    }
    Ok(())
}

/// A row of code-blocks: most of what decoding a small picture takes beside the picture.
#[derive(Debug)]
enum Rows<T> {
    Whole(Vec<T>),
    /// Words that have room in half of a coefficient, and the coefficients of one row.
    Packed(Vec<Packed>, Vec<T>),
}

impl<T: Coefficient> Rows<T> {
    fn of(band: &Band) -> Self {
        if size_of::<T>() > size_of::<Packed>() && band.planes <= Packed::PLANES {
            Self::Packed(Vec::new(), Vec::new())
        } else {
            Self::Whole(Vec::new())
        }
    }

    fn get(&mut self, row: std::ops::Range<usize>, scale: f64) -> Option<&[T]> {
        match self {
            Self::Whole(rows) => rows.get(row),
            Self::Packed(rows, line) => {
                let coefficient = |packed: &Packed| T::from_word(T::Word::widened(packed.word()), scale);
                line.clear();
                line.extend(rows.get(row)?.iter().map(coefficient));
                Some(line)
            }
        }
    }
}

/// One level: the rows of a resolution out of those of the one below and of three bands.
#[derive(Debug)]
struct Level<'t, T> {
    rect: Rect,
    /// HL, LH and HH.
    bands: [BandRows<'t, T>; 3],
    lines: [Vec<T>; RING],
    halves: Halves<T>,
    /// The next line to come in, and the next to go out; y coordinates.
    arriving: u32,
    leaving: u32,
}

/// Rows of a component of a tile, at one of its resolutions.
#[derive(Debug)]
pub(super) struct Synthesis<'t, T> {
    lowest: BandRows<'t, T>,
    levels: Vec<Level<'t, T>>,
}

impl<'t, T: Coefficient> Synthesis<'t, T> {
    /// `reduce`: how many of the highest resolutions to leave out, at most all but one.
    pub(super) fn new(component: &'t TileComponent, reduce: u8) -> Option<Self> {
        let shown = component.resolutions.len().checked_sub(usize::from(reduce))?;
        let (lowest, higher) = component.resolutions.get(..shown)?.split_first()?;
        let highest = higher.len() as u32;
        let lowest = BandRows::new(lowest.bands.first()?, highest);
        let level = |(index, resolution): (usize, &'t super::geometry::Resolution)| {
            let [hl, lh, hh] = resolution.bands.as_array()?;
            let bands = [hl, lh, hh].map(|band| BandRows::new(band, highest - index as u32));
            let width = resolution.rect.width();
            let start = resolution.rect.start[1];
            let lines = std::array::from_fn(|_| vec![T::default(); width]);
            let halves = Halves::default();
            Some(Level { rect: resolution.rect, bands, lines, halves, arriving: start, leaving: start })
        };
        let levels = higher.iter().enumerate().map(level).collect::<Option<_>>()?;
        Some(Self { lowest, levels })
    }

    /// The next row, from the top.
    pub(super) fn row(&mut self, decoder: &mut BlockDecoder<'_>) -> Result<&[T], Fault> {
        row(&mut self.lowest, &mut self.levels, decoder)
    }
}

fn row<'s, T: Coefficient>(
    lowest: &'s mut BandRows<'_, T>,
    levels: &'s mut [Level<'_, T>],
    decoder: &mut BlockDecoder<'_>,
) -> Result<&'s [T], Fault> {
    let Some((level, lower)) = levels.split_last_mut() else { return lowest.row(decoder) };
    let steps = T::STEPS as u32;
    let alone = level.rect.height() == 1;
    // A line is whole when the last step was made on it, so many lines after it came in.
    while level.arriving <= level.leaving + steps && !(alone && level.arriving > level.leaving) {
        let y = level.arriving;
        if y < level.rect.end[1] {
            let [hl, lh, hh] = &mut level.bands;
            let (low, high) = if y & 1 == 0 {
                (row(lowest, lower, decoder)?, hl.row(decoder)?)
            } else {
                (lh.row(decoder)?, hh.row(decoder)?)
            };
            let odd = level.rect.start[0] & 1 == 1;
            level.halves.join(low, high, odd, &mut level.lines[y as usize % RING]);
        }
        if alone {
            T::alone(&mut level.lines[y as usize % RING], y & 1 == 1);
        } else {
            level.lift(y);
        }
        level.arriving += 1;
    }
    let line = level.leaving as usize % RING;
    level.leaving += 1;
    Ok(&level.lines[line])
}

impl<T: Coefficient> Level<'_, T> {
    /// The steps that can be made when line `y` has come in (or would have, below the picture).
    fn lift(&mut self, y: u32) {
        let [first, end] = [self.rect.start[1], self.rect.end[1]];
        for step in 1..=T::STEPS as u32 {
            let Some(line) = y.checked_sub(step).filter(|line| (first..end).contains(line)) else { continue };
            if line & 1 != (step + 1) & 1 {
                continue;
            }
            // At the edges the line on the other side counts twice (F.3.7).
            let before = if line > first { line - 1 } else { line + 1 };
            let after = if line + 1 < end { line + 1 } else { line - 1 };
            let mut changed = std::mem::take(&mut self.lines[line as usize % RING]);
            let neighbours = [before, after].map(|line| self.lines[line as usize % RING].as_slice());
            T::lift(step as usize, neighbours[0], &mut changed, neighbours[1]);
            self.lines[line as usize % RING] = changed;
        }
    }
}
