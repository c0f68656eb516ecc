//! Cine: keeps the rate, leaves out what is not ready.

use super::viewport_view::Cine;

/// Rate where the file gives none.
const USUAL_FPS: f64 = 10.0;

/// One viewport's player.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Player {
    pub(super) playing: bool,
    /// The reader's rate.
    pub(super) fps: Option<f64>,
    /// When the frame on screen was due.
    pub(super) since_ms: f64,
    /// Frames left out in this run.
    pub(super) skipped: u32,
}

impl Player {
    /// Starts or stops.
    pub(super) fn toggle(&mut self, now_ms: f64) {
        self.playing = !self.playing;
        self.since_ms = now_ms;
        self.skipped = 0;
    }

    /// Rate in force; `frame_time_ms` is the file's.
    pub(super) fn rate(&self, frame_time_ms: Option<f64>) -> f64 {
        let file = frame_time_ms.filter(|t| t.is_finite() && *t > 0.0).map(|t| 1000.0 / t);
        self.fps.or(file).unwrap_or(USUAL_FPS).clamp(1.0, 60.0)
    }

    /// When the next frame is due.
    pub(super) fn due_ms(&self, frame_time_ms: Option<f64>) -> f64 {
        self.since_ms + 1000.0 / self.rate(frame_time_ms)
    }

    /// Where to go at `now_ms` from `position` of `count`. `ready` says whether a position can be drawn. The latest one
    /// that is due and ready is taken; none ready: stay, and be later still next time.
    pub(super) fn advance(
        &mut self,
        now_ms: f64,
        frame_time_ms: Option<f64>,
        position: u32,
        count: u32,
        ready: impl Fn(u32) -> bool,
    ) -> Option<u32> {
        let interval = 1000.0 / self.rate(frame_time_ms);
        // A frame a quarter of a millisecond early is on time: animation frames do not come on the dot.
        let steps = ((now_ms - self.since_ms + 0.25) / interval).floor();
        if !self.playing || count < 2 || steps < 1.0 {
            return None;
        }
        let steps = (steps as u32).min(count - 1);
        let taken = (1..=steps).rev().find(|step| ready((position + step) % count))?;
        self.skipped = self.skipped.saturating_add(taken - 1);
        self.since_ms += interval * f64::from(taken);
        // Held up for longer than one round: time begins anew.
        if now_ms - self.since_ms > interval * f64::from(count) {
            self.since_ms = now_ms;
        }
        Some((position + taken) % count)
    }

    pub(super) fn view(&self, frame_time_ms: Option<f64>) -> Cine {
        Cine { playing: self.playing, fps: self.rate(frame_time_ms), skipped: self.skipped }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_keeps_time_and_leaves_out_what_is_not_ready() {
        let mut player = Player { fps: Some(10.0), ..Player::default() };
        player.toggle(1000.0);
        assert_eq!(player.advance(1050.0, None, 0, 5, |_| true), None);
        assert_eq!(player.advance(1100.0, None, 0, 5, |_| true), Some(1));
        assert_eq!(player.advance(1200.0, None, 1, 5, |p| p != 2), None);
        assert_eq!(player.advance(1300.0, None, 1, 5, |p| p != 2), Some(3));
        assert_eq!(player.skipped, 1);
        assert_eq!(player.advance(1500.0, None, 3, 5, |_| true), Some(0), "two are due, and it goes round");
    }

    #[test]
    fn a_long_halt_does_not_end_in_a_rush() {
        let mut player = Player { fps: Some(10.0), ..Player::default() };
        player.toggle(0.0);
        assert_eq!(player.advance(60_000.0, None, 0, 5, |_| false), None);
        assert_eq!(player.advance(60_000.0, None, 0, 5, |p| p == 2), Some(2));
        assert_eq!(player.advance(60_050.0, None, 2, 5, |_| true), None);
    }

    #[test]
    fn rates_come_from_the_reader_then_the_file() {
        let mut player = Player::default();
        assert_eq!(player.rate(Some(40.0)), 25.0);
        assert_eq!(player.rate(Some(0.0)), USUAL_FPS);
        assert_eq!(player.rate(Some(1.0)), 60.0);
        player.fps = Some(0.0);
        assert_eq!(player.rate(Some(40.0)), 1.0);
    }
}
