//! The window in single precision, in the shape that inner loops and the shader share.

use std::sync::{Arc, LazyLock};

use super::voi::Voi;

/// Reach of the sampled sigmoid in units of its exponent: e⁻¹² of full brightness is 0.002 grey levels.
const SIGMOID_REACH: f64 = 12.0;
/// Intervals of the sampled sigmoid; straight lines between the samples are off by < 0.002 grey levels.
const SIGMOID_STEPS: u16 = 1023;

/// Samples per unit of the exponent.
const SAMPLES_PER_EXPONENT: f64 = SIGMOID_STEPS as f64 / (2.0 * SIGMOID_REACH);

/// One curve for every sigmoid, so that a change of window does not make a new one.
static SIGMOID: LazyLock<Arc<[f32]>> = LazyLock::new(|| {
    (0..=SIGMOID_STEPS)
        .map(|i| {
            let exponent = f64::from(i) / SAMPLES_PER_EXPONENT - SIGMOID_REACH;
            (255.0 / (1.0 + (-exponent).exp())) as f32
        })
        .collect()
});

/// value → grey: `t = (value − origin) × gain`, then `t` itself as grey level, or `t` as a place on the curve.
///
/// `value` is the stored value, or what the modality table made of it; rescale is folded into `origin` and
/// `gain`, so a change of window changes two numbers. Results outside 0–255 are for the caller to clamp.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shade {
    /// Value at which `t` is 0.
    pub(crate) origin: f32,
    /// Change of `t` with value.
    pub(crate) gain: f32,
    /// Grey levels 0–255 at t = 0, 1, 2 …, held at both ends; at least two. None: `t` is the grey level.
    pub(crate) curve: Option<Arc<[f32]>>,
    /// White is black.
    pub(crate) inverse: bool,
}

impl Shade {
    /// Folds `modality = slope × value + intercept` into a VOI transformation.
    pub(crate) fn new(voi: &Voi, slope: f64, intercept: f64, inverse: bool) -> Self {
        // Value whose modality value is `modality`.
        let value_at = |modality: f64| (modality - intercept) / slope;
        match voi {
            Voi::Ramp { low, high } if low == high => {
                // A threshold. Between the whole numbers on its two sides, f32 rounding cannot move it.
                let at = value_at(*low);
                let between = if slope > 0.0 { at.floor() + 0.5 } else { at.ceil() - 0.5 };
                Self { origin: between as f32, gain: 1e9 * slope.signum() as f32, curve: None, inverse }
            }
            Voi::Ramp { low, high } => Self {
                origin: value_at(*low) as f32,
                gain: (255.0 * slope / (high - low)) as f32,
                curve: None,
                inverse,
            },
            Voi::Curve { origin, step, levels } => {
                let curve: Vec<f32> = levels.iter().map(|level| (level * 255.0) as f32).collect();
                // A jump lies between whole numbers, as a threshold does.
                let jump = Self::new(&Voi::Ramp { low: *origin, high: *origin }, slope, intercept, inverse);
                let (start, gain) = if *step == 0.0 {
                    (jump.origin, jump.gain)
                } else {
                    (value_at(*origin) as f32, (slope / step) as f32)
                };
                Self { origin: start, gain, curve: Some(at_least_two(curve)), inverse }
            }
            Voi::Sigmoid { center, width } => Self {
                origin: value_at(center - SIGMOID_REACH * width / 4.0) as f32,
                gain: (4.0 / width * slope * SAMPLES_PER_EXPONENT) as f32,
                curve: Some(Arc::clone(&SIGMOID)),
                inverse,
            },
            Voi::Table { table, full } => {
                let curve: Vec<f32> =
                    table.entries.iter().map(|&e| (f64::from(e) * 255.0 / f64::from(*full)) as f32).collect();
                Self {
                    origin: value_at(f64::from(table.first)) as f32,
                    gain: slope as f32,
                    curve: Some(at_least_two(curve)),
                    inverse,
                }
            }
        }
    }

    /// Grey level before rounding; may lie outside 0–255 on a ramp. NaN stays NaN.
    #[inline]
    pub(crate) fn grey(&self, value: f32) -> f32 {
        let t = (value - self.origin) * self.gain;
        let y = match &self.curve {
            None => t,
            Some(curve) => on_curve(curve, t),
        };
        if self.inverse { 255.0 - y } else { y }
    }
}

fn at_least_two(mut curve: Vec<f32>) -> Arc<[f32]> {
    if let [only] = curve[..] {
        curve.push(only);
    }
    curve.into()
}

/// Grey level at place `t`, straight between neighbours. NaN stays NaN.
#[inline]
pub(crate) fn on_curve(curve: &[f32], t: f32) -> f32 {
    let last = curve.len().saturating_sub(1);
    // Plain comparisons: `clamp` checks its bounds anew for every pixel.
    let end = last as f32;
    let t = if t < 0.0 {
        0.0
    } else if t > end {
        end
    } else {
        t
    };
    let index = t as usize;
    let a = curve.get(index).copied().unwrap_or(0.0);
    let b = curve.get(index + 1).copied().unwrap_or(a);
    a + (b - a) * (t - index as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dicom::header::{LutTable, WindowFunction};

    /// The folded single-precision form against the plain double-precision one, at whole stored values.
    /// Single precision leaves up to a tenth of a level in windows narrower than one value.
    fn check(voi: &Voi, slope: f64, intercept: f64) {
        let shade = Shade::new(voi, slope, intercept, false);
        for stored in -40_000i32..40_000 {
            let exact = voi.fraction(f64::from(stored) * slope + intercept) * 255.0;
            let found = f64::from(shade.grey(stored as f32).clamp(0.0, 255.0));
            assert!((exact - found).abs() < 0.1, "{voi:?} at {stored}: {found}, not {exact}");
        }
    }

    #[test]
    fn folding_does_not_move_the_window() {
        use WindowFunction::{Linear, LinearExact, Sigmoid};
        for (center, width, function) in [
            (40.0, 400.0, Linear),
            (2048.0, 1.0, Linear),
            (0.5, 1.0, Linear),
            (30_000.0, 65_536.0, Linear),
            (10.0, 0.7, LinearExact),
            (-600.0, 1500.0, Sigmoid),
        ] {
            let voi = Voi::window(center, width, function).unwrap();
            for (slope, intercept) in [(1.0, 0.0), (1.0, -1024.0), (-1.0, 4095.0), (0.37, -12.5)] {
                check(&voi, slope, intercept);
            }
        }
    }

    #[test]
    fn a_table_is_exact_at_its_entries() {
        let entries = (0..300u32).map(|i| (i * 7919 % 4096) as u16).collect();
        let table = LutTable { first: -100, bits: 12, entries, explanation: None };
        check(&Voi::table(&Arc::new(table)).unwrap(), 1.0, 50.0);
    }

    #[test]
    fn no_number_stays_none() {
        let voi = Voi::window(0.0, 10.0, WindowFunction::Sigmoid).unwrap();
        assert!(Shade::new(&voi, 1.0, 0.0, true).grey(f32::NAN).is_nan());
    }
}
