//! Glimpses: rows of an original that is still on its way, drawn over its preview. What a weak line has brought is seen, also
//! by a reader who goes on before the frame is whole. The session knows nothing of them: what is on screen stays a preview
//! until all of the original is here.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use viewer_core::cache::FrameKey;
use viewer_core::codec::TransferSyntax;
use viewer_core::frame::Frame;
use viewer_core::session::{Drawn, ViewportIx};

use super::Runner;
use crate::platform::buffer::Buffer;
use crate::platform::clock;
use crate::platform::pixels::to_frame;
use crate::platform::transfer::Transfer;
use crate::protocol::Picture;

/// Time between two glimpses of a frame, and before the first.
const PAUSE_MS: f64 = 120.0;

/// Part of a frame that has to be new for another glimpse, and that has to be missing still: none has more than so many.
const STEPS: u32 = 16;

/// Numbers of requests to the decoders from here on are glimpses'; the session counts its own from 0.
const FIRST_ID: u32 = 1 << 31;

/// Of a frame that is on its way: what has been looked at already.
pub(super) struct Glance {
    key: FrameKey,
    transfer_syntax_uid: Option<String>,
    at_ms: Cell<f64>,
    bytes: Cell<u32>,
}

impl Glance {
    /// Nothing yet. The transfer syntax where the answer names one.
    pub(super) fn new(key: FrameKey, transfer_syntax_uid: Option<&str>) -> Self {
        let transfer_syntax_uid = transfer_syntax_uid.map(str::to_owned);
        Self { key, transfer_syntax_uid, at_ms: Cell::new(clock::now_ms()), bytes: Cell::new(0) }
    }
}

/// What there is of frames that are on their way: of the last one that was looked at.
#[derive(Default)]
pub(super) struct Glimpses {
    /// With the decoders; one at a time.
    asked: Cell<Option<FrameKey>>,
    count: Cell<u32>,
    here: RefCell<Option<Glimpse>>,
}

struct Glimpse {
    key: FrameKey,
    frame: Rc<Frame>,
    rows: u32,
}

impl Glimpses {
    /// Whether an answer of the decoders with this number is for a glimpse.
    pub(super) fn answers(&self, id: u32) -> bool {
        id >= FIRST_ID
    }

    /// The decoders will not answer.
    pub(super) fn failed(&self) {
        self.asked.set(None);
    }

    /// Frees what is here; what is with the decoders means nothing any more.
    pub(super) fn forget(&self) {
        self.asked.set(None);
        *self.here.borrow_mut() = None;
    }

    /// Frees what is here of a frame that is whole now.
    pub(super) fn outdated(&self, key: FrameKey) {
        self.here.borrow_mut().take_if(|glimpse| glimpse.key == key);
    }

    fn of(&self, key: FrameKey) -> Option<(Rc<Frame>, u32)> {
        let here = self.here.borrow();
        let glimpse = here.as_ref().filter(|glimpse| glimpse.key == key)?;
        Some((Rc::clone(&glimpse.frame), glimpse.rows))
    }
}

impl Runner {
    /// Has the decoders look at what has come of a frame, where it is worth a look.
    pub(super) fn look_at(&self, glance: &Glance, so_far: &Transfer, whole: u32) {
        let glimpses = &self.0.glimpses;
        let (now_ms, bytes, step) = (clock::now_ms(), so_far.bytes(), whole / STEPS);
        let new = bytes.saturating_sub(glance.bytes.get());
        let late = whole.saturating_sub(bytes) < step;
        if now_ms < glance.at_ms.get() + PAUSE_MS || new < step || late || glimpses.asked.get().is_some() {
            return;
        }
        let key = glance.key;
        let awaited = self.viewports_of(key);
        if awaited.is_empty() {
            return;
        }
        let id = FIRST_ID | glimpses.count.get();
        let Some(message) = self.order(id, key, glance.transfer_syntax_uid.as_deref()) else { return };
        if !message.by_rows() {
            return;
        }
        glimpses.count.set((glimpses.count.get() + 1) % FIRST_ID);
        glimpses.asked.set(Some(key));
        glance.at_ms.set(now_ms);
        glance.bytes.set(bytes);
        if let Some(decoders) = &*self.0.decoders.borrow() {
            decoders.decode(message, so_far.copy());
        }
    }

    /// Viewports that show a frame's preview until it is here.
    fn viewports_of(&self, key: FrameKey) -> Vec<ViewportIx> {
        let session = self.0.session.borrow();
        let awaits = |at: &ViewportIx| session.awaited(*at).is_some_and(|drawn| drawn.key == key);
        self.0.surfaces.borrow().all().into_iter().filter(awaits).collect()
    }

    /// What the decoders made of a part.
    pub(super) fn glimpsed(&self, picture: &Picture, samples: &Buffer) {
        let Some(key) = self.0.glimpses.asked.take() else { return };
        let viewports = self.viewports_of(key);
        // First: wasm memory that held two radiographs once would hold as much for ever.
        *self.0.glimpses.here.borrow_mut() = None;
        let Some(frame) = to_frame(picture, samples.raw()).ok().filter(|_| !viewports.is_empty()) else {
            return;
        };
        let glimpse = Glimpse { key, frame: Rc::new(frame), rows: picture.whole_rows };
        *self.0.glimpses.here.borrow_mut() = Some(glimpse);
        for viewport in viewports {
            let more = self.0.surfaces.borrow().has_rows(viewport);
            if !more || self.paint_glimpse(viewport).is_none() {
                self.paint_soon(viewport);
            }
        }
    }

    /// Draws the rows that are here over the preview that has just been drawn.
    pub(super) fn paint_glimpse(&self, viewport: ViewportIx) -> Option<()> {
        let drawn: Drawn<FrameKey> = self.0.session.borrow().awaited(viewport)?;
        let (frame, rows) = self.0.glimpses.of(drawn.key)?;
        let pipeline = self.pipeline(&drawn, &frame)?;
        self.0.surfaces.borrow_mut().paint_rows(viewport, (&frame, rows), &pipeline, &drawn)
    }
}

impl crate::protocol::ToWorker {
    /// Whether a part of the bytes is a part of the picture.
    fn by_rows(&self) -> bool {
        let Self::Decode { transfer_syntax_uid, pixels, .. } = self;
        let apart = pixels.planar && pixels.samples_per_pixel > 1;
        !apart && TransferSyntax::from_uid(transfer_syntax_uid).is_some_and(TransferSyntax::by_rows)
    }
}
