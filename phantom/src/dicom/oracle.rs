//! What DCMTK makes of the files written here: an outside oracle for writer and encoders.

use super::rle;
use super::writer::{Dataset, JPEG_LOSSLESS_SV1, RLE_LOSSLESS};
use crate::draw::rng::Rng;
use std::process::Command;

/// No demo film has it; what the gateway encodes for weak lines does.
const JPEG_LS_LOSSLESS: &str = "1.2.840.10008.1.2.4.80";

const SECONDARY_CAPTURE: &str = "1.2.840.10008.5.1.4.1.1.7";

/// Decodes a file with one of DCMTK's tools and returns its 16-bit samples; none where the tool is missing and this
/// is not CI.
fn decoded_by(tool: &str, file: &[u8], count: usize) -> Option<Vec<u16>> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (from, to) = (folder.path().join("in.dcm"), folder.path().join("out.dcm"));
    std::fs::write(&from, file).expect("a temporary file");
    let run = match Command::new(tool).args([&from, &to]).output() {
        Ok(run) => run,
        Err(_) if std::env::var("CI").as_deref() != Ok("true") => {
            eprintln!("skipped: {tool} is not installed");
            return None;
        }
        Err(error) => panic!("CI needs {tool}: {error}"),
    };
    assert!(run.status.success(), "{tool}: {}", String::from_utf8_lossy(&run.stderr));
    let bytes = std::fs::read(to).expect("what the tool wrote");
    // Pixel data is the last element.
    let pixels = &bytes[bytes.len() - count * 2..];
    Some(pixels.chunks_exact(2).map(|b| u16::from_le_bytes([b[0], b[1]])).collect())
}

fn file(columns: usize, rows: usize, bits: u16, encoded: Vec<u8>, syntax: &str) -> Vec<u8> {
    let mut d = Dataset::new();
    d.text((0x0008, 0x0016), "UI", SECONDARY_CAPTURE)
        .text((0x0008, 0x0018), "UI", "2.25.1")
        .us((0x0028, 0x0002), 1)
        .text((0x0028, 0x0004), "CS", "MONOCHROME2")
        .us((0x0028, 0x0010), rows as u16)
        .us((0x0028, 0x0011), columns as u16)
        .us((0x0028, 0x0100), 16)
        .us((0x0028, 0x0101), bits)
        .us((0x0028, 0x0102), bits - 1)
        .us((0x0028, 0x0103), 0)
        .encapsulated(vec![encoded]);
    d.file(SECONDARY_CAPTURE, "2.25.1", syntax)
}

/// Pictures that are hard in one way each: flat, noise over the whole range, one pixel, steps of exactly 32768.
fn pictures() -> Vec<(usize, usize, u16, Vec<u16>)> {
    let mut rng = Rng::new(7, "oracle");
    let mut noise =
        |n: usize, bits: u32| -> Vec<u16> { (0..n).map(|_| (rng.next() >> (64 - bits)) as u16).collect() };
    // Each difference twice as rare as the one before: code lengths over 16 have to be shortened.
    let rare: Vec<u16> = (0..256 * 256u32)
        .map(|i| if i == 0 { 0 } else { (1u32 << i.trailing_zeros().min(15)) as u16 })
        .collect();
    vec![
        (64, 48, 16, vec![1234; 64 * 48]),
        (61, 37, 16, noise(61 * 37, 16)),
        (61, 37, 12, noise(61 * 37, 12)),
        (2, 2, 16, vec![0, 65535, 32768, 1]),
        (32, 4, 16, (0..128).map(|i| if i % 2 == 0 { 0 } else { 32768 }).collect()),
        (256, 256, 16, rare),
    ]
}

#[test]
fn jpeg_lossless_is_read_back_exactly() {
    for (columns, rows, bits, samples) in pictures() {
        let stream =
            jpeg_lossless_encoder::encode(&samples, columns, rows, bits as u8).expect("a picture that fits");
        let file = file(columns, rows, bits, stream, JPEG_LOSSLESS_SV1);
        let Some(back) = decoded_by("dcmdjpeg", &file, samples.len()) else { return };
        assert!(back == samples, "{columns} x {rows}, {bits} bits");
    }
}

#[test]
fn jpeg_ls_is_read_back_exactly() {
    let flat = |columns: usize, rows: usize| {
        (columns, rows, 16, (0..columns * rows).map(|i| (i / 5 % 3) as u16).collect())
    };
    for (columns, rows, bits, samples) in pictures().into_iter().chain([flat(640, 20), flat(3, 90)]) {
        let stream =
            jpeg_ls_encoder::encode(&samples, columns, rows, bits as u8).expect("a picture that fits");
        let file = file(columns, rows, bits, stream, JPEG_LS_LOSSLESS);
        let Some(back) = decoded_by("dcmdjpls", &file, samples.len()) else { return };
        assert!(back == samples, "{columns} x {rows}, {bits} bits");
    }
}

#[test]
fn rle_is_read_back_exactly() {
    for (columns, rows, bits, samples) in pictures() {
        let file = file(columns, rows, bits, rle::encode(&samples, columns), RLE_LOSSLESS);
        let Some(back) = decoded_by("dcmdrle", &file, samples.len()) else { return };
        assert!(back == samples, "{columns} x {rows}, {bits} bits");
    }
}

#[test]
fn a_picture_that_does_not_fit_is_refused() {
    assert!(jpeg_lossless_encoder::encode(&[1, 2, 3], 2, 2, 16).is_err());
    assert!(jpeg_lossless_encoder::encode(&[], 0, 0, 16).is_err());
    assert!(jpeg_lossless_encoder::encode(&vec![0; 70_000], 70_000, 1, 16).is_err());
}
