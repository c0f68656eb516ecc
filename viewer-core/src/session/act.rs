//! What the reader does.

use super::action::{Action, Page, ViewportIx};
use super::closed::Closed;
use super::effect::Effect;
use super::model::Session;
use super::view::{Layout, Notice, Screen};
use super::viewport::{Viewport, Wish, usual};
use crate::cache::SeriesIx;
use crate::geometry::Fit;
use crate::lut::VoiChoice;
use film_link::manifest::ImageReference;

/// CSS pixels of a drag that double the window's width.
const DOUBLING: f64 = 160.0;

impl Session {
    pub(super) fn act(&mut self, action: Action, now_ms: f64) {
        match action {
            Action::EnterPasscode(passcode) => {
                if let Screen::Passcode { remaining, busy: false, .. } = self.screen {
                    self.screen = Screen::Passcode { remaining, wrong: false, busy: true };
                    self.out.push(Effect::OpenFilm { passcode: Some(passcode) });
                }
            }
            Action::Retry => self.retry(),
            Action::ShowSeries { viewport, series } => self.show(viewport, series, Wish::KeyFrame),
            Action::Scroll { viewport, delta } => self.scroll(viewport, delta, now_ms),
            Action::ScrollTo { viewport, position } => {
                let from = self.viewports.get(viewport).and_then(|v| v.position).unwrap_or(position);
                self.go(viewport, position);
                self.note_move(viewport, f64::from(position) - f64::from(from), now_ms);
            }
            Action::GoTo(image) => self.go_to(image),
            Action::Layout { rows, columns } => self.lay_out(rows, columns),
            Action::Activate(viewport) => {
                if viewport < self.viewports.len() {
                    self.active = viewport;
                    self.moved = true;
                }
            }
            Action::Tool(tool) => self.tool = tool,
            Action::Page(page) => self.page = page,
            Action::ThumbnailsInSight(series) => self.in_sight = Some(series),
            Action::Keep(on) => {
                self.keep = on && self.may_keep();
                self.moved = true;
                if self.store_known {
                    self.out.push(Effect::KeepWhole(self.keep));
                }
            }
            Action::Forget => self.forget_stored(),
            Action::Leave => self.leave(),
            Action::Dismiss(notice) => self.notices.retain(|n| *n != notice),
            Action::WindowDrag { viewport, dx, dy } => self.drag_window(viewport, dx, dy),
            Action::WindowSet { viewport, center, width } => {
                if center.is_finite() && width.is_finite() && width > 0.0 {
                    self.set_voi(viewport, VoiChoice::Window { center, width, function: usual(width) });
                }
            }
            Action::Preset { viewport, choice } => {
                let voi = self.viewports.get(viewport).and_then(|v| v.choices.get(choice)).map(|c| c.voi);
                if let Some(voi) = voi {
                    self.set_voi(viewport, voi);
                }
            }
            Action::Present { viewport, state } => self.present(viewport, state),
            Action::Marks(on) => self.marks = on,
            Action::NextWindow(viewport) => self.next_window(viewport),
            action => self.arrange(action, now_ms),
        }
    }

    /// Actions that only change how a viewport shows its picture.
    fn arrange(&mut self, action: Action, now_ms: f64) {
        let (Action::Pan { viewport, .. }
        | Action::Zoom { viewport, .. }
        | Action::CineRate { viewport, .. }
        | Action::Resize { viewport, .. }
        | Action::RotateRight(viewport)
        | Action::RotateLeft(viewport)
        | Action::FlipH(viewport)
        | Action::FlipV(viewport)
        | Action::Invert(viewport)
        | Action::Fit(viewport)
        | Action::ActualSize(viewport)
        | Action::Reset(viewport)
        | Action::CineToggle(viewport)) = action
        else {
            return;
        };
        let shape = self.shape(viewport);
        let Some(view) = self.viewports.get_mut(viewport) else { return };
        match action {
            Action::Pan { dx, dy, .. } => view.pan(dx, dy),
            Action::Zoom { factor, anchor, .. } => view.zoom(factor, anchor),
            Action::Resize { width, height, dpr, .. } => {
                view.resize(width, height, dpr);
                self.repaint |= 1 << viewport;
            }
            Action::RotateRight(_) => view.transform = view.transform.turned(1),
            Action::RotateLeft(_) => view.transform = view.transform.turned(-1),
            Action::FlipH(_) => view.transform = view.transform.mirrored(),
            Action::FlipV(_) => view.transform = view.transform.upside_down(),
            Action::Invert(_) => view.invert = !view.invert,
            Action::Fit(_) => view.fit(Fit::Contain),
            Action::ActualSize(_) => view.fit(Fit::OneToOne),
            Action::Reset(_) => {
                view.transform = Default::default();
                // A state frames its picture anew.
                view.framing = None;
                view.voi = None;
                view.invert = false;
            }
            Action::CineToggle(_) => {
                view.cine.toggle(now_ms);
                self.moved = true;
            }
            Action::CineRate { fps, .. } if fps.is_finite() => view.cine.fps = Some(fps.clamp(1.0, 60.0)),
            _ => {}
        }
        if let (Some(shape), Some(view)) = (shape, self.viewports.get_mut(viewport)) {
            view.hold_in_sight(shape);
        }
    }

    fn retry(&mut self) {
        match self.screen {
            Screen::Closed(reason) if reason.retryable() => {
                self.reopen();
            }
            Screen::Film => {
                self.cache.retry();
                for series in &mut self.series {
                    series.retry_at_ms = 0.0;
                    series.attempts = 0;
                }
                self.call_again();
            }
            _ => {}
        }
    }

    pub(super) fn show(&mut self, viewport: ViewportIx, series: SeriesIx, wish: Wish) {
        if self.of(series).is_none() {
            return;
        }
        let Some(view) = self.viewports.get_mut(viewport) else { return };
        view.show(Some(series), wish);
        self.active = viewport;
        self.moved = true;
        self.settle_position(viewport);
    }

    fn scroll(&mut self, viewport: ViewportIx, delta: i32, now_ms: f64) {
        let Some(view) = self.viewports.get(viewport) else { return };
        let Some(position) = view.position else { return };
        let to = (i64::from(position) + i64::from(delta)).clamp(0, i64::from(u32::MAX)) as u32;
        self.go(viewport, to);
        self.note_move(viewport, f64::from(delta), now_ms);
    }

    /// Goes to a position, at most the last. The reader's hand stops cine.
    pub(super) fn go(&mut self, viewport: ViewportIx, position: u32) {
        let last = self
            .viewports
            .get(viewport)
            .and_then(|v| self.of(v.series?))
            .and_then(|series| series.count().checked_sub(1));
        let Some(view) = self.viewports.get_mut(viewport) else { return };
        view.cine.playing = false;
        match last {
            Some(last) => view.position = Some(position.min(last)),
            None => view.wish = Wish::Position(position),
        }
        self.moved = true;
    }

    fn note_move(&mut self, viewport: ViewportIx, by: f64, now_ms: f64) {
        if let Some(view) = self.viewports.get_mut(viewport) {
            view.moved(by, now_ms);
        }
    }

    fn go_to(&mut self, image: ImageReference) {
        let Some(series) = self.film.as_ref().and_then(|f| f.find(&image.series_uid)) else {
            return self.notice(Notice::ImageNotHere);
        };
        self.page = Page::Images;
        let viewport = self.active;
        if self.viewports.get(viewport).and_then(|v| v.series) != Some(series) {
            return self.show(viewport, series, Wish::Image(image));
        }
        // The same series: window and zoom stay as they are.
        if let Some(view) = self.viewports.get_mut(viewport) {
            view.cine.playing = false;
            view.wish = Wish::Image(image);
        }
        self.settle_position(viewport);
    }

    fn lay_out(&mut self, rows: u8, columns: u8) {
        self.layout = Layout { rows: rows.clamp(1, 3), columns: columns.clamp(1, 3) };
        let count = self.layout.count();
        // What the reader looks at stays when the grid shrinks around it.
        if self.active >= count {
            self.viewports.swap(0, self.active);
            self.active = 0;
        }
        self.viewports.resize_with(count, Viewport::new);
        self.repaint = u16::MAX;
        self.moved = true;
    }

    fn set_voi(&mut self, viewport: ViewportIx, voi: VoiChoice) {
        if let Some(view) = self.viewports.get_mut(viewport) {
            view.voi = Some(voi);
        }
    }

    fn drag_window(&mut self, viewport: ViewportIx, dx: f64, dy: f64) {
        let Some(now) = self.viewports.get(viewport).and_then(|v| self.voi_now(v)) else { return };
        let Some((center, width)) = now.center_width() else { return };
        let function = match now {
            VoiChoice::Window { function, .. } => function,
            _ => usual(width),
        };
        let least = if usual(0.0) == function { 1e-6 } else { 1.0 };
        let center = center + dy * width / DOUBLING / 2.0;
        let width = (width * (dx / DOUBLING).exp2()).clamp(least, 1e9);
        if center.is_finite() && width.is_finite() {
            self.set_voi(viewport, VoiChoice::Window { center, width, function });
        }
    }

    fn next_window(&mut self, viewport: ViewportIx) {
        let Some(view) = self.viewports.get(viewport) else { return };
        let now = self.voi_now(view);
        let at = view.choices.iter().position(|c| Some(c.voi) == now);
        let next = at.map_or(0, |at| (at + 1) % view.choices.len());
        self.act(Action::Preset { viewport, choice: next }, 0.0);
    }

    /// Leaves the film: the page goes back to an empty screen.
    fn leave(&mut self) {
        self.drop_all();
        self.screen = Screen::Closed(Closed::Left);
    }
}
