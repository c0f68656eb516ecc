//! What is known of one frame.

use super::want::{Goal, Tier};
use super::{Failure, RequestId};

/// Rank of a frame that nobody wants.
pub(super) const UNWANTED: u32 = u32::MAX;

/// Work that is under way for a frame. `reserved` bytes are counted in the resource that the work will fill. `with` is the
/// first request of those that come in one answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Work {
    Idle,
    Fetching { request: RequestId, with: RequestId, reserved: u32, since_ms: f64 },
    Reading { request: RequestId, reserved: u32 },
    Decoding { request: RequestId, reserved: u32 },
}

impl Work {
    pub(super) fn request(&self) -> Option<RequestId> {
        match *self {
            Self::Idle => None,
            Self::Fetching { request, .. }
            | Self::Reading { request, .. }
            | Self::Decoding { request, .. } => Some(request),
        }
    }

    /// Bytes reserved among the encoded ones.
    pub(super) fn reserved_encoded(&self) -> u32 {
        match *self {
            Self::Fetching { reserved, .. } | Self::Reading { reserved, .. } => reserved,
            Self::Idle | Self::Decoding { .. } => 0,
        }
    }

    /// Bytes reserved among the decoded ones.
    pub(super) fn reserved_decoded(&self) -> u32 {
        match *self {
            Self::Decoding { reserved, .. } => reserved,
            _ => 0,
        }
    }
}

/// The copy on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Disk {
    No,
    Writing,
    Yes(u32),
}

/// Which memory is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Resource {
    Encoded,
    Decoded,
}

/// One frame.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    /// Place in the list of wants, or [`UNWANTED`].
    pub(super) rank: u32,
    pub(super) tier: Tier,
    pub(super) goal: Goal,
    /// Encoded bytes in memory.
    pub(super) encoded: Option<u32>,
    /// They came from disk.
    pub(super) from_disk: bool,
    /// Decoded bytes in memory.
    pub(super) decoded: Option<u32>,
    pub(super) disk: Disk,
    pub(super) work: Work,
    /// True encoded length, once seen; 0 before.
    pub(super) known: u32,
    /// Failed attempts since the last success.
    pub(super) attempts: u8,
    /// Not before this time.
    pub(super) retry_at_ms: f64,
    /// It cannot be had.
    pub(super) bad: Option<Failure>,
    /// When it was last wanted, on a counter.
    pub(super) used: u32,
}

impl Entry {
    pub(super) fn new() -> Self {
        Self {
            rank: UNWANTED,
            tier: Tier::Recent,
            goal: Goal::Stored,
            encoded: None,
            from_disk: false,
            decoded: None,
            disk: Disk::No,
            work: Work::Idle,
            known: 0,
            attempts: 0,
            retry_at_ms: 0.0,
            bad: None,
            used: 0,
        }
    }

    /// Bytes held or reserved in a resource.
    pub(super) fn weight(&self, resource: Resource) -> u64 {
        let (held, reserved) = match resource {
            Resource::Encoded => (self.encoded, self.work.reserved_encoded()),
            Resource::Decoded => (self.decoded, self.work.reserved_decoded()),
        };
        u64::from(held.unwrap_or(0)) + u64::from(reserved)
    }

    /// How dispensable what it has in a resource is: larger goes first.
    pub(super) fn dispensable(&self, resource: Resource) -> (Tier, u32) {
        let on_disk = matches!(self.disk, Disk::Yes(_));
        let wanted = match (self.goal, resource) {
            // Ready to draw, and cheap to have again.
            (_, Resource::Encoded) if on_disk && self.decoded.is_some() => false,
            (Goal::Decoded, _) | (Goal::Encoded, Resource::Encoded) => true,
            (Goal::Stored, Resource::Encoded) => !on_disk,
            (Goal::Encoded | Goal::Stored, Resource::Decoded) => false,
        };
        if self.rank != UNWANTED && wanted { (self.tier, self.rank) } else { (Tier::Recent, !self.used) }
    }
}
