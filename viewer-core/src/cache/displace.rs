//! What is visible needs a slot or the line: who makes way.

use super::FrameKey;
use super::entry::{Entry, Work};
use super::scheduler::Scheduler;
use super::start::{Slots, Used};
use super::want::Tier;

impl Scheduler {
    /// On a weak line: stops prefetch that is not yet half done.
    pub(super) fn clear_line(&mut self, now_ms: f64, slots: &mut Slots) {
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
        }
        slots.network = self.slots().network;
    }

    /// Stops the least urgent answer that brings nothing visible.
    pub(super) fn displace_answer(&mut self, slots: &mut Slots) -> bool {
        let under_way = || {
            self.requests.values().filter_map(|key| match self.entries.get(key)? {
                Entry { work: Work::Fetching { with, .. }, tier, rank, .. } => {
                    Some((*with, *tier == Tier::Visible, *rank, *key))
                }
                _ => None,
            })
        };
        let brings_visible = |answer| under_way().any(|(with, visible, ..)| visible && with == answer);
        let victim = under_way()
            .filter(|(with, ..)| !brings_visible(*with))
            .max_by_key(|(_, _, rank, _)| *rank)
            .map(|(with, ..)| with);
        let members: Vec<FrameKey> =
            under_way().filter(|(with, ..)| Some(*with) == victim).map(|(.., key)| key).collect();
        for key in &members {
            self.abort(*key);
        }
        slots.network = self.slots().network;
        !members.is_empty()
    }

    /// Stops the least urgent read that is not for a visible frame.
    pub(super) fn displace_read(&mut self, used: &mut Used) -> bool {
        let victim = self
            .requests
            .values()
            .filter_map(|key| Some((self.entries.get(key)?, *key)))
            .filter(|(e, _)| e.tier != Tier::Visible && matches!(e.work, Work::Reading { .. }))
            .max_by_key(|(e, _)| e.rank)
            .map(|(_, key)| key);
        let Some(key) = victim else { return false };
        self.abort(key);
        used.total -= 1;
        true
    }
}
