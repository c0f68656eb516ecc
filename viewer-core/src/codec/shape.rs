//! The size of a frame, checked before anything is allocated for it.

use super::{Fault, Stop};
use crate::dicom::header::{Photometric, PixelHeader, SampleKind};
use crate::dicom::limits::Limits;
use crate::frame::ColourModel;

/// Everything a codec needs of the header, with sizes that are known to fit.
#[derive(Clone, Copy)]
pub(crate) struct Shape<'a> {
    pub(crate) header: &'a PixelHeader,
    #[cfg_attr(
        not(any(feature = "codec-j2k", feature = "codec-jxl")),
        allow(dead_code, reason = "others need no more than the frame")
    )]
    pub(crate) limits: &'a Limits,
    pub(crate) stop: &'a dyn Stop,
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) components: usize,
    /// rows × columns × components.
    pub(crate) samples: usize,
}

impl<'a> Shape<'a> {
    /// Checks the header against the limits.
    pub(crate) fn new(
        header: &'a PixelHeader,
        limits: &'a Limits,
        stop: &'a dyn Stop,
    ) -> Result<Self, Fault> {
        let &PixelHeader { rows, columns, samples_per_pixel, bits_allocated, bits_stored, high_bit, .. } =
            header;
        if rows == 0 || columns == 0 {
            return Err(Fault::Header(format!("{rows} rows × {columns} columns is no picture")));
        }
        if !matches!(samples_per_pixel, 1 | 3) {
            return Err(Fault::Unsupported(format!("{samples_per_pixel} samples per pixel")));
        }
        let bits_fit = (1..=bits_allocated).contains(&bits_stored)
            && high_bit < bits_allocated
            && high_bit + 1 >= bits_stored;
        if !bits_fit {
            return Err(Fault::Header(format!(
                "Bits Stored {bits_stored} and High Bit {high_bit} do not fit Bits Allocated {bits_allocated}"
            )));
        }
        let float = matches!(header.kind, SampleKind::Float | SampleKind::Double);
        match (bits_allocated, header.kind) {
            (1 | 8 | 16 | 32, SampleKind::Unsigned | SampleKind::Signed)
            | (32, SampleKind::Float)
            | (64, SampleKind::Double) => {}
            _ => return Err(Fault::Unsupported(format!("Bits Allocated {bits_allocated}"))),
        }
        if float && samples_per_pixel != 1 {
            return Err(Fault::Header("float pixels with more than one sample".into()));
        }
        let pixels = u64::from(rows) * u64::from(columns);
        if pixels > limits.frame_pixels {
            return Err(Fault::Limit { unit: "pixels", needed: pixels, limit: limits.frame_pixels });
        }
        let sample_bytes = u64::from(bits_allocated.div_ceil(8));
        let bytes = pixels.saturating_mul(u64::from(samples_per_pixel) * sample_bytes);
        if bytes > limits.frame_bytes || usize::try_from(bytes).is_err() {
            return Err(Fault::Limit { unit: "bytes", needed: bytes, limit: limits.frame_bytes });
        }
        // Fits: no more than `bytes`, which fits usize.
        let components = usize::from(samples_per_pixel);
        let (rows, columns) = (rows as usize, columns as usize);
        Ok(Self { header, limits, stop, rows, columns, components, samples: rows * columns * components })
    }

    /// Samples of one row, all components.
    #[cfg(feature = "streams")]
    pub(crate) fn row_samples(&self) -> usize {
        self.columns * self.components
    }

    /// Fails when the caller no longer wants the frame.
    pub(crate) fn check_stop(&self) -> Result<(), Fault> {
        if self.stop.stopped() { Err(Fault::Stopped) } else { Ok(()) }
    }

    /// Colour model that the header alone names, for codings that carry no colour information.
    pub(crate) fn header_model(&self) -> Result<ColourModel, Fault> {
        let photometric = self.header.photometric;
        let model = match photometric {
            Photometric::Monochrome1 => ColourModel::Monochrome1,
            Photometric::Monochrome2 => ColourModel::Monochrome2,
            Photometric::PaletteColor => ColourModel::Palette,
            Photometric::Rgb => ColourModel::Rgb,
            Photometric::YbrFull | Photometric::YbrFull422 => ColourModel::YbrFull,
            Photometric::YbrPartial422 | Photometric::YbrPartial420 => ColourModel::YbrPartial,
            // A codec that undoes these transforms hands red, green and blue over.
            Photometric::YbrIct | Photometric::YbrRct | Photometric::Xyb => ColourModel::Rgb,
        };
        if model.samples_per_pixel() != self.components {
            return Err(Fault::Header(format!(
                "{photometric:?} does not have {} samples per pixel",
                self.components
            )));
        }
        Ok(model)
    }
}
