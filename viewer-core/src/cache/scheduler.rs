//! The scheduler: wants in, commands out.

use super::budget::Budget;
use super::entry::{Disk, Entry, Resource, UNWANTED, Work};
use super::line::Line;
use super::want::{Tier, Want};
use super::{Failure, FrameKey, RequestId, SeriesIx};
use crate::map::Map;

/// What the platform is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Command {
    /// Get it from the gateway. Those of one series that name the same request `with` come in one answer, in their order.
    Fetch { request: RequestId, key: FrameKey, with: RequestId },
    /// Get it from disk.
    Read { request: RequestId, key: FrameKey },
    /// Stop a fetch or a read.
    Abort { request: RequestId },
    /// Copy it to disk.
    Write { key: FrameKey },
    /// Free its encoded bytes.
    DropEncoded { key: FrameKey },
    /// Decode it.
    Decode { request: RequestId, key: FrameKey },
    /// Free its samples.
    DropDecoded { key: FrameKey },
}

/// Where a frame stands, for those who show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrameState {
    /// Not here; perhaps on its way.
    Absent,
    /// Its bytes are here, in memory or on disk.
    Arrived,
    /// Ready to draw.
    Decoded,
    /// It cannot be had.
    Bad(Failure),
}

/// How a series stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Frames whose encoded bytes are in memory or on disk.
    pub arrived: u32,
    /// Frames whose samples are in memory.
    pub decoded: u32,
    /// Frames that cannot be had.
    pub bad: u32,
    /// Frames on disk.
    pub stored: u32,
    /// Bytes of those.
    pub stored_bytes: u64,
}

/// See the room's `README.md`.
#[derive(Debug)]
pub struct Scheduler {
    pub(super) budget: Budget,
    pub(super) entries: Map<FrameKey, Entry>,
    pub(super) requests: Map<RequestId, FrameKey>,
    pub(super) out: Vec<Command>,
    pub(super) line: Line,
    /// Held and reserved bytes.
    pub(super) encoded_bytes: u64,
    pub(super) decoded_bytes: u64,
    pub(super) wants: Vec<Want>,
    pub(super) next_request: u32,
    clock: u32,
    online: bool,
    store: bool,
    pub(super) wake_ms: f64,
}

impl Scheduler {
    /// Nothing here, nothing wanted.
    pub fn new(budget: Budget) -> Self {
        Self {
            budget,
            entries: Map::new(),
            requests: Map::new(),
            out: Vec::new(),
            line: Line::default(),
            encoded_bytes: 0,
            decoded_bytes: 0,
            wants: Vec::new(),
            next_request: 0,
            clock: 0,
            online: true,
            store: false,
            wake_ms: f64::INFINITY,
        }
    }

    /// The limits in force.
    pub fn budget(&self) -> &Budget {
        &self.budget
    }

    /// Sets other limits. What no longer fits is dropped, the least urgent first.
    pub fn set_budget(&mut self, budget: Budget) {
        self.budget = budget;
        self.trim(Resource::Encoded);
        self.trim(Resource::Decoded);
    }

    /// Nobody looks: gives back what can be had again without the network, and what is not on screen.
    pub fn rest(&mut self) {
        let keys: Vec<FrameKey> = self.entries.keys().copied().collect();
        for key in keys {
            let Some(entry) = self.entries.get(&key) else { continue };
            let at_hand = matches!(entry.disk, Disk::Yes(_)) && !matches!(entry.work, Work::Decoding { .. });
            if entry.tier != Tier::Visible {
                self.drop_decoded(key);
            }
            if at_hand {
                self.drop_encoded(key);
            }
        }
    }

    /// Replaces the wants: the most urgent first, visible ones before the others. A key that comes twice counts
    /// where it comes first.
    pub fn declare(&mut self, wants: Vec<Want>) {
        self.clock = self.clock.wrapping_add(1);
        for want in &self.wants {
            if let Some(entry) = self.entries.get_mut(&want.key) {
                entry.rank = UNWANTED;
                entry.tier = Tier::Recent;
            }
        }
        for (rank, want) in wants.iter().enumerate() {
            let entry = self.entries.entry(want.key, Entry::new);
            if entry.rank == UNWANTED {
                entry.rank = rank as u32;
                entry.tier = want.tier;
                entry.goal = want.goal;
                if want.tier == Tier::Visible {
                    entry.used = self.clock;
                }
            }
        }
        self.wants = wants;
        let stale: Vec<FrameKey> = self
            .requests
            .values()
            .filter(|key| self.entries.get(key).is_some_and(|e| e.rank == UNWANTED))
            .copied()
            .collect();
        for key in stale {
            self.abort(key);
        }
    }

    /// Whether requests to the gateway make sense.
    pub fn set_online(&mut self, online: bool) {
        self.online = online;
    }

    /// Whether what arrives is to be copied to disk.
    pub fn set_store(&mut self, store: bool) {
        self.store = store;
        if !store {
            for entry in self.entries.values_mut().filter(|e| e.disk == Disk::Writing) {
                entry.disk = Disk::No;
            }
        }
    }

    pub(super) fn is_online(&self) -> bool {
        self.online
    }

    pub(super) fn stores(&self) -> bool {
        self.store
    }

    /// When [`Scheduler::step`] should be called though nothing has happened; infinite when never.
    pub fn wake_ms(&self) -> f64 {
        self.wake_ms
    }

    /// Where a frame stands.
    pub fn state(&self, key: FrameKey) -> FrameState {
        match self.entries.get(&key) {
            None => FrameState::Absent,
            Some(entry) if entry.decoded.is_some() => FrameState::Decoded,
            Some(Entry { bad: Some(failure), .. }) => FrameState::Bad(*failure),
            Some(entry) if has_arrived(entry) => FrameState::Arrived,
            Some(_) => FrameState::Absent,
        }
    }

    /// Whether a frame's encoded bytes are in memory.
    pub fn in_memory(&self, key: FrameKey) -> bool {
        self.entries.get(&key).is_some_and(|entry| entry.encoded.is_some())
    }

    /// How a series stands.
    pub fn tally(&self, series: SeriesIx) -> Tally {
        let first = FrameKey { series, instance: 0, frame: 0 };
        let last = FrameKey { series, instance: u32::MAX, frame: u32::MAX };
        let mut tally = Tally::default();
        for entry in self.entries.range(first..=last) {
            tally.arrived += u32::from(has_arrived(entry) || entry.decoded.is_some());
            tally.decoded += u32::from(entry.decoded.is_some());
            tally.bad += u32::from(entry.bad.is_some());
            if let Disk::Yes(bytes) = entry.disk {
                tally.stored += 1;
                tally.stored_bytes += u64::from(bytes);
            }
        }
        tally
    }

    /// Whether the line is known to be too weak for frames of this size to follow one another smoothly.
    pub fn line_is_slow(&self, frame_bytes: u32) -> bool {
        self.line.is_known() && self.line.is_slow(frame_bytes)
    }

    /// Time that so many bytes take on the line alone, ms; none before anything has come over it.
    pub fn line_takes_ms(&self, bytes: u32) -> Option<f64> {
        self.line.is_known().then(|| self.line.expected_ms(bytes))
    }

    /// Encoded and decoded bytes held or reserved.
    pub fn bytes(&self) -> (u64, u64) {
        (self.encoded_bytes, self.decoded_bytes)
    }

    pub(super) fn write(&mut self, key: FrameKey) {
        if !self.store {
            return;
        }
        if let Some(entry) = self.entries.get_mut(&key).filter(|e| e.disk == Disk::No) {
            entry.disk = Disk::Writing;
            self.out.push(Command::Write { key });
        }
    }
}

fn has_arrived(entry: &Entry) -> bool {
    entry.encoded.is_some() || matches!(entry.disk, Disk::Yes(_))
}
