//! The coding passes of a code-block: ISO/IEC 15444-1 annex D.

use super::bits::HeaderBits;
use super::contexts::{INITIAL, REFINEMENT, RUN, SIGN_CODING, UNIFORM, ZERO_CODING};
use super::mq::{Context, Mq};
use super::params::BlockStyle;
use super::plane::{At, Plane, Window, empty_columns, later};

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
            let plane = self.planes_left - 1;
            match self.next {
                Pass::Significance => self.significance(&mut mq, plane),
                Pass::Refinement => self.refinement(&mut mq, plane),
                Pass::Cleanup => self.cleanup(&mut mq, plane),
            }
            self.step();
        }
    }

    fn pass_raw(&mut self, raw: &mut HeaderBits<'_>) {
        if self.planes_left == 0 {
            return;
        }
        match self.next {
            Pass::Significance => self.significance(raw, self.planes_left - 1),
            Pass::Refinement => self.refinement(raw, self.planes_left - 1),
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
                self.plane.clear_visited();
                self.planes_left -= 1;
                Pass::Significance
            }
        };
        if self.job.style.reset {
            self.contexts = INITIAL;
        }
    }

    /// D.3.1.
    #[inline(never)]
    fn significance<S: Symbols + Clone>(&mut self, symbols: &mut S, bit_plane: u32) {
        let mut coder = symbols.clone();
        let mut contexts = self.contexts;
        let causal = self.job.style.causal;
        let zero_coding = self.zero_coding;
        let mut view = self.plane.view();
        for stripe in 0..view.stripes {
            for cell in 0..view.across {
                let at = At { stripe, cell };
                let mut sets = view.cell(at);
                let open = !sets.significant & view.valid(at);
                let mut left = view.neighboured(at, causal) & open;
                let Some(mut window) = view.window(at).filter(|_| left != 0) else { continue };
                sets.visited = left;
                while left != 0 {
                    let place = left.trailing_zeros() & 63;
                    left &= left - 1;
                    let column = window.column(place);
                    let zero = zero_coding[(column & 511) as usize];
                    if coder.symbol(&mut contexts[usize::from(zero & 31)]) == 1 {
                        becomes_significant(&mut coder, &mut contexts, &mut window, place, bit_plane, causal);
                        sets.significant |= 1 << place;
                        let later = later(place) & open;
                        left |= later;
                        sets.visited |= later;
                    }
                }
                view.set_cell(at, sets);
            }
        }
        self.contexts = contexts;
        *symbols = coder;
    }

    /// D.3.3.
    #[inline(never)]
    fn refinement<S: Symbols + Clone>(&mut self, symbols: &mut S, bit_plane: u32) {
        let mut coder = symbols.clone();
        let mut contexts = self.contexts;
        let causal = self.job.style.causal;
        let mut view = self.plane.view();
        for stripe in 0..view.stripes {
            for cell in 0..view.across {
                let at = At { stripe, cell };
                let mut sets = view.cell(at);
                let mut left = sets.significant & !sets.visited;
                if left == 0 {
                    continue;
                }
                let again = sets.refined;
                let neighboured = view.neighboured(at, causal) & !again;
                sets.refined |= left;
                view.set_cell(at, sets);
                let Some(Window { words, .. }) = view.window(at) else { continue };
                while left != 0 {
                    let place = left.trailing_zeros() & 63;
                    left &= left - 1;
                    let context = (again >> place & 1) * 2 + (neighboured >> place & 1);
                    let context = &mut contexts[(REFINEMENT + context as usize) & 31];
                    let symbol = coder.symbol(context);
                    let word = &mut words[place as usize];
                    *word = (*word ^ (symbol ^ 1) << (bit_plane + 1)) | 1 << bit_plane;
                }
            }
        }
        self.contexts = contexts;
        *symbols = coder;
    }

    /// D.3.4.
    #[inline(never)]
    fn cleanup(&mut self, symbols: &mut Mq<'_>, bit_plane: u32) {
        let mut coder = *symbols;
        let mut contexts = self.contexts;
        let causal = self.job.style.causal;
        let zero_coding = self.zero_coding;
        let mut view = self.plane.view();
        for stripe in 0..view.stripes {
            let whole = view.height - stripe * 4 >= 4;
            for cell in 0..view.across {
                let at = At { stripe, cell };
                let mut sets = view.cell(at);
                let mut left = !sets.significant & !sets.visited & view.valid(at);
                if left == 0 {
                    continue;
                }
                let mut runs =
                    if whole { empty_columns(sets.significant | view.neighboured(at, causal)) } else { 0 };
                let Some(mut window) = view.window(at) else { continue };
                while left != 0 {
                    let mut place = left.trailing_zeros() & 63;
                    let mut found = false;
                    if runs >> place & 1 == 1 {
                        if coder.decode(&mut contexts[RUN]) == 0 {
                            left &= !(15 << place);
                            continue;
                        }
                        let first = coder.decode(&mut contexts[UNIFORM]) << 1;
                        let first = first | coder.decode(&mut contexts[UNIFORM]);
                        left &= !(((1 << first) - 1) << place);
                        place = (place + first) & 63;
                        found = true;
                    }
                    left &= left - 1;
                    let column = window.column(place);
                    if !found {
                        let zero = zero_coding[(column & 511) as usize];
                        found = coder.decode(&mut contexts[usize::from(zero & 31)]) == 1;
                    }
                    if found {
                        becomes_significant(&mut coder, &mut contexts, &mut window, place, bit_plane, causal);
                        sets.significant |= 1 << place;
                        // The next column is no run any more.
                        runs &= !(16 << (place & 60));
                    }
                }
                view.set_cell(at, sets);
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

/// Sign and first bit of a coefficient: D.3.2.
#[inline(always)]
fn becomes_significant<S: Symbols>(
    coder: &mut S,
    contexts: &mut [Context; 32],
    window: &mut Window<'_>,
    place: u32,
    bit_plane: u32,
    causal: bool,
) {
    let column = window.column(place);
    let sign = SIGN_CODING[(column & 0xaa | column >> 33 & 0x55) as usize];
    let mut negative = coder.symbol(&mut contexts[usize::from(sign & 31)]);
    if !S::RAW {
        negative ^= u32::from(sign >> 7);
    }
    window.words[(place & 63) as usize] = negative << 31 | 3 << bit_plane;
    window.tell_neighbours(place, negative, causal);
}
