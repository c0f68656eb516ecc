//! Memory: what frames may take beside everything else in the tab, and what is given back.

use super::effect::Effect;
use super::model::Session;
use crate::cache::{Budget, Scheduler};

impl Session {
    /// Bytes that textures may take of this tab's memory.
    pub fn texture_bytes(&self) -> u64 {
        self.governor.textures()
    }

    fn budget(&self) -> Budget {
        Budget::for_device(self.governor.frames(), self.device.cores)
    }

    pub(super) fn new_cache(&self) -> Scheduler {
        let mut cache = Scheduler::new(self.budget());
        cache.set_store(self.store);
        cache
    }

    /// Frames get what is left of the tab's memory.
    pub(super) fn share_out(&mut self) {
        let budget = self.budget();
        if *self.cache.budget() != budget {
            self.cache.set_budget(budget);
            self.moved = true;
        }
    }

    /// The page is hidden: wanted is from now on only what is on screen.
    pub(super) fn rest_memory(&mut self, now_ms: f64) {
        self.cache.declare(self.wants(now_ms));
        self.cache.rest();
        self.out.push(Effect::Rest);
    }
}
