//! Why a video cannot be made an MP4 file.

use thiserror::Error;

use super::Container;

/// What was wrong with the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum VideoError {
    /// Nothing to be remuxed.
    #[error("the video is stored as {0}, which is not put into MP4 here")]
    Container(Container),
    /// 4 GiB or more.
    #[error("the video is longer than 4 GiB and cannot be put into MP4 here")]
    TooLong,
    /// A transport stream without a programme map.
    #[error("the transport stream names no programme")]
    NoProgramme,
    /// A programme without H.264 or H.265.
    #[error("the transport stream has no H.264 or H.265 video; its first stream is of type {0:#04x}")]
    NoVideo(u8),
    /// No parameter set before the first picture, or one that cannot be read.
    #[error("the video stream lacks {0}")]
    NoParameters(&'static str),
    /// Not a picture in it.
    #[error("the video stream holds no picture")]
    NoPicture,
    /// Beyond what is kept of an index.
    #[error("the video stream holds more than {0} pictures or pieces")]
    TooMany(usize),
}
