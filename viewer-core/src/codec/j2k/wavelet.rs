//! The two wavelets, one line at a time: ISO/IEC 15444-1 annex F.
//!
//! Steps of lifting work on whole lines, which is what a compiler makes vector instructions of. The 9/7 wavelet's
//! scaling by K is not done here: it is in the size of the quantisation steps ([`Coefficient::gain`]).

/// What coefficients are: 32-bit integers with the reversible 5/3 wavelet, floats with the irreversible 9/7.
pub(super) trait Coefficient: Copy + Default + std::fmt::Debug + 'static {
    /// Lifting steps; the odd ones (counted from 1) change even lines.
    const STEPS: usize;

    /// From a decoded word: sign in bit 31, magnitude below, bit 0 of which is half. `scale` is not used where
    /// coefficients are integers.
    fn from_word(word: u32, scale: f32) -> Self;

    /// What the left out scaling makes of a band that is `level` decompositions (1 for the last) away from the
    /// picture: the factor to multiply its coefficients by.
    fn gain(level: u32, orientation: u8) -> f32;

    /// One lifting step (1 to `STEPS`) of `line` with its neighbours on both sides.
    fn lift(step: usize, before: &[Self], line: &mut [Self], after: &[Self]);

    /// A line that has no neighbours: the only one in its direction.
    fn alone(line: &mut [Self], odd: bool);

    /// Red, green and blue out of a transformed pixel: annex G.
    fn unmix(pixel: [Self; 3]) -> [Self; 3];

    /// Value of a sample before its level shift, rounded.
    fn round(self) -> i32;
}

impl Coefficient for i32 {
    const STEPS: usize = 2;

    #[inline(always)]
    fn from_word(word: u32, _: f32) -> Self {
        let magnitude = (word & 0x7fff_ffff) as i32 >> 1;
        let sign = word as i32 >> 31;
        (magnitude ^ sign) - sign
    }

    fn gain(_: u32, _: u8) -> f32 {
        1.0
    }

    #[inline]
    fn lift(step: usize, before: &[Self], line: &mut [Self], after: &[Self]) {
        // Equations F-5 and F-6. Sums wrap: only damaged streams have coefficients that large.
        let neighbours = before.iter().zip(after);
        if step == 1 {
            for (value, (&a, &b)) in line.iter_mut().zip(neighbours) {
                *value = value.wrapping_sub(a.wrapping_add(b).wrapping_add(2) >> 2);
            }
        } else {
            for (value, (&a, &b)) in line.iter_mut().zip(neighbours) {
                *value = value.wrapping_add(a.wrapping_add(b) >> 1);
            }
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
    fn round(self) -> i32 {
        self
    }
}

/// K of table F.4.
const K: f32 = 1.230_174_1;
/// δ, γ, β and α of table F.4, in the order in which they are undone.
const LIFTING: [f32; 4] = [0.443_506_85, 0.882_911_1, -0.052_980_118, -1.586_134_3];

impl Coefficient for f32 {
    const STEPS: usize = 4;

    #[inline(always)]
    fn from_word(word: u32, scale: f32) -> Self {
        let magnitude = (word & 0x7fff_ffff) as i32 as f32 * scale;
        f32::from_bits(magnitude.to_bits() | word & 0x8000_0000)
    }

    fn gain(level: u32, orientation: u8) -> f32 {
        // A low-pass line is to be multiplied by K, a high-pass line by 1 / K, in each direction and at each level
        // from here to the picture.
        let low_lines = 2 * level as i32 - 2 * i32::from(orientation.count_ones() as u8);
        K.powi(low_lines)
    }

    #[inline]
    fn lift(step: usize, before: &[Self], line: &mut [Self], after: &[Self]) {
        let factor = LIFTING[(step - 1) & 3];
        for (value, (&a, &b)) in line.iter_mut().zip(before.iter().zip(after)) {
            *value -= factor * (a + b);
        }
    }

    fn alone(line: &mut [Self], odd: bool) {
        // F.3.6: as it is, or half of it; without the scaling that is in the steps.
        let factor = if odd { K / 2.0 } else { 1.0 / K };
        line.iter_mut().for_each(|value| *value *= factor);
    }

    #[inline(always)]
    fn unmix([y, cb, cr]: [Self; 3]) -> [Self; 3] {
        // ICT, equations G-12 to G-14.
        [y + 1.402 * cr, y - 0.344_136 * cb - 0.714_136 * cr, y + 1.772 * cb]
    }

    #[inline(always)]
    fn round(self) -> i32 {
        // Beside 1.5 × 2^23 floats are a whole apart: adding it rounds, to even, without a call into a library. NaN,
        // which only a damaged stream can make, becomes some number.
        const MAGIC: f32 = 12_582_912.0;
        let value = if self < -1_048_576.0 { -1_048_576.0 } else { self };
        let value = if value > 1_048_576.0 { 1_048_576.0 } else { value };
        (value + MAGIC).to_bits().wrapping_sub(MAGIC.to_bits()) as i32
    }
}

/// Low- and high-pass halves of a line that are put together.
#[derive(Debug, Default)]
pub(super) struct Halves<T> {
    pub(super) low: Vec<T>,
    pub(super) high: Vec<T>,
}

impl<T: Coefficient> Halves<T> {
    /// Undoes the transform of one line: the halves (which are spoilt by it) → `out`. `odd`: whether the first
    /// sample's coordinate is odd, so that it is a high-pass one. F.3.6 with the extension of F.3.7.
    pub(super) fn join(&mut self, odd: bool, out: &mut [T]) {
        let Self { low, high } = self;
        if out.len() < 2 {
            let only = if odd { high.first() } else { low.first() };
            if let (Some(out), Some(&only)) = (out.first_mut(), only) {
                *out = only;
                T::alone(std::slice::from_mut(out), odd);
            }
            return;
        }
        for step in 1..=T::STEPS {
            // The half that changes, and whether its first sample has a neighbour before it.
            let (line, others, first_has) =
                if step % 2 == 1 { (&mut *low, &*high, odd) } else { (&mut *high, &*low, !odd) };
            lift_line(step, line, others, first_has);
        }
        let (first, second) = if odd { (&*high, &*low) } else { (&*low, &*high) };
        let (pairs, rest) = out.as_chunks_mut::<2>();
        for (pair, (&a, &b)) in pairs.iter_mut().zip(first.iter().zip(second)) {
            *pair = [a, b];
        }
        if let (Some(rest), Some(&last)) = (rest.first_mut(), first.last()) {
            *rest = last;
        }
    }
}

/// One step along a line: sample n lies between `others[n - 1]` and `others[n]` where the first has a neighbour
/// before it was cut off (`first_has` false), between `others[n]` and `others[n + 1]` otherwise. At the ends the
/// neighbour that there is counts twice.
#[inline]
fn lift_line<T: Coefficient>(step: usize, line: &mut [T], others: &[T], first_has: bool) {
    let count = line.len();
    let (Some(&first), Some(&last)) = (others.first(), others.last()) else { return };
    let from = if first_has {
        0
    } else {
        T::lift(step, &[first], &mut line[..1], &[first]);
        1
    };
    // Samples with two neighbours.
    let whole = (others.len() - 1).min(count - from);
    let (before, after) = (&others[..whole], &others[1..whole + 1]);
    T::lift(step, before, &mut line[from..from + whole], after);
    if from + whole < count {
        T::lift(step, &[last], &mut line[from + whole..from + whole + 1], &[last]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Forward 5/3 transform of a line by equations F-9 and F-10, with the extension written out.
    fn forward(line: &[i32], start: i64) -> Halves<i32> {
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
        Halves { low: pick(0), high: pick(1) }
    }

    #[test]
    fn integers_come_back_exactly() {
        for length in 2..20i64 {
            for start in 0..2 {
                let line: Vec<i32> = (0..length as i32).map(|n| (n * 7919 + 13) % 251 - 120).collect();
                let mut out = vec![0; line.len()];
                forward(&line, start).join(start == 1, &mut out);
                assert_eq!(out, line, "{length} from {start}");
            }
        }
    }

    #[test]
    fn a_flat_line_of_floats_stays_flat() {
        for (length, odd) in [(9, false), (9, true), (16, false), (16, true)] {
            let lows = if odd { length / 2 } else { length - length / 2 };
            let mut halves = Halves { low: vec![K; lows], high: vec![0f32; length - lows] };
            let mut out = vec![0.0; length];
            halves.join(odd, &mut out);
            assert!(out.iter().all(|value| (value - 1.0).abs() < 1e-5), "{out:?}");
        }
    }
}
