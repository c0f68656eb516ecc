//! What a video stream is wrapped in, told by its first bytes.

use core::fmt;

/// The wrapping of a video stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Container {
    /// ISO base media file: MP4, QuickTime.
    Mp4,
    /// MPEG-2 transport stream, ISO/IEC 13818-1.
    Transport(Packets),
    /// MPEG program stream, ISO/IEC 13818-1.
    Program,
    /// Bare MPEG-1 or MPEG-2 video, ISO/IEC 13818-2.
    MpegVideo,
    /// NAL units behind start codes (annex B of H.264 and H.265).
    ByteStream,
    /// None of these.
    Unknown,
}

/// How the packets of a transport stream follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packets {
    /// 188 bytes each.
    Plain,
    /// 192 bytes each, the first four of them an arrival time (Blu-ray).
    Timed,
}

impl Packets {
    /// Bytes from one to the next, and those before the packet's sync byte.
    pub(super) fn stride(self) -> (usize, usize) {
        match self {
            Self::Plain => (188, 0),
            Self::Timed => (192, 4),
        }
    }
}

impl Container {
    /// Bytes of the beginning that are enough for [`Self::of`].
    pub const HEAD: usize = 1024;

    /// Looks at the beginning of a stream.
    pub fn of(bytes: &[u8]) -> Self {
        if matches!(bytes.get(4..8), Some(b"ftyp" | b"moov" | b"mdat" | b"wide" | b"free" | b"skip")) {
            return Self::Mp4;
        }
        for packets in [Packets::Plain, Packets::Timed] {
            let (stride, before) = packets.stride();
            // Two and more: one sync byte may be anything.
            let sync: Vec<bool> =
                (0..4).map_while(|at| bytes.get(at * stride + before).map(|&byte| byte == 0x47)).collect();
            if sync.len() > 1 && sync.iter().all(|found| *found) {
                return Self::Transport(packets);
            }
        }
        let start = bytes.iter().position(|&byte| byte != 0).unwrap_or(0);
        if start < 2 || bytes.get(start) != Some(&1) {
            return Self::Unknown;
        }
        match bytes.get(start + 1) {
            Some(0xBA) => Self::Program,
            Some(0xB3) => Self::MpegVideo,
            Some(byte) if byte & 0x80 == 0 => Self::ByteStream,
            _ => Self::Unknown,
        }
    }
}

impl fmt::Display for Container {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mp4 => "an MP4 file",
            Self::Transport(_) => "an MPEG-2 transport stream",
            Self::Program => "an MPEG program stream",
            Self::MpegVideo => "bare MPEG-1 or MPEG-2 video",
            Self::ByteStream => "a byte stream of NAL units",
            Self::Unknown => "something unknown",
        })
    }
}
