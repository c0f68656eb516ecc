//! The heartbeat: at most one drawing and one new view per animation frame, and the session's ticks.

use std::cell::{Cell, RefCell};
use viewer_core::map::Map;
use viewer_core::session::{Event, Screen, ViewportIx};

use super::Runner;
use crate::platform::{boot, clock, device};

/// What the next animation frame has to do.
#[derive(Default)]
pub(super) struct Pulse {
    asked: Cell<bool>,
    view: Cell<bool>,
    paint: RefCell<Map<ViewportIx, ()>>,
    /// How long the last picture took to draw on the processor, ms.
    drawing_ms: Cell<f64>,
    tick_at_ms: Cell<Option<f64>>,
    /// Counts ticks that were asked for, so that a timer of an older one does nothing.
    tick_number: Cell<u32>,
}

/// From so long on, ms, a picture is drawn in a task before the animation frame that shows it: what the browser does in that
/// frame takes as long again, and a press or a touch in between is not to wait for both.
const SLOW_DRAWING_MS: f64 = 10.0;

impl Pulse {
    /// A viewport is painted now, and not in the next frame.
    pub(super) fn paints(&self, viewport: ViewportIx) {
        self.paint.borrow_mut().remove(&viewport);
    }

    /// Notes how long a picture took to draw on the processor.
    pub(super) fn drew(&self, ms: f64) {
        self.drawing_ms.set(ms);
    }
}

impl Runner {
    /// The view has to be made anew.
    pub(super) fn view_changed(&self) {
        self.0.pulse.view.set(true);
        self.ask_frame();
    }

    /// A viewport has to be painted.
    pub(super) fn paint_soon(&self, viewport: ViewportIx) {
        self.0.surfaces.borrow_mut().forget_ahead(viewport);
        self.0.pulse.paint.borrow_mut().insert(viewport, ());
        self.ask_frame();
    }

    /// The session wants a tick, in place of any earlier one.
    pub(super) fn tick_at(&self, at_ms: f64) {
        let pulse = &self.0.pulse;
        pulse.tick_at_ms.set(Some(at_ms));
        let number = pulse.tick_number.get().wrapping_add(1);
        pulse.tick_number.set(number);
        let wait = at_ms - clock::now_ms();
        // Animation frames do not come while the page is hidden; ticks still do.
        if wait <= 0.0 && !device::hidden() {
            return self.ask_frame();
        }
        let runner = self.clone();
        clock::after(wait.max(0.0), move || {
            if runner.0.pulse.tick_number.get() == number {
                runner.tick_if_due();
            }
        });
    }

    fn tick_if_due(&self) {
        let pulse = &self.0.pulse;
        // Timers may come a little early.
        if pulse.tick_at_ms.get().is_some_and(|at_ms| at_ms <= clock::now_ms() + 1.0) {
            pulse.tick_at_ms.set(None);
            self.send(Event::Tick);
        }
    }

    fn ask_frame(&self) {
        if self.0.pulse.asked.replace(true) {
            return;
        }
        let runner = self.clone();
        let pulse = &self.0.pulse;
        if pulse.drawing_ms.get() < SLOW_DRAWING_MS || pulse.paint.borrow().is_empty() {
            return clock::next_frame(move || runner.beat());
        }
        clock::after(0.0, move || {
            let viewports: Vec<ViewportIx> = runner.0.pulse.paint.borrow().keys().copied().collect();
            for viewport in viewports {
                runner.draw_ahead(viewport);
            }
            clock::next_frame(move || runner.beat());
        });
    }

    fn beat(&self) {
        let pulse = &self.0.pulse;
        pulse.asked.set(false);
        self.tick_if_due();
        let viewports = std::mem::take(&mut *pulse.paint.borrow_mut());
        for (viewport, ()) in viewports {
            self.paint(viewport);
        }
        if pulse.view.replace(false) {
            let view = self.view();
            // Over a film the shell goes with the first painting, unless it has nothing to show itself.
            match view.screen {
                Screen::Opening => {}
                Screen::Film if self.0.boot.has_preview() => {}
                _ => boot::hide_shell(),
            }
            (self.0.publish)(view);
        }
    }
}
