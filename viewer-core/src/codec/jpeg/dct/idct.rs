//! Inverse DCT in integers, ISO/IEC 10918-1 A.3.3, by the factorisation of Loeffler, Ligtenberg and Moschytz
//! (ICASSP 1989) with 13-bit constants.
//!
//! The same roundings as the reference implementation everyone compares with, so that pictures agree with it bit
//! for bit. Eight columns are worked on at once. Most blocks have nothing but low frequencies: for them the same sums
//! are taken without the terms that are 0.

use super::lanes::{Eight, Four, Numbers, turned};

/// Coefficients or samples of a block, row by row.
pub(super) type Block = [i32; 64];

pub(super) const CONSTANT_BITS: u32 = 13;

/// Which coefficients of a block are not 0.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Reach(u8);

impl Reach {
    /// `place` is row × 8 + column.
    #[inline(always)]
    pub(super) fn add(&mut self, place: u8) {
        self.0 |= place;
    }

    /// The first at most.
    #[inline(always)]
    pub(super) fn flat(self) -> bool {
        self.0 == 0
    }

    /// Those of the first four rows and columns at most.
    #[inline(always)]
    pub(super) fn low(self) -> bool {
        self.0 & 0o44 == 0
    }
}

/// One-dimensional transforms, one in each lane; results lose `bits` bits.
#[inline(always)]
fn transform<N: Numbers>(rows: [N; 8], bits: u32) -> [N; 8] {
    let [in0, in1, in2, in3, in4, in5, in6, in7] = rows;
    let turned = in2.plus(in6).times(4433);
    let even2 = turned.plus(in6.times(-15137));
    let even3 = turned.plus(in2.times(6270));
    let (sum, difference) = (in0.plus(in4).up(CONSTANT_BITS), in0.minus(in4).up(CONSTANT_BITS));
    let even = [sum.plus(even3), difference.plus(even2), difference.minus(even2), sum.minus(even3)];

    let (z3, z4) = (in7.plus(in3), in5.plus(in1));
    let z5 = z3.plus(z4).times(9633);
    let z1 = in7.plus(in1).times(-7373);
    let z2 = in5.plus(in3).times(-20995);
    let z3 = z3.times(-16069).plus(z5);
    let z4 = z4.times(-3196).plus(z5);
    let odd = [
        in1.times(12299).plus(z1).plus(z4),
        in3.times(25172).plus(z2).plus(z3),
        in5.times(16819).plus(z2).plus(z4),
        in7.times(2446).plus(z1).plus(z3),
    ];
    joined(even, odd, bits)
}

/// [`transform`] where the upper four of its input are 0. Its constants are sums of those there.
#[inline(always)]
fn transform_low<N: Numbers>([in0, in1, in2, in3]: [N; 4], bits: u32) -> [N; 8] {
    let (even2, even3) = (in2.times(4433), in2.times(10_703));
    let sum = in0.up(CONSTANT_BITS);
    let even = [sum.plus(even3), sum.plus(even2), sum.minus(even2), sum.minus(even3)];
    let both = in1.plus(in3).times(9633);
    let odd = [
        both.plus(in1.times(1730)),
        both.minus(in3.times(11_892)),
        in1.times(6437).minus(in3.times(11_362)),
        in1.times(2260).minus(in3.times(6436)),
    ];
    joined(even, odd, bits)
}

/// The last step of both.
#[inline(always)]
fn joined<N: Numbers>(even: [N; 4], odd: [N; 4], bits: u32) -> [N; 8] {
    let sum = |i: usize| even[i].plus(odd[i]).rounded_down(bits);
    let difference = |i: usize| even[i].minus(odd[i]).rounded_down(bits);
    [sum(0), sum(1), sum(2), sum(3), difference(3), difference(2), difference(1), difference(0)]
}

/// Dequantised coefficients → samples around 0, column by column, not yet shifted or clamped. They have 14 bits at
/// most.
#[inline(always)]
pub(super) fn inverse(block: &Block, reach: Reach, precision: u8) -> [Eight; 8] {
    // Bits kept between the passes: one less for 12 bits, so that 32 bits are enough.
    let kept = if precision > 8 { 1 } else { 2 };
    let (first, second) = (CONSTANT_BITS - kept, CONSTANT_BITS + kept + 3);
    let (rows, _) = block.as_chunks::<8>();
    if reach.low() {
        let row = |i: usize| Four::new([rows[i][0], rows[i][1], rows[i][2], rows[i][3]]);
        let [a, b, c, d, e, f, g, h] = transform_low([row(0), row(1), row(2), row(3)], first);
        let (upper, lower) = (turned([a, b, c, d]), turned([e, f, g, h]));
        return transform_low(std::array::from_fn(|i| Eight(upper[i], lower[i])), second);
    }
    let row = |i: usize| {
        let [a, b, c, d, e, f, g, h] = rows[i];
        Eight(Four::new([a, b, c, d]), Four::new([e, f, g, h]))
    };
    let [a, b, c, d, e, f, g, h] = transform(std::array::from_fn(row), first);
    let (left_upper, left_lower) = (turned([a.0, b.0, c.0, d.0]), turned([e.0, f.0, g.0, h.0]));
    let (right_upper, right_lower) = (turned([a.1, b.1, c.1, d.1]), turned([e.1, f.1, g.1, h.1]));
    let column = |x: usize| match x {
        0..4 => Eight(left_upper[x], left_lower[x]),
        _ => Eight(right_upper[x - 4], right_lower[x - 4]),
    };
    transform(std::array::from_fn(column), second)
}

#[cfg(test)]
mod tests {
    use super::super::lanes::words;
    use super::*;

    /// The definition, in floats.
    fn by_definition(block: &Block) -> [f64; 64] {
        let scale = |k: usize| if k == 0 { std::f64::consts::FRAC_1_SQRT_2 } else { 1.0 };
        let cosine = |x: usize, u: usize| ((2 * x + 1) as f64 * u as f64 * std::f64::consts::PI / 16.0).cos();
        std::array::from_fn(|at| {
            let (y, x) = (at / 8, at % 8);
            let terms = (0..64).map(|k| {
                let (v, u) = (k / 8, k % 8);
                scale(u) * scale(v) * f64::from(block[k]) * cosine(x, u) * cosine(y, v)
            });
            terms.sum::<f64>() / 4.0
        })
    }

    const MIDDLE: i16 = 8192;

    fn samples(block: &Block, reach: Reach, precision: u8) -> [[u16; 8]; 8] {
        words(inverse(block, reach, precision), MIDDLE, 16_383)
    }

    fn noise(places: impl Iterator<Item = usize>, seed: &mut u32) -> (Block, Reach) {
        let (mut block, mut reach) = ([0; 64], Reach::default());
        for place in places {
            *seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            block[place] = (*seed >> 24) as i32 - 128;
            reach.add(place as u8);
        }
        (block, reach)
    }

    #[test]
    fn agrees_with_the_definition() {
        let mut seed = 1u32;
        for precision in [8, 12] {
            for _ in 0..50 {
                let (block, reach) = noise((0..64).step_by(3), &mut seed);
                let expected = by_definition(&block);
                let found = samples(&block, reach, precision);
                for (&found, expected) in found.as_flattened().iter().zip(expected) {
                    let found = f64::from(found) - f64::from(MIDDLE);
                    assert!((found - expected).abs() < 1.0, "{found} and {expected}");
                }
            }
        }
    }

    #[test]
    fn low_frequencies_are_transformed_as_all_are() {
        let mut seed = 1u32;
        for precision in [8, 12] {
            for _ in 0..50 {
                let (block, reach) = noise((0..64).filter(|at| at % 8 < 4 && at / 8 < 4), &mut seed);
                assert!(reach.low());
                assert_eq!(samples(&block, reach, precision), samples(&block, Reach(63), precision));
            }
        }
    }
}
