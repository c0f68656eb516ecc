//! Eight whole numbers of 32 bits that are worked on at once.
//!
//! Twice: as an array, which compilers make vectors of, and with the vectors of WebAssembly, where they do not see
//! through a transposition.

#[cfg(not(target_feature = "simd128"))]
pub(super) use array::{Lanes, transposed};
#[cfg(target_feature = "simd128")]
pub(super) use simd::{Lanes, transposed};

#[cfg(not(target_feature = "simd128"))]
mod array {
    #[derive(Clone, Copy)]
    pub(in super::super) struct Lanes([i32; 8]);

    impl Lanes {
        pub(in super::super) fn new(values: [i32; 8]) -> Self {
            Self(values)
        }

        #[cfg(test)]
        pub(in super::super) fn values(self) -> [i32; 8] {
            self.0
        }

        #[inline(always)]
        fn zip(self, other: Self, f: impl Fn(i32, i32) -> i32) -> Self {
            Self(std::array::from_fn(|i| f(self.0[i], other.0[i])))
        }

        #[inline(always)]
        pub(in super::super) fn plus(self, other: Self) -> Self {
            self.zip(other, i32::wrapping_add)
        }

        #[inline(always)]
        pub(in super::super) fn minus(self, other: Self) -> Self {
            self.zip(other, i32::wrapping_sub)
        }

        #[inline(always)]
        pub(in super::super) fn times(self, constant: i32) -> Self {
            Self(self.0.map(|value| value.wrapping_mul(constant)))
        }

        #[inline(always)]
        pub(in super::super) fn up(self, bits: u32) -> Self {
            Self(self.0.map(|value| value << bits))
        }

        #[inline(always)]
        pub(in super::super) fn rounded_down(self, bits: u32) -> Self {
            Self(self.0.map(|value| value.wrapping_add(1 << (bits - 1)) >> bits))
        }

        /// `middle` added, cut to 0 … 255.
        #[inline(always)]
        pub(in super::super) fn bytes(self, middle: i32) -> [u8; 8] {
            self.0.map(|value| value.wrapping_add(middle).clamp(0, 255) as u8)
        }

        /// `middle` added, cut to 0 … `largest`.
        #[inline(always)]
        pub(in super::super) fn words(self, middle: i32, largest: u16) -> [u16; 8] {
            self.0.map(|value| value.wrapping_add(middle).clamp(0, largest.into()) as u16)
        }
    }

    #[inline(always)]
    pub(in super::super) fn transposed(rows: [Lanes; 8]) -> [Lanes; 8] {
        std::array::from_fn(|i| Lanes(std::array::from_fn(|j| rows[j].0[i])))
    }
}

#[cfg(target_feature = "simd128")]
mod simd {
    use core::arch::wasm32::*;

    #[derive(Clone, Copy)]
    pub(in super::super) struct Lanes(v128, v128);

    impl Lanes {
        #[inline(always)]
        pub(in super::super) fn new([a, b, c, d, e, f, g, h]: [i32; 8]) -> Self {
            Self(i32x4(a, b, c, d), i32x4(e, f, g, h))
        }

        #[inline(always)]
        fn both(self, f: impl Fn(v128) -> v128) -> Self {
            Self(f(self.0), f(self.1))
        }

        #[inline(always)]
        pub(in super::super) fn plus(self, other: Self) -> Self {
            Self(i32x4_add(self.0, other.0), i32x4_add(self.1, other.1))
        }

        #[inline(always)]
        pub(in super::super) fn minus(self, other: Self) -> Self {
            Self(i32x4_sub(self.0, other.0), i32x4_sub(self.1, other.1))
        }

        #[inline(always)]
        pub(in super::super) fn times(self, constant: i32) -> Self {
            self.both(|half| i32x4_mul(half, i32x4_splat(constant)))
        }

        #[inline(always)]
        pub(in super::super) fn up(self, bits: u32) -> Self {
            self.both(|half| i32x4_shl(half, bits))
        }

        #[inline(always)]
        pub(in super::super) fn rounded_down(self, bits: u32) -> Self {
            let half_of_it = i32x4_splat(1 << (bits - 1));
            self.both(|half| i32x4_shr(i32x4_add(half, half_of_it), bits))
        }

        #[inline(always)]
        fn halves(self, middle: i32) -> v128 {
            let Self(low, high) = self.both(|half| i32x4_add(half, i32x4_splat(middle)));
            i16x8_narrow_i32x4(low, high)
        }

        /// `middle` added, cut to 0 … 255.
        #[inline(always)]
        pub(in super::super) fn bytes(self, middle: i32) -> [u8; 8] {
            let words = self.halves(middle);
            i64x2_extract_lane::<0>(u8x16_narrow_i16x8(words, words)).to_le_bytes()
        }

        /// `middle` added, cut to 0 … `largest`, which has 15 bits at most.
        #[inline(always)]
        pub(in super::super) fn words(self, middle: i32, largest: u16) -> [u16; 8] {
            let words = i16x8_max(self.halves(middle), i16x8_splat(0));
            let words = i16x8_min(words, u16x8_splat(largest));
            let [low, high] = [i64x2_extract_lane::<0>(words), i64x2_extract_lane::<1>(words)];
            std::array::from_fn(|i| (if i < 4 { low >> (16 * i) } else { high >> (16 * (i - 4)) }) as u16)
        }
    }

    /// Four rows of four become four columns.
    #[inline(always)]
    fn quarter([a, b, c, d]: [v128; 4]) -> [v128; 4] {
        let (ab, cd) = (i32x4_shuffle::<0, 4, 1, 5>(a, b), i32x4_shuffle::<0, 4, 1, 5>(c, d));
        let (ab_high, cd_high) = (i32x4_shuffle::<2, 6, 3, 7>(a, b), i32x4_shuffle::<2, 6, 3, 7>(c, d));
        [
            i64x2_shuffle::<0, 2>(ab, cd),
            i64x2_shuffle::<1, 3>(ab, cd),
            i64x2_shuffle::<0, 2>(ab_high, cd_high),
            i64x2_shuffle::<1, 3>(ab_high, cd_high),
        ]
    }

    #[inline(always)]
    pub(in super::super) fn transposed([a, b, c, d, e, f, g, h]: [Lanes; 8]) -> [Lanes; 8] {
        let [left0, left1, left2, left3] = quarter([a.0, b.0, c.0, d.0]);
        let [right0, right1, right2, right3] = quarter([e.0, f.0, g.0, h.0]);
        let [left4, left5, left6, left7] = quarter([a.1, b.1, c.1, d.1]);
        let [right4, right5, right6, right7] = quarter([e.1, f.1, g.1, h.1]);
        [
            Lanes(left0, right0),
            Lanes(left1, right1),
            Lanes(left2, right2),
            Lanes(left3, right3),
            Lanes(left4, right4),
            Lanes(left5, right5),
            Lanes(left6, right6),
            Lanes(left7, right7),
        ]
    }
}
