//! One frame's way from stored values to the screen, checked once and then only evaluated.

use std::sync::Arc;

use super::shade::Shade;
use super::voi::Voi;
use super::{ColourCube, LutError, coloured, stats::ValueRange};
use crate::dicom::header::{
    DisplayHeader, LutTable, ModalityLut, Palette, PixelHeader, PresentationLut, PresentationShape,
    SampleKind, WindowFunction,
};
use crate::frame::ColourModel;

/// What the pipeline has to know of the pixels themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PixelFacts {
    /// Bits Stored (0028,0101), 1–64.
    pub bits_stored: u8,
    /// Pixel Representation, or float.
    pub kind: SampleKind,
    /// The decoded frame's model.
    pub model: ColourModel,
}

impl PixelFacts {
    /// From the header, and the model that the decoder gave the frame (it may differ from the header's
    /// photometric interpretation where the codec undoes a colour transform).
    pub fn new(pixels: &PixelHeader, model: ColourModel) -> Self {
        Self { bits_stored: pixels.bits_stored, kind: pixels.kind, model }
    }
}

/// Which VOI transformation to use.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum VoiChoice {
    /// A window, in modality values.
    Window {
        /// Centre.
        center: f64,
        /// Width: ≥ 1 for LINEAR, > 0 for the others.
        width: f64,
        /// Shape.
        function: WindowFunction,
    },
    /// An item of VOI LUT Sequence, from 0.
    Lut(usize),
    /// Black at `min`, white at `max`, in modality values: for files that say nothing.
    Auto {
        /// Black.
        min: f64,
        /// White; not below `min`.
        max: f64,
    },
}

impl VoiChoice {
    /// Centre and width as a reader would say them; None for a table.
    pub fn center_width(&self) -> Option<(f64, f64)> {
        match *self {
            Self::Window { center, width, .. } => Some((center, width)),
            Self::Auto { min, max } => Some(((min + max) / 2.0, (max - min).max(f64::MIN_POSITIVE))),
            Self::Lut(_) => None,
        }
    }
}

impl From<ValueRange> for VoiChoice {
    fn from(range: ValueRange) -> Self {
        Self::Auto { min: range.min, max: range.max }
    }
}

/// Stored values → RGBA for one kind of frame, one window, one polarity. Cheap to make anew (a change of window
/// is two numbers) and cheap to clone.
#[derive(Debug, Clone, PartialEq)]
pub struct Pipeline {
    pub(crate) model: ColourModel,
    pub(crate) mapping: Mapping,
    /// Of colour pictures only.
    pub(crate) cube: Option<Arc<ColourCube>>,
}

/// The grey part or the colour part.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Mapping {
    Grey(Grey),
    /// `windowed`: the entries were made from grey levels and hold for one window (see [`super::coloured`]).
    Palette {
        palette: Arc<Palette>,
        invert: bool,
        windowed: bool,
    },
    /// RGB or YBR; `full` is the largest sample, 2^bits − 1.
    Colour {
        full: f32,
        invert: bool,
    },
}

/// Everything a MONOCHROME frame needs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Grey {
    /// Modality LUT Sequence, to be applied to stored values before anything else.
    pub(crate) table: Option<Arc<LutTable>>,
    /// Modality values from stored values where there is no table.
    pub(crate) rescale: (f64, f64),
    pub(crate) voi: Voi,
    /// MONOCHROME1 or INVERSE, exclusive-or the reader's wish.
    pub(crate) inverse: bool,
    /// Stored values that are background, inclusive.
    pub(crate) padding: Option<(i32, i32)>,
    /// The same of floats.
    pub(crate) float_padding: Option<(f64, f64)>,
    /// `voi`, `rescale` and `inverse` folded for inner loops.
    pub(crate) shade: Shade,
    /// Stored values lie in this range when they are whole numbers of at most 16 bits.
    pub(crate) small_range: Option<(i32, i32)>,
}

impl Pipeline {
    /// Checks header and choice. `invert` is the reader's own wish, on top of what the file asks for.
    /// `voi` is not used for colour.
    ///
    /// # Errors
    /// When window, table, rescale or palette cannot be used; see [`LutError`].
    pub fn new(
        header: &DisplayHeader,
        facts: PixelFacts,
        voi: VoiChoice,
        invert: bool,
    ) -> Result<Self, LutError> {
        let mapping = match facts.model {
            ColourModel::Monochrome1 | ColourModel::Monochrome2 => {
                match coloured::palette(header, facts, voi)? {
                    Some(palette) => Mapping::Palette { palette: Arc::new(palette), invert, windowed: true },
                    None => Mapping::Grey(Grey::new(header, facts, voi, invert)?),
                }
            }
            ColourModel::Palette => {
                let palette = header.palette.as_ref().filter(|p| is_usable(p)).ok_or(LutError::Palette)?;
                Mapping::Palette { palette: Arc::clone(palette), invert, windowed: false }
            }
            ColourModel::Rgb | ColourModel::YbrFull | ColourModel::YbrPartial => {
                let full = 2f32.powi(i32::from(facts.bits_stored.clamp(1, 64))) - 1.0;
                Mapping::Colour { full, invert }
            }
        };
        let cube = header
            .device_colours
            .clone()
            .filter(|_| matches!(mapping, Mapping::Colour { .. } | Mapping::Palette { windowed: false, .. }));
        Ok(Self { model: facts.model, mapping, cube })
    }

    /// Whether the picture is grey: then a change of window needs a repaint only.
    pub fn is_grey(&self) -> bool {
        matches!(self.mapping, Mapping::Grey(_))
    }
}

impl Grey {
    pub(super) fn new(
        header: &DisplayHeader,
        facts: PixelFacts,
        voi: VoiChoice,
        invert: bool,
    ) -> Result<Self, LutError> {
        let voi = match voi {
            VoiChoice::Window { center, width, function } => Voi::window(center, width, function)?,
            VoiChoice::Lut(index) => {
                let count = header.voi_luts.len();
                Voi::table(header.voi_luts.get(index).ok_or(LutError::NoSuchVoiLut { index, count })?)?
            }
            // A picture of one value only has no contrast to lose: any width will do.
            VoiChoice::Auto { min, max } => {
                let width = if max > min { max - min } else { 1.0 };
                Voi::window((min + max) / 2.0, width, WindowFunction::LinearExact)?
            }
        };
        let (table, rescale) = match &header.modality_lut {
            ModalityLut::Identity => (None, (1.0, 0.0)),
            &ModalityLut::Rescale { slope, intercept } => {
                if !(slope.is_finite() && intercept.is_finite() && slope != 0.0) {
                    return Err(LutError::Rescale { slope, intercept });
                }
                (None, (slope, intercept))
            }
            ModalityLut::Table(table) if table.entries.is_empty() => {
                return Err(LutError::EmptyTable { name: "Modality LUT" });
            }
            ModalityLut::Table(table) => (Some(Arc::clone(table)), (1.0, 0.0)),
        };
        // MONOCHROME1 and INVERSE say the same thing (C.11.6): a file with both is turned around once. A presentation
        // state says it all, whatever the file says (PS3.4 N.2.1.4).
        let (voi, turned) = match &header.softcopy {
            Some(PresentationLut::Table(table)) => (voi.through(table)?, false),
            Some(shape) => (voi, *shape == PresentationLut::Inverse),
            None => {
                let inverse = header.presentation == Some(PresentationShape::Inverse);
                (voi, inverse || facts.model == ColourModel::Monochrome1)
            }
        };
        let inverse = turned != invert;
        let small_range = match (facts.kind, facts.bits_stored) {
            (SampleKind::Unsigned, bits @ 1..=16) => Some((0, (1 << bits) - 1)),
            (SampleKind::Signed, bits @ 1..=16) => Some((-(1 << (bits - 1)), (1 << (bits - 1)) - 1)),
            _ => None,
        };
        let shade = Shade::new(&voi, rescale.0, rescale.1, inverse);
        let (padding, float_padding) = (header.padding, header.float_padding);
        Ok(Self { table, rescale, voi, inverse, padding, float_padding, shade, small_range })
    }

    /// Whether a stored value is background: padding, or no finite number.
    #[inline]
    pub(crate) fn is_padding(&self, stored: f64) -> bool {
        !stored.is_finite()
            || self.padding.is_some_and(|(low, high)| stored >= f64::from(low) && stored <= f64::from(high))
            || self.float_padding.is_some_and(|(low, high)| stored >= low && stored <= high)
    }

    /// Grey level of a stored value in double precision: the definition that everything faster is tested against.
    pub(crate) fn level(&self, stored: f64) -> u8 {
        self.fraction(stored).map_or(0, |fraction| (fraction * 255.0 + 0.5) as u8)
    }

    /// Share of full brightness of a stored value; None for background.
    pub(super) fn fraction(&self, stored: f64) -> Option<f64> {
        if self.is_padding(stored) {
            return None;
        }
        let modality = match &self.table {
            Some(table) => f64::from(table_value(table, stored)),
            None => stored * self.rescale.0 + self.rescale.1,
        };
        let fraction = self.voi.fraction(modality);
        Some(if self.inverse { 1.0 - fraction } else { fraction })
    }
}

/// Modality value of a stored value: what a cursor or a measurement shows. Padding is not looked at.
pub fn modality_value(lut: &ModalityLut, stored: f64) -> f64 {
    match lut {
        ModalityLut::Identity => stored,
        ModalityLut::Rescale { slope, intercept } => stored * slope + intercept,
        ModalityLut::Table(table) => f64::from(table_value(table, stored)),
    }
}

/// Entry for a stored value, held at both ends (C.11.1.1).
#[inline]
pub(crate) fn table_value(table: &LutTable, stored: f64) -> u16 {
    let last = table.entries.len().saturating_sub(1);
    let at = (stored - f64::from(table.first)).clamp(0.0, last as f64) as usize;
    table.entries.get(at).copied().unwrap_or(0)
}

pub(super) fn is_usable(palette: &Palette) -> bool {
    let length = palette.red.len();
    length > 0 && palette.green.len() == length && palette.blue.len() == length
}
