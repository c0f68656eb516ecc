//! Smallest and largest stored value of a frame, for windows that fit what is there.

use crate::frame::{Frame, Samples};

/// Range of stored values, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stats {
    /// Smallest stored value.
    pub min: f64,
    /// Largest stored value.
    pub max: f64,
}

/// Range of the stored values that are not padding (PS3.3 C.7.5.1.1.2: `padding` is inclusive, in stored values) and,
/// for floats, are numbers. None where nothing is left.
pub fn stats(frame: &Frame, padding: Option<(i32, i32)>) -> Option<Stats> {
    match frame.samples() {
        Samples::U8(v) => integers(v, padding),
        Samples::I8(v) => integers(v, padding),
        Samples::U16(v) => integers(v, padding),
        Samples::I16(v) => integers(v, padding),
        Samples::U32(v) => integers(v, padding),
        Samples::I32(v) => integers(v, padding),
        Samples::F32(v) => floats(v.iter().copied().map(f64::from)),
        Samples::F64(v) => floats(v.iter().copied()),
    }
}

/// Without a branch on the sample, so that the loop becomes vectors.
fn integers<T>(samples: &[T], padding: Option<(i32, i32)>) -> Option<Stats>
where
    T: Copy + Ord + TryFrom<i64> + Into<f64> + Bounded,
{
    // Padding that this type cannot hold is cut to what it can; none of it left means none.
    let cut = |value: i32| {
        let value = i64::from(value).clamp(T::LEAST_I64, T::MOST_I64);
        T::try_from(value).unwrap_or(T::MOST)
    };
    let padding = padding.filter(|&(low, high)| {
        low <= high && i64::from(high) >= T::LEAST_I64 && i64::from(low) <= T::MOST_I64
    });
    let (mut min, mut max) = (T::MOST, T::LEAST);
    match padding.map(|(low, high)| (cut(low), cut(high))) {
        None => {
            for &value in samples {
                min = min.min(value);
                max = max.max(value);
            }
        }
        Some((low, high)) => {
            for &value in samples {
                let padded = (value >= low) & (value <= high);
                min = min.min(if padded { T::MOST } else { value });
                max = max.max(if padded { T::LEAST } else { value });
            }
        }
    }
    (min <= max).then(|| Stats { min: min.into(), max: max.into() })
}

fn floats(samples: impl Iterator<Item = f64>) -> Option<Stats> {
    let (min, max) = samples
        .filter(|value| value.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(min, max), value| (min.min(value), max.max(value)));
    (min <= max).then_some(Stats { min, max })
}

/// Ends of an integer type.
trait Bounded {
    const LEAST: Self;
    const MOST: Self;
    const LEAST_I64: i64;
    const MOST_I64: i64;
}

macro_rules! bounded {
    ($($integer:ty),*) => {$(
        impl Bounded for $integer {
            const LEAST: Self = Self::MIN;
            const MOST: Self = Self::MAX;
            const LEAST_I64: i64 = Self::MIN as i64;
            const MOST_I64: i64 = Self::MAX as i64;
        }
    )*};
}

bounded!(u8, i8, u16, i16, u32, i32);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::ColourModel;

    fn of(samples: Samples, padding: Option<(i32, i32)>) -> Option<(f64, f64)> {
        let columns = samples.len() as u32;
        let frame = Frame::new(1, columns, ColourModel::Monochrome2, samples).unwrap();
        stats(&frame, padding).map(|stats| (stats.min, stats.max))
    }

    #[test]
    fn padding_does_not_count() {
        let values = Samples::I16(vec![-2000, -1024, 0, 3071, -2000]);
        assert_eq!(of(values.clone(), None), Some((-2000.0, 3071.0)));
        assert_eq!(of(values.clone(), Some((-2000, -2000))), Some((-1024.0, 3071.0)));
        assert_eq!(of(values, Some((-3000, 4000))), None);
        assert_eq!(of(Samples::U8(vec![0, 7]), Some((-5, -1))), Some((0.0, 7.0)));
        assert_eq!(of(Samples::U8(vec![0, 7]), Some((-5, 0))), Some((7.0, 7.0)));
    }

    #[test]
    fn only_numbers_count() {
        assert_eq!(of(Samples::F32(vec![f32::NAN, 1.5, f32::INFINITY, -2.0]), None), Some((-2.0, 1.5)));
        assert_eq!(of(Samples::U16(vec![65535]), None), Some((65535.0, 65535.0)));
    }
}
