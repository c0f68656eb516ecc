//! Colour pictures.

use super::{for_each_sample, put};
use crate::frame::{ColourModel, Frame, Samples};
#[cfg(not(target_feature = "simd128"))]
use crate::lut::colour::ybr_bytes;
use crate::lut::colour::{ybr_full, ybr_partial};
#[cfg(target_feature = "simd128")]
use simd::ybr_block;

#[cfg(target_feature = "simd128")]
mod simd;

/// Pixels that are converted at once.
const BLOCK: usize = 16;

pub(super) fn draw(frame: &Frame, full: f32, invert: bool, out: &mut [u8]) {
    let turned = if invert { 0x00ff_ffff } else { 0 };
    let (pixels, _) = out.as_chunks_mut::<4>();
    match (frame.samples(), frame.model()) {
        (Samples::U8(samples), ColourModel::Rgb) if full == 255.0 => {
            for (pixel, &[r, g, b]) in pixels.iter_mut().zip(samples.as_chunks::<3>().0) {
                *pixel = (u32::from_le_bytes([r, g, b, 255]) ^ turned).to_le_bytes();
            }
        }
        (Samples::U8(samples), ColourModel::YbrFull) if full == 255.0 => {
            for (pixels, samples) in pixels.chunks_mut(BLOCK).zip(samples.chunks(3 * BLOCK)) {
                let mut block = [0; 3 * BLOCK];
                block[..samples.len()].copy_from_slice(samples);
                for (pixel, rgb) in pixels.iter_mut().zip(ybr_block(&block)) {
                    *pixel = (rgb ^ turned).to_le_bytes();
                }
            }
        }
        _ => draw_any(frame, 255.0 / full, invert, out),
    }
}

/// Sixteen pixels, as 0xFFBBGGRR.
#[cfg(not(target_feature = "simd128"))]
#[inline(always)]
fn ybr_block(block: &[u8; 3 * BLOCK]) -> [u32; BLOCK] {
    let channel = |first: usize| std::array::from_fn(|i| i32::from(block[3 * i + first]));
    ybr_bytes::<BLOCK>(channel(0), channel(1), channel(2))
}

/// Samples of any type, by floats.
fn draw_any(frame: &Frame, scale: f32, invert: bool, out: &mut [u8]) {
    let model = frame.model();
    let mut channels = [0f32; 3];
    let mut next = 0;
    let mut pixels = out.chunks_exact_mut(4);
    for_each_sample(frame.samples(), |sample| {
        channels[next] = sample as f32 * scale;
        next += 1;
        if next == 3 {
            next = 0;
            let [a, b, c] = channels;
            let rgb = match model {
                ColourModel::YbrFull => ybr_full(a, b, c),
                ColourModel::YbrPartial => ybr_partial(a, b, c),
                _ => channels,
            };
            if let Some(pixel) = pixels.next() {
                put(pixel, rgb.map(|v| (v + 0.5) as u8), invert);
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn bytes_are_drawn_as_by_floats(samples in proptest::collection::vec(any::<[u8; 3]>(), 1..50), invert: bool) {
            let samples = samples.concat();
            let columns = samples.len() as u32 / 3;
            let frame = Frame::new(1, columns, ColourModel::YbrFull, Samples::U8(samples)).unwrap();
            let mut drawn = vec![0; columns as usize * 4];
            draw(&frame, 255.0, invert, &mut drawn);
            let mut expected = drawn.clone();
            draw_any(&frame, 1.0, invert, &mut expected);
            for (found, expected) in drawn.iter().zip(expected) {
                prop_assert!(found.abs_diff(expected) <= 1);
            }
        }
    }
}
