//! What to fetch, keep and drop, and in which order: a pure scheduler over a budget.
//!
//! Knows keys, states and byte counts; never the bytes. Knows nothing of screens, GPUs, networks or clocks.

mod key;

pub use key::{FrameKey, RequestId, SeriesIx, Source};
