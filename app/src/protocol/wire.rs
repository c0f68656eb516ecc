//! Twins of viewer-core's types on the wire: what changes there does not silently change here.

use viewer_core::dicom::header::{Photometric, PixelHeader, SampleKind};
use viewer_core::frame::{ColourModel, Samples};

use super::ProtocolError;
use crate::pack::packed;

/// Type of one sample in a buffer, after [`Samples`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum SampleType {
    U8,
    I8,
    U16,
    I16,
    U32,
    I32,
    F32,
    F64,
}

/// [`ColourModel`] on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum WireModel {
    Monochrome1,
    Monochrome2,
    Palette,
    Rgb,
    YbrFull,
    YbrPartial,
}

/// [`PixelHeader`] on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct WirePixels {
    pub rows: u32,
    pub columns: u32,
    pub samples_per_pixel: u8,
    /// Index into [`PHOTOMETRIC`].
    pub photometric: u8,
    pub planar: bool,
    pub bits_allocated: u8,
    pub bits_stored: u8,
    pub high_bit: u8,
    /// Index into [`KINDS`].
    pub kind: u8,
    pub frames: u32,
}

packed!(enum SampleType { 0 U8, 1 I8, 2 U16, 3 I16, 4 U32, 5 I32, 6 F32, 7 F64 });
packed!(enum WireModel { 0 Monochrome1, 1 Monochrome2, 2 Palette, 3 Rgb, 4 YbrFull, 5 YbrPartial });
packed!(struct WirePixels {
    rows, columns, samples_per_pixel, photometric, planar, bits_allocated, bits_stored, high_bit, kind, frames,
});

/// Order of photometric interpretations on the wire.
const PHOTOMETRIC: [Photometric; 11] = [
    Photometric::Monochrome1,
    Photometric::Monochrome2,
    Photometric::PaletteColor,
    Photometric::Rgb,
    Photometric::YbrFull,
    Photometric::YbrFull422,
    Photometric::YbrPartial422,
    Photometric::YbrPartial420,
    Photometric::YbrIct,
    Photometric::YbrRct,
    Photometric::Xyb,
];

/// Order of sample kinds on the wire.
const KINDS: [SampleKind; 4] =
    [SampleKind::Unsigned, SampleKind::Signed, SampleKind::Float, SampleKind::Double];

impl From<&PixelHeader> for WirePixels {
    fn from(header: &PixelHeader) -> Self {
        let place = |found: Option<usize>| found.map_or(u8::MAX, |index| index as u8);
        Self {
            rows: header.rows,
            columns: header.columns,
            samples_per_pixel: header.samples_per_pixel,
            photometric: place(PHOTOMETRIC.iter().position(|p| *p == header.photometric)),
            planar: header.planar,
            bits_allocated: header.bits_allocated,
            bits_stored: header.bits_stored,
            high_bit: header.high_bit,
            kind: place(KINDS.iter().position(|k| *k == header.kind)),
            frames: header.frames,
        }
    }
}

impl TryFrom<&WirePixels> for PixelHeader {
    type Error = ProtocolError;

    fn try_from(wire: &WirePixels) -> Result<Self, ProtocolError> {
        Ok(Self {
            rows: wire.rows,
            columns: wire.columns,
            samples_per_pixel: wire.samples_per_pixel,
            photometric: *PHOTOMETRIC.get(usize::from(wire.photometric)).ok_or(ProtocolError::Header)?,
            planar: wire.planar,
            bits_allocated: wire.bits_allocated,
            bits_stored: wire.bits_stored,
            high_bit: wire.high_bit,
            kind: *KINDS.get(usize::from(wire.kind)).ok_or(ProtocolError::Header)?,
            frames: wire.frames,
        })
    }
}

impl From<ColourModel> for WireModel {
    fn from(model: ColourModel) -> Self {
        match model {
            ColourModel::Monochrome1 => Self::Monochrome1,
            ColourModel::Monochrome2 => Self::Monochrome2,
            ColourModel::Palette => Self::Palette,
            ColourModel::Rgb => Self::Rgb,
            ColourModel::YbrFull => Self::YbrFull,
            ColourModel::YbrPartial => Self::YbrPartial,
        }
    }
}

impl From<WireModel> for ColourModel {
    fn from(model: WireModel) -> Self {
        match model {
            WireModel::Monochrome1 => Self::Monochrome1,
            WireModel::Monochrome2 => Self::Monochrome2,
            WireModel::Palette => Self::Palette,
            WireModel::Rgb => Self::Rgb,
            WireModel::YbrFull => Self::YbrFull,
            WireModel::YbrPartial => Self::YbrPartial,
        }
    }
}

impl SampleType {
    /// Type of a frame's samples.
    pub fn of(samples: &Samples) -> Self {
        match samples {
            Samples::U8(_) => Self::U8,
            Samples::I8(_) => Self::I8,
            Samples::U16(_) => Self::U16,
            Samples::I16(_) => Self::I16,
            Samples::U32(_) => Self::U32,
            Samples::I32(_) => Self::I32,
            Samples::F32(_) => Self::F32,
            Samples::F64(_) => Self::F64,
        }
    }

    /// Bytes of one sample.
    pub fn bytes(self) -> usize {
        match self {
            Self::U8 | Self::I8 => 1,
            Self::U16 | Self::I16 => 2,
            Self::U32 | Self::I32 | Self::F32 => 4,
            Self::F64 => 8,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_header as header;
    use super::*;
    use crate::pack::{pack, unpack};

    #[test]
    fn every_header_value_comes_back() {
        for photometric in PHOTOMETRIC {
            for kind in KINDS {
                let header = PixelHeader { photometric, kind, ..header() };
                let wire: WirePixels = unpack(&pack(&WirePixels::from(&header))).unwrap();
                assert_eq!(PixelHeader::try_from(&wire).unwrap(), header);
            }
        }
        let unknown = WirePixels { photometric: 11, ..WirePixels::from(&header()) };
        assert!(matches!(PixelHeader::try_from(&unknown), Err(ProtocolError::Header)));
    }
}
