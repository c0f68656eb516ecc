//! Colour models → RGB, PS3.3 C.7.6.3.1.2 and C.7.6.3.1.5.

use crate::dicom::header::Palette;

/// YBR_FULL → RGB, all 0–255. C.7.6.3.1.2 defines the way there; this is its inverse (as in ITU-T T.871).
#[inline]
pub(crate) fn ybr_full(y: f32, cb: f32, cr: f32) -> [f32; 3] {
    let (cb, cr) = (cb - 128.0, cr - 128.0);
    [y + 1.402 * cr, y - 0.344_136_3 * cb - 0.714_136_3 * cr, y + 1.772 * cb]
}

/// [`ybr_full`] of bytes, several pixels at once, as 0xFFBBGGRR: in whole numbers of 2⁻¹⁶, as JPEG decoders do it.
#[cfg(not(target_feature = "simd128"))]
#[inline(always)]
pub(crate) fn ybr_bytes<const N: usize>(y: [i32; N], cb: [i32; N], cr: [i32; N]) -> [u32; N] {
    const HALF: i32 = 1 << 15;
    std::array::from_fn(|i| {
        let (y, cb, cr) = (y[i], cb[i] - 128, cr[i] - 128);
        let r = y + ((91_881 * cr + HALF) >> 16);
        let g = y + ((-22_554 * cb - 46_802 * cr + HALF) >> 16);
        let b = y + ((116_130 * cb + HALF) >> 16);
        let [r, g, b] = [r, g, b].map(|value| value.clamp(0, 255) as u32);
        0xff00_0000 | b << 16 | g << 8 | r
    })
}

/// YBR_PARTIAL (Y 16–235, Cb and Cr 16–240) → RGB 0–255.
#[inline]
pub(crate) fn ybr_partial(y: f32, cb: f32, cr: f32) -> [f32; 3] {
    const Y: f32 = 255.0 / 219.0;
    const C: f32 = 255.0 / 224.0;
    let (cb, cr) = ((cb - 128.0) * C, (cr - 128.0) * C);
    ybr_full((y - 16.0) * Y, cb + 128.0, cr + 128.0)
}

/// Colour of a palette index, held at both ends of the palette.
#[inline]
pub(crate) fn palette_rgb(palette: &Palette, stored: i64) -> [u8; 3] {
    let last = palette.red.len().saturating_sub(1);
    let at = stored.saturating_sub(i64::from(palette.first)).clamp(0, last as i64) as usize;
    [&palette.red, &palette.green, &palette.blue].map(|c| c.get(at).map_or(0, |v| to_8_bits(*v)))
}

/// 16 bits → 8: the inverse of stretching 8 bits as v × 257, which is how 8-bit palettes become 16-bit ones.
fn to_8_bits(value: u16) -> u8 {
    ((u32::from(value) * 255 + 32_767) / 65_535) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RGB → YBR_FULL as C.7.6.3.1.2 prints it.
    fn to_ybr([r, g, b]: [f32; 3]) -> [f32; 3] {
        [
            0.2990 * r + 0.5870 * g + 0.1140 * b,
            -0.1687 * r - 0.3313 * g + 0.5000 * b + 128.0,
            0.5000 * r - 0.4187 * g - 0.0813 * b + 128.0,
        ]
    }

    #[test]
    fn ybr_goes_back_to_rgb() {
        for rgb in [[0.0, 0.0, 0.0], [255.0, 255.0, 255.0], [255.0, 0.0, 0.0], [12.0, 200.0, 99.0]] {
            let [y, cb, cr] = to_ybr(rgb);
            for (a, b) in ybr_full(y, cb, cr).iter().zip(rgb) {
                assert!((a - b).abs() < 0.05, "{a} {b}");
            }
            let scale = 224.0 / 255.0;
            let (py, pcb, pcr) =
                (y * 219.0 / 255.0 + 16.0, (cb - 128.0) * scale + 128.0, (cr - 128.0) * scale + 128.0);
            for (a, b) in ybr_partial(py, pcb, pcr).iter().zip(rgb) {
                assert!((a - b).abs() < 0.05, "{a} {b}");
            }
        }
    }

    #[test]
    fn a_palette_is_held_at_its_ends() {
        let palette =
            Palette { first: 10, red: vec![0, 257, 65_535], green: vec![514; 3], blue: vec![65_535, 0, 0] };
        assert_eq!(palette_rgb(&palette, -5), [0, 2, 255]);
        assert_eq!(palette_rgb(&palette, 11), [1, 2, 0]);
        assert_eq!(palette_rgb(&palette, 70_000), [255, 2, 0]);
    }
}
