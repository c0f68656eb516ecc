//! Sets of a cell's coefficients, one for each bit-plane → words.

use super::words::Word;

/// What is known of a cell's coefficients: six bits a column in each set, its four rows from bit 1, the first column from
/// bit 6.
pub(super) struct Sets<F> {
    pub(super) negative: u64,
    /// Those that end with half a step at `lowest`, and those that do one place above it.
    pub(super) middle: [u64; 2],
    /// Below the lowest bit-plane.
    pub(super) lowest: u32,
    /// How many bit-planes there are.
    pub(super) planes: u32,
    /// Which coefficients have a one, by bit-plane from the highest.
    pub(super) ones: F,
}

impl<F: Fn(u32) -> u64> Sets<F> {
    /// The bit-plane whose ones are bit `number` of a word, which is above `lowest`.
    #[inline(always)]
    fn plane(&self, number: u32) -> u64 {
        (self.ones)(self.lowest + self.planes - number)
    }
}

/// Gives the words of a cell, row by row.
#[inline(always)]
pub(super) fn each_row<W: Word>(sets: &Sets<impl Fn(u32) -> u64>, mut give: impl FnMut(usize, &[W; 8])) {
    #[cfg(target_feature = "simd128")]
    if sets.lowest + sets.planes < 31 {
        // Given from one place: what is done with a row is compiled into this loop, not called.
        for (row, words) in simd::rows(sets).iter().enumerate() {
            give(row, &words.map(W::widened));
        }
        return;
    }
    let mut words = [[W::default(); 8]; 4];
    add(&mut words, sets.negative, W::NEGATIVE);
    add(&mut words, sets.middle[0], W::bit(sets.lowest));
    if sets.middle[1] != 0 {
        add(&mut words, sets.middle[1], W::bit(sets.lowest + 1));
    }
    for number in sets.lowest + 1..=sets.lowest + sets.planes {
        let ones = sets.plane(number);
        if ones != 0 {
            add(&mut words, ones, W::bit(number));
        }
    }
    words.iter().enumerate().for_each(|(row, words)| give(row, words));
}

/// Coefficients of four columns by row, once the column before them is shifted out.
const FOUR_COLUMNS: [[u32; 4]; 4] = {
    let mut masks = [[0; 4]; 4];
    let mut index = 0;
    while index < 16 {
        masks[index / 4][index % 4] = 1 << (6 * (index % 4) + index / 4 + 1);
        index += 1;
    }
    masks
};

/// Sets bits of the words of a set of coefficients.
#[inline(always)]
fn add<W: Word>(words: &mut [[W; 8]; 4], set: u64, bits: W) {
    let halves = [(set >> 6) as u32, (set >> 30) as u32];
    for (words, lanes) in words.iter_mut().zip(&FOUR_COLUMNS) {
        for (words, half) in words.as_chunks_mut::<4>().0.iter_mut().zip(halves) {
            for (word, lane) in words.iter_mut().zip(lanes) {
                *word = word.with(bits, half & lane != 0);
            }
        }
    }
}

/// With WebAssembly's vectors: a quarter of each word for 16 coefficients at once, from the bytes of the sets.
#[cfg(target_feature = "simd128")]
mod simd {
    use super::Sets;
    use core::arch::wasm32::*;

    /// For two rows of eight coefficients in turn, where each is: the byte of the set, and the bit in it.
    const PLACES: [[(u8, u8); 16]; 2] = {
        let mut places = [[(0, 0); 16]; 2];
        let mut index = 0;
        while index < 32 {
            let bit = 6 * (index % 8 + 1) + index / 8 + 1;
            places[index / 16][index % 16] = (bit as u8 / 8, 1 << (bit % 8));
            index += 1;
        }
        places
    };

    #[inline(always)]
    fn constant(half: usize, of: impl Fn((u8, u8)) -> u8) -> v128 {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = PLACES[half].map(of);
        u8x16(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p)
    }

    /// Sixteen bytes with bit `number % 8` where the set has a coefficient of these two rows.
    #[inline(always)]
    fn bits(set: u64, half: usize, number: u32) -> v128 {
        let mask = constant(half, |(_, bit)| bit);
        let found = v128_and(i8x16_swizzle(u64x2_splat(set), constant(half, |(byte, _)| byte)), mask);
        v128_and(i8x16_eq(found, mask), u8x16_splat(1 << (number & 7)))
    }

    /// One quarter of the words: two rows each.
    #[inline(always)]
    fn quarter(sets: &Sets<impl Fn(u32) -> u64>, quarter: u32) -> [v128; 2] {
        let mut bytes = [u8x16_splat(0); 2];
        let mut add = |number: u32, set: u64| {
            for (half, bytes) in bytes.iter_mut().enumerate() {
                *bytes = v128_or(*bytes, bits(set, half, number));
            }
        };
        let (from, end) = (quarter * 8, quarter * 8 + 8);
        for (number, set) in (sets.lowest..).zip(sets.middle) {
            if (from..end).contains(&number) {
                add(number, set);
            }
        }
        for number in from.max(sets.lowest + 1)..end.min(sets.lowest + sets.planes + 1) {
            add(number, sets.plane(number));
        }
        if quarter == 3 {
            add(31, sets.negative);
        }
        bytes
    }

    #[inline(always)]
    fn eight([a, b]: [v128; 2]) -> [u32; 8] {
        [
            u32x4_extract_lane::<0>(a),
            u32x4_extract_lane::<1>(a),
            u32x4_extract_lane::<2>(a),
            u32x4_extract_lane::<3>(a),
            u32x4_extract_lane::<0>(b),
            u32x4_extract_lane::<1>(b),
            u32x4_extract_lane::<2>(b),
            u32x4_extract_lane::<3>(b),
        ]
    }

    /// The words by row, which have at most 30 bits below the sign.
    #[inline(always)]
    pub(super) fn rows(sets: &Sets<impl Fn(u32) -> u64>) -> [[u32; 8]; 4] {
        let quarters: [[v128; 2]; 4] = std::array::from_fn(|at| quarter(sets, at as u32));
        let two_rows = |half: usize| {
            let [a, b, c, d] = quarters.map(|bytes| bytes[half]);
            let lower = [
                u8x16_shuffle::<0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23>(a, b),
                u8x16_shuffle::<8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31>(a, b),
            ];
            let upper = [
                u8x16_shuffle::<0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23>(c, d),
                u8x16_shuffle::<8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31>(c, d),
            ];
            [0, 1].map(|row| {
                eight([
                    i16x8_shuffle::<0, 8, 1, 9, 2, 10, 3, 11>(lower[row], upper[row]),
                    i16x8_shuffle::<4, 12, 5, 13, 6, 14, 7, 15>(lower[row], upper[row]),
                ])
            })
        };
        let ([first, second], [third, fourth]) = (two_rows(0), two_rows(1));
        [first, second, third, fourth]
    }
}
