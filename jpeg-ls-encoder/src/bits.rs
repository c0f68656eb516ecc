//! Bits of a coded segment, most significant first: after a byte of ones comes one of seven bits (ITU-T T.87 A.1).

/// The segment as far as it is written.
pub(crate) struct BitWriter {
    out: Vec<u8>,
    /// Bits that are no byte yet, the last one lowest.
    pending: u64,
    count: u32,
    /// Bits of the byte that comes next.
    room: u32,
}

impl BitWriter {
    /// Goes on behind the headers.
    pub(crate) fn after(out: Vec<u8>) -> Self {
        Self { out, pending: 0, count: 0, room: 8 }
    }

    /// Appends the lowest `count` ≤ 32 bits.
    #[inline(always)]
    pub(crate) fn put(&mut self, value: u32, count: u32) {
        self.pending = self.pending << count | u64::from(value) & ((1 << count) - 1);
        self.count += count;
        while self.count >= self.room {
            self.count -= self.room;
            let byte = (self.pending >> self.count) as u8 & (0xff >> (8 - self.room));
            self.out.push(byte);
            self.room = if byte == 0xff { 7 } else { 8 };
        }
    }

    /// Appends zeros, more than 32 of them in steps.
    #[inline(always)]
    pub(crate) fn zeros(&mut self, count: u32) {
        for _ in 0..count / 32 {
            self.put(0, 32);
        }
        self.put(0, count % 32);
    }

    /// Fills the last byte with zeros; no segment ends with a byte of ones.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        if self.count > 0 || self.room == 7 {
            self.put(0, self.room - self.count);
        }
        self.out
    }
}
