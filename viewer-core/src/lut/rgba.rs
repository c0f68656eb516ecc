//! A whole frame at one output pixel per image pixel.

use super::colour::{palette_rgb, ybr_full, ybr_partial};
use super::pipeline::{Grey, Mapping, table_value};
use super::{LutError, Pipeline};
use crate::frame::{ColourModel, Frame, Samples};

/// Draws `frame` into `out`: rows × columns pixels of red, green, blue, 255, from the top left.
///
/// # Errors
/// When `out` is not 4 × rows × columns bytes, or the pipeline was made for another colour model.
pub fn render_rgba(frame: &Frame, pipeline: &Pipeline, out: &mut [u8]) -> Result<(), LutError> {
    check_output(frame.columns(), frame.rows(), out)?;
    check_model(frame, pipeline)?;
    match &pipeline.mapping {
        Mapping::Grey(grey) => draw_grey(frame.samples(), grey, out),
        Mapping::Palette { palette, invert, .. } => {
            for_each_value(frame.samples(), out, |stored, pixel| {
                let rgb = palette_rgb(palette, stored as i64);
                put(pixel, rgb, *invert);
            });
        }
        Mapping::Colour { full, invert } => draw_colour(frame, *full, *invert, out),
    }
    Ok(())
}

pub(crate) fn check_output(width: u32, height: u32, out: &[u8]) -> Result<(), LutError> {
    let expected = u64::from(width) * u64::from(height) * 4;
    if out.len() as u64 == expected {
        return Ok(());
    }
    Err(LutError::OutputSize { expected, found: out.len() })
}

pub(crate) fn check_model(frame: &Frame, pipeline: &Pipeline) -> Result<(), LutError> {
    if frame.model() == pipeline.model {
        return Ok(());
    }
    Err(LutError::OtherModel { expected: pipeline.model, found: frame.model() })
}

fn draw_grey(samples: &Samples, grey: &Grey, out: &mut [u8]) {
    let straight = grey.table.is_none() && grey.shade.curve.is_none();
    match samples {
        Samples::U8(v) => small(v, straight, grey, out),
        Samples::I8(v) => small(v, straight, grey, out),
        Samples::U16(v) => small(v, straight, grey, out),
        Samples::I16(v) => small(v, straight, grey, out),
        _ => for_each_value(samples, out, |stored, pixel| {
            let y = grey.level(stored);
            put(pixel, [y; 3], false);
        }),
    }
}

/// Whole numbers of at most 16 bits: arithmetic where it is straight, a table of grey levels where it is not.
fn small<T: Copy + Into<i32> + Into<f32>>(values: &[T], straight: bool, grey: &Grey, out: &mut [u8]) {
    if straight {
        ramp(values, grey, out);
    } else {
        by_table(values, grey, out);
    }
}

/// The hot loop: no branch and no index, so that the compiler can use vectors.
fn ramp<T: Copy + Into<f32>>(values: &[T], grey: &Grey, out: &mut [u8]) {
    let (origin, gain) = (grey.shade.origin, grey.shade.gain);
    // Rounding is folded in: `as u8` cuts towards 0 and clamps at both ends.
    let (gain, base) = if grey.shade.inverse { (-gain, 255.5) } else { (gain, 0.5) };
    let level = |value: f32| ((value - origin) * gain + base) as u8;
    if let Some((low, high)) = grey.padding {
        let (low, high) = (low as f32, high as f32);
        for (pixel, value) in out.chunks_exact_mut(4).zip(values) {
            let value: f32 = (*value).into();
            let y = if value >= low && value <= high { 0 } else { level(value) };
            pixel.copy_from_slice(&[y, y, y, 255]);
        }
    } else {
        for (pixel, value) in out.chunks_exact_mut(4).zip(values) {
            let y = level((*value).into());
            pixel.copy_from_slice(&[y, y, y, 255]);
        }
    }
}

fn by_table<T: Copy + Into<i32>>(values: &[T], grey: &Grey, out: &mut [u8]) {
    let (low, high) = grey.small_range.unwrap_or((i32::from(i16::MIN), i32::from(u16::MAX)));
    let levels: Vec<u8> = (low..=high).map(|stored| level_fast(grey, stored)).collect();
    for (pixel, value) in out.chunks_exact_mut(4).zip(values) {
        let value: i32 = (*value).into();
        let y = levels.get((value.clamp(low, high) - low) as usize).copied().unwrap_or(0);
        pixel.copy_from_slice(&[y, y, y, 255]);
    }
}

/// [`Grey::level`] through the folded window.
fn level_fast(grey: &Grey, stored: i32) -> u8 {
    let stored_real = f64::from(stored);
    if grey.is_padding(stored_real) {
        return 0;
    }
    let value = match &grey.table {
        Some(table) => f32::from(table_value(table, stored_real)),
        None => stored as f32,
    };
    (grey.shade.grey(value) + 0.5) as u8
}

fn draw_colour(frame: &Frame, full: f32, invert: bool, out: &mut [u8]) {
    if let (Samples::U8(samples), ColourModel::Rgb, true) = (frame.samples(), frame.model(), full == 255.0) {
        for (pixel, rgb) in out.chunks_exact_mut(4).zip(samples.chunks_exact(3)) {
            if let &[r, g, b] = rgb {
                put(pixel, [r, g, b], invert);
            }
        }
        return;
    }
    let model = frame.model();
    let scale = 255.0 / full;
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

fn put(pixel: &mut [u8], rgb: [u8; 3], invert: bool) {
    let [r, g, b] = if invert { rgb.map(|v| 255 - v) } else { rgb };
    pixel.copy_from_slice(&[r, g, b, 255]);
}

/// One sample per pixel.
fn for_each_value(samples: &Samples, out: &mut [u8], mut draw: impl FnMut(f64, &mut [u8])) {
    let mut pixels = out.chunks_exact_mut(4);
    for_each_sample(samples, |sample| {
        if let Some(pixel) = pixels.next() {
            draw(sample, pixel);
        }
    });
}

fn for_each_sample(samples: &Samples, mut take: impl FnMut(f64)) {
    match samples {
        Samples::U8(v) => v.iter().for_each(|&x| take(x.into())),
        Samples::I8(v) => v.iter().for_each(|&x| take(x.into())),
        Samples::U16(v) => v.iter().for_each(|&x| take(x.into())),
        Samples::I16(v) => v.iter().for_each(|&x| take(x.into())),
        Samples::U32(v) => v.iter().for_each(|&x| take(x.into())),
        Samples::I32(v) => v.iter().for_each(|&x| take(x.into())),
        Samples::F32(v) => v.iter().for_each(|&x| take(x.into())),
        Samples::F64(v) => v.iter().for_each(|&x| take(x)),
    }
}
