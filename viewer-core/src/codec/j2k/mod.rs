//! JPEG 2000, ISO/IEC 15444-1: see README.md beside this file.

mod budget;
mod codestream;

use hayro_jpeg2000::{DecodeSettings, DecoderContext, Image};

use super::shape::Shape;
use super::{Decoded, Fault, Warning, samples};
use crate::dicom::header::{Photometric, SampleKind};
use crate::frame::ColourModel;

/// Widest samples that the crate's floats and our words both hold exactly.
const MAX_PRECISION: u8 = 16;

/// Decodes one frame.
pub(super) fn decode(shape: &Shape<'_>, bytes: &[u8]) -> Result<Decoded, Fault> {
    let codestream = codestream::find(bytes)?;
    let headers = codestream::headers(codestream)?;
    let component = check(shape, &headers.size)?;
    budget::check(shape, &headers, codestream.len())?;
    let settings = DecodeSettings { resolve_palette_indices: false, ..DecodeSettings::default() };
    let image = Image::new(codestream, &settings).map_err(|error| Fault::stream(error.to_string()))?;
    let mut context = DecoderContext::default();
    let decoded = image.decode(&mut context).map_err(|error| Fault::data(error.to_string()))?;
    shape.check_stop()?;

    let mut words = vec![0u16; shape.samples];
    let planes = decoded.components();
    if planes.len() != shape.components
        || planes.iter().any(|p| p.samples().len() != shape.rows * shape.columns)
    {
        return Err(Fault::data("the decoder made planes of another size"));
    }
    for (index, plane) in planes.iter().enumerate() {
        let column = words.iter_mut().skip(index).step_by(shape.components);
        integers(component, plane.samples(), column);
    }
    let mut warnings = Vec::new();
    if headers.truncated {
        warnings.push(Warning::Coarse);
    }
    if component.signed != (shape.header.kind == SampleKind::Signed) && shape.components == 1 {
        warnings.push(Warning::Signedness);
    }
    warnings.extend(samples::precision_warning(shape, component.precision));
    let transformed = headers.codings.first().is_some_and(|coding| coding.colour_transform);
    let model = model(shape, transformed, &mut warnings)?;
    let samples = samples::from_stream(shape, words, component.precision)?;
    samples::finish(shape, model, samples, warnings)
}

/// Compares SIZ with the header; gives what all components share.
fn check(shape: &Shape<'_>, size: &codestream::Size) -> Result<codestream::Component, Fault> {
    for (attribute, header, stream) in [
        ("Columns", shape.columns, size.columns),
        ("Rows", shape.rows, size.rows),
        ("Samples per Pixel", shape.components, size.components.len() as u32),
    ] {
        if header as u64 != u64::from(stream) {
            return Err(Fault::Mismatch { attribute, header: header as u32, stream });
        }
    }
    let first = size.components[0];
    if size.components.iter().any(|component| *component != first || component.separation != [1, 1]) {
        return Err(Fault::Unsupported("JPEG 2000 components of different size or precision".into()));
    }
    if first.precision > MAX_PRECISION {
        return Err(Fault::Unsupported(format!("JPEG 2000 of {} bits", first.precision)));
    }
    Ok(first)
}

/// Rounds and clamps to the component's precision, as the standard's annex G.1.2 allows for the lossy path, and
/// takes the crate's shift back where the component is signed (its two's complement, then).
fn integers<'w>(component: codestream::Component, plane: &[f32], words: impl Iterator<Item = &'w mut u16>) {
    let largest = ((1u32 << component.precision) - 1) as f32;
    let shift = if component.signed { 1u16 << (component.precision - 1) } else { 0 };
    for (word, &value) in words.zip(plane) {
        *word = (value.clamp(0.0, largest).round_ties_even() as u16).wrapping_sub(shift);
    }
}

/// The transform of components is undone with the codestream, whatever Photometric Interpretation calls it; without
/// one, the header says what the components are.
fn model(shape: &Shape<'_>, transformed: bool, warnings: &mut Vec<Warning>) -> Result<ColourModel, Fault> {
    let said = shape.header_model()?;
    if shape.components != 3 {
        return Ok(said);
    }
    let needs_transform = matches!(shape.header.photometric, Photometric::YbrIct | Photometric::YbrRct);
    if (transformed && said != ColourModel::Rgb) || (!transformed && needs_transform) {
        warnings.push(Warning::Colour);
        return Ok(ColourModel::Rgb);
    }
    Ok(said)
}
