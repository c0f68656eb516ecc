//! Decoding: from held bytes to held samples.

use viewer_core::cache::{FrameKey, RequestId};
use viewer_core::lut::{ValueRange, modality_value};
use viewer_core::session::{Closed, Event, Failure, Fidelity, Place};

use super::Runner;
use super::held::Decoded;
use crate::builds::Build;
use crate::platform::address;
use crate::platform::decoders::Outcome;
use crate::protocol::{FailureKind, ToWorker, WirePixels};

impl Runner {
    /// Hands a frame to the decoders.
    pub(super) fn decode(&self, request: RequestId, key: FrameKey) {
        let encoded = self.0.held.borrow().encoded(key);
        let order = encoded.and_then(|encoded| {
            Some((self.order(request.0, key, encoded.transfer_syntax_uid.as_deref())?, encoded))
        });
        let Some((message, encoded)) = order else {
            return self.send(Event::DecodeFailed { request, key, failure: Failure::Memory });
        };
        self.0.held.borrow_mut().begin(request, key);
        if let Some(decoders) = &*self.0.decoders.borrow() {
            decoders.decode(message, encoded.bytes);
        }
    }

    /// What a decoder is told of a frame's bytes. `named`: their transfer syntax, where it is not the header's.
    pub(super) fn order(&self, id: u32, key: FrameKey, named: Option<&str>) -> Option<ToWorker> {
        let session = self.0.session.borrow();
        let (instance, frame) = session.header(key)?;
        Some(ToWorker::Decode {
            id,
            transfer_syntax_uid: named.unwrap_or(&instance.transfer_syntax_uid).to_owned(),
            pixels: WirePixels::from(&instance.pixels),
            padding: frame.display.padding,
        })
    }

    /// Starts the decoders, while the frame that is looked at first is still on its way.
    pub(super) fn begin_decoders(&self, event: &Event) {
        let Event::Opened { manifest, .. } = event else { return };
        let series: Vec<_> = manifest.studies.iter().flat_map(|study| &study.series).collect();
        let wanted = Place::parse(&address::place_text()).views.first().and_then(|view| view.series);
        let seen = wanted.and_then(|index| series.get(usize::from(index))).or_else(|| series.first());
        let stored = seen.and_then(|series| series.key_frame.transfer_syntax_uid.as_deref());
        let needed = stored.map_or(Build::Light, Build::for_syntax);
        // A weak line brings nothing as JPEG Lossless that it can have as JPEG-LS; on another what is faster is better.
        let build = match needed {
            Build::Light | Build::First if self.0.boot.asks_for_less() => Build::Light,
            Build::Light => Build::First,
            needed => needed,
        };
        if let Some(decoders) = &*self.0.decoders.borrow() {
            decoders.begin(build);
        }
    }

    /// Hears what the decoders made of it.
    pub(super) fn told(&self, outcome: Outcome) {
        match outcome {
            Outcome::Heaps { bytes } => self.send(Event::DecodersGrew { bytes }),
            Outcome::Short => self.send(Event::MemoryShort),
            Outcome::Decoded { id, picture, samples } => {
                if self.0.glimpses.answers(id) {
                    return self.glimpsed(&picture, &samples);
                }
                let request = RequestId(id);
                // Forgotten means that everything was dropped meanwhile.
                let Some(key) = self.0.held.borrow_mut().finish(request) else { return };
                let bytes = samples.len();
                let worth = match (picture.whole, picture.lossy) {
                    (false, _) => Fidelity::Incomplete,
                    (true, true) => Fidelity::LossyOriginal,
                    (true, false) => Fidelity::Original,
                };
                let range = picture.range.and_then(|ends| self.modality_range(key, ends));
                self.0.held.borrow_mut().put_decoded(key, Decoded { picture, samples });
                self.0.glimpses.outdated(key);
                self.send(Event::Decoded { request, key, bytes, range, worth });
            }
            Outcome::Refused { id, .. } if self.0.glimpses.answers(id) => self.0.glimpses.failed(),
            Outcome::Refused { id, failure } => {
                let request = RequestId(id);
                let Some(key) = self.0.held.borrow_mut().finish(request) else { return };
                let failure = match failure.kind {
                    FailureKind::Damaged => Failure::Damaged,
                    FailureKind::Unsupported => Failure::Unsupported,
                    FailureKind::TooLarge => Failure::TooLarge,
                };
                self.send(Event::DecodeFailed { request, key, failure });
            }
            Outcome::Lost { ids } => {
                let (glimpses, ids): (Vec<u32>, Vec<u32>) =
                    ids.into_iter().partition(|id| self.0.glimpses.answers(*id));
                if !glimpses.is_empty() {
                    self.0.glimpses.failed();
                }
                let requests: Vec<RequestId> = ids.into_iter().map(RequestId).collect();
                for request in &requests {
                    self.0.held.borrow_mut().finish(*request);
                }
                self.send(Event::WorkerLost { requests });
            }
            Outcome::Unusable => self.send(Event::Closed(Closed::VersionMismatch)),
        }
    }

    /// A range of stored values in modality values.
    fn modality_range(&self, key: FrameKey, ends: [f64; 2]) -> Option<ValueRange> {
        let session = self.0.session.borrow();
        let lut = &session.header(key)?.1.display.modality_lut;
        let [a, b] = ends.map(|stored| modality_value(lut, stored));
        // A negative slope turns the ends around.
        Some(ValueRange { min: a.min(b), max: a.max(b) })
    }

    /// Frees a frame's samples.
    pub(super) fn drop_decoded(&self, key: FrameKey) {
        self.0.held.borrow_mut().drop_decoded(key);
        self.0.graphics.drop_frame(key);
    }
}
