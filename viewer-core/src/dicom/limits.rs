//! How much a stranger's bytes may make us allocate, read or nest.

/// Bounds checked before anything is allocated. The defaults are for a phone; native programs may widen them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Pixels of one frame (rows × columns).
    pub frame_pixels: u64,
    /// Bytes of one decoded frame.
    pub frame_bytes: u64,
    /// Frames of one instance.
    pub frames: u32,
    /// Bytes that a deflated data set may inflate to.
    pub inflated_bytes: u64,
    /// Depth of nested sequences.
    pub sequence_depth: u32,
    /// Elements of one data set, all levels together.
    pub elements: u32,
    /// Bytes of one element's value that is not pixel data.
    pub element_bytes: u64,
    /// Entries of one lookup table.
    pub lut_entries: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            frame_pixels: 64 << 20,
            frame_bytes: 256 << 20,
            frames: 100_000,
            inflated_bytes: 512 << 20,
            sequence_depth: 64,
            elements: 2_000_000,
            element_bytes: 128 << 20,
            lut_entries: 65_536,
        }
    }
}
