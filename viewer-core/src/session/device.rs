//! What the device can bear, told once at the start.

/// Measured by the platform before the session starts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Device {
    /// Memory that pixels may use, in bytes: encoded and decoded frames together. The platform chooses it
    /// (64–96 MiB on a phone, more at a desk); the core keeps within it.
    pub memory_bytes: u64,
    /// Logical processors; 1 where unknown.
    pub cores: u8,
    /// Device pixels per CSS pixel.
    pub dpr: f32,
    /// A finger rather than a mouse.
    pub coarse_pointer: bool,
    /// Frames can be kept on this device's disk; [`super::Effect::ListStore`] will be answered.
    pub store: bool,
    /// The reader has asked before to keep all of this film: it goes on where it was left.
    pub keeps: bool,
}

impl Default for Device {
    fn default() -> Self {
        Self { memory_bytes: 96 << 20, cores: 2, dpr: 1.0, coarse_pointer: false, store: false, keeps: false }
    }
}
