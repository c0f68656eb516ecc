//! Lookup tables to run over made-up pictures.

use viewer_core::dicom::header::{DisplayHeader, SampleKind, WindowFunction};
use viewer_core::frame::{ColourModel, Frame, Samples};
use viewer_core::lut::{Pipeline, PixelFacts, VoiChoice, render_rgba};
use wasm_bindgen::prelude::*;

const SIDE: u32 = 1024;

/// A picture of 1024 × 1024 pixels and the way from its stored values to the screen.
#[wasm_bindgen]
pub struct Lut {
    frame: Frame,
    pipeline: Pipeline,
    out: Vec<u8>,
}

#[wasm_bindgen]
impl Lut {
    /// `kind`: see the match below.
    ///
    /// # Errors
    /// When there is no such kind.
    #[wasm_bindgen(constructor)]
    pub fn new(kind: &str) -> Result<Lut, JsError> {
        use ColourModel::{Monochrome2, Rgb, YbrFull};
        let window = |function| VoiChoice::Window { center: 2000.0, width: 1500.0, function };
        let linear = window(WindowFunction::Linear);
        let mut header = DisplayHeader::default();
        let (model, samples, voi) = match kind {
            "16 bits" => (Monochrome2, Samples::U16(noise(1, |v| v as u16 & 0xfff)), linear),
            "16 bits with a sign" => (Monochrome2, Samples::I16(noise(1, |v| v as i16 >> 3)), linear),
            "16 bits, padding" => {
                header.padding = Some((0, 15));
                (Monochrome2, Samples::U16(noise(1, |v| v as u16 & 0xfff)), linear)
            }
            "16 bits, sigmoid" => {
                (Monochrome2, Samples::U16(noise(1, |v| v as u16 & 0xfff)), window(WindowFunction::Sigmoid))
            }
            "8 bits" => {
                (Monochrome2, Samples::U8(noise(1, |v| v as u8)), VoiChoice::Auto { min: 20.0, max: 220.0 })
            }
            "RGB" => (Rgb, Samples::U8(noise(3, |v| v as u8)), linear),
            "YBR_FULL" => (YbrFull, Samples::U8(noise(3, |v| v as u8)), linear),
            other => return Err(JsError::new(other)),
        };
        let (bits_stored, kind) = match samples {
            Samples::U16(_) => (12, SampleKind::Unsigned),
            Samples::I16(_) => (16, SampleKind::Signed),
            _ => (8, SampleKind::Unsigned),
        };
        let facts = PixelFacts { bits_stored, kind, model };
        let pipeline = Pipeline::new(&header, facts, voi, false)?;
        let frame = Frame::new(SIDE, SIDE, model, samples)?;
        Ok(Self { frame, pipeline, out: vec![0; (SIDE * SIDE * 4) as usize] })
    }

    /// Pixels of one drawing.
    #[wasm_bindgen(getter)]
    pub fn pixels(&self) -> u32 {
        SIDE * SIDE
    }

    /// Draws the picture.
    ///
    /// # Errors
    /// Never, as it was made for this.
    pub fn draw(&mut self) -> Result<(), JsError> {
        Ok(render_rgba(&self.frame, &self.pipeline, &mut self.out)?)
    }

    /// What was drawn.
    #[wasm_bindgen(getter)]
    pub fn drawn(&self) -> Vec<u8> {
        self.out.clone()
    }
}

/// Values without order, so that no branch can be foreseen.
fn noise<T>(components: u32, make: impl Fn(u32) -> T) -> Vec<T> {
    let mut seed = 1u32;
    let next = |_| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        make(seed >> 16)
    };
    (0..SIDE * SIDE * components).map(next).collect()
}
