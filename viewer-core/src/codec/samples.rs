//! Container words → stored values: PS3.5 section 8.1.1.

use crate::codec::shape::Shape;
use crate::codec::{Decoded, Fault, Warning};
use crate::dicom::header::SampleKind;
use crate::frame::{ColourModel, Frame, Samples};

/// Where the stored bits lie in a container word, and whether they have a sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bits {
    stored: u32,
    /// Bits below the stored ones.
    low: u32,
    signed: bool,
}

impl Bits {
    /// As the header says it. Colour is always unsigned (PS3.3 C.7.6.3.1.2).
    pub(crate) fn of(shape: &Shape<'_>) -> Self {
        let header = shape.header;
        Self {
            stored: u32::from(header.bits_stored),
            low: u32::from((header.high_bit + 1).saturating_sub(header.bits_stored)),
            signed: header.kind == SampleKind::Signed && shape.components == 1,
        }
    }

    /// For a stream whose samples have their own precision: a stream no wider than Bits Stored holds the bare
    /// values, a wider one holds container words.
    #[cfg(feature = "streams")]
    pub(crate) fn of_stream(shape: &Shape<'_>, precision: u8) -> Self {
        let bits = Self::of(shape);
        if u32::from(precision) <= bits.stored { Self { low: 0, ..bits } } else { bits }
    }

    /// … and whose decoder holds them within that precision, as numbers with a sign or without: where the header says
    /// the same there is nothing to drop and no sign to extend.
    #[cfg(feature = "codec-j2k")]
    pub(crate) fn of_held(shape: &Shape<'_>, precision: u8, signed: bool) -> Self {
        let bits = Self::of_stream(shape, precision);
        if bits.low == 0 && u32::from(precision) <= bits.stored && bits.signed == signed {
            Self { stored: u32::from(shape.header.bits_allocated).max(8), ..bits }
        } else {
            bits
        }
    }

    fn is_plain(self, width: u32) -> bool {
        self.low == 0 && self.stored == width
    }
}

macro_rules! extract {
    ($name:ident, $word:ty, $signed:ty, $width:literal) => {
        fn $name(words: Vec<$word>, bits: Bits) -> (Option<Vec<$word>>, Option<Vec<$signed>>) {
            // Up against the top to drop what lies above the stored bits, then down with or without the sign.
            let up = $width - (bits.stored + bits.low).min($width);
            let down = $width - bits.stored.clamp(1, $width);
            match (bits.signed, bits.is_plain($width)) {
                (false, true) => (Some(words), None),
                (false, false) => (Some(words.into_iter().map(|word| (word << up) >> down).collect()), None),
                (true, true) => (None, Some(words.into_iter().map(|word| word as $signed).collect())),
                (true, false) => {
                    (None, Some(words.into_iter().map(|word| ((word << up) as $signed) >> down).collect()))
                }
            }
        }
    };
}

extract!(extract8, u8, i8, 8);
extract!(extract16, u16, i16, 16);
extract!(extract32, u32, i32, 32);

/// Stored values of 8-bit containers.
pub(crate) fn from_u8(words: Vec<u8>, bits: Bits) -> Samples {
    match extract8(words, bits) {
        (Some(unsigned), _) => Samples::U8(unsigned),
        (None, signed) => Samples::I8(signed.unwrap_or_default()),
    }
}

/// Stored values of 16-bit containers.
pub(crate) fn from_u16(words: Vec<u16>, bits: Bits) -> Samples {
    match extract16(words, bits) {
        (Some(unsigned), _) => Samples::U16(unsigned),
        (None, signed) => Samples::I16(signed.unwrap_or_default()),
    }
}

/// Stored values of 32-bit containers.
pub(crate) fn from_u32(words: Vec<u32>, bits: Bits) -> Samples {
    match extract32(words, bits) {
        (Some(unsigned), _) => Samples::U32(unsigned),
        (None, signed) => Samples::I32(signed.unwrap_or_default()),
    }
}

/// The frame, with what was odd about it.
pub(crate) fn finish(
    shape: &Shape<'_>,
    model: ColourModel,
    samples: Samples,
    warnings: Vec<Warning>,
) -> Result<Decoded, Fault> {
    let frame = Frame::new(shape.header.rows, shape.header.columns, model, samples)?;
    Ok(Decoded { frame, lossy: false, warnings })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// PS3.5 8.1.1.
    #[test]
    fn twelve_bits_with_a_sign_are_extended() {
        let bits = Bits { stored: 12, low: 0, signed: true };
        assert_eq!(from_u16(vec![0x0fff, 0x07ff, 0xf800], bits), Samples::I16(vec![-1, 2047, -2048]));
    }

    /// PS3.5 8.1.1.
    #[test]
    fn high_bits_are_shifted_down_and_the_rest_is_dropped() {
        let bits = Bits { stored: 10, low: 4, signed: false };
        assert_eq!(from_u16(vec![0xfff7, 0x0010], bits), Samples::U16(vec![0x3ff, 1]));
        let whole = Bits { stored: 8, low: 0, signed: true };
        assert_eq!(from_u8(vec![0x80, 0x7f], whole), Samples::I8(vec![-128, 127]));
    }
}
