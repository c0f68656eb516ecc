//! Contexts of the coding passes: ISO/IEC 15444-1 annex D, tables D.1 to D.4 and D.7.

use super::mq::{Context, context};

/// First context of sign coding.
const SIGN: u8 = 9;
/// First context of magnitude refinement.
pub(super) const REFINEMENT: usize = 14;
pub(super) const RUN: usize = 17;
pub(super) const UNIFORM: usize = 18;

/// The states that all contexts begin in: table D.7. There are 19; the table is longer so that five bits index it.
pub(super) const INITIAL: [Context; 32] = {
    let mut states = [context(0); 32];
    states[0] = context(4);
    states[RUN] = context(3);
    states[UNIFORM] = context(46);
    states
};

/// Where the neighbours of a coefficient lie in a word of sets (`plane`) that is shifted down so that the one above left
/// of it is bit 0: three bits of the column on the left, two of its own, three of the one on the right.
const AROUND: u64 = 0b111_000_101_000_111;

/// Index of [`ZERO_CODING`] by such a word of significance.
#[inline(always)]
pub(super) fn zero_coding_index(significant: u64) -> usize {
    let around = significant & AROUND;
    // The right column goes beside the left one.
    ((around | around >> 9) & 511) as usize
}

/// Index of [`SIGN_CODING`] by words of significance and of signs.
#[inline(always)]
pub(super) fn sign_coding_index(significant: u64, negative: u64) -> usize {
    const SIDES: u64 = 0b010_000_101_000_010;
    let both = significant & SIDES | (negative & SIDES) << 1;
    ((both >> 1 | both >> 11) & 511) as usize
}

/// Zero coding: context by orientation and by the significance around a coefficient: from bit 0 the left column, from
/// bit 3 the right one, above in bit 6, below in bit 8. Table D.1.
pub(super) static ZERO_CODING: [[u8; 512]; 4] = {
    let mut table = [[0; 512]; 4];
    let mut orientation = 0;
    while orientation < 4 {
        let mut around = 0;
        while around < 512 {
            table[orientation][around] = zero_coding(
                orientation,
                [bit_of(around, 1) + bit_of(around, 4), bit_of(around, 6) + bit_of(around, 8)],
                bit_of(around, 0) + bit_of(around, 2) + bit_of(around, 3) + bit_of(around, 5),
            );
            around += 1;
        }
        orientation += 1;
    }
    table
};

const fn bit_of(around: usize, place: usize) -> u8 {
    ((around >> place) & 1) as u8
}

const fn zero_coding(orientation: usize, [across, down]: [u8; 2], diagonal: u8) -> u8 {
    if orientation == 3 {
        let sides = across + down;
        return match (diagonal, sides) {
            (0, 0) => 0,
            (0, 1) => 1,
            (0, _) => 2,
            (1, 0) => 3,
            (1, 1) => 4,
            (1, _) => 5,
            (2, 0) => 6,
            (2, _) => 7,
            _ => 8,
        };
    }
    // HL bands have across what the others have down.
    let (first, second) = if orientation == 1 { (down, across) } else { (across, down) };
    match (first, second, diagonal) {
        (0, 0, 0) => 0,
        (0, 0, 1) => 1,
        (0, 0, _) => 2,
        (0, 1, _) => 3,
        (0, _, _) => 4,
        (1, 0, 0) => 5,
        (1, 0, _) => 6,
        (1, _, _) => 7,
        _ => 8,
    }
}

/// Sign coding: context, and in bit 7 whether the decoded bit is to be inverted. Index: significance of the
/// coefficients on the left, on the right, above and below in bits 0, 2, 5 and 7, and whether each is negative in the
/// bit above it. Tables D.2 and D.3.
pub(super) static SIGN_CODING: [u8; 512] = {
    let mut table = [0; 512];
    let mut index = 0;
    while index < 512 {
        let across = contribution(index, 0, 2);
        let down = contribution(index, 5, 7);
        let (context, invert) = match (across, down) {
            (1, 1) => (4, 0),
            (1, 0) => (3, 0),
            (1, -1) => (2, 0),
            (0, 1) => (1, 0),
            (0, 0) => (0, 0),
            (0, -1) => (1, 1),
            (-1, 1) => (2, 1),
            (-1, 0) => (3, 1),
            _ => (4, 1),
        };
        table[index] = (SIGN + context) | invert << 7;
        index += 1;
    }
    table
};

/// 1, 0 or −1: two neighbours' signs together.
const fn contribution(index: usize, one: usize, other: usize) -> i32 {
    let sum = signed(index, one) + signed(index, other);
    if sum > 0 {
        1
    } else if sum < 0 {
        -1
    } else {
        0
    }
}

const fn signed(index: usize, place: usize) -> i32 {
    match ((index >> place) & 1, (index >> (place + 1)) & 1) {
        (0, _) => 0,
        (_, 0) => 1,
        _ => -1,
    }
}
