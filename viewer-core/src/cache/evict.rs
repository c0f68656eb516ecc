//! Room: who has to go, and when nobody may.

use super::FrameKey;
use super::entry::{Disk, Entry, Resource, UNWANTED, Work};
use super::scheduler::{Command, Scheduler};
use super::want::{Goal, Tier, Want};

impl Scheduler {
    /// Makes room for a want within `limit`, dropping only what is less urgent. Says whether there is room now.
    pub(super) fn make_room(&mut self, resource: Resource, want: &Want, limit: u64) -> bool {
        let size = u64::from(match resource {
            Resource::Encoded => want.encoded,
            Resource::Decoded => want.decoded,
        });
        let Some(newcomer) = self.entries.get(&want.key).map(|e| (e.tier, e.rank)) else { return false };
        loop {
            if self.total(resource).saturating_add(size) <= limit {
                return true;
            }
            if self.evict_one(resource, Some(newcomer)) {
                continue;
            }
            // What is visible must be let in, but only when nothing else is left to wait for.
            return newcomer.0 == Tier::Visible && self.only_visible(resource);
        }
    }

    /// Drops the least urgent until the budget holds, or nothing but visible frames and unstoppable work is left.
    pub(super) fn trim(&mut self, resource: Resource) {
        let limit = match resource {
            Resource::Encoded => self.budget.encoded_bytes,
            Resource::Decoded => self.budget.decoded_bytes,
        };
        while self.total(resource) > limit && self.evict_one(resource, None) {}
    }

    /// Drops what is cheap to have again and of no use soon, though its room is not needed yet: a phone ends a page for what it
    /// holds, not for what it may hold.
    pub(super) fn ease(&mut self) {
        self.ease_to(Resource::Encoded, self.budget.encoded_at_rest, |entry| {
            let unwanted = entry.rank == UNWANTED || entry.goal == Goal::Stored;
            unwanted && matches!(entry.disk, Disk::Yes(_))
        });
        self.ease_to(Resource::Decoded, self.budget.decoded_at_rest, |entry| {
            entry.rank == UNWANTED || entry.goal != Goal::Decoded
        });
    }

    /// Drops of what is `idle`, the longest unused first, until no more than `limit` is held.
    fn ease_to(&mut self, resource: Resource, limit: u64, idle: fn(&Entry) -> bool) {
        if self.total(resource) <= limit {
            return;
        }
        let mut idle: Vec<(u32, FrameKey)> = self
            .entries
            .iter()
            .filter(|(_, entry)| idle(entry) && droppable(entry, resource))
            .map(|(key, entry)| (entry.used, *key))
            .collect();
        idle.sort_unstable();
        for (_, key) in idle {
            if self.total(resource) <= limit {
                return;
            }
            match resource {
                Resource::Encoded => self.drop_encoded(key),
                Resource::Decoded => self.drop_decoded(key),
            }
        }
    }

    /// Drops the most dispensable holding, or aborts the most dispensable download. Only what is more dispensable
    /// than `than`; without it, anything that is not visible.
    fn evict_one(&mut self, resource: Resource, than: Option<(Tier, u32)>) -> bool {
        let bound = than.unwrap_or((Tier::Visible, UNWANTED));
        let victim = self
            .entries
            .iter()
            .filter(|(_, e)| e.weight(resource) > 0 && droppable(e, resource))
            .map(|(key, e)| (e.dispensable(resource), *key))
            .max()
            .filter(|(dispensable, _)| *dispensable > bound);
        let Some((_, key)) = victim else { return false };
        let Some(entry) = self.entries.get(&key) else { return false };
        match resource {
            Resource::Encoded if entry.encoded.is_none() => self.abort(key),
            Resource::Encoded => self.drop_encoded(key),
            Resource::Decoded => self.drop_decoded(key),
        }
        true
    }

    /// Nothing is left that is neither visible nor unstoppable. A decoder's input is not waited for, a download takes
    /// longer; its output is, because samples are large and soon done.
    fn only_visible(&self, resource: Resource) -> bool {
        self.entries.values().all(|e| {
            let fixed = resource == Resource::Encoded && !droppable(e, resource);
            e.tier == Tier::Visible || fixed || e.weight(resource) == 0
        })
    }

    fn total(&self, resource: Resource) -> u64 {
        match resource {
            Resource::Encoded => self.encoded_bytes,
            Resource::Decoded => self.decoded_bytes,
        }
    }

    /// Ends whatever is under way for a frame. A decode cannot be stopped: it goes on, and is taken in when it ends.
    pub(super) fn abort(&mut self, key: FrameKey) {
        let Some(entry) = self.entries.get(&key) else { return };
        if let Work::Fetching { request, .. } | Work::Reading { request, .. } = entry.work {
            self.requests.remove(&request);
            self.set_work(key, Work::Idle);
            self.out.push(Command::Abort { request });
        }
    }

    /// The only way to change work: keeps the sums right.
    pub(super) fn set_work(&mut self, key: FrameKey, work: Work) {
        let Some(entry) = self.entries.get_mut(&key) else { return };
        self.encoded_bytes -= u64::from(entry.work.reserved_encoded());
        self.decoded_bytes -= u64::from(entry.work.reserved_decoded());
        entry.work = work;
        self.encoded_bytes += u64::from(work.reserved_encoded());
        self.decoded_bytes += u64::from(work.reserved_decoded());
    }

    pub(super) fn hold_encoded(&mut self, key: FrameKey, bytes: u32) {
        let Some(entry) = self.entries.get_mut(&key) else { return };
        self.encoded_bytes -= u64::from(entry.encoded.unwrap_or(0));
        self.encoded_bytes += u64::from(bytes);
        entry.encoded = Some(bytes);
    }

    pub(super) fn hold_decoded(&mut self, key: FrameKey, bytes: u32) {
        let Some(entry) = self.entries.get_mut(&key) else { return };
        self.decoded_bytes -= u64::from(entry.decoded.unwrap_or(0));
        self.decoded_bytes += u64::from(bytes);
        entry.decoded = Some(bytes);
    }

    pub(super) fn drop_encoded(&mut self, key: FrameKey) {
        let Some(entry) = self.entries.get_mut(&key) else { return };
        if let Some(bytes) = entry.encoded.take() {
            self.encoded_bytes -= u64::from(bytes);
            self.out.push(Command::DropEncoded { key });
        }
    }

    pub(super) fn drop_decoded(&mut self, key: FrameKey) {
        let Some(entry) = self.entries.get_mut(&key) else { return };
        if let Some(bytes) = entry.decoded.take() {
            self.decoded_bytes -= u64::from(bytes);
            self.out.push(Command::DropDecoded { key });
        }
    }
}

/// A decode cannot be stopped: it holds on to what it reads and to the room it will fill. Neither can a write to disk: were its
/// bytes no longer counted, a line that is faster than the disk would fill the memory with them.
fn droppable(entry: &Entry, resource: Resource) -> bool {
    let writing = resource == Resource::Encoded && entry.disk == Disk::Writing && entry.encoded.is_some();
    !writing && !matches!(entry.work, Work::Decoding { .. })
}
