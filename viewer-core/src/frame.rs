//! Stored values of one frame: never rescaled, never reduced to 8 bits.

use thiserror::Error;

/// The samples of a frame, interleaved (planar configuration 0), in the container their header asked for.
///
/// Values are already masked to Bits Stored, shifted down when High Bit is not Bits Stored − 1, and
/// sign-extended when Pixel Representation is 1 (PS3.5 section 8.1.1). One-bit pixels are bytes 0 or 1.
#[derive(Debug, Clone, PartialEq)]
pub enum Samples {
    /// Unsigned, Bits Allocated ≤ 8.
    U8(Vec<u8>),
    /// Signed, Bits Allocated ≤ 8.
    I8(Vec<i8>),
    /// Unsigned, Bits Allocated 9–16.
    U16(Vec<u16>),
    /// Signed, Bits Allocated 9–16.
    I16(Vec<i16>),
    /// Unsigned, Bits Allocated 17–32.
    U32(Vec<u32>),
    /// Signed, Bits Allocated 17–32.
    I32(Vec<i32>),
    /// Float Pixel Data (7FE0,0008).
    F32(Vec<f32>),
    /// Double Float Pixel Data (7FE0,0009).
    F64(Vec<f64>),
}

impl Samples {
    /// Number of samples (pixels × samples per pixel).
    pub fn len(&self) -> usize {
        match self {
            Self::U8(v) => v.len(),
            Self::I8(v) => v.len(),
            Self::U16(v) => v.len(),
            Self::I16(v) => v.len(),
            Self::U32(v) => v.len(),
            Self::I32(v) => v.len(),
            Self::F32(v) => v.len(),
            Self::F64(v) => v.len(),
        }
    }

    /// Whether there is no sample at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Size of one sample in bytes.
    pub fn bytes_per_sample(&self) -> usize {
        match self {
            Self::U8(_) | Self::I8(_) => 1,
            Self::U16(_) | Self::I16(_) => 2,
            Self::U32(_) | Self::I32(_) | Self::F32(_) => 4,
            Self::F64(_) => 8,
        }
    }
}

/// How the samples of a pixel are to be read, after the codec has done what the codec itself undoes
/// (RCT/ICT of JPEG 2000, for instance, so that such a frame is [`ColourModel::Rgb`]). PS3.3 C.7.6.3.1.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColourModel {
    /// Lowest value white.
    Monochrome1,
    /// Lowest value black.
    Monochrome2,
    /// Index into a palette.
    Palette,
    /// Red, green, blue.
    Rgb,
    /// Y, Cb, Cr at full range, chroma already at full resolution.
    YbrFull,
    /// Y, Cb, Cr at video range (retired YBR_PARTIAL), chroma already at full resolution.
    YbrPartial,
}

impl ColourModel {
    /// Samples per pixel this model has.
    pub fn samples_per_pixel(self) -> usize {
        match self {
            Self::Monochrome1 | Self::Monochrome2 | Self::Palette => 1,
            Self::Rgb | Self::YbrFull | Self::YbrPartial => 3,
        }
    }
}

/// One decoded frame.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    rows: u32,
    columns: u32,
    model: ColourModel,
    samples: Samples,
}

/// A frame whose samples do not fill it.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
#[error("{rows} rows × {columns} columns of {model:?} need {expected} samples, the decoder made {found}")]
pub struct FrameSizeError {
    rows: u32,
    columns: u32,
    model: ColourModel,
    expected: u64,
    found: usize,
}

impl Frame {
    /// Joins samples to their shape.
    ///
    /// # Errors
    /// When the number of samples is not `rows × columns × model.samples_per_pixel()`.
    pub fn new(
        rows: u32,
        columns: u32,
        model: ColourModel,
        samples: Samples,
    ) -> Result<Self, FrameSizeError> {
        let expected = u64::from(rows) * u64::from(columns) * model.samples_per_pixel() as u64;
        if expected != samples.len() as u64 {
            return Err(FrameSizeError { rows, columns, model, expected, found: samples.len() });
        }
        Ok(Self { rows, columns, model, samples })
    }

    /// Rows (0028,0010).
    pub fn rows(&self) -> u32 {
        self.rows
    }

    /// Columns (0028,0011).
    pub fn columns(&self) -> u32 {
        self.columns
    }

    /// What the samples mean.
    pub fn model(&self) -> ColourModel {
        self.model
    }

    /// The stored values, row by row from the top left.
    pub fn samples(&self) -> &Samples {
        &self.samples
    }

    /// Gives the stored values up without copying them.
    pub fn into_samples(self) -> Samples {
        self.samples
    }

    /// Bytes the samples take.
    pub fn byte_len(&self) -> usize {
        self.samples.len() * self.samples.bytes_per_sample()
    }
}
