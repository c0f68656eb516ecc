//! Whole numbers of 32 bits that are worked on at once: four, and eight as two times four.
//!
//! Twice: as an array, which compilers make vectors of, and with the vectors of WebAssembly, where they do not see
//! through a transposition.

#[cfg(not(target_feature = "simd128"))]
pub(super) use array::{Four, bytes, turned, words};
#[cfg(target_feature = "simd128")]
pub(super) use simd::{Four, bytes, turned, words};

/// Arithmetic on all of them, modulo 2³².
pub(super) trait Numbers: Copy {
    fn plus(self, other: Self) -> Self;
    fn minus(self, other: Self) -> Self;
    fn times(self, constant: i32) -> Self;
    fn up(self, bits: u32) -> Self;
    /// Divided by 2 to the power of `bits`, halves upwards.
    fn rounded_down(self, bits: u32) -> Self;
}

/// Eight numbers.
#[derive(Clone, Copy)]
pub(super) struct Eight(pub(super) Four, pub(super) Four);

impl Numbers for Eight {
    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        Self(self.0.plus(other.0), self.1.plus(other.1))
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        Self(self.0.minus(other.0), self.1.minus(other.1))
    }

    #[inline(always)]
    fn times(self, constant: i32) -> Self {
        Self(self.0.times(constant), self.1.times(constant))
    }

    #[inline(always)]
    fn up(self, bits: u32) -> Self {
        Self(self.0.up(bits), self.1.up(bits))
    }

    #[inline(always)]
    fn rounded_down(self, bits: u32) -> Self {
        Self(self.0.rounded_down(bits), self.1.rounded_down(bits))
    }
}

#[cfg(not(target_feature = "simd128"))]
mod array {
    use super::{Eight, Numbers};

    /// Four numbers.
    #[derive(Clone, Copy)]
    pub(in super::super) struct Four([i32; 4]);

    impl Four {
        pub(in super::super) fn new(values: [i32; 4]) -> Self {
            Self(values)
        }

        #[inline(always)]
        fn zip(self, other: Self, f: impl Fn(i32, i32) -> i32) -> Self {
            Self(std::array::from_fn(|i| f(self.0[i], other.0[i])))
        }
    }

    impl Numbers for Four {
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
        fn up(self, bits: u32) -> Self {
            Self(self.0.map(|value| value << bits))
        }

        #[inline(always)]
        fn rounded_down(self, bits: u32) -> Self {
            Self(self.0.map(|value| value.wrapping_add(1 << (bits - 1)) >> bits))
        }
    }

    /// Four rows of four become four columns.
    #[inline(always)]
    pub(in super::super) fn turned(rows: [Four; 4]) -> [Four; 4] {
        std::array::from_fn(|i| Four(std::array::from_fn(|j| rows[j].0[i])))
    }

    #[inline(always)]
    fn place<T>(columns: [Eight; 8], value: impl Fn(i32) -> T) -> [[T; 8]; 8] {
        let columns = columns.map(|Eight(upper, lower)| [upper.0, lower.0]);
        std::array::from_fn(|y| std::array::from_fn(|x| value(columns[x][y / 4][y % 4])))
    }

    /// Columns become rows: `middle` added, cut to 0 … 255.
    #[inline(always)]
    pub(in super::super) fn bytes(columns: [Eight; 8], middle: i16) -> [[u8; 8]; 8] {
        place(columns, |value| value.wrapping_add(middle.into()).clamp(0, 255) as u8)
    }

    /// Columns become rows: `middle` added, cut to 0 … `largest`.
    #[inline(always)]
    pub(in super::super) fn words(columns: [Eight; 8], middle: i16, largest: u16) -> [[u16; 8]; 8] {
        place(columns, |value| value.wrapping_add(middle.into()).clamp(0, largest.into()) as u16)
    }
}

#[cfg(target_feature = "simd128")]
mod simd {
    use super::{Eight, Numbers};
    use core::arch::wasm32::*;

    /// Four numbers.
    #[derive(Clone, Copy)]
    pub(in super::super) struct Four(v128);

    impl Four {
        #[inline(always)]
        pub(in super::super) fn new([a, b, c, d]: [i32; 4]) -> Self {
            Self(i32x4(a, b, c, d))
        }
    }

    impl Numbers for Four {
        #[inline(always)]
        fn plus(self, other: Self) -> Self {
            Self(i32x4_add(self.0, other.0))
        }

        #[inline(always)]
        fn minus(self, other: Self) -> Self {
            Self(i32x4_sub(self.0, other.0))
        }

        #[inline(always)]
        fn times(self, constant: i32) -> Self {
            Self(i32x4_mul(self.0, i32x4_splat(constant)))
        }

        #[inline(always)]
        fn up(self, bits: u32) -> Self {
            Self(i32x4_shl(self.0, bits))
        }

        #[inline(always)]
        fn rounded_down(self, bits: u32) -> Self {
            Self(i32x4_shr(i32x4_add(self.0, i32x4_splat(1 << (bits - 1))), bits))
        }
    }

    /// Four rows of four become four columns.
    #[inline(always)]
    pub(in super::super) fn turned([a, b, c, d]: [Four; 4]) -> [Four; 4] {
        let (ab, cd) = (i32x4_shuffle::<0, 4, 1, 5>(a.0, b.0), i32x4_shuffle::<0, 4, 1, 5>(c.0, d.0));
        let (ab_high, cd_high) =
            (i32x4_shuffle::<2, 6, 3, 7>(a.0, b.0), i32x4_shuffle::<2, 6, 3, 7>(c.0, d.0));
        [
            Four(i64x2_shuffle::<0, 2>(ab, cd)),
            Four(i64x2_shuffle::<1, 3>(ab, cd)),
            Four(i64x2_shuffle::<0, 2>(ab_high, cd_high)),
            Four(i64x2_shuffle::<1, 3>(ab_high, cd_high)),
        ]
    }

    /// A column in words of 16 bits, `middle` added. What they do not hold is cut in any case.
    #[inline(always)]
    fn narrow(Eight(upper, lower): Eight, middle: i16) -> v128 {
        i16x8_add_sat(i16x8_narrow_i32x4(upper.0, lower.0), i16x8_splat(middle))
    }

    #[inline(always)]
    fn halves(vector: v128) -> [u64; 2] {
        [u64x2_extract_lane::<0>(vector), u64x2_extract_lane::<1>(vector)]
    }

    /// Columns become rows: `middle` added, cut to 0 … 255.
    #[inline(always)]
    pub(in super::super) fn bytes(columns: [Eight; 8], middle: i16) -> [[u8; 8]; 8] {
        let [a, b, c, d, e, f, g, h] = columns.map(|column| narrow(column, middle));
        let (ab, cd) = (u8x16_narrow_i16x8(a, b), u8x16_narrow_i16x8(c, d));
        let (ef, gh) = (u8x16_narrow_i16x8(e, f), u8x16_narrow_i16x8(g, h));
        let ([ae, bf], [cg, dh]) = (mixed(ab, ef), mixed(cd, gh));
        let ([aceg0, aceg4], [bdfh0, bdfh4]) = (mixed(ae, cg), mixed(bf, dh));
        let ([rows0, rows2], [rows4, rows6]) = (mixed(aceg0, bdfh0), mixed(aceg4, bdfh4));
        let rows = [rows0, rows2, rows4, rows6].map(halves);
        std::array::from_fn(|y| rows[y / 2][y % 2].to_le_bytes())
    }

    /// Bytes of two vectors in turns: of their lower halves, of their upper ones.
    #[inline(always)]
    fn mixed(a: v128, b: v128) -> [v128; 2] {
        [
            u8x16_shuffle::<0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23>(a, b),
            u8x16_shuffle::<8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31>(a, b),
        ]
    }

    /// Columns become rows: `middle` added, cut to 0 … `largest`, which has 15 bits at most.
    #[inline(always)]
    pub(in super::super) fn words(columns: [Eight; 8], middle: i16, largest: u16) -> [[u16; 8]; 8] {
        let [a, b, c, d, e, f, g, h] = columns;
        let left_upper = turned([a.0, b.0, c.0, d.0]);
        let left_lower = turned([a.1, b.1, c.1, d.1]);
        let right_upper = turned([e.0, f.0, g.0, h.0]);
        let right_lower = turned([e.1, f.1, g.1, h.1]);
        std::array::from_fn(|y| {
            let row = match y {
                0..4 => Eight(left_upper[y], right_upper[y]),
                _ => Eight(left_lower[y - 4], right_lower[y - 4]),
            };
            let row = i16x8_min(i16x8_max(narrow(row, middle), i16x8_splat(0)), u16x8_splat(largest));
            let halves = halves(row);
            std::array::from_fn(|x| (halves[x / 4] >> (16 * (x % 4))) as u16)
        })
    }
}
