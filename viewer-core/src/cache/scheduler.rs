//! The scheduler: wants in, commands out.

use super::budget::Budget;
use super::entry::{Disk, Entry, Resource, UNWANTED, Work};
use super::line::Line;
use super::want::{Goal, Tier, Want};
use super::{Failure, FrameKey, RequestId, SeriesIx};
use std::collections::BTreeMap;

/// What the platform is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Command {
    /// Get it from the gateway.
    Fetch { request: RequestId, key: FrameKey },
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
    pub(super) entries: BTreeMap<FrameKey, Entry>,
    pub(super) requests: BTreeMap<RequestId, FrameKey>,
    pub(super) out: Vec<Command>,
    pub(super) line: Line,
    /// Held and reserved bytes.
    pub(super) encoded_bytes: u64,
    pub(super) decoded_bytes: u64,
    wants: Vec<Want>,
    next_request: u32,
    clock: u32,
    online: bool,
    store: bool,
    wake_ms: f64,
}

/// Slots in use.
#[derive(Default)]
struct Slots {
    network: usize,
    visible_network: usize,
    reads: usize,
    decodes: usize,
}

impl Scheduler {
    /// Nothing here, nothing wanted.
    pub fn new(budget: Budget) -> Self {
        Self {
            budget,
            entries: BTreeMap::new(),
            requests: BTreeMap::new(),
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
            let entry = self.entries.entry(want.key).or_insert_with(Entry::new);
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

    /// Starts whatever can start, and hands over everything that is to be done since the last call.
    pub fn step(&mut self, now_ms: f64) -> Vec<Command> {
        self.wake_ms = f64::INFINITY;
        self.trim(Resource::Encoded);
        self.trim(Resource::Decoded);
        let mut slots = self.slots();
        let mut full = [false; 2];
        let wants = std::mem::take(&mut self.wants);
        let mut visible_waits = false;
        for (rank, want) in wants.iter().enumerate() {
            let Some(entry) = self.entries.get(&want.key).copied() else { continue };
            let visible = entry.tier == Tier::Visible;
            if !visible && self.saturated(&slots) {
                break;
            }
            if entry.rank as usize != rank || entry.bad.is_some() || entry.work != Work::Idle {
                continue;
            }
            if entry.retry_at_ms > now_ms {
                self.wake_ms = self.wake_ms.min(entry.retry_at_ms);
                continue;
            }
            let memory = entry.encoded.is_some();
            match (want.goal, entry.disk) {
                (Goal::Decoded, _) if entry.decoded.is_some() => {}
                (Goal::Decoded, _) if memory => self.try_decode(want, &entry, &mut slots, &mut full[1]),
                (Goal::Encoded, _) if memory => {}
                (Goal::Stored, Disk::Yes(_) | Disk::Writing) => {}
                (Goal::Stored, Disk::No) if memory => self.write(want.key),
                (Goal::Stored, Disk::No) if !self.store => {}
                (_, Disk::Yes(_)) => self.try_read(want, &entry, &mut slots, &mut full[0]),
                _ if !self.online => {}
                _ => {
                    self.try_fetch(want, &entry, &mut slots, &mut full[0], visible_waits, now_ms);
                    visible_waits |= visible;
                }
            }
        }
        self.wants = wants;
        std::mem::take(&mut self.out)
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

    /// How a series stands.
    pub fn tally(&self, series: SeriesIx) -> Tally {
        let first = FrameKey { series, instance: 0, frame: 0 };
        let last = FrameKey { series, instance: u32::MAX, frame: u32::MAX };
        let mut tally = Tally::default();
        for entry in self.entries.range(first..=last).map(|(_, entry)| entry) {
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

    /// Encoded and decoded bytes held or reserved.
    pub fn bytes(&self) -> (u64, u64) {
        (self.encoded_bytes, self.decoded_bytes)
    }

    fn slots(&self) -> Slots {
        let mut slots = Slots::default();
        for entry in self.requests.values().filter_map(|key| self.entries.get(key)) {
            match entry.work {
                Work::Idle => {}
                Work::Fetching { .. } => {
                    slots.network += 1;
                    slots.visible_network += usize::from(entry.tier == Tier::Visible);
                }
                Work::Reading { .. } => slots.reads += 1,
                Work::Decoding { .. } => slots.decodes += 1,
            }
        }
        slots
    }

    /// Nothing that is not visible can start any more.
    fn saturated(&self, slots: &Slots) -> bool {
        slots.network >= Budget::for_prefetch(self.budget.network)
            && slots.reads >= Budget::for_prefetch(self.budget.reads)
            && slots.decodes >= Budget::for_prefetch(self.budget.decodes)
    }

    fn limit(&self, entry: &Entry, limit: usize) -> usize {
        if entry.tier == Tier::Visible { limit.max(1) } else { Budget::for_prefetch(limit) }
    }

    fn try_decode(&mut self, want: &Want, entry: &Entry, slots: &mut Slots, full: &mut bool) {
        if slots.decodes >= self.limit(entry, self.budget.decodes) || *full {
            return;
        }
        if !self.make_room(Resource::Decoded, want, self.budget.decoded_bytes) {
            *full = entry.tier != Tier::Visible;
            return;
        }
        let request = self.request(want.key);
        self.set_work(want.key, Work::Decoding { request, reserved: want.decoded });
        slots.decodes += 1;
        self.out.push(Command::Decode { request, key: want.key });
    }

    fn try_read(&mut self, want: &Want, entry: &Entry, slots: &mut Slots, full: &mut bool) {
        if slots.reads >= self.limit(entry, self.budget.reads) || *full {
            return;
        }
        if !self.make_room_encoded(want, entry) {
            *full = entry.tier != Tier::Visible;
            return;
        }
        let request = self.request(want.key);
        self.set_work(want.key, Work::Reading { request, reserved: encoded_size(want, entry) });
        slots.reads += 1;
        self.out.push(Command::Read { request, key: want.key });
    }

    fn try_fetch(
        &mut self,
        want: &Want,
        entry: &Entry,
        slots: &mut Slots,
        full: &mut bool,
        visible_waits: bool,
        now_ms: f64,
    ) {
        let visible = entry.tier == Tier::Visible;
        let size = encoded_size(want, entry);
        let slow = self.line.is_slow(size);
        if visible {
            if slow {
                self.clear_line(now_ms, slots);
            }
            if slots.network >= self.budget.network.max(1) && !self.displace_fetch(slots) {
                return;
            }
        } else {
            let busy = slots.visible_network > 0 || visible_waits;
            let limit = Budget::for_prefetch(self.budget.network);
            if *full || (slow && busy) || slots.network >= if slow { limit.min(2) } else { limit } {
                return;
            }
        }
        if !self.make_room_encoded(want, entry) {
            *full = !visible;
            return;
        }
        let request = self.request(want.key);
        self.set_work(want.key, Work::Fetching { request, reserved: size, since_ms: now_ms });
        slots.network += 1;
        slots.visible_network += usize::from(visible);
        self.out.push(Command::Fetch { request, key: want.key });
    }

    fn make_room_encoded(&mut self, want: &Want, entry: &Entry) -> bool {
        let want = Want { encoded: encoded_size(want, entry), ..*want };
        let limit = if entry.tier != Tier::Visible && want.goal != Goal::Stored {
            self.budget.encoded_prefetch()
        } else {
            self.budget.encoded_bytes
        };
        self.make_room(Resource::Encoded, &want, limit)
    }

    /// On a weak line: stops prefetch that is not yet half done.
    fn clear_line(&mut self, now_ms: f64, slots: &mut Slots) {
        let young: Vec<FrameKey> = self
            .requests
            .values()
            .filter(|key| {
                self.entries.get(key).is_some_and(|e| match e.work {
                    Work::Fetching { reserved, since_ms, .. } => {
                        let half = self.line.expected_ms(reserved) / 2.0;
                        e.tier != Tier::Visible && now_ms - since_ms < half
                    }
                    _ => false,
                })
            })
            .copied()
            .collect();
        for key in young {
            self.abort(key);
            slots.network -= 1;
        }
    }

    /// Stops the least urgent download that is not visible.
    fn displace_fetch(&mut self, slots: &mut Slots) -> bool {
        let victim = self
            .requests
            .values()
            .filter_map(|key| Some((self.entries.get(key)?, *key)))
            .filter(|(e, _)| e.tier != Tier::Visible && matches!(e.work, Work::Fetching { .. }))
            .max_by_key(|(e, _)| e.rank)
            .map(|(_, key)| key);
        let Some(key) = victim else { return false };
        self.abort(key);
        slots.network -= 1;
        true
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

    fn request(&mut self, key: FrameKey) -> RequestId {
        let request = RequestId(self.next_request);
        self.next_request = self.next_request.wrapping_add(1);
        self.requests.insert(request, key);
        request
    }
}

fn has_arrived(entry: &Entry) -> bool {
    entry.encoded.is_some() || matches!(entry.disk, Disk::Yes(_))
}

fn encoded_size(want: &Want, entry: &Entry) -> u32 {
    if entry.known > 0 { entry.known } else { want.encoded }
}
