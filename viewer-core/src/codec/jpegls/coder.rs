//! Sample coding: T.87 annex A. Names of the standard stand in the comments.

use super::bits::BitReader;
use super::params::Params;

/// Run lengths by run index, table J of A.2.1.
const RUN_BITS: [u32; 32] =
    [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13, 14, 15];

/// Errors of a sound stream lie within ±2¹⁵; with it no sum here can overflow (RESET is at most 65535).
const LARGEST_MAPPED_ERROR: u32 = 1 << 16;

/// Statistics of one context: A, B, C and N of A.2.1.
#[derive(Clone, Copy)]
struct Context {
    magnitude: i32,
    bias: i32,
    correction: i32,
    count: i32,
}

/// Statistics of run interruption, contexts 365 and 366.
#[derive(Clone, Copy)]
struct RunContext {
    magnitude: i32,
    count: i32,
    /// Nn: how many errors were negative.
    negative: i32,
}

/// Contexts, parameters and bits; `LOSSLESS` is NEAR = 0, known to the compiler.
pub(super) struct Coder<'a, const LOSSLESS: bool> {
    params: Params,
    contexts: [Context; 365],
    run_contexts: [RunContext; 2],
    /// Quantised gradients from −T3 to T3, figure A.3.
    quantised: Vec<i8>,
    pub(super) reader: BitReader<'a>,
    /// An error was out of all bounds.
    pub(super) broken: bool,
}

impl<'a, const LOSSLESS: bool> Coder<'a, LOSSLESS> {
    pub(super) fn new(params: Params, coded: &'a [u8]) -> Self {
        let magnitude = ((params.range + 32) >> 6).max(2);
        let [first, second, third] = params.thresholds;
        let quantise = |gradient: i32| -> i8 {
            let size = match gradient.abs() {
                d if d <= params.near => 0,
                d if d < first => 1,
                d if d < second => 2,
                d if d < third => 3,
                _ => 4,
            };
            if gradient < 0 { -size } else { size }
        };
        Self {
            params,
            contexts: [Context { magnitude, bias: 0, correction: 0, count: 1 }; 365],
            run_contexts: [RunContext { magnitude, count: 1, negative: 0 }; 2],
            quantised: (-third..=third).map(quantise).collect(),
            reader: BitReader::new(coded),
            broken: false,
        }
    }

    /// NEAR.
    pub(super) fn near(&self) -> i32 {
        self.params.near
    }

    /// A.3.3: −4 … 4.
    #[inline(always)]
    pub(super) fn quantise(&self, gradient: i32) -> i32 {
        let third = self.params.thresholds[2];
        let index = (gradient.clamp(-third, third) + third) as usize;
        self.quantised.get(index).copied().unwrap_or(0).into()
    }

    /// One sample in regular mode, A.4–A.6. `q` is 81·Q1 + 9·Q2 + Q3; left, above and corner are Ra, Rb, Rc.
    #[inline(always)]
    pub(super) fn regular(&mut self, q: i32, left: i32, above: i32, corner: i32) -> u16 {
        let sign = q >> 31;
        let index = ((q ^ sign) - sign) as usize;
        let Context { magnitude, bias, correction, count } = self.contexts[index.min(364)];
        let predicted = median(left, above, corner) + ((correction ^ sign) - sign);
        let predicted = predicted.clamp(0, self.params.max_value);
        let k = golomb_parameter(count, magnitude);
        let mapped = self.golomb(k, self.params.limit);
        let mut error = (mapped >> 1) as i32 ^ -((mapped & 1) as i32);
        if LOSSLESS && k == 0 && 2 * bias <= -count {
            error = !error;
        }
        self.contexts[index.min(364)] = self.updated(Context { magnitude, bias, correction, count }, error);
        self.reconstruct(predicted, (error ^ sign) - sign)
    }

    /// A.6: statistics after an error.
    #[inline(always)]
    fn updated(&self, context: Context, error: i32) -> Context {
        let Context { mut magnitude, mut bias, mut correction, mut count } = context;
        bias += if LOSSLESS { error } else { error * (2 * self.params.near + 1) };
        magnitude += error.abs();
        if count == self.params.reset {
            magnitude >>= 1;
            bias >>= 1;
            count >>= 1;
        }
        count += 1;
        if bias <= -count {
            bias = (bias + count).max(1 - count);
            correction = (correction - 1).max(-128);
        } else if bias > 0 {
            bias = (bias - count).min(0);
            correction = (correction + 1).min(127);
        }
        Context { magnitude, bias, correction, count }
    }

    /// A.4.5 and A.5.3 read backwards: prediction and signed error → sample.
    #[inline(always)]
    fn reconstruct(&self, predicted: i32, error: i32) -> u16 {
        let Params { max_value, near, range, .. } = self.params;
        let step = if LOSSLESS { 1 } else { 2 * near + 1 };
        let mut value = predicted + error * step;
        if value < -near {
            value += range * step;
        } else if value > max_value + near {
            value -= range * step;
        }
        value.clamp(0, max_value) as u16
    }

    /// A.5.3: a Golomb code of length `limit` at most, mapped error out.
    #[inline(always)]
    fn golomb(&mut self, k: u32, limit: u32) -> u32 {
        self.reader.refill();
        let escape = limit.saturating_sub(self.params.escape_bits + 1);
        let zeros = self.reader.leading_zeros();
        let (high, bits, add) =
            if zeros < escape { (zeros << k, k, 0) } else { (0, self.params.escape_bits, 1) };
        self.reader.skip(zeros.min(escape) + 1);
        if self.reader.available() < bits {
            self.reader.refill();
        }
        let mapped = (high | self.reader.take(bits)) + add;
        if mapped > LARGEST_MAPPED_ERROR {
            self.broken = true;
            return 0;
        }
        mapped
    }

    /// A.7.1: length of a run of at most `room` pixels, and whether a sample ends it before the line does.
    pub(super) fn run_length(&mut self, run_index: &mut usize, room: usize) -> (usize, bool) {
        let mut length = 0;
        loop {
            self.reader.refill();
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
        let RunContext { magnitude, count, negative } = self.run_contexts[kind as usize];
        let k = golomb_parameter(count, magnitude.saturating_add(if alike { count >> 1 } else { 0 }));
        let mapped = self.golomb(k, self.params.limit - RUN_BITS[run_index] - 1) as i32;
        let doubled = mapped + kind;
        let odd = doubled & 1;
        let size = (doubled + odd) >> 1;
        let error = if (k != 0 || 2 * negative >= count) == (odd == 1) { -size } else { size };
        let context = &mut self.run_contexts[kind as usize];
        context.negative += i32::from(error < 0);
        context.magnitude += (mapped + 1 - kind) >> 1;
        if context.count == self.params.reset {
            context.magnitude >>= 1;
            context.count >>= 1;
            context.negative >>= 1;
        }
        context.count += 1;
        if alike {
            self.reconstruct(left, error)
        } else {
            self.reconstruct(above, if left > above { -error } else { error })
        }
    }
}

/// A.4.1: Ra, Rb or Ra + Rb − Rc, the median of the three.
#[inline(always)]
fn median(left: i32, above: i32, corner: i32) -> i32 {
    let (low, high) = (left.min(above), left.max(above));
    (left + above - corner).clamp(low, high)
}

/// A.5.1: the smallest k with count · 2ᵏ ≥ magnitude.
#[inline(always)]
fn golomb_parameter(count: i32, magnitude: i32) -> u32 {
    let k = count.leading_zeros().saturating_sub(magnitude.leading_zeros());
    k + u32::from(count << k < magnitude)
}
