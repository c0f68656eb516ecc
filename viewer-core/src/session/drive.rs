//! What follows from the state after each event: requests, painting, the address, the next tick.

use super::effect::Effect;
use super::fragment::Place;
use super::model::Session;
use super::series::Series;
use super::view::{PreviewState, Screen, SeriesState};
use super::viewport::{PAUSE_MS, REST_MS};
use super::viewport_view::Picture;
use crate::cache::{Command, FrameKey, FrameState, SeriesIx};

/// Browsers allow about a hundred changes of the address in half a minute.
const FRAGMENT_PAUSE_MS: f64 = 500.0;
/// Longer side of a thumbnail, CSS pixels.
const THUMBNAIL_PX: f64 = 128.0;
/// Longer side of a preview, device pixels: about 40 KB of JPEG in between.
const PREVIEW_PX: (f64, f64) = (512.0, 1024.0);
/// Thumbnails on their way at once.
const THUMBNAILS_AT_ONCE: usize = 2;

impl Session {
    pub(super) fn drive(&mut self, now_ms: f64) {
        let mut wake = f64::INFINITY;
        if self.film.is_some() {
            wake = wake.min(self.renew(now_ms));
            wake = wake.min(self.play(now_ms)).min(self.rest(now_ms));
            wake = wake.min(self.open_series(now_ms)).min(self.sketch(now_ms));
        }
        self.cache.set_online(self.online && !self.renewing);
        if std::mem::take(&mut self.moved) {
            self.cache.declare(self.wants(now_ms));
        }
        let commands = self.cache.step(now_ms);
        self.out.extend(commands.into_iter().map(effect));
        wake = wake.min(self.cache.wake_ms());
        if self.film.is_some() {
            self.follow_states();
            self.paint();
            self.fetch_thumbnails();
            wake = wake.min(self.save_fragment(now_ms));
        }
        if wake.is_finite() && (wake - self.tick_ms).abs() > 0.5 {
            self.tick_ms = wake;
            self.out.push(Effect::NeedTick { at_ms: wake });
        }
    }

    /// Asks for a token again when the gateway did not answer.
    fn renew(&mut self, now_ms: f64) -> f64 {
        if now_ms >= self.renew_due_ms {
            self.renew_due_ms = f64::INFINITY;
            self.out.push(Effect::RenewToken);
        }
        self.renew_due_ms
    }

    /// Moves running cines on; says when the next frame is due.
    fn play(&mut self, now_ms: f64) -> f64 {
        let mut due = f64::INFINITY;
        if !self.in_front {
            return due;
        }
        for at in 0..self.viewports.len() {
            let view = &self.viewports[at];
            let mut cine = view.cine;
            let Some((series, position)) = view.series.and_then(|ix| self.of(ix)).zip(view.position) else {
                continue;
            };
            if !cine.playing {
                continue;
            }
            let time = frame_time(series, position);
            let ready =
                |p: u32| series.key_at(p).is_some_and(|key| self.cache.state(key) == FrameState::Decoded);
            let next = cine.advance(now_ms, time, position, series.count(), ready);
            // Nothing ready: whatever arrives calls here again; a look per interval keeps the count right.
            let interval = 1000.0 / cine.rate(time);
            let at_ms = cine.due_ms(time);
            due = due.min(if at_ms > now_ms { at_ms } else { now_ms + interval });
            let view = &mut self.viewports[at];
            view.cine = cine;
            if let Some(next) = next {
                view.position = Some(next);
                self.moved = true;
            }
        }
        due
    }

    /// Notices when a reader has come to rest: from then on both directions count alike. And when one has settled.
    fn rest(&mut self, now_ms: f64) -> f64 {
        let mut due = f64::INFINITY;
        for at in 0..self.viewports.len() {
            let settles_ms = self.settles_ms(&self.viewports[at]);
            let waits = settles_ms > now_ms;
            let waited = std::mem::replace(&mut self.viewports[at].unsettled, waits);
            self.moved |= waited && !waits;
            if waits {
                due = due.min(settles_ms);
            }
        }
        for view in self.viewports.iter_mut().filter(|v| v.velocity != 0.0) {
            if view.velocity_at(now_ms) == 0.0 {
                view.velocity = 0.0;
                self.moved = true;
            } else if view.turns_at(now_ms) {
                due = due.min(view.moved_at_ms + PAUSE_MS);
            } else {
                self.moved = true;
                due = due.min(view.moved_at_ms + REST_MS);
            }
        }
        due
    }

    /// Asks for the preview and the metadata of what is shown, and of what is to be kept. Says when to ask again.
    fn open_series(&mut self, now_ms: f64) -> f64 {
        let mut due = f64::INFINITY;
        let mut shown: Vec<(SeriesIx, f64)> = Vec::new();
        for (at, view) in self.viewports.iter().enumerate() {
            let screen = view.screen();
            let side = screen[0].max(screen[1]).clamp(PREVIEW_PX.0, PREVIEW_PX.1);
            if let Some(ix) = view.series {
                shown.insert(if at == self.active { 0 } else { shown.len() }, (ix, side));
            }
        }
        for (ix, side) in &shown {
            self.fetch_preview(*ix, *side);
            due = due.min(self.fetch_metadata(*ix, now_ms));
        }
        let loading = |s: &Series| s.state == SeriesState::Loading;
        if self.keep && !self.series.iter().any(loading) {
            let next = self.series.iter().position(|s| s.state == SeriesState::NotOpened);
            if let Some(next) = next {
                due = due.min(self.fetch_metadata(SeriesIx(next as u16), now_ms));
            }
        }
        due
    }

    fn fetch_metadata(&mut self, ix: SeriesIx, now_ms: f64) -> f64 {
        let reachable = self.online && !self.renewing;
        let Some(series) = self.of_mut(ix) else { return f64::INFINITY };
        match series.state {
            SeriesState::NotOpened => {}
            SeriesState::Failed(_) if reachable && series.retry_at_ms <= now_ms => {}
            SeriesState::Failed(_) if reachable => return series.retry_at_ms,
            _ => return f64::INFINITY,
        }
        series.state = SeriesState::Loading;
        self.out.push(Effect::FetchMetadata { series: ix });
        f64::INFINITY
    }

    /// Asks for a preview that fits `side` device pixels, unless one of at least half that size is here.
    fn fetch_preview(&mut self, ix: SeriesIx, side: f64) {
        let Some((_, entry)) = self.film.as_ref().and_then(|f| f.entry(ix)) else { return };
        let key = &entry.key_frame;
        let (rows, columns) = (f64::from(key.rows.max(1)), f64::from(key.columns.max(1)));
        // More pixels than the original has are no use.
        let side = side.min(rows.max(columns)).clamp(1.0, f64::from(u16::MAX));
        let scale = side / rows.max(columns);
        let fitted = |v: f64| (v * scale).round().clamp(1.0, f64::from(u16::MAX)) as u16;
        let (width, height) = (fitted(columns), fitted(rows));
        let original = self.of(ix).and_then(|s| s.key_at(s.key_position?));
        let drawn = original.is_some_and(|key| self.cache.state(key) == FrameState::Decoded);
        let Some(series) = self.of_mut(ix) else { return };
        let larger = f64::from(series.preview_px) * 2.0 < side && !drawn;
        match series.preview {
            PreviewState::None => series.preview = PreviewState::Loading,
            PreviewState::Ready if larger && !series.preview_busy => {}
            _ => return,
        }
        series.preview_busy = true;
        series.preview_px = side as u16;
        self.out.push(Effect::FetchPreview { series: ix, width, height });
    }

    /// Thumbnails of the other series: once an original is on screen, a few at a time.
    fn fetch_thumbnails(&mut self) {
        let settled =
            |p: &Picture| matches!(p, Picture::Frame(_) | Picture::Video(_) | Picture::Failed { .. });
        let calm = self.viewports.iter().any(|v| settled(&v.painted))
            || self.viewports.iter().all(|v| v.series.is_none());
        if !calm || !self.in_front || !self.online {
            return;
        }
        let mut busy = self.series.iter().filter(|s| s.preview_busy).count();
        let side = THUMBNAIL_PX * f64::from(self.device.dpr.clamp(1.0, 2.0));
        let all = || (0..self.series.len()).map(|ix| SeriesIx(ix as u16)).collect();
        let wanted: Vec<SeriesIx> = self.in_sight.clone().unwrap_or_else(all);
        for ix in wanted {
            if busy >= THUMBNAILS_AT_ONCE {
                return;
            }
            if self.of(ix).is_some_and(|s| s.preview == PreviewState::None) {
                self.fetch_preview(ix, side);
                busy += 1;
            }
        }
    }

    fn paint(&mut self) {
        for at in 0..self.viewports.len() {
            self.refresh_choices(at);
            let picture = self.picture(at);
            let view = &mut self.viewports[at];
            let again = self.repaint & (1 << at) != 0;
            if again || view.painted != picture {
                view.painted = picture;
                self.out.push(Effect::Paint { viewport: at });
            }
            if let Picture::Frame(drawn) = picture {
                view.last = Some(drawn.key);
            }
        }
        self.repaint = 0;
    }

    /// Where the reader is.
    pub(super) fn place_now(&self) -> Place {
        Place {
            layout: Some(self.layout),
            active: self.active,
            page: self.page,
            views: self.viewports.iter().enumerate().map(|(at, v)| v.place(self.shape(at))).collect(),
        }
    }

    /// The reader has done something: the address has to follow, but not at once.
    pub(super) fn touch_fragment(&mut self, now_ms: f64) {
        self.fragment_due_ms = self.fragment_due_ms.min(now_ms + FRAGMENT_PAUSE_MS);
    }

    fn save_fragment(&mut self, now_ms: f64) -> f64 {
        if now_ms >= self.fragment_due_ms && self.screen == Screen::Film {
            self.fragment_due_ms = f64::INFINITY;
            let fragment = self.place_now().format();
            if fragment != self.fragment {
                self.fragment.clone_from(&fragment);
                self.out.push(Effect::SaveFragment(fragment));
            }
        }
        self.fragment_due_ms
    }
}

/// Time of one frame in the file that a position belongs to.
pub(super) fn frame_time(series: &Series, position: u32) -> Option<f64> {
    let FrameKey { instance, .. } = series.key_at(position)?;
    series.headers.get(instance as usize)?.frame_time_ms
}

fn effect(command: Command) -> Effect {
    match command {
        Command::Fetch { request, key, with } => Effect::FetchFrame { request, key, with },
        Command::Read { request, key } => Effect::ReadStore { request, key },
        Command::Abort { request } => Effect::Abort { request },
        Command::Write { key } => Effect::WriteStore { key },
        Command::DropEncoded { key } => Effect::DropEncoded { key },
        Command::Decode { request, key } => Effect::Decode { request, key },
        Command::DropDecoded { key } => Effect::DropDecoded { key },
    }
}
