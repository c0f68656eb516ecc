//! Where the coefficients of a code-block are kept while its passes are decoded.
//!
//! A **cell** is eight columns of one stripe of four rows. Everything that is known of its coefficients is sets of them:
//! words of 64 bits with six bits a column, from the row above the stripe to the row below it, and with a column of each
//! neighbouring cell beside its own eight. So the neighbourhood of a coefficient is one shift away from a word that stays
//! in a register, a coefficient that becomes significant is one bit that is set, and what a pass has to visit is found
//! for a whole cell at once. Magnitudes are kept as one such set for each bit-plane.

use super::gather::{self, Sets};
use super::words::Word;

/// Bits of a column's first row (the one above the stripe) in all ten columns.
const ABOVE: u64 = 0x0041_0410_4104_1041;
const BELOW: u64 = ABOVE << 5;
/// Bits of the stripe's first row in a cell's own columns.
const FIRST_ROW: u64 = (ABOVE << 1) & ((1 << 54) - (1 << 6));
/// Distance between a cell's last column and the place that it has in the cell after it.
const BESIDE: u32 = 48;
/// Sets of a cell's own coefficients.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cell {
    pub(super) significant: u64,
    pub(super) negative: u64,
    /// Visited by the significance propagation of this bit-plane.
    pub(super) visited: u64,
    /// Refined at least once.
    pub(super) refined: u64,
    /// Coefficients with a one in this bit-plane.
    pub(super) ones: u64,
    /// Significant ones whose bit of the last bit-plane is not there.
    behind: u64,
}

/// A code-block of up to 4096 coefficients.
#[derive(Debug, Default)]
pub(super) struct Plane {
    width: usize,
    height: usize,
    /// Cells across.
    across: usize,
    stripes: usize,
    /// With an empty cell around each stripe and empty stripes around all.
    cells: Vec<Cell>,
    /// Ones of each bit-plane from the highest, cell by cell.
    planes: Vec<u64>,
    /// Number of the last of them.
    lowest: u32,
}

/// A stripe of a [`Plane`] for the time of a pass, with the stripes above and below it. Each has an empty cell on either
/// side, so that the cell in a column is the one after.
pub(super) struct Stripe<'p> {
    above: &'p [Cell],
    here: &'p mut [Cell],
    below: &'p [Cell],
    /// Which of the stripe below is looked at.
    beneath: u64,
    /// Whether it has all of its four rows.
    pub(super) whole: bool,
    /// Coefficients of a cell that are in the block, and those of the last cell.
    inside: [u64; 2],
    /// Cells across.
    pub(super) across: usize,
}

impl Plane {
    /// Makes it a block of zeros.
    pub(super) fn reset(&mut self, width: usize, height: usize) {
        (self.width, self.height) = (width, height);
        (self.across, self.stripes) = (width.div_ceil(8), height.div_ceil(4));
        self.cells.clear();
        self.cells.resize((self.stripes + 2) * (self.across + 2), Cell::default());
        self.planes.clear();
    }

    /// What the passes work on, from the top. With `causal` the stripe below counts for nothing.
    #[inline(always)]
    pub(super) fn for_each_stripe(&mut self, causal: bool, mut pass: impl FnMut(Stripe<'_>)) {
        let Self { width, height, across, .. } = *self;
        let beneath = if causal { 0 } else { BELOW };
        let stride = across + 2;
        let last = u64::MAX >> (6 * (across * 8 - width) + 10);
        for stripe in 0..self.stripes {
            let Some((above, rest)) =
                self.cells.get_mut(stripe * stride..).and_then(|cells| cells.split_at_mut_checked(stride))
            else {
                return;
            };
            let Some((here, rest)) = rest.split_at_mut_checked(stride) else { return };
            let Some(below) = rest.get(..stride) else { return };
            let rows = (height - stripe * 4).min(4);
            let inside = FIRST_ROW * ((1 << rows) - 1);
            let inside = [inside, inside & last];
            pass(Stripe { above, here, below, beneath, whole: rows == 4, inside, across });
        }
    }

    /// After bit-plane `number`: its ones are put away, and nothing is visited.
    pub(super) fn end_bit_plane(&mut self, number: u32) {
        self.lowest = number;
        self.planes.extend(self.cells.iter_mut().map(|cell| {
            cell.visited = 0;
            std::mem::take(&mut cell.ones)
        }));
    }

    /// After the last pass, where that left bit-plane `number` unfinished. `refined`: whether the coefficients that were
    /// significant before it have their bit of it.
    pub(super) fn end_early(&mut self, number: u32, refined: bool) {
        self.lowest = number;
        for cell in &mut self.cells {
            self.planes.push(cell.ones);
            cell.behind = if refined { 0 } else { cell.significant & !cell.visited };
        }
    }

    /// Gives the words row by row, in pieces of up to eight: row, first column, and the piece.
    pub(super) fn for_each_piece<W: Word>(&self, mut give: impl FnMut(usize, usize, &[W; 8])) {
        for stripe in 0..self.stripes {
            for cell in 0..self.across {
                let index = (stripe + 1) * (self.across + 2) + cell + 1;
                self.each_row(index, |row, words| {
                    if stripe * 4 + row < self.height {
                        give(stripe * 4 + row, cell * 8, words);
                    }
                });
            }
        }
    }

    /// Gives the words of a cell, row by row.
    #[inline(always)]
    fn each_row<W: Word>(&self, index: usize, mut give: impl FnMut(usize, &[W; 8])) {
        let cell = self.cells[index];
        if cell.significant == 0 {
            (0..4).for_each(|row| give(row, &[W::default(); 8]));
            return;
        }
        let stride = self.cells.len();
        let sets = Sets {
            negative: cell.negative,
            // In the middle of what the bits that are there leave open.
            middle: [cell.significant & !cell.behind, cell.behind],
            lowest: self.lowest,
            planes: (self.planes.len() / stride) as u32,
            ones: |place| self.planes.get(place as usize * stride + index).copied().unwrap_or(0),
        };
        gather::each_row(&sets, give);
    }
}

impl Stripe<'_> {
    #[inline(always)]
    pub(super) fn cell(&mut self, cell: usize) -> &mut Cell {
        &mut self.here[cell + 1]
    }

    /// The coefficients of a cell that are in the block.
    #[inline(always)]
    pub(super) fn valid(&self, cell: usize) -> u64 {
        self.inside[usize::from(cell + 1 == self.across)]
    }

    /// Begins to look at the significance around each cell in turn.
    #[inline(always)]
    pub(super) fn walk(&self) -> Walk {
        Walk { before: 0, here: 0, after: self.upright(1) }
    }

    /// The significance of a cell by its place in the stripe, with the rows above and below.
    #[inline(always)]
    fn upright(&self, at: usize) -> u64 {
        let set = |cells: &[Cell]| cells.get(at).map_or(0, |cell| cell.significant);
        set(self.here) | set(self.above) >> 4 & ABOVE | set(self.below) << 4 & self.beneath
    }

    /// A set of a cell and of what lies around it.
    #[inline(always)]
    pub(super) fn around(&self, cell: usize, set: impl Fn(&Cell) -> u64) -> u64 {
        let line = |cells: &[Cell]| {
            let Some([before, cell, after]) = cells.get(cell..cell + 3) else { return 0 };
            set(cell) | set(before) >> BESIDE | set(after) << BESIDE
        };
        line(self.here) | line(self.above) >> 4 & ABOVE | line(self.below) << 4 & self.beneath
    }
}

/// The significance of a cell and of those beside it, while a pass goes through a stripe: each is fetched once.
pub(super) struct Walk {
    before: u64,
    here: u64,
    after: u64,
}

impl Walk {
    /// The significance of the next cell, which is `cell`, and of what lies around it.
    #[inline(always)]
    pub(super) fn step(&mut self, stripe: &Stripe<'_>, cell: usize) -> u64 {
        (self.before, self.here) = (self.here, self.after);
        self.after = stripe.upright(cell + 2);
        self.here | self.before >> BESIDE | self.after << BESIDE
    }

    /// What of that cell is significant since.
    #[inline(always)]
    pub(super) fn found(&mut self, new: u64) {
        self.here |= new;
    }
}

/// Coefficients that have a neighbour in the set.
#[inline(always)]
pub(super) fn neighbours(set: u64) -> u64 {
    let vertical = set << 1 | set >> 1;
    let three = vertical | set;
    vertical | three << 6 | three >> 6
}

/// Columns of which no coefficient is in the set, marked in their first row.
#[inline(always)]
pub(super) fn empty_columns(set: u64) -> u64 {
    let any = set | set >> 1;
    !(any | any >> 2) & FIRST_ROW
}
