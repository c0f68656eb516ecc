//! Look-up tables of the codes of significance and of exponents' offsets: T.814 7.3.5, 7.3.6.

use super::codes::{FIRST_ROWS, OTHER_ROWS};

/// What a codeword says of a quad. Bits 0–2: its length; 3: whether an offset follows; 4–7: which samples are
/// significant (ρ); 8–11 and 12–15: ε¹ and εᵏ.
pub(super) type Quad = u16;

/// By context (bits 7–9) and the next seven bits.
pub(super) static FIRST: [Quad; 1024] = spread(&FIRST_ROWS);
pub(super) static OTHER: [Quad; 1024] = spread(&OTHER_ROWS);

const fn spread(rows: &[u32]) -> [Quad; 1024] {
    let mut table = [0; 1024];
    let mut index = 0;
    while index < rows.len() {
        let row = rows[index];
        let (length, word, context) = (row & 7, row >> 3 & 127, row >> 23);
        let quad = (length | (row >> 10 & 1) << 3 | (row >> 11 & 0xfff) << 4) as u16;
        let mut above = 0;
        while above < 128 >> length {
            table[(context << 7 | above << length | word) as usize] = quad;
            above += 1;
        }
        index += 1;
    }
    table
}

/// Prefix of an offset by the next three bits: its length, the bits that follow it, and its value (table 3).
const PREFIXES: [(u32, u32, u32); 8] =
    [(3, 5, 5), (1, 0, 1), (2, 0, 2), (1, 0, 1), (3, 1, 3), (1, 0, 1), (2, 0, 2), (1, 0, 1)];

/// How the offsets of a pair of quads are read. Bits 0–2: length of both prefixes; 3–6: of both suffixes; 7–9: of
/// the first quad's suffix; 10–12 and 13–15: values of the prefixes.
pub(super) type Offsets = u16;

/// By the next six bits, which quads have an offset (bits 6, 7), and whether MEL said that both are large (bit 8).
/// First row of quads, 7.3.6.
pub(super) static FIRST_OFFSETS: [Offsets; 320] = {
    let mut table = [0; 320];
    let mut index = 0;
    while index < 320 {
        table[index] = match (index >> 6, index as u32 & 63) {
            (3, bits) => {
                let (length, suffix, value) = PREFIXES[(bits & 7) as usize];
                if length == 3 {
                    // The second is then one of two values, said by one bit.
                    offsets([length, suffix, value], [1, 0, 1 + (bits >> 3 & 1)])
                } else {
                    both(bits, 0)
                }
            }
            (4, bits) => both(bits, 2),
            (mode, bits) => one(mode, bits),
        };
        index += 1;
    }
    table
};

/// As [`FIRST_OFFSETS`], for the other rows.
pub(super) static OTHER_OFFSETS: [Offsets; 256] = {
    let mut table = [0; 256];
    let mut index = 0;
    while index < 256 {
        table[index] = match (index >> 6, index as u32 & 63) {
            (3, bits) => both(bits, 0),
            (mode, bits) => one(mode, bits),
        };
        index += 1;
    }
    table
};

const fn one(mode: usize, bits: u32) -> Offsets {
    let (length, suffix, value) = PREFIXES[(bits & 7) as usize];
    match mode {
        1 => offsets([length, suffix, value], [0, 0, 0]),
        2 => offsets([0, 0, 0], [length, suffix, value]),
        _ => 0,
    }
}

const fn both(bits: u32, more: u32) -> Offsets {
    let (length, suffix, value) = PREFIXES[(bits & 7) as usize];
    let second = PREFIXES[(bits >> length & 7) as usize];
    offsets([length, suffix, value + more], [second.0, second.1, second.2 + more])
}

const fn offsets(first: [u32; 3], second: [u32; 3]) -> Offsets {
    ((first[0] + second[0]) | (first[1] + second[1]) << 3 | first[1] << 7 | first[2] << 10 | second[2] << 13)
        as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every context's codes are complete: any seven bits begin with exactly one of them. In the first context of
    /// all, where MEL says whether there is a code at all, too.
    #[test]
    fn codes_are_complete_and_no_code_begins_another() {
        for rows in [&FIRST_ROWS[..], &OTHER_ROWS] {
            let mut weight = [0; 8];
            for row in rows {
                weight[(row >> 23) as usize] += 128 >> (row & 7);
            }
            assert_eq!(weight, [128; 8]);
        }
        for quad in FIRST.iter().chain(&OTHER) {
            assert!((1..=7).contains(&(quad & 7)));
            // Exponents' bits are only of significant samples; the cleanup pass counts on it.
            let significant = quad >> 4 & 15;
            assert!((quad >> 8 & 15) & !significant == 0 && (quad >> 12) & !significant == 0);
        }
    }
}
