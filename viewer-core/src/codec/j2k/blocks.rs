//! Code-blocks → coefficients of a band.

use super::geometry::{Band, Block};
use super::packet::Piece;
use super::params::MAX_PLANES;
use super::plane::Plane;
use super::tier1::{Job, Segment, Tier1};
use super::wavelet::Coefficient;
use crate::codec::Fault;
use crate::codec::shape::Shape;

/// Decodes code-blocks of a tile, one at a time; what it works in is used again.
pub(super) struct BlockDecoder<'b> {
    pub(super) shape: &'b Shape<'b>,
    pub(super) bytes: &'b [u8],
    /// Pieces of codewords of the tile.
    pub(super) pieces: Vec<Piece>,
    plane: Plane,
    joined: Vec<u8>,
    /// Lengths and passes of segments.
    segments: Vec<(usize, u16)>,
}

/// Where in a band's rows a block's coefficients go.
pub(super) struct Target<'t, T> {
    pub(super) values: &'t mut [T],
    pub(super) stride: usize,
    pub(super) column: usize,
    pub(super) width: usize,
    pub(super) height: usize,
}

impl<'b> BlockDecoder<'b> {
    pub(super) fn new(shape: &'b Shape<'b>, bytes: &'b [u8], pieces: Vec<Piece>) -> Self {
        let (joined, segments) = Default::default();
        Self { shape, bytes, pieces, plane: Plane::default(), joined, segments }
    }

    /// Decodes a block. One of which nothing is there is zeros.
    pub(super) fn decode<T: Coefficient>(
        &mut self,
        band: &Band,
        block: &Block,
        scale: f32,
        target: Target<'_, T>,
    ) -> Result<(), Fault> {
        self.shape.check_stop()?;
        self.join(block);
        let planes = band.planes.saturating_sub(u32::from(block.zero_planes));
        if self.segments.is_empty() || planes == 0 {
            for row in target.values.chunks_mut(target.stride).take(target.height) {
                row[target.column..target.column + target.width].fill(T::default());
            }
            return Ok(());
        }
        if planes > MAX_PLANES {
            return Err(Fault::Unsupported(format!("JPEG 2000 code-blocks of {planes} bit-planes")));
        }
        self.plane.reset(target.width, target.height);
        let job = Job { style: band.style, orientation: band.orientation, planes };
        let mut passes = Tier1::new(&mut self.plane, job);
        let mut rest = self.joined.as_slice();
        for &(length, count) in &self.segments {
            let (bytes, next) = rest.split_at(length);
            passes.segment(&Segment { bytes, passes: count });
            rest = next;
        }
        let region = u32::from(band.region);
        self.plane.for_each_piece(|row, column, words| {
            let start = row * target.stride + target.column + column;
            let count = (target.width - column).min(16);
            let out = &mut target.values[start..start + count];
            let give = |out: &mut [T], words: [u32; 16]| {
                for (out, word) in out.iter_mut().zip(words) {
                    *out = T::from_word(word, scale);
                }
            };
            if region == 0 { give(out, words) } else { give(out, words.map(|word| shift_down(word, region))) }
        });
        Ok(())
    }

    /// Brings the bytes of each segment together.
    fn join(&mut self, block: &Block) {
        self.joined.clear();
        self.segments.clear();
        let mut last = None;
        let mut next = block.first;
        while let Some(&piece) = self.pieces.get(next as usize) {
            let start = piece.start as usize;
            self.joined.extend(&self.bytes[start..start + piece.length as usize]);
            let (length, passes) = (piece.length as usize, u16::from(piece.passes));
            match self.segments.last_mut() {
                Some(segment) if last == Some(piece.segment) => {
                    segment.0 += length;
                    segment.1 += passes;
                }
                _ => self.segments.push((length, passes)),
            }
            last = Some(piece.segment);
            next = piece.next;
        }
    }
}

/// A coefficient of the region of interest is as much larger: H.1. Magnitudes have half a step in bit 0.
fn shift_down(word: u32, region: u32) -> u32 {
    let magnitude = word & 0x7fff_ffff;
    let inside = u64::from(magnitude) >> (region + 1).min(63) != 0;
    if inside { word & 0x8000_0000 | magnitude >> region.min(31) } else { word }
}
