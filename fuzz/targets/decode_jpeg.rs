#![no_main]

use libfuzzer_sys::fuzz_target;
use viewer_core::codec::TransferSyntax::{JpegBaseline, JpegExtended, JpegFullProgression};

fuzz_target!(|bytes: &[u8]| lightbox_fuzz::decode(bytes, &[JpegBaseline, JpegExtended, JpegFullProgression]));
