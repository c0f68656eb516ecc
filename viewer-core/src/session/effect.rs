//! Everything a session asks of the platform. The platform does it and tells what came of it; it decides nothing.

use super::action::ViewportIx;
use super::states::StateId;
use crate::cache::{FrameKey, RequestId, SeriesIx};

/// What to do. Each says which event answers it.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// `POST /api/films/{id}/open`. Answer: `Opened`, `PasscodeNeeded` or `Closed`.
    OpenFilm {
        /// What the reader typed.
        passcode: Option<String>,
    },
    /// A new token, by renewal or by opening again with the same proof. Answer: `TokenRenewed`, `PasscodeNeeded` or `Closed`;
    /// one that says that the gateway does not answer does not close an open film, and leads to another attempt.
    RenewToken,
    /// The series' metadata, from the store or the gateway. Answer: `Metadata`.
    FetchMetadata {
        /// Which.
        series: SeriesIx,
    },
    /// A JPEG of the series' key frame, from the store or the gateway. Answer: `Preview`.
    FetchPreview {
        /// Which.
        series: SeriesIx,
        /// Fits within, device pixels.
        width: u16,
        /// Fits within, device pixels.
        height: u16,
    },
    /// Small JPEGs of frames of one series, in this order, as far as the gateway can draw them. Only one such stream is
    /// under way at a time. Answer: `FramePreview` for each, then `FramePreviewsEnded`.
    FetchFramePreviews {
        /// To be given back.
        stream: u32,
        /// Which, the most urgent first.
        keys: Vec<FrameKey>,
    },
    /// Stops the stream under way. What has arrived of it is kept. No answer.
    AbortFramePreviews,
    /// The presentation states of a study. Answer: `States`.
    FetchStates {
        /// Its place in the manifest.
        study: usize,
    },
    /// Works out how a state has a frame drawn. Answer: `StateApplied`.
    ApplyState {
        /// As `States` named it.
        state: StateId,
        /// To which frame.
        key: FrameKey,
    },
    /// A frame's encoded bytes from the gateway, into memory. Answer: `FrameArrived` or `FrameFailed`.
    FetchFrame {
        /// To be given back.
        request: RequestId,
        /// Which; [`super::Session::locate`] gives the address.
        key: FrameKey,
        /// Those of the same series, from the same event, that name the same request here are best asked for together, in this
        /// order; each is answered and aborted on its own.
        with: RequestId,
    },
    /// Stops a `FetchFrame` or `ReadStore`; what it still brings must not be put into memory. No answer.
    Abort {
        /// Which.
        request: RequestId,
    },
    /// Says which frames of the series the store holds. Answer: `StoreListed` or `StoreFailed`.
    ListStore {
        /// Which; [`super::Session::keys`] gives its frames.
        series: SeriesIx,
    },
    /// A frame's encoded bytes from the store, into memory. Answer: `FrameArrived` or `FrameFailed`.
    ReadStore {
        /// To be given back.
        request: RequestId,
        /// Which.
        key: FrameKey,
    },
    /// Copies encoded bytes from memory to the store, encrypted. Answer: `Stored` or `StoreFailed`.
    /// A `DropEncoded` that follows must not spoil a write that has begun.
    WriteStore {
        /// Which.
        key: FrameKey,
    },
    /// Deletes everything the store holds of this film, and what lets it open without a network. No answer.
    ClearStore,
    /// Remembers that all of the film is wanted on the device ([`super::Device::keeps`] the next time), asks the browser to
    /// let it stay and prepares the page to open without a network; or that it is not. No answer: where the browser has
    /// none of this, the film is kept all the same.
    KeepWhole(bool),
    /// Frees a frame's encoded bytes. No answer.
    DropEncoded {
        /// Which.
        key: FrameKey,
    },
    /// Frees a frame's samples, and their texture. No answer.
    DropDecoded {
        /// Which.
        key: FrameKey,
    },
    /// Decodes encoded bytes that are in memory. Answer: `Decoded`, `DecodeFailed` or `WorkerLost`.
    Decode {
        /// To be given back.
        request: RequestId,
        /// Which; [`super::Session::header`] gives what the decoder needs.
        key: FrameKey,
    },
    /// The page is hidden: frees textures and the heaps of decoders that have nothing to do. No answer.
    Rest,
    /// Frees every preview and frame, and stops all work: nothing asked for earlier may still be put into memory.
    /// No answer.
    DropAll,
    /// Draws [`super::Session::picture`] of a viewport at the next animation frame. No answer.
    Paint {
        /// Which.
        viewport: ViewportIx,
    },
    /// Replaces what stands in the fragment after the key (may be empty). No answer.
    SaveFragment(String),
    /// Sends a `Tick` at this time, or at the next animation frame when it has passed. A new one replaces the last.
    NeedTick {
        /// On the clock of `dispatch`'s `now_ms`.
        at_ms: f64,
    },
}
