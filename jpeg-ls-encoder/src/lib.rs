//! JPEG-LS without loss (ITU-T T.87 annex A with NEAR = 0): one component of 2 to 16 bits, default parameters. Not done:
//! several components, near-lossless coding, restarts, presets.
//!
//! Names of the standard stand in the comments.
//!
//! There is a crate that writes the same bytes, `pure_jpegls`, and the tests hold this one to it. It takes 2.4 times as long (a
//! slice of the demo CT, 13 ms against 5.4), and a gateway encodes each frame that a weak line is sent.

mod bits;
mod context;

use bits::BitWriter;
use context::{Context, RunContext, golomb_parameter};
use thiserror::Error;

/// Why samples cannot be encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error(
    "{columns} x {rows} samples of {precision} bits in a buffer of {found}: a stream takes 1 to 65535 each way, all of them, 2 to 16 bits, and none larger than these hold"
)]
pub struct EncodeError {
    /// Width.
    pub columns: usize,
    /// Height.
    pub rows: usize,
    /// Bits.
    pub precision: u8,
    /// Samples that were there.
    pub found: usize,
}

/// J of A.2.1: bits of a run's length by run index.
const RUN_BITS: [u32; 32] =
    [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13, 14, 15];

/// Gradients there can be, from −2¹⁶ on.
const GRADIENTS: usize = 1 << 17;

/// Encodes `samples` (row by row, `columns * rows` of them, each below 2^`precision`) as one JPEG-LS stream.
///
/// # Errors
/// Where the size does not fit the samples or the stream's 16-bit fields, the precision is none, or a sample has more bits.
pub fn encode(samples: &[u16], columns: usize, rows: usize, precision: u8) -> Result<Vec<u8>, EncodeError> {
    let refused = EncodeError { columns, rows, precision, found: samples.len() };
    let size = (u16::try_from(columns), u16::try_from(rows));
    let (Ok(width), Ok(height)) = size else { return Err(refused) };
    let all = columns.checked_mul(rows);
    if samples.is_empty() || all != Some(samples.len()) || !(2..=16).contains(&precision) {
        return Err(refused);
    }
    let largest = u16::MAX >> (16 - precision);
    if samples.iter().any(|sample| *sample > largest) {
        return Err(refused);
    }
    let mut out = Vec::with_capacity(samples.len() + 64);
    // C.2.2 and C.2.3: frame and scan of one component.
    out.extend([0xff, 0xd8, 0xff, 0xf7, 0, 11, precision]);
    out.extend(height.to_be_bytes());
    out.extend(width.to_be_bytes());
    out.extend([1, 1, 0x11, 0, 0xff, 0xda, 0, 8, 1, 1, 0, 0, 0, 0]);

    let mut scan = Scan::new(precision.into(), BitWriter::after(out));
    // With one sample more at both ends.
    let (mut above, mut line) = (vec![0; columns + 2], vec![0; columns + 2]);
    for row in samples.chunks_exact(columns) {
        line[1..=columns].copy_from_slice(row);
        // Neighbours beside the picture, A.2.2.
        line[0] = above[1];
        above[columns + 1] = above[columns];
        scan.line(&above, &line);
        std::mem::swap(&mut above, &mut line);
    }
    let mut out = scan.bits.finish();
    out.extend([0xff, 0xd9]);
    Ok(out)
}

/// Everything that goes from sample to sample.
struct Scan {
    bits: BitWriter,
    contexts: [Context; 365],
    run_contexts: [RunContext; 2],
    run_index: usize,
    /// Quantised gradients, figure A.3.
    quantised: Box<[i8; GRADIENTS]>,
    /// MAXVAL.
    largest: i32,
    /// qbpp: bits of an error that is escaped.
    precision: u32,
    /// LIMIT.
    limit: u32,
}

impl Scan {
    fn new(precision: u32, bits: BitWriter) -> Self {
        let largest = (1 << precision) - 1;
        let mut quantised = Box::new([0; GRADIENTS]);
        let middle = GRADIENTS / 2;
        for (threshold, size) in std::iter::once(1).chain(thresholds(largest)).zip(1..) {
            quantised[middle + threshold as usize..].fill(size);
            quantised[..=middle - threshold as usize].fill(-size);
        }
        // A.2.1.
        let magnitude = ((largest + 1 + 32) >> 6).max(2);
        Self {
            bits,
            contexts: [Context::new(magnitude); 365],
            run_contexts: [RunContext::new(magnitude); 2],
            run_index: 0,
            quantised,
            largest,
            precision,
            limit: 2 * (precision + precision.max(8)),
        }
    }

    fn quantise(&self, gradient: i32) -> i32 {
        self.quantised[(gradient + (GRADIENTS / 2) as i32) as usize % GRADIENTS].into()
    }

    /// Both have a sample more at either end.
    fn line(&mut self, above: &[u16], line: &[u16]) {
        let end = line.len() - 1;
        let mut x = 1;
        while x < end {
            let around = [line[x - 1], above[x], above[x - 1], above[x + 1]].map(i32::from);
            let [left, up, corner, right] = around;
            let q = 81 * self.quantise(right - up)
                + 9 * self.quantise(up - corner)
                + self.quantise(corner - left);
            if q != 0 {
                self.regular(q, left, up, corner, line[x].into());
                x += 1;
                continue;
            }
            let length = line[x..end].iter().take_while(|sample| **sample == line[x - 1]).count();
            x += length;
            self.run(length, x == end);
            if x < end {
                self.interruption(left, above[x].into(), line[x].into());
                x += 1;
            }
        }
    }

    /// A.4 to A.6.
    #[inline(always)]
    fn regular(&mut self, q: i32, left: i32, above: i32, corner: i32, sample: i32) {
        let sign = if q < 0 { -1 } else { 1 };
        let context = &mut self.contexts[q.unsigned_abs() as usize % 365];
        let (low, high) = (left.min(above), left.max(above));
        let predicted = (left + above - corner).clamp(low, high) + sign * context.correction;
        let error = wrapped(sign * (sample - predicted.clamp(0, self.largest)), self.precision);
        let k = golomb_parameter(context.count, context.magnitude);
        // A.5.2: the other way round where most errors are negative.
        let turned = k == 0 && 2 * context.bias <= -context.count;
        let shown = if turned { !error } else { error };
        let mapped = (shown << 1 ^ shown >> 31) as u32;
        context.update(error);
        self.golomb(mapped, k, self.limit);
    }

    /// A.7.1: a run, which the end of the line may end.
    fn run(&mut self, length: usize, to_the_end: bool) {
        let mut left = length;
        while left >= 1 << RUN_BITS[self.run_index] {
            self.bits.put(1, 1);
            left -= 1 << RUN_BITS[self.run_index];
            self.run_index = (self.run_index + 1).min(31);
        }
        if !to_the_end {
            self.bits.put(0, 1);
            self.bits.put(left as u32, RUN_BITS[self.run_index]);
        } else if left > 0 {
            self.bits.put(1, 1);
        }
    }

    /// A.7.2: the sample that ends a run.
    fn interruption(&mut self, left: i32, above: i32, sample: i32) {
        let alike = left == above;
        let kind = i32::from(alike);
        let difference = if left > above { above - sample } else { sample - above };
        let error = wrapped(difference, self.precision);
        let context = &mut self.run_contexts[kind as usize];
        let k =
            golomb_parameter(context.count, context.magnitude + if alike { context.count >> 1 } else { 0 });
        let mostly_negative = 2 * context.negative >= context.count;
        let map = match error {
            0 => false,
            1.. => k == 0 && !mostly_negative,
            _ => k != 0 || mostly_negative,
        };
        let mapped = 2 * error.abs() - kind - i32::from(map);
        context.update(error, (mapped + 1 - kind) >> 1);
        let limit = self.limit - RUN_BITS[self.run_index] - 1;
        self.golomb(mapped as u32, k, limit);
        self.run_index = self.run_index.saturating_sub(1);
    }

    /// A.5.3: a code of limited length.
    #[inline(always)]
    fn golomb(&mut self, mapped: u32, k: u32, limit: u32) {
        let escape = limit - self.precision - 1;
        let high = mapped >> k;
        if high < escape {
            self.bits.zeros(high);
            self.bits.put(1, 1);
            self.bits.put(mapped, k);
        } else {
            self.bits.zeros(escape);
            self.bits.put(1, 1);
            self.bits.put(mapped - 1, self.precision);
        }
    }
}

/// Modulo 2 to the power of `precision`, from the most negative number of so many bits on: A.4.5.
fn wrapped(error: i32, precision: u32) -> i32 {
    error << (32 - precision) >> (32 - precision)
}

/// T1, T2 and T3 by default, C.2.4.1.1.1.
fn thresholds(largest: i32) -> [i32; 3] {
    let held = |value: i32, low: i32| if value > largest || value < low { low } else { value };
    let [first, second, third] = if largest >= 128 {
        let factor = (largest.min(4095) + 128) / 256;
        [factor + 2, factor * 4 + 3, factor * 17 + 4]
    } else {
        let factor = 256 / (largest + 1);
        [(3 / factor).max(2), (7 / factor).max(3), (21 / factor).max(4)]
    };
    let first = held(first, 1);
    let second = held(second, first);
    [first, second, held(third, second)]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// T.87 H.3: the standard's example, coded without loss.
    #[test]
    fn the_standard_s_example() {
        let samples = [0, 0, 90, 74, 68, 50, 43, 205, 64, 145, 145, 145, 100, 145, 145, 145];
        let expected = [
            0xff, 0xd8, 0xff, 0xf7, 0x00, 0x0b, 0x08, 0x00, 0x04, 0x00, 0x04, 0x01, 0x01, 0x11, 0x00, 0xff,
            0xda, 0x00, 0x08, 0x01, 0x01, 0x00, 0x00, 0x00, 0x00, 0xc0, 0x00, 0x00, 0x6c, 0x80, 0x20, 0x8e,
            0x01, 0xc0, 0x00, 0x00, 0x57, 0x40, 0x00, 0x00, 0x6e, 0xe6, 0x00, 0x00, 0x01, 0xbc, 0x18, 0x00,
            0x00, 0x05, 0xd8, 0x00, 0x00, 0x91, 0x60, 0xff, 0xd9,
        ];
        assert_eq!(encode(&samples, 4, 4, 8).unwrap(), expected);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert!(encode(&[1, 2, 3], 2, 2, 16).is_err());
        assert!(encode(&[], 0, 0, 16).is_err());
        assert!(encode(&vec![0; 70_000], 70_000, 1, 16).is_err());
        assert!(encode(&[0, 4096], 2, 1, 12).is_err());
        assert!(encode(&[0, 1], 2, 1, 1).is_err());
    }
}
