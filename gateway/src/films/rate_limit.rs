//! How often one address may knock, and how often one film may be knocked at.
//!
//! Token buckets in a table of fixed size: an attacker with many addresses cannot make it grow. Two clients
//! that fall into one slot share its bucket; which ones do depends on a secret drawn at start.

use std::{
    hash::{BuildHasher, Hash, RandomState},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Buckets of one limiter: 16 bytes each.
const SLOTS: usize = 16_384;

/// How many at once, and how fast they come back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// Knocks that a rested client may make at once.
    pub burst: f32,
    /// Knocks a second after that.
    pub per_second: f32,
}

/// One limiter.
pub struct RateLimit {
    rate: Rate,
    hasher: RandomState,
    started: Instant,
    slots: Mutex<Vec<Slot>>,
}

#[derive(Clone, Copy)]
struct Slot {
    /// What is left of the burst.
    left: f32,
    /// Seconds after `started` at which `left` was true.
    at: f64,
}

impl std::fmt::Debug for RateLimit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RateLimit").field("rate", &self.rate).finish_non_exhaustive()
    }
}

impl RateLimit {
    /// All buckets full.
    pub fn new(rate: Rate) -> Self {
        let slots = vec![Slot { left: rate.burst, at: 0.0 }; SLOTS];
        Self { rate, hasher: RandomState::new(), started: Instant::now(), slots: Mutex::new(slots) }
    }

    /// Takes one knock.
    ///
    /// # Errors
    /// How long to wait before the next one, rounded up to whole seconds, at least one.
    pub fn take<K: Hash>(&self, key: &K) -> Result<(), Duration> {
        self.take_at(key, Instant::now())
    }

    fn take_at<K: Hash>(&self, key: &K, now: Instant) -> Result<(), Duration> {
        let at = now.saturating_duration_since(self.started).as_secs_f64();
        // The remainder is below SLOTS, which fits usize on every platform.
        let index = (self.hasher.hash_one(key) % SLOTS as u64) as usize;
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = &mut slots[index];
        let refill = ((at - slot.at).max(0.0) * f64::from(self.rate.per_second)) as f32;
        slot.left = (slot.left + refill).min(self.rate.burst);
        slot.at = at;
        if slot.left >= 1.0 {
            slot.left -= 1.0;
            return Ok(());
        }
        let wait = ((1.0 - slot.left) / self.rate.per_second).ceil().clamp(1.0, 3600.0);
        Err(Duration::from_secs(wait as u64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_then_the_rate() {
        let limit = RateLimit::new(Rate { burst: 3.0, per_second: 0.5 });
        let now = Instant::now();
        for _ in 0..3 {
            assert_eq!(limit.take_at(&"a", now), Ok(()));
        }
        assert_eq!(limit.take_at(&"a", now), Err(Duration::from_secs(2)));
        let later = now + Duration::from_secs(2);
        assert_eq!(limit.take_at(&"a", later), Ok(()));
        assert!(limit.take_at(&"a", later).is_err());
    }

    #[test]
    fn others_are_not_held_up() {
        let limit = RateLimit::new(Rate { burst: 1.0, per_second: 0.1 });
        let now = Instant::now();
        // Of 100 clients in 16 384 slots a few may share one.
        let served = (0..100).filter(|client| limit.take_at(client, now).is_ok()).count();
        assert!(served > 90, "{served}");
    }
}
