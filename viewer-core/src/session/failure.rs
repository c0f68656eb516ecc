//! Why something did not come, in kinds that the reader can be told about.

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

/// Why the film cannot be shown at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Closed {
    /// The address is not a link: no id, no key, or one of them is not 22 base64url characters.
    BadLink,
    /// No such film, or the key is not its key: the gateway does not say which.
    NotFound,
    /// Past its expiry.
    Expired,
    /// The hospital or the patient withdrew it.
    Revoked,
    /// Too many wrong passcodes.
    Locked,
    /// Too many attempts at once; wait this long.
    Busy {
        /// From Retry-After.
        retry_after_secs: u32,
    },
    /// No answer from the gateway.
    Unreachable,
    /// The gateway answered, but the archive behind it did not.
    UpstreamDown,
    /// The gateway failed.
    ServerError,
    /// Page and gateway are of different versions: reload.
    VersionMismatch,
    /// Not HTTPS: the browser withholds its cryptography.
    InsecureContext,
    /// This browser lacks something that nothing can stand in for.
    Unsupported,
    /// The film holds no series with pictures and no report.
    EmptyFilm,
    /// The reader closed it, or cleared this device.
    Left,
}

impl Closed {
    /// Short code without any identifier, to read out on the telephone.
    pub const fn code(self) -> &'static str {
        match self {
            Self::BadLink => "LB-400",
            Self::NotFound => "LB-404",
            Self::Expired => "LB-410E",
            Self::Revoked => "LB-410R",
            Self::Locked => "LB-410L",
            Self::Busy { .. } => "LB-429",
            Self::Unreachable => "LB-N01",
            Self::UpstreamDown => "LB-502",
            Self::ServerError => "LB-500",
            Self::VersionMismatch => "LB-426",
            Self::InsecureContext => "LB-B01",
            Self::Unsupported => "LB-B02",
            Self::EmptyFilm => "LB-204",
            Self::Left => "LB-000",
        }
    }

    /// Whether "try again" can help on this page.
    pub const fn retryable(self) -> bool {
        matches!(
            self,
            Self::Busy { .. }
                | Self::Unreachable
                | Self::UpstreamDown
                | Self::ServerError
                | Self::VersionMismatch
                | Self::Left
        )
    }
}
