//! Stored bytes → stored values, with errors as they leave the house.

use film_link::code::ErrorCode;
use viewer_core::codec::{self, Decoded, NeverStop, TransferSyntax};
use viewer_core::dicom::header::PixelHeader;
use viewer_core::dicom::limits::Limits;
use viewer_core::frame::Frame;

use crate::problem::Problem;
use crate::source::EncodedFrame;

/// # Errors
/// `NotAcceptable` for a coding that nothing here decodes, `Damaged` for bytes that do not decode.
pub fn decode(pixels: &PixelHeader, frame: &EncodedFrame) -> Result<Frame, Problem> {
    decode_noting(pixels, frame).map(|decoded| decoded.frame)
}

/// [`decode`], with what was odd about the frame.
///
/// # Errors
/// As there.
pub fn decode_noting(pixels: &PixelHeader, frame: &EncodedFrame) -> Result<Decoded, Problem> {
    let unknown = || {
        Problem::not_acceptable(format!(
            "nothing here decodes {}; ask for the frame with transfer-syntax=*, for a video with video/mp4",
            frame.transfer_syntax_uid
        ))
    };
    let syntax = TransferSyntax::from_uid(&frame.transfer_syntax_uid).filter(|s| s.decodable());
    let decoded =
        codec::decode(pixels, syntax.ok_or_else(unknown)?, &frame.bytes, &Limits::default(), &NeverStop);
    match decoded {
        Ok(decoded) => Ok(decoded),
        Err(error) if matches!(error.fault, codec::Fault::Unsupported(_)) => Err(unknown()),
        Err(error) => Err(Problem::new(ErrorCode::Damaged, error.to_string())),
    }
}
