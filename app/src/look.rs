//! How a frame is to look, on its way from the page to the GPU renderer's module: text, since the two
//! programs share no memory. Twins of viewer-core's types, each written once and read once.

use std::sync::Arc;

use viewer_core::dicom::header::{
    DisplayHeader, LutTable, ModalityLut, Palette, PixelHeader, PresentationShape, SampleKind, WindowFunction,
};
use viewer_core::frame::ColourModel;
use viewer_core::geometry::{Fit, ImageShape, Placement, ViewTransform};
use viewer_core::lut::{LutError, Pipeline, PixelFacts, VoiChoice};

use crate::pack::packed;

/// LUTs and palettes of a frame: sent once for all frames that share them.
#[derive(Debug, Clone, PartialEq)]
pub struct WireDisplay {
    modality: WireModality,
    voi_luts: Vec<WireTable>,
    inverse: Option<bool>,
    padding: Option<(i32, i32)>,
    palette: Option<WirePalette>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum WireModality {
    Identity,
    Rescale(f64, f64),
    Table(WireTable),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct WireTable {
    first: i32,
    bits: u8,
    entries: Vec<u16>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct WirePalette {
    first: i32,
    rgb: [Vec<u16>; 3],
}

/// Window, polarity and place of a frame in its viewport.
#[derive(Debug, Clone, PartialEq)]
pub struct WireLook {
    voi: WireVoi,
    invert: bool,
    bits_stored: u8,
    kind: u8,
    zoom: f64,
    pan: [f64; 2],
    quarter_turns: u8,
    flips: [bool; 2],
    fit: u8,
    columns: u32,
    rows: u32,
    pixel_aspect: f64,
    /// Canvas pixels.
    screen: [u32; 2],
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum WireVoi {
    Window(f64, f64, u8),
    Lut(u32),
    Auto(f64, f64),
}

packed!(struct WireDisplay { modality, voi_luts, inverse, padding, palette });
packed!(enum WireModality { 0 Identity, 1 Rescale(slope, intercept), 2 Table(table) });
packed!(struct WireTable { first, bits, entries });
packed!(struct WirePalette { first, rgb });
packed!(struct WireLook {
    voi, invert, bits_stored, kind, zoom, pan, quarter_turns, flips, fit, columns, rows, pixel_aspect, screen,
});
packed!(enum WireVoi { 0 Window(center, width, function), 1 Lut(index), 2 Auto(min, max) });

const FUNCTIONS: [WindowFunction; 3] =
    [WindowFunction::Linear, WindowFunction::LinearExact, WindowFunction::Sigmoid];
const KINDS: [SampleKind; 4] =
    [SampleKind::Unsigned, SampleKind::Signed, SampleKind::Float, SampleKind::Double];
const FITS: [Fit; 3] = [Fit::Contain, Fit::Cover, Fit::OneToOne];

/// Place in a list that holds every value.
fn place<T: PartialEq>(list: &[T], value: &T) -> u8 {
    list.iter().position(|one| one == value).unwrap_or_default() as u8
}

/// A VOI LUT Function on the wire, and back.
pub(crate) fn place_of(function: WindowFunction) -> u8 {
    place(&FUNCTIONS, &function)
}

/// See [`place_of`].
pub(crate) fn function_of(place: u8) -> WindowFunction {
    FUNCTIONS.get(usize::from(place)).copied().unwrap_or_default()
}

impl From<&LutTable> for WireTable {
    fn from(table: &LutTable) -> Self {
        Self { first: table.first, bits: table.bits, entries: table.entries.clone() }
    }
}

impl From<WireTable> for LutTable {
    fn from(wire: WireTable) -> Self {
        Self { first: wire.first, bits: wire.bits, entries: wire.entries, explanation: None }
    }
}

impl From<&ModalityLut> for WireModality {
    fn from(lut: &ModalityLut) -> Self {
        match lut {
            ModalityLut::Identity => Self::Identity,
            ModalityLut::Rescale { slope, intercept } => Self::Rescale(*slope, *intercept),
            ModalityLut::Table(table) => Self::Table(WireTable::from(&**table)),
        }
    }
}

impl From<WireModality> for ModalityLut {
    fn from(wire: WireModality) -> Self {
        match wire {
            WireModality::Identity => Self::Identity,
            WireModality::Rescale(slope, intercept) => Self::Rescale { slope, intercept },
            WireModality::Table(table) => Self::Table(Arc::new(table.into())),
        }
    }
}

impl From<&Palette> for WirePalette {
    fn from(palette: &Palette) -> Self {
        let Palette { first, red, green, blue } = palette;
        Self { first: *first, rgb: [red.clone(), green.clone(), blue.clone()] }
    }
}

impl From<WirePalette> for Palette {
    fn from(wire: WirePalette) -> Self {
        let [red, green, blue] = wire.rgb;
        Self { first: wire.first, red, green, blue }
    }
}

impl From<VoiChoice> for WireVoi {
    fn from(voi: VoiChoice) -> Self {
        match voi {
            VoiChoice::Window { center, width, function } => Self::Window(center, width, place_of(function)),
            VoiChoice::Lut(index) => Self::Lut(index as u32),
            VoiChoice::Auto { min, max } => Self::Auto(min, max),
        }
    }
}

impl From<WireVoi> for VoiChoice {
    fn from(wire: WireVoi) -> Self {
        match wire {
            WireVoi::Window(center, width, function) => {
                Self::Window { center, width, function: function_of(function) }
            }
            WireVoi::Lut(index) => Self::Lut(index as usize),
            WireVoi::Auto(min, max) => Self::Auto { min, max },
        }
    }
}

impl From<&DisplayHeader> for WireDisplay {
    fn from(header: &DisplayHeader) -> Self {
        Self {
            modality: WireModality::from(&header.modality_lut),
            voi_luts: header.voi_luts.iter().map(|table| WireTable::from(&**table)).collect(),
            inverse: header.presentation.map(|shape| shape == PresentationShape::Inverse),
            padding: header.padding,
            palette: header.palette.as_ref().map(|palette| WirePalette::from(&**palette)),
        }
    }
}

impl From<WireDisplay> for DisplayHeader {
    fn from(wire: WireDisplay) -> Self {
        Self {
            modality_lut: wire.modality.into(),
            voi_luts: wire.voi_luts.into_iter().map(|table| Arc::new(table.into())).collect(),
            presentation: wire.inverse.map(|inverse| {
                if inverse { PresentationShape::Inverse } else { PresentationShape::Identity }
            }),
            padding: wire.padding,
            palette: wire.palette.map(|palette| Arc::new(palette.into())),
            ..Self::default()
        }
    }
}

impl WireLook {
    /// Of a frame with this header, drawn so.
    pub fn new(
        pixels: &PixelHeader,
        voi: VoiChoice,
        invert: bool,
        view: &ViewTransform,
        shape: &ImageShape,
        screen: [u32; 2],
    ) -> Self {
        Self {
            voi: voi.into(),
            invert,
            bits_stored: pixels.bits_stored,
            kind: place(&KINDS, &pixels.kind),
            zoom: view.zoom,
            pan: view.pan,
            quarter_turns: view.quarter_turns,
            flips: [view.flip_horizontal, view.flip_vertical],
            fit: place(&FITS, &view.fit),
            columns: shape.columns,
            rows: shape.rows,
            pixel_aspect: shape.pixel_aspect,
            screen,
        }
    }

    /// Canvas pixels.
    pub fn screen(&self) -> [u32; 2] {
        self.screen
    }

    /// Stored values → grey or colour.
    ///
    /// # Errors
    /// As [`Pipeline::new`].
    pub fn pipeline(&self, display: &DisplayHeader, model: ColourModel) -> Result<Pipeline, LutError> {
        let kind = KINDS.get(usize::from(self.kind)).copied().unwrap_or(SampleKind::Unsigned);
        let facts = PixelFacts { bits_stored: self.bits_stored, kind, model };
        Pipeline::new(display, facts, self.voi.into(), self.invert)
    }

    /// Where the frame lies in the viewport.
    pub fn placement(&self) -> Placement {
        let view = ViewTransform {
            zoom: self.zoom,
            pan: self.pan,
            quarter_turns: self.quarter_turns,
            flip_horizontal: self.flips[0],
            flip_vertical: self.flips[1],
            fit: FITS.get(usize::from(self.fit)).copied().unwrap_or_default(),
        };
        let shape = ImageShape { columns: self.columns, rows: self.rows, pixel_aspect: self.pixel_aspect };
        Placement::new(&view, shape, self.screen.map(f64::from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::{pack, unpack};
    use viewer_core::dicom::header::Photometric;

    #[test]
    fn a_look_means_the_same_on_the_other_side() {
        let table = Arc::new(LutTable { first: -5, bits: 12, entries: vec![0, 4095], explanation: None });
        let display = DisplayHeader {
            modality_lut: ModalityLut::Rescale { slope: 0.5, intercept: -1024.0 },
            voi_luts: vec![table],
            presentation: Some(PresentationShape::Inverse),
            padding: Some((-2000, -2000)),
            ..DisplayHeader::default()
        };
        let wire: WireDisplay = unpack(&pack(&WireDisplay::from(&display))).unwrap();
        assert_eq!(DisplayHeader::from(wire), display);

        let pixels = PixelHeader {
            rows: 3,
            columns: 4,
            samples_per_pixel: 1,
            photometric: Photometric::Monochrome2,
            planar: false,
            bits_allocated: 16,
            bits_stored: 12,
            high_bit: 11,
            kind: SampleKind::Signed,
            frames: 1,
        };
        let view =
            ViewTransform { zoom: 1.5, pan: [3.0, -4.0], quarter_turns: 3, ..ViewTransform::default() };
        let shape = ImageShape { columns: 4, rows: 3, pixel_aspect: 1.25 };
        let choices = [
            VoiChoice::Window { center: 40.0, width: 400.0, function: WindowFunction::Sigmoid },
            VoiChoice::Lut(0),
            VoiChoice::Auto { min: -1.0, max: 9.0 },
        ];
        for voi in choices {
            let look = WireLook::new(&pixels, voi, true, &view, &shape, [200, 100]);
            let look: WireLook = unpack(&pack(&look)).unwrap();
            let model = ColourModel::Monochrome2;
            let facts = PixelFacts::new(&pixels, model);
            let expected = Pipeline::new(&display, facts, voi, true).unwrap();
            assert_eq!(look.pipeline(&display, model).unwrap(), expected);
            assert_eq!(look.placement(), Placement::new(&view, shape, [200.0, 100.0]));
        }
    }
}
