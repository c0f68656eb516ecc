//! Inverse DCT in integers, ISO/IEC 10918-1 A.3.3, by the factorisation of Loeffler, Ligtenberg and Moschytz
//! (ICASSP 1989) with 13-bit constants.
//!
//! The same roundings as the reference implementation everyone compares with, so that pictures agree with it bit
//! for bit. Eight columns are worked on at once: the loops are there for the compiler to make vectors of.

/// Coefficients or samples of a block, row by row.
pub(super) type Block = [i32; 64];

const CONSTANT_BITS: u32 = 13;

/// One value of each of eight columns.
#[derive(Clone, Copy)]
struct Lanes([i32; 8]);

impl Lanes {
    #[inline(always)]
    fn zip(self, other: Self, f: impl Fn(i32, i32) -> i32) -> Self {
        Self(std::array::from_fn(|i| f(self.0[i], other.0[i])))
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        self.zip(other, i32::wrapping_add)
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        self.zip(other, i32::wrapping_sub)
    }

    #[inline(always)]
    fn times(self, constant: i32) -> Self {
        Self(self.0.map(|value| value.wrapping_mul(constant)))
    }

    #[inline(always)]
    fn up(self) -> Self {
        Self(self.0.map(|value| value << CONSTANT_BITS))
    }

    #[inline(always)]
    fn rounded_down(self, bits: u32) -> Self {
        Self(self.0.map(|value| value.wrapping_add(1 << (bits - 1)) >> bits))
    }
}

/// Eight one-dimensional transforms, one in each lane; results lose `bits` bits.
#[inline(always)]
fn transform(rows: [Lanes; 8], bits: u32) -> [Lanes; 8] {
    let [in0, in1, in2, in3, in4, in5, in6, in7] = rows;
    let turned = in2.plus(in6).times(4433);
    let even2 = turned.plus(in6.times(-15137));
    let even3 = turned.plus(in2.times(6270));
    let (sum, difference) = (in0.plus(in4).up(), in0.minus(in4).up());
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
    std::array::from_fn(|i| {
        let mirrored = i.min(7 - i);
        let value =
            if i < 4 { even[mirrored].plus(odd[mirrored]) } else { even[mirrored].minus(odd[mirrored]) };
        value.rounded_down(bits)
    })
}

#[inline(always)]
fn transposed(rows: [Lanes; 8]) -> [Lanes; 8] {
    std::array::from_fn(|i| Lanes(std::array::from_fn(|j| rows[j].0[i])))
}

/// Dequantised coefficients → samples around 0, in place, not yet shifted or clamped.
pub(super) fn inverse(block: &mut Block, precision: u8) {
    // Bits kept between the passes: one less for 12 bits, so that 32 bits are enough.
    let kept = if precision > 8 { 1 } else { 2 };
    let rows = std::array::from_fn(|i| Lanes(std::array::from_fn(|j| block[i * 8 + j])));
    let columns = transform(rows, CONSTANT_BITS - kept);
    let rows = transposed(transform(transposed(columns), CONSTANT_BITS + kept + 3));
    for (values, row) in block.as_chunks_mut::<8>().0.iter_mut().zip(rows) {
        *values = row.0;
    }
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
                inverse(&mut block, precision);
                for (found, expected) in block.iter().zip(expected) {
                    assert!((f64::from(*found) - expected).abs() < 1.0, "{found} and {expected}");
                }
            }
        }
    }
}
