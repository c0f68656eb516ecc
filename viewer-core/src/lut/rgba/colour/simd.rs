//! YBR_FULL with the vectors of WebAssembly: the same numbers as `lut::colour::ybr_bytes`.

use crate::threes::parted;
use core::arch::wasm32::*;

/// Sixteen pixels, as 0xFFBBGGRR.
#[inline(always)]
pub(super) fn ybr_block(block: &[u8; 48]) -> [u32; 16] {
    let mut pixels = [[0; 16]; 3];
    pixels.as_flattened_mut().copy_from_slice(block);
    let [y, cb, cr] = parted(pixels).map(widened);
    let (half, middle) = (i32x4_splat(1 << 15), i32x4_splat(128));
    let times = |value, by| i32x4_mul(value, i32x4_splat(by));
    let plus = |y, fraction| i32x4_add(y, i32x4_shr(i32x4_add(fraction, half), 16));
    let (mut r, mut g, mut b) = (y, y, y);
    for i in 0..4 {
        let (cb, cr) = (i32x4_sub(cb[i], middle), i32x4_sub(cr[i], middle));
        r[i] = plus(y[i], times(cr, 91_881));
        g[i] = plus(y[i], i32x4_add(times(cb, -22_554), times(cr, -46_802)));
        b[i] = plus(y[i], times(cb, 116_130));
    }
    let [r, g, b] = [r, g, b].map(narrowed);
    let white = u8x16_splat(255);
    let quarters = [[u8x16_low(r, g), u8x16_low(b, white)], [u8x16_high(r, g), u8x16_high(b, white)]];
    let [[a, b], [c, d]] = quarters.map(|[rg, ba]| {
        [
            i16x8_shuffle::<0, 8, 1, 9, 2, 10, 3, 11>(rg, ba),
            i16x8_shuffle::<4, 12, 5, 13, 6, 14, 7, 15>(rg, ba),
        ]
    });
    let four = |v: v128| {
        [
            u32x4_extract_lane::<0>(v),
            u32x4_extract_lane::<1>(v),
            u32x4_extract_lane::<2>(v),
            u32x4_extract_lane::<3>(v),
        ]
    };
    let mut out = [0; 16];
    for (out, quarter) in out.as_chunks_mut::<4>().0.iter_mut().zip([a, b, c, d]) {
        *out = four(quarter);
    }
    out
}

fn u8x16_low(a: v128, b: v128) -> v128 {
    u8x16_shuffle::<0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23>(a, b)
}

fn u8x16_high(a: v128, b: v128) -> v128 {
    u8x16_shuffle::<8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31>(a, b)
}

/// Bytes → whole numbers of 32 bits.
fn widened(bytes: v128) -> [v128; 4] {
    let (low, high) = (u16x8_extend_low_u8x16(bytes), u16x8_extend_high_u8x16(bytes));
    [
        u32x4_extend_low_u16x8(low),
        u32x4_extend_high_u16x8(low),
        u32x4_extend_low_u16x8(high),
        u32x4_extend_high_u16x8(high),
    ]
}

/// … and back, cut to 0 … 255.
fn narrowed([a, b, c, d]: [v128; 4]) -> v128 {
    u8x16_narrow_i16x8(i16x8_narrow_i32x4(a, b), i16x8_narrow_i32x4(c, d))
}
