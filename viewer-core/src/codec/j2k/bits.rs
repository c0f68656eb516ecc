//! Bits of packet headers and of raw coding passes: ISO/IEC 15444-1 B.10.1 and D.6. After a byte of 0xff the next one
//! has a stuffed bit at its top.

/// Bits from the top of each byte. Beyond the end come zeros, or ones in a coding pass (what an encoder may leave out
/// there); [`HeaderBits::overrun`] says so.
#[derive(Debug, Clone)]
pub(super) struct HeaderBits<'b> {
    bytes: &'b [u8],
    position: usize,
    byte: u8,
    left: u32,
    beyond: u8,
    overrun: bool,
}

impl<'b> HeaderBits<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, position: 0, byte: 0, left: 0, beyond: 0, overrun: false }
    }

    /// Bits of a coding pass.
    pub(super) fn of_pass(bytes: &'b [u8]) -> Self {
        Self { beyond: 0xff, ..Self::new(bytes) }
    }

    #[inline]
    pub(super) fn bit(&mut self) -> u32 {
        if self.left == 0 {
            self.left = if self.byte == 0xff { 7 } else { 8 };
            self.byte = self.bytes.get(self.position).copied().unwrap_or_else(|| {
                self.overrun = true;
                self.beyond
            });
            self.position += 1;
        }
        self.left -= 1;
        u32::from(self.byte >> self.left) & 1
    }

    /// `count` bits, at most 32, the first at the top.
    pub(super) fn bits(&mut self, count: u32) -> u32 {
        (0..count).fold(0, |value, _| value << 1 | self.bit())
    }

    /// Whether more was read than there is.
    pub(super) fn overrun(&self) -> bool {
        self.overrun
    }

    /// Ends the header: the number of bytes that it took, with the stuffed one after a last 0xff.
    pub(super) fn finish(self) -> usize {
        self.position + usize::from(self.byte == 0xff)
    }
}
