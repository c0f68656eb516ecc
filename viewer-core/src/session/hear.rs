//! What the platform tells: opening, closing, what arrives and what does not.

use super::closed::Closed;
use super::effect::Effect;
use super::event::{CpuReason, Event, Renderer};
use super::film::Film;
use super::model::Session;
use super::series::Series;
use super::sketches::Sketches;
use super::states::States;
use super::view::{Layout, Notice, PreviewState, Screen, SeriesState};
use super::viewport::{Viewport, Wish};
use super::viewport_view::Picture;
use crate::cache::{Failure, Governor, SeriesIx, Source};
use crate::dicom::header::InstanceHeader;
use film_link::manifest::Manifest;

/// Pause before a token is asked for again.
const RENEW_PAUSE_MS: f64 = 5000.0;
/// Longer side of a preview that came unasked.
const BOOT_PREVIEW_PX: u16 = 768;

impl Session {
    pub(super) fn hear(&mut self, event: Event, now_ms: f64) {
        match event {
            Event::Start { place, device, may_have } => {
                if !std::mem::replace(&mut self.started, true) {
                    self.place = place;
                    self.device = device;
                    self.may_have = may_have;
                    self.governor = Governor::new(&device.means);
                    self.cache = self.new_cache();
                    self.out.push(Effect::OpenFilm { passcode: None });
                }
            }
            Event::Opened { manifest, source } => self.opened(*manifest, source),
            Event::PasscodeNeeded { remaining } => {
                self.renewing = false;
                let wrong = matches!(self.screen, Screen::Passcode { busy: true, .. });
                self.screen = Screen::Passcode { remaining: Some(remaining), wrong, busy: false };
            }
            Event::Closed(reason) => self.closed(reason, now_ms),
            Event::TokenExpired => {
                if self.film.is_some() && !std::mem::replace(&mut self.renewing, true) {
                    self.out.push(Effect::RenewToken);
                }
            }
            Event::TokenRenewed => {
                self.renewing = false;
                self.call_again();
            }
            Event::Metadata { series, result } => self.metadata(series, result, now_ms),
            Event::Preview { series, result } => {
                if self.film.is_none() {
                    self.early.push((series, result));
                } else {
                    self.preview(series, result);
                }
            }
            Event::FramePreview { key } => self.sketched(key),
            Event::FramePreviewsEnded { stream, result } => self.sketches_ended(stream, result, now_ms),
            Event::States { study, result } => self.states.arrived(study, result),
            Event::StateApplied { state, key, look } => {
                self.states.applied(state, key, look.map(|look| *look))
            }
            Event::FrameArrived { request, key, source, bytes, ms } => {
                self.cache.arrived(request, key, source, bytes, f64::from(ms));
                self.judge_line(key.series);
            }
            Event::FrameFailed { request, key, failure } => self.cache.failed(request, key, failure, now_ms),
            Event::Decoded { request, key, bytes, range, worth } => {
                self.cache.decoded(request, key, bytes);
                if let Some(series) = self.of_mut(key.series) {
                    series.take_range(key, range);
                    series.judge(key, worth);
                }
            }
            Event::DecodeFailed { request, key, failure } => {
                self.cache.decode_failed(request, key, failure, now_ms);
            }
            Event::WorkerLost { requests } => self.cache.worker_lost(&requests, now_ms),
            Event::DecodersGrew { bytes } => {
                self.governor.set_decoders(bytes);
                self.share_out();
            }
            Event::MemoryShort => {
                self.governor.press();
                self.share_out();
            }
            Event::StoreListed { series, frames } => {
                for (key, bytes) in frames {
                    self.cache.stored(key, bytes);
                }
                if let Some(series) = self.of_mut(series) {
                    series.listed = true;
                }
                self.moved = true;
            }
            Event::Stored { key, bytes } => self.cache.stored(key, bytes),
            Event::StoreFailed(failure) => self.store_failed(failure),
            Event::StoreOpened { usable, keeps } => self.store_opened(usable, keeps),
            Event::RendererChanged(renderer) => {
                // One that has failed its test has drawn nothing that was on screen: nobody has to know.
                if renderer == Renderer::Cpu(CpuReason::ContextLost) {
                    self.notice(Notice::GpuLost);
                }
                self.renderer = renderer;
                self.repaint = u16::MAX;
                self.governor.set_gpu(!matches!(renderer, Renderer::Cpu(_)));
                self.share_out();
            }
            Event::ContextLost => self.repaint = u16::MAX,
            Event::Visibility(in_front) => {
                self.in_front = in_front;
                self.moved = true;
                for view in &mut self.viewports {
                    view.cine.since_ms = now_ms;
                }
                if in_front {
                    self.repaint = u16::MAX;
                } else {
                    self.rest_memory(now_ms);
                }
            }
            Event::Online(online) => {
                self.online = online;
                if online {
                    self.notices.retain(|n| *n != Notice::Offline);
                    if self.screen == Screen::Closed(Closed::Unreachable) {
                        self.reopen();
                    }
                    self.call_again();
                } else {
                    self.notice(Notice::Offline);
                }
            }
            Event::Tick => self.tick_ms = f64::INFINITY,
            Event::Reader(_) => {}
        }
    }

    fn opened(&mut self, manifest: Manifest, source: Source) {
        self.renewing = false;
        match source {
            Source::Disk => self.notice(Notice::FromThisDevice),
            Source::Network => self.notices.retain(|n| *n != Notice::FromThisDevice),
        }
        // The same film again, after a passcode or with the gateway back: nothing on screen changes.
        if self.film.as_ref().is_some_and(|film| *film.manifest() == manifest) {
            self.screen = Screen::Film;
            return self.call_again();
        }
        if self.film.is_some() {
            self.place = self.place_now();
            self.drop_all();
        }
        let film = Film::new(manifest);
        let words = |m: &Manifest| !m.labs.is_empty() || m.studies.iter().any(|s| !s.reports.is_empty());
        if film.series_count() == 0 && !words(film.manifest()) {
            return self.close(Closed::EmptyFilm);
        }
        self.series = film.series().map(|(_, _, entry)| Series::new(entry)).collect();
        self.film = Some(film);
        self.screen = Screen::Film;
        for (series, result) in std::mem::take(&mut self.early) {
            self.preview(series, result);
        }
        self.restore();
    }

    /// Goes to the place that the address named, as far as the film has it.
    fn restore(&mut self) {
        let place = std::mem::take(&mut self.place);
        self.layout = place.layout.unwrap_or(Layout { rows: 1, columns: 1 });
        self.page = place.page;
        self.viewports.resize_with(self.layout.count(), Viewport::new);
        let count = self.series.len();
        let mut lost = false;
        for (view, place) in self.viewports.iter_mut().zip(&place.views) {
            view.restore(place);
            if view.series.is_some_and(|s| usize::from(s.0) >= count) {
                lost = true;
                view.show(None, Wish::KeyFrame);
            }
        }
        self.active = place.active.min(self.viewports.len() - 1);
        if self.viewports.iter().all(|v| v.series.is_none()) && count > 0 {
            // Without a series the rest of the place (a window, a zoom) still means the first one.
            if let Some(first) = self.viewports.first_mut() {
                first.series = Some(SeriesIx(0));
            }
        }
        if lost {
            self.notice(Notice::PlaceNotHere);
        }
        self.fragment = self.place_now().format();
        self.moved = true;
    }

    /// A gateway that does not answer takes nothing from a film that is open: it is asked again. Every other reason closes it.
    fn closed(&mut self, reason: Closed, now_ms: f64) {
        let pause_ms = match reason {
            Closed::Unreachable | Closed::UpstreamDown | Closed::ServerError => RENEW_PAUSE_MS,
            Closed::Busy { retry_after_secs } => f64::from(retry_after_secs) * 1000.0,
            _ => return self.close(reason),
        };
        if self.film.is_none() {
            return self.close(reason);
        }
        self.renewing = true;
        self.renew_due_ms = now_ms + pause_ms;
    }

    fn close(&mut self, reason: Closed) {
        self.drop_all();
        self.screen = Screen::Closed(reason);
        self.clear_if_gone();
    }

    /// Forgets the film and all that belongs to it; requests under way become late ones.
    pub(super) fn drop_all(&mut self) {
        self.out.push(Effect::DropAll);
        self.film = None;
        self.series.clear();
        self.early.clear();
        self.states = States::default();
        self.sketches = Sketches::default();
        self.notices.clear();
        self.cache.forget_all();
        self.keep = false;
        self.renewing = false;
        self.renew_due_ms = f64::INFINITY;
        for view in &mut self.viewports {
            view.show(None, Wish::KeyFrame);
            view.painted = Picture::Empty;
        }
    }

    fn metadata(&mut self, ix: SeriesIx, result: Result<Vec<InstanceHeader>, Failure>, now_ms: f64) {
        let Some(film) = self.film.clone() else { return };
        let Some((_, entry)) = film.entry(ix) else { return };
        let counted = self.online && !self.renewing;
        let store = self.store;
        let listed = if self.store_known { !store } else { !self.may_have };
        let Some(series) = self.of_mut(ix).filter(|s| s.state == SeriesState::Loading) else { return };
        match result {
            Ok(headers) if headers.iter().any(|h| h.pixels.frames > 0) => {
                series.take_headers(ix, headers, entry);
                series.listed = listed;
                if store {
                    self.out.push(Effect::ListStore { series: ix });
                }
                for viewport in 0..self.viewports.len() {
                    if self.viewports[viewport].series == Some(ix) {
                        self.settle_position(viewport);
                    }
                }
            }
            Ok(_) => series.metadata_failed(Failure::Missing, true, now_ms),
            Err(failure) => series.metadata_failed(failure, counted, now_ms),
        }
    }

    fn preview(&mut self, ix: SeriesIx, result: Result<(), Failure>) {
        let Some(series) = self.of_mut(ix) else { return };
        series.preview_busy = false;
        // The boot script's is made for the whole screen.
        series.preview_px = if series.preview_px == 0 { BOOT_PREVIEW_PX } else { series.preview_px };
        match result {
            Ok(()) => {
                series.preview = PreviewState::Ready;
                for view in self.viewports.iter().enumerate().filter(|(_, v)| v.series == Some(ix)) {
                    self.repaint |= 1 << view.0;
                }
            }
            Err(failure) if series.preview != PreviewState::Ready => {
                series.preview = PreviewState::Failed(failure);
            }
            Err(_) => {}
        }
    }

    /// Asks for the film once more.
    pub(super) fn reopen(&mut self) {
        self.screen = Screen::Opening;
        self.out.push(Effect::OpenFilm { passcode: None });
    }

    /// The network or the token is back: what failed for want of it is asked for again.
    pub(super) fn call_again(&mut self) {
        self.states.call_again();
        self.sketches.call_again();
        for series in &mut self.series {
            if matches!(series.state, SeriesState::Failed(failure) if failure.retryable()) {
                series.state = SeriesState::NotOpened;
                series.attempts = 0;
                series.retry_at_ms = 0.0;
            }
            if matches!(series.preview, PreviewState::Failed(failure) if failure.retryable()) {
                series.preview = PreviewState::None;
            }
        }
        self.moved = true;
    }

    fn judge_line(&mut self, ix: SeriesIx) {
        let Some(bytes) = self.of(ix).map(|s| s.frame_bytes) else { return };
        if self.cache.line_is_slow(bytes) {
            self.notice(Notice::SlowLine);
        } else {
            self.notices.retain(|n| *n != Notice::SlowLine);
        }
    }
}
