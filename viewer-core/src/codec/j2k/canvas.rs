//! The frame that tiles are put into: rows of components made, their colours unmixed, and written as samples.

use super::blocks::BlockDecoder;
use super::coefficients::Coefficients;
use super::geometry::{Rect, Tile, TileComponent, ceil_shift};
use super::params::Component;
use super::synthesis::Synthesis;
use super::wavelet::Coefficient;
use crate::codec::Fault;
use crate::threes::joined;

/// How often the stop is asked while rows are made; blocks ask, too, but can be as high as 1024 of them.
const ROWS_PER_POLL: u32 = 16;

/// Pixels that are unmixed at once.
const BLOCK: usize = 16;

/// Interleaved samples in words of the frame's container.
#[derive(Debug)]
pub(super) enum Words {
    Bytes(Vec<u8>),
    Shorts(Vec<u16>),
    Longs(Vec<u32>),
}

/// The frame, or what is made of it so far.
pub(super) struct Canvas<'s> {
    pub(super) words: Words,
    /// The picture's top left and one beyond its bottom right, at the resolution that is shown.
    pub(super) start: [u32; 2],
    pub(super) end: [u32; 2],
    pub(super) components: &'s [Component],
    pub(super) reduce: u8,
}

impl Canvas<'_> {
    /// Decodes the code-blocks of a tile and puts its samples where they belong.
    pub(super) fn put(
        &mut self,
        tile: &Tile,
        colour_transform: bool,
        decoder: &mut BlockDecoder<'_>,
    ) -> Result<(), Fault> {
        if let (true, Some(three)) = (colour_transform, tile.components.as_array::<3>()) {
            let apart = self.components.chunk_by(|one, other| one.separation == other.separation).count() > 1;
            let Some(coefficients) = Coefficients::of_all(three).filter(|_| !apart) else {
                return Err(Fault::Unsupported("JPEG 2000 colour transform of unlike components".into()));
            };
            return match coefficients {
                Coefficients::I16 => self.put_colour::<i16>(three, decoder),
                Coefficients::I32 => self.put_colour::<i32>(three, decoder),
                Coefficients::I64 => self.put_colour::<i64>(three, decoder),
                Coefficients::F32 => self.put_colour::<f32>(three, decoder),
                Coefficients::F64 => self.put_colour::<f64>(three, decoder),
            };
        }
        for (index, component) in tile.components.iter().enumerate() {
            match component.coefficients {
                Coefficients::I16 => self.put_plane::<i16>(component, index, decoder)?,
                Coefficients::I32 => self.put_plane::<i32>(component, index, decoder)?,
                Coefficients::I64 => self.put_plane::<i64>(component, index, decoder)?,
                Coefficients::F32 => self.put_plane::<f32>(component, index, decoder)?,
                Coefficients::F64 => self.put_plane::<f64>(component, index, decoder)?,
            }
        }
        Ok(())
    }

    /// One component; where it has fewer samples than the picture each stands for those up to the next.
    fn put_plane<T: Coefficient>(
        &mut self,
        component: &TileComponent,
        index: usize,
        decoder: &mut BlockDecoder<'_>,
    ) -> Result<(), Fault> {
        let place = self.shown(component.rect);
        let Some(mut rows) = Synthesis::<T>::new(component, self.reduce) else { return Ok(()) };
        if place.is_empty() {
            return Ok(());
        }
        let range = Range::of(self.components[index]);
        let step = self.components.len();
        let source = Source { place, separation: self.components[index].separation.map(u32::from) };
        let area = self.area(&source);
        let mut next = place.start[1];
        let mut row = rows.row(decoder)?;
        for y in area.start[1]..area.end[1] {
            if y % ROWS_PER_POLL == 0 {
                decoder.shape.check_stop()?;
            }
            while next < source.at(1, y) {
                row = rows.row(decoder)?;
                next += 1;
            }
            let words = self.row(&area, y, step);
            let columns = source.columns(&area);
            match &mut self.words {
                Words::Bytes(out) => {
                    spread(&mut out[words], index, step, row, columns, |v| v.sample(&range) as u8)
                }
                Words::Shorts(out) => {
                    spread(&mut out[words], index, step, row, columns, |v| v.sample(&range) as u16)
                }
                Words::Longs(out) => spread(&mut out[words], index, step, row, columns, |v| v.sample(&range)),
            }
        }
        Ok(())
    }

    /// Three components that were transformed together, and so lie alike.
    fn put_colour<T: Coefficient>(
        &mut self,
        three: &[TileComponent; 3],
        decoder: &mut BlockDecoder<'_>,
    ) -> Result<(), Fault> {
        let planes = three.each_ref().map(|component| Synthesis::<T>::new(component, self.reduce));
        let [Some(mut first), Some(mut second), Some(mut third)] = planes else { return Ok(()) };
        let &[a, b, c, ..] = self.components else { return Ok(()) };
        let ranges = [a, b, c].map(Range::of);
        let place = self.shown(three[0].rect);
        if place.is_empty() {
            return Ok(());
        }
        let source = Source { place, separation: a.separation.map(u32::from) };
        let area = self.area(&source);
        let mut next = place.start[1];
        let mut rows = [first.row(decoder)?, second.row(decoder)?, third.row(decoder)?];
        for y in area.start[1]..area.end[1] {
            if y % ROWS_PER_POLL == 0 {
                decoder.shape.check_stop()?;
            }
            while next < source.at(1, y) {
                rows = [first.row(decoder)?, second.row(decoder)?, third.row(decoder)?];
                next += 1;
            }
            let words = self.row(&area, y, 3);
            let columns = source.columns(&area);
            match &mut self.words {
                Words::Bytes(out) if columns.is_none() => mixed_bytes(&mut out[words], rows, &ranges),
                Words::Bytes(out) => mixed(&mut out[words], rows, columns, &ranges, |word| word as u8),
                Words::Shorts(out) => mixed(&mut out[words], rows, columns, &ranges, |word| word as u16),
                Words::Longs(out) => mixed(&mut out[words], rows, columns, &ranges, |word| word),
            }
        }
        Ok(())
    }

    /// A rectangle at the resolution that is shown.
    fn shown(&self, rect: Rect) -> Rect {
        rect.map(|edge| ceil_shift(edge, self.reduce.into()))
    }

    /// The pixels that a component's samples stand for: from each up to the next, whatever tile that is in; the first also
    /// for those before it.
    fn area(&self, Source { place, separation }: &Source) -> Rect {
        let along = |axis: usize| {
            let first = self.start[axis].div_ceil(separation[axis]) == place.start[axis];
            let start = if first { self.start[axis] } else { place.start[axis] * separation[axis] };
            (start, place.end[axis].saturating_mul(separation[axis]).min(self.end[axis]))
        };
        let (x, y) = (along(0), along(1));
        Rect { start: [x.0, y.0], end: [x.1, y.1] }
    }

    /// The words of a row.
    fn row(&self, place: &Rect, y: u32, components: usize) -> std::ops::Range<usize> {
        let columns = (self.end[0] - self.start[0]) as usize;
        let before = (y - self.start[1]) as usize * columns + (place.start[0] - self.start[0]) as usize;
        before * components..(before + place.width()) * components
    }
}

/// Where a component's samples lie among the picture's.
struct Source {
    place: Rect,
    separation: [u32; 2],
}

impl Source {
    /// The sample that stands for a coordinate of the picture: the one at it or the last before it.
    fn at(&self, axis: usize, coordinate: u32) -> u32 {
        (coordinate / self.separation[axis]).clamp(self.place.start[axis], self.place.end[axis] - 1)
    }

    /// By column of an area the index in the component's row; `None` where they are one for one.
    fn columns(&self, area: &Rect) -> Option<impl Iterator<Item = usize>> {
        (self.separation[0] != 1)
            .then(|| (area.start[0]..area.end[0]).map(|x| (self.at(0, x) - self.place.start[0]) as usize))
    }
}

/// Puts a component's row among interleaved words.
#[inline(always)]
fn spread<T: Coefficient, W>(
    out: &mut [W],
    index: usize,
    step: usize,
    row: &[T],
    columns: Option<impl Iterator<Item = usize>>,
    word: impl Fn(T) -> W,
) {
    match columns {
        None if step == 1 => out.iter_mut().zip(row).for_each(|(out, &value)| *out = word(value)),
        None => {
            out.iter_mut().skip(index).step_by(step).zip(row).for_each(|(out, &value)| *out = word(value))
        }
        Some(columns) => {
            for (out, column) in out.iter_mut().skip(index).step_by(step).zip(columns) {
                *out = word(row.get(column).copied().unwrap_or_default());
            }
        }
    }
}

/// Unmixes a row of colours into interleaved words.
#[inline(always)]
fn mixed<T: Coefficient, W>(
    out: &mut [W],
    rows: [&[T]; 3],
    columns: Option<impl Iterator<Item = usize>>,
    ranges: &[Range; 3],
    word: impl Fn(u32) -> W,
) {
    let pixels = out.as_chunks_mut::<3>().0.iter_mut();
    let unmixed = |pixel: [T; 3]| {
        let [a, b, c] = T::unmix(pixel);
        [a.sample(&ranges[0]), b.sample(&ranges[1]), c.sample(&ranges[2])].map(&word)
    };
    let [a, b, c] = rows;
    match columns {
        None => {
            for (pixel, ((&a, &b), &c)) in pixels.zip(a.iter().zip(b).zip(c)) {
                *pixel = unmixed([a, b, c]);
            }
        }
        Some(columns) => {
            for (pixel, column) in pixels.zip(columns) {
                *pixel = unmixed(rows.map(|row| row.get(column).copied().unwrap_or_default()));
            }
        }
    }
}

/// As [`mixed`], of as many columns, to bytes.
fn mixed_bytes<T: Coefficient>(out: &mut [u8], rows: [&[T]; 3], ranges: &[Range; 3]) {
    let (blocks, rest) = out.as_chunks_mut::<{ 3 * BLOCK }>();
    let done = blocks.len() * BLOCK;
    let [a, b, c] = rows.map(|row| row.as_chunks::<BLOCK>().0);
    for (block, ((a, b), c)) in blocks.iter_mut().zip(a.iter().zip(b).zip(c)) {
        let mut planes = [[0; BLOCK]; 3];
        for i in 0..BLOCK {
            let rgb = T::unmix([a[i], b[i], c[i]]);
            for channel in 0..3 {
                planes[channel][i] = rgb[channel].sample(&ranges[channel]) as u8;
            }
        }
        block.copy_from_slice(joined(planes).as_flattened());
    }
    let rows = rows.map(|row| row.get(done..).unwrap_or_default());
    mixed(rest, rows, None::<std::iter::Empty<usize>>, ranges, |word| word as u8);
}

/// What a component's samples can be: G.1.
#[derive(Debug, Clone, Copy)]
pub(super) struct Range {
    /// Before the level shift.
    pub(super) least: i64,
    pub(super) most: i64,
    /// The level shift.
    pub(super) shift: i64,
}

impl Range {
    fn of(component: Component) -> Self {
        // Components of more bits are refused before.
        let half = 1 << (component.precision.clamp(1, 32) - 1);
        Self { least: -half, most: half - 1, shift: if component.signed { 0 } else { half } }
    }
}
