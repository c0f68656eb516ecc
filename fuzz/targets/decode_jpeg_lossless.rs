#![no_main]

use libfuzzer_sys::fuzz_target;
use viewer_core::codec::TransferSyntax::{JpegLossless, JpegLosslessFirstOrder};

fuzz_target!(|bytes: &[u8]| lightbox_fuzz::decode(bytes, &[JpegLossless, JpegLosslessFirstOrder]));
