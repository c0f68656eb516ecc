//! What the page and a decoder worker say to each other, version 5.
//!
//! A message is a short text ([`crate::pack`]) and, where it has pixels, one buffer that is moved, never copied. The
//! order of things: the worker says [`FromWorker::Ready`] once; then every [`ToWorker::Decode`] gets exactly one
//! [`FromWorker::Reply`]; a [`FromWorker::Fatal`] is the last word of a worker. A version that differs, a text
//! that does not parse and an id that is not outstanding are errors of the program and are raised, not skipped.
//!
//! The same messages are used without a worker, by a decoder that was loaded into the page itself.

mod serve;
mod wire;

use thiserror::Error;
use viewer_core::codec::{Decoded, Fault};
use viewer_core::dicom::header::DisplayHeader;
#[cfg(test)]
use viewer_core::dicom::header::{Photometric, PixelHeader, SampleKind};
use viewer_core::frame::{ColourModel, Frame, FrameSizeError, Samples};
use viewer_core::lut::auto_range;

use crate::pack::{Malformed, packed};

pub use serve::serve;
pub use wire::{SampleType, WireModel, WirePixels};

/// Raised whenever a message changes its meaning.
pub const PROTOCOL_VERSION: u32 = 5;

/// From the page to the worker.
#[derive(Debug, Clone, PartialEq)]
pub enum ToWorker {
    /// Decode the buffer that comes with this message: the encoded bytes of one frame.
    Decode {
        /// Given back in the reply; never used twice in a worker's life.
        id: u32,
        /// Transfer Syntax UID of the bytes.
        transfer_syntax_uid: String,
        /// Image Pixel Module.
        pixels: WirePixels,
        /// Pixel Padding, in stored values, inclusive.
        padding: Option<(i32, i32)>,
    },
}

/// From the worker to the page.
#[derive(Debug, Clone, PartialEq)]
pub enum FromWorker {
    /// The module is compiled; work can come.
    Ready {
        /// [`PROTOCOL_VERSION`] of the worker.
        version: u32,
    },
    /// Answer to a `Decode`; its buffer holds the samples, in the machine's byte order.
    Reply {
        /// The request's.
        id: u32,
        /// What the buffer is, or why there is none.
        result: Result<Picture, WireFailure>,
        /// Bytes of the decoder's heap, which never shrinks.
        heap: u32,
    },
    /// The worker cannot go on.
    Fatal {
        /// For the console; never shown, holds nothing of the film.
        message: String,
    },
}

/// What the samples in a buffer are.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// Rows.
    pub rows: u32,
    /// Columns.
    pub columns: u32,
    /// How samples are read.
    pub model: WireModel,
    /// Type of one sample.
    pub sample: SampleType,
    /// The middle 99 % of a grey frame's stored values, padding left out; for files that say nothing of windows.
    pub range: Option<[f64; 2]>,
    /// All that was sent is there: no row is missing, and no detail.
    pub whole: bool,
    /// Rows from the top that are there in full, where the coding goes by rows.
    pub whole_rows: u32,
    /// The coding itself gave something up.
    pub lossy: bool,
    /// What was odd, in words; mostly empty.
    pub warnings: Vec<String>,
}

/// Why a frame could not be decoded, in the kinds that the session tells apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WireFailure {
    /// Which kind.
    pub kind: FailureKind,
    /// For the console: stage and fault, without any identifier.
    pub message: String,
}

/// Kinds of [`WireFailure`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// The bytes are not what their header says.
    Damaged,
    /// No decoder for it.
    Unsupported,
    /// More than the limits allow.
    TooLarge,
}

/// A message that no worker of this build sends.
#[derive(Debug, Error)]
pub enum ProtocolError {
    /// Not a message at all.
    #[error("a decoder message does not parse ({0}): reload the page")]
    Malformed(#[from] Malformed),
    /// Page and worker are of different builds.
    #[error("the decoder speaks version {found}, the page {PROTOCOL_VERSION}: reload the page")]
    Version {
        /// The worker's.
        found: u32,
    },
    /// An answer nobody asked for.
    #[error("the decoder answered request {0}, which is not outstanding")]
    UnknownId(u32),
    /// A header value outside the lists above.
    #[error("the decoder was sent a header that this version does not know")]
    Header,
    /// A buffer that is not as long as its description.
    #[error("a decoded buffer has {found} bytes, {expected} were announced")]
    Buffer {
        /// By the description.
        expected: u64,
        /// In the buffer.
        found: usize,
    },
    /// Samples do not fill the frame.
    #[error(transparent)]
    Size(#[from] FrameSizeError),
}

packed!(enum ToWorker { 0 Decode { id, transfer_syntax_uid, pixels, padding } });
packed!(enum FromWorker { 0 Ready { version }, 1 Reply { id, result, heap }, 2 Fatal { message } });
packed!(struct Picture { rows, columns, model, sample, range, whole, whole_rows, lossy, warnings });
packed!(struct WireFailure { kind, message });
packed!(enum FailureKind { 0 Damaged, 1 Unsupported, 2 TooLarge });

impl Picture {
    /// Describes a decoded frame.
    pub fn of(decoded: &Decoded, padding: Option<(i32, i32)>) -> Self {
        let frame = &decoded.frame;
        // Nothing but padding: modality values are then stored values.
        let plain = DisplayHeader { padding, ..DisplayHeader::default() };
        let range = auto_range(frame, &plain).map(|range| [range.min, range.max]);
        Self {
            range,
            rows: frame.rows(),
            columns: frame.columns(),
            model: frame.model().into(),
            sample: SampleType::of(frame.samples()),
            whole: decoded.is_whole(),
            whole_rows: decoded.whole_rows(),
            lossy: decoded.lossy,
            warnings: decoded.warnings.iter().map(ToString::to_string).collect(),
        }
    }

    /// Length of the buffer that goes with it, in bytes.
    pub fn byte_len(&self) -> u64 {
        let pixels = u64::from(self.rows) * u64::from(self.columns);
        let samples = ColourModel::from(self.model).samples_per_pixel() * self.sample.bytes();
        pixels.saturating_mul(samples as u64)
    }

    /// The frame again, from a buffer of `found` bytes whose samples `read` copies out.
    ///
    /// # Errors
    /// [`ProtocolError::Buffer`] when the buffer is not as long as announced.
    pub fn assemble(
        &self,
        found: usize,
        read: impl FnOnce(SampleType) -> Samples,
    ) -> Result<Frame, ProtocolError> {
        let expected = self.byte_len();
        if found as u64 != expected {
            return Err(ProtocolError::Buffer { expected, found });
        }
        Ok(Frame::new(self.rows, self.columns, self.model.into(), read(self.sample))?)
    }
}

impl WireFailure {
    /// From a decoder's refusal.
    pub fn of(error: &viewer_core::codec::DecodeError) -> Self {
        let kind = match error.fault {
            Fault::Unsupported(_) => FailureKind::Unsupported,
            Fault::Limit { .. } => FailureKind::TooLarge,
            _ => FailureKind::Damaged,
        };
        Self { kind, message: error.to_string() }
    }

    /// For a transfer syntax that has no name here.
    pub fn unknown_syntax() -> Self {
        Self { kind: FailureKind::Unsupported, message: "the transfer syntax is not a known one".into() }
    }
}

/// A header for tests.
#[cfg(test)]
fn test_header() -> PixelHeader {
    PixelHeader {
        rows: 2,
        columns: 3,
        samples_per_pixel: 1,
        photometric: Photometric::Monochrome2,
        planar: false,
        bits_allocated: 16,
        bits_stored: 12,
        high_bit: 11,
        kind: SampleKind::Signed,
        frames: 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::{pack, unpack};

    #[test]
    fn an_unknown_message_is_an_error() {
        assert!(unpack::<FromWorker>("3 1 ").is_err());
        assert!(unpack::<FromWorker>(r#"{"Later":{"id":1}}"#).is_err());
    }
    #[test]
    fn messages_come_through_as_they_were() {
        let request = ToWorker::Decode {
            id: 7,
            transfer_syntax_uid: "1.2.840.10008.1.2.1".into(),
            pixels: WirePixels::from(&test_header()),
            padding: Some((-2048, i32::MAX)),
        };
        assert_eq!(unpack::<ToWorker>(&pack(&request)).unwrap(), request);
        let picture = Picture {
            rows: 2,
            columns: 3,
            model: WireModel::Palette,
            sample: SampleType::F64,
            range: Some([-0.1, 1e300]),
            whole: false,
            whole_rows: 1,
            lossy: true,
            warnings: vec!["odd, \"very\" odd".into(), "路".into()],
        };
        let failure = WireFailure::unknown_syntax();
        for answer in [
            FromWorker::Ready { version: PROTOCOL_VERSION },
            FromWorker::Reply { id: u32::MAX, result: Ok(picture), heap: 3 << 20 },
            FromWorker::Reply { id: 0, result: Err(failure), heap: u32::MAX },
            FromWorker::Fatal { message: "no".into() },
        ] {
            assert_eq!(unpack::<FromWorker>(&pack(&answer)).unwrap(), answer);
        }
    }
}
