//! The MQ arithmetic decoder: ISO/IEC 15444-1 annex C.
//!
//! The standard's registers A and C go down by Qe with every symbol, until one of them says that more is to be done:
//! C below 0 (a less probable symbol, or an exchange) or A below 0x8000 (renormalisation). Both are kept relative to
//! the smaller of C and A − 0x8000, so that the usual symbol costs one subtraction and one comparison. Bytes are put
//! into the lower bits of C several at a time.

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

/// A context's state: Qe in the upper half, the row of table C.2 times two and the more probable symbol below.
pub(super) type Context = u32;

/// The state of a context in row `row` with 0 as the more probable symbol.
pub(super) const fn context(row: u8) -> Context {
    (STATES[row as usize].0 as u32) << 16 | (row as u32) << 1
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
            next[row << 1 | symbol] = [context(more) | symbol as u32, context(less) | other as u32];
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
    /// min(C, A − 0x8000).
    distance: i64,
    /// A and C, less `distance`.
    a: i64,
    c: i64,
    /// Lowest bit of the last byte in C; at most `UNIT` before a symbol is decoded.
    lowest: u32,
    position: usize,
    last: u8,
    bytes: &'b [u8],
}

impl<'b> Mq<'b> {
    /// INITDEC, figure C.10. Beyond the end of the segment come ones, as the standard has it.
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        let first = bytes.first().copied().unwrap_or(0xff);
        let c = i64::from(first) << (UNIT + 7);
        let mut new = Self { distance: 0, a: 0, c, lowest: UNIT + 7, position: 1, last: first, bytes };
        if bytes.is_empty() {
            new.position = 0;
        }
        new.fill();
        new.set(HALF, new.c);
        new
    }

    /// Registers relative to the next thing that happens.
    #[inline(always)]
    fn set(&mut self, a: i64, c: i64) {
        self.distance = c.min(a.wrapping_sub(HALF));
        self.a = a.wrapping_sub(self.distance);
        self.c = c.wrapping_sub(self.distance);
    }

    /// BYTEIN, figure C.19, as often as there is room; C in `c` is absolute.
    #[inline]
    fn fill(&mut self) {
        while self.lowest >= 8 {
            let next = self.bytes.get(self.position).copied().unwrap_or(0xff);
            if self.last == 0xff && (next > 0x8f || self.position >= self.bytes.len()) {
                // A marker or the end: ones, for ever.
                self.lowest -= 8;
                self.c = self.c.wrapping_add(0xff << self.lowest);
                continue;
            }
            self.lowest -= if self.last == 0xff { 7 } else { 8 };
            self.c = self.c.wrapping_add(i64::from(next) << self.lowest);
            self.last = next;
            self.position += 1;
        }
    }

    /// DECODE, figure C.15.
    #[inline(always)]
    pub(super) fn decode(&mut self, context: &mut Context) -> u32 {
        let state = *context;
        let qe = i64::from(state & 0xffff_0000) << (UNIT - 16);
        self.distance = self.distance.wrapping_sub(qe);
        if self.distance >= 0 {
            return state & 1;
        }
        self.exchange(context, qe)
    }

    #[inline(always)]
    fn exchange(&mut self, context: &mut Context, qe: i64) -> u32 {
        let state = *context;
        let mut a = self.a.wrapping_add(self.distance);
        let mut c = self.c.wrapping_add(self.distance);
        // Whether the sub-interval that was hit is the smaller one.
        let lower = c < 0;
        let less = lower ^ (a < qe);
        if lower {
            a = qe;
            c = c.wrapping_add(qe);
        }
        *context = NEXT[(state & 127) as usize][usize::from(less)];
        let shift = (a.leading_zeros().wrapping_sub(1)) & 15;
        a <<= shift;
        c <<= shift;
        self.lowest += shift;
        if self.lowest > 31 {
            self.c = c;
            self.fill();
            c = self.c;
        }
        self.set(a, c);
        state & 1 ^ u32::from(less)
    }
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
