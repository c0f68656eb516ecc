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
    /// Words by quad, upper row and lower row: sign in bit 31, magnitude below with half a step in bit 0. Filled up to
    /// whole stripes and pieces of eight columns.
    words: Vec<[u32; 4]>,
    /// Quads of words from one row of them to the next.
    stride: usize,
    /// By quad column, with two more: what VLC said of the row of quads above.
    quads: Vec<u16>,
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
        self.stride = job.width.div_ceil(8) * 4;
        let count = self.stride * job.height.div_ceil(4) * 2;
        if job.passes > 1 {
            refill(&mut self.words, count);
        } else {
            // The cleanup pass writes every sample that is asked for.
            self.words.resize(count, [0; 4]);
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

    /// The words of a row, in pieces of eight that go over the row's end.
    #[inline(always)]
    pub(super) fn row(&self, y: usize) -> impl Iterator<Item = [u32; 8]> {
        let quads = self.words.get(y / 2 * self.stride..).and_then(|rest| rest.get(..self.stride));
        // Upper rows and lower rows are one loop, so that there is one place for what becomes of them.
        let half = y % 2;
        quads.unwrap_or_default().as_chunks::<4>().0.iter().map(move |quads| {
            let [a, b, c, d] = quads.each_ref().map(|quad| quad.as_chunks::<2>().0[half]);
            [a[0], a[1], b[0], b[1], c[0], c[1], d[0], d[1]]
        })
    }
}

fn refill<T: Clone + Default>(values: &mut Vec<T>, count: usize) {
    values.clear();
    values.resize(count, T::default());
}
