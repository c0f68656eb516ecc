//! Code-blocks → coefficients of a band.

use super::geometry::{Band, Block, Coded};
use super::ht;
use super::packet::Piece;
use super::plane::Plane;
use super::tier1::{Job, Segment, Tier1};
use super::words::{Kept, Word};
use crate::codec::Fault;
use crate::codec::shape::Shape;

/// Decodes code-blocks of a tile, one at a time; what it works in is used again.
pub(super) struct BlockDecoder<'b> {
    pub(super) shape: &'b Shape<'b>,
    pub(super) bytes: &'b [u8],
    /// Pieces of codewords of the tile.
    pub(super) pieces: Vec<Piece>,
    plane: Plane,
    high_throughput: ht::Decoder,
    joined: Vec<u8>,
    segments: Vec<Part>,
    /// Whether a block could not be decoded and was made zeros.
    pub(super) damaged: bool,
}

/// A codeword segment of a block: its length, passes, and number.
#[derive(Debug, Clone, Copy)]
struct Part {
    length: usize,
    passes: u16,
    number: u8,
}

/// Where in a band's rows a block's coefficients go.
pub(super) struct Target<'t, T> {
    pub(super) values: &'t mut [T],
    pub(super) stride: usize,
    pub(super) column: usize,
    pub(super) width: usize,
    pub(super) height: usize,
}

impl<T: Kept> Target<'_, T> {
    fn clear(self) {
        for row in self.values.chunks_mut(self.stride).take(self.height) {
            row[self.column..self.column + self.width].fill(T::default());
        }
    }
}

impl<'b> BlockDecoder<'b> {
    pub(super) fn new(shape: &'b Shape<'b>, bytes: &'b [u8], pieces: Vec<Piece>) -> Self {
        Self {
            shape,
            bytes,
            pieces,
            plane: Plane::default(),
            high_throughput: ht::Decoder::default(),
            joined: Vec::new(),
            segments: Vec::new(),
            damaged: false,
        }
    }

    /// Decodes a block. One of which nothing is there is zeros.
    pub(super) fn decode<T: Kept>(
        &mut self,
        band: &Band,
        block: &Block,
        scale: f64,
        target: Target<'_, T>,
    ) -> Result<(), Fault> {
        self.shape.check_stop()?;
        self.join(block);
        let planes = band.planes.saturating_sub(u32::from(block.zero_planes));
        if self.segments.is_empty() || planes == 0 {
            target.clear();
            return Ok(());
        }
        // High-throughput words have 32 bits, and magnitudes are not kept within the planes that are said to have bits.
        let high_throughput = block.coded == Coded::HighThroughput;
        let (most, limit) =
            if high_throughput { (band.planes, <u32 as Word>::PLANES) } else { (planes, T::Word::PLANES) };
        if most > limit {
            return Err(Fault::Unsupported(format!("JPEG 2000 code-blocks of {most} bit-planes")));
        }
        let Target { values, stride, column, width, height } = target;
        if !high_throughput {
            self.decode_passes(band, planes, width, height);
            self.plane.for_each_piece(|row, first, words| {
                let out = &mut values[row * stride + column..][first..width.min(first + 8)];
                match out.as_mut_array::<8>() {
                    Some(out) => give(out, words, scale, band.region),
                    None => give(out, words, scale, band.region),
                }
            });
            return Ok(());
        }
        let rows = values.chunks_mut(stride).take(height).map(|row| &mut row[column..column + width]);
        if self.decode_sets(band, block, planes, [width, height]).is_ok() {
            for (y, out) in rows.enumerate() {
                let (pieces, rest) = out.as_chunks_mut::<8>();
                let mut words = self.high_throughput.row(y).map(|words| words.map(T::Word::widened));
                for (out, words) in pieces.iter_mut().zip(&mut words) {
                    give(out, &words, scale, band.region);
                }
                if let Some(words) = words.next() {
                    give(rest, &words, scale, band.region);
                }
            }
        } else {
            self.damaged = true;
            rows.for_each(|row| row.fill(T::default()));
        }
        Ok(())
    }

    fn decode_passes(&mut self, band: &Band, planes: u32, width: usize, height: usize) {
        self.plane.reset(width, height);
        let job = Job { style: band.style, orientation: band.orientation, planes };
        let mut passes = Tier1::new(&mut self.plane, job);
        let mut rest = self.joined.as_slice();
        for part in &self.segments {
            let (bytes, next) = rest.split_at(part.length);
            passes.segment(&Segment { bytes, passes: part.passes });
            rest = next;
        }
        passes.finish();
    }

    /// Of several sets of high-throughput passes the last has all that the others have (T.814 B.3).
    fn decode_sets(
        &mut self,
        band: &Band,
        block: &Block,
        planes: u32,
        [width, height]: [usize; 2],
    ) -> Result<(), ht::Damaged> {
        let is_cleanup = |part: &Part| part.number.is_multiple_of(2) && part.length > 0;
        let index = self.segments.iter().rposition(is_cleanup).ok_or(ht::Damaged)?;
        let start: usize = self.segments[..index].iter().map(|part| part.length).sum();
        let cleanup = self.segments[index];
        let after = self.segments.get(index + 1).filter(|part| part.number == cleanup.number + 1);
        let (cleanup_bytes, rest) = self.joined[start..].split_at(cleanup.length);
        let (refinement, _) = rest.split_at(after.map_or(0, |part| part.length));
        let set = u32::from(cleanup.number / 2);
        let job = ht::Job {
            width,
            height,
            plane: (planes - 1).checked_sub(set).ok_or(ht::Damaged)?,
            above: u32::from(block.zero_planes) + set,
            causal: band.style.causal,
            passes: 1 + after.map_or(0, |part| part.passes),
        };
        self.high_throughput.decode(job, cleanup_bytes, refinement)
    }

    /// Brings the bytes of each segment together.
    fn join(&mut self, block: &Block) {
        self.joined.clear();
        self.segments.clear();
        let mut next = block.first;
        while let Some(&piece) = self.pieces.get(next as usize) {
            let start = piece.start as usize;
            self.joined.extend(&self.bytes[start..start + piece.length as usize]);
            let part =
                Part { length: piece.length as usize, passes: piece.passes.into(), number: piece.segment };
            match self.segments.last_mut() {
                Some(last) if last.number == part.number => {
                    last.length += part.length;
                    last.passes += part.passes;
                }
                _ => self.segments.push(part),
            }
            next = piece.next;
        }
    }
}

/// Words → coefficients, with the shift of the region of interest taken back.
#[inline(always)]
fn give<T: Kept>(out: &mut [T], words: &[T::Word], scale: f64, region: u8) {
    if region == 0 {
        for (out, &word) in out.iter_mut().zip(words) {
            *out = T::from_word(word, scale);
        }
    } else {
        for (out, &word) in out.iter_mut().zip(words) {
            *out = T::from_word(word.shifted_down(region.into()), scale);
        }
    }
}
