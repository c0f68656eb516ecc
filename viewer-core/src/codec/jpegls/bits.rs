//! Bits of coded JPEG-LS data: after a byte FF the next one brings seven bits (T.87 A.1).
//!
//! Stuffing is taken out of a whole scan before its bits are used: then any bits are two loads away, whatever was read
//! before, and nothing has to be refilled.

/// The bits of a scan without stuffing, by interval between restart markers.
#[derive(Default)]
pub(super) struct Plain {
    /// The first bit of a word highest; each interval begins a word.
    words: Vec<u64>,
    /// First word and number of bits of each interval.
    intervals: Vec<(usize, usize)>,
}

/// Longest scan: with it no position of a bit overflows where addresses have 32 bits.
const MOST_BYTES: usize = (u32::MAX / 8) as usize - 64;

const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

impl Plain {
    /// Reads up to the marker that ends the scan; at most as many `intervals` as are wanted, apart from each other by
    /// restart markers.
    pub(super) fn new(coded: &[u8], intervals: usize) -> Self {
        let mut plain = Self::default();
        let mut rest = coded.get(..MOST_BYTES).unwrap_or(coded);
        plain.words.reserve(rest.len() / 8 + 4);
        while plain.intervals.len() < intervals {
            let (used, marker) = plain.interval(rest);
            if !matches!(marker, Some(0xd0..=0xd7)) {
                break;
            }
            rest = &rest[used..];
        }
        plain
    }

    /// One interval: how many bytes it and the marker after it take, and that marker.
    fn interval(&mut self, coded: &[u8]) -> (usize, Option<u8>) {
        let first = self.words.len();
        let (mut word, mut filled) = (0u64, 0u32);
        let mut rest = coded;
        let mut marker = None;
        loop {
            if let Some((eight, next)) = rest.split_first_chunk::<8>() {
                let eight = u64::from_be_bytes(*eight);
                if (!eight).wrapping_sub(LOW) & eight & HIGH == 0 {
                    self.words.push(word | eight >> filled);
                    word = if filled == 0 { 0 } else { eight << (64 - filled) };
                    rest = next;
                    continue;
                }
            }
            // Up to the byte after the next FF.
            let Some((&byte, next)) = rest.split_first() else { break };
            self.put(&mut word, &mut filled, byte, 8);
            rest = next;
            if byte != 0xff {
                continue;
            }
            let Some((&byte, next)) = rest.split_first() else { break };
            rest = next;
            if byte >= 0x80 {
                marker = Some(byte);
                break;
            }
            self.put(&mut word, &mut filled, byte, 7);
        }
        let bits = (self.words.len() - first) * 64 + filled as usize;
        self.words.push(word);
        self.intervals.push((first, bits));
        (coded.len() - rest.len(), marker)
    }

    fn put(&mut self, word: &mut u64, filled: &mut u32, byte: u8, width: u32) {
        let top = u64::from(byte) << (64 - width);
        *word |= top >> *filled;
        *filled += width;
        if *filled >= 64 {
            self.words.push(*word);
            *filled -= 64;
            *word = (u64::from(byte) << 1 << (63 - *filled)) & if *filled == 0 { 0 } else { u64::MAX };
        }
    }

    /// The bits of an interval; none where there is no such one.
    pub(super) fn reader(&self, interval: usize) -> BitReader<'_> {
        let (first, end) = self.intervals.get(interval).copied().unwrap_or((self.words.len(), 0));
        let words = self.words.get(first..first + end.div_ceil(64)).unwrap_or_default();
        BitReader { words, position: 0, end }
    }
}

/// Bits of an interval, most significant first, small enough to be handed on by value, so that it can live in registers;
/// zeros beyond the end.
#[derive(Clone, Copy)]
pub(super) struct BitReader<'p> {
    words: &'p [u64],
    position: usize,
    end: usize,
}

impl BitReader<'_> {
    /// The next 64 bits.
    #[inline(always)]
    fn next(&self) -> u64 {
        let first = self.position >> 6;
        let at = self.position as u32 & 63;
        match self.words.get(first..first + 2) {
            Some(&[one, two]) => one << at | two >> 1 >> (63 - at),
            _ => self.words.get(first).map_or(0, |one| one << at),
        }
    }

    /// Takes `n` ≤ 32 bits.
    #[inline(always)]
    pub(super) fn take(&mut self, n: u32) -> u32 {
        let value = (self.next() >> 1 >> (63 - n)) as u32;
        self.position += n as usize;
        value
    }

    /// A Golomb code, A.5.3: its mapped error. `escape` zeros stand before an error of `escape_bits` that is written
    /// plainly. No code is longer than LIMIT, which is at most 64: what [`Self::next`] gives.
    #[inline(always)]
    pub(super) fn golomb(&mut self, k: u32, escape: u32, escape_bits: u32) -> u32 {
        let bits = self.next();
        let zeros = bits.leading_zeros();
        if zeros >= escape {
            let low = self.escaped(escape, escape_bits);
            self.position += (escape + 1 + escape_bits) as usize;
            return low;
        }
        let low = (bits << zeros << 1 >> 1 >> (63 - (k & 63))) as u32;
        self.position += (zeros + 1 + k) as usize;
        zeros << (k & 31) | low
    }

    /// An error that is written plainly, A.5.3; most pictures have none. It takes the reader by value, as one whose
    /// address is taken does not live in registers.
    #[cold]
    fn escaped(self, escape: u32, escape_bits: u32) -> u32 {
        let low = (self.next() << (escape & 63) << 1 >> 1 >> (63 - (escape_bits & 63))) as u32;
        low.wrapping_add(1)
    }

    /// Whether bits beyond the end were taken.
    pub(super) fn overran(&self) -> bool {
        self.position > self.end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_after_ff_brings_seven_bits() {
        let plain = Plain::new(&[0xff, 0x7f, 0x80, 1, 2, 3, 4, 5, 6, 7, 8], 1);
        let mut reader = plain.reader(0);
        assert_eq!(reader.take(15), 0x7fff);
        assert_eq!(reader.take(8), 0x80);
        assert_eq!(reader.take(32), 0x0102_0304);
        assert_eq!(reader.take(32), 0x0506_0708);
        assert!(!reader.overran());
        reader.take(1);
        assert!(reader.overran());
    }

    /// Against bits put together one by one, with FF at every place.
    #[test]
    fn stuffing_is_taken_out_wherever_it_is() {
        let mut seed = 5u32;
        for round in 0..200 {
            let mut coded = vec![];
            let mut expected = vec![];
            let mut full = false;
            for _ in 0..round {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let byte = if seed >> 29 == 0 && !full { 0xff } else { (seed >> 16) as u8 };
                let byte = if full { byte & 0x7f } else { byte };
                let width = if full { 7 } else { 8 };
                expected.extend((0..width).rev().map(|bit| u32::from(byte >> bit & 1)));
                full = byte == 0xff;
                coded.push(byte);
            }
            let plain = Plain::new(&coded, 1);
            let mut reader = plain.reader(0);
            let found: Vec<u32> = expected.iter().map(|_| reader.take(1)).collect();
            assert_eq!(found, expected, "{round}");
            assert!(!reader.overran());
            reader.take(1);
            assert!(reader.overran());
        }
    }

    #[test]
    fn markers_end_intervals() {
        let coded = [0x12, 0xff, 0xd1, 0x34, 0xff, 0xd9, 0x56];
        let plain = Plain::new(&coded, 9);
        let [mut one, mut two, three] = [0, 1, 2].map(|interval| plain.reader(interval));
        assert_eq!((one.take(16), two.take(16)), (0x12ff, 0x34ff));
        assert!(!one.overran() && !two.overran() && !three.overran());
        assert_eq!({ three }.take(8), 0);
        // Where none are wanted, the first marker is the end.
        assert_eq!(Plain::new(&coded, 1).reader(1).take(8), 0);
    }

    #[test]
    fn codes_and_escapes() {
        let plain = Plain::new(&[0b0001_0110, 0b0000_0110, 0b1000_0000], 1);
        let mut reader = plain.reader(0);
        assert_eq!(reader.golomb(2, 20, 8), 3 << 2 | 1);
        assert_eq!(reader.take(2), 0b10);
        // Five zeros and a one, then the error less one.
        assert_eq!(reader.golomb(2, 5, 4), 0b1010 + 1);
    }
}
