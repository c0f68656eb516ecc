//! Which form of a stored frame a client gets: as stored wherever it may be, decoded only when asked for.
//! PS3.18 table 8.7.3-2 (default transfer syntax of each media type) and 8.7.4.

use viewer_core::codec::{Family, TransferSyntax};

use super::accept::MediaRange;

/// Explicit VR Little Endian, the default for `application/octet-stream`.
pub const EXPLICIT_LITTLE_ENDIAN: &str = "1.2.840.10008.1.2.1";

/// JPEG-LS Lossless: what uncompressed and JPEG Lossless samples are given as where a client would rather have that.
pub const JPEG_LS: &str = "1.2.840.10008.1.2.4.80";

/// The media type of its bytes.
pub const IMAGE_JLS: &str = "image/jls";

/// Uncompressed bytes, or anything else not to be interpreted.
pub const OCTET_STREAM: &str = "application/octet-stream";

/// The form chosen for a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrameForm {
    /// Parts of `multipart/related`, or one bare body.
    pub multipart: bool,
    /// Media type of the frame's bytes.
    pub media_type: &'static str,
    /// What becomes of the stored bytes.
    pub made: Made,
}

/// What becomes of stored bytes on their way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    /// Nothing.
    AsStored,
    /// Samples, decoded to Explicit VR Little Endian.
    Native,
    /// Samples without a loss, encoded as JPEG-LS; as stored where that is not possible for this frame.
    JpegLs,
}

/// The image media type whose bytes frames of this syntax are (PS3.18 table 8.7.3-2), where there is one.
pub fn image_media_type(syntax: TransferSyntax) -> Option<&'static str> {
    match syntax.family() {
        Family::Jpeg | Family::JpegLossless => Some("image/jpeg"),
        Family::JpegLs => Some(IMAGE_JLS),
        Family::Jpeg2000 => Some(match syntax {
            TransferSyntax::Jpeg2000MultiComponentLossless | TransferSyntax::Jpeg2000MultiComponent => {
                "image/jpx"
            }
            _ => "image/jp2",
        }),
        Family::HtJpeg2000 => Some("image/jphc"),
        Family::JpegXl => Some("image/jxl"),
        Family::Rle => Some("image/dicom-rle"),
        Family::Native | Family::Deflate | Family::Video | Family::Other => None,
    }
}

/// Chooses the form for frames stored under `stored`; `None` is 406.
///
/// `transfer-syntax=*` takes what is stored. Without the parameter octet-stream means Explicit VR Little Endian,
/// and an image media type means whatever of it is stored (stricter than that would refuse baseline JPEG to
/// clients that ask for `image/jpeg`). `image/jls; transfer-syntax=1.2.840.10008.1.2.4.80` is given of uncompressed and JPEG Lossless
/// frames too: they are a quarter or four fifths as large then, and no less exact. `*/*` takes what is stored, so that no lossy or
/// costly step is silent.
pub fn frame_form(stored: &str, ranges: &[MediaRange], frames: usize) -> Option<FrameForm> {
    let syntax = TransferSyntax::from_uid(stored);
    let image_type = syntax.and_then(image_media_type);
    // The bytes of a native frame do not depend on whether VRs are written down beside them.
    let stored_is_plain = matches!(
        syntax,
        Some(
            TransferSyntax::ImplicitLittleEndian
                | TransferSyntax::ExplicitLittleEndian
                | TransferSyntax::EncapsulatedUncompressed
        )
    );
    let decodable = syntax.is_some_and(TransferSyntax::decodable);
    let shrinks =
        syntax.is_some_and(|syntax| matches!(syntax.family(), Family::Native | Family::JpegLossless));
    for range in ranges {
        // `*/*` from a client that did not think about it gets what PS3.18 says: multipart.
        let multipart = range.is_multipart() || range.media_type == "*/*";
        if !multipart && frames != 1 {
            continue;
        }
        let anything = range.payload_type() == "*/*";
        let wanted = range.transfer_syntax.as_deref();
        let as_stored = |media_type| Some(FrameForm { multipart, media_type, made: Made::AsStored });
        if let Some(image_type) = image_type
            && !anything
            && range.takes(image_type)
            && wanted.is_none_or(|uid| uid == "*" || uid == stored)
        {
            return as_stored(image_type);
        }
        if shrinks && wanted == Some(JPEG_LS) && !anything && range.takes(IMAGE_JLS) {
            return Some(FrameForm { multipart, media_type: IMAGE_JLS, made: Made::JpegLs });
        }
        if !range.takes(OCTET_STREAM) {
            continue;
        }
        match wanted {
            Some("*") => return as_stored(OCTET_STREAM),
            Some(uid) if uid == stored => return as_stored(OCTET_STREAM),
            None if anything => return as_stored(OCTET_STREAM),
            None | Some(EXPLICIT_LITTLE_ENDIAN) if stored_is_plain => return as_stored(OCTET_STREAM),
            None | Some(EXPLICIT_LITTLE_ENDIAN) if decodable => {
                return Some(FrameForm { multipart, media_type: OCTET_STREAM, made: Made::Native });
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, header};

    use super::*;
    use crate::dicomweb::accept::accepted;

    const J2K: &str = "1.2.840.10008.1.2.4.90";
    const BASELINE: &str = "1.2.840.10008.1.2.4.50";
    const RLE: &str = "1.2.840.10008.1.2.5";

    fn form(stored: &str, accept: &str, frames: usize) -> Option<FrameForm> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, accept.parse().unwrap());
        frame_form(stored, &accepted(&headers, None), frames)
    }

    fn made(multipart: bool, media_type: &'static str, decoded: bool) -> Option<FrameForm> {
        let made = if decoded { Made::Native } else { Made::AsStored };
        Some(FrameForm { multipart, media_type, made })
    }

    #[test]
    fn frames_without_loss_come_smaller_to_who_would_rather_have_that() {
        let accept = format!(
            "image/jls; transfer-syntax={JPEG_LS}, application/octet-stream; transfer-syntax=*; q=0.9"
        );
        let smaller = FrameForm { multipart: false, media_type: IMAGE_JLS, made: Made::JpegLs };
        let jpeg_lossless = ["1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70"];
        let plain = [EXPLICIT_LITTLE_ENDIAN, "1.2.840.10008.1.2", "1.2.840.10008.1.2.2"];
        for stored in jpeg_lossless.into_iter().chain(plain) {
            assert_eq!(form(stored, &accept, 1), Some(smaller), "{stored}");
        }
        assert_eq!(form(JPEG_LS, &accept, 1), made(false, IMAGE_JLS, false));
        for stored in [J2K, BASELINE, RLE] {
            assert_eq!(form(stored, &accept, 1), made(false, OCTET_STREAM, false), "{stored}");
        }
        // Nobody is given it who has not asked for it.
        assert_eq!(form(EXPLICIT_LITTLE_ENDIAN, IMAGE_JLS, 1), None);
        assert_eq!(form(EXPLICIT_LITTLE_ENDIAN, "image/*", 1), None);
    }

    #[test]
    fn star_takes_what_is_stored() {
        for stored in [J2K, BASELINE, RLE, EXPLICIT_LITTLE_ENDIAN, "1.2.840.10008.1.2.4.100"] {
            let single = form(stored, "application/octet-stream; transfer-syntax=*", 1);
            assert_eq!(single, made(false, OCTET_STREAM, false), "{stored}");
            let parts =
                form(stored, "multipart/related; type=\"application/octet-stream\"; transfer-syntax=*", 3);
            assert_eq!(parts, made(true, OCTET_STREAM, false), "{stored}");
        }
    }

    #[test]
    fn default_of_octet_stream_is_explicit_little_endian() {
        let accept = "multipart/related; type=\"application/octet-stream\"";
        assert_eq!(form(EXPLICIT_LITTLE_ENDIAN, accept, 1), made(true, OCTET_STREAM, false));
        assert_eq!(form("1.2.840.10008.1.2", accept, 1), made(true, OCTET_STREAM, false));
        assert_eq!(form("1.2.840.10008.1.2.2", accept, 1), made(true, OCTET_STREAM, true));
        assert_eq!(form(RLE, accept, 1), made(true, OCTET_STREAM, true));
        // MPEG-2: nothing here turns video into samples.
        assert_eq!(form("1.2.840.10008.1.2.4.100", accept, 1), None);
    }

    #[test]
    fn image_types_follow_the_stored_syntax() {
        assert_eq!(form(J2K, "multipart/related; type=\"image/jp2\"", 1), made(true, "image/jp2", false));
        assert_eq!(form(BASELINE, "image/jpeg", 1), made(false, "image/jpeg", false));
        assert_eq!(form(J2K, "image/jpeg", 1), None);
        assert_eq!(form(J2K, &format!("image/jp2; transfer-syntax={BASELINE}"), 1), None);
        assert_eq!(form(RLE, "image/*", 1), made(false, "image/dicom-rle", false));
    }

    #[test]
    fn bare_bodies_hold_one_frame() {
        assert_eq!(form(J2K, "application/octet-stream; transfer-syntax=*", 2), None);
        assert_eq!(form(J2K, "*/*", 2), made(true, OCTET_STREAM, false));
    }

    #[test]
    fn first_choice_that_can_be_met_wins() {
        let accept =
            "multipart/related; type=\"image/jls\", multipart/related; type=\"image/jp2\";q=0.9, */*;q=0.1";
        assert_eq!(form(J2K, accept, 1), made(true, "image/jp2", false));
        assert_eq!(form(J2K, "text/html", 1), None);
    }
}
