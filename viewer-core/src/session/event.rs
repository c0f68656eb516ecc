//! Everything that can happen to a session, as the platform tells it.

use super::action::Action;
use super::closed::Closed;
use super::device::Device;
use super::fragment::Place;
use super::states::{StateEntry, StateId, StateLook};
use super::viewport_view::Fidelity;
use crate::cache::{Failure, FrameKey, RequestId, SeriesIx, Source};
use crate::dicom::header::InstanceHeader;
use crate::lut::ValueRange;
use film_link::manifest::Manifest;

/// What happened. Answers carry the [`RequestId`] of the effect they answer; a late one is ignored.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// First event. The place is what the address bar's fragment said ([`Place::parse`]).
    Start {
        /// Where the reader was.
        place: Place,
        /// What the device can bear.
        device: Device,
        /// This device may have frames of the film: none is asked for before its store has said which.
        may_have: bool,
    },
    /// The film is open.
    Opened {
        /// Its manifest, already of this version.
        manifest: Box<Manifest>,
        /// `Disk` when a kept manifest stands in for a gateway that does not answer. There is no token then: the first
        /// request that needs one is answered by `TokenExpired`.
        source: Source,
    },
    /// Opening needs a passcode: none was given, or it was wrong.
    PasscodeNeeded {
        /// Attempts left for the film's lifetime.
        remaining: u32,
    },
    /// The film cannot be opened, or was open and no longer is (410 on any request).
    Closed(Closed),
    /// The gateway no longer takes the token (401). Whatever it refused is answered with [`Failure::Network`]
    /// *after* this event: it is tried again with the new token.
    TokenExpired,
    /// A new token is in the platform's hands.
    TokenRenewed,
    /// Answer to `FetchMetadata`.
    Metadata {
        /// Which.
        series: SeriesIx,
        /// Headers of the instances with pictures, in any order.
        result: Result<Vec<InstanceHeader>, Failure>,
    },
    /// Answer to `FetchPreview`, or a preview that the boot script already had; that one may come before `Opened`.
    Preview {
        /// Whose key frame.
        series: SeriesIx,
        /// The platform holds the picture.
        result: Result<(), Failure>,
    },
    /// The platform holds the preview of a frame, of `FetchFramePreviews`.
    FramePreview {
        /// Which.
        key: FrameKey,
    },
    /// `FetchFramePreviews` has come to its end.
    FramePreviewsEnded {
        /// As the effect named it.
        stream: u32,
        /// Whether to its own end.
        result: Result<(), Failure>,
    },
    /// Answer to `FetchStates`.
    States {
        /// Which study.
        study: usize,
        /// Those that can be read, in any order.
        result: Result<Vec<StateEntry>, Failure>,
    },
    /// Answer to `ApplyState`.
    StateApplied {
        /// Which state.
        state: StateId,
        /// To which frame.
        key: FrameKey,
        /// How it has the frame drawn; none where it cannot.
        look: Option<Box<StateLook>>,
    },
    /// Encoded bytes are in the platform's memory: answer to `FetchFrame` or `ReadStore`.
    FrameArrived {
        /// The request.
        request: RequestId,
        /// The frame.
        key: FrameKey,
        /// Where from.
        source: Source,
        /// Length in bytes.
        bytes: u32,
        /// Time from request to last byte.
        ms: f32,
    },
    /// `FetchFrame` or `ReadStore` failed.
    FrameFailed {
        /// The request.
        request: RequestId,
        /// The frame.
        key: FrameKey,
        /// Why.
        failure: Failure,
    },
    /// Samples are in the platform's memory: answer to `Decode`.
    Decoded {
        /// The request.
        request: RequestId,
        /// The frame.
        key: FrameKey,
        /// Bytes of the samples.
        bytes: u32,
        /// [`crate::lut::auto_range`] of it; absent for colour.
        range: Option<ValueRange>,
        /// What the decoder made of it; never a preview. A header that says lossy makes an original lossy.
        worth: Fidelity,
    },
    /// `Decode` failed; the worker lives.
    DecodeFailed {
        /// The request.
        request: RequestId,
        /// The frame.
        key: FrameKey,
        /// Why.
        failure: Failure,
    },
    /// A worker died or hung with this work in hand; the platform has started another.
    WorkerLost {
        /// Requests that will never be answered.
        requests: Vec<RequestId>,
    },
    /// How much memory the decoders' heaps take together, whenever that has changed.
    DecodersGrew {
        /// All of it.
        bytes: u64,
    },
    /// Something failed that may have been for want of memory.
    MemoryShort,
    /// Whether frames can be kept on this device's disk: told once, some time after the start.
    StoreOpened {
        /// It can be used; [`super::Effect::ListStore`] will be answered.
        usable: bool,
        /// The reader has asked before to keep all of this film: it goes on where it was left.
        keeps: bool,
    },
    /// Answer to `ListStore`.
    StoreListed {
        /// Which series.
        series: SeriesIx,
        /// What the store holds of it, with lengths in bytes.
        frames: Vec<(FrameKey, u32)>,
    },
    /// Answer to `WriteStore`: it is on disk.
    Stored {
        /// The frame.
        key: FrameKey,
        /// Length on disk in bytes.
        bytes: u32,
    },
    /// The store cannot be used (any more).
    StoreFailed(StoreFailure),
    /// Who draws now.
    RendererChanged(Renderer),
    /// The GPU's context is gone; a `RendererChanged` follows when something can draw again.
    ContextLost,
    /// The page came to the front (true) or went to the back.
    Visibility(bool),
    /// The browser believes that there is a network.
    Online(bool),
    /// A tick that `NeedTick` asked for: an animation frame or a timer.
    Tick,
    /// What the reader did.
    Reader(Action),
}

impl From<Action> for Event {
    fn from(action: Action) -> Self {
        Self::Reader(action)
    }
}

/// Why nothing more is kept on this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreFailure {
    /// The disk or the origin's share of it is full.
    Quota,
    /// The browser forbids it (private window, setting).
    Denied,
    /// It broke.
    Broken,
}

/// Who draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renderer {
    /// wgpu on WebGPU.
    WebGpu,
    /// wgpu on WebGL2.
    WebGl2,
    /// The CPU reference.
    Cpu(CpuReason),
}

/// Why the CPU draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CpuReason {
    /// Nothing else has been tried yet.
    Starting,
    /// No WebGPU and no WebGL2.
    NoGpu,
    /// The GPU's picture was not the reference's.
    SelfTestFailed,
    /// The context was lost too often.
    ContextLost,
    /// The reader asked for it.
    Chosen,
}
