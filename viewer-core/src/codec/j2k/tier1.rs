//! The coding passes of a code-block: ISO/IEC 15444-1 annex D.

use super::bits::HeaderBits;
use super::contexts::{
    INITIAL, REFINEMENT, RUN, SIGN_CODING, UNIFORM, ZERO_CODING, sign_coding_index, zero_coding_index,
};
use super::mq::{Context, Mq};
use super::params::BlockStyle;
use super::plane::{Cell, Plane, empty_columns, neighbours};

/// Where the symbols of a pass come from.
trait Symbols {
    /// Whether bits are as they are, without contexts.
    const RAW: bool;

    fn symbol(&mut self, context: &mut Context) -> u32;
}

impl Symbols for Mq<'_> {
    const RAW: bool = false;

    #[inline(always)]
    fn symbol(&mut self, context: &mut Context) -> u32 {
        self.decode(context)
    }
}

impl Symbols for HeaderBits<'_> {
    const RAW: bool = true;

    #[inline]
    fn symbol(&mut self, _: &mut Context) -> u32 {
        self.bit()
    }
}

/// A codeword segment: its bytes and its passes.
pub(super) struct Segment<'b> {
    pub(super) bytes: &'b [u8],
    pub(super) passes: u16,
}

/// What a code-block's passes need to know of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Job {
    pub(super) style: BlockStyle,
    /// 0 LL, 1 HL, 2 LH, 3 HH.
    pub(super) orientation: u8,
    /// Bit-planes that have bits, at most `MAX_PLANES`.
    pub(super) planes: u32,
}

/// Passes of one bit-plane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pass {
    Significance,
    Refinement,
    Cleanup,
}

/// Decodes segments one after the other into a plane that was made zero.
pub(super) struct Tier1<'p> {
    plane: &'p mut Plane,
    job: Job,
    zero_coding: &'static [u8; 512],
    contexts: [Context; 32],
    next: Pass,
    /// Number of the current bit-plane plus one; 0 when there is none left.
    planes_left: u32,
    passes: u16,
}

impl<'p> Tier1<'p> {
    pub(super) fn new(plane: &'p mut Plane, job: Job) -> Self {
        let zero_coding = &ZERO_CODING[usize::from(job.orientation & 3)];
        let planes_left = job.planes;
        Self { plane, job, zero_coding, contexts: INITIAL, next: Pass::Cleanup, planes_left, passes: 0 }
    }

    /// Decodes one segment; passes beyond the last bit-plane are left out.
    pub(super) fn segment(&mut self, segment: &Segment<'_>) {
        // Table D.9: the first ten passes are arithmetic in any case.
        if self.job.style.bypass && self.passes >= 10 && self.next != Pass::Cleanup {
            let mut raw = HeaderBits::of_pass(segment.bytes);
            for _ in 0..segment.passes {
                self.pass_raw(&mut raw);
            }
            return;
        }
        let mut mq = Mq::new(segment.bytes);
        for _ in 0..segment.passes {
            if self.planes_left == 0 {
                return;
            }
            match self.next {
                Pass::Significance => self.significance(&mut mq),
                Pass::Refinement => self.refinement(&mut mq),
                Pass::Cleanup => self.cleanup(&mut mq),
            }
            self.step();
        }
    }

    /// After the last segment.
    pub(super) fn finish(self) {
        if self.next != Pass::Significance && self.planes_left < self.job.planes {
            self.plane.end_early(self.planes_left - 1, self.next == Pass::Cleanup);
        }
    }

    fn pass_raw(&mut self, raw: &mut HeaderBits<'_>) {
        if self.planes_left == 0 {
            return;
        }
        match self.next {
            Pass::Significance => self.significance(raw),
            Pass::Refinement => self.refinement(raw),
            // Not in raw segments; a damaged one is left alone.
            Pass::Cleanup => {}
        }
        self.step();
    }

    fn step(&mut self) {
        self.passes += 1;
        self.next = match self.next {
            Pass::Significance => Pass::Refinement,
            Pass::Refinement => Pass::Cleanup,
            Pass::Cleanup => {
                self.planes_left -= 1;
                self.plane.end_bit_plane(self.planes_left);
                Pass::Significance
            }
        };
        if self.job.style.reset {
            self.contexts = INITIAL;
        }
    }

    /// D.3.1.
    #[inline(never)]
    fn significance<S: Symbols + Clone>(&mut self, symbols: &mut S) {
        let mut coder = symbols.clone();
        let mut contexts = self.contexts;
        let causal = self.job.style.causal;
        let zero_coding = self.zero_coding;
        let mut view = self.plane.view();
        for stripe in 0..view.stripes {
            let first = view.first(stripe);
            for cell in 0..view.across {
                let index = first + cell;
                let before = view.around(index, causal, |cell| cell.significant);
                let open = !before & view.valid(stripe, cell);
                let mut left = neighbours(before) & open;
                if left == 0 {
                    continue;
                }
                let mut visited = left;
                let mut sets =
                    Sets { significant: before, negative: view.around(index, causal, |cell| cell.negative) };
                while left != 0 {
                    let place = left.trailing_zeros();
                    left &= left - 1;
                    let zero = zero_coding[zero_coding_index(sets.significant >> ((place - 7) & 63))];
                    if coder.symbol(&mut contexts[usize::from(zero & 31)]) == 1 {
                        sets.add(&mut coder, &mut contexts, place);
                        let later = LATER << place & open;
                        left |= later;
                        visited |= later;
                    }
                }
                let cell = view.cell(index);
                let new = sets.significant ^ before;
                cell.significant |= new;
                cell.negative |= sets.negative & new;
                cell.ones |= new;
                cell.visited = visited;
            }
        }
        self.contexts = contexts;
        *symbols = coder;
    }

    /// D.3.3.
    #[inline(never)]
    fn refinement<S: Symbols + Clone>(&mut self, symbols: &mut S) {
        let mut coder = symbols.clone();
        let mut contexts = self.contexts;
        let causal = self.job.style.causal;
        let mut view = self.plane.view();
        for stripe in 0..view.stripes {
            let first = view.first(stripe);
            for index in first..first + view.across {
                let Cell { significant, visited, refined: again, .. } = *view.cell(index);
                let mut left = significant & !visited;
                if left == 0 {
                    continue;
                }
                // Of the first time only.
                let neighboured = if left & !again == 0 {
                    0
                } else {
                    neighbours(view.around(index, causal, |cell| cell.significant)) & !again
                };
                let cell = view.cell(index);
                cell.refined |= left;
                let mut ones = 0;
                while left != 0 {
                    let place = left.trailing_zeros();
                    left &= left - 1;
                    let context = (again >> place & 1) * 2 + (neighboured >> place & 1);
                    let symbol = coder.symbol(&mut contexts[(REFINEMENT + context as usize) & 31]);
                    ones |= u64::from(symbol) << place;
                }
                cell.ones |= ones;
            }
        }
        self.contexts = contexts;
        *symbols = coder;
    }

    /// D.3.4.
    #[inline(never)]
    fn cleanup(&mut self, symbols: &mut Mq<'_>) {
        let mut coder = *symbols;
        let mut contexts = self.contexts;
        let causal = self.job.style.causal;
        let zero_coding = self.zero_coding;
        let mut view = self.plane.view();
        for stripe in 0..view.stripes {
            let whole = view.height - stripe * 4 >= 4;
            let first = view.first(stripe);
            for cell in 0..view.across {
                let index = first + cell;
                let before = view.around(index, causal, |cell| cell.significant);
                let mut left = !before & !view.cell(index).visited & view.valid(stripe, cell);
                if left == 0 {
                    continue;
                }
                let mut runs = if whole { empty_columns(before | neighbours(before)) } else { 0 };
                let mut sets =
                    Sets { significant: before, negative: view.around(index, causal, |cell| cell.negative) };
                while left != 0 {
                    let mut place = left.trailing_zeros();
                    let mut found = false;
                    if runs >> place & 1 == 1 {
                        if coder.decode_likely(&mut contexts[RUN]) == 0 {
                            left &= !(15 << place);
                            continue;
                        }
                        let skipped = coder.decode(&mut contexts[UNIFORM]) << 1;
                        let skipped = skipped | coder.decode(&mut contexts[UNIFORM]);
                        left &= !(((1 << skipped) - 1) << place);
                        place += skipped;
                        found = true;
                    }
                    left &= left - 1;
                    if !found {
                        let zero = zero_coding[zero_coding_index(sets.significant >> ((place - 7) & 63))];
                        found = coder.decode(&mut contexts[usize::from(zero & 31)]) == 1;
                    }
                    if found {
                        sets.add(&mut coder, &mut contexts, place);
                        // The next column is no run any more.
                        runs &= !(0x7e << place);
                    }
                }
                let cell = view.cell(index);
                let new = sets.significant ^ before;
                cell.significant |= new;
                cell.negative |= sets.negative & new;
                cell.ones |= new;
            }
        }
        if self.job.style.segmentation {
            // 1010, there to find errors; what follows an error is shown all the same.
            for _ in 0..4 {
                coder.decode(&mut contexts[UNIFORM]);
            }
        }
        self.contexts = contexts;
        *symbols = coder;
    }
}

/// Neighbours that are visited after a coefficient, if that is the lowest bit: below, and in the next column.
const LATER: u64 = 0b1110_0010;

/// Sets of a cell and of what lies around it, while a pass goes through it.
struct Sets {
    significant: u64,
    negative: u64,
}

impl Sets {
    /// A coefficient becomes significant; its sign: D.3.2.
    #[inline(always)]
    fn add<S: Symbols>(&mut self, coder: &mut S, contexts: &mut [Context; 32], place: u32) {
        let corner = (place - 7) & 63;
        let sign = SIGN_CODING[sign_coding_index(self.significant >> corner, self.negative >> corner)];
        let mut negative = coder.symbol(&mut contexts[usize::from(sign & 31)]);
        if !S::RAW {
            negative ^= u32::from(sign >> 7);
        }
        self.significant |= 1 << place;
        self.negative |= u64::from(negative) << place;
    }
}
