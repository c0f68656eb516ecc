//! DCT processes: baseline, extended and progressive, Huffman coding, 8 and 12 bits.

mod grow;
mod idct;
mod lanes;
mod plane;
mod progressive;
mod sequential;
#[cfg(any(target_arch = "x86_64", target_feature = "simd128"))]
mod small;
mod walk;
#[cfg(any(target_arch = "x86_64", target_feature = "simd128"))]
mod words;

use super::markers::{FrameHeader, Scan, Stream};
use crate::codec::lines::{Lines, precision_warning};
use crate::codec::samples;
use crate::codec::shape::Shape;
use crate::codec::{Decoded, Fault, Warning};
use crate::frame::ColourModel;
use plane::{Layout, Room, Stored};
use progressive::Coefficients;

/// Decodes all scans of a stream whose first scan header has been read.
pub(super) fn decode(
    shape: &Shape<'_>,
    mut stream: Stream<'_>,
    first: Scan<'_>,
    frame: &FrameHeader,
) -> Result<Decoded, Fault> {
    if !matches!((frame.process, frame.precision), (0, 8) | (1 | 2, 8 | 12)) {
        return Err(Fault::stream(format!(
            "precision of {} bits in process SOF{}",
            frame.precision, frame.process
        )));
    }
    let mut layout = plane::layout(frame, shape.rows, shape.columns)?;
    let mut warnings = Vec::new();
    let rows = if frame.process == 2 {
        progressive_scans(shape, &mut stream, first, &mut layout, &mut warnings)?
    } else {
        sequential_scans(shape, &mut stream, first, &mut layout)?
    };
    if rows == 0 {
        return Err(Fault::Truncated { found: 0, needed: shape.row_samples() as u64 });
    }
    if rows < shape.rows {
        let decoded = (rows * shape.row_samples()) as u64;
        warnings.push(Warning::Incomplete { decoded, expected: shape.samples as u64 });
    }
    let model = model(shape, &stream, frame, &mut warnings)?;
    warnings.extend(precision_warning(shape, frame.precision));
    let samples = lines(shape, layout, rows, frame.precision)?.finish(shape, frame.precision)?;
    Ok(Decoded { lossy: true, ..samples::finish(shape, model, samples, warnings)? })
}

/// Picture rows that are whole once `mcu_rows` rows of a scan's MCUs are.
fn whole_rows(shape: &Shape<'_>, layout: &Layout, scan: &Scan<'_>, mcu_rows: usize) -> usize {
    let (height, count) = layout.scan_rows(scan);
    if mcu_rows >= count { shape.rows } else { (mcu_rows * height).min(shape.rows) }
}

fn sequential_scans(
    shape: &Shape<'_>,
    stream: &mut Stream<'_>,
    first: Scan<'_>,
    layout: &mut Layout,
) -> Result<usize, Fault> {
    let mut seen = vec![false; shape.components];
    let mut rows = shape.rows;
    let mut scan = Some(first);
    while let Some(current) = scan {
        current.components.iter().for_each(|component| seen[component.index] = true);
        let mcu_rows = sequential::decode(shape, stream, &current, layout)?;
        rows = rows.min(whole_rows(shape, layout, &current, mcu_rows));
        scan = if seen.contains(&false) { stream.next_scan()? } else { None };
    }
    Ok(if seen.contains(&false) { 0 } else { rows })
}

fn progressive_scans(
    shape: &Shape<'_>,
    stream: &mut Stream<'_>,
    first: Scan<'_>,
    layout: &mut Layout,
    warnings: &mut Vec<Warning>,
) -> Result<usize, Fault> {
    let mut coefficients = Coefficients::new(layout);
    let mut seen = vec![false; shape.components];
    let mut rows = shape.rows;
    let mut coarse = false;
    let mut scan = Some(first);
    while let Some(current) = scan {
        let mcu_rows = coefficients.scan(shape, stream, &current, layout)?;
        let whole = whole_rows(shape, layout, &current, mcu_rows);
        // Without its first DC bits a row is not there; without the rest it is only coarse.
        if (current.first, current.high) == (0, 0) {
            current.components.iter().for_each(|component| seen[component.index] = true);
            rows = rows.min(whole);
        } else {
            coarse |= whole < shape.rows;
        }
        scan = stream.next_scan()?;
    }
    coarse |= !stream.ended;
    if coarse {
        warnings.push(Warning::Coarse);
    }
    coefficients.finish(shape, stream, layout)?;
    Ok(if seen.contains(&false) { 0 } else { rows })
}

/// The frame's samples, of which so many rows are there. Those of a single component stay where they are.
fn lines(shape: &Shape<'_>, mut layout: Layout, rows: usize, precision: u8) -> Result<Lines, Fault> {
    if layout.planes.len() == 1
        && matches!(shape.header.bits_allocated, 1 | 8) == (precision == 8)
        && let Some(plane) = layout.planes.pop()
    {
        return Ok(plane.into_lines(shape.rows, rows));
    }
    let mut lines = Lines::new(shape, precision)?;
    match precision {
        8 => interleave::<u8>(shape, &layout, rows, |row, of| lines.put_bytes(shape, row, of)),
        _ => interleave::<u16>(shape, &layout, rows, |row, of| lines.put_words(shape, row, of)),
    }
    Ok(lines)
}

/// Rows of all components at the picture's width, one picture row after the other.
fn interleave<T: Stored>(
    shape: &Shape<'_>,
    layout: &Layout,
    rows: usize,
    mut put: impl FnMut(usize, &[&[T]]),
) {
    let mut rooms: Vec<Room<T>> = layout.planes.iter().map(|_| Room::new(shape.columns)).collect();
    for row in 0..rows {
        match (&layout.planes[..], &mut rooms[..]) {
            ([a, b, c], [for_a, for_b, for_c]) => {
                put(row, &[a.row(row, for_a), b.row(row, for_b), c.row(row, for_c)]);
            }
            (planes, rooms) => {
                let one = planes.iter().zip(rooms).take(1);
                one.for_each(|(plane, room)| put(row, &[plane.row(row, room)]));
            }
        }
    }
}

/// What the components are. Adobe's marker says it; then component ids "RGB"; then shared chroma, which only YCbCr
/// has; then the data set, so that a colour is converted exactly once, by whoever draws the frame.
fn model(
    shape: &Shape<'_>,
    stream: &Stream<'_>,
    frame: &FrameHeader,
    warnings: &mut Vec<Warning>,
) -> Result<ColourModel, Fault> {
    let said = shape.header_model()?;
    if shape.components != 3 {
        return Ok(said);
    }
    let ids: Vec<u8> = frame.components.iter().map(|component| component.id).collect();
    let factors = |index: usize| (frame.components[index].horizontal, frame.components[index].vertical);
    let shared_chroma = factors(1) != factors(0) || factors(2) != factors(0);
    let model = match stream.adobe {
        Some(0) => ColourModel::Rgb,
        Some(1) => ColourModel::YbrFull,
        _ if ids == *b"RGB" => ColourModel::Rgb,
        _ if shared_chroma || stream.jfif => ColourModel::YbrFull,
        _ => said,
    };
    if model != said {
        warnings.push(Warning::Colour);
    }
    Ok(model)
}
