//! Why a film cannot be shown at all.

use film_link::ErrorCode;

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
    /// The reader closed it, or was away for long.
    Left,
}

impl Closed {
    /// Short code without any identifier, to read out on the telephone: the gateway's own where it has one.
    pub const fn code(self) -> &'static str {
        match self {
            Self::BadLink => ErrorCode::BadRequest.as_str(),
            Self::NotFound => ErrorCode::NotFound.as_str(),
            Self::Expired => ErrorCode::Expired.as_str(),
            Self::Revoked => ErrorCode::Revoked.as_str(),
            Self::Locked => ErrorCode::Locked.as_str(),
            Self::Busy { .. } => ErrorCode::TooMany.as_str(),
            Self::Unreachable => "LB-N01",
            Self::UpstreamDown => ErrorCode::Upstream.as_str(),
            Self::ServerError => ErrorCode::Internal.as_str(),
            Self::VersionMismatch => ErrorCode::Protocol.as_str(),
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
