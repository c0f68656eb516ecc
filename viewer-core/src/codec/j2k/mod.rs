//! JPEG 2000, ISO/IEC 15444-1, and high-throughput JPEG 2000, ISO/IEC 15444-15: see README.md beside this file.

mod bits;
mod blocks;
mod boxes;
mod budget;
mod canvas;
mod codestream;
mod coefficients;
mod contexts;
mod contribution;
mod gather;
mod geometry;
mod ht;
mod markers;
mod mq;
mod packet;
mod params;
mod plane;
mod progression;
mod synthesis;
mod tag_tree;
mod tier1;
mod tile;
mod wavelet;
mod words;

use super::shape::Shape;
use super::{Decoded, Fault, Reduced, Warning, lines, samples};
use crate::dicom::header::{Photometric, PixelHeader, SampleKind};
use crate::frame::ColourModel;
use blocks::BlockDecoder;
use canvas::{Canvas, Words};
use codestream::{Codestream, Part};
use geometry::{ceil_shift, has_samples};
use packet::End;
use params::{Component, Size};
use tile::Packets;

/// Widest samples of any container of integers.
const MAX_PRECISION: u8 = 32;

/// Decodes one frame without its `reduce` highest resolutions, or as many as all its tiles have.
pub(super) fn decode(shape: &Shape<'_>, bytes: &[u8], reduce: u8) -> Result<Reduced, Fault> {
    let stream = Codestream::read(boxes::find(bytes)?)?;
    let component = check(shape, &stream.size)?;
    budget::check_tiles(&stream.size)?;
    budget::check(shape, &stream.size, &stream.settings, stream.bytes.len())?;
    let reduce = possible_reduction(&stream, reduce)?;
    let [start, end] =
        [stream.size.start, stream.size.end].map(|edge| edge.map(|e| ceil_shift(e, reduce.into())));
    let (columns, rows) = (end[0] - start[0], end[1] - start[1]);
    let header = PixelHeader { rows, columns, ..*shape.header };
    let reduced = Shape::new(&header, shape.limits, shape.stop)?;

    let words = match header.bits_allocated {
        0..=8 => Words::Bytes(vec![0; reduced.samples]),
        9..=16 => Words::Shorts(vec![0; reduced.samples]),
        _ => Words::Longs(vec![0; reduced.samples]),
    };
    let components = &stream.size.components;
    let mut canvas = Canvas { words, start, end, components, reduce };
    let complete = decode_tiles(shape, &stream, &mut canvas)?;

    let mut warnings = Vec::new();
    if stream.truncated || !complete {
        warnings.push(Warning::Coarse);
    }
    if component.signed != (shape.header.kind == SampleKind::Signed) && shape.components == 1 {
        warnings.push(Warning::Signedness);
    }
    warnings.extend(lines::precision_warning(shape, component.precision));
    let model = model(shape, stream.settings.style.colour_transform, &mut warnings)?;
    let bits = samples::Bits::of_held(&reduced, component.precision, component.signed);
    let samples = match canvas.words {
        Words::Bytes(words) => samples::from_u8(words, bits),
        Words::Shorts(words) => samples::from_u16(words, bits),
        Words::Longs(words) => samples::from_u32(words, bits),
    };
    let lossy = stream.settings.coding.iter().any(|coding| !coding.reversible);
    let decoded = Decoded { lossy, ..samples::finish(&reduced, model, samples, warnings)? };
    Ok(Reduced { decoded, reduction: reduce })
}

/// Decodes what there is of every tile; whether that is all.
fn decode_tiles(shape: &Shape<'_>, stream: &Codestream<'_>, canvas: &mut Canvas<'_>) -> Result<bool, Fault> {
    let [across, down] = stream.size.tiles();
    let (mut shown, mut last_end, mut damaged) = (0u32, None, false);
    for parts in stream.parts.chunk_by(same_tile) {
        let settings = stream.settings_of(parts)?;
        budget::check(shape, &stream.size, &settings, stream.bytes.len())?;
        let Packets { tile, pieces, end } = tile::packets(shape, stream, &settings, parts)?;
        last_end = end.or(last_end);
        if end.is_some() && pieces.is_empty() {
            continue;
        }
        shown += 1;
        let mut decoder = BlockDecoder::new(shape, stream.bytes, pieces);
        canvas.put(&tile, settings.style.colour_transform, &mut decoder)?;
        damaged |= decoder.damaged;
    }
    match (shown, last_end) {
        (0, Some(End::Damaged)) => Err(Fault::data("no packet can be read")),
        (0, _) => Err(Fault::Truncated { found: stream.bytes.len(), needed: stream.bytes.len() as u64 + 1 }),
        _ => {
            let absent =
                (0..across * down).filter(|&tile| !stream.has_tile(tile) && !has_samples(&stream.size, tile));
            let all = shown + absent.count() as u32 == across * down;
            Ok(last_end.is_none() && !damaged && all)
        }
    }
}

fn same_tile(one: &Part, other: &Part) -> bool {
    one.tile == other.tile
}

/// The reduction that was asked for, or what is possible of it: every tile has to have so many decompositions, and
/// something must be left of the picture.
fn possible_reduction(stream: &Codestream<'_>, wanted: u8) -> Result<u8, Fault> {
    let mut reduce = wanted;
    if wanted == 0 {
        return Ok(0);
    }
    for parts in stream.parts.chunk_by(same_tile) {
        let settings = stream.settings_of(parts)?;
        let levels = settings.coding.iter().map(|coding| coding.levels).min();
        reduce = reduce.min(levels.unwrap_or(0));
    }
    let empty = |reduce: u8| {
        (0..2).any(|axis| {
            let [start, end] =
                [stream.size.start, stream.size.end].map(|edge| ceil_shift(edge[axis], reduce.into()));
            start == end
        })
    };
    while reduce > 0 && empty(reduce) {
        reduce -= 1;
    }
    Ok(reduce)
}

/// Compares SIZ with the header; gives the component with the most bits.
fn check(shape: &Shape<'_>, size: &Size) -> Result<Component, Fault> {
    let [columns, rows] = size.extent();
    for (attribute, header, stream) in [
        ("Columns", shape.columns, columns),
        ("Rows", shape.rows, rows),
        ("Samples per Pixel", shape.components, size.components.len() as u32),
    ] {
        if header as u64 != u64::from(stream) {
            return Err(Fault::Mismatch { attribute, header: header as u32, stream });
        }
    }
    let widest = size.components.iter().max_by_key(|component| component.precision);
    let widest = *widest.ok_or_else(|| Fault::stream("SIZ has no components"))?;
    if size.components.iter().any(|component| component.signed != widest.signed) {
        return Err(Fault::Unsupported("JPEG 2000 components with and without a sign".into()));
    }
    if widest.precision > MAX_PRECISION {
        return Err(Fault::Unsupported(format!("JPEG 2000 of {} bits", widest.precision)));
    }
    let container = shape.header.bits_allocated.max(8);
    if widest.precision > container {
        return Err(Fault::Mismatch {
            attribute: "Bits Allocated",
            header: container.into(),
            stream: widest.precision.into(),
        });
    }
    Ok(widest)
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
