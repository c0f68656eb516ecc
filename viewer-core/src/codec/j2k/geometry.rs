//! A tile's resolutions, bands, precincts and code-blocks: ISO/IEC 15444-1 annex B.

use super::coefficients::Coefficients;
use super::packet::Trees;
use super::params::{BlockStyle, Coding, Component, Settings, Size};
use super::words::Word;
use crate::codec::Fault;

/// A rectangle, `[x, y]`, ends one beyond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Rect {
    pub(super) start: [u32; 2],
    pub(super) end: [u32; 2],
}

impl Rect {
    pub(super) fn width(&self) -> usize {
        (self.end[0] - self.start[0]) as usize
    }

    pub(super) fn height(&self) -> usize {
        (self.end[1] - self.start[1]) as usize
    }

    pub(super) fn is_empty(&self) -> bool {
        self.width() == 0 || self.height() == 0
    }

    /// Every coordinate through `change`, which must keep their order.
    pub(super) fn map(&self, change: impl Fn(u32) -> u32) -> Self {
        Self { start: self.start.map(&change), end: self.end.map(&change) }
    }

    fn within(&self, other: &Self) -> Self {
        let start = [0, 1].map(|axis| self.start[axis].max(other.start[axis]));
        let end = [0, 1].map(|axis| self.end[axis].min(other.end[axis]).max(start[axis]));
        Self { start, end }
    }
}

/// ⌈value / 2^shift⌉ for shifts of up to 32.
pub(super) fn ceil_shift(value: u32, shift: u32) -> u32 {
    ((u64::from(value) + (1 << shift) - 1) >> shift) as u32
}

/// How a code-block is coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coded {
    /// No length of it that is not 0 was read.
    Unknown,
    /// Annex D's passes.
    Arithmetic,
    /// T.814.
    HighThroughput,
}

/// One code-block: what the packets have said of it so far.
#[derive(Debug, Clone, Copy)]
pub(super) struct Block {
    /// Index of its first piece of codeword, `NONE` before it is first included.
    pub(super) first: u32,
    pub(super) last: u32,
    /// Passes so far; without the empty sets before the first of a high-throughput block.
    pub(super) passes: u16,
    pub(super) coded: Coded,
    pub(super) included: bool,
    /// Bit-planes without a bit at the top.
    pub(super) zero_planes: u8,
    pub(super) length_bits: u8,
    /// Codeword segments begun.
    pub(super) segments: u8,
}

/// No piece.
pub(super) const NONE: u32 = u32::MAX;

/// Before anything is known of it.
pub(super) const NEW_BLOCK: Block = Block {
    first: NONE,
    last: NONE,
    passes: 0,
    coded: Coded::Unknown,
    included: false,
    zero_planes: 0,
    length_bits: 3,
    segments: 0,
};

/// One sub-band.
#[derive(Debug)]
pub(super) struct Band {
    /// In its own coordinates.
    pub(super) rect: Rect,
    /// 0 LL, 1 HL, 2 LH, 3 HH.
    pub(super) orientation: u8,
    /// Magnitude bits, Mb of E.2, with those that a region of interest adds.
    pub(super) planes: u32,
    /// Shift of the region of interest.
    pub(super) region: u8,
    /// Size of a quantisation step relative to the component's samples, Δb of E.1; 1 where reversible.
    pub(super) step: f64,
    pub(super) style: BlockStyle,
    /// Exponents of a code-block's width and height here.
    pub(super) block: [u8; 2],
    /// Index of the first code-block on the band's grid, `[x, y]`.
    pub(super) grid_start: [u32; 2],
    /// Code-blocks across.
    pub(super) across: usize,
    /// Row by row; empty where the band is not to be decoded.
    pub(super) blocks: Vec<Block>,
}

impl Band {
    /// Code-blocks of the band that lie in `rect`: first and one beyond the last, relative to the band's grid.
    pub(super) fn blocks_in(&self, rect: &Rect) -> Rect {
        let part = rect.within(&self.rect);
        if part.is_empty() {
            return Rect::default();
        }
        let start = [0, 1].map(|axis| (part.start[axis] >> self.block[axis]) - self.grid_start[axis]);
        let end = [0, 1]
            .map(|axis| ceil_shift(part.end[axis], u32::from(self.block[axis])) - self.grid_start[axis]);
        Rect { start, end }
    }
}

/// One resolution of a component in a tile.
#[derive(Debug)]
pub(super) struct Resolution {
    pub(super) rect: Rect,
    /// Exponents of the precincts.
    pub(super) precinct: [u8; 2],
    /// Precincts across and down.
    pub(super) precincts: [u32; 2],
    /// Layers already read and tag trees, by precinct.
    pub(super) states: Vec<(u16, Option<Box<Trees>>)>,
    /// LL, or HL, LH and HH.
    pub(super) bands: Vec<Band>,
}

impl Resolution {
    /// The part of a band that belongs to a precinct, in the band's coordinates (not cut to the band).
    pub(super) fn precinct_rect(&self, precinct: u32, orientation: u8) -> Rect {
        let place = [precinct % self.precincts[0], precinct / self.precincts[0]];
        let halved = u32::from(orientation != 0);
        let edge = |axis: usize, beyond: u32| {
            let first = self.rect.start[axis] >> self.precinct[axis];
            let exponent = u32::from(self.precinct[axis]) - halved;
            let edge = u64::from(first + place[axis] + beyond) << exponent;
            u32::try_from(edge).unwrap_or(u32::MAX)
        };
        Rect { start: [edge(0, 0), edge(1, 0)], end: [edge(0, 1), edge(1, 1)] }
    }
}

/// One component of a tile.
#[derive(Debug)]
pub(super) struct TileComponent {
    pub(super) rect: Rect,
    pub(super) coefficients: Coefficients,
    /// Lowest first; all of them, since all have packets.
    pub(super) resolutions: Vec<Resolution>,
}

/// One tile.
#[derive(Debug)]
pub(super) struct Tile {
    pub(super) rect: Rect,
    pub(super) components: Vec<TileComponent>,
}

impl Tile {
    /// Lays a tile out (B.3 to B.7). What this allocates was allowed by `budget`.
    pub(super) fn new(size: &Size, settings: &Settings, index: u32) -> Result<Self, Fault> {
        let rect = tile_rect(size, index);
        let components = size.components.iter().enumerate().map(|(index, component)| {
            let rect = component_rect(rect, component);
            let coding = &settings.coding[index];
            let resolutions = (0..=coding.levels)
                .map(|resolution| {
                    let bits = BandBits { settings, component: index, precision: component.precision };
                    resolution_of(rect, coding, resolution, &bits)
                })
                .collect::<Result<Vec<Resolution>, _>>()?;
            let bands = resolutions.iter().flat_map(|resolution| &resolution.bands);
            let planes = bands.map(|band| band.planes).max().unwrap_or(0);
            let transformed = settings.style.colour_transform;
            let coefficients = Coefficients::of(coding, component.precision, transformed, planes);
            Ok(TileComponent { rect, coefficients, resolutions })
        });
        Ok(Self { rect, components: components.collect::<Result<_, Fault>>()? })
    }
}

/// Where a tile lies on the reference grid: B.3.
fn tile_rect(size: &Size, index: u32) -> Rect {
    let across = size.tiles()[0];
    let place = [index % across, index / across];
    let edge = |axis: usize, beyond: u32| {
        let edge =
            u64::from(size.tile_start[axis]) + u64::from(place[axis] + beyond) * u64::from(size.tile[axis]);
        edge.clamp(size.start[axis].into(), size.end[axis].into()) as u32
    };
    Rect { start: [edge(0, 0), edge(1, 0)], end: [edge(0, 1), edge(1, 1)] }
}

/// A component's samples in a tile: equation B-12.
fn component_rect(tile: Rect, component: &Component) -> Rect {
    let [x, y] = component.separation.map(u32::from);
    let samples = |[across, down]: [u32; 2]| [across.div_ceil(x), down.div_ceil(y)];
    Rect { start: samples(tile.start), end: samples(tile.end) }
}

/// Whether any component has a sample in a tile; one that lies between samples need not be in the codestream.
pub(super) fn has_samples(size: &Size, tile: u32) -> bool {
    let tile = tile_rect(size, tile);
    size.components.iter().any(|component| !component_rect(tile, component).is_empty())
}

/// What the numbers of a component's bands follow from.
struct BandBits<'s> {
    settings: &'s Settings,
    component: usize,
    precision: u8,
}

fn resolution_of(
    whole: Rect,
    coding: &Coding,
    resolution: u8,
    bits: &BandBits<'_>,
) -> Result<Resolution, Fault> {
    let shrink = u32::from(coding.levels - resolution);
    let rect = whole.map(|edge| ceil_shift(edge, shrink));
    let precinct = coding.precincts[usize::from(resolution)];
    let precincts = if rect.is_empty() {
        [0, 0]
    } else {
        [0, 1].map(|axis| {
            ceil_shift(rect.end[axis], precinct[axis].into()) - (rect.start[axis] >> precinct[axis])
        })
    };
    let count = precincts[0] as usize * precincts[1] as usize;
    let orientations = if resolution == 0 { 0..=0 } else { 1..=3 };
    let bands = orientations.map(|orientation| band_of(whole, coding, resolution, orientation, bits));
    let bands = bands.collect::<Result<_, _>>()?;
    let states = std::iter::repeat_with(|| (0, None)).take(count).collect();
    Ok(Resolution { rect, precinct, precincts, states, bands })
}

fn band_of(
    whole: Rect,
    coding: &Coding,
    resolution: u8,
    orientation: u8,
    bits: &BandBits<'_>,
) -> Result<Band, Fault> {
    let quantisation = &bits.settings.quantisation[bits.component];
    let level = u32::from(coding.levels - resolution.saturating_sub(1)).min(coding.levels.into());
    let high = [orientation & 1, orientation >> 1].map(u64::from);
    // Equation B-15.
    let edge = |value: u32, axis: usize| {
        let offset = if level == 0 { 0 } else { high[axis] << (level - 1) };
        let above = (u64::from(value) + (1 << level) - 1).saturating_sub(offset);
        (above >> level) as u32
    };
    let rect = Rect {
        start: [edge(whole.start[0], 0), edge(whole.start[1], 1)],
        end: [edge(whole.end[0], 0), edge(whole.end[1], 1)],
    };
    let halved = u8::from(resolution != 0);
    let precinct = coding.precincts[usize::from(resolution)];
    let block = [0, 1].map(|axis| coding.block[axis].min(precinct[axis] - halved));
    let grid_start = [0, 1].map(|axis| rect.start[axis] >> block[axis]);
    let [across, down] = if rect.is_empty() {
        [0, 0]
    } else {
        [0, 1].map(|axis| (ceil_shift(rect.end[axis], u32::from(block[axis])) - grid_start[axis]) as usize)
    };
    let (exponent, mantissa) = quantisation
        .step(resolution, orientation)
        .ok_or_else(|| Fault::stream("QCD has fewer steps than there are bands"))?;
    let region = bits.settings.regions[bits.component];
    let planes = u32::from(quantisation.guard_bits) + u32::from(exponent) + u32::from(region);
    let planes = planes.saturating_sub(1);
    if planes > <u64 as Word>::PLANES {
        return Err(Fault::Unsupported(format!("JPEG 2000 of {planes} bit-planes")));
    }
    let gain = [0, 1, 1, 2][usize::from(orientation)];
    let range = i32::from(bits.precision) + gain - i32::from(exponent);
    let step =
        if coding.reversible { 1.0 } else { f64::from(range).exp2() * (1.0 + f64::from(mantissa) / 2048.0) };
    let blocks = vec![NEW_BLOCK; across * down];
    Ok(Band {
        rect,
        orientation,
        planes,
        region,
        step,
        style: coding.style,
        block,
        grid_start,
        across,
        blocks,
    })
}
