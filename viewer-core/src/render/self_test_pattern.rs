//! What the self-test draws: every texture type, every branch of the shader, in a picture of 256 × 64.

use std::sync::Arc;

use super::RenderError;
use crate::dicom::header::{DisplayHeader, LutTable, ModalityLut, SampleKind, Spacing, WindowFunction};
use crate::frame::{ColourModel, Frame, Samples};
use crate::geometry::{ImageShape, Placement, ViewTransform};
use crate::lut::{Pipeline, PixelFacts, VoiChoice};

/// Width of the picture.
pub(super) const WIDTH: u32 = 256;
/// Height of the picture.
pub(super) const HEIGHT: u32 = 64;
/// Side of one scene.
const SIDE: u32 = 32;
/// Columns of the test frames.
const COLUMNS: u32 = 24;
/// Rows of the test frames.
const ROWS: u32 = 20;

/// One frame and how it is to be seen.
pub(super) struct Scene {
    pub(super) frame: Frame,
    pub(super) pipeline: Pipeline,
    pub(super) placement: Placement,
    pub(super) viewport: [u32; 4],
    pub(super) sharp_from: Option<f64>,
}

/// A gentle slope with a ripple: no edge so sharp that rounding alone could move a level by two.
fn value(column: u32, row: u32, low: f64, high: f64) -> f64 {
    let (x, y) = (f64::from(column) / f64::from(COLUMNS), f64::from(row) / f64::from(ROWS));
    low + (high - low) * (0.5 * x + 0.3 * y + 0.1 * (x * 9.0).sin() + 0.1)
}

fn values(low: f64, high: f64) -> impl Iterator<Item = f64> {
    (0..ROWS).flat_map(move |row| (0..COLUMNS).map(move |column| value(column, row, low, high)))
}

/// The scenes, from left to right and top to bottom.
pub(super) fn scenes() -> Result<Vec<Scene>, RenderError> {
    use ColourModel::{Monochrome1, Monochrome2, Rgb};
    use SampleKind::{Float, Signed, Unsigned};
    let plain = DisplayHeader::default();
    let hounsfield = DisplayHeader {
        modality_lut: ModalityLut::Rescale { slope: 1.0, intercept: -1024.0 },
        ..plain.clone()
    };
    let table =
        |first, bits, entries: Vec<u16>| Arc::new(LutTable { first, bits, entries, explanation: None });
    let square = |i: u16| (u32::from(i) * u32::from(i) / 1023) as u16;
    let tabled = DisplayHeader {
        modality_lut: ModalityLut::Table(table(-100, 16, (0..2200).map(|i| i * 3).collect())),
        voi_luts: vec![table(0, 10, (0..1024).map(square).collect())],
        ..plain.clone()
    };
    let padded = DisplayHeader { padding: Some((-2000, -1500)), ..plain.clone() };
    let window = |center, width, function| VoiChoice::Window { center, width, function };
    let linear = window(40.0, 400.0, WindowFunction::Linear);
    let whole = ViewTransform::default();

    let u16s = || Samples::U16(values(800.0, 1400.0).map(|v| v as u16).collect());
    let i16s = || Samples::I16(values(-200.0, 300.0).map(|v| v as i16).collect());
    let with_padding = Samples::I16(
        values(-200.0, 300.0).enumerate().map(|(i, v)| if i % 97 < 9 { -1800 } else { v as i16 }).collect(),
    );
    let rgb = values(0.0, 255.0).flat_map(|v| [v as u8, 255 - v as u8, (v / 2.0) as u8]).collect();
    let list = [
        (Monochrome2, Unsigned, 16, u16s(), &hounsfield, linear, whole, None),
        (Monochrome1, Unsigned, 16, u16s(), &hounsfield, linear, whole.turned(1), None),
        (
            Monochrome2,
            Signed,
            16,
            i16s(),
            &plain,
            linear,
            ViewTransform { zoom: 3.3, pan: [5.0, -9.0], ..whole },
            None,
        ),
        (
            Monochrome2,
            Signed,
            16,
            i16s(),
            &plain,
            window(40.0, 300.0, WindowFunction::Sigmoid),
            whole.mirrored(),
            None,
        ),
        (Monochrome2, Signed, 16, with_padding, &padded, linear, whole, None),
        (
            Monochrome2,
            Signed,
            16,
            i16s(),
            &tabled,
            window(600.0, 1600.0, WindowFunction::Linear),
            whole,
            None,
        ),
        (
            Monochrome2,
            Unsigned,
            8,
            Samples::U8(values(0.0, 255.0).map(|v| v as u8).collect()),
            &tabled,
            VoiChoice::Lut(0),
            whole.turned(3),
            None,
        ),
        (
            Monochrome2,
            Unsigned,
            8,
            Samples::U8(values(0.0, 255.0).map(|v| v as u8).collect()),
            &plain,
            window(128.0, 256.0, WindowFunction::LinearExact),
            ViewTransform { zoom: 0.4, ..whole },
            None,
        ),
        (
            Monochrome2,
            Signed,
            8,
            Samples::I8(values(-100.0, 100.0).map(|v| v as i8).collect()),
            &plain,
            window(0.0, 180.0, WindowFunction::Linear),
            whole.turned(2),
            Some(1.1),
        ),
        (
            Monochrome2,
            Float,
            32,
            Samples::F32(values(-1.0, 1.0).map(|v| v as f32).collect()),
            &plain,
            window(0.0, 2.0, WindowFunction::LinearExact),
            whole,
            None,
        ),
        (Rgb, Unsigned, 8, Samples::U8(rgb), &plain, linear, whole.upside_down(), None),
    ];
    let mut scenes = Vec::new();
    for ((model, kind, bits_stored, samples, header, voi, view, sharp_from), n) in list.into_iter().zip(0..) {
        // The sizes are constants of this file and agree.
        let Ok(frame) = Frame::new(ROWS, COLUMNS, model, samples) else { continue };
        let pipeline = Pipeline::new(header, PixelFacts { bits_stored, kind, model }, voi, n % 5 == 4)?;
        let shape = ImageShape::new(COLUMNS, ROWS, &Spacing::Ratio([1.3, 1.0]));
        let placement = Placement::new(&view, shape, [f64::from(SIDE); 2]);
        let across = WIDTH / SIDE;
        let viewport = [n % across * SIDE, n / across * SIDE, SIDE, SIDE];
        scenes.push(Scene { frame, pipeline, placement, viewport, sharp_from });
    }
    Ok(scenes)
}
