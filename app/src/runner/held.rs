//! Bytes, samples and previews, under the session's keys. The session says what comes and what goes.

use std::rc::Rc;

use viewer_core::cache::{FrameKey, RequestId, SeriesIx};
use viewer_core::frame::Frame;
use viewer_core::map::Map;
use viewer_core::session::ViewportIx;

use crate::platform::buffer::Buffer;
use crate::platform::pixels::to_frame;
use crate::platform::preview::PreviewImage;
use crate::platform::transfer::Transfer;
use crate::protocol::Picture;

/// Bytes of bodies that are kept unfinished, together.
const MOST_BEGUN: u32 = 16 << 20;

/// A frame's encoded bytes.
#[derive(Debug, Clone)]
pub(super) struct Encoded {
    pub(super) bytes: Buffer,
    /// What the gateway said of these very bytes, where it differs from the header's or the header is silent.
    pub(super) transfer_syntax_uid: Option<String>,
}

/// A frame's samples, in a buffer of the browser's.
#[derive(Debug, Clone)]
pub(super) struct Decoded {
    pub(super) picture: Picture,
    pub(super) samples: Buffer,
}

/// Everything that is held.
#[derive(Default)]
pub(super) struct Held {
    encoded: Map<FrameKey, Encoded>,
    decoded: Map<FrameKey, Decoded>,
    decoding: Map<RequestId, FrameKey>,
    previews: Map<SeriesIx, Rc<PreviewImage>>,
    sketches: Map<FrameKey, Rc<PreviewImage>>,
    /// Bodies that broke off or were displaced, the newest last.
    begun: Vec<(FrameKey, Transfer)>,
    /// The frame that each viewport painted last, in wasm memory: a drag of the window needs it again.
    at_hand: Map<ViewportIx, (FrameKey, Rc<Frame>)>,
}

impl Held {
    pub(super) fn put_encoded(&mut self, key: FrameKey, encoded: Encoded) {
        self.encoded.insert(key, encoded);
    }

    pub(super) fn encoded(&self, key: FrameKey) -> Option<Encoded> {
        self.encoded.get(&key).cloned()
    }

    pub(super) fn drop_encoded(&mut self, key: FrameKey) {
        self.encoded.remove(&key);
    }

    /// Notes that a frame is being decoded.
    pub(super) fn begin(&mut self, request: RequestId, key: FrameKey) {
        self.decoding.insert(request, key);
    }

    /// Notes that a decoder is done with a request; says which frame that was.
    pub(super) fn finish(&mut self, request: RequestId) -> Option<FrameKey> {
        self.decoding.remove(&request)
    }

    pub(super) fn put_decoded(&mut self, key: FrameKey, decoded: Decoded) {
        self.decoded.insert(key, decoded);
    }

    pub(super) fn decoded(&self, key: FrameKey) -> Option<&Decoded> {
        self.decoded.get(&key)
    }

    pub(super) fn drop_decoded(&mut self, key: FrameKey) {
        self.decoded.remove(&key);
        self.at_hand.retain(|_, (had, _)| *had != key);
    }

    pub(super) fn put_preview(&mut self, series: SeriesIx, image: PreviewImage) {
        self.previews.insert(series, Rc::new(image));
    }

    pub(super) fn preview(&self, series: SeriesIx) -> Option<Rc<PreviewImage>> {
        self.previews.get(&series).cloned()
    }

    pub(super) fn put_sketch(&mut self, key: FrameKey, image: PreviewImage) {
        self.sketches.insert(key, Rc::new(image));
    }

    /// Keeps what has arrived of a frame's bytes for the next attempt.
    pub(super) fn put_begun(&mut self, key: FrameKey, transfer: Transfer) {
        if transfer.is_begun() {
            self.begun.push((key, transfer));
        }
        let bytes = |begun: &[(FrameKey, Transfer)]| {
            begun.iter().fold(0u32, |sum, (_, transfer)| sum.saturating_add(transfer.bytes()))
        };
        while bytes(&self.begun) > MOST_BEGUN {
            self.begun.remove(0);
        }
    }

    /// Whether an earlier attempt has brought something of a frame's bytes.
    pub(super) fn has_begun(&self, key: FrameKey) -> bool {
        self.begun.iter().any(|(begun, _)| *begun == key)
    }

    /// What an earlier attempt has brought of a frame's bytes.
    pub(super) fn take_begun(&mut self, key: FrameKey) -> Transfer {
        let at = self.begun.iter().position(|(begun, _)| *begun == key);
        at.map(|at| self.begun.remove(at).1).unwrap_or_default()
    }

    /// The small preview of a frame.
    pub(super) fn sketch(&self, key: FrameKey) -> Option<Rc<PreviewImage>> {
        self.sketches.get(&key).cloned()
    }

    /// A frame for painting; None when its samples are not here or do not fill it.
    pub(super) fn frame(&mut self, viewport: ViewportIx, key: FrameKey) -> Option<Rc<Frame>> {
        if let Some((had, frame)) = self.at_hand.get(&viewport)
            && *had == key
        {
            return Some(Rc::clone(frame));
        }
        let decoded = self.decoded.get(&key)?;
        let frame = Rc::new(to_frame(&decoded.picture, decoded.samples.raw()).ok()?);
        self.at_hand.insert(viewport, (key, Rc::clone(&frame)));
        Some(frame)
    }
}
