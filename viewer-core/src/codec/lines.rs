//! Samples of coded streams, which have a precision of their own → stored values in the container of the header.

use super::samples::{Bits, from_u8, from_u16, from_u32};
use super::shape::Shape;
use super::{Fault, Warning};
use crate::frame::Samples;
#[cfg(feature = "codec-jpeg")]
use crate::threes::joined;

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
