//! One bit for every pixel of a rectangle.

use crate::dicom::frames::align_bits;

/// Bits of one overlay frame, row by row from the top left, the first in the lowest bit of the first byte
/// (PS3.5 section 8.1.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plane {
    rows: u32,
    columns: u32,
    bits: Vec<u8>,
}

impl Plane {
    /// From packed bits, of which `bit_offset` are skipped. Bits that are missing at the end are 0. `rows` × `columns`
    /// must be within [`crate::dicom::limits::Limits::frame_pixels`].
    pub(super) fn packed(rows: u32, columns: u32, bytes: &[u8], bit_offset: u8) -> Self {
        let bits = align_bits(bytes, bit_offset, u64::from(rows) * u64::from(columns));
        Self { rows, columns, bits }
    }

    /// From an iterator over pixels.
    pub(super) fn collect(rows: u32, columns: u32, pixels: &mut dyn Iterator<Item = bool>) -> Self {
        let count = rows as usize * columns as usize;
        let mut bits = vec![0u8; count.div_ceil(8)];
        for (at, _) in pixels.take(count).enumerate().filter(|(_, set)| *set) {
            if let Some(byte) = bits.get_mut(at / 8) {
                *byte |= 1 << (at % 8);
            }
        }
        Self { rows, columns, bits }
    }

    /// Height.
    pub fn rows(&self) -> u32 {
        self.rows
    }

    /// Width.
    pub fn columns(&self) -> u32 {
        self.columns
    }

    /// Whether the bit of a column and row, from 0, is set; outside none is.
    pub fn get(&self, x: i64, y: i64) -> bool {
        if x < 0 || y < 0 || x >= i64::from(self.columns) || y >= i64::from(self.rows) {
            return false;
        }
        let at = y as usize * self.columns as usize + x as usize;
        self.bits.get(at / 8).is_some_and(|byte| byte >> (at % 8) & 1 == 1)
    }

    /// How many bits are set.
    pub fn count(&self) -> u64 {
        self.bits.iter().map(|byte| u64::from(byte.count_ones())).sum()
    }

    /// As pixels of red, green, blue and alpha: `colour` where a bit is set, nothing elsewhere. For a canvas that
    /// scales and turns it.
    pub fn to_rgba(&self, [r, g, b]: [u8; 3]) -> Vec<u8> {
        let count = self.rows as usize * self.columns as usize;
        let mut out = Vec::with_capacity(count * 4);
        for at in 0..count {
            let set = self.bits.get(at / 8).is_some_and(|byte| byte >> (at % 8) & 1 == 1);
            out.extend(if set { [r, g, b, 255] } else { [0; 4] });
        }
        out
    }
}
