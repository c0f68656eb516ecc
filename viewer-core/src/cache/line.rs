//! How fast the line is, from what has come over it.

/// A frame that takes longer than this alone makes the line a weak one.
pub const SLOW_FRAME_MS: f64 = 400.0;
/// Weight of the newest measurement.
const NEWEST: f64 = 0.3;

/// Estimate of the line's rate.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Line {
    /// Bytes per millisecond, all downloads together; 0 before the first.
    rate: f64,
}

impl Line {
    /// Takes in a download of so many bytes in so many ms, while `together` of them shared the line.
    pub(super) fn measure(&mut self, bytes: u32, ms: f64, together: usize) {
        // Less than a millisecond is the clock's grain or the browser's cache, not the line.
        let sample = f64::from(bytes) * together.max(1) as f64 / ms.max(1.0);
        if sample.is_finite() {
            self.rate = if self.rate == 0.0 { sample } else { self.rate + (sample - self.rate) * NEWEST };
        }
    }

    /// Time that so many bytes take alone; endless before the first measurement.
    pub(super) fn expected_ms(&self, bytes: u32) -> f64 {
        f64::from(bytes) / self.rate
    }

    /// Whether the line is weak for frames of this size.
    pub(super) fn is_slow(&self, bytes: u32) -> bool {
        self.rate == 0.0 || self.expected_ms(bytes) > SLOW_FRAME_MS
    }

    /// Whether anything has been measured.
    pub(super) fn is_known(&self) -> bool {
        self.rate > 0.0
    }
}
