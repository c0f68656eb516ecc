//! High-throughput code-blocks: ITU-T T.814 (ISO/IEC 15444-15) clause 7.
//!
//! A block has one cleanup pass that holds all bit-planes down to one of them, and may have two passes that refine
//! it by another. The cleanup pass is made of **quads**, 2 × 2 samples, in three streams: MEL and VLC say which
//! samples of a quad are significant and how long their magnitudes are, MagSgn has these and the signs.

mod cleanup;
mod codes;
mod refinement;
mod streams;
mod vlc;

use streams::Bits;

/// What a code-block's passes need to know of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Job {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Bit-plane of the cleanup pass, 0–29.
    pub(super) plane: u32,
    /// Bit-planes of the band above it.
    pub(super) above: u32,
    /// Stripes do not look at the one below.
    pub(super) causal: bool,
    /// 1 for cleanup alone, 2 with significance propagation, 3 with magnitude refinement.
    pub(super) passes: u16,
}

/// Decodes blocks, one after the other, in memory that is used again.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    /// Rows of words, sign in bit 31, magnitude below with half a step in bit 0. Rows and columns are filled up to
    /// whole stripes and groups of four.
    words: Vec<u32>,
    /// Words from one row to the next.
    stride: usize,
    /// By quad, with two more in each row: what VLC said, and the exponent's bound.
    quads: Vec<[u16; 2]>,
    /// Quads from one row to the next.
    quad_stride: usize,
    /// By quad column: magnitudes at the bottom of the row of quads above, one or'ed with the other.
    bottoms: Vec<u32>,
    magnitudes: Bits,
    lengths: Bits,
    refinements: Bits,
    /// Significance of groups of four columns by stripe, as the cleanup pass left it.
    significant: Vec<u16>,
    /// That of the stripe above, and of the one that is being made, as significance propagation left it.
    fresh: [Vec<u16>; 2],
}

/// The block's bytes cannot be what they say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Damaged;

impl Decoder {
    /// Decodes a block: the bytes of its cleanup pass, and of both refinements.
    pub(super) fn decode(&mut self, job: Job, cleanup: &[u8], refinement: &[u8]) -> Result<(), Damaged> {
        self.stride = job.width.next_multiple_of(4);
        self.quad_stride = job.width.div_ceil(4) * 2 + 2;
        let count = self.stride * job.height.next_multiple_of(4);
        if job.passes > 1 {
            refill(&mut self.words, count);
        } else {
            // The cleanup pass writes every sample that is asked for.
            self.words.resize(count, 0);
        }
        self.cleanup(job, cleanup)?;
        if job.passes > 1 && job.plane > 0 && !refinement.is_empty() {
            self.collect_significance(job);
            self.propagate(job, refinement);
            if job.passes > 2 {
                self.refine(job, refinement);
            }
        }
        Ok(())
    }

    /// The words of a row.
    pub(super) fn row(&self, y: usize) -> &[u32] {
        &self.words[y * self.stride..][..self.stride]
    }
}

fn refill<T: Clone + Default>(values: &mut Vec<T>, count: usize) {
    values.clear();
    values.resize(count, T::default());
}
