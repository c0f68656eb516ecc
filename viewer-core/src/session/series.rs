//! What is known of one series.

use super::order::{Ordered, order};
use super::view::{PreviewState, SeriesState};
use super::viewport_view::Fidelity;
use crate::cache::{Failure, FrameKey, SeriesIx};
use crate::dicom::header::{FrameHeader, InstanceHeader, Photometric};
use crate::dicom::uid;
use crate::lut::ValueRange;
use crate::map::Map;
use film_link::manifest::SeriesEntry;

/// Attempts to get metadata or a preview before the reader is asked.
pub(super) const MOST_ATTEMPTS: u8 = 4;

/// One series.
#[derive(Debug)]
pub(super) struct Series {
    pub(super) state: SeriesState,
    pub(super) preview: PreviewState,
    /// A preview is under way; one may be here already, of a smaller size.
    pub(super) preview_busy: bool,
    /// Longer side of the largest preview that was asked for, device pixels.
    pub(super) preview_px: u16,
    pub(super) headers: Vec<InstanceHeader>,
    pub(super) ordered: Ordered,
    /// Where the manifest's key frame is, once the metadata is here and has it.
    pub(super) key_position: Option<u32>,
    /// The store has said what it holds of it, or there is no store.
    pub(super) listed: bool,
    /// Values of the first frame of each stack that was decoded: the automatic window must not jump from slice to slice,
    /// but what a localizer or another weighting needs is its own.
    ranges: Vec<Option<ValueRange>>,
    /// What decoded frames are worth that are less than the original.
    worth: Map<FrameKey, Fidelity>,
    /// Frames whose previews are here (true), or are not to be had.
    pub(super) sketched: Map<FrameKey, bool>,
    /// Encoded bytes of a frame on average, from the manifest.
    pub(super) frame_bytes: u32,
    /// Failed attempts for metadata.
    pub(super) attempts: u8,
    /// No attempt before this time.
    pub(super) retry_at_ms: f64,
}

impl Series {
    pub(super) fn new(entry: &SeriesEntry) -> Self {
        let mean = entry.bytes / u64::from(entry.frames.max(1));
        Self {
            state: SeriesState::NotOpened,
            preview: PreviewState::None,
            preview_busy: false,
            preview_px: 0,
            headers: Vec::new(),
            ordered: Ordered::default(),
            key_position: None,
            listed: false,
            ranges: Vec::new(),
            worth: Map::new(),
            sketched: Map::new(),
            frame_bytes: u32::try_from(mean).unwrap_or(u32::MAX).max(1),
            attempts: 0,
            retry_at_ms: 0.0,
        }
    }

    pub(super) fn take_headers(&mut self, ix: SeriesIx, headers: Vec<InstanceHeader>, entry: &SeriesEntry) {
        self.ordered = order(ix, &headers, entry.frames);
        self.ranges = vec![None; self.ordered.starts.len()];
        self.headers = headers;
        self.key_position = self.find(&entry.key_frame.instance_uid, entry.key_frame.frame);
        self.state = SeriesState::Ready;
        self.attempts = 0;
    }

    /// Counts a failure; retryable ones are due again after a growing pause.
    pub(super) fn metadata_failed(&mut self, failure: Failure, counted: bool, now_ms: f64) {
        self.state = SeriesState::Failed(failure);
        if !counted {
            return;
        }
        self.attempts = self.attempts.saturating_add(1);
        let more = failure.retryable() && self.attempts < MOST_ATTEMPTS;
        self.retry_at_ms =
            if more { now_ms + 500.0 * f64::from(1u32 << self.attempts.min(8)) } else { f64::INFINITY };
    }

    pub(super) fn header(&self, key: FrameKey) -> Option<(&InstanceHeader, &FrameHeader)> {
        let instance = self.headers.get(key.instance as usize)?;
        Some((instance, instance.frame(key.frame)?))
    }

    /// Transfer Syntax UID of a frame that is a whole video.
    pub(super) fn video(&self, key: FrameKey) -> Option<&str> {
        let uid = self.headers.get(key.instance as usize)?.transfer_syntax_uid.as_str();
        uid::is_video(uid).then_some(uid)
    }

    /// Values of the stack that a frame belongs to.
    pub(super) fn range(&self, key: FrameKey) -> Option<ValueRange> {
        *self.ranges.get(self.ordered.stack_at(key)?)?
    }

    /// Keeps the values of a stack's first decoded frame.
    pub(super) fn take_range(&mut self, key: FrameKey, range: Option<ValueRange>) {
        let stack = self.ordered.stack_at(key);
        if let Some(known) = stack.and_then(|stack| self.ranges.get_mut(stack)) {
            *known = known.or(range);
        }
    }

    /// Keeps what a decoder said of a frame.
    pub(super) fn judge(&mut self, key: FrameKey, worth: Fidelity) {
        match worth {
            Fidelity::Original => self.worth.remove(&key),
            worth => self.worth.insert(key, worth),
        };
    }

    /// What a decoded frame is worth: the least of what its header and its decoder say.
    pub(super) fn fidelity(&self, key: FrameKey) -> Fidelity {
        let lossy = self.header(key).is_some_and(|(_, frame)| frame.display.lossy);
        match self.worth.get(&key) {
            Some(worth) => *worth,
            None if lossy => Fidelity::LossyOriginal,
            None => Fidelity::Original,
        }
    }

    pub(super) fn count(&self) -> u32 {
        self.ordered.keys.len() as u32
    }

    pub(super) fn key_at(&self, position: u32) -> Option<FrameKey> {
        self.ordered.keys.get(position as usize).copied()
    }

    /// Position of a frame by its names; `frame` counts from 1.
    pub(super) fn find(&self, instance_uid: &str, frame: u32) -> Option<u32> {
        let instance = self.headers.iter().position(|h| h.sop_instance_uid == instance_uid)? as u32;
        let frame = frame.checked_sub(1)?;
        let at = self.ordered.keys.iter().position(|k| k.instance == instance && k.frame == frame)?;
        Some(at as u32)
    }

    /// Bytes that a frame's samples take, in the containers of [`crate::frame::Samples`].
    pub(super) fn decoded_bytes(&self, key: FrameKey) -> u32 {
        let Some(instance) = self.headers.get(key.instance as usize) else { return 0 };
        let pixels = &instance.pixels;
        let sample: u64 = match pixels.bits_allocated {
            0..=8 => 1,
            9..=16 => 2,
            17..=32 => 4,
            _ => 8,
        };
        let bytes = u64::from(pixels.rows) * u64::from(pixels.columns) * u64::from(pixels.samples_per_pixel);
        u32::try_from(bytes * sample).unwrap_or(u32::MAX)
    }
}

/// Whether windows mean anything for an instance.
pub(super) fn is_grey(instance: &InstanceHeader) -> bool {
    matches!(instance.pixels.photometric, Photometric::Monochrome1 | Photometric::Monochrome2)
}
