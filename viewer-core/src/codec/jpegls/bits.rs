//! Bits of coded JPEG-LS data: after a byte FF the next one brings seven bits (T.87 A.1).

const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// Most significant bit first, small enough to be handed on by value, so that it can live in registers; zero bits where the data end or a marker comes.
#[derive(Clone, Copy)]
pub(super) struct BitReader<'a> {
    coded: &'a [u8],
    position: usize,
    /// Upcoming bits at the top; below `count` of them lies a copy of what the next refill brings, or 0.
    bits: u64,
    count: u32,
    after_ff: bool,
    /// Zero bits added beyond the end.
    padding: u64,
}

impl<'a> BitReader<'a> {
    pub(super) fn new(coded: &'a [u8]) -> Self {
        Self { coded, position: 0, bits: 0, count: 0, after_ff: false, padding: 0 }
    }

    /// Makes at least 56 bits available.
    #[inline(always)]
    pub(super) fn refill(&mut self) {
        let word = self.coded.get(self.position..).and_then(|rest| rest.first_chunk::<8>());
        if let Some(word) = word {
            let word = u64::from_be_bytes(*word);
            let has_ff = (!word).wrapping_sub(LOW) & word & HIGH != 0;
            if !has_ff && !self.after_ff {
                self.bits |= word >> self.count;
                self.position += ((63 - self.count) >> 3) as usize;
                self.count |= 56;
                return;
            }
        }
        self.refill_bytes();
    }

    #[cold]
    #[inline(never)]
    fn refill_bytes(&mut self) {
        while self.count < 56 {
            let byte = match self.coded.get(self.position) {
                Some(&byte) if !(self.after_ff && byte >= 0x80) => byte,
                _ => {
                    self.padding += u64::from(56 - self.count);
                    self.count = 56;
                    return;
                }
            };
            let width = if self.after_ff { 7 } else { 8 };
            self.bits |= u64::from(byte) << (64 - width - self.count);
            self.count += width;
            self.after_ff = byte == 0xff;
            self.position += 1;
        }
    }

    /// Drops `n` ≤ 63 bits.
    #[inline(always)]
    pub(super) fn skip(&mut self, n: u32) {
        self.bits <<= n;
        self.count = self.count.wrapping_sub(n);
    }

    /// Takes `n` ≤ 32 bits that are available.
    #[inline(always)]
    pub(super) fn take(&mut self, n: u32) -> u32 {
        let value = ((self.bits >> 1) >> (63 - n)) as u32;
        self.skip(n);
        value
    }

    /// A Golomb code, A.5.3: its mapped error. `escape` zeros stand before an error of `escape_bits` that is written
    /// plainly.
    #[inline(always)]
    pub(super) fn golomb(&mut self, k: u32, escape: u32, escape_bits: u32) -> u32 {
        let zeros = self.bits.leading_zeros();
        if zeros + k < self.count && zeros < escape {
            self.skip(zeros + 1);
            return zeros << k | self.take(k);
        }
        let mapped;
        (*self, mapped) = self.golomb_of_more(k, escape, escape_bits);
        mapped
    }

    /// … that is not whole among the bits that are available, or escapes.
    #[inline(never)]
    fn golomb_of_more(mut self, k: u32, escape: u32, escape_bits: u32) -> (Self, u32) {
        self.refill();
        let zeros = self.bits.leading_zeros();
        let (high, bits, add) = if zeros < escape { (zeros << k, k, 0) } else { (0, escape_bits, 1) };
        self.skip(zeros.min(escape) + 1);
        if self.count < bits {
            self.refill();
        }
        let mapped = (high | self.take(bits)) + add;
        (self, mapped)
    }

    /// Whether bits beyond the end were taken.
    pub(super) fn overran(&self) -> bool {
        self.padding > u64::from(self.count)
    }

    /// What comes after a restart marker; nothing where there is none.
    pub(super) fn after_restart_marker(&self) -> &'a [u8] {
        let mut rest = self.coded.get(self.position.saturating_sub(8)..).unwrap_or_default();
        while let Some(at) = rest.iter().position(|&byte| byte == 0xff) {
            match rest.get(at + 1) {
                Some(0xd0..=0xd7) => return &rest[at + 2..],
                Some(_) => rest = &rest[at + 1..],
                None => break,
            }
        }
        &[]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_after_ff_brings_seven_bits() {
        let mut reader = BitReader::new(&[0xff, 0x7f, 0x80, 1, 2, 3, 4, 5, 6, 7, 8]);
        reader.refill();
        assert_eq!(reader.take(16), 0xffff);
        assert_eq!(reader.take(7), 0);
        assert_eq!(reader.take(8), 1);
        reader.refill();
        assert_eq!(reader.take(32), 0x0203_0405);
        reader.refill();
        assert_eq!(reader.take(24), 0x06_0708);
        assert!(!reader.overran());
        reader.refill();
        reader.skip(1);
        assert!(reader.overran());
    }

    #[test]
    fn a_marker_ends_the_data() {
        let mut reader = BitReader::new(&[0x12, 0xff, 0xd1, 0x34]);
        reader.refill();
        assert_eq!(reader.take(16), 0x12ff);
        reader.skip(1);
        assert!(reader.overran());
        assert_eq!(reader.after_restart_marker(), [0x34]);
    }
}
