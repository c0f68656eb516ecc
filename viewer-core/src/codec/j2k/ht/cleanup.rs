//! The cleanup pass: T.814 7.3.

use super::streams::{Bits, Mel};
use super::vlc::{FIRST, FIRST_OFFSETS, OTHER, OTHER_OFFSETS};
use super::{Damaged, Decoder, Job, refill};

impl Decoder {
    pub(super) fn cleanup(&mut self, job: Job, bytes: &[u8]) -> Result<(), Damaged> {
        // The last twelve bits are the length of MEL and VLC together (7.1.1).
        let [.., before, last] = *bytes else { return Err(Damaged) };
        let suffix = usize::from(last) << 4 | usize::from(before & 15);
        if suffix < 2 || suffix > bytes.len() || suffix > 4079 {
            return Err(Damaged);
        }
        let (magnitudes, both) = bytes.split_at(bytes.len() - suffix);
        let mut mel = Mel::new(&both[..suffix - 1]);
        self.lengths.backward(&both[..suffix - 2], before | 15, 4);
        self.magnitudes.forward(magnitudes, 0xff);
        let pairs = job.width.div_ceil(4);
        // A row of quads, and what the one after its last sees above it.
        refill(&mut self.quads, 2 * pairs + 2);
        refill(&mut self.bottoms, 2 * pairs + 1);
        let mut reader = Reader {
            lengths: &self.lengths,
            length: 0,
            magnitudes: &self.magnitudes,
            magnitude: 0,
            plane: job.plane,
            odd: job.width.div_ceil(2) % 2 == 1,
            largest: 0,
        };
        let mut rows = self.words.chunks_exact_mut(self.stride).take(job.height.div_ceil(2));
        let (quads, bottoms) = (self.quads.as_mut_slice(), self.bottoms.as_mut_slice());
        if let Some(words) = rows.next() {
            mel = reader.row::<true>(mel, quads, bottoms, words);
        }
        for words in rows {
            mel = reader.row::<false>(mel, quads, bottoms, words);
        }
        // A magnitude cannot have more bits than the band.
        if reader.largest > job.above + 2 { Err(Damaged) } else { Ok(()) }
    }
}

/// Where a block's streams are read.
struct Reader<'d> {
    lengths: &'d Bits,
    length: usize,
    magnitudes: &'d Bits,
    magnitude: usize,
    plane: u32,
    /// Whether a row's last pair has no second quad.
    odd: bool,
    /// The largest bound of an exponent.
    largest: u32,
}

impl Reader<'_> {
    /// A row of quads: their codes, which are left in `quads` in the place of those above, and their samples.
    ///
    /// Each pair's samples are read between its codes and those of the next: codes wait for each other, since one says
    /// where the next begins, and meanwhile a processor has samples to work on.
    fn row<'m, const FIRST_ROW: bool>(
        &mut self,
        mut mel: Mel<'m>,
        quads: &mut [u16],
        bottoms: &mut [u32],
        words: &mut [[u32; 4]],
    ) -> Mel<'m> {
        let (quads, words) = (quads.as_chunks_mut::<2>().0, words.as_chunks_mut::<2>().0);
        let pairs = quads.len() - 1;
        // What is to the left of the codes; what lies above the samples, and at the bottom right of those before.
        let (mut context, mut left, mut before) = (0, bottoms[0], 0);
        for (pair, words) in words.iter_mut().enumerate().take(pairs) {
            let above = [quads[pair][0], quads[pair][1], quads[pair + 1][0]].map(u32::from);
            let alone = self.odd && pair + 1 == pairs;
            let (codes, bounds) = self.codes::<FIRST_ROW>(above, &mut context, alone, &mut mel);
            quads[pair] = codes;
            let Some(corners) = bottoms.get_mut(2 * pair..2 * pair + 3) else { break };
            if codes == [0, 0] {
                // Most pairs of flat regions.
                *words = [[0; 4]; 2];
                (left, corners[0], corners[1], before) = (corners[2], before, 0, 0);
                continue;
            }
            for side in 0..2 {
                let (quad, right) = (usize::from(codes[side]), corners[side + 1]);
                let bottom = self.samples::<FIRST_ROW>(quad, bounds[side], left | right, &mut words[side]);
                left = right;
                corners[side] = before | bottom[0];
                before = bottom[1];
            }
        }
        bottoms[2 * pairs] = before;
        mel
    }

    /// MEL and VLC: which samples of a pair of quads are significant, and bounds of exponents. `above`: the pair above
    /// and the quad after it.
    #[inline(always)]
    fn codes<const FIRST_ROW: bool>(
        &mut self,
        above: [u32; 3],
        context: &mut u32,
        alone: bool,
        mel: &mut Mel<'_>,
    ) -> ([u16; 2], [u32; 2]) {
        let [one, two, three] = above;
        let mut bits = self.lengths.at(self.length);
        let table = if FIRST_ROW { &FIRST } else { &OTHER };
        // Equation 1: samples to the left. Equation 2: samples to the left, and above.
        let after = |quad: u16, above: u32| {
            let quad = u32::from(quad);
            if FIRST_ROW {
                (quad & 0x10) << 3 | (quad & 0xe0) << 2
            } else {
                (quad & 0x40) << 2 | (quad & 0x80) << 1 | above & 0x80
            }
        };
        let under =
            |left: u32, right: u32| if FIRST_ROW { 0 } else { (left & 0xa0) << 2 | (right & 0x20) << 4 };
        let first = code(table, *context | under(one, two), bits, mel);
        bits >>= first & 7;
        let middle = after(first, one) | under(two, three);
        let second = if alone { 0 } else { code(table, middle, bits, mel) };
        bits >>= second & 7;
        *context = after(second, two);
        let mode = usize::from(first >> 3 & 1 | second >> 2 & 2);
        let offsets = if FIRST_ROW {
            let mode = if mode == 3 && mel.event() { 4 } else { mode };
            FIRST_OFFSETS[mode << 6 | (bits & 63) as usize]
        } else {
            OTHER_OFFSETS[mode << 6 | (bits & 63) as usize]
        };
        let (bounds, length) = bounds(offsets, bits);
        self.length += usize::from((first & 7) + (second & 7)) + length;
        ([first, second], bounds)
    }

    /// MagSgn: magnitudes and signs of a quad; gives what [`Quad::samples`] gives. `above`: bottoms of the quads above.
    #[inline(always)]
    fn samples<const FIRST_ROW: bool>(
        &mut self,
        quad: usize,
        offset: u32,
        above: u32,
        words: &mut [u32; 4],
    ) -> [u32; 2] {
        let [significant, implied, shorter] = [quad >> 4 & 15, quad >> 8 & 15, quad >> 12 & 15];
        // Equation 5: the largest exponent above, where more than one sample is significant; 1 in the first row.
        let several = significant & significant.wrapping_sub(1) != 0;
        let exponent = if !FIRST_ROW && several { 31 - (above | 2).leading_zeros() } else { 1 };
        let bound = offset + exponent;
        self.largest = self.largest.max(bound);
        let bound = bound.min(31);
        // Where each sample's bits end, in bytes: m of 7.3.7, summed up.
        let counts = (bound * BYTES[significant]).wrapping_sub(BYTES[shorter]);
        let ends = counts.wrapping_mul(0x0101_0101);
        let starts = [0, ends >> 8 & 255, ends & 255, ends >> 16 & 255];
        let total = ends >> 24;
        let position = self.magnitude;
        let bits = self.magnitudes.at(position);
        let bits = if total > 57 {
            starts.map(|start| self.magnitudes.at(position + start as usize) as u32)
        } else {
            starts.map(|start| (bits >> (start & 63)) as u32)
        };
        self.magnitude = position + total as usize;
        let quad =
            Quad { significant: &LANES[significant], implied: &LANES[implied], shorter: &LANES[shorter] };
        quad.samples(bits, (1 << bound) - 1, self.plane, words)
    }
}

/// Sets of a quad's samples, in stream order from bit 0, as one in each of as many bytes.
static BYTES: [u32; 16] = {
    let mut bytes = [0; 16];
    let mut set = 0;
    while set < 16 {
        bytes[set as usize] = set & 1 | (set & 2) << 7 | (set & 4) << 14 | (set & 8) << 21;
        set += 1;
    }
    bytes
};

/// Sets of a quad's samples, as all ones in each of as many lanes: upper row, then lower row.
static LANES: [[u32; 4]; 16] = {
    let mut lanes = [[0u32; 4]; 16];
    let mut set = 0;
    while set < 16 {
        let s = set as u32;
        let bits = [s & 1, s >> 2 & 1, s >> 1 & 1, s >> 3];
        lanes[set] = [bits[0] * u32::MAX, bits[1] * u32::MAX, bits[2] * u32::MAX, bits[3] * u32::MAX];
        set += 1;
    }
    lanes
};

/// What VLC said of a quad, as lanes: which samples are significant; which have ε¹, the bit above those that are in the
/// stream; which have εᵏ, one bit less in the stream than the bound.
struct Quad<'t> {
    significant: &'t [u32; 4],
    implied: &'t [u32; 4],
    shorter: &'t [u32; 4],
}

impl Quad<'_> {
    /// The samples' words, 0 where they are not significant; gives 2 (μ − 1), with its lowest bit set, of the lower row's
    /// significant ones. `bits` begin with the samples' own, `bound` masks as many as the bound says. ε¹ and εᵏ are only
    /// of significant samples.
    #[inline(always)]
    fn samples(&self, bits: [u32; 4], bound: u32, plane: u32, words: &mut [u32; 4]) -> [u32; 2] {
        // The sign is the lowest bit; in its place comes half a step.
        let value = |lane: usize| {
            let is = self.significant[lane];
            let mask = (bound >> 1 | bound & !self.shorter[lane]) & is;
            bits[lane] & mask | mask.wrapping_add(1) & self.implied[lane] | is & 1
        };
        let values = [value(0), value(1), value(2), value(3)];
        let word = |lane: usize| {
            let is = self.significant[lane];
            (values[lane].wrapping_add(is & 2) << plane) & 0x7fff_ffff | (bits[lane] & is) << 31
        };
        *words = [word(0), word(1), word(2), word(3)];
        [values[2], values[3]]
    }
}

/// The next quad's code; where nothing around is significant, MEL says whether there is one.
#[inline(always)]
fn code(table: &[u16; 1024], context: u32, bits: u64, mel: &mut Mel<'_>) -> u16 {
    if context == 0 && !mel.event() {
        return 0;
    }
    table[((context & 0x380) | bits as u32 & 127) as usize]
}

/// Offsets of a pair of quads, and how many bits they took.
#[inline(always)]
fn bounds(offsets: u16, bits: u64) -> ([u32; 2], usize) {
    let offsets = u32::from(offsets);
    let (prefix, suffix, first) = (offsets & 7, offsets >> 3 & 15, offsets >> 7 & 7);
    let extra = (bits >> prefix) as u32 & ((1 << suffix) - 1);
    let one = (offsets >> 10 & 7) + (extra & ((1 << first) - 1));
    let two = (offsets >> 13) + (extra >> first);
    ([one, two], (prefix + suffix) as usize)
}
