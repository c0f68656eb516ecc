//! Container words → stored values: PS3.5 section 8.1.1.

use crate::codec::shape::Shape;
use crate::codec::{Decoded, Fault, Warning};
use crate::dicom::header::SampleKind;
use crate::frame::{ColourModel, Frame, Samples};
#[cfg(feature = "codec-jpeg")]
use crate::threes::joined;

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

/// Stored values of a codec that works in 16-bit words whatever the container: narrowed where the header's
/// container is 8 bits or 1.
pub(crate) fn from_stream(shape: &Shape<'_>, words: Vec<u16>, precision: u8) -> Result<Samples, Fault> {
    let bits = Bits::of_stream(shape, precision);
    match shape.header.bits_allocated {
        1 | 8 if precision > 8 => Err(too_wide(shape, precision)),
        1 | 8 => Ok(from_u8(words.into_iter().map(|word| word as u8).collect(), bits)),
        16 => Ok(from_u16(words, bits)),
        32 => Ok(from_u32(words.into_iter().map(u32::from).collect(), bits)),
        other => Err(Fault::Unsupported(format!("Bits Allocated {other} with this coding"))),
    }
}

/// Samples that a stream gives line by line, in the width of the header's container: bytes are never kept as words,
/// which would take twice their memory.
pub(crate) enum Lines {
    /// Bits Allocated is 8 or 1.
    Bytes(Vec<u8>),
    Words(Vec<u16>),
}

impl Lines {
    /// A frame of zeros for samples of `precision` bits.
    pub(crate) fn new(shape: &Shape<'_>, precision: u8) -> Result<Self, Fault> {
        match shape.header.bits_allocated {
            1 | 8 if precision > 8 => Err(too_wide(shape, precision)),
            1 | 8 => Ok(Self::Bytes(vec![0; shape.samples])),
            _ => Ok(Self::Words(vec![0; shape.samples])),
        }
    }

    /// Puts a row in its place, shifted up: of one component, or of all that a pixel has.
    pub(crate) fn put(
        &mut self,
        shape: &Shape<'_>,
        row: usize,
        component: Option<usize>,
        up: u8,
        values: &[u16],
    ) {
        let (components, at) = (shape.components, row * shape.row_samples()..(row + 1) * shape.row_samples());
        let values = values.iter().map(|value| value << up);
        match (self, component.filter(|_| components > 1)) {
            (Self::Bytes(all), None) => fill(&mut all[at], values.map(|value| value as u8)),
            (Self::Words(all), None) => fill(&mut all[at], values),
            (Self::Bytes(all), Some(index)) => {
                let pixels = all[at].chunks_exact_mut(components);
                pixels.zip(values).for_each(|(pixel, value)| pixel[index] = value as u8);
            }
            (Self::Words(all), Some(index)) => {
                let pixels = all[at].chunks_exact_mut(components);
                pixels.zip(values).for_each(|(pixel, value)| pixel[index] = value);
            }
        }
    }

    /// Puts a row in its place, of which each component comes as a row of bytes.
    #[cfg(feature = "codec-jpeg")]
    pub(crate) fn put_bytes(&mut self, shape: &Shape<'_>, row: usize, components: &[&[u8]]) {
        let at = row * shape.row_samples()..(row + 1) * shape.row_samples();
        match (self, components) {
            (Self::Bytes(all), [one]) => all[at].copy_from_slice(one),
            (Self::Bytes(all), &[a, b, c]) => join(&mut all[at], [a, b, c]),
            (Self::Bytes(all), _) => mix(&mut all[at], components),
            (Self::Words(all), _) => mix(&mut all[at], components),
        }
    }

    /// … of words; where bytes are kept there are none.
    #[cfg(feature = "codec-jpeg")]
    pub(crate) fn put_words(&mut self, shape: &Shape<'_>, row: usize, components: &[&[u16]]) {
        let at = row * shape.row_samples()..(row + 1) * shape.row_samples();
        match (self, components) {
            (Self::Words(all), [one]) => all[at].copy_from_slice(one),
            (Self::Words(all), _) => mix(&mut all[at], components),
            (Self::Bytes(_), _) => {}
        }
    }

    /// The stored values.
    pub(crate) fn finish(self, shape: &Shape<'_>, precision: u8) -> Result<Samples, Fault> {
        match self {
            Self::Bytes(bytes) => Ok(from_u8(bytes, Bits::of_stream(shape, precision))),
            Self::Words(words) => from_stream(shape, words, precision),
        }
    }
}

/// Three rows → a row of pixels.
#[cfg(feature = "codec-jpeg")]
fn join(line: &mut [u8], rows: [&[u8]; 3]) {
    let (blocks, rest) = line.as_chunks_mut::<48>();
    let [a, b, c] = rows.map(|row| row.as_chunks::<16>());
    for (((block, &a), &b), &c) in blocks.iter_mut().zip(a.0).zip(b.0).zip(c.0) {
        block.copy_from_slice(joined([a, b, c]).as_flattened());
    }
    mix(rest, &[a.1, b.1, c.1]);
}

/// Rows of components → a row of pixels.
#[cfg(feature = "codec-jpeg")]
fn mix<S: Copy, T: From<S>>(line: &mut [T], rows: &[&[S]]) {
    for (index, row) in rows.iter().enumerate() {
        fill(
            line.get_mut(index..).unwrap_or_default().iter_mut().step_by(rows.len()),
            row.iter().map(|&v| v.into()),
        );
    }
}

#[inline(always)]
fn fill<'a, T: 'a>(places: impl IntoIterator<Item = &'a mut T>, values: impl Iterator<Item = T>) {
    places.into_iter().zip(values).for_each(|(place, value)| *place = value);
}

fn too_wide(shape: &Shape<'_>, precision: u8) -> Fault {
    Fault::Mismatch {
        attribute: "Bits Allocated",
        header: shape.header.bits_allocated.into(),
        stream: precision.into(),
    }
}

/// The warning about a stream that is narrower than Bits Stored. Wider ones are usual: encoders write the
/// container's width.
pub(crate) fn precision_warning(shape: &Shape<'_>, precision: u8) -> Option<Warning> {
    let header = shape.header.bits_stored;
    (header > precision).then_some(Warning::Precision { header, stream: precision })
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

    #[test]
    fn twelve_bits_with_a_sign_are_extended() {
        let bits = Bits { stored: 12, low: 0, signed: true };
        assert_eq!(from_u16(vec![0x0fff, 0x07ff, 0xf800], bits), Samples::I16(vec![-1, 2047, -2048]));
    }

    #[test]
    fn high_bits_are_shifted_down_and_the_rest_is_dropped() {
        let bits = Bits { stored: 10, low: 4, signed: false };
        assert_eq!(from_u16(vec![0xfff7, 0x0010], bits), Samples::U16(vec![0x3ff, 1]));
        let whole = Bits { stored: 8, low: 0, signed: true };
        assert_eq!(from_u8(vec![0x80, 0x7f], whole), Samples::I8(vec![-128, 127]));
    }
}
