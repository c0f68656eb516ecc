//! Packets: headers that say which code-blocks have how much in which layer, and their bodies. ISO/IEC 15444-1 B.9, B.10.

use super::bits::HeaderBits;
use super::contribution::{Announced, Contribution, read_passes};
use super::geometry::{Block, NONE, Resolution};
use super::tag_tree::TagTree;

/// A piece of a code-block's codeword.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    /// Place in the codestream.
    pub(super) start: u32,
    pub(super) length: u32,
    /// Next piece of the block, or `NONE`.
    pub(super) next: u32,
    pub(super) passes: u8,
    /// Which codeword segment of the block it belongs to.
    pub(super) segment: u8,
}

/// Tag trees of a precinct, by band: first layer, and empty bit-planes.
#[derive(Debug)]
pub(super) struct Trees(Vec<(TagTree, TagTree)>);

impl Trees {
    fn new(resolution: &Resolution, precinct: u32) -> Self {
        let tree = |band: &super::geometry::Band| {
            let blocks = band.blocks_in(&resolution.precinct_rect(precinct, band.orientation));
            let new = || TagTree::new(blocks.width(), blocks.height());
            (new(), new())
        };
        Self(resolution.bands.iter().map(tree).collect())
    }
}

/// The bytes of a tile's packets, part by part.
pub(super) struct Source<'b> {
    pub(super) bytes: &'b [u8],
    /// Bodies of the tile-parts.
    pub(super) parts: Vec<std::ops::Range<usize>>,
    pub(super) part: usize,
    /// Packet headers where they are not in the bodies, and how far they were read.
    pub(super) packed: Option<(Vec<u8>, usize)>,
}

/// Why no further packet can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The bytes end here.
    Short,
    /// The header cannot be true.
    Damaged,
}

const SOP: &[u8] = &[0xff, 0x91];
const EPH: &[u8] = &[0xff, 0x92];

impl Source<'_> {
    /// Reads one packet of a precinct: adds its pieces to the blocks.
    pub(super) fn packet(
        &mut self,
        resolution: &mut Resolution,
        precinct: u32,
        layer: u16,
        pieces: &mut Vec<Piece>,
    ) -> Result<(), End> {
        let mut place = loop {
            match self.parts.get(self.part) {
                Some(part) if part.is_empty() => self.part += 1,
                Some(part) => break part.clone(),
                // Packets without bodies can go on where their headers are elsewhere.
                None if self.packed.is_some() => break 0..0,
                None => return Err(End::Short),
            }
        };
        if self.bytes[place.clone()].starts_with(SOP) {
            place.start = (place.start + 6).min(place.end);
        }
        let header = match &self.packed {
            Some((headers, read)) => &headers[*read..],
            None => &self.bytes[place.clone()],
        };
        let mut announced = Vec::new();
        let mut bits = HeaderBits::new(header);
        read_header(&mut bits, resolution, precinct, layer, &mut announced)?;
        let mut taken = bits.finish();
        if header.get(taken..).is_some_and(|rest| rest.starts_with(EPH)) {
            taken += 2;
        }
        match &mut self.packed {
            Some((headers, read)) => *read = (*read + taken).min(headers.len()),
            None => place.start = (place.start + taken).min(place.end),
        }
        let mut short = false;
        for one in announced {
            let whole = place.len() >= one.length as usize;
            if !whole {
                // Half a segment decodes to noise: better without it, and without what follows it.
                short = true;
                break;
            }
            let block = &mut resolution.bands[one.band].blocks[one.block];
            append(block, &one, place.start as u32, pieces);
            place.start += one.length as usize;
        }
        if let Some(part) = self.parts.get_mut(self.part) {
            part.start = place.start;
        }
        // A sound stream has hardly a piece without a byte.
        if pieces.len() > self.bytes.len() + (1 << 16) {
            return Err(End::Damaged);
        }
        if short { Err(End::Short) } else { Ok(()) }
    }
}

fn append(block: &mut Block, one: &Announced, start: u32, pieces: &mut Vec<Piece>) {
    let index = pieces.len() as u32;
    pieces.push(Piece { start, length: one.length, next: NONE, passes: one.passes, segment: one.segment });
    match pieces.get_mut(block.last as usize) {
        Some(last) => last.next = index,
        None => block.first = index,
    }
    block.last = index;
}

fn read_header(
    bits: &mut HeaderBits<'_>,
    resolution: &mut Resolution,
    precinct: u32,
    layer: u16,
    announced: &mut Vec<Announced>,
) -> Result<(), End> {
    let some = bits.bit() == 1;
    if bits.overrun() {
        return Err(End::Short);
    }
    if !some {
        return Ok(());
    }
    if resolution.states[precinct as usize].1.is_none() {
        let trees = Trees::new(resolution, precinct);
        resolution.states[precinct as usize].1 = Some(Box::new(trees));
    }
    let rects: Vec<_> = (resolution.bands.iter())
        .map(|band| band.blocks_in(&resolution.precinct_rect(precinct, band.orientation)))
        .collect();
    let Some(trees) = &mut resolution.states[precinct as usize].1 else { return Err(End::Damaged) };
    for (index, band) in resolution.bands.iter_mut().enumerate() {
        let (inclusion, empty_planes) = &mut trees.0[index];
        let rect = rects[index];
        for y in 0..rect.height() {
            for x in 0..rect.width() {
                let place = (rect.start[1] as usize + y) * band.across + rect.start[0] as usize + x;
                let block = &mut band.blocks[place];
                let included = if block.included {
                    bits.bit() == 1
                } else {
                    inclusion.read(bits, [x, y], layer.saturating_add(1)).is_some()
                };
                if bits.overrun() {
                    return Err(End::Short);
                }
                if !included {
                    continue;
                }
                if !block.included {
                    block.included = true;
                    // More empty planes than 74 cannot be written for any band.
                    let planes = empty_planes.read(bits, [x, y], 75).ok_or(End::Damaged)?;
                    block.zero_planes = planes as u8;
                }
                let passes = read_passes(bits);
                while bits.bit() == 1 {
                    block.length_bits += 1;
                    if block.length_bits > 32 {
                        return Err(End::Damaged);
                    }
                }
                let mut contribution = Contribution { band: index, block: place, bits, announced };
                contribution.read(block, band.style, passes)?;
            }
        }
    }
    Ok(())
}
