//! JPEG-LS, ITU-T T.87: see README.md beside this file.

mod bits;
mod coder;
mod markers;
mod params;
mod scan;

use super::lines::{Lines, precision_warning};
use super::samples;
use super::shape::Shape;
use super::{Decoded, Fault, Warning};
use markers::Stream;
use params::Params;

/// Components of the pictures that DICOM has.
const MAX_COMPONENTS: usize = 3;

/// Decodes one frame.
pub(super) fn decode(shape: &Shape<'_>, bytes: &[u8]) -> Result<Decoded, Fault> {
    let mut stream = Stream::new(bytes)?;
    let mut lines = None;
    let mut seen = vec![false; shape.components];
    let mut complete_rows = shape.rows;
    let mut precision = 0;
    let mut lossy = false;
    while seen.contains(&false) {
        let scan = stream.next_scan()?;
        let (Some(scan), Some(frame)) = (scan, &stream.frame) else {
            break;
        };
        let lines = match &mut lines {
            Some(lines) => lines,
            none => {
                precision = frame.precision;
                check(shape, frame)?;
                none.insert(Lines::new(shape, precision)?)
            }
        };
        if scan.point_transform >= precision {
            return Err(Fault::stream(format!("point transform {}", scan.point_transform)));
        }
        scan.components.iter().for_each(|&index| seen[index] = true);
        lossy |= scan.near > 0;
        let params = Params::new(precision, scan.near, stream.presets)?;
        let rows = scan::decode(shape, &scan, params, stream.restart_lines, lines)?;
        complete_rows = complete_rows.min(rows);
    }
    let Some(lines) = lines.filter(|_| complete_rows > 0 && !seen.contains(&false)) else {
        return Err(Fault::Truncated { found: bytes.len(), needed: bytes.len() as u64 + 1 });
    };
    let mut warnings = Vec::new();
    if complete_rows < shape.rows {
        let decoded = (complete_rows * shape.row_samples()) as u64;
        warnings.push(Warning::Incomplete { decoded, expected: shape.samples as u64 });
    }
    warnings.extend(precision_warning(shape, precision));
    let samples = lines.finish(shape, precision)?;
    Ok(Decoded { lossy, ..samples::finish(shape, shape.header_model()?, samples, warnings)? })
}

/// Compares the stream's frame header with the data set's.
fn check(shape: &Shape<'_>, frame: &markers::FrameHeader) -> Result<(), Fault> {
    if !(2..=16).contains(&frame.precision) {
        return Err(Fault::stream(format!("precision of {} bits", frame.precision)));
    }
    for (attribute, header, stream) in [
        ("Columns", shape.columns, usize::from(frame.columns)),
        ("Rows", shape.rows, usize::from(frame.rows)),
        ("Samples per Pixel", shape.components, frame.component_ids.len()),
    ] {
        if header != stream {
            return Err(Fault::Mismatch { attribute, header: header as u32, stream: stream as u32 });
        }
    }
    Ok(())
}
