//! Inverse DCT of blocks whose coefficients are small, as those of nearly all pictures of 8 bits are: the same sums as in
//! [`super::idct`], and so the same samples, from numbers of 16 bits.

use super::idct::{Block, CONSTANT_BITS, Reach};
use super::words::{self, Sums, Words, turned};

/// Bits kept between the passes.
const KEPT: i32 = 2;
const FIRST: i32 = CONSTANT_BITS as i32 - KEPT;
const SECOND: i32 = CONSTANT_BITS as i32 + KEPT + 3;

/// What the coefficients of a column may come to, signs left out, so that the first pass' results have 16 bits: the
/// largest factor of a coefficient is 11,363 / 2¹³ and two bits are kept, so 5.55 times that is 32,740 at most.
const MOST: i16 = 5900;

/// Factors of four inputs, for each of four sums.
type Factors = [[i16; 4]; 4];

/// Of inputs 0, 2, 4 and 6.
const EVEN: Factors = [
    [8192, 10_703, 8192, 4433],
    [8192, 4433, -8192, -10_704],
    [8192, -4433, -8192, 10_704],
    [8192, -10_703, 8192, -4433],
];

/// Of inputs 1, 3, 5 and 7.
const ODD: Factors = [
    [11_363, 9633, 6437, 2260],
    [9633, -2259, -11_362, -6436],
    [6437, -11_362, 2261, 9633],
    [2260, -6436, 9633, -11_363],
];

/// Pairs of inputs in turns, of four transforms: 0 and 2, 1 and 3, and where they are not 0, 4 and 6, 5 and 7.
struct Inputs {
    low: [Words; 2],
    high: Option<[Words; 2]>,
}

impl Inputs {
    /// The sum with the factors of one row.
    #[inline(always)]
    fn sum(&self, odd: usize, [a, b, c, d]: [i16; 4]) -> Sums {
        let low = self.low[odd].times([a, b]);
        self.high.map_or(low, |high| low.plus(high[odd].times([c, d])))
    }

    #[inline(always)]
    fn transformed<const BITS: i32>(&self) -> [Sums; 8] {
        let even = EVEN.map(|factors| self.sum(0, factors));
        let odd = ODD.map(|factors| self.sum(1, factors));
        std::array::from_fn(|at| match at {
            0..4 => even[at].plus(odd[at]).rounded_down::<BITS>(),
            _ => even[7 - at].minus(odd[7 - at]).rounded_down::<BITS>(),
        })
    }
}

/// Eight transforms, one in each lane. `low`: inputs 4 to 7 are 0. `half`: lanes 4 to 7 are not asked for.
#[inline(always)]
fn transform<const BITS: i32>(rows: [Words; 8], low: bool, half: bool) -> [Words; 8] {
    let [in0, in1, in2, in3, in4, in5, in6, in7] = rows;
    let (even, odd) = (in0.beside(in2), in1.beside(in3));
    let high = (!low).then(|| (in4.beside(in6), in5.beside(in7)));
    let lanes = |at: usize| {
        let high = high.map(|(even, odd)| [even[at], odd[at]]);
        Inputs { low: [even[at], odd[at]], high }.transformed::<BITS>()
    };
    let first = lanes(0);
    let second = if half { first } else { lanes(1) };
    std::array::from_fn(|at| first[at].narrowed(second[at]))
}

/// Dequantised coefficients → rows of samples of 8 bits. Nothing where numbers of 16 bits do not hold what lies between.
#[inline(always)]
pub(super) fn samples(block: &Block, reach: Reach) -> Option<[[u8; 8]; 8]> {
    let low = reach.low();
    let (rows, _) = block.as_chunks::<8>();
    let rows: [Words; 8] = std::array::from_fn(|y| Words::new(&rows[y]));
    if Words::exceed(if low { &rows[..4] } else { &rows }, MOST) {
        return None;
    }
    let between = turned(transform::<FIRST>(rows, low, low));
    Some(words::bytes(transform::<SECOND>(between, low, false), 128))
}

#[cfg(test)]
mod tests {
    use super::super::idct::inverse;
    use super::super::lanes;
    use super::*;

    /// Coefficients up to `largest` at every `step`th place among those `within` each direction.
    fn block(seed: &mut u32, largest: i32, within: usize, step: usize) -> (Block, Reach) {
        let (mut block, mut reach) = ([0; 64], Reach::default());
        for place in (0..64).filter(|at| at % 8 < within && at / 8 < within).step_by(step) {
            *seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            block[place] = (*seed >> 8) as i32 % (2 * largest + 1) - largest;
            reach.add(place as u8);
        }
        (block, reach)
    }

    #[test]
    fn samples_are_those_of_the_wide_transform() {
        let mut seed = 1;
        let mut taken = 0;
        for largest in [1, 20, 300, 1024, 5000, 40_000, 1 << 28] {
            for (within, step) in [(8, 1), (8, 3), (8, 11), (4, 1), (4, 3), (1, 1)] {
                for _ in 0..200 {
                    let (block, reach) = block(&mut seed, largest, within, step);
                    if let Some(found) = samples(&block, reach) {
                        assert_eq!(found, lanes::bytes(inverse(&block, reach, 8), 128), "{block:?}");
                        taken += 1;
                    }
                }
            }
        }
        assert!(taken > 4000, "{taken}");
    }

    #[test]
    fn the_largest_columns_are_taken_and_larger_ones_are_not() {
        for place in 0..8 {
            let mut reach = Reach::default();
            reach.add(63);
            for (value, taken) in
                [(5900, true), (-5900, true), (5901, false), (-5901, false), (i32::MIN, false)]
            {
                let mut block = [0; 64];
                block[place * 8 + 3] = value;
                let found = samples(&block, reach);
                assert_eq!(found.is_some(), taken);
                if let Some(found) = found {
                    assert_eq!(found, lanes::bytes(inverse(&block, reach, 8), 128));
                }
            }
        }
    }
}
