//! What the view wants of the cache, in order: what is on screen, what is near it in the direction of travel, the rest of
//! what is open, and last what is to be kept.

use super::model::Session;
use super::view::SeriesState;
use super::viewport::Viewport;
use crate::cache::{FrameKey, Goal, SeriesIx, Tier, Want};

/// Positions around the one on screen that come before another viewport's distant ones.
const NEAR: usize = 12;
/// Frames decoded ahead of a reader, at most, over all viewports.
const DECODED_AHEAD: usize = 16;
/// The same while a loop plays: one that is decoded as a whole plays on any processor.
const DECODED_LOOP: usize = 64;
/// Speed, in positions per second, at which only what lies ahead counts twice as much as what lies behind.
const BRISK: f64 = 5.0;
/// How far ahead of a moving reader to begin.
const LOOK_AHEAD_S: f64 = 0.2;

impl Session {
    pub(super) fn wants(&self, now_ms: f64) -> Vec<Want> {
        let mut wants = Vec::new();
        let mut views: Vec<&Viewport> = self.viewports.iter().collect();
        // The reader's hands are on the active one.
        if self.active < views.len() {
            views[..=self.active].rotate_right(1);
        }
        for view in &views {
            if let Some(key) = self.asked(view).filter(|key| !self.passes(view, *key, now_ms)) {
                wants.push(self.want(key, Tier::Visible, Goal::Decoded));
            }
        }
        if self.sketches.busy() {
            return wants;
        }
        if self.in_front {
            self.prefetch(&views, now_ms, &mut wants);
        }
        if self.keep {
            for (ix, series) in self.series.iter().enumerate() {
                if series.listed {
                    let keys = self.keys(SeriesIx(ix as u16)).iter();
                    wants.extend(keys.map(|key| self.want(*key, Tier::Prefetch, Goal::Stored)));
                }
            }
        }
        wants
    }

    fn prefetch(&self, views: &[&Viewport], now_ms: f64, wants: &mut Vec<Want>) {
        let mut ahead = self.decoded_ahead(views);
        let mut far = Vec::new();
        for view in views {
            let Some(series) = view.series.and_then(|ix| self.of(ix)) else { continue };
            let (Some(position), true) = (view.position, self.asked(view).is_some()) else { continue };
            if now_ms < self.settles_ms(view) {
                continue;
            }
            let velocity = if view.cine.playing { f64::INFINITY } else { view.velocity_at(now_ms) };
            let outward = outward(position, series.count(), velocity, view.cine.playing);
            for (nth, at) in outward.enumerate() {
                let Some(key) = series.key_at(at) else { continue };
                if nth < NEAR || view.cine.playing {
                    let goal = if ahead > 0 { Goal::Decoded } else { Goal::Encoded };
                    ahead = ahead.saturating_sub(1);
                    wants.push(self.want(key, Tier::Prefetch, goal));
                } else {
                    far.push(self.want(key, Tier::Prefetch, Goal::Encoded));
                }
            }
        }
        for want in &mut far {
            want.goal = if ahead > 0 { Goal::Decoded } else { Goal::Encoded };
            ahead = ahead.saturating_sub(1);
        }
        wants.append(&mut far);
        self.spill(views, wants);
    }

    /// What is far goes to disk, where there is one. Not so of a loop that plays and fits: it comes round too soon.
    fn spill(&self, views: &[&Viewport], wants: &mut [Want]) {
        if !self.store {
            return;
        }
        let budget = self.cache.budget();
        let mut room = if plays(views) { budget.encoded_bytes / 4 * 3 } else { budget.encoded_at_rest };
        for want in wants {
            match room.checked_sub(u64::from(want.encoded)) {
                Some(left) => room = left,
                None if want.tier == Tier::Visible => {}
                None => {
                    room = 0;
                    want.goal = Goal::Stored;
                }
            }
        }
    }

    /// Frames that may be decoded ahead: three quarters of the room, so that those just left stay for a while.
    fn decoded_ahead(&self, views: &[&Viewport]) -> usize {
        let largest = views
            .iter()
            .filter_map(|v| Some(self.of(v.series?)?.decoded_bytes(self.asked(v)?)))
            .max()
            .unwrap_or(1);
        let room = self.cache.budget().decoded_bytes / 4 * 3 / u64::from(largest.max(1));
        let most = if plays(views) { DECODED_LOOP } else { DECODED_AHEAD };
        usize::try_from(room).unwrap_or(usize::MAX).saturating_sub(views.len()).min(most)
    }

    /// The frame that a viewport asks for, once it can be asked for.
    pub(super) fn asked(&self, view: &Viewport) -> Option<FrameKey> {
        let series = self.of(view.series?)?;
        if series.state != SeriesState::Ready || !series.listed {
            return None;
        }
        series.key_at(view.position?)
    }

    fn want(&self, key: FrameKey, tier: Tier, goal: Goal) -> Want {
        let series = self.of(key.series);
        // A player decodes a video, nobody here.
        let video = goal == Goal::Decoded && self.video(key).is_some();
        Want {
            key,
            tier,
            goal: if video { Goal::Encoded } else { goal },
            encoded: series.map_or(1, |s| s.frame_bytes),
            decoded: series.map_or(1, |s| s.decoded_bytes(key)),
        }
    }
}

fn plays(views: &[&Viewport]) -> bool {
    views.iter().any(|view| view.cine.playing)
}

/// Positions other than `position`, the likeliest next first. Standing still: by distance. Moving at `velocity` positions per
/// second (towards the end positive): those ahead count for more the faster it goes. `round`: after the last comes the first.
pub(super) fn outward(position: u32, count: u32, velocity: f64, round: bool) -> impl Iterator<Item = u32> {
    let forward = velocity >= 0.0;
    let behind_cost = 1.0 + velocity.abs() / BRISK;
    // What a fast reader will have passed by the time it arrives comes after what lies further ahead.
    let lead = if round { 0.0 } else { (velocity.abs() * LOOK_AHEAD_S).floor() };
    let after = count.saturating_sub(position).saturating_sub(1);
    let (ahead_count, behind_count) = match (round, forward) {
        (true, _) => (count.saturating_sub(1), 0),
        (false, true) => (after, position),
        (false, false) => (position, after),
    };
    let (mut ahead, mut behind) = (1, 1);
    std::iter::from_fn(move || {
        let ahead_left = ahead <= ahead_count;
        let behind_left = behind <= behind_count;
        let take_ahead =
            ahead_left && (!behind_left || f64::from(ahead) - lead <= f64::from(behind) * behind_cost);
        if take_ahead {
            ahead += 1;
            let step = ahead - 1;
            Some(if forward { (position + step) % count } else { position - step })
        } else if behind_left {
            behind += 1;
            let step = behind - 1;
            Some(if forward { position - step } else { position + step })
        } else {
            None
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(position: u32, count: u32, velocity: f64, round: bool) -> Vec<u32> {
        outward(position, count, velocity, round).collect()
    }

    #[test]
    fn standing_still_looks_both_ways() {
        assert_eq!(order(2, 6, 0.0, false), [3, 1, 4, 0, 5]);
        assert_eq!(order(0, 4, 0.0, false), [1, 2, 3]);
        assert_eq!(order(3, 4, 0.0, false), [2, 1, 0]);
        assert_eq!(order(0, 1, 0.0, false), [0; 0]);
        assert_eq!(order(0, 0, 0.0, false), [0; 0]);
    }

    #[test]
    fn moving_looks_ahead_either_way() {
        assert_eq!(order(5, 11, 5.0, false)[..4], [6, 7, 8, 4]);
        assert_eq!(order(5, 11, -5.0, false)[..4], [4, 3, 2, 6]);
        assert_eq!(order(5, 11, -5.0, false).len(), 10);
    }

    #[test]
    fn cine_goes_round() {
        assert_eq!(order(2, 4, f64::INFINITY, true), [3, 0, 1]);
    }
}
