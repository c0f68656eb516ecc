//! JPEG, ISO/IEC 10918-1: see README.md beside this file.

mod bits;
#[cfg(feature = "codec-jpeg")]
mod dct;
mod huffman;
mod lossless;
#[cfg_attr(not(feature = "codec-jpeg"), allow(dead_code, reason = "the DCT processes read more of a header"))]
mod markers;

use super::shape::Shape;
use super::{Decoded, Fault};
use markers::Stream;

/// Decodes one frame by the process its own SOF marker names, whichever JPEG transfer syntax it came under.
pub(super) fn decode(shape: &Shape<'_>, bytes: &[u8]) -> Result<Decoded, Fault> {
    let mut stream = Stream::new(bytes)?;
    let scan = stream.next_scan()?;
    let (Some(scan), Some(frame)) = (scan, stream.frame.clone()) else {
        return Err(Fault::Truncated { found: bytes.len(), needed: bytes.len() as u64 + 1 });
    };
    let mismatch = |attribute, header: usize, stream: usize| {
        if header == stream {
            return Ok(());
        }
        Err(Fault::Mismatch { attribute, header: header as u32, stream: stream as u32 })
    };
    mismatch("Columns", shape.columns, frame.columns.into())?;
    if frame.rows != 0 {
        mismatch("Rows", shape.rows, frame.rows.into())?;
    }
    mismatch("Samples per Pixel", shape.components, frame.components.len())?;
    match frame.process {
        3 => {
            let whole = |c: &markers::Component| c.horizontal == 1 && c.vertical == 1;
            if frame.components.len() > 1 && !frame.components.iter().all(whole) {
                return Err(Fault::Unsupported("subsampled components in JPEG lossless".into()));
            }
            lossless::decode(shape, stream, scan, frame.precision)
        }
        #[cfg(feature = "codec-jpeg")]
        0..=2 => dct::decode(shape, stream, scan, &frame),
        other => Err(Fault::Unsupported(format!("JPEG process SOF{other} in this build"))),
    }
}
