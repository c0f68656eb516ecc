//! Inverse DCT in integers, ISO/IEC 10918-1 A.3.3, by the factorisation of Loeffler, Ligtenberg and Moschytz
//! (ICASSP 1989) with 13-bit constants.
//!
//! The same roundings as the reference implementation everyone compares with, so that pictures agree with it bit
//! for bit. Eight columns are worked on at once.

use super::lanes::{Lanes, transposed};

/// Coefficients or samples of a block, row by row.
pub(super) type Block = [i32; 64];

const CONSTANT_BITS: u32 = 13;

/// Eight one-dimensional transforms, one in each lane; results lose `bits` bits.
#[inline(always)]
fn transform(rows: [Lanes; 8], bits: u32) -> [Lanes; 8] {
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
    let sum = |i: usize| even[i].plus(odd[i]).rounded_down(bits);
    let difference = |i: usize| even[i].minus(odd[i]).rounded_down(bits);
    [sum(0), sum(1), sum(2), sum(3), difference(3), difference(2), difference(1), difference(0)]
}

/// Dequantised coefficients → samples around 0, row by row, not yet shifted or clamped. They have 14 bits at most.
#[inline(always)]
pub(super) fn inverse(block: &Block, precision: u8) -> [Lanes; 8] {
    // Bits kept between the passes: one less for 12 bits, so that 32 bits are enough.
    let kept = if precision > 8 { 1 } else { 2 };
    let (rows, _) = block.as_chunks::<8>();
    let row = |i: usize| Lanes::new(rows[i]);
    let rows = [row(0), row(1), row(2), row(3), row(4), row(5), row(6), row(7)];
    let columns = transform(rows, CONSTANT_BITS - kept);
    transposed(transform(transposed(columns), CONSTANT_BITS + kept + 3))
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn agrees_with_the_definition() {
        let mut seed = 1u32;
        for precision in [8, 12] {
            for _ in 0..50 {
                let mut block = [0; 64];
                for value in block.iter_mut().step_by(3) {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    *value = (seed >> 24) as i32 - 128;
                }
                let expected = by_definition(&block);
                let found = inverse(&block, precision).map(Lanes::values);
                for (found, expected) in found.as_flattened().iter().zip(expected) {
                    assert!((f64::from(*found) - expected).abs() < 1.0, "{found} and {expected}");
                }
            }
        }
    }
}
