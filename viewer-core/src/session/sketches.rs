//! Previews of a series' frames, all in one stream: the rung between the key frame's preview and the originals. On a
//! weak line a CT can be scrolled through while its originals are still minutes away.

use super::action::ViewportIx;
use super::effect::Effect;
use super::model::Session;
use super::viewport::{PAUSE_MS, Viewport};
use super::viewport_view::{Drawn, Picture};
use super::wants::outward;
use crate::cache::{Failure, FrameKey, FrameState, SeriesIx};

/// Frames of one stream, at most.
const AT_ONCE: usize = 512;
/// A frame so far back in the stream that it is better begun anew, with this frame first.
const FAR_BACK: usize = 24;
/// Originals smaller than this are hardly larger than their previews.
const WORTHWHILE_BYTES: u32 = 16 << 10;
/// Originals of a series that come sooner than this are waited for.
const LONG_MS: f64 = 8000.0;
/// Originals that take no longer than this each are, too: the first may have waited for the processor, not for the line.
const BRIEF_MS: f64 = 80.0;
/// Streams that broke off before they are given up.
const MOST_FAILURES: u8 = 4;
/// Pause after the first that broke off; doubled each time.
const RETRY_MS: f64 = 1000.0;

/// What is under way, and what has gone wrong.
#[derive(Debug, Default)]
pub(super) struct Sketches {
    stream: Option<Stream>,
    /// Streams begun so far: the last one's number.
    begun: u32,
    failures: u8,
    retry_at_ms: f64,
}

/// One response under way.
#[derive(Debug)]
struct Stream {
    series: SeriesIx,
    /// Frames that have not arrived, in the order they come.
    left: Vec<FrameKey>,
}

impl Sketches {
    /// Whether a stream has the line: originals that nobody looks at yet wait for its end.
    pub(super) fn busy(&self) -> bool {
        self.stream.is_some()
    }

    /// The network or the token is back.
    pub(super) fn call_again(&mut self) {
        self.failures = 0;
        self.retry_at_ms = 0.0;
    }
}

impl Session {
    /// Begins a stream where one helps, and leaves one that has become the wrong one. Says when to look again.
    pub(super) fn sketch(&mut self, now_ms: f64) -> f64 {
        let never = f64::INFINITY;
        let Some(view) = self.viewports.get(self.active) else { return never };
        let (Some(ix), Some(position), Some(key)) = (view.series, view.position, self.asked(view)) else {
            return never;
        };
        let velocity = view.velocity_at(now_ms);
        if let Some(stream) = &self.sketches.stream {
            let back = stream.left.iter().position(|k| *k == key);
            if stream.series == ix && back.is_none_or(|back| back < FAR_BACK) {
                return never;
            }
            self.end_sketches();
            self.out.push(Effect::AbortFramePreviews);
        }
        let Some(series) = self.of(ix).filter(|series| series.video(key).is_none()) else { return never };
        // The first original has the line to itself; from then on it is known what the line can bear.
        let settled = self.cache.state(key) != FrameState::Absent || !series.sketched.is_empty();
        let each_ms = self.cache.line_takes_ms(series.frame_bytes).unwrap_or(0.0);
        let long = each_ms > BRIEF_MS && each_ms * f64::from(series.count()) > LONG_MS;
        let worthwhile = series.frame_bytes >= WORTHWHILE_BYTES && long;
        let reachable = self.online && !self.renewing && self.in_front;
        if !(settled && worthwhile && reachable) || self.sketches.failures >= MOST_FAILURES {
            return never;
        }
        let positions = std::iter::once(position).chain(outward(position, series.count(), velocity, false));
        let left: Vec<FrameKey> = positions
            .filter_map(|at| series.key_at(at))
            .filter(|key| series.sketched.get(key).is_none() && self.cache.state(*key) == FrameState::Absent)
            .take(AT_ONCE)
            .collect();
        if left.is_empty() {
            return never;
        }
        if self.sketches.retry_at_ms > now_ms {
            return self.sketches.retry_at_ms;
        }
        self.sketches.begun += 1;
        self.out.push(Effect::FetchFramePreviews { stream: self.sketches.begun, keys: left.clone() });
        self.sketches.stream = Some(Stream { series: ix, left });
        self.moved = true;
        never
    }

    fn end_sketches(&mut self) -> Option<Stream> {
        self.moved = true;
        self.sketches.stream.take()
    }

    /// A frame's preview is in the platform's hands.
    pub(super) fn sketched(&mut self, key: FrameKey) {
        if let Some(stream) = &mut self.sketches.stream {
            stream.left.retain(|k| *k != key);
        }
        let Some(series) = self.of_mut(key.series) else { return };
        series.sketched.insert(key, true);
        for at in 0..self.viewports.len() {
            if self.asked(&self.viewports[at]) == Some(key) {
                self.repaint |= 1 << at;
            }
        }
    }

    /// A stream has ended. What it left out cannot be drawn by the gateway, and is not asked for again.
    pub(super) fn sketches_ended(&mut self, stream: u32, result: Result<(), Failure>, now_ms: f64) {
        if stream != self.sketches.begun {
            return;
        }
        let Some(Stream { series, left }) = self.end_sketches() else { return };
        match result {
            Ok(()) => {
                self.sketches.failures = 0;
                if let Some(series) = self.of_mut(series) {
                    for key in left {
                        series.sketched.insert(key, false);
                    }
                }
            }
            Err(failure) => {
                let sketches = &mut self.sketches;
                sketches.failures = if failure.retryable() { sketches.failures + 1 } else { MOST_FAILURES };
                sketches.retry_at_ms = now_ms + RETRY_MS * f64::from(1u32 << sketches.failures);
            }
        }
    }

    /// Whether a frame's preview can be drawn.
    pub(super) fn has_sketch(&self, key: FrameKey) -> bool {
        self.of(key.series).and_then(|series| series.sketched.get(&key)).is_some_and(|here| *here)
    }

    /// The frame whose preview a viewport shows, as its original will be drawn. None where the two would not stand in the same
    /// place, or the window is not known before all samples are.
    pub fn awaited(&self, viewport: ViewportIx) -> Option<Drawn<FrameKey>> {
        let view = self.viewports.get(viewport)?;
        if !matches!(self.picture_of(view), Picture::Preview(_) | Picture::FramePreview(_)) {
            return None;
        }
        let drawn = self.drawn_frame(view, self.asked(view)?)?;
        let display = self.display(drawn.state, drawn.key)?;
        let window = view.voi.is_some() || !display.windows.is_empty() || !display.voi_luts.is_empty();
        (drawn.state.is_none() && (drawn.voi.is_none() || window)).then_some(drawn)
    }

    /// From when on a viewport's neighbours are fetched, where the line is so weak that a neighbour that is not looked at
    /// is a loss: previews are there to turn through, and whoever has looked at a slice for as long as it takes to bring it
    /// and another one will look that long again.
    pub(super) fn settles_ms(&self, view: &Viewport) -> f64 {
        let weak = || {
            let series = self.of(view.series?)?;
            // A film that plays needs what comes next, however its reader came to it.
            let key = self.asked(view).filter(|key| self.has_sketch(*key) && !view.cine.playing)?;
            let each_ms = self.cache.line_takes_ms(series.frame_bytes)?;
            (self.cache.line_is_slow(series.frame_bytes) && series.video(key).is_none()).then_some(each_ms)
        };
        weak().map_or(f64::NEG_INFINITY, |each_ms| view.moved_at_ms + PAUSE_MS + 2.0 * each_ms)
    }

    /// Whether a slice is only passed on the way to another: its preview is on screen, and before its original could come
    /// the reader would be elsewhere. What is broken off has been paid for all the same.
    pub(super) fn passes(&self, view: &Viewport, key: FrameKey, now_ms: f64) -> bool {
        view.turns_at(now_ms)
            && self.has_sketch(key)
            && self.cache.state(key) == FrameState::Absent
            && self.of(key.series).is_some_and(|series| self.cache.line_is_slow(series.frame_bytes))
    }

    /// Whether the line has better to do than to bring what can be done without: frames of what is looked at take long.
    pub fn line_is_weak(&self) -> bool {
        let series = self.viewports.get(self.active).and_then(|view| self.of(view.series?));
        self.sketches.busy() || series.is_some_and(|series| self.cache.line_is_slow(series.frame_bytes))
    }

    /// The frame of a series that has these names; `frame` counts from 1. None before the metadata is here.
    pub fn find(&self, series: SeriesIx, instance_uid: &str, frame: u32) -> Option<FrameKey> {
        let series = self.of(series)?;
        series.key_at(series.find(instance_uid, frame)?)
    }
}
