//! Pixels of three bytes and three rows of bytes, sixteen pixels at a time.

#![cfg_attr(
    not(feature = "codec-jpeg"),
    allow(dead_code, unused_imports, reason = "only components that a DCT stream has apart are joined")
)]

/// One byte of each of sixteen pixels, three times.
pub(crate) type Planes = [[u8; 16]; 3];

/// Sixteen pixels, red, green, blue of the first first.
pub(crate) type Pixels = [[u8; 16]; 3];

/// Rows → pixels.
#[cfg(not(target_feature = "simd128"))]
#[inline(always)]
pub(crate) fn joined(planes: Planes) -> Pixels {
    std::array::from_fn(|part| std::array::from_fn(|i| planes[(16 * part + i) % 3][(16 * part + i) / 3]))
}

#[cfg(target_feature = "simd128")]
pub(crate) use simd::{joined, parted};

#[cfg(target_feature = "simd128")]
mod simd {
    use super::{Pixels, Planes};
    use core::arch::wasm32::*;

    /// For each place of each result the place in each source, or one that is nowhere.
    type Places = [[[u8; 16]; 3]; 3];

    const NOWHERE: u8 = 255;

    const fn places(parting: bool) -> Places {
        let mut places = [[[NOWHERE; 16]; 3]; 3];
        let mut at = 0;
        while at < 48 {
            let (part, byte, plane, pixel) = (at / 16, at % 16, at % 3, at / 3);
            if parting {
                places[plane][part][pixel] = byte as u8;
            } else {
                places[part][plane][byte] = pixel as u8;
            }
            at += 1;
        }
        places
    }

    const PARTED: Places = places(true);
    const JOINED: Places = places(false);

    #[inline(always)]
    fn loaded(bytes: [u8; 16]) -> v128 {
        let value = u128::from_le_bytes(bytes);
        u64x2(value as u64, (value >> 64) as u64)
    }

    #[inline(always)]
    fn stored(vector: v128) -> [u8; 16] {
        let [low, high] = [u64x2_extract_lane::<0>(vector), u64x2_extract_lane::<1>(vector)];
        (u128::from(high) << 64 | u128::from(low)).to_le_bytes()
    }

    #[inline(always)]
    fn moved(sources: [v128; 3], places: [[u8; 16]; 3]) -> v128 {
        let from = |i: usize| u8x16_swizzle(sources[i], loaded(places[i]));
        v128_or(v128_or(from(0), from(1)), from(2))
    }

    /// Rows → pixels.
    #[inline(always)]
    pub(crate) fn joined(planes: Planes) -> Pixels {
        let planes = planes.map(loaded);
        JOINED.map(|places| stored(moved(planes, places)))
    }

    /// Pixels → rows.
    #[inline(always)]
    pub(crate) fn parted(pixels: Pixels) -> [v128; 3] {
        let pixels = pixels.map(loaded);
        PARTED.map(|places| moved(pixels, places))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_pixels() {
        let planes = std::array::from_fn(|plane| std::array::from_fn(|pixel| (plane * 100 + pixel) as u8));
        let pixels = joined(planes);
        for (at, &value) in pixels.as_flattened().iter().enumerate() {
            assert_eq!(usize::from(value), at % 3 * 100 + at / 3);
        }
    }
}
