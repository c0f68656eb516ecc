//! Where the coefficients of a code-block are kept while its passes are decoded.
//!
//! A **cell** is 16 columns of one stripe of four rows; its 64 coefficients are numbered in the order in which passes
//! visit them, column by column. Sets of them are words of 64 bits, so that which coefficients a pass has to visit is
//! found for all at once, and then only those are visited. What a context depends on is kept beside that by column,
//! ready to be looked up.

/// Bits of row 0 of every column of a cell.
const FIRST_ROW: u64 = 0x1111_1111_1111_1111;
const LAST_ROW: u64 = FIRST_ROW << 3;
/// Neighbours of a coefficient of column 0 that are visited after it, by row.
const LATER: [u64; 4] = [0x32, 0x74, 0xe8, 0xc0];

/// Sets of coefficients of a cell.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cell {
    pub(super) significant: u64,
    /// Visited by the significance propagation of this bit-plane.
    pub(super) visited: u64,
    /// Refined at least once.
    pub(super) refined: u64,
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
    /// With one beside each stripe on either side. In each word: significance of three columns and six rows (from bit
    /// 0, row by row: the one above the stripe, its four, the one below), and from bit 32 their signs.
    columns: Vec<u64>,
    /// Sign in bit 31; magnitude below, bit 0 of which is half a step. Cell by cell.
    words: Vec<u32>,
}

/// A [`Plane`] for the time of a pass: in variables, which compilers keep in registers.
pub(super) struct View<'p> {
    width: usize,
    pub(super) height: usize,
    pub(super) across: usize,
    pub(super) stripes: usize,
    cells: &'p mut [Cell],
    columns: &'p mut [u64],
    words: &'p mut [u32],
}

/// A cell's words, and the columns that depend on it: its own with one beside them on either side, and those of the
/// stripes above and below. The index of a column is one more than in the cell.
pub(super) struct Window<'p> {
    above: &'p mut [u64; 18],
    here: &'p mut [u64; 18],
    below: &'p mut [u64; 18],
    pub(super) words: &'p mut [u32; 64],
}

/// Cell of a stripe, by number.
#[derive(Debug, Clone, Copy)]
pub(super) struct At {
    pub(super) stripe: usize,
    pub(super) cell: usize,
}

impl Plane {
    /// Makes it a block of zeros.
    pub(super) fn reset(&mut self, width: usize, height: usize) {
        (self.width, self.height) = (width, height);
        (self.across, self.stripes) = (width.div_ceil(16), height.div_ceil(4));
        let rows = self.stripes + 2;
        refill(&mut self.cells, rows * (self.across + 2));
        refill(&mut self.columns, rows * (self.across * 16 + 2));
        refill(&mut self.words, self.stripes * self.across * 64);
    }

    /// What the passes work on.
    pub(super) fn view(&mut self) -> View<'_> {
        View {
            width: self.width,
            height: self.height,
            across: self.across,
            stripes: self.stripes,
            cells: &mut self.cells,
            columns: &mut self.columns,
            words: &mut self.words,
        }
    }

    /// After a bit-plane: nothing is visited.
    pub(super) fn clear_visited(&mut self) {
        for cell in &mut self.cells {
            cell.visited = 0;
        }
    }

    /// Gives the words row by row, in pieces of up to 16: row, first column, and an iterator over the piece.
    pub(super) fn for_each_piece(&self, mut give: impl FnMut(usize, usize, [u32; 16])) {
        for (index, words) in self.words.as_chunks::<64>().0.iter().enumerate() {
            let (stripe, cell) = (index / self.across, index % self.across);
            for row in 0..(self.height - stripe * 4).min(4) {
                give(stripe * 4 + row, cell * 16, std::array::from_fn(|column| words[column * 4 + row]));
            }
        }
    }
}

impl View<'_> {
    #[inline(always)]
    fn cell_index(&self, at: At) -> usize {
        (at.stripe + 1) * (self.across + 2) + at.cell + 1
    }

    #[inline(always)]
    pub(super) fn cell(&self, at: At) -> Cell {
        self.cells[self.cell_index(at)]
    }

    #[inline(always)]
    pub(super) fn set_cell(&mut self, at: At, cell: Cell) {
        let index = self.cell_index(at);
        self.cells[index] = cell;
    }

    /// The coefficients of a cell that are in the block.
    #[inline(always)]
    pub(super) fn valid(&self, at: At) -> u64 {
        let columns = (self.width - at.cell * 16).min(16);
        let rows = (self.height - at.stripe * 4).min(4);
        (u64::MAX >> (64 - 4 * columns)) & (FIRST_ROW * ((1 << rows) - 1))
    }

    /// Coefficients of a cell that have a significant neighbour (not counting themselves), with `causal` none in the
    /// next stripe.
    #[inline(always)]
    pub(super) fn neighboured(&self, at: At, causal: bool) -> u64 {
        let stride = self.across + 2;
        let middle = self.cell_index(at);
        let [above, here, below] = [middle - stride, middle, middle + stride]
            .map(|index| self.cells[index - 1..].first_chunk::<3>());
        let (Some(above), Some(here), Some(below)) = (above, here, below) else { return 0 };
        // Significance above and below each coefficient, and with its own.
        let vertical = |index: usize| {
            let own: u64 = here[index].significant;
            let down = if causal { 0 } else { below[index].significant << 3 & LAST_ROW };
            let up = above[index].significant >> 3 & FIRST_ROW;
            let others = own << 1 & !FIRST_ROW | own >> 1 & !LAST_ROW | up | down;
            (others, others | own)
        };
        let ((_, before), (others, whole), (_, after)) = (vertical(0), vertical(1), vertical(2));
        others | whole << 4 | whole >> 4 | before >> 60 | after << 60
    }

    /// A cell's window; there is one for every cell.
    #[inline(always)]
    pub(super) fn window(&mut self, at: At) -> Option<Window<'_>> {
        let stride = self.across * 16 + 2;
        let (above, rest) =
            self.columns.get_mut(at.stripe * stride + at.cell * 16..)?.split_at_mut_checked(stride)?;
        let (here, below) = rest.split_at_mut_checked(stride)?;
        Some(Window {
            above: above.first_chunk_mut()?,
            here: here.first_chunk_mut()?,
            below: below.first_chunk_mut()?,
            words: self.words.get_mut((at.stripe * self.across + at.cell) * 64..)?.first_chunk_mut()?,
        })
    }
}

impl Window<'_> {
    /// The column of a coefficient, with its 3 × 3 neighbourhood in bits 0–8 and the signs in bits 32–40.
    #[inline(always)]
    pub(super) fn column(&self, place: u32) -> u64 {
        self.here[(place >> 2 & 15) as usize + 1] >> (3 * (place & 3))
    }

    /// A coefficient became significant: its neighbours' columns learn it, those of the stripe above not with
    /// `causal`.
    #[inline(always)]
    pub(super) fn tell_neighbours(&mut self, place: u32, negative: u32, causal: bool) {
        let mark = 1 | u64::from(negative) << 32;
        let (column, row) = ((place >> 2 & 15) as usize, place & 3);
        let tell = |columns: &mut [u64; 18], mark: u64, row: u32| {
            let mark = mark << (3 * row);
            columns[column] |= mark << 2;
            columns[column + 1] |= mark << 1;
            columns[column + 2] |= mark;
        };
        tell(self.here, mark, row + 1);
        // Rows come as they like: writing nothing is cheaper than guessing wrong whether there is something to write.
        tell(self.above, if row == 0 && !causal { mark } else { 0 }, 5);
        tell(self.below, if row == 3 { mark } else { 0 }, 0);
    }
}

/// Neighbours that are visited after a coefficient, in its own cell.
#[inline(always)]
pub(super) fn later(place: u32) -> u64 {
    LATER[(place & 3) as usize] << (place & 60)
}

/// Columns of which no coefficient is in the set, marked in their first row.
#[inline(always)]
pub(super) fn empty_columns(set: u64) -> u64 {
    let any = set | set >> 1;
    !(any | any >> 2) & FIRST_ROW
}

fn refill<T: Clone + Default>(values: &mut Vec<T>, count: usize) {
    values.clear();
    values.resize(count, T::default());
}
