//! What a packet's header says of one code-block: passes and the lengths of their codeword segments. ISO/IEC 15444-1
//! B.10.6, B.10.7; T.814 B.3 for high-throughput code-blocks, and for components that have both kinds.

use super::bits::HeaderBits;
use super::geometry::{Block, Coded};
use super::packet::End;
use super::params::{BlockStyle, Kinds};

/// A piece of a codeword segment that a header announces, before its body is found.
pub(super) struct Announced {
    pub(super) band: usize,
    pub(super) block: usize,
    pub(super) length: u32,
    pub(super) passes: u8,
    pub(super) segment: u8,
}

/// Number of coding passes: table B.4.
pub(super) fn read_passes(bits: &mut HeaderBits<'_>) -> u16 {
    if bits.bit() == 0 {
        return 1;
    }
    if bits.bit() == 0 {
        return 2;
    }
    let passes = match bits.bits(2) {
        3 => match bits.bits(5) {
            31 => 37 + bits.bits(7),
            more => 6 + more,
        },
        more => 3 + more,
    };
    passes as u16
}

/// Reads the lengths of a block's contribution to a packet.
pub(super) struct Contribution<'a, 'b> {
    pub(super) band: usize,
    pub(super) block: usize,
    pub(super) bits: &'a mut HeaderBits<'b>,
    pub(super) announced: &'a mut Vec<Announced>,
}

impl Contribution<'_, '_> {
    /// Lengths of the segments that `passes` more passes are in.
    pub(super) fn read(&mut self, block: &mut Block, style: BlockStyle, passes: u16) -> Result<(), End> {
        let mut left = passes;
        if block.coded == Coded::Unknown {
            left = self.first(block, style.kinds, passes)?;
        }
        while left > 0 {
            let (done, room) = if block.coded == Coded::HighThroughput {
                set_room(block.passes)
            } else {
                segment_room(block.passes, style)
            };
            let passes = left.min(room);
            if done == 0 {
                block.segments = block.segments.checked_add(1).ok_or(End::Damaged)?;
            }
            let length = self.length(block, passes.ilog2())?;
            self.announce(block, length, passes);
            block.passes = block.passes.checked_add(passes).ok_or(End::Damaged)?;
            left -= passes;
        }
        Ok(())
    }

    /// The passes that a block may begin with where high-throughput ones are possible; gives how many are left.
    ///
    /// Sets of three empty passes stand for bit-planes that the first cleanup pass leaves out, in this packet or in
    /// several; the cleanup pass is the last that can be one. Where the component has both kinds of blocks, the first
    /// length that is not 0 says which this is: a high-throughput block has a bit more for it than it needs, the
    /// other's is as short as it can be.
    fn first(&mut self, block: &mut Block, kinds: Kinds, passes: u16) -> Result<u16, End> {
        if kinds == Kinds::Arithmetic {
            block.coded = Coded::Arithmetic;
            return Ok(passes);
        }
        let both = kinds == Kinds::Both;
        let all = block.passes.checked_add(passes).ok_or(End::Damaged)?;
        let refining = (all - 1) % 3;
        let to_cleanup = passes.checked_sub(refining).filter(|&passes| passes > 0);
        let known = to_cleanup.unwrap_or(passes).ilog2();
        let mut length = self.length(block, known)?;
        if length != 0 && to_cleanup.is_some() {
            let spare = u32::from(block.length_bits) + known - 1;
            if !both || block.length_bits > 3 && length > 1 && length >> spare == 0 {
                let sets = (all - 1) / 3;
                block.zero_planes = block.zero_planes.saturating_add(sets.min(255) as u8);
                block.coded = Coded::HighThroughput;
                block.passes = 1;
                self.announce(block, length, 1);
                return Ok(refining);
            }
        }
        // As many bits as all passes would have in one segment.
        let more = passes.ilog2() - known;
        length = self.longer(length, u32::from(block.length_bits) + known, more)?;
        block.passes = all;
        if length == 0 {
            return Ok(0);
        }
        if !both {
            return Err(End::Damaged);
        }
        block.coded = Coded::Arithmetic;
        block.segments = 1;
        self.announce(block, length, all);
        Ok(0)
    }

    /// A length of `more_bits` bits more than the block's number.
    fn length(&mut self, block: &Block, more_bits: u32) -> Result<u32, End> {
        self.longer(0, 0, u32::from(block.length_bits) + more_bits)
    }

    /// A length of which `count` bits were read, with `more` after them.
    fn longer(&mut self, length: u32, count: u32, more: u32) -> Result<u32, End> {
        if count + more > 32 {
            return Err(End::Damaged);
        }
        let length = (u64::from(length) << more) as u32 | self.bits.bits(more);
        if self.bits.overrun() { Err(End::Short) } else { Ok(length) }
    }

    fn announce(&mut self, block: &Block, length: u32, passes: u16) {
        let passes = passes.min(255) as u8;
        let Self { band, block: place, .. } = *self;
        self.announced.push(Announced { band, block: place, length, passes, segment: block.segments });
    }
}

/// How many passes the segment that a high-throughput block is in already has, and how many more it can take: cleanup
/// alone, then the two refinements together.
fn set_room(passes: u16) -> (u16, u16) {
    match passes % 3 {
        0 => (0, 1),
        1 => (0, 2),
        _ => (1, 1),
    }
}

/// The same of the other kind: tables D.8, D.9.
fn segment_room(passes: u16, style: BlockStyle) -> (u16, u16) {
    if style.terminate_all {
        return (0, 1);
    }
    if !style.bypass {
        return (passes, u16::MAX - passes);
    }
    match passes {
        0..10 => (passes, 10 - passes),
        _ => match (passes - 10) % 3 {
            0 => (0, 2),
            1 => (1, 1),
            _ => (0, 1),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::j2k::geometry::NEW_BLOCK;

    /// The lengths of a block's passes out of a row of bits.
    fn read(kinds: Kinds, passes: u16, length_bits: u8, bits: &str) -> (Block, Vec<(u32, u8)>) {
        let bytes: Vec<u8> = (bits.as_bytes().chunks(8))
            .map(|byte| byte.iter().enumerate().map(|(at, bit)| (bit - b'0') << (7 - at)).sum())
            .collect();
        let mut block = Block { length_bits, ..NEW_BLOCK };
        let (mut bits, mut announced) = (HeaderBits::new(&bytes), Vec::new());
        let style = BlockStyle { kinds, ..BlockStyle::default() };
        let mut contribution = Contribution { band: 0, block: 0, bits: &mut bits, announced: &mut announced };
        assert_eq!(contribution.read(&mut block, style, passes), Ok(()));
        (block, announced.iter().map(|one| (one.length, one.passes)).collect())
    }

    #[test]
    fn a_bit_to_spare_says_which_kind_it_is() {
        let (block, lengths) = read(Kinds::Both, 1, 5, "00110");
        assert_eq!((block.coded, lengths), (Coded::HighThroughput, vec![(6, 1)]));
        let (block, lengths) = read(Kinds::Both, 1, 5, "10110");
        assert_eq!((block.coded, lengths), (Coded::Arithmetic, vec![(22, 1)]));
        // With the fewest bits there can be there is none to spare.
        let (block, lengths) = read(Kinds::Both, 1, 3, "011");
        assert_eq!((block.coded, lengths), (Coded::Arithmetic, vec![(3, 1)]));
        let (block, lengths) = read(Kinds::HighThroughput, 1, 3, "011");
        assert_eq!((block.coded, lengths), (Coded::HighThroughput, vec![(3, 1)]));
    }

    /// Six passes: as high-throughput ones three empty, a cleanup (two bits more), and two refinements (one more).
    #[test]
    fn passes_before_the_cleanup_are_empty_planes() {
        let (block, lengths) = read(Kinds::Both, 6, 4, "00110110000");
        assert_eq!((block.zero_planes, block.passes), (1, 3));
        assert_eq!(lengths, [(0b1101, 1), (0b10000, 2)]);
        // One segment of another kind has as many bits as six passes take.
        let (block, lengths) = read(Kinds::Both, 7, 4, "101101");
        assert_eq!((block.coded, lengths), (Coded::Arithmetic, vec![(45, 7)]));
    }
}
