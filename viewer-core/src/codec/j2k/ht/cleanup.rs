//! The cleanup pass: T.814 7.3.

use super::streams::Mel;
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
        let mel = Mel::new(&both[..suffix - 1]);
        self.lengths.backward(&both[..suffix - 2], before | 15, 4);
        self.magnitudes.forward(magnitudes, 0xff);
        refill(&mut self.quads, self.quad_stride * job.height.div_ceil(2));
        self.read_quads(job, mel);
        self.read_samples(job)
    }

    /// MEL and VLC: which samples of each quad are significant, and bounds of exponents.
    fn read_quads(&mut self, job: Job, mut mel: Mel<'_>) {
        let stride = self.quad_stride;
        let mut position = 0;
        let pairs = job.width.div_ceil(4);
        // Whether the last pair has a second quad.
        let odd = job.width.div_ceil(2) % 2 == 1;
        let mut context = 0;
        for pair in 0..pairs {
            let mut bits = self.lengths.at(position);
            let first = code(&FIRST, context, bits, &mut mel);
            // Equation 1: samples to the left.
            context = u32::from(first & 0x10) << 3 | u32::from(first & 0xe0) << 2;
            let mut taken = first & 7;
            bits >>= first & 7;
            let second = if odd && pair + 1 == pairs { 0 } else { code(&FIRST, context, bits, &mut mel) };
            context = u32::from(second & 0x10) << 3 | u32::from(second & 0xe0) << 2;
            taken += second & 7;
            bits >>= second & 7;
            let mut mode = usize::from(first >> 3 & 1 | second >> 2 & 2);
            if mode == 3 && mel.event() {
                mode = 4;
            }
            let (bounds, length) = bounds(FIRST_OFFSETS[mode << 6 | (bits & 63) as usize], bits);
            // In the first row the predicted exponent is 1.
            self.quads[2 * pair] = [first, bounds[0] + 1];
            self.quads[2 * pair + 1] = [second, bounds[1] + 1];
            position += usize::from(taken) + length;
        }
        let rows = job.height.div_ceil(2);
        for row in 1..rows {
            let (done, rest) = self.quads.split_at_mut(row * stride);
            let (above, line) = (&done[(row - 1) * stride..], &mut rest[..stride]);
            let mut context = 0;
            let pairs_of_line = line.as_chunks_mut::<2>().0.iter_mut().zip(above.as_chunks::<2>().0);
            let next = above.as_chunks::<2>().0.iter().skip(1);
            for (pair, ((out, above), next)) in pairs_of_line.zip(next).enumerate().take(pairs) {
                let [one, two, three] = [above[0][0], above[1][0], next[0][0]].map(u32::from);
                let mut bits = self.lengths.at(position);
                // Equation 2: samples above, and to the left.
                context |= (one & 0xa0) << 2 | (two & 0x20) << 4;
                let first = code(&OTHER, context, bits, &mut mel);
                let mut taken = first & 7;
                bits >>= first & 7;
                context = u32::from(first & 0x40) << 2 | u32::from(first & 0x80) << 1 | one & 0x80;
                context |= (two & 0xa0) << 2 | (three & 0x20) << 4;
                let second = if odd && pair + 1 == pairs { 0 } else { code(&OTHER, context, bits, &mut mel) };
                taken += second & 7;
                bits >>= second & 7;
                context = u32::from(second & 0x40) << 2 | u32::from(second & 0x80) << 1 | two & 0x80;
                let mode = usize::from(first >> 3 & 1 | second >> 2 & 2);
                let (bounds, length) = bounds(OTHER_OFFSETS[mode << 6 | (bits & 63) as usize], bits);
                *out = [[first, bounds[0]], [second, bounds[1]]];
                position += usize::from(taken) + length;
            }
        }
    }

    /// MagSgn: magnitudes and signs.
    fn read_samples(&mut self, job: Job) -> Result<(), Damaged> {
        let across = job.width.div_ceil(2);
        refill(&mut self.bottoms, across + 1);
        let (magnitudes, bottoms) = (&self.magnitudes, self.bottoms.as_mut_slice());
        let mut position = 0;
        let mut largest = 0;
        let rows = self.quads.chunks_exact(self.quad_stride).zip(self.words.chunks_exact_mut(self.stride));
        for (row, (quads, words)) in rows.enumerate() {
            // What lies above the quad, and at the bottom right of the one before it.
            let (mut left, mut before) = (bottoms[0], 0);
            for ((index, &[quad, bound]), words) in quads[..across].iter().enumerate().zip(words) {
                let right = bottoms[index + 1];
                let quad = usize::from(quad);
                let [significant, implied, shorter] = [quad >> 4 & 15, quad >> 8 & 15, quad >> 12];
                let mut bound = u32::from(bound);
                if row > 0 {
                    // Equation 5: the largest exponent above, where more than one sample is significant.
                    let several = significant & significant.wrapping_sub(1) != 0;
                    let exponent = 31 - (left | right | 2).leading_zeros();
                    bound += if several { exponent } else { 1 };
                }
                left = right;
                largest = largest.max(bound);
                let bound = bound.min(31);
                // Where each sample's bits end, in bytes: m of 7.3.7, summed up.
                let counts = (bound * BYTES[significant]).wrapping_sub(BYTES[shorter]);
                let ends = counts.wrapping_mul(0x0101_0101);
                let starts = [0, ends >> 8 & 255, ends & 255, ends >> 16 & 255];
                let total = ends >> 24;
                let bits = magnitudes.at(position);
                let bits = if total > 57 {
                    starts.map(|start| magnitudes.at(position + start as usize) as u32)
                } else {
                    starts.map(|start| (bits >> (start & 63)) as u32)
                };
                position += total as usize;
                let quad = Quad {
                    significant: &LANES[significant],
                    implied: &LANES[implied],
                    shorter: &LANES[shorter],
                };
                let bottom = quad.samples(bits, (1 << bound) - 1, job.plane, words);
                bottoms[index] = before | bottom[0];
                before = bottom[1];
            }
            bottoms[across] = before;
        }
        // A magnitude cannot have more bits than the band.
        if largest > job.above + 2 { Err(Damaged) } else { Ok(()) }
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
fn bounds(offsets: u16, bits: u64) -> ([u16; 2], usize) {
    let offsets = u32::from(offsets);
    let (prefix, suffix, first) = (offsets & 7, offsets >> 3 & 15, offsets >> 7 & 7);
    let extra = (bits >> prefix) as u32 & ((1 << suffix) - 1);
    let one = (offsets >> 10 & 7) + (extra & ((1 << first) - 1));
    let two = (offsets >> 13) + (extra >> first);
    ([one as u16, two as u16], (prefix + suffix) as usize)
}
