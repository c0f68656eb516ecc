//! The lossless process: ISO/IEC 10918-1 annex H, Huffman coding.
//!
//! All seven predictors, 2–16 bits, point transform, restart intervals, one or three components, interleaved
//! or in scans of their own. Subsampled components are refused: no DICOM object may have them.

use super::bits::{BitReader, Intervals};
use super::huffman::{LOOK, NoCode, Table};
use super::markers::{Scan, Stream};
use crate::codec::lines::{Lines, precision_warning};
use crate::codec::samples;
use crate::codec::shape::Shape;
use crate::codec::{Decoded, Fault, Warning};

/// Decodes all scans of a stream whose first scan header has been read.
pub(super) fn decode<'a>(
    shape: &Shape<'_>,
    mut stream: Stream<'a>,
    first: Scan<'a>,
    precision: u8,
) -> Result<Decoded, Fault> {
    if !(2..=16).contains(&precision) {
        return Err(Fault::stream(format!("precision of {precision} bits")));
    }
    let mut frame = Lines::new(shape, precision)?;
    let mut seen = vec![false; shape.components];
    let mut complete_rows = shape.rows;
    let mut scan = Some(first);
    while let Some(current) = scan {
        for component in &current.components {
            seen[component.index] = true;
        }
        let rows = decode_scan(shape, &stream, &current, precision, &mut frame)?;
        complete_rows = complete_rows.min(rows);
        scan = if seen.iter().all(|&seen| seen) { None } else { stream.next_scan()? };
    }
    if seen.contains(&false) {
        return Err(Fault::stream("not every component has a scan"));
    }
    let mut warnings = Vec::new();
    if complete_rows == 0 {
        return Err(Fault::Truncated { found: 0, needed: shape.row_samples() as u64 });
    }
    if complete_rows < shape.rows {
        let decoded = (complete_rows * shape.row_samples()) as u64;
        warnings.push(Warning::Incomplete { decoded, expected: shape.samples as u64 });
    }
    warnings.extend(precision_warning(shape, precision));
    let samples = frame.finish(shape, precision)?;
    samples::finish(shape, shape.header_model()?, samples, warnings)
}

/// Decodes one scan into its components' places; says how many rows were there.
fn decode_scan(
    shape: &Shape<'_>,
    stream: &Stream<'_>,
    scan: &Scan<'_>,
    precision: u8,
    frame: &mut Lines,
) -> Result<usize, Fault> {
    if scan.low >= precision {
        return Err(Fault::stream(format!("point transform {} of {precision} bits", scan.low)));
    }
    let coding = Coding {
        shape,
        restart: stream.restart,
        predictor: scan.first,
        start: 1u16 << (precision - scan.low - 1),
        low: scan.low,
    };
    match scan.components[..] {
        [a] => coding.decode([stream.dc_table(a.dc)?], Some(a.index), scan.coded, frame),
        [a, b, c] if (a.index, b.index, c.index) == (0, 1, 2) => {
            let tables = [stream.dc_table(a.dc)?, stream.dc_table(b.dc)?, stream.dc_table(c.dc)?];
            coding.decode(tables, None, scan.coded, frame)
        }
        _ => Err(Fault::Unsupported("JPEG lossless scans of these components".into())),
    }
}

/// What all lines of a scan share.
struct Coding<'s> {
    shape: &'s Shape<'s>,
    restart: u32,
    predictor: u8,
    /// Prediction of the first sample, H.1.2.1.
    start: u16,
    /// Point transform.
    low: u8,
}

impl Coding<'_> {
    fn decode<const N: usize>(
        &self,
        tables: [&Table; N],
        component: Option<usize>,
        coded: &[u8],
        frame: &mut Lines,
    ) -> Result<usize, Fault> {
        let mut put = |row, line: &[u16]| frame.put(self.shape, row, component, self.low, line);
        let put = &mut put;
        match self.predictor {
            1 => self.predicted(tables, coded, put, |left, _, _| left),
            2 => self.predicted(tables, coded, put, |_, above, _| above),
            3 => self.predicted(tables, coded, put, |_, _, corner| corner),
            4 => self.predicted(tables, coded, put, |left, above, corner| {
                left.wrapping_add(above).wrapping_sub(corner)
            }),
            5 => self.predicted(tables, coded, put, |left, above, corner| {
                left.wrapping_add(half(i32::from(above) - i32::from(corner)))
            }),
            6 => self.predicted(tables, coded, put, |left, above, corner| {
                above.wrapping_add(half(i32::from(left) - i32::from(corner)))
            }),
            7 => {
                self.predicted(tables, coded, put, |left, above, _| half(i32::from(left) + i32::from(above)))
            }
            other => Err(Fault::stream(format!("predictor {other} of 7"))),
        }
    }

    /// All lines with one predictor of (left, above, corner): Ra, Rb, Rc of figure H.1.
    fn predicted<const N: usize>(
        &self,
        tables: [&Table; N],
        coded: &[u8],
        put: &mut dyn FnMut(usize, &[u16]),
        predict: impl Fn(u16, u16, u16) -> u16 + Copy,
    ) -> Result<usize, Fault> {
        let width = self.shape.columns * N;
        let interval = self.rows_per_interval()?;
        let mut intervals = Intervals::new(coded);
        let mut reader = intervals.next_reader();
        let (mut line, mut above) = (vec![0u16; width], vec![0u16; width]);
        for row in 0..self.shape.rows {
            if row % 16 == 0 {
                self.shape.check_stop()?;
            }
            let first = row % interval == 0;
            if first && row != 0 {
                reader = intervals.next_reader();
            }
            let read = if first {
                read_line(&mut reader, tables, [self.start; N], &[], &mut line, |left, _, _| left)
            } else {
                let start = std::array::from_fn(|i| above[i]);
                read_line(&mut reader, tables, start, &above, &mut line, predict)
            };
            if reader.overran() {
                return Ok(row);
            }
            if read.is_err() {
                return Err(Fault::data(format!("no Huffman code fits in row {}", row + 1)));
            }
            put(row, &line);
            std::mem::swap(&mut line, &mut above);
        }
        Ok(self.shape.rows)
    }

    fn rows_per_interval(&self) -> Result<usize, Fault> {
        let restart = self.restart as usize;
        if !restart.is_multiple_of(self.shape.columns) {
            return Err(Fault::stream(format!(
                "a restart every {restart} pixels in lines of {}",
                self.shape.columns
            )));
        }
        Ok(if restart == 0 { self.shape.rows } else { restart / self.shape.columns })
    }
}

/// Halves towards minus infinity, as a shift does.
#[inline(always)]
fn half(value: i32) -> u16 {
    (value >> 1) as u16
}

/// One line. `start` predicts its first pixel; `above` is empty for a first line.
#[inline(always)]
fn read_line<const N: usize>(
    reader: &mut BitReader<'_>,
    tables: [&Table; N],
    start: [u16; N],
    above: &[u16],
    line: &mut [u16],
    predict: impl Fn(u16, u16, u16) -> u16,
) -> Result<(), NoCode> {
    let (pixels, _) = line.as_chunks_mut::<N>();
    let (above, _) = above.as_chunks::<N>();
    let Some((first, rest)) = pixels.split_first_mut() else {
        return Ok(());
    };
    let mut bits = *reader;
    bits.refill();
    for i in 0..N {
        first[i] = start[i].wrapping_add(difference(&mut bits, tables[i])?);
    }
    let mut left = *first;
    let mut corner = above.first().copied().unwrap_or([0; N]);
    let none = [0; N];
    for (x, pixel) in rest.iter_mut().enumerate() {
        let up = above.get(x + 1).unwrap_or(&none);
        bits.ensure(LOOK * N as u32);
        for i in 0..N {
            let value = predict(left[i], up[i], corner[i]).wrapping_add(difference(&mut bits, tables[i])?);
            pixel[i] = value;
            left[i] = value;
        }
        corner = *up;
    }
    *reader = bits;
    Ok(())
}

/// A difference modulo 2¹⁶, H.1.2.2.
#[inline(always)]
fn difference(reader: &mut BitReader<'_>, table: &Table) -> Result<u16, NoCode> {
    let coded = table.read(reader)?;
    // Size 16 stands for 32768; the shared reader sees no extra bits in it and gives 0.
    Ok(coded.value as u16 | u16::from(coded.symbol & 16) << 11)
}
