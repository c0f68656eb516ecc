//! Why something did not come, in kinds that a reader can be told about.

/// Why a frame, a preview or a series is missing. The words are the interface's; the code is read out on the telephone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Failure {
    /// No answer: offline, DNS, TLS, time-out.
    Network,
    /// The gateway or the archive behind it answered with an error (5xx, 429).
    Server,
    /// The token reaches this film but not this object (403).
    Denied,
    /// The object is not there (404).
    Missing,
    /// The bytes do not say what their header says, or break off.
    Damaged,
    /// A transfer syntax or pixel format that this viewer does not read.
    Unsupported,
    /// Larger than the limits for this device.
    TooLarge,
    /// The device had no memory left for it.
    Memory,
    /// The decoder died on it, or did not come back in time.
    Decoder,
}

impl Failure {
    /// Short code without any identifier.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Network => "LB-N01",
            Self::Server => "LB-N02",
            Self::Denied => "LB-N03",
            Self::Missing => "LB-N04",
            Self::Damaged => "LB-P01",
            Self::Unsupported => "LB-P02",
            Self::TooLarge => "LB-P03",
            Self::Memory => "LB-P04",
            Self::Decoder => "LB-P05",
        }
    }

    /// Whether the same request may succeed later. A failure that is not is final: the frame is marked bad.
    pub const fn retryable(self) -> bool {
        matches!(self, Self::Network | Self::Server | Self::Memory | Self::Decoder)
    }
}
