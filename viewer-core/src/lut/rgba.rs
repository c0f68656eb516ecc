//! A whole frame at one output pixel per image pixel.

mod colour;
mod grey;

use super::colour::palette_rgb;
use super::pipeline::Mapping;
use super::{LutError, Pipeline};
use crate::frame::{Frame, Samples};

/// Draws `frame` into `out`: rows × columns pixels of red, green, blue, 255, from the top left.
///
/// # Errors
/// When `out` is not 4 × rows × columns bytes, or the pipeline was made for another colour model.
pub fn render_rgba(frame: &Frame, pipeline: &Pipeline, out: &mut [u8]) -> Result<(), LutError> {
    check_output(frame.columns(), frame.rows(), out)?;
    check_model(frame, pipeline)?;
    let cube = pipeline.cube.as_deref();
    match &pipeline.mapping {
        Mapping::Grey(grey) => grey::draw(frame.samples(), grey, out),
        Mapping::Palette { palette, invert, .. } => {
            let early = *invert && cube.is_none();
            for_each_value(frame.samples(), out, |stored, pixel| {
                let rgb = palette_rgb(palette, stored as i64);
                put(pixel, rgb, early);
            });
        }
        Mapping::Colour { full, invert } => colour::draw(frame, *full, *invert && cube.is_none(), out),
    }
    if let (Some(cube), Mapping::Palette { invert, .. } | Mapping::Colour { invert, .. }) =
        (cube, &pipeline.mapping)
    {
        for pixel in out.as_chunks_mut::<4>().0 {
            let [r, g, b, _] = *pixel;
            put(pixel, cube.colour([r, g, b]), *invert);
        }
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
