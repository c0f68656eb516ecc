//! One tile: its packets read, then its rows made and put into the frame.

use super::blocks::BlockDecoder;
use super::codestream::{Codestream, Part};
use super::geometry::{Rect, Tile, TileComponent, ceil_shift};
use super::packet::{End, Piece, Source};
use super::params::{Component, Settings};
use super::progression::{changes, volume};
use super::synthesis::Synthesis;
use super::wavelet::Coefficient;
use crate::codec::Fault;
use crate::codec::shape::Shape;

/// How often the stop is asked while packets are read.
const PACKETS_PER_POLL: u32 = 64;

/// What the packets of a tile gave.
pub(super) struct Packets {
    pub(super) tile: Tile,
    pub(super) pieces: Vec<Piece>,
    /// Why they end before the last; `None` where all are there.
    pub(super) end: Option<End>,
}

/// Reads the packets of a tile.
pub(super) fn packets(
    shape: &Shape<'_>,
    stream: &Codestream<'_>,
    settings: &Settings,
    parts: &[Part],
) -> Result<Packets, Fault> {
    let index = parts.first().map_or(0, |part| part.tile);
    let mut tile = Tile::new(&stream.size, settings, index)?;
    let mut source = Source {
        bytes: stream.bytes,
        parts: parts.iter().map(|part| part.body.clone()).collect(),
        part: 0,
        packed: stream.packed_headers(parts).map(|headers| (headers, 0)),
    };
    let mut pieces = Vec::new();
    let mut polls = 0;
    for change in changes(settings) {
        let volume = volume(&stream.size, settings, &tile, &change);
        let mut places = volume.places.as_slice();
        for &group in &volume.groups {
            let (together, rest) = places.split_at(group);
            places = rest;
            for layer in 0..volume.layers {
                for place in together {
                    polls += 1;
                    if polls % PACKETS_PER_POLL == 0 {
                        shape.check_stop()?;
                    }
                    let component = &mut tile.components[usize::from(place.component)];
                    let resolution = &mut component.resolutions[usize::from(place.resolution)];
                    let read = &mut resolution.states[place.precinct as usize].0;
                    // In an earlier volume already.
                    if *read != layer {
                        continue;
                    }
                    *read += 1;
                    if let Err(end) = source.packet(resolution, place.precinct, layer, &mut pieces) {
                        return Ok(Packets { tile, pieces, end: Some(end) });
                    }
                }
            }
        }
    }
    Ok(Packets { tile, pieces, end: None })
}

/// The frame that tiles are put into: interleaved words.
pub(super) struct Canvas<'w> {
    pub(super) words: &'w mut [u16],
    /// The picture's top left and its columns, at the resolution that is shown.
    pub(super) start: [u32; 2],
    pub(super) columns: usize,
    pub(super) component: Component,
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
        let reversible = tile.components.first().is_some_and(|component| component.reversible);
        if let (true, Some(three)) = (colour_transform, tile.components.as_array::<3>()) {
            if three.iter().any(|component| component.reversible != reversible) {
                return Err(Fault::Unsupported("JPEG 2000 colour transform across both wavelets".into()));
            }
            return if reversible {
                self.put_colour::<i32>(three, decoder)
            } else {
                self.put_colour::<f32>(three, decoder)
            };
        }
        for (index, component) in tile.components.iter().enumerate() {
            if component.reversible {
                self.put_plane::<i32>(component, index, tile.components.len(), decoder)?;
            } else {
                self.put_plane::<f32>(component, index, tile.components.len(), decoder)?;
            }
        }
        Ok(())
    }

    fn put_plane<T: Coefficient>(
        &mut self,
        component: &TileComponent,
        index: usize,
        components: usize,
        decoder: &mut BlockDecoder<'_>,
    ) -> Result<(), Fault> {
        let Some(mut rows) = Synthesis::<T>::new(component, self.reduce) else { return Ok(()) };
        let range = Range::of(self.component);
        let place = self.place(component);
        for y in place.start[1]..place.end[1] {
            let row = rows.row(decoder)?;
            let words = self.row(&place, y, components);
            let out = &mut self.words[words];
            if components == 1 {
                for (word, &value) in out.iter_mut().zip(row) {
                    *word = range.word(value.round());
                }
            } else {
                for (word, &value) in out.iter_mut().skip(index).step_by(components).zip(row) {
                    *word = range.word(value.round());
                }
            }
        }
        Ok(())
    }

    fn put_colour<T: Coefficient>(
        &mut self,
        three: &[TileComponent; 3],
        decoder: &mut BlockDecoder<'_>,
    ) -> Result<(), Fault> {
        let planes = three.each_ref().map(|component| Synthesis::<T>::new(component, self.reduce));
        let [Some(mut first), Some(mut second), Some(mut third)] = planes else { return Ok(()) };
        let range = Range::of(self.component);
        let place = self.place(&three[0]);
        for y in place.start[1]..place.end[1] {
            let (a, b, c) = (first.row(decoder)?, second.row(decoder)?, third.row(decoder)?);
            let words = self.row(&place, y, 3);
            let out = &mut self.words[words];
            for (pixel, ((&a, &b), &c)) in out.as_chunks_mut::<3>().0.iter_mut().zip(a.iter().zip(b).zip(c)) {
                *pixel = T::unmix([a, b, c]).map(|value| range.word(value.round()));
            }
        }
        Ok(())
    }

    /// Where a component lies, at the resolution that is shown.
    fn place(&self, component: &TileComponent) -> Rect {
        component.rect.map(|edge| ceil_shift(edge, self.reduce.into()))
    }

    /// The words of a row.
    fn row(&self, place: &Rect, y: u32, components: usize) -> std::ops::Range<usize> {
        let before = (y - self.start[1]) as usize * self.columns + (place.start[0] - self.start[0]) as usize;
        before * components..(before + place.width()) * components
    }
}

/// What a component's samples can be: G.1.
#[derive(Debug, Clone, Copy)]
struct Range {
    least: i32,
    most: i32,
    shift: i32,
}

impl Range {
    fn of(component: Component) -> Self {
        let half = 1 << (component.precision - 1);
        let (least, most) = (-half, half - 1);
        Self { least, most, shift: if component.signed { 0 } else { half } }
    }

    /// Clamped and shifted; two's complement where signed.
    #[inline(always)]
    fn word(self, value: i32) -> u16 {
        (value.clamp(self.least, self.most) + self.shift) as u16
    }
}
