//! Huffman tables: ISO/IEC 10918-1 annex C, decoding F.2.2.1, F.2.2.3 and H.2.
//!
//! One look-up of twelve bits yields code, extra bits and value together wherever they fit: that is nearly
//! every sample of a lossless picture and nearly every coefficient of a DCT one.

use super::bits::BitReader;
use crate::codec::Fault;

/// Bits that have to be available for [`Table::read`].
pub(crate) const LOOK: u32 = 12;

/// A look-up entry: value in the upper half, then the symbol, then the bits it takes. Where these are 0 the extra bits
/// do not fit, and the upper half is the length of the code; where that is 0, too, neither does the code.
#[derive(Clone, Copy)]
struct Entry(u32);

impl Entry {
    const LONG: Self = Self(0);

    fn new(value: i16, symbol: u8, bits: u32) -> Self {
        Self((value as u16 as u32) << 16 | u32::from(symbol) << 8 | bits)
    }

    fn of_code(symbol: u8, length: u32) -> Self {
        Self::new(length as i16, symbol, 0)
    }

    fn symbol(self) -> u8 {
        (self.0 >> 8) as u8
    }

    fn value(self) -> i32 {
        (self.0 as i32) >> 16
    }
}

/// One decoding table.
pub(crate) struct Table {
    look: Box<[Entry; 1 << LOOK]>,
    /// For each length the first 16-bit pattern that is not a code of this or a smaller length.
    limit: [u32; 17],
    /// For each length: index of its first value, less its first code.
    offset: [i32; 17],
    values: Vec<u8>,
}

/// A symbol (run and size, or only size) with the value its extra bits give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Coded {
    pub(crate) symbol: u8,
    pub(crate) value: i32,
}

/// No code begins like the bits that are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NoCode;

impl Table {
    /// From a DHT segment's counts of codes by length and their values in order.
    pub(crate) fn new(counts: &[u8; 16], values: &[u8]) -> Result<Self, Fault> {
        let mut look: Box<[Entry; 1 << LOOK]> = Box::new([Entry::LONG; 1 << LOOK]);
        let (mut limit, mut offset) = ([0u32; 17], [0i32; 17]);
        let (mut code, mut index) = (0u32, 0usize);
        for (length, &count) in (1u32..=16).zip(counts) {
            offset[length as usize] = index as i32 - code as i32;
            for _ in 0..count {
                let Some(&symbol) = values.get(index) else {
                    return Err(Fault::stream("a Huffman table names more codes than it has values"));
                };
                if code >> length != 0 {
                    return Err(Fault::stream("a Huffman table has more codes than fit their lengths"));
                }
                fill(&mut look, code, length, symbol);
                code += 1;
                index += 1;
            }
            limit[length as usize] = code << (16 - length);
            code <<= 1;
        }
        Ok(Self { look, limit, offset, values: values[..index].to_vec() })
    }

    /// Reads a symbol and its extra bits. Takes at most [`LOOK`] bits of those available, or refills after.
    #[inline(always)]
    pub(crate) fn read(&self, reader: &mut BitReader<'_>) -> Result<Coded, NoCode> {
        let entry = self.look[(reader.peek() >> (64 - LOOK)) as usize];
        let bits = entry.0 & 0xff;
        if bits == 0 {
            let (after, coded) = self.read_long(*reader, entry)?;
            *reader = after;
            return Ok(coded);
        }
        reader.skip(bits);
        Ok(Coded { symbol: entry.symbol(), value: entry.value() })
    }

    /// Codes that are long themselves or have many extra bits.
    #[cold]
    #[inline(never)]
    fn read_long<'a>(
        &self,
        mut reader: BitReader<'a>,
        entry: Entry,
    ) -> Result<(BitReader<'a>, Coded), NoCode> {
        reader.refill();
        let length = entry.value() as u32;
        let symbol = if length == 0 {
            self.read_symbol(&mut reader)?
        } else {
            reader.skip(length);
            entry.symbol()
        };
        let size = extra_bits(symbol);
        let extra = reader.take(size);
        reader.refill();
        Ok((reader, Coded { symbol, value: extend(extra, size) }))
    }

    /// Reads a symbol alone, without extra bits; at least 16 bits must be available.
    pub(crate) fn read_symbol(&self, reader: &mut BitReader<'_>) -> Result<u8, NoCode> {
        let pattern = (reader.peek() >> 48) as u32;
        let length = (1..=16).find(|&length| pattern < self.limit[length]).ok_or(NoCode)?;
        reader.skip(length as u32);
        let code = (pattern >> (16 - length)) as i32;
        usize::try_from(code + self.offset[length])
            .ok()
            .and_then(|index| self.values.get(index).copied())
            .ok_or(NoCode)
    }
}

/// Extra bits of a symbol: its low four bits. 16, which only the lossless process has, means 32768 and has none.
fn extra_bits(symbol: u8) -> u32 {
    u32::from(symbol & 15)
}

/// Enters one code under every pattern that begins with it.
fn fill(look: &mut [Entry; 1 << LOOK], code: u32, length: u32, symbol: u8) {
    let size = extra_bits(symbol);
    if length > LOOK {
        return;
    }
    if length + size > LOOK {
        let free = LOOK - length;
        let first = (code << free) as usize;
        look[first..first + (1 << free)].fill(Entry::of_code(symbol, length));
        return;
    }
    let free = LOOK - length - size;
    for extra in 0..1u32 << size {
        let entry = Entry::new(extend(extra, size) as i16, symbol, length + size);
        let first = ((code << size | extra) << free) as usize;
        look[first..first + (1 << free)].fill(entry);
    }
}

/// EXTEND of F.2.2.1.
#[inline(always)]
pub(crate) fn extend(bits: u32, size: u32) -> i32 {
    if size == 0 {
        return 0;
    }
    let value = bits as i32;
    if value < 1 << (size - 1) { value - (1 << size) + 1 } else { value }
}

#[cfg(test)]
mod tests {
    use super::super::bits::Intervals;
    use super::*;

    /// Table K.3: luminance DC differences.
    fn luminance() -> Table {
        let counts = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
        Table::new(&counts, &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]).unwrap()
    }

    #[test]
    fn short_and_long_codes_read_alike() {
        // 00 → 0; 010 0 → −1; 110 11111 → size 5, +31; 111111110 and eleven ones → size 11, +2047.
        let mut intervals = Intervals::new(&[0b0001_0011, 0b0111_1111, 0b1111_1101, 0xff, 0, 0b1110_0000]);
        let mut reader = intervals.next_reader();
        reader.refill();
        let table = luminance();
        let read: Vec<_> = (0..4).map(|_| table.read(&mut reader).unwrap().value).collect();
        assert_eq!(read, [0, -1, 31, 2047]);
    }

    #[test]
    fn patterns_without_a_code_are_told() {
        let mut intervals = Intervals::new(&[0xff, 0, 0xff, 0]);
        let mut reader = intervals.next_reader();
        reader.refill();
        assert_eq!(luminance().read(&mut reader), Err(NoCode));
    }

    #[test]
    fn impossible_tables_are_refused() {
        let mut counts = [0; 16];
        counts[0] = 3;
        assert!(Table::new(&counts, &[0, 1, 2]).is_err());
        counts[0] = 2;
        assert!(Table::new(&counts, &[0]).is_err());
    }
}
