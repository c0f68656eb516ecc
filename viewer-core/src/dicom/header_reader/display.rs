//! Modality LUT, windows, VOI LUTs, padding, palette (PS3.3 C.11.1, C.11.2, C.7.5.1.1.2, C.7.6.3.1.5).

use core::cell::RefCell;
use std::sync::Arc;

use super::groups::Groups;
use super::{HeaderError, device_colours, lut, palette};
use crate::dicom::dataset::DataSet;
use crate::dicom::header::{
    ColourMap, DisplayHeader, LutTable, ModalityLut, Palette, Photometric, PixelHeader, PresentationShape,
    SampleKind, Window, WindowFunction,
};
use crate::dicom::limits::Limits;
use crate::dicom::{tag, uid};
use crate::lut::ColourCube;

/// What all frames of an instance share.
pub(super) struct Context<'a> {
    pixels: &'a PixelHeader,
    modality: String,
    modality_table: Option<Arc<LutTable>>,
    palette: Option<Arc<Palette>>,
    device_colours: Option<Arc<ColourCube>>,
    supplemental: Option<Arc<Palette>>,
    padding: Option<(i32, i32)>,
    float_padding: Option<(f64, f64)>,
    presentation: Option<PresentationShape>,
    lossy: bool,
    limits: &'a Limits,
    /// VOI LUTs of the group read last, by its address and their sign: most frames share one.
    last_tables: RefCell<Option<(usize, bool, Tables)>>,
}

/// VOI LUT Sequence of one group.
type Tables = Vec<Arc<LutTable>>;

impl<'a> Context<'a> {
    pub(super) fn new(
        data: &DataSet<'_>,
        pixels: &'a PixelHeader,
        transfer_syntax: &str,
        limits: &'a Limits,
    ) -> Result<Self, HeaderError> {
        let signed = pixels.kind == SampleKind::Signed;
        let palette = match pixels.photometric {
            Photometric::PaletteColor => Some(Arc::new(palette::read(data, signed, limits)?)),
            _ => None,
        };
        // Dropped where it cannot be read: "can be displayed in grayscale" (C.8.16.2.1.1.1).
        let coloured = pixels.photometric == Photometric::Monochrome2
            && matches!(data.string(tag::PIXEL_PRESENTATION).as_deref(), Some("COLOR" | "MIXED"));
        let supplemental = coloured.then(|| palette::read(data, signed, limits).ok()).flatten().map(Arc::new);
        let backward =
            data.string(tag::SOP_CLASS_UID).is_some_and(|class| uid::has_backward_modality_lut(&class));
        let tables = data.items(tag::MODALITY_LUT_SEQUENCE).first().filter(|_| !backward);
        let modality_table = tables.and_then(|item| lut::table(item, signed, limits)).map(Arc::new);
        let presentation = match data.string(tag::PRESENTATION_LUT_SHAPE).as_deref() {
            Some("IDENTITY") => Some(PresentationShape::Identity),
            Some("INVERSE") => Some(PresentationShape::Inverse),
            _ => None,
        };
        let lossy = data.string(tag::LOSSY_IMAGE_COMPRESSION).as_deref() == Some("01")
            || uid::is_always_lossy(transfer_syntax);
        Ok(Self {
            pixels,
            modality: data.string(tag::MODALITY).unwrap_or_default(),
            modality_table,
            palette,
            device_colours: device_colours::read(data, pixels),
            supplemental,
            padding: padding(data, pixels),
            float_padding: float_padding(data, pixels.kind),
            presentation,
            lossy,
            limits,
            last_tables: RefCell::new(None),
        })
    }

    /// For one frame.
    pub(super) fn display(&self, groups: &Groups<'_>) -> DisplayHeader {
        let modality_lut = self.modality_lut(groups);
        let voi = groups.group(tag::FRAME_VOI_LUT_SEQUENCE);
        let signed = is_signed_after(self.pixels, &modality_lut);
        DisplayHeader {
            windows: windows(voi),
            voi_luts: self.voi_luts(voi, signed),
            presentation: self.presentation,
            padding: self.padding,
            float_padding: self.float_padding,
            palette: self.palette.clone(),
            device_colours: self.device_colours.clone(),
            colours: self.colours(groups),
            softcopy: None,
            units: self.units(groups, &modality_lut),
            lossy: self.lossy,
            modality_lut,
        }
    }

    /// The supplemental palette, where the frame's own Pixel Presentation does not say MONOCHROME.
    fn colours(&self, groups: &Groups<'_>) -> Option<ColourMap> {
        let palette = self.supplemental.as_ref()?;
        for sequence in [tag::MR_IMAGE_FRAME_TYPE_SEQUENCE, tag::CT_IMAGE_FRAME_TYPE_SEQUENCE] {
            let kind = groups.holding(sequence, tag::PIXEL_PRESENTATION);
            if kind.string(tag::PIXEL_PRESENTATION).as_deref() == Some("MONOCHROME") {
                return None;
            }
        }
        Some(ColourMap::Supplemental(Arc::clone(palette)))
    }

    fn voi_luts(&self, group: &DataSet<'_>, signed: bool) -> Tables {
        let address = core::ptr::from_ref(group) as usize;
        let mut last = self.last_tables.borrow_mut();
        match &*last {
            Some((known, sign, tables)) if *known == address && *sign == signed => tables.clone(),
            _ => {
                let items = group.items(tag::VOI_LUT_SEQUENCE).iter();
                let tables: Tables =
                    items.filter_map(|item| lut::table(item, signed, self.limits)).map(Arc::new).collect();
                *last = Some((address, signed, tables.clone()));
                tables
            }
        }
    }

    /// The table, else slope and intercept, of which one may be missing. A slope of 0 would make all values one.
    fn modality_lut(&self, groups: &Groups<'_>) -> ModalityLut {
        if let Some(table) = &self.modality_table {
            return ModalityLut::Table(Arc::clone(table));
        }
        let rescale = groups.group(tag::PIXEL_VALUE_TRANSFORMATION_SEQUENCE);
        let slope = rescale.float(tag::RESCALE_SLOPE).filter(|slope| *slope != 0.0);
        let intercept = rescale.float(tag::RESCALE_INTERCEPT);
        match (slope, intercept) {
            (None, None) => ModalityLut::Identity,
            (slope, intercept) => {
                ModalityLut::Rescale { slope: slope.unwrap_or(1.0), intercept: intercept.unwrap_or(0.0) }
            }
        }
    }

    /// Rescale Type, else Modality LUT Type, else what the modality's module fixes: HU for CT (C.8.2.1.1.2),
    /// Units (0054,1001) for PET.
    fn units(&self, groups: &Groups<'_>, lut: &ModalityLut) -> Option<String> {
        let root = groups.root;
        if self.modality_table.is_some() {
            return root.items(tag::MODALITY_LUT_SEQUENCE).first()?.string(tag::MODALITY_LUT_TYPE);
        }
        let rescale = groups.group(tag::PIXEL_VALUE_TRANSFORMATION_SEQUENCE);
        let units = root.string(tag::UNITS).filter(|_| self.modality == "PT");
        units.or_else(|| rescale.string(tag::RESCALE_TYPE)).or_else(|| {
            let hounsfield = self.modality == "CT" && matches!(lut, ModalityLut::Rescale { .. });
            hounsfield.then(|| "HU".to_owned())
        })
    }
}

/// Whether modality values can be negative: then the first value mapped of a VOI LUT is signed.
pub(crate) fn is_signed_after(pixels: &PixelHeader, lut: &ModalityLut) -> bool {
    let (low, high) = stored_range(pixels);
    match lut {
        ModalityLut::Identity => pixels.kind == SampleKind::Signed,
        ModalityLut::Rescale { slope, intercept } => (low * slope).min(high * slope) + intercept < 0.0,
        ModalityLut::Table(_) => false,
    }
}

/// Lowest and highest stored value.
pub(crate) fn stored_range(pixels: &PixelHeader) -> (f64, f64) {
    let span = 2f64.powi(i32::from(pixels.bits_stored));
    match pixels.kind {
        SampleKind::Signed => (-span / 2.0, span / 2.0 - 1.0),
        SampleKind::Unsigned => (0.0, span - 1.0),
        SampleKind::Float | SampleKind::Double => (f64::MIN, f64::MAX),
    }
}

/// All windows that can be used, in file order (C.11.2.1.2). A linear window narrower than 1, which the standard
/// does not allow and fractional values need, is taken as LINEAR_EXACT.
pub(crate) fn windows(data: &DataSet<'_>) -> Vec<Window> {
    let centers = data.floats(tag::WINDOW_CENTER);
    let widths = data.floats(tag::WINDOW_WIDTH);
    let explanations = data.strings(tag::WINDOW_CENTER_WIDTH_EXPLANATION);
    let function = match data.string(tag::VOI_LUT_FUNCTION).as_deref() {
        Some("LINEAR_EXACT") => WindowFunction::LinearExact,
        Some("SIGMOID") => WindowFunction::Sigmoid,
        _ => WindowFunction::Linear,
    };
    let mut windows = Vec::new();
    for (index, (center, width)) in centers.into_iter().zip(widths).enumerate() {
        let (Some(center), Some(width)) = (center, width.filter(|width| *width > 0.0)) else { continue };
        let narrow = function == WindowFunction::Linear && width < 1.0;
        windows.push(Window {
            center,
            width,
            function: if narrow { WindowFunction::LinearExact } else { function },
            explanation: explanations.get(index).filter(|text| !text.is_empty()).cloned(),
        });
    }
    windows
}

/// Pixel Padding Value and Range Limit in stored values, lower first. The sign follows Pixel Representation whatever
/// the element's own value representation says.
fn padding(data: &DataSet<'_>, pixels: &PixelHeader) -> Option<(i32, i32)> {
    let stored = |tag| {
        let value = data.int(tag)?;
        match pixels.kind {
            SampleKind::Signed if pixels.bits_allocated <= 16 => Some(extended(value as u16 as i16, pixels)),
            SampleKind::Unsigned if pixels.bits_allocated <= 16 => Some(i32::from(value as u16)),
            SampleKind::Signed | SampleKind::Unsigned => i32::try_from(value).ok(),
            SampleKind::Float | SampleKind::Double => None,
        }
    };
    if pixels.samples_per_pixel != 1 {
        return None;
    }
    let value = stored(tag::PIXEL_PADDING_VALUE)?;
    let limit = stored(tag::PIXEL_PADDING_RANGE_LIMIT).unwrap_or(value);
    Some((value.min(limit), value.max(limit)))
}

/// Float (or Double Float) Pixel Padding Value and Range Limit, lower first (PS3.3 C.7.6.24.1, C.7.6.25.1). What is no
/// finite number needs no entry here: it is never drawn.
fn float_padding(data: &DataSet<'_>, kind: SampleKind) -> Option<(f64, f64)> {
    let (value, limit) = match kind {
        SampleKind::Float => (tag::FLOAT_PIXEL_PADDING_VALUE, tag::FLOAT_PIXEL_PADDING_RANGE_LIMIT),
        SampleKind::Double => {
            (tag::DOUBLE_FLOAT_PIXEL_PADDING_VALUE, tag::DOUBLE_FLOAT_PIXEL_PADDING_RANGE_LIMIT)
        }
        SampleKind::Unsigned | SampleKind::Signed => return None,
    };
    let value = data.float(value)?;
    let limit = data.float(limit).unwrap_or(value);
    Some((value.min(limit), value.max(limit)))
}

/// A word as a stored value: nothing above Bits Stored set means that its sign is the highest stored bit, as it may be in
/// Pixel Data (PS3.5 section 8.1.1).
fn extended(word: i16, pixels: &PixelHeader) -> i32 {
    let unused = 16u32.saturating_sub(pixels.bits_stored.into());
    let bare = u32::from(word as u16) >> (16 - unused) == 0;
    i32::from(if bare { word << unused >> unused } else { word })
}
