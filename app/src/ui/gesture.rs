//! Fingers, mouse and wheel → what the reader means. Pure: positions and times in, actions out.

use viewer_core::session::{Action, Tool, ViewportIx};

/// Two taps closer than this in time and place are a double tap.
const DOUBLE_TAP_MS: f64 = 320.0;
const DOUBLE_TAP_PX: f64 = 24.0;

/// A drag over the whole height of a viewport goes through this part of a long stack at least: one thumb reaches all.
const DRAG_SHARE: f64 = 0.75;

/// A slice takes at least and at most so many pixels of a drag.
const SLICE_PX: (f64, f64) = (3.0, 28.0);

/// Wheel movement in pixels that is one slice, for wheels that report pixels in small steps.
const WHEEL_SLICE_PX: f64 = 60.0;

/// Which button is down, as the DOM numbers them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Button {
    /// Main button, finger or pen.
    Main,
    /// Wheel button.
    Middle,
    /// Secondary button.
    Secondary,
}

/// One pointer that is down.
#[derive(Debug, Clone, Copy)]
struct Finger {
    id: i32,
    at: [f64; 2],
    button: Button,
}

/// What a viewport is like at the moment.
#[derive(Debug, Clone, Copy)]
pub struct Ground {
    /// Which viewport.
    pub viewport: ViewportIx,
    /// What a drag does.
    pub tool: Tool,
    /// Height in CSS pixels.
    pub height: f64,
    /// Positions of the series.
    pub count: u32,
}

/// Follows the pointers over one viewport.
#[derive(Debug, Default)]
pub struct Gestures {
    fingers: Vec<Finger>,
    /// Part of a slice that a drag or a wheel has left over.
    rest: f64,
    /// When and where the last tap ended.
    tap: Option<(f64, [f64; 2])>,
    /// The pointers have moved since the first came down: not a tap.
    moved: bool,
}

impl Gestures {
    /// A pointer came down.
    pub fn down(&mut self, id: i32, at: [f64; 2], button: Button) {
        if self.fingers.is_empty() {
            self.moved = false;
            self.rest = 0.0;
        }
        self.fingers.retain(|finger| finger.id != id);
        if self.fingers.len() < 2 {
            self.fingers.push(Finger { id, at, button });
        }
    }

    /// A pointer moved.
    pub fn moved(&mut self, id: i32, at: [f64; 2], ground: Ground) -> Vec<Action> {
        let Some(index) = self.fingers.iter().position(|finger| finger.id == id) else { return Vec::new() };
        let before = self.fingers[index].at;
        let [dx, dy] = [at[0] - before[0], at[1] - before[1]];
        if dx == 0.0 && dy == 0.0 {
            return Vec::new();
        }
        self.moved |= dx.abs() + dy.abs() > 2.0;
        let viewport = ground.viewport;
        if let Some(other) = self.fingers.iter().find(|finger| finger.id != id).map(|finger| finger.at) {
            self.fingers[index].at = at;
            return two_fingers(before, at, other, viewport);
        }
        self.fingers[index].at = at;
        match (self.fingers[index].button, ground.tool) {
            (Button::Middle, _) | (Button::Main, Tool::Pan) => vec![Action::Pan { viewport, dx, dy }],
            (Button::Secondary, _) | (Button::Main, Tool::Window) => {
                vec![Action::WindowDrag { viewport, dx, dy }]
            }
            (Button::Main, Tool::Zoom) => {
                vec![Action::Zoom { viewport, factor: (-dy * 0.008).exp(), anchor: None }]
            }
            (Button::Main, Tool::Scroll) => {
                let step = slice_px(ground);
                self.slices(dy / step, viewport)
            }
        }
    }

    /// A pointer went up; a second tap close to the first fits the picture.
    pub fn up(&mut self, id: i32, at: [f64; 2], time_ms: f64, viewport: ViewportIx) -> Vec<Action> {
        let known = self.fingers.iter().any(|finger| finger.id == id);
        self.fingers.retain(|finger| finger.id != id);
        if !known || self.moved || !self.fingers.is_empty() {
            return Vec::new();
        }
        let near = |[x, y]: [f64; 2]| (x - at[0]).abs() + (y - at[1]).abs() < DOUBLE_TAP_PX;
        match self.tap.take() {
            Some((then, place)) if time_ms - then < DOUBLE_TAP_MS && near(place) => {
                vec![Action::Fit(viewport)]
            }
            _ => {
                self.tap = Some((time_ms, at));
                Vec::new()
            }
        }
    }

    /// The browser took the pointer away.
    pub fn cancelled(&mut self, id: i32) {
        self.fingers.retain(|finger| finger.id != id);
    }

    /// The wheel turned. `lines`: the browser counts lines, not pixels. With Ctrl (or a pinch on a touchpad) it zooms.
    pub fn wheel(
        &mut self,
        delta: f64,
        lines: bool,
        zoom: bool,
        at: [f64; 2],
        viewport: ViewportIx,
    ) -> Vec<Action> {
        if zoom {
            let factor = (-delta * if lines { 0.05 } else { 0.002 }).exp();
            return vec![Action::Zoom { viewport, factor, anchor: Some(at) }];
        }
        // A notched wheel reports 100 or 120 pixels, or 3 lines, a notch: one slice. A touchpad reports many small ones.
        let notches = if lines { delta / 3.0 } else { delta / WHEEL_SLICE_PX };
        if notches.abs() >= 1.0 {
            self.rest = 0.0;
            return vec![Action::Scroll { viewport, delta: notches.signum() as i32 }];
        }
        self.slices(notches, viewport)
    }

    fn slices(&mut self, by: f64, viewport: ViewportIx) -> Vec<Action> {
        self.rest += by;
        let delta = self.rest.trunc();
        self.rest -= delta;
        if delta == 0.0 { Vec::new() } else { vec![Action::Scroll { viewport, delta: delta as i32 }] }
    }
}

fn slice_px(ground: Ground) -> f64 {
    let share = ground.height * DRAG_SHARE / f64::from(ground.count.max(1));
    share.clamp(SLICE_PX.0, SLICE_PX.1)
}

/// One of two fingers moved: the middle pans, the distance zooms.
fn two_fingers(before: [f64; 2], at: [f64; 2], other: [f64; 2], viewport: ViewportIx) -> Vec<Action> {
    let distance = |a: [f64; 2]| (a[0] - other[0]).hypot(a[1] - other[1]).max(1.0);
    let middle = [(at[0] + other[0]) / 2.0, (at[1] + other[1]) / 2.0];
    vec![
        Action::Pan { viewport, dx: (at[0] - before[0]) / 2.0, dy: (at[1] - before[1]) / 2.0 },
        Action::Zoom { viewport, factor: distance(at) / distance(before), anchor: Some(middle) },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUND: Ground = Ground { viewport: 0, tool: Tool::Scroll, height: 480.0, count: 60 };

    #[test]
    fn a_drag_down_turns_slices_and_keeps_the_rest() {
        let mut gestures = Gestures::default();
        gestures.down(1, [10.0, 10.0], Button::Main);
        // 480 × 0.75 / 60 = 6 pixels a slice.
        assert!(gestures.moved(1, [10.0, 14.0], GROUND).is_empty());
        assert_eq!(gestures.moved(1, [10.0, 24.0], GROUND), [Action::Scroll { viewport: 0, delta: 2 }]);
        assert_eq!(gestures.moved(1, [10.0, 12.0], GROUND), [Action::Scroll { viewport: 0, delta: -1 }]);
    }

    #[test]
    fn the_secondary_button_windows_whatever_the_tool() {
        let mut gestures = Gestures::default();
        gestures.down(1, [0.0, 0.0], Button::Secondary);
        assert_eq!(
            gestures.moved(1, [5.0, -3.0], GROUND),
            [Action::WindowDrag { viewport: 0, dx: 5.0, dy: -3.0 }]
        );
    }

    #[test]
    fn two_fingers_zoom_about_their_middle() {
        let mut gestures = Gestures::default();
        gestures.down(1, [100.0, 100.0], Button::Main);
        gestures.down(2, [200.0, 100.0], Button::Main);
        let actions = gestures.moved(2, [300.0, 100.0], GROUND);
        assert_eq!(actions[0], Action::Pan { viewport: 0, dx: 50.0, dy: 0.0 });
        assert_eq!(actions[1], Action::Zoom { viewport: 0, factor: 2.0, anchor: Some([200.0, 100.0]) });
    }

    #[test]
    fn two_taps_fit_and_a_drag_is_no_tap() {
        let mut gestures = Gestures::default();
        let mut tap = |at: [f64; 2], time| {
            gestures.down(1, at, Button::Main);
            gestures.up(1, at, time, 0)
        };
        assert!(tap([50.0, 50.0], 0.0).is_empty());
        assert_eq!(tap([52.0, 50.0], 200.0), [Action::Fit(0)]);
        assert!(tap([52.0, 50.0], 2000.0).is_empty());
        assert!(tap([300.0, 50.0], 2100.0).is_empty());
    }

    #[test]
    fn a_notch_is_one_slice_and_a_touchpad_adds_up() {
        let mut gestures = Gestures::default();
        let scroll = |delta| vec![Action::Scroll { viewport: 0, delta }];
        assert_eq!(gestures.wheel(120.0, false, false, [0.0; 2], 0), scroll(1));
        assert_eq!(gestures.wheel(-3.0, true, false, [0.0; 2], 0), scroll(-1));
        assert!(gestures.wheel(40.0, false, false, [0.0; 2], 0).is_empty());
        assert_eq!(gestures.wheel(40.0, false, false, [0.0; 2], 0), scroll(1));
    }
}
