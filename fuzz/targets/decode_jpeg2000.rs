#![no_main]

use libfuzzer_sys::fuzz_target;
use viewer_core::codec::TransferSyntax::{HtJpeg2000Lossless, Jpeg2000, Jpeg2000Lossless};

fuzz_target!(|bytes: &[u8]| lightbox_fuzz::decode(bytes, &[Jpeg2000Lossless, Jpeg2000, HtJpeg2000Lossless]));
