//! The bit streams of a high-throughput code-block, with stuffing taken out: T.814 7.1.
//!
//! Stuffing is taken out of a whole stream before its bits are used: then any bits are one load away, and loads do
//! not wait for each other.

/// Plain bits, the first of a byte lowest.
#[derive(Debug, Default)]
pub(super) struct Bits {
    bytes: Vec<u8>,
}

/// Bytes after the last that can be loaded.
const PADDING: usize = 16;

impl Bits {
    /// A stream that runs forward, a bit stuffed after each 0xff (7.1.2, 7.1.5); beyond its end comes `beyond` for
    /// ever.
    pub(super) fn forward(&mut self, stream: &[u8], beyond: u8) {
        let mut out = Writer::new(&mut self.bytes, stream.len());
        let mut full = false;
        let mut rest = stream;
        loop {
            if let Some((word, next)) = rest.split_first_chunk::<4>()
                && !full
            {
                let word = u32::from_le_bytes(*word);
                if !has_zero_byte(!word) {
                    out.put(word, 32);
                    rest = next;
                    continue;
                }
            }
            let Some((&byte, next)) = rest.split_first() else { break };
            out.put((byte & if full { 0x7f } else { 0xff }).into(), if full { 7 } else { 8 });
            full = byte == 0xff;
            rest = next;
        }
        out.finish(beyond);
    }

    /// A stream that runs backward from its end (7.1.4, 7.1.6): after a byte above 0x8f, one whose lower seven bits
    /// are all set has only those. `after`: the byte that would come before the first, and how many of its upper
    /// bits belong to the stream.
    pub(super) fn backward(&mut self, stream: &[u8], after: u8, bits: u32) {
        let mut out = Writer::new(&mut self.bytes, stream.len());
        if bits > 0 {
            let head = u32::from(after) >> (8 - bits);
            let count = if head & 7 == 7 { bits - 1 } else { bits };
            out.put(head & ((1 << count) - 1), count);
        }
        let mut high = after > 0x8f;
        let mut rest = stream;
        loop {
            if let Some((next, word)) = rest.split_last_chunk::<4>() {
                let word = u32::from_be_bytes(*word);
                if !has_zero_byte(!word & 0x7f7f_7f7f) {
                    out.put(word, 32);
                    high = word >> 24 > 0x8f;
                    rest = next;
                    continue;
                }
            }
            let Some((&byte, next)) = rest.split_last() else { break };
            if high && byte & 0x7f == 0x7f {
                out.put(0x7f, 7);
            } else {
                out.put(byte.into(), 8);
            }
            high = byte > 0x8f;
            rest = next;
        }
        out.finish(0);
    }

    /// At least 57 bits from a position; beyond the end what the stream says it has there, in the end zeros.
    #[inline(always)]
    pub(super) fn at(&self, position: usize) -> u64 {
        // A range that cannot overflow takes one comparison.
        let first = position >> 3;
        let word = self.bytes.get(first..first + 8).and_then(|bytes| bytes.first_chunk::<8>());
        word.map_or(0, |word| u64::from_le_bytes(*word)) >> (position & 7)
    }
}

fn has_zero_byte(word: u32) -> bool {
    word.wrapping_sub(0x0101_0101) & !word & 0x8080_8080 != 0
}

struct Writer<'v> {
    bytes: &'v mut Vec<u8>,
    word: u64,
    count: u32,
}

impl<'v> Writer<'v> {
    fn new(bytes: &'v mut Vec<u8>, expected: usize) -> Self {
        bytes.clear();
        bytes.reserve(expected + 2 * PADDING);
        Self { bytes, word: 0, count: 0 }
    }

    #[inline(always)]
    fn put(&mut self, bits: u32, count: u32) {
        self.word |= u64::from(bits) << self.count;
        self.count += count;
        if self.count >= 32 {
            self.bytes.extend_from_slice(&(self.word as u32).to_le_bytes());
            self.word >>= 32;
            self.count -= 32;
        }
    }

    fn finish(mut self, beyond: u8) {
        for _ in 0..PADDING {
            self.put(beyond.into(), 8);
        }
        self.bytes.extend_from_slice(&self.word.to_le_bytes());
    }
}

/// Exponents of the adaptive run-length code's states: table 2.
const RUNS: [u32; 13] = [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5];

/// The adaptive run-length decoder, MEL: 7.3.3. Its stream runs forward with the first bit of a byte highest.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mel<'b> {
    stream: &'b [u8],
    /// Bits to come, from the top.
    word: u64,
    count: u32,
    full: bool,
    state: usize,
    /// Events that are no, before one that is yes where `ends`.
    run: u32,
    ends: bool,
}

impl<'b> Mel<'b> {
    /// The stream's last byte shares its lower half with another stream: ones are read there, and beyond it.
    pub(super) fn new(stream: &'b [u8]) -> Self {
        Self { stream, word: 0, count: 0, full: false, state: 0, run: 0, ends: false }
    }

    /// The next event.
    #[inline(always)]
    pub(super) fn event(&mut self) -> bool {
        if self.run == 0 && !self.ends {
            *self = self.with_run();
        }
        if self.run > 0 {
            self.run -= 1;
            return false;
        }
        self.ends = false;
        true
    }

    /// With the next run. A copy, so that the caller's own can stay in registers.
    #[inline(never)]
    fn with_run(mut self) -> Self {
        while self.count <= 48 {
            let byte = match self.stream.split_first() {
                Some((&last, [])) => {
                    self.stream = &[];
                    last | 0x0f
                }
                Some((&byte, rest)) => {
                    self.stream = rest;
                    byte
                }
                None => 0xff,
            };
            let bits = if self.full { 7 } else { 8 };
            let value = u64::from(if self.full { byte & 0x7f } else { byte });
            self.count += bits;
            self.word |= value << (64 - self.count);
            self.full = byte == 0xff;
        }
        let exponent = RUNS[self.state.min(12)];
        if self.word >> 63 == 1 {
            self.run = 1 << exponent;
            self.state = (self.state + 1).min(12);
            self.word <<= 1;
            self.count -= 1;
        } else {
            self.run = (self.word >> (63 - exponent)) as u32 & ((1 << exponent) - 1);
            self.ends = true;
            self.state = self.state.saturating_sub(1);
            self.word <<= exponent + 1;
            self.count -= exponent + 1;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stuffed_bits_are_taken_out() {
        let mut bits = Bits::default();
        bits.forward(&[0x01, 0xff, 0x7f, 0x80], 0xff);
        assert_eq!(bits.at(0) & 0xffff_ffff, 0x01 | 0xff << 8 | 0x7f << 16 | 0x80 << 23 | 1 << 31);
        assert_eq!(bits.at(31 + 128) & 0xff, 0);
        bits.backward(&[0x80, 0x7f, 0x90], 0, 0);
        assert_eq!(bits.at(0), 0x90 | 0x7f << 8 | 0x80 << 15);
    }

    #[test]
    fn runs_of_events() {
        // 1 1 1: three single events that are no; then state 3: 1 is two that are no; 0 with one bit: that many and
        // a yes.
        let mut mel = Mel::new(&[0b1111_0110, 0xff, 0x7f, 0xff]);
        let events: Vec<bool> = (0..7).map(|_| mel.event()).collect();
        assert_eq!(events, [false, false, false, false, false, false, true]);
    }
}
