//! Unique identifiers that readers decide by (PS3.6 annex A).

/// Implicit VR Little Endian.
pub const IMPLICIT_LITTLE: &str = "1.2.840.10008.1.2";
/// Explicit VR Little Endian.
pub const EXPLICIT_LITTLE: &str = "1.2.840.10008.1.2.1";
/// Encapsulated Uncompressed Explicit VR Little Endian.
pub const ENCAPSULATED_UNCOMPRESSED: &str = "1.2.840.10008.1.2.1.98";
/// Deflated Explicit VR Little Endian.
pub const DEFLATED: &str = "1.2.840.10008.1.2.1.99";
/// Explicit VR Big Endian (retired).
pub const EXPLICIT_BIG: &str = "1.2.840.10008.1.2.2";
/// GE private: implicit little endian data set, big endian pixels.
pub const GE_PRIVATE_BIG: &str = "1.2.840.113619.5.2";
/// Media Storage Directory Storage (DICOMDIR).
pub const MEDIA_DIRECTORY: &str = "1.2.840.10008.1.3.10";

/// Softcopy presentation states that the viewer reads: grayscale, color, pseudo-color (PS3.4 annex N).
pub const PRESENTATION_STATES: [&str; 3] =
    ["1.2.840.10008.5.1.4.1.1.11.1", "1.2.840.10008.5.1.4.1.1.11.2", "1.2.840.10008.5.1.4.1.1.11.3"];

/// Whether a SOP class is one of [`PRESENTATION_STATES`].
pub fn is_presentation_state(sop_class: &str) -> bool {
    PRESENTATION_STATES.contains(&sop_class)
}

/// Whether a SOP class (XA, XRF, XA biplane) has its Modality LUT Sequence for the way back: from stored values to the
/// intensity of the beam, not on to the display (PS3.3 C.8.7.1, Pixel Intensity Relationship). VOI and windows are
/// those of stored values there.
pub fn has_backward_modality_lut(sop_class: &str) -> bool {
    let angiography = sop_class.strip_prefix("1.2.840.10008.5.1.4.1.1.12.");
    matches!(angiography, Some("1" | "2" | "3"))
}

/// Whether a transfer syntax has native pixel data.
pub fn is_native(transfer_syntax: &str) -> bool {
    matches!(transfer_syntax, IMPLICIT_LITTLE | EXPLICIT_LITTLE | DEFLATED | EXPLICIT_BIG | GE_PRIVATE_BIG)
}

/// Whether a transfer syntax of the standard has encapsulated pixel data.
pub fn is_encapsulated(transfer_syntax: &str) -> bool {
    transfer_syntax.strip_prefix(IMPLICIT_LITTLE).is_some_and(|rest| rest.starts_with('.'))
        && !is_native(transfer_syntax)
}

/// Whether a transfer syntax is one video stream over all fragments (MPEG-2, MPEG-4 AVC, HEVC).
pub fn is_video(transfer_syntax: &str) -> bool {
    let Some(rest) = transfer_syntax.strip_prefix("1.2.840.10008.1.2.4.") else { return false };
    let number = rest.split('.').next().and_then(|text| text.parse::<u32>().ok());
    matches!(number, Some(100..=108))
}

/// Whether a transfer syntax always loses something, whatever the header says: lossy JPEG. Near-lossless JPEG-LS and
/// the JPEG 2000 family may or may not; there (0028,2110) tells.
pub fn is_always_lossy(transfer_syntax: &str) -> bool {
    let jpeg = transfer_syntax.strip_prefix("1.2.840.10008.1.2.4.");
    matches!(jpeg, Some("50" | "51" | "52" | "53" | "54" | "55" | "56")) || is_video(transfer_syntax)
}

/// Whether text has the form of a UID: digits and dots, at most 64 (PS3.5 section 9.1). Leading zeros are tolerated.
pub fn is_valid(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 64
        && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && text.split('.').all(|part| !part.is_empty())
}
