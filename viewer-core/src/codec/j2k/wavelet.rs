//! The two wavelets, one line at a time: ISO/IEC 15444-1 annex F.
//!
//! Steps of lifting work on whole lines, which is what a compiler makes vector instructions of. The 9/7 wavelet's
//! scaling by K is not done here: it is in the size of the quantisation steps ([`Coefficient::gain`]).

use super::canvas::Range;
use super::words::{Kept, Word};

/// What coefficients are: integers with the reversible 5/3 wavelet, floats with the irreversible 9/7; of 64 bits where 32
/// are not exact, of 16 where those are enough (see [`super::coefficients`]).
pub(super) trait Coefficient: Kept + std::fmt::Debug + 'static {
    /// Lifting steps; the odd ones (counted from 1) change even lines.
    const STEPS: usize;

    /// What the left out scaling makes of a band that is `level` decompositions (1 for the last) away from the
    /// picture: the factor to multiply its coefficients by.
    fn gain(level: u32, orientation: u8) -> f64;

    /// One lifting step (1 to `STEPS`) of a sample with its neighbours on both sides.
    fn lifted(step: usize, sample: Self, before: Self, after: Self) -> Self;

    /// One lifting step of `line` with its neighbours on both sides.
    #[inline]
    fn lift(step: usize, before: &[Self], line: &mut [Self], after: &[Self]) {
        for (value, (&a, &b)) in line.iter_mut().zip(before.iter().zip(after)) {
            *value = Self::lifted(step, *value, a, b);
        }
    }

    /// As [`Coefficient::lift`], from `line` into `out`.
    #[inline]
    fn lift_into(step: usize, before: &[Self], line: &[Self], after: &[Self], out: &mut [Self]) {
        for ((out, &value), (&a, &b)) in out.iter_mut().zip(line).zip(before.iter().zip(after)) {
            *out = Self::lifted(step, value, a, b);
        }
    }

    /// A line that has no neighbours: the only one in its direction.
    fn alone(line: &mut [Self], odd: bool);

    /// Red, green and blue out of a transformed pixel: annex G.
    fn unmix(pixel: [Self; 3]) -> [Self; 3];

    /// A sample in the frame: rounded, held within its range, shifted up; two's complement where signed.
    fn sample(self, range: &Range) -> u32;
}

macro_rules! integers {
    ($int:ty, $word:ty, $signed:ty) => {
        impl Kept for $int {
            type Word = $word;

            #[inline(always)]
            fn from_word(word: $word, _: f64) -> Self {
                let magnitude = (word & !<$word>::NEGATIVE) as $signed >> 1;
                let sign = word as $signed >> (<$word>::BITS - 1);
                ((magnitude ^ sign) - sign) as $int
            }
        }

        impl Coefficient for $int {
            const STEPS: usize = 2;

            fn gain(_: u32, _: u8) -> f64 {
                1.0
            }

            #[inline(always)]
            fn lifted(step: usize, sample: Self, before: Self, after: Self) -> Self {
                // Equations F-5 and F-6. Sums wrap: only damaged streams have coefficients that large.
                if step == 1 {
                    sample.wrapping_sub(before.wrapping_add(after).wrapping_add(2) >> 2)
                } else {
                    sample.wrapping_add(before.wrapping_add(after) >> 1)
                }
            }

            fn alone(line: &mut [Self], odd: bool) {
                if odd {
                    line.iter_mut().for_each(|value| *value >>= 1);
                }
            }

            #[inline(always)]
            fn unmix([y, u, v]: [Self; 3]) -> [Self; 3] {
                // RCT, equations G-6 to G-8.
                let green = y.wrapping_sub(u.wrapping_add(v) >> 2);
                [v.wrapping_add(green), green, u.wrapping_add(green)]
            }

            #[inline(always)]
            fn sample(self, range: &Range) -> u32 {
                // `clamp` would look for a range that is none, and loops with such a way out get no vectors.
                self.max(range.least as $int).min(range.most as $int).wrapping_add(range.shift as $int) as u32
            }
        }
    };
}

integers!(i16, u32, i32);
integers!(i32, u32, i32);
integers!(i64, u64, i64);

/// K of table F.4.
const K: f64 = 1.230_174_104_914_001;
/// δ, γ, β and α of table F.4, in the order in which they are undone.
const LIFTING: [f64; 4] =
    [0.443_506_852_043_971, 0.882_911_075_530_934, -0.052_980_118_572_961, -1.586_134_342_059_924];

macro_rules! floats {
    ($float:ty, $int:ty, $word:ty) => {
        impl Kept for $float {
            type Word = $word;

            #[inline(always)]
            fn from_word(word: $word, scale: f64) -> Self {
                let magnitude = (word & !<$word>::NEGATIVE) as $int as $float * scale as $float;
                <$float>::from_bits(magnitude.to_bits() | word & <$word>::NEGATIVE)
            }
        }

        impl Coefficient for $float {
            const STEPS: usize = 4;

            fn gain(level: u32, orientation: u8) -> f64 {
                // A low-pass line is to be multiplied by K, a high-pass line by 1 / K, in each direction and at each
                // level from here to the picture.
                let low_lines = 2 * level as i32 - 2 * i32::from(orientation.count_ones() as u8);
                K.powi(low_lines)
            }

            #[inline(always)]
            fn lifted(step: usize, sample: Self, before: Self, after: Self) -> Self {
                sample - LIFTING[(step - 1) & 3] as $float * (before + after)
            }

            fn alone(line: &mut [Self], odd: bool) {
                // F.3.6: as it is, or half of it; without the scaling that is in the steps.
                let factor = if odd { K / 2.0 } else { 1.0 / K } as $float;
                line.iter_mut().for_each(|value| *value *= factor);
            }

            #[inline(always)]
            fn unmix([y, cb, cr]: [Self; 3]) -> [Self; 3] {
                // ICT, equations G-12 to G-14.
                [y + 1.402 * cr, y - 0.344_136 * cb - 0.714_136 * cr, y + 1.772 * cb]
            }

            #[inline(always)]
            fn sample(self, range: &Range) -> u32 {
                // Beside 1.5 times this power of two floats are a whole apart: adding that rounds, to even, without a
                // call into a library. NaN, which only a damaged stream can make, becomes the least value.
                const MAGIC: $float = 1.5 * (1u64 << (<$float>::MANTISSA_DIGITS - 1)) as $float;
                let value = if self > range.least as $float { self } else { range.least as $float };
                let value = if value < range.most as $float { value } else { range.most as $float };
                let rounded = (value + MAGIC).to_bits().wrapping_sub(MAGIC.to_bits()) as $int;
                rounded.wrapping_add(range.shift as $int) as u32
            }
        }
    };
}

floats!(f32, i32, u32);
floats!(f64, i64, u64);

/// Room for the halves of a line after each step, while they are put together.
#[derive(Debug, Default)]
pub(super) struct Halves<T>([Vec<T>; 3]);

impl<T: Coefficient> Halves<T> {
    /// Undoes the transform of one line: its low- and high-pass halves → `out`. `odd`: whether the first sample's
    /// coordinate is odd, so that it is a high-pass one. F.3.6 with the extension of F.3.7.
    pub(super) fn join(&mut self, low: &[T], high: &[T], odd: bool, out: &mut [T]) {
        if out.len() < 2 {
            let only = if odd { high.first() } else { low.first() };
            if let (Some(out), Some(&only)) = (out.first_mut(), only) {
                *out = only;
                T::alone(std::slice::from_mut(out), odd);
            }
            return;
        }
        let [even, uneven, even_again] = &mut self.0;
        lift_line(1, low, high, odd, even);
        if T::STEPS == 2 {
            last_step(even, high, odd, out);
        } else {
            lift_line(2, high, even, !odd, uneven);
            lift_line(3, even, uneven, odd, even_again);
            last_step(even_again, uneven, odd, out);
        }
    }
}

/// The last step, which changes the odd samples, and both halves put together.
#[inline]
fn last_step<T: Coefficient>(even: &[T], uneven: &[T], odd: bool, out: &mut [T]) {
    let changed = |sample: T, before: T, after: T| T::lifted(T::STEPS, sample, before, after);
    let (&[first, ..], &[.., last]) = (even, even) else { return };
    let (pairs, rest) = out.as_chunks_mut::<2>();
    let between = even.iter().zip(&even[1..]);
    if odd {
        let (Some((pair, pairs)), Some((&sample, uneven))) = (pairs.split_first_mut(), uneven.split_first())
        else {
            return;
        };
        *pair = [changed(sample, first, first), first];
        for (pair, ((&before, &after), &sample)) in pairs.iter_mut().zip(between.zip(uneven)) {
            *pair = [changed(sample, before, after), after];
        }
        if let (Some(rest), Some(&sample)) = (rest.first_mut(), uneven.last()) {
            *rest = changed(sample, last, last);
        }
        return;
    }
    for (pair, ((&before, &after), &sample)) in pairs.iter_mut().zip(between.zip(uneven)) {
        *pair = [before, changed(sample, before, after)];
    }
    match (rest.first_mut(), pairs.last_mut(), uneven.last()) {
        (Some(rest), ..) => *rest = last,
        (None, Some(pair), Some(&sample)) => *pair = [last, changed(sample, last, last)],
        _ => {}
    }
}

/// One step along a line, into `out`: sample n lies between `others[n - 1]` and `others[n]` where the first has a
/// neighbour before it was cut off (`first_has` false), between `others[n]` and `others[n + 1]` otherwise. At the ends
/// the neighbour that there is counts twice.
#[inline]
fn lift_line<T: Coefficient>(step: usize, line: &[T], others: &[T], first_has: bool, out: &mut Vec<T>) {
    let count = line.len();
    out.resize(count, T::default());
    let (Some(&first), Some(&last)) = (others.first(), others.last()) else { return };
    let from = if first_has {
        0
    } else {
        T::lift_into(step, &[first], line, &[first], &mut out[..1]);
        1
    };
    // Samples with two neighbours.
    let whole = (others.len() - 1).min(count - from);
    let (before, after) = (&others[..whole], &others[1..whole + 1]);
    T::lift_into(step, before, &line[from..], after, &mut out[from..from + whole]);
    if from + whole < count {
        T::lift_into(step, &[last], &line[from + whole..], &[last], &mut out[from + whole..]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Forward 5/3 transform of a line by equations F-9 and F-10, with the extension written out.
    fn forward(line: &[i32], start: i64) -> [Vec<i32>; 2] {
        let end = start + line.len() as i64;
        let mirrored = |at: i64| {
            let mut at = at;
            while at < start || at >= end {
                at = if at < start { 2 * start - at } else { 2 * (end - 1) - at };
            }
            at
        };
        let x = |at: i64| line[(mirrored(at) - start) as usize];
        let high = |at: i64| x(at) - ((x(at - 1) + x(at + 1)) >> 1);
        let y = |at: i64| {
            let at = mirrored(at);
            if at & 1 == 1 {
                high(at)
            } else {
                x(at) + ((high(mirrored(at - 1)) + high(mirrored(at + 1)) + 2) >> 2)
            }
        };
        let pick = |odd: i64| (start..end).filter(|at| at & 1 == odd).map(y).collect();
        [pick(0), pick(1)]
    }

    #[test]
    fn integers_come_back_exactly() {
        for length in 2..20i64 {
            for start in 0..2 {
                let line: Vec<i32> = (0..length as i32).map(|n| (n * 7919 + 13) % 251 - 120).collect();
                let mut out = vec![0; line.len()];
                let [low, high] = forward(&line, start);
                Halves::default().join(&low, &high, start == 1, &mut out);
                assert_eq!(out, line, "{length} from {start}");
            }
        }
    }

    #[test]
    fn a_flat_line_of_floats_stays_flat() {
        for (length, odd) in [(9, false), (9, true), (16, false), (16, true)] {
            let lows = if odd { length / 2 } else { length - length / 2 };
            let mut out = vec![0.0; length];
            Halves::default().join(&vec![K as f32; lows], &vec![0f32; length - lows], odd, &mut out);
            assert!(out.iter().all(|value| (value - 1.0).abs() < 1e-5), "{out:?}");
        }
    }
}
