//! Deflated Image Frame Compression: one RFC 1951 stream a frame, then as uncompressed (PS3.5 section 8.2.16).

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};

use super::shape::Shape;
use super::{Decoded, Fault, native};

/// Bytes that are inflated between two looks at the stop: some milliseconds.
const AT_ONCE: usize = 1 << 20;

/// Inflates no more than the frame's own size, which [`Shape`] has checked, and decodes that.
pub(crate) fn decode(shape: &Shape<'_>, bytes: &[u8]) -> Result<Decoded, Fault> {
    let bits = (shape.samples as u64).saturating_mul(shape.header.bits_allocated.into());
    let size =
        usize::try_from(bits.div_ceil(8)).map_err(|_| Fault::Header("the frame is too large".into()))?;
    let mut plain = vec![0u8; size];
    let flags = inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    let mut inflater = DecompressorOxide::new();
    let (mut rest, mut filled) = (bytes, 0);
    let status = loop {
        shape.check_stop()?;
        let end = size.min(filled + AT_ONCE);
        let (status, taken, made) = decompress(&mut inflater, rest, &mut plain[..end], filled, flags);
        (rest, filled) = (&rest[taken..], filled + made);
        if status != TINFLStatus::HasMoreOutput || filled == size {
            break status;
        }
    };
    match status {
        // What comes after the frame is padding; a stream that ends early is an incomplete frame.
        TINFLStatus::Done | TINFLStatus::HasMoreOutput => {}
        TINFLStatus::NeedsMoreInput | TINFLStatus::FailedCannotMakeProgress if filled > 0 => {}
        _ => return Err(Fault::data("the deflate stream is damaged")),
    }
    plain.truncate(filled);
    native::decode(shape, &plain, false)
}
