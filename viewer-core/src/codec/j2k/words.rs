//! Coefficients as the coding passes leave them: sign and magnitude in a word.

/// A sign in the highest bit and a magnitude below, bit 0 of which is half a quantisation step.
pub(super) trait Word: Copy + Default {
    /// Most bit-planes that a code-block can have whose coefficients are such words.
    const PLANES: u32;
    /// The sign.
    const NEGATIVE: Self;

    /// A bit of the magnitude.
    fn bit(place: u32) -> Self;

    /// Both words' bits where `on`, its own otherwise.
    fn with(self, bits: Self, on: bool) -> Self;

    /// A word out of one of 32 bits.
    fn widened(word: u32) -> Self;

    /// The word without what a region of interest was shifted up by: a coefficient that belongs to it is as much larger
    /// (ISO/IEC 15444-1 H.1).
    fn shifted_down(self, region: u32) -> Self;
}

macro_rules! word {
    ($word:ty, $widened:expr) => {
        impl Word for $word {
            const PLANES: u32 = <$word>::BITS - 2;
            const NEGATIVE: Self = 1 << (<$word>::BITS - 1);

            #[inline(always)]
            fn bit(place: u32) -> Self {
                1 << (place & (<$word>::BITS - 1))
            }

            #[inline(always)]
            fn with(self, bits: Self, on: bool) -> Self {
                self | if on { bits } else { 0 }
            }

            #[inline(always)]
            fn widened(word: u32) -> Self {
                $widened(word)
            }

            fn shifted_down(self, region: u32) -> Self {
                let magnitude = self & !Self::NEGATIVE;
                let inside = magnitude.checked_shr(region + 1).unwrap_or(0) != 0;
                let down = magnitude.checked_shr(region).unwrap_or(0);
                if inside { self & Self::NEGATIVE | down } else { self }
            }
        }
    };
}

word!(u32, |word| word);
word!(u64, |word| u64::from(word & 0x8000_0000) << 32 | u64::from(word & 0x7fff_ffff));

/// What a decoded word is kept as until a row of its band is asked for.
pub(super) trait Kept: Copy + Default {
    type Word: Word;

    /// `scale`, the size of half a quantisation step, counts only where this is a float.
    fn from_word(word: Self::Word, scale: f64) -> Self;
}

/// A word in half of the memory: its sign and 15 bits of its magnitude.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Packed(u16);

impl Packed {
    /// Most bit-planes of a band whose words are kept like this.
    pub(super) const PLANES: u32 = 14;

    #[inline(always)]
    pub(super) fn word(self) -> u32 {
        u32::from(self.0 & 0x8000) << 16 | u32::from(self.0 & 0x7fff)
    }
}

impl Kept for Packed {
    type Word = u32;

    /// What is larger, as it can be in damaged high-throughput blocks, becomes the largest.
    #[inline(always)]
    fn from_word(word: u32, _: f64) -> Self {
        Self((word >> 16 & 0x8000 | (word & 0x7fff_ffff).min(0x7fff)) as u16)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packed_word_is_the_same_word() {
        for word in [0, 1, 0x7fff, 0x8000_0001, 0x8000_7fff] {
            assert_eq!(Packed::from_word(word, 1.0).word(), word);
        }
        assert_eq!(Packed::from_word(0x8000_8000, 1.0).word(), 0x8000_7fff);
    }

    #[test]
    fn only_the_region_is_shifted_down() {
        assert_eq!(0x8000_0000u32.with(0b1011 << 6, true).shifted_down(6), 0x8000_0000 | 0b1011);
        assert_eq!((0b101u32).shifted_down(6), 0b101);
        assert_eq!(u64::widened(0x8000_0005), 1 << 63 | 5);
        assert_eq!((1u64 << 50).shifted_down(40), 1 << 10);
    }
}
