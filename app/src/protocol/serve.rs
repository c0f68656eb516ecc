//! The whole of the decoder's work, without its messages.

use viewer_core::codec::{NeverStop, TransferSyntax, decode};
use viewer_core::dicom::header::PixelHeader;
use viewer_core::dicom::limits::Limits;
use viewer_core::frame::Samples;

use super::{Picture, ProtocolError, ToWorker, WireFailure};

/// Does what a `Decode` asks.
///
/// # Errors
/// What the codec says, in the wire's kinds; [`ProtocolError`] when the request itself makes no sense.
pub fn serve(
    request: &ToWorker,
    bytes: &[u8],
) -> Result<Result<(Picture, Samples), WireFailure>, ProtocolError> {
    let ToWorker::Decode { transfer_syntax_uid, pixels, padding, .. } = request;
    let header = PixelHeader::try_from(pixels)?;
    let Some(syntax) = TransferSyntax::from_uid(transfer_syntax_uid) else {
        return Ok(Err(WireFailure::unknown_syntax()));
    };
    let limits = Limits::default();
    Ok(decode(&header, syntax, bytes, &limits, &NeverStop)
        .map(|decoded| (Picture::of(&decoded, *padding), decoded.frame.into_samples()))
        .map_err(|error| WireFailure::of(&error)))
}

#[cfg(test)]
mod tests {
    use super::super::test_header as header;
    use super::super::{FailureKind, SampleType, WirePixels};
    use super::*;
    use viewer_core::frame::ColourModel;

    #[test]
    fn serves_a_native_frame_and_describes_it() {
        let request = ToWorker::Decode {
            id: 7,
            transfer_syntax_uid: "1.2.840.10008.1.2.1".into(),
            pixels: WirePixels::from(&header()),
            padding: Some((-2048, -2048)),
        };
        let bytes: Vec<u8> =
            [0u16, 1, 0x7ff, 0x800, 0xfff, 0xf001].iter().flat_map(|v| v.to_le_bytes()).collect();
        let (picture, samples) = serve(&request, &bytes).unwrap().unwrap();
        assert_eq!(samples, Samples::I16(vec![0, 1, 2047, -2048, -1, 1]));
        assert_eq!((picture.byte_len(), picture.sample), (12, SampleType::I16));
        assert_eq!(picture.range, Some([-1.0, 2047.0]));
        assert!(picture.whole && !picture.lossy);
        let (cut, _) = serve(&request, &bytes[..8]).unwrap().unwrap();
        assert!(!cut.whole && cut.warnings.len() == 1);
        assert_eq!((picture.whole_rows, cut.whole_rows), (2, 1));
        let frame = picture.assemble(12, |_| samples).unwrap();
        assert_eq!(frame.model(), ColourModel::Monochrome2);
        assert!(matches!(
            picture.assemble(11, |_| Samples::I16(vec![])),
            Err(ProtocolError::Buffer { expected: 12, found: 11 })
        ));
    }

    #[test]
    fn names_the_kind_of_a_failure() {
        let decode = |uid: &str, bytes: &[u8]| {
            let request = ToWorker::Decode {
                id: 1,
                transfer_syntax_uid: uid.into(),
                pixels: WirePixels::from(&header()),
                padding: None,
            };
            serve(&request, bytes).unwrap().unwrap_err().kind
        };
        assert_eq!(decode("1.2.3", &[]), FailureKind::Unsupported);
        assert_eq!(decode("1.2.840.10008.1.2.4.102", &[]), FailureKind::Unsupported);
        assert_eq!(decode("1.2.840.10008.1.2.5", &[0; 8]), FailureKind::Damaged);
    }
}
