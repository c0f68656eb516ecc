//! The MQ arithmetic decoder: ISO/IEC 15444-1 annex C.
//!
//! The standard's registers A and C both go down by Qe with every symbol, until C falls below 0 (a less probable symbol,
//! or an exchange) or A below 0x8000 (renormalisation). A is kept less 0x8000, so that the signs of both say at once
//! whether more is to be done. Bytes are put into the lower bits of C several at a time.

/// Qe, next state after the more and the less probable symbol, whether the sense switches: table C.2.
const STATES: [(u16, u8, u8, bool); 47] = [
    (0x5601, 1, 1, true),
    (0x3401, 2, 6, false),
    (0x1801, 3, 9, false),
    (0x0ac1, 4, 12, false),
    (0x0521, 5, 29, false),
    (0x0221, 38, 33, false),
    (0x5601, 7, 6, true),
    (0x5401, 8, 14, false),
    (0x4801, 9, 14, false),
    (0x3801, 10, 14, false),
    (0x3001, 11, 17, false),
    (0x2401, 12, 18, false),
    (0x1c01, 13, 20, false),
    (0x1601, 29, 21, false),
    (0x5601, 15, 14, true),
    (0x5401, 16, 14, false),
    (0x5101, 17, 15, false),
    (0x4801, 18, 16, false),
    (0x3801, 19, 17, false),
    (0x3401, 20, 18, false),
    (0x3001, 21, 19, false),
    (0x2801, 22, 19, false),
    (0x2401, 23, 20, false),
    (0x2201, 24, 21, false),
    (0x1c01, 25, 22, false),
    (0x1801, 26, 23, false),
    (0x1601, 27, 24, false),
    (0x1401, 28, 25, false),
    (0x1201, 29, 26, false),
    (0x1101, 30, 27, false),
    (0x0ac1, 31, 28, false),
    (0x09c1, 32, 29, false),
    (0x08a1, 33, 30, false),
    (0x0521, 34, 31, false),
    (0x0441, 35, 32, false),
    (0x02a1, 36, 33, false),
    (0x0221, 37, 34, false),
    (0x0141, 38, 35, false),
    (0x0111, 39, 36, false),
    (0x0085, 40, 37, false),
    (0x0049, 41, 38, false),
    (0x0025, 42, 39, false),
    (0x0015, 43, 40, false),
    (0x0009, 44, 41, false),
    (0x0005, 45, 42, false),
    (0x0001, 45, 43, false),
    (0x5601, 46, 46, false),
];

/// A context's state: Qe where the registers have theirs; the row of table C.2 times two and the more probable symbol in
/// the lowest bits.
pub(super) type Context = u64;

/// The state of a context in row `row` with 0 as the more probable symbol.
pub(super) const fn context(row: u8) -> Context {
    let qe = STATES[row as usize].0;
    (qe as u64) << UNIT | (row as u64) << 1
}

/// States after the more and after the less probable symbol, by the lower 7 bits of a context.
const NEXT: [[Context; 2]; 128] = {
    let mut next = [[0; 2]; 128];
    let mut row = 0;
    while row < STATES.len() {
        let (_, more, less, switch) = STATES[row];
        let mut symbol = 0;
        while symbol < 2 {
            let other = if switch { 1 - symbol } else { symbol };
            next[row << 1 | symbol] = [context(more) | symbol as u64, context(less) | other as u64];
            symbol += 1;
        }
        row += 1;
    }
    next
};

/// The lowest bit of the standard's Chigh and of A in our registers, which have room for bytes below and for a sign.
const UNIT: u32 = 47;
const HALF: i64 = 0x8000 << UNIT;

/// The decoder's registers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mq<'b> {
    /// A − 0x8000.
    a: i64,
    c: i64,
    /// Lowest bit of the last byte in C; at most `UNIT` before a symbol is decoded.
    lowest: u32,
    /// The next byte.
    position: usize,
    bytes: &'b [u8],
}

impl<'b> Mq<'b> {
    /// INITDEC, figure C.10. Beyond the end of the segment come ones, as the standard has it.
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        let first = bytes.first().copied().unwrap_or(0xff);
        let lowest = UNIT + 7;
        let mut new = Self { a: 0, c: i64::from(first) << lowest, lowest, position: 1, bytes };
        new.fill();
        new
    }

    /// Puts bytes into C as long as there is room.
    #[inline(always)]
    fn fill(&mut self) {
        let Filled { c, position, lowest } = fill(self.bytes, self.position, self.lowest, self.c);
        (self.c, self.position, self.lowest) = (c, position, lowest);
    }

    /// DECODE, figure C.15, for a context whose symbols are easy to foresee.
    #[inline(always)]
    pub(super) fn decode_likely(&mut self, context: &mut Context) -> u32 {
        let state = *context;
        let qe = (state & !0xfff) as i64;
        let (a, c) = (self.a.wrapping_sub(qe), self.c.wrapping_sub(qe));
        if (a | c) < 0 {
            return self.decode(context);
        }
        (self.a, self.c) = (a, c);
        state as u32 & 1
    }

    /// DECODE, figure C.15. Most symbols of pictures without loss change the registers' scale, and which do no processor
    /// can foresee: so there is no branch that depends on the symbol.
    #[inline(always)]
    pub(super) fn decode(&mut self, context: &mut Context) -> u32 {
        let state = *context;
        let next = &NEXT[(state & 127) as usize];
        let qe = (state & !0xfff) as i64;
        let upper = self.a.wrapping_add(HALF).wrapping_sub(qe);
        let c = self.c.wrapping_sub(qe);
        // Whether the sub-interval that was hit is the smaller one (figures C.16 and C.17).
        let lower = c < 0;
        let less = lower ^ (upper < qe);
        // RENORMD, figure C.18, in one step.
        let interval = if lower { qe } else { upper };
        let shift = interval.leading_zeros().wrapping_sub(1) & 31;
        let changed = if less { next[1] } else { next[0] };
        *context = if shift == 0 { state } else { changed };
        self.a = (interval << shift).wrapping_sub(HALF);
        self.c = (if lower { self.c } else { c }) << shift;
        self.lowest += shift;
        if self.lowest > 31 {
            self.fill();
        }
        state as u32 & 1 ^ u32::from(less)
    }
}

/// What [`fill`] changes.
struct Filled {
    c: i64,
    position: usize,
    lowest: u32,
}

/// BYTEIN, figure C.19, several times. Rare enough to be a call, and by value: what is passed by reference would not
/// be kept in registers between calls.
#[inline(never)]
fn fill(bytes: &[u8], mut position: usize, mut lowest: u32, mut c: i64) -> Filled {
    // Four bytes without a stuffed bit after any of them.
    if let Some(&[last, next @ ..]) = bytes.get(position - 1..).and_then(|bytes| bytes.first_chunk::<5>())
        && lowest >= 32
    {
        let word = u32::from_be_bytes(next);
        let ones = !word;
        let full = ones.wrapping_sub(0x0101_0101) & !ones & 0x8080_8080;
        if full == 0 && last != 0xff {
            lowest -= 32;
            c = c.wrapping_add(i64::from(word) << lowest);
            return Filled { c, position: position + 4, lowest };
        }
    }
    let byte = |position: usize| bytes.get(position).copied().unwrap_or(0xff);
    while lowest >= 8 {
        let (last, next) = (byte(position - 1), byte(position));
        if last == 0xff && next > 0x8f {
            // A marker or the end: ones, for ever.
            lowest -= 8;
            c = c.wrapping_add(0xff << lowest);
        } else {
            lowest -= if last == 0xff { 7 } else { 8 };
            c = c.wrapping_add(i64::from(next) << lowest);
            position += 1;
        }
    }
    Filled { c, position, lowest }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The test sequence of ISO/IEC 14492 H.2 (ITU-T T.88), whose arithmetic coder is the same.
    #[test]
    fn the_standard_s_test_sequence() {
        let coded = [
            0x84, 0xc7, 0x3b, 0xfc, 0xe1, 0xa1, 0x43, 0x04, 0x02, 0x20, 0x00, 0x00, 0x41, 0x0d, 0xbb, 0x86,
            0xf4, 0x31, 0x7f, 0xff, 0x88, 0xff, 0x37, 0x47, 0x1a, 0xdb, 0x6a, 0xdf, 0xff, 0xac,
        ];
        let plain = [
            0x00, 0x02, 0x00, 0x51, 0x00, 0x00, 0x00, 0xc0, 0x03, 0x52, 0x87, 0x2a, 0xaa, 0xaa, 0xaa, 0xaa,
            0x82, 0xc0, 0x20, 0x00, 0xfc, 0xd7, 0x9e, 0xf6, 0xbf, 0x7f, 0xed, 0x90, 0x4f, 0x46, 0xa3, 0xbf,
        ];
        let mut mq = Mq::new(&coded);
        let mut state = context(0);
        let decoded: Vec<u8> =
            (0..32).map(|_| (0..8).fold(0, |byte, _| byte << 1 | mq.decode(&mut state) as u8)).collect();
        assert_eq!(decoded, plain);
    }

    #[test]
    fn any_bytes_are_taken() {
        for length in 0..40 {
            for byte in [0, 0x7f, 0x80, 0x8f, 0x90, 0xff] {
                let bytes = vec![byte; length];
                let mut mq = Mq::new(&bytes);
                let mut states = [context(0), context(46), context(45)];
                for turn in 0..2000 {
                    mq.decode(&mut states[turn % 3]);
                }
            }
        }
    }
}
