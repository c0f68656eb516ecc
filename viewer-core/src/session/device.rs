//! What the device can bear, told once at the start.

use crate::cache::Means;

/// Measured by the platform before the session starts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Device {
    /// What the tab's memory is reckoned from.
    pub means: Means,
    /// Logical processors; 1 where unknown.
    pub cores: u8,
    /// Device pixels per CSS pixel.
    pub dpr: f32,
    /// A finger rather than a mouse.
    pub coarse_pointer: bool,
}

impl Default for Device {
    fn default() -> Self {
        let means = Means { memory_gib: 0.0, phone: false, screen_pixels: 1440 * 900 };
        Self { means, cores: 2, dpr: 1.0, coarse_pointer: false }
    }
}
