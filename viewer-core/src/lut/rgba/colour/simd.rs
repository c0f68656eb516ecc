//! YBR_FULL with the vectors of WebAssembly: the same numbers as `lut::colour::ybr_bytes`.

use crate::threes::parted;
use core::arch::wasm32::*;

/// Sixteen pixels, as 0xFFBBGGRR.
#[inline(always)]
pub(super) fn ybr_block(block: &[u8; 48]) -> [u32; 16] {
    let mut pixels = [[0; 16]; 3];
    pixels.as_flattened_mut().copy_from_slice(block);
    let [y, cb, cr] = parted(pixels);
    let [low, high] = [0, 1].map(|half| {
        let [y, cb, cr] = [y, cb, cr].map(|bytes| widened(bytes)[half]);
        let middle = i16x8_splat(128);
        converted(y, i16x8_sub(cb, middle), i16x8_sub(cr, middle))
    });
    let [r, g, b] = [0, 1, 2].map(|channel| u8x16_narrow_i16x8(low[channel], high[channel]));
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

/// Bytes → words of 16 bits, in two halves.
#[inline(always)]
fn widened(bytes: v128) -> [v128; 2] {
    [u16x8_extend_low_u8x16(bytes), u16x8_extend_high_u8x16(bytes)]
}

/// Y, C_B and C_R around 0 → red, green and blue, in words of 16 bits. Where a factor does not fit such a word, whole
/// ones are taken out of it: 91 881 = 2¹⁶ + 26 345, 116 130 = 2¹⁷ − 14 942, 46 802 = 2¹⁶ − 18 734.
///
/// For red and blue the halves of these factors are enough: rounded to 2⁻¹⁵, all 256 values of C_B and C_R give the same.
#[inline(always)]
fn converted(y: v128, cb: v128, cr: v128) -> [v128; 3] {
    let times = |value, by| i16x8_q15mulr_sat(value, i16x8_splat(by));
    let r = i16x8_add(i16x8_add(y, cr), times(cr, 13_173));
    let b = i16x8_add(i16x8_add(y, i16x8_add(cb, cb)), times(cb, -7471));
    let factors = i32x4_splat(18_734 << 16 | (-22_554 & 0xffff));
    let half = i32x4_splat(1 << 15);
    let pairs = [
        i16x8_shuffle::<0, 8, 1, 9, 2, 10, 3, 11>(cb, cr),
        i16x8_shuffle::<4, 12, 5, 13, 6, 14, 7, 15>(cb, cr),
    ];
    let [low, high] = pairs.map(|pair| i32x4_shr(i32x4_add(i32x4_dot_i16x8(pair, factors), half), 16));
    let g = i16x8_add(i16x8_sub(y, cr), i16x8_narrow_i32x4(low, high));
    [r, g, b]
}
