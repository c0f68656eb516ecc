//! DICOM video → MP4 that a browser's own decoder can be given (PS3.5 sections 8.2.5 to 8.2.10).
//!
//! Nothing here decodes a picture. A video is stored as one stream over all fragments: an MP4 file, which is handed on as
//! it is; an MPEG-2 transport stream, as Blu-ray has it, or a bare byte stream, whose pictures are put into an MP4 file
//! unchanged.
//!
//! | room | job |
//! | --- | --- |
//! | [`container`] | what the stream is, by its first bytes |
//! | [`transport`] | transport stream packets → elementary stream and time stamps |
//! | [`nal`], [`bits`] | byte stream → NAL units; their bits |
//! | [`avc`], [`hevc`] | what H.264 and H.265 units say of pictures and their order |
//! | [`units`] | NAL units → access units |
//! | [`timing`] | when each is decoded and shown |
//! | [`mp4`] | the file |
//!
//! Limits: one video track. Sound, second views of stereo video and captions are left out. Fields of a picture stay together;
//! bare streams of H.264 whose picture order is of type 1 are shown in the order they are decoded.

mod avc;
mod bits;
pub mod container;
mod error;
mod hevc;
mod mp4;
mod nal;
mod timing;
mod transport;
mod units;

pub use container::Container;
pub use error::VideoError;

/// How the pictures of a video are coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// ISO/IEC 14496-10, H.264.
    Avc,
    /// ISO/IEC 23008-2, H.265.
    Hevc,
}

/// What the DICOM header says of a video.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct About {
    /// How a bare byte stream is coded; a transport stream says it itself.
    pub coding: Coding,
    /// Columns (0028,0011), pixels.
    pub width: u16,
    /// Rows (0028,0010), pixels.
    pub height: u16,
    /// Time between frames, milliseconds, for streams without time stamps that hold.
    pub frame_ms: f64,
}

/// Pictures of one video: a day at 30 a second.
const MOST_PICTURES: usize = 24 * 3600 * 30;

/// The video as an MP4 file (ISO/IEC 14496-12) with its index in front; pictures unchanged.
///
/// # Errors
/// Bytes that are neither a transport stream nor a byte stream of NAL units (for MP4 files see [`Container::of`]), or that
/// hold no picture.
pub fn to_mp4(bytes: &[u8], about: &About) -> Result<Vec<u8>, VideoError> {
    if u32::try_from(bytes.len()).is_err() {
        return Err(VideoError::TooLong);
    }
    let stream;
    let (stream, marks, coding) = match Container::of(bytes) {
        Container::Transport(packets) => {
            let (found, coding, marks) = transport::read(bytes, packets)?;
            stream = found;
            (stream.as_slice(), marks, coding)
        }
        Container::ByteStream => (bytes, Vec::new(), about.coding),
        other => return Err(VideoError::Container(other)),
    };
    let pictures = match coding {
        Coding::Avc => units::divide(stream, avc::Avc::default(), MOST_PICTURES)?,
        Coding::Hevc => units::divide(stream, hevc::Hevc::default(), MOST_PICTURES)?,
    };
    let times = timing::of(&pictures.units, &marks, about.frame_ms);
    mp4::write(stream, &pictures, &times, about)
}
