//! What is encoded is what another encoder makes of the same samples (with default parameters T.87 leaves nothing open), and
//! comes back out of viewer-core's decoder, which is held against other decoders there. DCMTK's reads it in
//! `phantom/src/dicom/oracle.rs`.

#![allow(clippy::unwrap_used)]

use jpeg_ls_encoder::encode;
use proptest::prelude::*;
use viewer_core::codec::{NeverStop, TransferSyntax, decode};
use viewer_core::dicom::header::{Photometric, PixelHeader, SampleKind};
use viewer_core::dicom::limits::Limits;
use viewer_core::frame::Samples;

fn decoded(stream: &[u8], columns: usize, rows: usize, precision: u8) -> Vec<u16> {
    let header = PixelHeader {
        rows: rows as u32,
        columns: columns as u32,
        samples_per_pixel: 1,
        photometric: Photometric::Monochrome2,
        planar: false,
        bits_allocated: 16,
        bits_stored: precision,
        high_bit: precision - 1,
        kind: SampleKind::Unsigned,
        frames: 1,
    };
    let decoded =
        decode(&header, TransferSyntax::JpegLsLossless, stream, &Limits::default(), &NeverStop).unwrap();
    assert_eq!(decoded.warnings, []);
    let Samples::U16(samples) = decoded.frame.into_samples() else { panic!("words of 16 bits") };
    samples
}

fn by_others(samples: &[u16], columns: usize, rows: usize, precision: u8) -> Vec<u8> {
    let mut options = jpegls::EncodeOptions::default();
    options.precision = Some(precision);
    let mut stream = Vec::new();
    jpegls::encode_with_options(samples, columns as u32, rows as u32, &options, &mut stream).unwrap();
    stream
}

/// Noise, with stretches that are flat: `even` in 256 samples are as the one before.
fn picture(count: usize, precision: u8, even: u8, mut seed: u64) -> Vec<u16> {
    let mut last = 0;
    (0..count)
        .map(|_| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            if (seed >> 56) as u8 >= even {
                last = (seed >> 16) as u16 >> (16 - precision);
            }
            last
        })
        .collect()
}

proptest! {
    #[test]
    fn samples_come_back(
        columns in 1usize..80, rows in 1usize..40, precision in 2u8..=16, even in any::<u8>(), seed in any::<u64>()
    ) {
        let samples = picture(columns * rows, precision, even, seed);
        let stream = encode(&samples, columns, rows, precision).unwrap();
        prop_assert_eq!(&stream, &by_others(&samples, columns, rows, precision));
        prop_assert_eq!(decoded(&stream, columns, rows, precision), samples);
    }
}

/// Long enough for runs of the longest kind and for statistics that are halved many times.
#[test]
fn large_pictures_come_back() {
    for (precision, even) in [(16, 0), (16, 255), (12, 128), (8, 250), (2, 40)] {
        let samples = picture(700 * 300, precision, even, 7);
        let stream = encode(&samples, 700, 300, precision).unwrap();
        assert!(stream == by_others(&samples, 700, 300, precision), "{precision} bits");
        assert_eq!(decoded(&stream, 700, 300, precision), samples);
    }
}
