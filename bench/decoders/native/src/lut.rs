//! Stored values → RGBA.

use std::error::Error;
use viewer_core::dicom::header::{DisplayHeader, SampleKind, WindowFunction};
use viewer_core::frame::{ColourModel, Frame, Samples};
use viewer_core::lut::{Pipeline, PixelFacts, VoiChoice, render_rgba};

const SIDE: u32 = 1024;

/// Prints `lut`, the kind, and Mpixel/s for a picture of 1024 × 1024.
pub(crate) fn measure() -> Result<(), Box<dyn Error>> {
    let window = VoiChoice::Window { center: 2000.0, width: 1500.0, function: WindowFunction::Linear };
    let padded = DisplayHeader { padding: Some((0, 15)), ..DisplayHeader::default() };
    let grey = ColourModel::Monochrome2;
    for (kind, header, model, samples, bits_stored) in [
        ("16 bits", DisplayHeader::default(), grey, Samples::U16(noise(1, |v| v as u16 & 0xfff)), 12),
        ("16 bits, padding", padded, grey, Samples::U16(noise(1, |v| v as u16 & 0xfff)), 12),
        ("8 bits", DisplayHeader::default(), grey, Samples::U8(noise(1, |v| v as u8)), 8),
        ("RGB", DisplayHeader::default(), ColourModel::Rgb, Samples::U8(noise(3, |v| v as u8)), 8),
        ("YBR_FULL", DisplayHeader::default(), ColourModel::YbrFull, Samples::U8(noise(3, |v| v as u8)), 8),
    ] {
        let facts = PixelFacts { bits_stored, kind: SampleKind::Unsigned, model };
        let pipeline = Pipeline::new(&header, facts, window, false)?;
        let frame = Frame::new(SIDE, SIDE, model, samples)?;
        let mut out = vec![0; (SIDE * SIDE * 4) as usize];
        let mut draw = || render_rgba(&frame, &pipeline, &mut out).unwrap_or_default();
        let seconds = crate::fastest(&mut [&mut draw])[0];
        println!("lut {:.0} {kind}", f64::from(SIDE * SIDE) / 1e6 / seconds);
    }
    Ok(())
}

/// Values without order.
fn noise<T>(components: u32, make: impl Fn(u32) -> T) -> Vec<T> {
    let mut seed = 1u32;
    let next = |_| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        make(seed >> 16)
    };
    (0..SIDE * SIDE * components).map(next).collect()
}
