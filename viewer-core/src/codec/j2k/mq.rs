//! The MQ arithmetic decoder: ISO/IEC 15444-1 annex C.
//!
//! The standard's registers A and Chigh are the upper 16 bits of 64, and bytes are put below Chigh several at a time. A
//! single bit below the last of them says how many there are: once the lower half is empty, more are fetched.
//!
//! Two chains bound the speed: from a context's state to its next state, and from the registers to the registers. Both
//! next states are fetched before it is known which of them it will be, and nothing is in either chain that can be
//! outside.

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

/// A context's state: Qe where the registers have A, from bit 4 the row of table C.2 times two plus the more probable
/// symbol, and that symbol again in bit 0.
pub(super) type Context = u64;

/// The lowest bit of A and of Chigh.
const UNIT: u32 = 48;
const QE: u64 = !0 << UNIT;

/// The state of a context in row `row` with 0 as the more probable symbol.
pub(super) const fn context(row: u8) -> Context {
    with_symbol(row, 0)
}

const fn with_symbol(row: u8, symbol: u64) -> Context {
    (STATES[row as usize].0 as u64) << UNIT | (row as u64) << 5 | symbol << 4 | symbol
}

/// The state after the more probable symbol, and what that after the less probable one differs in, by bits 4 to 10 of a
/// context. Not the two states: a choice between them would become one between their addresses, which has to wait for the
/// symbol before anything is fetched.
const NEXT: [[Context; 2]; 128] = {
    let mut next = [[0; 2]; 128];
    let mut row = 0;
    while row < STATES.len() {
        let (_, more, less, switch) = STATES[row];
        let mut symbol = 0;
        while symbol < 2 {
            let other = if switch { 1 - symbol } else { symbol };
            let more = with_symbol(more, symbol as u64);
            next[row << 1 | symbol] = [more, more ^ with_symbol(less, other as u64)];
            symbol += 1;
        }
        row += 1;
    }
    next
};

/// The bytes of a codeword segment.
#[derive(Debug)]
pub(super) struct Source<'b> {
    bytes: &'b [u8],
    /// The next byte.
    position: usize,
}

impl<'b> Source<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, position: 1 }
    }
}

/// The decoder's registers. Where the bytes are is behind a reference: a loop of symbols has registers for little else.
#[derive(Debug)]
pub(super) struct Mq<'s, 'b> {
    a: u64,
    c: u64,
    source: &'s mut Source<'b>,
}

impl<'s, 'b> Mq<'s, 'b> {
    /// The same registers in a place that nobody else knows, where the compiler need not put them into memory.
    #[inline(always)]
    pub(super) fn apart(self) -> Self {
        let Self { a, c, source } = self;
        Self { a, c, source }
    }

    /// INITDEC, figure C.10. Beyond the end of the segment come ones, as the standard has it.
    pub(super) fn new(source: &'s mut Source<'b>) -> Self {
        let first = source.bytes.first().copied().unwrap_or(0xff);
        let lowest = UNIT + 7;
        let c = fill(source, u64::from(first) << lowest | 1 << (lowest - 1));
        Self { a: 0x8000 << UNIT, c, source }
    }

    /// Decodes `count` symbols of a context, at most 8, if all of them are zeros, more probable, and change nothing but the
    /// registers (figure C.15 so many times); else nothing.
    #[inline(always)]
    pub(super) fn skip_zeros(&mut self, state: Context, count: u32) -> bool {
        let qe = state & QE;
        let all = qe.wrapping_mul(u64::from(count));
        let a = self.a.wrapping_sub(all);
        // A stays at 0x8000 or more.
        let fits = qe < 0x1000 << UNIT && (a as i64) < 0 && self.c >= all;
        if !fits || state & 1 == 1 {
            return false;
        }
        self.a = a;
        self.c -= all;
        true
    }

    /// DECODE, figure C.15. Most symbols of pictures without loss change the registers' scale, and which do no processor
    /// can foresee: so there is no branch that depends on the symbol.
    #[inline(always)]
    pub(super) fn decode(&mut self, context: &mut Context) -> u32 {
        let state = *context;
        let [more, difference] = NEXT[(state >> 4 & 127) as usize];
        let qe = state & QE;
        let upper = self.a.wrapping_sub(qe);
        // Whether the sub-interval that was hit is the smaller one (figures C.16 and C.17).
        let lower = self.c < qe;
        let less = lower ^ (upper < qe);
        // RENORMD, figure C.18, in one step.
        let interval = if lower { qe } else { upper };
        // Never all zeros; where the compiler sees that, it need not think of a shift by 64.
        let shift = (interval | 1).leading_zeros();
        let changed = more ^ if less { difference } else { 0 };
        *context = if shift == 0 { state } else { changed };
        self.a = interval.wrapping_shl(shift);
        self.c = (if lower { self.c } else { self.c.wrapping_sub(qe) }).wrapping_shl(shift);
        if self.c as u32 == 0 {
            self.c = fill(self.source, self.c);
        }
        state as u32 & 1 ^ u32::from(less)
    }
}

/// BYTEIN, figure C.19, several times. The lowest bit of `c` that is set lies below the last byte in it.
#[inline(never)]
fn fill(source: &mut Source<'_>, c: u64) -> u64 {
    let Source { bytes, position } = source;
    let mut lowest = c.trailing_zeros() + 1;
    let mut c = c & c.wrapping_sub(1);
    // Four bytes without a stuffed bit after any of them.
    if let Some(&[last, next @ ..]) = bytes.get(*position - 1..).and_then(|bytes| bytes.first_chunk::<5>())
        && lowest > 32
    {
        let word = u32::from_be_bytes(next);
        let ones = !word;
        let full = ones.wrapping_sub(0x0101_0101) & !ones & 0x8080_8080;
        if full == 0 && last != 0xff {
            lowest -= 32;
            *position += 4;
            return c.wrapping_add(u64::from(word) << (lowest & 63)) | 1 << ((lowest - 1) & 63);
        }
    }
    let byte = |position: usize| bytes.get(position).copied().unwrap_or(0xff);
    while lowest > 8 {
        let (last, next) = (byte(*position - 1), byte(*position));
        if last == 0xff && next > 0x8f {
            // A marker or the end: ones, for ever.
            lowest -= 8;
            c = c.wrapping_add(0xff << lowest);
        } else {
            lowest -= if last == 0xff { 7 } else { 8 };
            c = c.wrapping_add(u64::from(next) << lowest);
            *position += 1;
        }
    }
    c | 1 << (lowest - 1)
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
        let mut source = Source::new(&coded);
        let mut mq = Mq::new(&mut source);
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
                let mut source = Source::new(&bytes);
                let mut mq = Mq::new(&mut source);
                let mut states = [context(0), context(46), context(45)];
                for turn in 0..2000 {
                    mq.decode(&mut states[turn % 3]);
                }
            }
        }
    }
}
