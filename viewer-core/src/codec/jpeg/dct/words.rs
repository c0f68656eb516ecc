//! Eight numbers of 16 bits at once, and sums of two products of them in 32: the vectors of WebAssembly, and SSE2, which
//! every 64-bit x86 has.

#[cfg(target_feature = "simd128")]
use simd128 as vector;
#[cfg(target_arch = "x86_64")]
use sse2 as vector;

use vector::Vector;

/// Eight numbers of 16 bits.
#[derive(Clone, Copy)]
pub(super) struct Words(Vector);

/// Four of 32 bits.
#[derive(Clone, Copy)]
pub(super) struct Sums(Vector);

impl Words {
    /// What 16 bits do not hold becomes the largest or the smallest that they do.
    #[inline(always)]
    pub(super) fn new(values: &[i32; 8]) -> Self {
        let &[a, b, c, d, e, f, g, h] = values;
        Self(vector::narrow(vector::four([a, b, c, d]), vector::four([e, f, g, h])))
    }

    /// Those of two in turns: of their lower halves, of their upper ones.
    #[inline(always)]
    pub(super) fn beside(self, other: Self) -> [Self; 2] {
        [Self(vector::lower_words(self.0, other.0)), Self(vector::upper_words(self.0, other.0))]
    }

    /// Each pair of neighbours by these two, and the products added.
    #[inline(always)]
    pub(super) fn times(self, by: [i16; 2]) -> Sums {
        Sums(vector::products(self.0, by))
    }

    /// Whether in any of the eight places magnitudes come to more than `most`, which is less than 2¹⁵.
    #[inline(always)]
    pub(super) fn exceed(rows: &[Self], most: i16) -> bool {
        let sums = rows.iter().map(|row| vector::magnitude(row.0)).reduce(vector::plus_to_the_largest);
        sums.is_some_and(|sums| vector::any_greater(sums, most))
    }
}

impl Sums {
    #[inline(always)]
    pub(super) fn plus(self, other: Self) -> Self {
        Self(vector::plus(self.0, other.0))
    }

    #[inline(always)]
    pub(super) fn minus(self, other: Self) -> Self {
        Self(vector::minus(self.0, other.0))
    }

    /// Divided by 2 to the power of `BITS`, halves upwards.
    #[inline(always)]
    pub(super) fn rounded_down<const BITS: i32>(self) -> Self {
        Self(vector::down::<BITS>(vector::plus(self.0, vector::four([1 << (BITS - 1); 4]))))
    }

    /// Four and four more in 16 bits, as [`Words::new`] has it.
    #[inline(always)]
    pub(super) fn narrowed(self, upper: Self) -> Words {
        Words(vector::narrow(self.0, upper.0))
    }
}

/// Rows become columns.
#[inline(always)]
pub(super) fn turned([a, b, c, d, e, f, g, h]: [Words; 8]) -> [Words; 8] {
    let ([ae, ae_high], [bf, bf_high]) = (a.beside(e), b.beside(f));
    let ([cg, cg_high], [dh, dh_high]) = (c.beside(g), d.beside(h));
    let ([aceg, aceg_2], [bdfh, bdfh_2]) = (ae.beside(cg), bf.beside(dh));
    let ([aceg_4, aceg_6], [bdfh_4, bdfh_6]) = (ae_high.beside(cg_high), bf_high.beside(dh_high));
    let ([r0, r1], [r2, r3]) = (aceg.beside(bdfh), aceg_2.beside(bdfh_2));
    let ([r4, r5], [r6, r7]) = (aceg_4.beside(bdfh_4), aceg_6.beside(bdfh_6));
    [r0, r1, r2, r3, r4, r5, r6, r7]
}

/// Columns become rows: `middle` added, cut to 0 … 255.
#[inline(always)]
pub(super) fn bytes(columns: [Words; 8], middle: i16) -> [[u8; 8]; 8] {
    let [a, b, c, d, e, f, g, h] = columns.map(|column| vector::plus_words(column.0, middle));
    let (ab, cd) = (vector::narrow_to_bytes(a, b), vector::narrow_to_bytes(c, d));
    let (ef, gh) = (vector::narrow_to_bytes(e, f), vector::narrow_to_bytes(g, h));
    let mixed = |a, b| [vector::lower_bytes(a, b), vector::upper_bytes(a, b)];
    let ([ae, bf], [cg, dh]) = (mixed(ab, ef), mixed(cd, gh));
    let ([aceg0, aceg4], [bdfh0, bdfh4]) = (mixed(ae, cg), mixed(bf, dh));
    let ([rows0, rows2], [rows4, rows6]) = (mixed(aceg0, bdfh0), mixed(aceg4, bdfh4));
    let rows = [rows0, rows2, rows4, rows6].map(vector::halves);
    std::array::from_fn(|y| rows[y / 2][y % 2].to_le_bytes())
}

#[cfg(target_arch = "x86_64")]
mod sse2 {
    use safe_arch::*;

    pub(super) type Vector = m128i;

    #[inline(always)]
    pub(super) fn four([a, b, c, d]: [i32; 4]) -> Vector {
        m128i::from([a, b, c, d])
    }

    #[inline(always)]
    pub(super) fn narrow(lower: Vector, upper: Vector) -> Vector {
        pack_i32_to_i16_m128i(lower, upper)
    }

    #[inline(always)]
    pub(super) fn narrow_to_bytes(lower: Vector, upper: Vector) -> Vector {
        pack_i16_to_u8_m128i(lower, upper)
    }

    #[inline(always)]
    pub(super) fn lower_words(a: Vector, b: Vector) -> Vector {
        unpack_low_i16_m128i(a, b)
    }

    #[inline(always)]
    pub(super) fn upper_words(a: Vector, b: Vector) -> Vector {
        unpack_high_i16_m128i(a, b)
    }

    #[inline(always)]
    pub(super) fn lower_bytes(a: Vector, b: Vector) -> Vector {
        unpack_low_i8_m128i(a, b)
    }

    #[inline(always)]
    pub(super) fn upper_bytes(a: Vector, b: Vector) -> Vector {
        unpack_high_i8_m128i(a, b)
    }

    #[inline(always)]
    pub(super) fn products(a: Vector, [first, second]: [i16; 2]) -> Vector {
        mul_i16_horizontal_add_m128i(
            a,
            m128i::from([first, second, first, second, first, second, first, second]),
        )
    }

    #[inline(always)]
    pub(super) fn plus(a: Vector, b: Vector) -> Vector {
        add_i32_m128i(a, b)
    }

    #[inline(always)]
    pub(super) fn minus(a: Vector, b: Vector) -> Vector {
        sub_i32_m128i(a, b)
    }

    #[inline(always)]
    pub(super) fn down<const BITS: i32>(a: Vector) -> Vector {
        shr_imm_i32_m128i::<BITS>(a)
    }

    #[inline(always)]
    pub(super) fn plus_words(a: Vector, all: i16) -> Vector {
        add_saturating_i16_m128i(a, set_splat_i16_m128i(all))
    }

    #[inline(always)]
    pub(super) fn magnitude(a: Vector) -> Vector {
        max_i16_m128i(a, sub_saturating_i16_m128i(zeroed_m128i(), a))
    }

    #[inline(always)]
    pub(super) fn plus_to_the_largest(a: Vector, b: Vector) -> Vector {
        add_saturating_i16_m128i(a, b)
    }

    #[inline(always)]
    pub(super) fn any_greater(a: Vector, all: i16) -> bool {
        move_mask_i8_m128i(cmp_gt_mask_i16_m128i(a, set_splat_i16_m128i(all))) != 0
    }

    #[inline(always)]
    pub(super) fn halves(a: Vector) -> [u64; 2] {
        [get_i64_from_m128i_s(a) as u64, get_i64_from_m128i_s(unpack_high_i64_m128i(a, a)) as u64]
    }
}

#[cfg(target_feature = "simd128")]
mod simd128 {
    use core::arch::wasm32::*;

    pub(super) type Vector = v128;

    #[inline(always)]
    pub(super) fn four([a, b, c, d]: [i32; 4]) -> Vector {
        i32x4(a, b, c, d)
    }

    #[inline(always)]
    pub(super) fn narrow(lower: Vector, upper: Vector) -> Vector {
        i16x8_narrow_i32x4(lower, upper)
    }

    #[inline(always)]
    pub(super) fn narrow_to_bytes(lower: Vector, upper: Vector) -> Vector {
        u8x16_narrow_i16x8(lower, upper)
    }

    #[inline(always)]
    pub(super) fn lower_words(a: Vector, b: Vector) -> Vector {
        i16x8_shuffle::<0, 8, 1, 9, 2, 10, 3, 11>(a, b)
    }

    #[inline(always)]
    pub(super) fn upper_words(a: Vector, b: Vector) -> Vector {
        i16x8_shuffle::<4, 12, 5, 13, 6, 14, 7, 15>(a, b)
    }

    #[inline(always)]
    pub(super) fn lower_bytes(a: Vector, b: Vector) -> Vector {
        u8x16_shuffle::<0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23>(a, b)
    }

    #[inline(always)]
    pub(super) fn upper_bytes(a: Vector, b: Vector) -> Vector {
        u8x16_shuffle::<8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31>(a, b)
    }

    #[inline(always)]
    pub(super) fn products(a: Vector, [first, second]: [i16; 2]) -> Vector {
        i32x4_dot_i16x8(a, i16x8(first, second, first, second, first, second, first, second))
    }

    #[inline(always)]
    pub(super) fn plus(a: Vector, b: Vector) -> Vector {
        i32x4_add(a, b)
    }

    #[inline(always)]
    pub(super) fn minus(a: Vector, b: Vector) -> Vector {
        i32x4_sub(a, b)
    }

    #[inline(always)]
    pub(super) fn down<const BITS: i32>(a: Vector) -> Vector {
        i32x4_shr(a, BITS as u32)
    }

    #[inline(always)]
    pub(super) fn plus_words(a: Vector, all: i16) -> Vector {
        i16x8_add_sat(a, i16x8_splat(all))
    }

    #[inline(always)]
    pub(super) fn magnitude(a: Vector) -> Vector {
        i16x8_max(a, i16x8_sub_sat(i16x8_splat(0), a))
    }

    #[inline(always)]
    pub(super) fn plus_to_the_largest(a: Vector, b: Vector) -> Vector {
        i16x8_add_sat(a, b)
    }

    #[inline(always)]
    pub(super) fn any_greater(a: Vector, all: i16) -> bool {
        v128_any_true(i16x8_gt(a, i16x8_splat(all)))
    }

    #[inline(always)]
    pub(super) fn halves(a: Vector) -> [u64; 2] {
        [u64x2_extract_lane::<0>(a), u64x2_extract_lane::<1>(a)]
    }
}
