//! What the platform says back. An answer whose request is not outstanding is late: it changes nothing, and what it
//! brought is dropped unless the frame has come another way.

use super::entry::{Disk, Entry, Work};
use super::scheduler::{Command, Scheduler};
use super::{Failure, FrameKey, RequestId, Source};

/// Attempts after which a frame is bad.
const MOST_ATTEMPTS: u8 = 4;
/// Workers that a frame may kill before it is bad.
const MOST_KILLED: u8 = 2;
/// First pause before another attempt; it doubles.
const FIRST_PAUSE_MS: f64 = 500.0;

impl Scheduler {
    /// Encoded bytes are in the platform's memory.
    pub fn arrived(&mut self, request: RequestId, key: FrameKey, source: Source, bytes: u32, ms: f64) {
        let together = self.answers();
        if !self.settle(request, key) {
            if self.entries.get(&key).is_none_or(|e| e.encoded.is_none()) {
                self.out.push(Command::DropEncoded { key });
            }
            return;
        }
        if source == Source::Network {
            self.line.measure(bytes, ms, together);
        }
        self.hold_encoded(key, bytes);
        if let Some(entry) = self.entries.get_mut(&key) {
            entry.known = bytes;
            entry.from_disk = source == Source::Disk;
            entry.attempts = 0;
        }
        if source == Source::Network {
            self.write(key);
        }
    }

    /// A fetch or a read failed.
    pub fn failed(&mut self, request: RequestId, key: FrameKey, failure: Failure, now_ms: f64) {
        let reading = self.entries.get(&key).is_some_and(|e| matches!(e.work, Work::Reading { .. }));
        if !self.settle(request, key) {
            return;
        }
        let online = self.is_online();
        let Some(entry) = self.entries.get_mut(&key) else { return };
        if reading {
            entry.disk = Disk::No;
        } else if online || failure != Failure::Network {
            count_failure(entry, failure, MOST_ATTEMPTS, now_ms);
        }
    }

    /// Samples are in the platform's memory.
    pub fn decoded(&mut self, request: RequestId, key: FrameKey, bytes: u32) {
        if !self.settle(request, key) {
            if self.entries.get(&key).is_none_or(|e| e.decoded.is_none()) {
                self.out.push(Command::DropDecoded { key });
            }
            return;
        }
        self.hold_decoded(key, bytes);
        if let Some(entry) = self.entries.get_mut(&key) {
            entry.attempts = 0;
        }
    }

    /// A decoder refused a frame. Bytes from disk may have rotted there: they are fetched once more.
    pub fn decode_failed(&mut self, request: RequestId, key: FrameKey, failure: Failure, now_ms: f64) {
        if !self.settle(request, key) {
            return;
        }
        let Some(entry) = self.entries.get_mut(&key) else { return };
        if entry.from_disk && !failure.retryable() && failure != Failure::Unsupported {
            entry.disk = Disk::No;
            self.drop_encoded(key);
            return;
        }
        count_failure(entry, failure, MOST_ATTEMPTS, now_ms);
        if entry.bad.is_some() {
            self.drop_encoded(key);
        }
    }

    /// A worker died or hung with these in hand.
    pub fn worker_lost(&mut self, requests: &[RequestId], now_ms: f64) {
        for request in requests {
            let Some(key) = self.requests.get(request).copied() else { continue };
            if !self.settle(*request, key) {
                continue;
            }
            let Some(entry) = self.entries.get_mut(&key) else { continue };
            count_failure(entry, Failure::Decoder, MOST_KILLED, now_ms);
            if entry.bad.is_some() {
                self.drop_encoded(key);
            }
        }
    }

    /// A frame is on disk, found there or written.
    pub fn stored(&mut self, key: FrameKey, bytes: u32) {
        if !self.stores() {
            return;
        }
        let entry = self.entries.entry(key, Entry::new);
        entry.disk = Disk::Yes(bytes);
        entry.known = bytes;
    }

    /// Nothing is on disk any more.
    pub fn store_cleared(&mut self) {
        for entry in self.entries.values_mut() {
            entry.disk = Disk::No;
        }
    }

    /// Forgets everything but the numbers of requests, so that what is still under way is late when it answers.
    pub fn forget_all(&mut self) {
        self.declare(Vec::new());
        self.entries.clear();
        self.requests.clear();
        self.out.clear();
        self.encoded_bytes = 0;
        self.decoded_bytes = 0;
    }

    /// Gives every bad frame and every pause another chance.
    pub fn retry(&mut self) {
        for entry in self.entries.values_mut() {
            entry.bad = None;
            entry.attempts = 0;
            entry.retry_at_ms = 0.0;
        }
    }

    /// Ends a request. Says whether it was outstanding for this frame.
    fn settle(&mut self, request: RequestId, key: FrameKey) -> bool {
        if self.entries.get(&key).is_none_or(|e| e.work.request() != Some(request)) {
            return false;
        }
        self.requests.remove(&request);
        self.set_work(key, Work::Idle);
        true
    }
}

fn count_failure(entry: &mut Entry, failure: Failure, most: u8, now_ms: f64) {
    entry.attempts = entry.attempts.saturating_add(1);
    if !failure.retryable() || entry.attempts >= most {
        entry.bad = Some(failure);
    } else {
        entry.retry_at_ms = now_ms + FIRST_PAUSE_MS * f64::from(1u32 << (entry.attempts - 1).min(8));
    }
}
