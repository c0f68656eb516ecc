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
        let rows =
            self.quads.chunks_exact(self.quad_stride).zip(self.words.chunks_exact_mut(2 * self.stride));
        for (row, (quads, words)) in rows.enumerate() {
            let (upper, lower) = words.split_at_mut(self.stride);
            let pairs = upper.as_chunks_mut::<2>().0.iter_mut().zip(lower.as_chunks_mut::<2>().0);
            // What lies above the quad, and at the bottom right of the one before it.
            let (mut left, mut before) = (bottoms[0], 0);
            for ((index, &[quad, bound]), (upper, lower)) in quads[..across].iter().enumerate().zip(pairs) {
                let right = bottoms[index + 1];
                let quad = u32::from(quad);
                let mut bound = u32::from(bound);
                if row > 0 {
                    // Equation 5: the largest exponent above, where more than one sample is significant.
                    let several = quad & 0xf0 & (quad & 0xf0).wrapping_sub(0x10) != 0;
                    let exponent = 31 - (left | right | 2).leading_zeros();
                    bound += if several { exponent } else { 1 };
                }
                left = right;
                largest = largest.max(bound);
                let (counts, total) = counts(quad, bound);
                let mut bits = magnitudes.at(position);
                let mut values = [(0, 0); 4];
                for (index, &count) in counts.iter().enumerate() {
                    if total > 57 {
                        bits = magnitudes.at(position);
                    }
                    values[index] = sample(quad >> index, count, bits as u32, job.plane);
                    bits >>= count;
                    position += count as usize;
                }
                let [(_, top_left), (bottom, bottom_left), (_, top_right), (next, bottom_right)] = values;
                *upper = [top_left, top_right];
                *lower = [bottom_left, bottom_right];
                bottoms[index] = before | bottom;
                before = next;
            }
            bottoms[across] = before;
        }
        // A magnitude cannot have more bits than the band.
        if largest > job.above + 2 { Err(Damaged) } else { Ok(()) }
    }
}

/// Bits of the samples of a quad, none of those that are not significant: m of 7.3.7; and of all together.
#[inline(always)]
fn counts(quad: u32, bound: u32) -> ([u32; 4], u32) {
    let counts = [0, 1, 2, 3].map(|index| {
        let is = (quad >> (4 + index) & 1).wrapping_neg();
        (bound & is).wrapping_sub(quad >> (12 + index) & 1) & 31
    });
    (counts, counts[0] + counts[1] + counts[2] + counts[3])
}

/// A sample's 2 (μ − 1) with its lowest bit set, and its word; both 0 where it is not significant. `quad` has the
/// sample's flags in bits 4, 8 and 12; ε¹ and εᵏ are only of significant samples.
#[inline(always)]
fn sample(quad: u32, count: u32, bits: u32, plane: u32) -> (u32, u32) {
    let is = quad >> 4 & 1;
    // The sign is the lowest bit; in its place comes half a step.
    let value = bits & !(u32::MAX << count) | (quad >> 8 & 1) << count | is;
    let word = (value.wrapping_add(2 * is) << plane) & 0x7fff_ffff | (bits & is) << 31;
    (value, word)
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
