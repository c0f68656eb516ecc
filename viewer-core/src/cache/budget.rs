//! How much of each resource may be used at once.

/// Limits by count and by bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Requests to the gateway at once, ≥ 1.
    pub network: usize,
    /// Reads from disk at once, ≥ 1.
    pub reads: usize,
    /// Decoders at work at once, ≥ 1: the size of the platform's pool.
    pub decodes: usize,
    /// Encoded bytes in memory.
    pub encoded_bytes: u64,
    /// Bytes of decoded samples in memory.
    pub decoded_bytes: u64,
    /// Encoded bytes that memory comes back to where the others are on disk: what a reader reaches before it can be read.
    pub encoded_at_rest: u64,
    /// Bytes of samples that memory comes back to where no more are wanted: some stay for a reader who turns back.
    pub decoded_at_rest: u64,
    /// Bytes that come in one answer of several frames: the browser holds them twice until they have been taken apart.
    pub answer_bytes: u32,
}

impl Budget {
    /// Divides a device's share: encoded frames get three fifths of the memory, because each of them stands for
    /// three to five decoded ones.
    pub fn for_device(memory_bytes: u64, cores: u8) -> Self {
        let encoded_bytes = memory_bytes / 5 * 3;
        let decoded_bytes = memory_bytes - encoded_bytes;
        Self {
            network: 6,
            reads: 4,
            decodes: usize::from(cores.saturating_sub(1).clamp(1, 4)),
            encoded_bytes,
            decoded_bytes,
            encoded_at_rest: encoded_bytes / 8,
            decoded_at_rest: decoded_bytes / 4,
            answer_bytes: u32::try_from(memory_bytes / 48).unwrap_or(u32::MAX),
        }
    }

    /// Encoded bytes that prefetch into memory may fill: the rest is for what only passes through to the disk.
    pub(super) fn encoded_prefetch(&self) -> u64 {
        self.encoded_bytes - self.encoded_bytes / 8
    }

    /// Slots of `limit` that prefetch may use: one is kept for what is visible, where there are two.
    pub(super) fn for_prefetch(limit: usize) -> usize {
        limit.saturating_sub(1).max(1)
    }
}
