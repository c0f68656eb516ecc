//! The passes that refine a block by one bit-plane: T.814 7.4, 7.5. Samples go by stripes of four rows, in groups of
//! four columns; a group's significance is 16 bits, column by column.

use super::{Decoder, Job, refill};

/// Neighbours of a sample of column 0 that come after it in its group, by row.
const LATER: [u32; 4] = [0x32, 0x74, 0xe8, 0xc0];

impl Decoder {
    /// Significance after the cleanup pass, with an empty group at both ends of each stripe and an empty stripe below.
    pub(super) fn collect_significance(&mut self, job: Job) {
        let groups = job.width.div_ceil(4);
        refill(&mut self.significant, (groups + 2) * (job.height.div_ceil(4) + 1));
        for (y, row) in self.words.chunks_exact(self.stride).enumerate() {
            let line = &mut self.significant[(y / 2) * (groups + 2) + 1..][..groups];
            for (group, quads) in line.iter_mut().zip(row.as_chunks::<2>().0) {
                for (index, &word) in quads.as_flattened().iter().enumerate() {
                    let column = index >> 2 << 1 | index & 1;
                    *group |= u16::from(word != 0) << (4 * column + 2 * (y % 2) + (index >> 1 & 1));
                }
            }
        }
    }

    /// Significance propagation: 7.4.
    pub(super) fn propagate(&mut self, job: Job, bytes: &[u8]) {
        self.refinements.forward(bytes, 0);
        let groups = job.width.div_ceil(4);
        for line in &mut self.fresh {
            refill(line, groups + 2);
        }
        let mut position = 0;
        for stripe in 0..job.height.div_ceil(4) {
            let (here, below) = self.significant[stripe * (groups + 2)..].split_at(groups + 2);
            let [above, fresh] = &mut self.fresh;
            let rows = (job.height - 4 * stripe).min(4) as u32;
            for group in 1..=groups {
                let columns = (job.width - 4 * (group - 1)).min(4) as u32;
                let inside = (0x1111 * ((1 << rows) - 1)) & (0xffff >> (16 - 4 * columns));
                let open = inside & !u32::from(here[group]);
                let below = if job.causal { 0 } else { around(below, below, group) };
                let mut left =
                    neighbours(around(fresh, here, group), around(above, above, group), below) & open;
                if left == 0 {
                    fresh[group] = here[group];
                    continue;
                }
                // First which samples become significant, then the signs of those.
                let mut bits = self.refinements.at(position);
                let mut found = 0u32;
                while left != 0 {
                    let place = left.trailing_zeros();
                    left &= left - 1;
                    if bits & 1 == 1 {
                        found |= 1 << place;
                        left |= LATER[(place & 3) as usize] << (place & 12) & open;
                    }
                    bits >>= 1;
                    position += 1;
                }
                fresh[group] = here[group] | found as u16;
                while found != 0 {
                    let place = found.trailing_zeros() as usize;
                    found &= found - 1;
                    *word(&mut self.words, self.stride, [stripe, group - 1], place) =
                        (bits as u32) << 31 | 3 << (job.plane - 1);
                    bits >>= 1;
                    position += 1;
                }
            }
            self.fresh.swap(0, 1);
            self.fresh[1].fill(0);
        }
    }

    /// Magnitude refinement: 7.5. Its stream is what the other one leaves, from the end.
    pub(super) fn refine(&mut self, job: Job, bytes: &[u8]) {
        self.refinements.backward(bytes, 0xff, 0);
        let groups = job.width.div_ceil(4);
        let mut position = 0;
        for stripe in 0..job.height.div_ceil(4) {
            for group in 0..groups {
                let mut left = self.significant[stripe * (groups + 2) + group + 1];
                let mut bits = self.refinements.at(position);
                position += left.count_ones() as usize;
                while left != 0 {
                    let place = left.trailing_zeros() as usize;
                    left &= left - 1;
                    let word = word(&mut self.words, self.stride, [stripe, group], place);
                    *word ^= (!bits as u32 & 1) << job.plane | 1 << (job.plane - 1);
                    bits >>= 1;
                }
            }
        }
    }
}

/// The word of a sample of a group.
fn word(words: &mut [[u32; 4]], stride: usize, [stripe, group]: [usize; 2], place: usize) -> &mut u32 {
    let (row, column) = (place & 3, place >> 2);
    let quad = (2 * stripe + (row >> 1)) * stride + 2 * group + (column >> 1);
    &mut words[quad][2 * (row & 1) + (column & 1)]
}

/// A group with the column before it, out of `before`, and the one after it, out of `line`: 24 bits.
fn around(before: &[u16], line: &[u16], group: usize) -> u32 {
    u32::from(before[group - 1] >> 12) | u32::from(line[group]) << 4 | u32::from(line[group + 1] & 15) << 20
}

/// Samples of a group that have a significant neighbour, given the group, the stripe above and the one below.
fn neighbours(here: u32, above: u32, below: u32) -> u32 {
    let vertical = here
        | here << 1 & 0xee_eeee
        | here >> 1 & 0x77_7777
        | above >> 3 & 0x11_1111
        | below << 3 & 0x88_8888;
    (vertical | vertical << 4 | vertical >> 4) >> 4 & 0xffff
}
