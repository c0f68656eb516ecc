//! What to fetch, keep and drop, and in which order: a pure scheduler over a budget.
//!
//! Knows keys, states and byte counts; never the bytes. Knows nothing of screens, GPUs, networks or clocks. The states, tiers and
//! rules are written out in this room's `README.md`.

mod answers;
mod budget;
mod displace;
mod entry;
mod evict;
mod failure;
mod governor;
mod group;
mod key;
mod line;
mod scheduler;
mod start;
#[cfg(test)]
mod tests;
mod want;

pub use budget::Budget;
pub use failure::Failure;
pub use governor::{Governor, Means};
pub use key::{FrameKey, RequestId, SeriesIx, Source};
pub use line::SLOW_FRAME_MS;
pub use scheduler::{Command, FrameState, Scheduler, Tally};
pub use want::{Goal, Tier, Want};
