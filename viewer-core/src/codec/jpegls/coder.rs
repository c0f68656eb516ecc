//! Sample coding: T.87 annex A. Names of the standard stand in the comments.

use super::bits::{BitReader, Plain};
use super::params::Params;

/// Run lengths by run index, table J of A.2.1.
const RUN_BITS: [u32; 32] =
    [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13, 14, 15];

/// Errors of a sound stream lie within ±2¹⁵; with it no sum here can overflow (RESET is at most 65535).
const LARGEST_MAPPED_ERROR: u32 = 1 << 16;

/// Statistics of one context: A, B, N and C of A.2.1, and what follows from them for the next sample. That is worked
/// out when they change, so that a sample need not wait for it.
#[derive(Clone, Copy)]
struct Context {
    magnitude: i32,
    bias: i32,
    count: i32,
    correction: i16,
    /// The Golomb parameter, A.5.1.
    k: u8,
    /// −1 where errors are mapped the other way round (A.5.2: k = 0, and most errors are negative), else 0.
    turned: i8,
}

/// Statistics of run interruption, contexts 365 and 366.
#[derive(Clone, Copy)]
struct RunContext {
    magnitude: i32,
    count: i32,
    /// Nn: how many errors were negative.
    negative: i32,
}

/// Contexts, 365 of them, and as many more as a power of two has.
const CONTEXTS: usize = 512;

/// Gradients that there can be, from −2¹⁶ on: a table of all of them needs no comparison with its ends.
const GRADIENTS: usize = 1 << 17;

/// What is the same for all samples of a scan.
#[derive(Clone, Copy)]
pub(super) struct Rules {
    params: Params,
    /// Zeros that stand before an error that is not coded.
    escape: u32,
    /// −1 where errors may be mapped the other way round, else 0.
    turnable: i32,
    /// 2 · NEAR + 1.
    step: i32,
    /// RANGE times the step: what values go round at.
    span: i32,
}

/// Contexts, parameters and bits; `PLAIN` is NEAR = 0 and MAXVAL = 2ⁿ − 1, known to the compiler.
pub(super) struct Coder<'a, const PLAIN: bool> {
    pub(super) rules: Rules,
    contexts: [Context; CONTEXTS],
    run_contexts: [RunContext; 2],
    /// Quantised gradients, figure A.3.
    quantised: Box<[i8; GRADIENTS]>,
    plain: &'a Plain,
    /// The interval between restart markers that `reader` reads.
    interval: usize,
    pub(super) reader: BitReader<'a>,
    /// An error was out of all bounds.
    pub(super) broken: bool,
}

impl<'a, const PLAIN: bool> Coder<'a, PLAIN> {
    pub(super) fn new(params: Params, plain: &'a Plain) -> Self {
        let mut quantised = Box::new([0; GRADIENTS]);
        let middle = GRADIENTS / 2;
        for (threshold, size) in std::iter::once(params.near + 1).chain(params.thresholds).zip(1..) {
            // No larger than MAXVAL, which has 16 bits.
            let threshold = threshold as usize;
            quantised[middle + threshold..].fill(size);
            quantised[..=middle - threshold].fill(-size);
        }
        let (contexts, run_contexts) = Self::fresh(params);
        let step = 2 * params.near + 1;
        let rules = Rules {
            params,
            escape: params.limit.saturating_sub(params.escape_bits + 1),
            turnable: -i32::from(params.near == 0),
            step,
            span: params.range * step,
        };
        Self {
            rules,
            contexts,
            run_contexts,
            quantised,
            plain,
            interval: 0,
            reader: plain.reader(0),
            broken: false,
        }
    }

    /// Begins again behind a restart marker.
    pub(super) fn restart(&mut self) {
        self.interval += 1;
        self.reader = self.plain.reader(self.interval);
        (self.contexts, self.run_contexts) = Self::fresh(self.rules.params);
    }

    fn fresh(params: Params) -> ([Context; CONTEXTS], [RunContext; 2]) {
        let magnitude = ((params.range + 32) >> 6).max(2);
        let k = golomb_parameter(1, magnitude) as u8;
        let context = Context { magnitude, bias: 0, count: 1, correction: 0, k, turned: 0 };
        ([context; CONTEXTS], [RunContext { magnitude, count: 1, negative: 0 }; 2])
    }

    /// NEAR.
    pub(super) fn near(&self) -> i32 {
        self.rules.params.near
    }

    /// A.3.3: −4 … 4.
    #[inline(always)]
    pub(super) fn quantise(&self, gradient: i32) -> i32 {
        let index = (gradient + (GRADIENTS / 2) as i32) as usize % GRADIENTS;
        self.quantised[index].into()
    }

    /// One sample in regular mode, A.4–A.6. `q` is 81·Q1 + 9·Q2 + Q3; left, above and corner are Ra, Rb, Rc;
    /// `reader` is [`Self::reader`], kept outside while samples follow each other.
    #[inline(always)]
    pub(super) fn regular(
        &mut self,
        rules: &Rules,
        reader: &mut BitReader<'a>,
        q: i32,
        left: i32,
        above: i32,
        corner: i32,
    ) -> u16 {
        let sign = q >> 31;
        let context = &mut self.contexts[((q ^ sign) - sign) as usize % CONTEXTS];
        let correction = i32::from(context.correction);
        let predicted =
            rules.params.within(median::<PLAIN>(left, above, corner) + ((correction ^ sign) - sign));
        let mapped = reader.golomb(context.k.into(), rules.escape, rules.params.escape_bits);
        if mapped > LARGEST_MAPPED_ERROR {
            self.broken = true;
            return 0;
        }
        let turned = i32::from(context.turned);
        let half = (mapped >> 1) as i32;
        let odd = -((mapped & 1) as i32);
        let error = half ^ odd ^ turned;
        if PLAIN {
            context.update(rules, error, error);
            // In this order the value waits for less than by way of the error.
            return ((((half ^ (turned ^ sign)) ^ odd) + (predicted - sign)) & rules.params.max_value) as u16;
        }
        let scaled = error * rules.step;
        context.update(rules, error, scaled);
        rules.reconstruct::<PLAIN>(predicted, (scaled ^ sign) - sign)
    }

    /// A.7.1: length of a run of at most `room` pixels, and whether a sample ends it before the line does.
    pub(super) fn run_length(&mut self, run_index: &mut usize, room: usize) -> (usize, bool) {
        let mut length = 0;
        loop {
            if self.reader.take(1) == 0 {
                let rest = self.reader.take(RUN_BITS[*run_index]) as usize;
                self.broken |= length + rest >= room;
                return ((length + rest).min(room.saturating_sub(1)), true);
            }
            let whole = 1 << RUN_BITS[*run_index];
            if length + whole > room {
                return (room, false);
            }
            length += whole;
            *run_index = (*run_index + 1).min(31);
            if length == room {
                return (room, false);
            }
        }
    }

    /// A.7.2: the sample that ends a run. With samples interleaved the left and above neighbours are never taken
    /// as equal (`alike` false), as every component has to be coded.
    pub(super) fn run_interruption(&mut self, run_index: usize, left: i32, above: i32, alike: bool) -> u16 {
        let kind = i32::from(alike);
        let rules = self.rules;
        let RunContext { magnitude, count, negative } = self.run_contexts[kind as usize];
        let k = golomb_parameter(count, magnitude.saturating_add(if alike { count >> 1 } else { 0 }));
        let escape = rules.escape.saturating_sub(RUN_BITS[run_index] + 1);
        let mapped = self.reader.golomb(k, escape, rules.params.escape_bits);
        if mapped > LARGEST_MAPPED_ERROR {
            self.broken = true;
            return 0;
        }
        let mapped = mapped as i32;
        let doubled = mapped + kind;
        let odd = doubled & 1;
        let size = (doubled + odd) >> 1;
        let error = if (k != 0 || 2 * negative >= count) == (odd == 1) { -size } else { size };
        let context = &mut self.run_contexts[kind as usize];
        context.negative += i32::from(error < 0);
        context.magnitude += (mapped + 1 - kind) >> 1;
        if context.count == rules.params.reset {
            context.magnitude >>= 1;
            context.count >>= 1;
            context.negative >>= 1;
        }
        context.count += 1;
        let scaled = error * rules.step;
        if alike {
            rules.reconstruct::<PLAIN>(left, scaled)
        } else {
            rules.reconstruct::<PLAIN>(above, if left > above { -scaled } else { scaled })
        }
    }
}

impl Rules {
    /// A.4.5 and A.5.3 read backwards: prediction and signed error, times the step → sample.
    #[inline(always)]
    fn reconstruct<const PLAIN: bool>(&self, predicted: i32, scaled: i32) -> u16 {
        let Params { max_value, near, .. } = self.params;
        let value = predicted + scaled;
        if PLAIN {
            // Modulo 2ⁿ.
            return (value & max_value) as u16;
        }
        if value as u32 <= max_value as u32 {
            return value as u16;
        }
        let [below, above] = [value < -near, value > max_value + near].map(i32::from);
        let value = value + (self.span & -below) - (self.span & -above);
        self.params.within(value) as u16
    }
}

impl Context {
    /// A.6: statistics after an error; `scaled`: times the step.
    #[inline(always)]
    fn update(&mut self, rules: &Rules, error: i32, scaled: i32) {
        self.bias += scaled;
        self.magnitude += error.abs();
        // Without branches, which no processor could foresee, and without `min` and `max`, which cost as much in
        // WebAssembly. What is left of them is foreseen.
        let halved = i32::from(self.count == rules.params.reset);
        self.magnitude >>= halved;
        self.bias >>= halved;
        self.count = (self.count >> halved) + 1;
        let count = self.count;
        let (above, below) = (negative(-self.bias), negative(self.bias + count - 1));
        let bias = self.bias + (count & below) - (count & above);
        let over = bias + count - 1;
        let bias = (over & !negative(over)) + 1 - count;
        self.bias = bias & negative(bias);
        self.correction = (i32::from(self.correction) + below - above).clamp(-128, 127) as i16;
        let k = golomb_parameter(count, self.magnitude) as i32;
        self.k = k as u8;
        self.turned = (negative(k - 1) & negative(2 * self.bias + count - 1) & rules.turnable) as i8;
    }
}

/// −1 where a number is negative, else 0, for numbers from −2³⁰ to 2³⁰ − 1. In a shift by 31 the compiler could see the
/// comparison that it is, and make a `select` of what is done with it.
#[inline(always)]
fn negative(number: i32) -> i32 {
    number >> 30
}

/// A.4.1: Ra, Rb or Ra + Rb − Rc, the median of the three. Among neighbours that are exact its branches are foreseen well
/// enough to be cheaper than none; among those of near-lossless coding they are not.
#[inline(always)]
fn median<const PLAIN: bool>(left: i32, above: i32, corner: i32) -> i32 {
    if PLAIN {
        let (low, high) = (left.min(above), left.max(above));
        return (left + above - corner).clamp(low, high);
    }
    // Ra + the median of 0, Rb − Ra and Rb − Rc, of which the last is known before Ra is.
    let rise = above - corner;
    let low = rise & negative(rise);
    let over = above - low - left;
    let under = (over & !negative(over)) - (rise - low - low);
    left + rise - low + (under & negative(under))
}

/// A.5.1: the smallest k with count · 2ᵏ ≥ magnitude.
#[inline(always)]
fn golomb_parameter(count: i32, magnitude: i32) -> u32 {
    let longer = count.leading_zeros() as i32 - magnitude.leading_zeros() as i32;
    let k = (longer & !negative(longer)) as u32;
    k + u32::from(count << k < magnitude)
}
