#![no_main]

use libfuzzer_sys::fuzz_target;
use viewer_core::codec::TransferSyntax::{
    DeflatedImageFrame, EncapsulatedUncompressed, ExplicitBigEndian, ImplicitLittleEndian, RleLossless,
};

fuzz_target!(|bytes: &[u8]| lightbox_fuzz::decode(
    bytes,
    &[ImplicitLittleEndian, ExplicitBigEndian, RleLossless, DeflatedImageFrame, EncapsulatedUncompressed]
));
