//! What the view asks for.

use super::FrameKey;

/// How urgent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// On screen, or it should be.
    Visible,
    /// May be soon.
    Prefetch,
    /// Nobody asks; kept while there is room.
    Recent,
}

/// How far to take it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// Ready to draw.
    Decoded,
    /// Encoded bytes in memory.
    Encoded,
    /// Encoded bytes on disk.
    Stored,
}

/// One frame that is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Want {
    /// Which.
    pub key: FrameKey,
    /// `Visible` or `Prefetch`.
    pub tier: Tier,
    /// How far.
    pub goal: Goal,
    /// Encoded bytes, as far as they can be known before it is here.
    pub encoded: u32,
    /// Bytes of its samples, from its header.
    pub decoded: u32,
}
