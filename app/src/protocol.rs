//! What the page and a decoder worker say to each other, version 1.
//!
//! A message is a short text (JSON) and, where it has pixels, one buffer that is moved, never copied. The
//! order of things: the worker says [`FromWorker::Ready`] once; then every [`ToWorker::Decode`] gets exactly one
//! [`FromWorker::Reply`]; a [`FromWorker::Fatal`] is the last word of a worker. A version that differs, a text
//! that does not parse and an id that is not outstanding are errors of the program and are raised, not skipped.
//!
//! The same messages are used without a worker, by a decoder that was loaded into the page itself.

use serde::{Deserialize, Serialize};
use thiserror::Error;
use viewer_core::codec::{Fault, TransferSyntax};
use viewer_core::dicom::header::{DisplayHeader, ModalityLut, Photometric, PixelHeader, SampleKind};
use viewer_core::frame::{ColourModel, Frame, FrameSizeError, Samples};
use viewer_core::lut::auto_range;

/// Raised whenever a message changes its meaning.
pub const PROTOCOL_VERSION: u32 = 1;

/// From the page to the worker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    },
    /// The worker cannot go on.
    Fatal {
        /// For the console; never shown, holds nothing of the film.
        message: String,
    },
}

/// What the samples in a buffer are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    /// What was odd, in words; mostly empty.
    pub warnings: Vec<String>,
}

/// Type of one sample in a buffer, after [`Samples`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum SampleType {
    U8,
    I8,
    U16,
    I16,
    U32,
    I32,
    F32,
    F64,
}

/// [`ColourModel`] on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum WireModel {
    Monochrome1,
    Monochrome2,
    Palette,
    Rgb,
    YbrFull,
    YbrPartial,
}

/// [`PixelHeader`] on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct WirePixels {
    pub rows: u32,
    pub columns: u32,
    pub samples_per_pixel: u8,
    /// Index into [`PHOTOMETRIC`].
    pub photometric: u8,
    pub planar: bool,
    pub bits_allocated: u8,
    pub bits_stored: u8,
    pub high_bit: u8,
    /// Index into [`KINDS`].
    pub kind: u8,
    pub frames: u32,
}

/// Order of photometric interpretations on the wire.
const PHOTOMETRIC: [Photometric; 11] = [
    Photometric::Monochrome1,
    Photometric::Monochrome2,
    Photometric::PaletteColor,
    Photometric::Rgb,
    Photometric::YbrFull,
    Photometric::YbrFull422,
    Photometric::YbrPartial422,
    Photometric::YbrPartial420,
    Photometric::YbrIct,
    Photometric::YbrRct,
    Photometric::Xyb,
];

/// Order of sample kinds on the wire.
const KINDS: [SampleKind; 4] =
    [SampleKind::Unsigned, SampleKind::Signed, SampleKind::Float, SampleKind::Double];

/// Why a frame could not be decoded, in the kinds that the session tells apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireFailure {
    /// Which kind.
    pub kind: FailureKind,
    /// For the console: stage and fault, without any identifier.
    pub message: String,
}

/// Kinds of [`WireFailure`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
    Malformed(#[from] serde_json::Error),
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

impl From<&PixelHeader> for WirePixels {
    fn from(header: &PixelHeader) -> Self {
        let place = |found: Option<usize>| found.map_or(u8::MAX, |index| index as u8);
        Self {
            rows: header.rows,
            columns: header.columns,
            samples_per_pixel: header.samples_per_pixel,
            photometric: place(PHOTOMETRIC.iter().position(|p| *p == header.photometric)),
            planar: header.planar,
            bits_allocated: header.bits_allocated,
            bits_stored: header.bits_stored,
            high_bit: header.high_bit,
            kind: place(KINDS.iter().position(|k| *k == header.kind)),
            frames: header.frames,
        }
    }
}

impl TryFrom<&WirePixels> for PixelHeader {
    type Error = ProtocolError;

    fn try_from(wire: &WirePixels) -> Result<Self, ProtocolError> {
        Ok(Self {
            rows: wire.rows,
            columns: wire.columns,
            samples_per_pixel: wire.samples_per_pixel,
            photometric: *PHOTOMETRIC.get(usize::from(wire.photometric)).ok_or(ProtocolError::Header)?,
            planar: wire.planar,
            bits_allocated: wire.bits_allocated,
            bits_stored: wire.bits_stored,
            high_bit: wire.high_bit,
            kind: *KINDS.get(usize::from(wire.kind)).ok_or(ProtocolError::Header)?,
            frames: wire.frames,
        })
    }
}

impl From<ColourModel> for WireModel {
    fn from(model: ColourModel) -> Self {
        match model {
            ColourModel::Monochrome1 => Self::Monochrome1,
            ColourModel::Monochrome2 => Self::Monochrome2,
            ColourModel::Palette => Self::Palette,
            ColourModel::Rgb => Self::Rgb,
            ColourModel::YbrFull => Self::YbrFull,
            ColourModel::YbrPartial => Self::YbrPartial,
        }
    }
}

impl From<WireModel> for ColourModel {
    fn from(model: WireModel) -> Self {
        match model {
            WireModel::Monochrome1 => Self::Monochrome1,
            WireModel::Monochrome2 => Self::Monochrome2,
            WireModel::Palette => Self::Palette,
            WireModel::Rgb => Self::Rgb,
            WireModel::YbrFull => Self::YbrFull,
            WireModel::YbrPartial => Self::YbrPartial,
        }
    }
}

impl SampleType {
    /// Type of a frame's samples.
    pub fn of(samples: &Samples) -> Self {
        match samples {
            Samples::U8(_) => Self::U8,
            Samples::I8(_) => Self::I8,
            Samples::U16(_) => Self::U16,
            Samples::I16(_) => Self::I16,
            Samples::U32(_) => Self::U32,
            Samples::I32(_) => Self::I32,
            Samples::F32(_) => Self::F32,
            Samples::F64(_) => Self::F64,
        }
    }

    /// Bytes of one sample.
    pub fn bytes(self) -> usize {
        match self {
            Self::U8 | Self::I8 => 1,
            Self::U16 | Self::I16 => 2,
            Self::U32 | Self::I32 | Self::F32 => 4,
            Self::F64 => 8,
        }
    }
}

impl Picture {
    /// Describes a frame.
    pub fn of(frame: &Frame, padding: Option<(i32, i32)>, warnings: Vec<String>) -> Self {
        // Nothing but padding: modality values are then stored values.
        let plain = DisplayHeader {
            modality_lut: ModalityLut::Identity,
            windows: Vec::new(),
            voi_luts: Vec::new(),
            presentation: None,
            padding,
            palette: None,
            units: None,
            lossy: false,
        };
        let range = auto_range(frame, &plain).map(|range| [range.min, range.max]);
        Self {
            range,
            rows: frame.rows(),
            columns: frame.columns(),
            model: frame.model().into(),
            sample: SampleType::of(frame.samples()),
            warnings,
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

/// Does what a `Decode` asks: the whole of the worker, without its messages.
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
    let limits = viewer_core::dicom::limits::Limits::default();
    Ok(viewer_core::codec::decode(&header, syntax, bytes, &limits, &viewer_core::codec::NeverStop)
        .map(|decoded| {
            let warnings = decoded.warnings.iter().map(ToString::to_string).collect();
            (Picture::of(&decoded.frame, *padding, warnings), decoded.frame.into_samples())
        })
        .map_err(|error| WireFailure::of(&error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> PixelHeader {
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

    #[test]
    fn every_header_value_comes_back() {
        for photometric in PHOTOMETRIC {
            for kind in KINDS {
                let header = PixelHeader { photometric, kind, ..header() };
                let text = serde_json::to_string(&WirePixels::from(&header)).unwrap();
                let wire: WirePixels = serde_json::from_str(&text).unwrap();
                assert_eq!(PixelHeader::try_from(&wire).unwrap(), header);
            }
        }
        let unknown = WirePixels { photometric: 11, ..WirePixels::from(&header()) };
        assert!(matches!(PixelHeader::try_from(&unknown), Err(ProtocolError::Header)));
    }

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

    #[test]
    fn an_unknown_message_is_an_error() {
        assert!(serde_json::from_str::<FromWorker>(r#"{"Later":{"id":1}}"#).is_err());
    }
}
