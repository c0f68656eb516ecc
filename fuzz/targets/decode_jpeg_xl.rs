#![no_main]

use libfuzzer_sys::fuzz_target;
use lightbox_fuzz::decode_enlarged;
use viewer_core::codec::TransferSyntax::{JpegXl, JpegXlLossless, JpegXlRecompression};

// Up to 320 × 320: groups are 256 × 256, and a picture of one group goes its own way.
fuzz_target!(|bytes: &[u8]| decode_enlarged(bytes, &[JpegXlLossless, JpegXlRecompression, JpegXl], 5));
