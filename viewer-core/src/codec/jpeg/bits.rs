//! Bits of one entropy-coded segment, ISO/IEC 10918-1 B.1.1.5 and F.2.2.5.
//!
//! A segment is unstuffed once (FF 00 → FF), so that reading needs no look at single bytes: eight bytes are
//! taken at a time and what is missing at the end reads as zero bits, which [`BitReader::overran`] tells.

/// Zero bytes kept after the unstuffed ones, so that a whole word can be read at the last of them.
const PADDING: usize = 8;

/// Restart intervals of one scan, unstuffed one after the other into the same buffer.
pub(crate) struct Intervals<'a> {
    coded: &'a [u8],
    plain: Vec<u8>,
}

impl<'a> Intervals<'a> {
    /// `coded` is everything between the scan header and the next marker that is not RSTn.
    pub(crate) fn new(coded: &'a [u8]) -> Self {
        Self { coded, plain: Vec::with_capacity(coded.len() + PADDING) }
    }

    /// The next interval; an empty one where there is none left.
    pub(crate) fn next_reader(&mut self) -> BitReader<'_> {
        self.plain.clear();
        loop {
            let Some(at) = self.coded.iter().position(|&byte| byte == 0xff) else {
                self.plain.extend_from_slice(self.coded);
                self.coded = &[];
                break;
            };
            self.plain.extend_from_slice(&self.coded[..at]);
            let after = self.coded.get(at + 1).copied();
            self.coded = self.coded.get(at + 2..).unwrap_or_default();
            match after {
                Some(0) => self.plain.push(0xff),
                // FF FF: the first is a fill byte, the second begins what follows.
                Some(0xff) => self.coded = resume_at_fill(self.coded),
                _ => break,
            }
        }
        let bytes = self.plain.len();
        self.plain.resize(bytes + PADDING, 0);
        BitReader { plain: &self.plain, bytes, position: 0, bits: 0, count: 0 }
    }
}

/// After FF FF: skips further fill and the marker code that ends it.
fn resume_at_fill(coded: &[u8]) -> &[u8] {
    let fill = coded.iter().take_while(|&&byte| byte == 0xff).count();
    coded.get(fill + 1..).unwrap_or_default()
}

/// Most significant bit first.
///
/// Loops read from a copy of their own and give it back when they are through: what nobody else can see stays in
/// registers.
#[derive(Clone, Copy)]
pub(crate) struct BitReader<'a> {
    plain: &'a [u8],
    bytes: usize,
    position: usize,
    /// Upcoming bits at the top; below `count` of them lies a copy of what the next refill brings.
    bits: u64,
    count: u32,
}

impl BitReader<'_> {
    /// Makes at least `n` ≤ 56 bits available.
    #[inline(always)]
    pub(crate) fn ensure(&mut self, n: u32) {
        if self.count < n {
            self.refill();
        }
    }

    /// Makes at least 56 bits available.
    #[inline(always)]
    pub(crate) fn refill(&mut self) {
        let word = self.plain.get(self.position..).and_then(|rest| rest.first_chunk::<8>());
        self.bits |= u64::from_be_bytes(*word.unwrap_or(&[0; 8])) >> self.count;
        self.position += ((63 - self.count) >> 3) as usize;
        self.count |= 56;
    }

    /// The upcoming bits, first at the top.
    #[inline(always)]
    pub(crate) fn peek(&self) -> u64 {
        self.bits
    }

    /// Drops `n` bits (at most 56 between two refills).
    #[inline(always)]
    pub(crate) fn skip(&mut self, n: u32) {
        self.bits <<= n;
        self.count = self.count.wrapping_sub(n);
    }

    /// Takes `n` ≤ 32 bits that are available.
    #[inline(always)]
    pub(crate) fn take(&mut self, n: u32) -> u32 {
        let value = ((self.bits >> 1) >> (63 - n)) as u32;
        self.skip(n);
        value
    }

    /// Whether more bits were taken than the segment has.
    #[inline(always)]
    pub(crate) fn overran(&self) -> bool {
        self.position.saturating_mul(8).saturating_sub(self.count as usize) > self.bytes * 8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stuffing_goes_and_restart_markers_part() {
        let mut intervals =
            Intervals::new(&[0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56, 0xff, 0xff, 0xd1, 0x78]);
        let mut reader = intervals.next_reader();
        reader.refill();
        assert_eq!(reader.take(24), 0x12ff34);
        assert!(!reader.overran());
        reader.skip(1);
        assert!(reader.overran());
        let mut reader = intervals.next_reader();
        reader.refill();
        assert_eq!(reader.take(8), 0x56);
    }
}
