//! What can start now: the wants in their order, against slots and room.

use super::budget::Budget;
use super::entry::{Disk, Entry, Resource, Work};
use super::group::Group;
use super::scheduler::{Command, Scheduler};
use super::want::{Goal, Tier, Want};
use super::{FrameKey, RequestId};
use crate::map::Map;

/// Downloads that share a weak line.
const SLOW_TOGETHER: usize = 2;

/// Slots of one kind in use.
#[derive(Clone, Copy, Default)]
pub(super) struct Used {
    pub(super) total: usize,
    visible: usize,
}

impl Used {
    fn take(&mut self, tier: Tier) {
        self.total += 1;
        self.visible += usize::from(tier == Tier::Visible);
    }

    /// Whether prefetch may take one more of `limit`.
    fn open_to_prefetch(self, limit: usize) -> bool {
        self.total < limit && self.total - self.visible < Budget::for_prefetch(limit)
    }

    fn open_to(self, tier: Tier, limit: usize) -> bool {
        if tier == Tier::Visible { self.total < limit.max(1) } else { self.open_to_prefetch(limit) }
    }
}

/// Slots in use.
#[derive(Default)]
pub(super) struct Slots {
    /// Answers, however many frames come in each.
    pub(super) network: Used,
    reads: Used,
    decodes: Used,
    /// The answer that was begun last, while it takes more frames.
    pub(super) group: Option<Group>,
}

/// What has been refused for want of room in this round: nothing less urgent needs to be looked at.
#[derive(Default)]
struct Full {
    memory: bool,
    transit: bool,
    decoded: bool,
}

impl Full {
    /// The flag that stands for a goal's room among the encoded bytes.
    fn encoded(&mut self, goal: Goal) -> &mut bool {
        if goal == Goal::Stored { &mut self.transit } else { &mut self.memory }
    }
}

impl Scheduler {
    /// Starts whatever can start, and hands over everything that is to be done since the last call.
    pub fn step(&mut self, now_ms: f64) -> Vec<Command> {
        self.wake_ms = f64::INFINITY;
        self.trim(Resource::Encoded);
        self.trim(Resource::Decoded);
        self.ease();
        let mut slots = self.slots();
        let mut full = Full::default();
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
            if memory {
                self.write(want.key);
            }
            match (want.goal, entry.disk) {
                (Goal::Decoded, _) if entry.decoded.is_some() => {}
                (Goal::Decoded, _) if memory => self.try_decode(want, &entry, &mut slots, &mut full),
                (Goal::Encoded, _) if memory => {}
                (Goal::Stored, Disk::Yes(_) | Disk::Writing) => {}
                (Goal::Stored, Disk::No) if memory => {}
                (Goal::Stored, Disk::No) if !self.stores() => {}
                (_, Disk::Yes(_)) => self.try_read(want, &entry, &mut slots, &mut full),
                _ if !self.is_online() => {}
                _ => {
                    self.try_fetch(want, &entry, &mut slots, &mut full, visible_waits, now_ms);
                    visible_waits |= visible;
                }
            }
        }
        self.wants = wants;
        std::mem::take(&mut self.out)
    }

    pub(super) fn slots(&self) -> Slots {
        let mut slots = Slots::default();
        let mut answers = Map::new();
        for entry in self.requests.values().filter_map(|key| self.entries.get(key)) {
            match entry.work {
                Work::Idle => {}
                Work::Fetching { with, .. } => {
                    let most_urgent = answers.entry(with, || entry.tier);
                    *most_urgent = entry.tier.min(*most_urgent);
                }
                Work::Reading { .. } => slots.reads.take(entry.tier),
                Work::Decoding { .. } => slots.decodes.take(entry.tier),
            }
        }
        for tier in answers.values() {
            slots.network.take(*tier);
        }
        slots
    }

    /// How many answers are under way.
    pub(super) fn answers(&self) -> usize {
        self.slots().network.total
    }

    /// Nothing that is not visible can start any more.
    fn saturated(&self, slots: &Slots) -> bool {
        slots.group.is_none()
            && !slots.network.open_to_prefetch(self.budget.network)
            && !slots.reads.open_to_prefetch(self.budget.reads)
            && !slots.decodes.open_to_prefetch(self.budget.decodes)
    }

    fn try_decode(&mut self, want: &Want, entry: &Entry, slots: &mut Slots, full: &mut Full) {
        if !slots.decodes.open_to(entry.tier, self.budget.decodes) || full.decoded {
            return;
        }
        if !self.make_room(Resource::Decoded, want, self.budget.decoded_bytes) {
            full.decoded = entry.tier != Tier::Visible;
            return;
        }
        let request = self.request(want.key);
        self.set_work(want.key, Work::Decoding { request, reserved: want.decoded });
        slots.decodes.take(entry.tier);
        self.out.push(Command::Decode { request, key: want.key });
    }

    fn try_read(&mut self, want: &Want, entry: &Entry, slots: &mut Slots, full: &mut Full) {
        if *full.encoded(want.goal) && entry.tier != Tier::Visible {
            return;
        }
        let open = slots.reads.open_to(entry.tier, self.budget.reads);
        if !open && (entry.tier != Tier::Visible || !self.displace_read(&mut slots.reads)) {
            return;
        }
        if !self.make_room_encoded(want, entry) {
            self.refused(want, entry, full);
            return;
        }
        let request = self.request(want.key);
        self.set_work(want.key, Work::Reading { request, reserved: encoded_size(want, entry) });
        slots.reads.take(entry.tier);
        self.out.push(Command::Read { request, key: want.key });
    }

    fn try_fetch(
        &mut self,
        want: &Want,
        entry: &Entry,
        slots: &mut Slots,
        full: &mut Full,
        visible_waits: bool,
        now_ms: f64,
    ) {
        let visible = entry.tier == Tier::Visible;
        let size = encoded_size(want, entry);
        let slow = self.line.is_slow(size);
        let mut with = None;
        if visible {
            if slow {
                self.clear_line(now_ms, slots);
            }
            if !slots.network.open_to(entry.tier, self.budget.network) && !self.displace_answer(slots) {
                return;
            }
        } else {
            let busy = slots.network.visible > 0 || visible_waits;
            let crowded = slow && (busy || slots.network.total >= SLOW_TOGETHER);
            with = self.joined(slots, want.key.series, size);
            let open = slots.network.open_to_prefetch(self.answers_at_once(size));
            if *full.encoded(want.goal) || crowded || (with.is_none() && !open) {
                return;
            }
        }
        if !self.make_room_encoded(want, entry) {
            self.refused(want, entry, full);
            return;
        }
        let request = self.request(want.key);
        match (&mut slots.group, with) {
            (Some(group), Some(_)) => group.take(size),
            (group, _) => {
                slots.network.take(entry.tier);
                *group = (!visible).then(|| Group::new(request, want.key.series, size));
            }
        }
        let with = with.unwrap_or(request);
        self.set_work(want.key, Work::Fetching { request, with, reserved: size, since_ms: now_ms });
        self.out.push(Command::Fetch { request, key: want.key, with });
    }

    /// What is refused holds back whatever is less urgent, so that a full memory costs one look and not one per want. A giant
    /// must not: the others may well fit.
    fn refused(&self, want: &Want, entry: &Entry, full: &mut Full) {
        let giant = u64::from(encoded_size(want, entry)) > self.budget.encoded_bytes / 8;
        if entry.tier != Tier::Visible && !giant {
            *full.encoded(want.goal) = true;
        }
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

    fn request(&mut self, key: FrameKey) -> RequestId {
        let request = RequestId(self.next_request);
        self.next_request = self.next_request.wrapping_add(1);
        self.requests.insert(request, key);
        request
    }
}

fn encoded_size(want: &Want, entry: &Entry) -> u32 {
    if entry.known > 0 { entry.known } else { want.encoded }
}
