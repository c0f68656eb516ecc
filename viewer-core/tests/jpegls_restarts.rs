//! JPEG-LS with restart markers: three strips of 16 lines that CharLS coded one by one, joined by RST0 and RST1
//! (T.87 annex C).

use viewer_core::codec::{self, Decoded, Fault, NeverStop, TransferSyntax, Warning};
use viewer_core::dicom::header::{Photometric, PixelHeader, SampleKind};
use viewer_core::dicom::limits::Limits;
use viewer_core::frame::Samples;

const COLUMNS: u32 = 61;
const ROWS: u32 = 47;
const STREAM: &[u8] = include_bytes!("codestreams/restarts_mono8.jls");

/// The picture of `j2k_codestreams.rs`.
fn picture() -> Vec<u8> {
    let value = |x: u32, y: u32| (x * x + 3 * y * y) / 9 + (x ^ y) * 5 + (x * 7 + y * 13) % 11 * 3;
    (0..ROWS).flat_map(|y| (0..COLUMNS).map(move |x| value(x, y) as u8)).collect()
}

fn decode(bytes: &[u8]) -> Result<Decoded, Fault> {
    let header = PixelHeader {
        rows: ROWS,
        columns: COLUMNS,
        samples_per_pixel: 1,
        photometric: Photometric::Monochrome2,
        planar: false,
        bits_allocated: 8,
        bits_stored: 8,
        high_bit: 7,
        kind: SampleKind::Unsigned,
        frames: 1,
    };
    let decoded =
        codec::decode(&header, TransferSyntax::JpegLsLossless, bytes, &Limits::default(), &NeverStop);
    decoded.map_err(|error| error.fault)
}

#[test]
fn strips_between_restart_markers() {
    let whole = decode(STREAM).unwrap();
    assert_eq!(*whole.frame.samples(), Samples::U8(picture()));
    assert!(whole.warnings.is_empty());
}

/// Without the third strip the lines of the first two are there.
#[test]
fn a_strip_that_is_missing() {
    let second = STREAM.windows(2).position(|pair| pair == [0xff, 0xd1]).unwrap();
    let part = decode(&STREAM[..second]).unwrap();
    let there = (2 * 16 * COLUMNS) as usize;
    let expected = u64::from(ROWS * COLUMNS);
    assert_eq!(part.warnings, [Warning::Incomplete { decoded: there as u64, expected }]);
    let Samples::U8(samples) = part.frame.samples() else { panic!("bytes") };
    assert_eq!(samples[..there], picture()[..there]);
}
