//! Several frames in one answer: on a line that is fast enough, it is requests that a slow page waits for.

use super::scheduler::Scheduler;
use super::start::Slots;
use super::{RequestId, SeriesIx};

/// Answers of several frames at once: one is on the line while the next is asked for.
const GROUPS_TOGETHER: usize = 2;
/// Frames of one answer: a request costs a slow page as much as the bytes of several frames.
const MOST_IN_GROUP: u32 = 16;
/// Time that an answer may have the line.
const GROUP_MS: f64 = 150.0;

/// Frames of one series that come in one answer.
pub(super) struct Group {
    with: RequestId,
    series: SeriesIx,
    frames: u32,
    bytes: u32,
}

impl Group {
    /// One that a frame begins.
    pub(super) fn new(with: RequestId, series: SeriesIx, bytes: u32) -> Self {
        Self { with, series, frames: 1, bytes }
    }

    /// One more frame.
    pub(super) fn take(&mut self, bytes: u32) {
        self.frames += 1;
        self.bytes = self.bytes.saturating_add(bytes);
    }
}

impl Scheduler {
    /// The answer that was begun last in this round, where it takes one more frame of this series and size. Otherwise it takes
    /// no more at all: frames come in the order in which they are wanted.
    pub(super) fn joined(&self, slots: &mut Slots, series: SeriesIx, size: u32) -> Option<RequestId> {
        // The first of several is half as long as the others, so that they do not all end together: while a slow page asks for
        // the next, the line is not to be idle.
        let divisor = if slots.network.total > 1 { 1 } else { 2 };
        let room = |group: &Group| {
            let bytes = group.bytes.saturating_add(size);
            let brief = self.line.expected_ms(bytes) <= GROUP_MS / f64::from(divisor)
                && bytes <= self.budget.answer_bytes;
            group.series == series && group.frames < MOST_IN_GROUP / divisor && brief
        };
        slots.group = slots.group.take().filter(room);
        slots.group.as_ref().map(|group| group.with)
    }

    /// Slots for answers: few where many frames of this size come in each, so that the nearest are not the last of many.
    pub(super) fn answers_at_once(&self, size: u32) -> usize {
        let several = self.line.expected_ms(size.saturating_mul(2)) <= GROUP_MS;
        // One slot is never open to prefetch.
        if several { self.budget.network.min(GROUPS_TOGETHER + 1) } else { self.budget.network }
    }
}
