//! The coding passes of a code-block: ISO/IEC 15444-1 annex D.

use super::bits::HeaderBits;
use super::contexts::{
    INITIAL, REFINEMENT, RUN, SIGN_CODING, UNIFORM, ZERO_CODING, sign_coding_index, zero_coding_index,
};
use super::mq::{Context, Mq, Source};
use super::params::BlockStyle;
use super::plane::{Cell, Plane, empty_columns, neighbours};

/// Where the symbols of a pass come from.
trait Symbols: Sized {
    /// Whether bits are as they are, without contexts.
    const RAW: bool;

    fn symbol(&mut self, context: &mut Context) -> u32;

    /// The same in a place that nobody else knows, where the compiler need not put it into memory.
    fn apart(self) -> Self;
}

impl Symbols for Mq<'_, '_> {
    const RAW: bool = false;

    #[inline(always)]
    fn symbol(&mut self, context: &mut Context) -> u32 {
        self.decode(context)
    }

    #[inline(always)]
    fn apart(self) -> Self {
        Mq::apart(self)
    }
}

impl Symbols for HeaderBits<'_> {
    const RAW: bool = true;

    #[inline]
    fn symbol(&mut self, _: &mut Context) -> u32 {
        self.bit()
    }

    #[inline]
    fn apart(self) -> Self {
        self
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
                raw = self.pass_raw(raw);
            }
            return;
        }
        let mut source = Source::new(segment.bytes);
        let mut mq = Mq::new(&mut source);
        for _ in 0..segment.passes {
            if self.planes_left == 0 {
                return;
            }
            mq = match self.next {
                Pass::Significance => self.significance(mq),
                Pass::Refinement => self.refinement(mq),
                Pass::Cleanup => self.cleanup(mq),
            };
            self.step();
        }
    }

    /// After the last segment.
    pub(super) fn finish(self) {
        if self.next != Pass::Significance && self.planes_left < self.job.planes {
            self.plane.end_early(self.planes_left - 1, self.next == Pass::Cleanup);
        }
    }

    fn pass_raw<'b>(&mut self, raw: HeaderBits<'b>) -> HeaderBits<'b> {
        if self.planes_left == 0 {
            return raw;
        }
        let raw = match self.next {
            Pass::Significance => self.significance(raw),
            Pass::Refinement => self.refinement(raw),
            // Not in raw segments; a damaged one is left alone.
            Pass::Cleanup => raw,
        };
        self.step();
        raw
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
    fn significance<S: Symbols>(&mut self, coder: S) -> S {
        let mut coder = coder.apart();
        let contexts = &mut self.contexts;
        let zero_coding = self.zero_coding;
        self.plane.for_each_stripe(self.job.style.causal, |mut stripe| {
            let mut walk = stripe.walk();
            for cell in 0..stripe.across {
                let before = walk.step(&stripe, cell);
                let open = !before & stripe.valid(cell);
                let first = neighbours(before) & open;
                if first == 0 {
                    continue;
                }
                let mut left = first >> FIRST;
                let mut sets =
                    Sets { significant: before, negative: stripe.around(cell, |cell| cell.negative) };
                let mut place = left.trailing_zeros();
                let mut zero = sets.zero_coding(zero_coding, place);
                loop {
                    left &= left - 1;
                    // Looked up before it is known whether this one is zero, after which nothing would be left to do but wait.
                    let next = left.trailing_zeros();
                    let next_zero = sets.zero_coding(zero_coding, next);
                    if coder.symbol(&mut contexts[zero]) == 1 {
                        sets.add(&mut coder, contexts, place);
                        left |= LATER.wrapping_shl(place) & open >> FIRST;
                        place = left.trailing_zeros();
                        zero = sets.zero_coding(zero_coding, place);
                    } else {
                        place = next;
                        zero = next_zero;
                    }
                    if left == 0 {
                        break;
                    }
                }
                let cell = stripe.cell(cell);
                let new = sets.significant ^ before;
                walk.found(new);
                cell.significant |= new;
                cell.negative |= sets.negative & new;
                cell.ones |= new;
                cell.visited = first | (new << 1 | (new | new << 1 | new << 2) << 5) & open;
            }
        });
        coder
    }

    /// D.3.3.
    #[inline(never)]
    fn refinement<S: Symbols>(&mut self, coder: S) -> S {
        let mut coder = coder.apart();
        let contexts = &mut self.contexts;
        self.plane.for_each_stripe(self.job.style.causal, |mut stripe| {
            for cell in 0..stripe.across {
                let Cell { significant, visited, refined: again, .. } = *stripe.cell(cell);
                let mut left = significant & !visited;
                if left == 0 {
                    continue;
                }
                // Counts for the first time only.
                let neighboured = neighbours(stripe.around(cell, |cell| cell.significant));
                let cell = stripe.cell(cell);
                cell.refined |= left;
                let mut ones = 0;
                while left != 0 {
                    let one = left & left.wrapping_neg();
                    left ^= one;
                    let first = usize::from(neighboured & one != 0);
                    let context = if again & one != 0 { 2 } else { first };
                    let symbol = coder.symbol(&mut contexts[(REFINEMENT + context) & 31]);
                    ones |= one & u64::from(symbol).wrapping_neg();
                }
                cell.ones |= ones;
            }
        });
        coder
    }

    /// D.3.4.
    #[inline(never)]
    fn cleanup<'s, 'b>(&mut self, coder: Mq<'s, 'b>) -> Mq<'s, 'b> {
        let mut coder = coder.apart();
        let contexts = &mut self.contexts;
        let mut run = contexts[RUN];
        let zero_coding = self.zero_coding;
        self.plane.for_each_stripe(self.job.style.causal, |mut stripe| {
            let mut walk = stripe.walk();
            for cell in 0..stripe.across {
                let before = walk.step(&stripe, cell);
                let mut left = !before & !stripe.cell(cell).visited & stripe.valid(cell);
                if left == 0 {
                    continue;
                }
                let mut runs = if stripe.whole { empty_columns(before | neighbours(before)) } else { 0 };
                // A cell of nothing but columns that are empty, as most are in the highest bit-planes.
                if left == runs * 15 && coder.skip_zeros(run, runs.count_ones()) {
                    continue;
                }
                left >>= FIRST;
                runs >>= FIRST;
                let mut sets = Sets { significant: before, negative: UNKNOWN };
                let mut place = left.trailing_zeros();
                let mut zero = sets.zero_coding(zero_coding, place);
                while left != 0 {
                    let one = left & left.wrapping_neg();
                    if runs & one == 0 {
                        left ^= one;
                        let next = left.trailing_zeros();
                        let next_zero = sets.zero_coding(zero_coding, next);
                        if coder.decode(&mut contexts[zero]) == 0 {
                            place = next;
                            zero = next_zero;
                            continue;
                        }
                    } else if coder.skip_zeros(run, 1) || coder.decode(&mut run) == 0 {
                        left &= !one.wrapping_mul(15);
                        place = left.trailing_zeros();
                        zero = sets.zero_coding(zero_coding, place);
                        continue;
                    } else {
                        let skipped = coder.decode(&mut contexts[UNIFORM]) << 1;
                        let skipped = skipped | coder.decode(&mut contexts[UNIFORM]);
                        left &= !(((2 << skipped) - 1) << place);
                        place += skipped;
                    }
                    if sets.negative == UNKNOWN {
                        sets.negative = stripe.around(cell, |cell| cell.negative);
                    }
                    sets.add(&mut coder, contexts, place);
                    // The next column is no run any more.
                    runs &= !(0x7e << place);
                    place = left.trailing_zeros();
                    zero = sets.zero_coding(zero_coding, place);
                }
                let cell = stripe.cell(cell);
                let new = sets.significant ^ before;
                walk.found(new);
                cell.significant |= new;
                cell.negative |= sets.negative & new;
                cell.ones |= new;
            }
        });
        if self.job.style.segmentation {
            // 1010, there to find errors; what follows an error is shown all the same.
            for _ in 0..4 {
                coder.decode(&mut contexts[UNIFORM]);
            }
        }
        contexts[RUN] = run;
        coder
    }
}

/// Place of a cell's first coefficient in its sets; in loops places are counted from there, which is also from the
/// neighbour above left in what is around a coefficient.
const FIRST: u32 = 7;

/// Neighbours that are visited after a coefficient, if that is the lowest bit: below, and in the next column.
const LATER: u64 = 0b1110_0010;

/// Signs that nobody has asked for yet; no set of a cell.
const UNKNOWN: u64 = u64::MAX;

/// Sets of a cell and of what lies around it, while a pass goes through it.
struct Sets {
    significant: u64,
    negative: u64,
}

impl Sets {
    /// Significance around a coefficient, from the one above left of it in bit 0.
    #[inline(always)]
    fn around(&self, place: u32) -> u64 {
        self.significant.wrapping_shr(place)
    }

    /// The context of zero coding of a coefficient: D.3.1. Any place can be asked for.
    #[inline(always)]
    fn zero_coding(&self, table: &[u8; 512], place: u32) -> usize {
        usize::from(table[zero_coding_index(self.around(place))] & 31)
    }

    /// A coefficient becomes significant; its sign: D.3.2.
    #[inline(always)]
    fn add<S: Symbols>(&mut self, coder: &mut S, contexts: &mut [Context; 32], place: u32) {
        let negative = self.negative.wrapping_shr(place);
        let sign = SIGN_CODING[sign_coding_index(self.around(place), negative)];
        let mut negative = coder.symbol(&mut contexts[usize::from(sign & 31)]);
        if !S::RAW {
            negative ^= u32::from(sign >> 7);
        }
        let one = (1u64 << FIRST).wrapping_shl(place);
        self.significant |= one;
        self.negative |= one & u64::from(negative).wrapping_neg();
    }
}
