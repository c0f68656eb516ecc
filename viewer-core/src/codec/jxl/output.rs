//! What the decoder hands over → words of stored values.

use ::jxl::api::{Endianness, JxlColorType, JxlDataFormat, JxlPixelFormat};

use crate::codec::shape::Shape;

/// What the words are to be.
pub(super) struct Target {
    /// Bits a sample of the codestream, 1–16.
    pub(super) precision: u8,
    /// Coded in XYB.
    pub(super) xyb: bool,
    /// The decoder made red, green and blue of a JPEG file's Y, C_B and C_R.
    pub(super) from_ycc: bool,
}

/// The decoder's output, interleaved.
pub(super) enum Planes {
    /// Whole numbers of the stream's precision: XYB, which is undone to the colours that the stream names, or to sRGB
    /// where it has a profile; asked for floats the decoder would give linear light.
    Whole(Vec<u16>),
    /// 0.0–1.0, and beyond where the coding overshoots. NaN is what was not drawn.
    Float(Vec<f32>),
}

impl Planes {
    pub(super) fn new(target: &Target, samples: usize) -> Self {
        if target.xyb { Self::Whole(vec![0; samples]) } else { Self::Float(vec![f32::NAN; samples]) }
    }

    pub(super) fn bytes(&mut self) -> &mut [u8] {
        match self {
            Self::Whole(words) => bytemuck::cast_slice_mut(words),
            Self::Float(values) => bytemuck::cast_slice_mut(values),
        }
    }
}

impl Target {
    /// What to ask of the decoder: colour alone, interleaved.
    pub(super) fn format(&self, shape: &Shape<'_>, extra_channels: usize) -> JxlPixelFormat {
        let endianness = Endianness::native();
        let sample = if self.xyb {
            JxlDataFormat::U16 { endianness, bit_depth: self.precision }
        } else {
            JxlDataFormat::F32 { endianness }
        };
        JxlPixelFormat {
            color_type: if shape.components == 1 { JxlColorType::Grayscale } else { JxlColorType::Rgb },
            color_data_format: Some(sample),
            extra_channel_format: vec![None; extra_channels],
        }
    }

    /// Stored values, and how many samples were not drawn; those are 0.
    pub(super) fn words(&self, planes: Planes) -> (Vec<u16>, u64) {
        let mut values = match planes {
            Planes::Whole(words) => return (words, 0),
            Planes::Float(values) => values,
        };
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
        Target { precision, xyb: false, from_ycc }.words(Planes::Float(values))
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
