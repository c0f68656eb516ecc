//! Names of the things the core talks about: small, ordered, free to copy.

/// A series: its place in the manifest's series, study after study, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeriesIx(pub u16);

/// A frame of an open series. Says nothing of where the frame lies in space: that is its *position*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FrameKey {
    /// The series.
    pub series: SeriesIx,
    /// Index of the instance among the series' headers as they were delivered, from 0.
    pub instance: u32,
    /// Frame of the instance, counted from **0** (DICOM counts from 1).
    pub frame: u32,
}

/// Names one piece of work given to the platform. Never used twice: an answer that carries a number that
/// is not outstanding is late, and is ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u32);

/// Where encoded bytes came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The gateway.
    Network,
    /// This device's own store.
    Disk,
}
