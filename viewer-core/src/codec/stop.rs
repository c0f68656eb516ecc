//! Giving a decode up from outside.

/// Asked every few milliseconds whether the frame is still wanted.
pub trait Stop {
    /// Whether to give up now; once true it should stay true.
    fn stopped(&self) -> bool;
}

/// Never stops.
#[derive(Debug, Clone, Copy, Default)]
pub struct NeverStop;

impl Stop for NeverStop {
    fn stopped(&self) -> bool {
        false
    }
}

impl<F: Fn() -> bool> Stop for F {
    fn stopped(&self) -> bool {
        self()
    }
}
