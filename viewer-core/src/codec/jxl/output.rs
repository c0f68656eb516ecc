//! What the decoder hands over → words of stored values.

use ::jxl::api::{Endianness, JxlColorType, JxlDataFormat, JxlPixelFormat};

use crate::codec::Fault;
use crate::codec::lines::{Lines, from_stream};
use crate::codec::shape::Shape;
use crate::frame::Samples;

/// What the stored values are to be, and what they are made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target {
    /// Bits a sample of the codestream, 1–16.
    pub(super) precision: u8,
    /// Whether the decoder hands floats over. They take two or four times the memory of integers, but tell what was not
    /// drawn. Not for XYB, of which they would be linear light.
    pub(super) floats: bool,
    /// The decoder made red, green and blue of a JPEG file's Y, C_B and C_R, and hands floats over.
    pub(super) from_ycc: bool,
}

/// The decoder's output, interleaved.
pub(super) enum Planes {
    /// Whole numbers of the stream's precision. XYB is undone to the colours that the stream names, or to sRGB where it
    /// has a profile.
    Whole(Lines),
    /// 0.0–1.0, and beyond where the coding overshoots. NaN is what was not drawn.
    Floats(Vec<f32>),
}

impl Planes {
    pub(super) fn new(target: &Target, shape: &Shape<'_>) -> Result<Self, Fault> {
        if target.floats {
            return Ok(Self::Floats(vec![f32::NAN; shape.samples]));
        }
        Ok(Self::Whole(Lines::new(shape, target.precision)?))
    }

    pub(super) fn bytes(&mut self) -> &mut [u8] {
        match self {
            Self::Whole(Lines::Bytes(bytes)) => bytes,
            Self::Whole(Lines::Words(words)) => bytemuck::cast_slice_mut(words),
            Self::Floats(values) => bytemuck::cast_slice_mut(values),
        }
    }

    /// What to ask of the decoder: colour alone, interleaved.
    pub(super) fn format(&self, target: &Target, grey: bool, extra_channels: usize) -> JxlPixelFormat {
        let (endianness, bit_depth) = (Endianness::native(), target.precision);
        let sample = match self {
            Self::Whole(Lines::Bytes(_)) => JxlDataFormat::U8 { bit_depth },
            Self::Whole(Lines::Words(_)) => JxlDataFormat::U16 { endianness, bit_depth },
            Self::Floats(_) => JxlDataFormat::F32 { endianness },
        };
        JxlPixelFormat {
            color_type: if grey { JxlColorType::Grayscale } else { JxlColorType::Rgb },
            color_data_format: Some(sample),
            extra_channel_format: vec![None; extra_channels],
        }
    }

    /// Stored values, and how many samples were not drawn, where that can be told; those are 0.
    pub(super) fn samples(self, target: &Target, shape: &Shape<'_>) -> Result<(Samples, u64), Fault> {
        match self {
            Self::Whole(lines) => Ok((lines.finish(shape, target.precision)?, 0)),
            Self::Floats(values) => {
                let (words, missing) = target.words(values);
                Ok((from_stream(shape, words, target.precision)?, missing))
            }
        }
    }
}

impl Target {
    /// Words of the stream's precision, and how many samples were not drawn.
    fn words(&self, mut values: Vec<f32>) -> (Vec<u16>, u64) {
        let top = f32::from(u16::MAX >> (16 - self.precision.clamp(1, 16)));
        let missing = values.iter().filter(|value| value.is_nan()).count() as u64;
        if self.from_ycc {
            values.as_chunks_mut().0.iter_mut().for_each(|pixel| *pixel = to_ycc(*pixel, top));
        }
        // A float becomes a word by saturation, and NaN becomes 0.
        let word = |value: f32| (value * top + 0.5).clamp(0.0, top) as u16;
        (values.into_iter().map(word).collect(), missing)
    }
}

/// ITU-T T.871 clause 7, with the middle of C_B and C_R where its integers have it. Undoes what the decoder did: its
/// floats were neither rounded nor clamped in between.
fn to_ycc([red, green, blue]: [f32; 3], top: f32) -> [f32; 3] {
    let luma = 0.299 * red + 0.587 * green + 0.114 * blue;
    let middle = (top + 1.0) / (2.0 * top);
    [luma, (blue - luma) / 1.772 + middle, (red - luma) / 1.402 + middle]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(precision: u8, from_ycc: bool, values: Vec<f32>) -> (Vec<u16>, u64) {
        Target { precision, floats: true, from_ycc }.words(values)
    }

    #[test]
    fn every_integer_comes_back() {
        for precision in [8, 12, 16] {
            let top = u16::MAX >> (16 - precision);
            let values = (0..=top).map(|word| f32::from(word) * (1.0 / f32::from(top))).collect();
            assert_eq!(words(precision, false, values), ((0..=top).collect(), 0));
        }
    }

    #[test]
    fn overshoot_is_clamped_and_what_was_not_drawn_is_counted() {
        assert_eq!(words(8, false, vec![-0.1, 1.2, f32::NAN, 0.5]), (vec![0, 255, 0, 128], 1));
    }

    /// ITU-T T.871 clause 7: grey has both chroma in the middle, pure red has C_R at 255.5.
    #[test]
    fn colours_of_a_jpeg_file_come_back() {
        assert_eq!(words(8, true, vec![0.2, 0.2, 0.2, 1.0, 0.0, 0.0]).0, [51, 128, 128, 76, 85, 255]);
    }
}
