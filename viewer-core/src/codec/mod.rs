//! Encoded bytes → stored values.
//!
//! [`decode`] turns the bytes of one frame into a [`Frame`] in canonical form: interleaved, masked to Bits
//! Stored, shifted down when High Bit is higher, sign-extended; colour always unsigned. Bytes are a stranger's:
//! nothing here panics on them, and nothing is allocated before [`Limits`] allow it.
//!
//! The header is never overridden: where a coded stream contradicts it in size or components the frame is
//! refused; where the difference is harmless and met in archives, the frame comes with a [`Warning`].
//! [`decode_reduced`] gives a smaller frame where the coding has one.
//!
//! | family | where | feature |
//! | --- | --- | --- |
//! | uncompressed | `native` | always |
//! | RLE | `rle` | always |
//! | Deflated Image Frame | `deflate` | `codec-deflate` |
//! | JPEG lossless | `jpeg` | `codec-jpeg-lossless` |
//! | JPEG baseline, extended, progressive (8 and 12 bits) | `jpeg` | `codec-jpeg` |
//! | JPEG-LS | `jpegls` | `codec-jpegls` |
//! | JPEG 2000, high-throughput JPEG 2000 | `j2k` | `codec-j2k` |
//! | JPEG XL | `jxl` | `codec-jxl` |

#[cfg(feature = "codec-deflate")]
mod deflate;
mod error;
#[cfg(feature = "codec-j2k")]
mod j2k;
#[cfg(feature = "codec-jpeg-lossless")]
mod jpeg;
#[cfg(feature = "codec-jpegls")]
mod jpegls;
#[cfg(feature = "codec-jxl")]
mod jxl;
#[cfg(feature = "streams")]
mod lines;
mod native;
mod rle;
mod samples;
mod shape;
mod stats;
mod stop;
mod syntax;

pub use error::{DecodeError, Fault, Warning};
pub use stats::{Stats, stats};
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
    /// The coding itself has given something up: DCT, near-lossless JPEG-LS, JPEG 2000's irreversible wavelet, JPEG XL
    /// that does not promise otherwise. A header should say so too (PS3.3 C.7.6.1.1.5); not all do. Bit-planes that an encoder left out cannot be seen.
    pub lossy: bool,
    /// Mostly empty.
    pub warnings: Vec<Warning>,
}

impl Decoded {
    /// Whether all that was sent is there: no row is missing, and no detail.
    pub fn is_whole(&self) -> bool {
        !self.warnings.iter().any(|warning| matches!(warning, Warning::Incomplete { .. } | Warning::Coarse))
    }

    /// Rows, from the top, that are there in full, of a coding that goes [by rows](TransferSyntax::by_rows). 0 where details
    /// are missing everywhere.
    pub fn whole_rows(&self) -> u32 {
        let rows = self.frame.rows();
        let here = self.warnings.iter().map(|warning| match warning {
            Warning::Incomplete { decoded, expected } => (decoded * u64::from(rows))
                .checked_div(*expected)
                .map_or(0, |here| here.min(rows.into()) as u32),
            Warning::Coarse => 0,
            _ => rows,
        });
        here.min().unwrap_or(rows)
    }
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
    decode_reduced(header, transfer_syntax, frame_bytes, 0, limits, stop).map(|reduced| reduced.decoded)
}

/// A frame that may have fewer rows and columns than its header says.
#[derive(Debug, Clone, PartialEq)]
pub struct Reduced {
    /// The frame with its own rows and columns: those of the header, halved `reduction` times and rounded up (a
    /// picture whose codestream does not begin at the origin may have one less).
    pub decoded: Decoded,
    /// How many times it is halved; 0 is the whole frame.
    pub reduction: u8,
}

/// Decodes one frame at a lower resolution where its coding has one: JPEG 2000 and high-throughput JPEG 2000.
///
/// `reduction` is how many of the highest resolutions to leave out, each of which halves rows and columns. What was
/// left out is in [`Reduced::reduction`]: less than was asked for where the stream has fewer resolutions, 0 with any
/// other coding. With the bytes of a prefix of the stream it shows what they give, as [`decode`] does, with
/// [`Warning::Coarse`] (also where all that is missing belongs to resolutions that were left out).
///
/// # Errors
/// As [`decode`].
#[cfg_attr(not(feature = "codec-j2k"), allow(unused_variables, reason = "only JPEG 2000 has resolutions"))]
pub fn decode_reduced(
    header: &PixelHeader,
    transfer_syntax: TransferSyntax,
    frame_bytes: &[u8],
    reduction: u8,
    limits: &Limits,
    stop: &dyn Stop,
) -> Result<Reduced, DecodeError> {
    let whole = |decoded| Reduced { decoded, reduction: 0 };
    let decode = || {
        let shape = Shape::new(header, limits, stop)?;
        shape.check_stop()?;
        match transfer_syntax.family() {
            Family::Native => native::decode(&shape, frame_bytes, transfer_syntax.big_endian()).map(whole),
            // Some writers forget to compress and say they did; no stream has exactly the plain size by chance
            // and yet not its own first bytes.
            family if family != Family::Deflate && is_plain(header, frame_bytes) => {
                let mut decoded = native::decode(&shape, frame_bytes, false)?;
                decoded.warnings.push(Warning::NotCompressed);
                Ok(whole(decoded))
            }
            Family::Rle => rle::decode(&shape, frame_bytes).map(whole),
            #[cfg(feature = "codec-deflate")]
            Family::Deflate => deflate::decode(&shape, frame_bytes).map(whole),
            #[cfg(feature = "codec-jpeg-lossless")]
            Family::Jpeg | Family::JpegLossless => jpeg::decode(&shape, frame_bytes).map(whole),
            #[cfg(feature = "codec-jpegls")]
            Family::JpegLs => jpegls::decode(&shape, frame_bytes).map(whole),
            #[cfg(feature = "codec-j2k")]
            Family::Jpeg2000 | Family::HtJpeg2000 => j2k::decode(&shape, frame_bytes, reduction),
            #[cfg(feature = "codec-jxl")]
            Family::JpegXl => jxl::decode(&shape, transfer_syntax, frame_bytes).map(whole),
            _ => Err(Fault::Unsupported(transfer_syntax.name().into())),
        }
    };
    decode().map_err(|fault: Fault| fault.under(transfer_syntax))
}

/// Whether bytes under a compressed syntax are the plain samples: exactly their size (padded to even) and
/// without the first bytes that JPEG, JPEG-LS, JPEG 2000, JPEG XL or RLE begin with.
fn is_plain(header: &PixelHeader, bytes: &[u8]) -> bool {
    let size = native::frame_bits(header, bytes.len()).div_ceil(8).next_multiple_of(2);
    let begins_a_stream = [&[0xff, 0xd8][..], &[0xff, 0x4f], &[0xff, 0x0a], &[0, 0, 0, 12]]
        .iter()
        .any(|magic| bytes.starts_with(magic));
    let rle_header = matches!(bytes, [1..=15, 0, 0, 0, 64, 0, 0, 0, ..]);
    bytes.len() as u64 == size && !begins_a_stream && !rle_header
}
