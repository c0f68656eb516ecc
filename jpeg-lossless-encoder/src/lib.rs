//! JPEG Lossless, process 14, selection value 1 (ITU-T T.81 annex H): one component, 2 to 16 bits, with a
//! Huffman table made for the picture (annex K.2). Not done: other predictors, point transform, restarts.

use thiserror::Error;

/// Why samples cannot be encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error(
    "{columns} x {rows} samples of {precision} bits in a buffer of {found}: a stream takes 1 to 65535 each way, all of them, 2 to 16 bits"
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

/// Difference categories SSSS 0..=16 (table H.2).
const CATEGORIES: usize = 17;

/// Encodes `samples` (row by row, `columns * rows` of them, each below 2^`precision`) as one JPEG stream.
///
/// # Errors
/// Where the size does not fit the samples or the stream's 16-bit fields, or the precision is none.
pub fn encode(samples: &[u16], columns: usize, rows: usize, precision: u8) -> Result<Vec<u8>, EncodeError> {
    let refused = EncodeError { columns, rows, precision, found: samples.len() };
    let size = (u16::try_from(columns), u16::try_from(rows));
    let (Ok(width), Ok(height)) = size else { return Err(refused) };
    let all = columns.checked_mul(rows);
    if samples.is_empty() || all != Some(samples.len()) || !(2..=16).contains(&precision) {
        return Err(refused);
    }
    let differences = differences(samples, columns, precision);
    let mut counts = [0u64; CATEGORIES];
    for d in &differences {
        counts[category(*d)] += 1;
    }
    let lengths = code_lengths(&counts);
    let (order, per_length) = canonical(&lengths);

    let mut out = Vec::with_capacity(samples.len() + 64);
    out.extend([0xff, 0xd8]);
    out.extend([0xff, 0xc4]);
    out.extend(((2 + 1 + 16 + order.len()) as u16).to_be_bytes());
    out.push(0);
    out.extend(per_length);
    out.extend(order.iter().map(|s| *s as u8));
    out.extend([0xff, 0xc3, 0, 11, precision]);
    out.extend(height.to_be_bytes());
    out.extend(width.to_be_bytes());
    out.extend([1, 1, 0x11, 0]);
    out.extend([0xff, 0xda, 0, 8, 1, 1, 0, 1, 0, 0]);
    entropy(&differences, &codes(&order, &lengths), &mut out);
    out.extend([0xff, 0xd9]);
    Ok(out)
}

/// Sample minus prediction, modulo 2^16 (H.1.2.1): left neighbour; above at the start of a line.
fn differences(samples: &[u16], columns: usize, precision: u8) -> Vec<i16> {
    samples
        .iter()
        .enumerate()
        .map(|(i, s)| {
            let prediction = match i {
                0 => 1u16 << (precision - 1),
                _ if i % columns == 0 => samples[i - columns],
                _ => samples[i - 1],
            };
            s.wrapping_sub(prediction) as i16
        })
        .collect()
}

/// SSSS of a difference. -32768 stands for 32768, the one value of category 16.
fn category(d: i16) -> usize {
    16 - d.unsigned_abs().leading_zeros() as usize
}

/// Lengths of a Huffman code for `counts`, none over 16 and none all ones (K.2). Unused symbols get 0.
fn code_lengths(counts: &[u64; CATEGORIES]) -> [u8; CATEGORIES] {
    // One symbol more, with the smallest count: it takes the all-ones code and is then dropped.
    let mut freq: Vec<u64> = counts.iter().map(|c| c * 2).chain([1]).collect();
    let mut size = vec![0u8; freq.len()];
    let mut next: Vec<Option<usize>> = vec![None; freq.len()];
    loop {
        let mut live: Vec<usize> = (0..freq.len()).filter(|i| freq[*i] > 0).collect();
        if live.len() < 2 {
            break;
        }
        // Among equals the higher symbol first, so that the extra one gets the longest code.
        live.sort_by_key(|i| (freq[*i], usize::MAX - i));
        let (v1, v2) = (live[1], live[0]);
        freq[v1] += freq[v2];
        freq[v2] = 0;
        let mut tail = v1;
        size[tail] += 1;
        while let Some(n) = next[tail] {
            tail = n;
            size[tail] += 1;
        }
        next[tail] = Some(v2);
        let mut i = v2;
        size[i] += 1;
        while let Some(n) = next[i] {
            i = n;
            size[i] += 1;
        }
    }
    let mut bits = [0usize; 64];
    for s in &size {
        bits[usize::from(*s)] += 1;
    }
    bits[0] = 0;
    limit_to_16(&mut bits);
    // Drop the extra symbol: it has the longest code.
    if let Some(longest) = (1..=16).rev().find(|l| bits[*l] > 0) {
        bits[longest] -= 1;
    }
    let mut symbols: Vec<usize> = (0..CATEGORIES).filter(|i| counts[*i] > 0).collect();
    symbols.sort_by_key(|i| (size[*i], *i));
    let mut lengths = [0u8; CATEGORIES];
    let mut symbols = symbols.into_iter();
    for (length, count) in bits.iter().enumerate().take(17) {
        for symbol in symbols.by_ref().take(*count) {
            lengths[symbol] = length as u8;
        }
    }
    lengths
}

/// Moves codes longer than 16 up the tree (figure K.3).
fn limit_to_16(bits: &mut [usize; 64]) {
    let mut i = 63;
    while i > 16 {
        if bits[i] == 0 {
            i -= 1;
            continue;
        }
        let Some(j) = (1..i - 1).rev().find(|j| bits[*j] > 0) else { return };
        bits[i] -= 2;
        bits[i - 1] += 1;
        bits[j + 1] += 2;
        bits[j] -= 1;
    }
}

/// Symbols in the order of their codes, and how many there are of each length 1..=16.
fn canonical(lengths: &[u8; CATEGORIES]) -> (Vec<usize>, [u8; 16]) {
    let mut order: Vec<usize> = (0..CATEGORIES).filter(|i| lengths[*i] > 0).collect();
    order.sort_by_key(|i| (lengths[*i], *i));
    let mut per_length = [0u8; 16];
    for i in &order {
        per_length[usize::from(lengths[*i]) - 1] += 1;
    }
    (order, per_length)
}

/// (code, length) of each symbol (C.2).
fn codes(order: &[usize], lengths: &[u8; CATEGORIES]) -> [(u32, u32); CATEGORIES] {
    let mut out = [(0, 0); CATEGORIES];
    let (mut code, mut length) = (0u32, 0u32);
    for symbol in order {
        let l = u32::from(lengths[*symbol]);
        code <<= l - length;
        length = l;
        out[*symbol] = (code, l);
        code += 1;
    }
    out
}

/// Codes and additional bits, 0 stuffed after each 0xff, padded with ones.
fn entropy(differences: &[i16], codes: &[(u32, u32); CATEGORIES], out: &mut Vec<u8>) {
    let (mut bits, mut held) = (0u64, 0u32);
    let mut put = |value: u32, count: u32, out: &mut Vec<u8>| {
        bits = (bits << count) | u64::from(value);
        held += count;
        while held >= 8 {
            held -= 8;
            let byte = (bits >> held) as u8;
            out.push(byte);
            if byte == 0xff {
                out.push(0);
            }
        }
    };
    for d in differences {
        let ssss = category(*d);
        let (code, length) = codes[ssss];
        put(code, length, out);
        if (1..16).contains(&ssss) {
            let low = if *d < 0 { i32::from(*d) - 1 } else { i32::from(*d) };
            put(low as u32 & ((1 << ssss) - 1), ssss as u32, out);
        }
    }
    put(0x7f, 7, out);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// By a decoder of others.
    fn decoded(stream: &[u8]) -> Vec<u16> {
        let mut decoder = jpeg_decoder::Decoder::new(stream);
        let bytes = decoder.decode().unwrap();
        match decoder.info().unwrap().pixel_format {
            jpeg_decoder::PixelFormat::L16 => {
                bytes.chunks_exact(2).map(|b| u16::from_ne_bytes([b[0], b[1]])).collect()
            }
            _ => bytes.into_iter().map(u16::from).collect(),
        }
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_read_back(
            columns in 1usize..40, rows in 1usize..40, precision in 2u8..=16,
            seed in proptest::collection::vec(any::<u16>(), 1600), smooth: bool,
        ) {
            let mask = ((1u32 << precision) - 1) as u16;
            let sample = |i: usize| if smooth { (i as u16).wrapping_mul(3) } else { seed[i] };
            let samples: Vec<u16> = (0..columns * rows).map(|i| sample(i) & mask).collect();
            let stream = encode(&samples, columns, rows, precision).unwrap();
            // That decoder knows 8 bits and more.
            if precision >= 8 {
                prop_assert_eq!(decoded(&stream), samples);
            }
        }
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        assert!(encode(&[1, 2, 3], 2, 2, 16).is_err());
        assert!(encode(&[], 0, 0, 16).is_err());
        assert!(encode(&[1], 1, 1, 17).is_err());
        assert!(encode(&vec![0; 70_000], 70_000, 1, 16).is_err());
        assert!(encode(&[1], usize::MAX, 2, 16).is_err());
    }
}
