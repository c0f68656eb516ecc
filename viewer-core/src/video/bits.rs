//! Bits of a NAL unit's payload (H.264 section 7.2, 9.1), without the bytes that only prevent start codes.

/// Reads from the most significant bit on. Behind the end everything is `None`.
pub(super) struct Bits {
    bytes: Vec<u8>,
    at: usize,
}

impl Bits {
    /// The first `most` bytes of a payload; a header never needs more.
    pub(super) fn of(payload: &[u8], most: usize) -> Self {
        let payload = payload.get(..most).unwrap_or(payload);
        let mut bytes = Vec::with_capacity(payload.len());
        let mut zeros = 0;
        for &byte in payload {
            if zeros >= 2 && byte == 3 {
                zeros = 0;
                continue;
            }
            zeros = if byte == 0 { zeros + 1 } else { 0 };
            bytes.push(byte);
        }
        Self { bytes, at: 0 }
    }

    pub(super) fn bit(&mut self) -> Option<bool> {
        let byte = *self.bytes.get(self.at / 8)?;
        let bit = byte >> (7 - self.at % 8) & 1;
        self.at += 1;
        Some(bit == 1)
    }

    /// An unsigned number of up to 32 bits.
    pub(super) fn number(&mut self, bits: u32) -> Option<u32> {
        (0..bits).try_fold(0u32, |number, _| Some(number << 1 | u32::from(self.bit()?)))
    }

    /// ue(v), Exp-Golomb.
    pub(super) fn ue(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while !self.bit()? {
            zeros += 1;
            if zeros > 31 {
                return None;
            }
        }
        let rest = self.number(zeros)?;
        // At most 2^32 - 2.
        Some((1u32 << zeros) - 1 + rest)
    }

    /// se(v), Exp-Golomb with sign.
    pub(super) fn se(&mut self) -> Option<i64> {
        let code = i64::from(self.ue()?);
        Some(if code % 2 == 0 { -(code / 2) } else { code / 2 + 1 })
    }

    pub(super) fn skip(&mut self, bits: usize) {
        self.at = self.at.saturating_add(bits);
    }
}

#[cfg(test)]
mod tests {
    use super::Bits;

    #[test]
    fn exp_golomb_codes_of_table_9_2() {
        // 1, 010, 011, 00100, 00101, then the end.
        let mut bits = Bits::of(&[0b1010_0110, 0b0100_0010, 0b1000_0000], 9);
        let codes: Vec<_> = (0..5).map(|_| bits.ue()).collect();
        assert_eq!(codes, [Some(0), Some(1), Some(2), Some(3), Some(4)]);
        assert_eq!(bits.ue(), None);
        let mut bits = Bits::of(&[0b0100_1100, 0b1000_0101], 9);
        let codes: Vec<_> = (0..4).map(|_| bits.se()).collect();
        assert_eq!(codes, [Some(1), Some(-1), Some(2), Some(-2)]);
    }

    #[test]
    fn bytes_that_prevent_start_codes_are_left_out() {
        let mut bits = Bits::of(&[0, 0, 3, 1, 0, 0, 3, 3], 9);
        assert_eq!((bits.number(32), bits.number(16), bits.bit()), (Some(0x0000_0100), Some(0x0003), None));
    }

    #[test]
    fn endless_zeros_are_no_number() {
        assert_eq!(Bits::of(&[0; 9], 9).ue(), None);
    }
}
