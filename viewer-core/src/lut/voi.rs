//! VOI LUT, PS3.3 C.11.2: modality values → 0–1, in double precision.

use std::sync::Arc;

use super::LutError;
use crate::dicom::header::{LutTable, WindowFunction};

/// A VOI transformation ready to be evaluated.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Voi {
    /// 0 up to and with `low`, 1 from `high`, straight between; `low == high` is a step.
    Ramp { low: f64, high: f64 },
    /// C.11.2.1.3.1.
    Sigmoid { center: f64, width: f64 },
    /// C.11.2.1.1. Between integers (fractional rescale) the entries are joined by straight lines.
    Table { table: Arc<LutTable>, full: u16 },
}

impl Voi {
    /// Checks and prepares a window.
    pub(crate) fn window(center: f64, width: f64, function: WindowFunction) -> Result<Self, LutError> {
        let enough = match function {
            WindowFunction::Linear => width >= 1.0,
            WindowFunction::LinearExact | WindowFunction::Sigmoid => width > 0.0,
        };
        if !(enough && width.is_finite() && center.is_finite()) {
            return Err(LutError::Window { center, width, function });
        }
        Ok(match function {
            // C.11.2.1.2.1: y = (x − (c − 0.5)) / (w − 1) + 0.5
            WindowFunction::Linear => {
                let half = (width - 1.0) / 2.0;
                Self::Ramp { low: center - 0.5 - half, high: center - 0.5 + half }
            }
            // C.11.2.1.3.2: y = (x − c) / w + 0.5
            WindowFunction::LinearExact => {
                Self::Ramp { low: center - width / 2.0, high: center + width / 2.0 }
            }
            WindowFunction::Sigmoid => Self::Sigmoid { center, width },
        })
    }

    /// A table; its output range is what the descriptor says, widened when the entries do not fit in it
    /// (files that say 8 or 12 bits and hold 16 exist).
    pub(crate) fn table(table: &Arc<LutTable>) -> Result<Self, LutError> {
        let largest = *table.entries.iter().max().ok_or(LutError::EmptyTable { name: "VOI LUT" })?;
        let said = ((1u32 << table.bits.clamp(1, 16)) - 1) as u16;
        let needed = u16::MAX.checked_shr(largest.leading_zeros()).unwrap_or(1);
        Ok(Self::Table { table: Arc::clone(table), full: said.max(needed) })
    }

    /// Share of full brightness, 0–1, of a modality value. NaN stays NaN.
    pub(crate) fn fraction(&self, value: f64) -> f64 {
        match self {
            Self::Ramp { low, high } => {
                if value <= *low {
                    0.0
                } else if value > *high {
                    1.0
                } else {
                    (value - low) / (high - low)
                }
            }
            Self::Sigmoid { center, width } => 1.0 / (1.0 + (-4.0 * (value - center) / width).exp()),
            Self::Table { table, full } => {
                let last = table.entries.len().saturating_sub(1);
                let at = (value - f64::from(table.first)).clamp(0.0, last as f64);
                if at.is_nan() {
                    return at;
                }
                let below = at.floor();
                let index = below as usize;
                let (a, b) = (entry(table, index), entry(table, (index + 1).min(last)));
                (a + (b - a) * (at - below)) / f64::from(*full)
            }
        }
    }
}

fn entry(table: &LutTable, index: usize) -> f64 {
    table.entries.get(index).copied().map_or(0.0, f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(voi: &Voi, x: f64) -> f64 {
        voi.fraction(x) * 255.0
    }

    #[test]
    fn linear_is_the_standards_own_example() {
        // C.11.2.1.2.1, note 3: c = 2048, w = 4096 becomes y = x for 12 bits …
        let twelve = Voi::window(2048.0, 4096.0, WindowFunction::Linear).unwrap();
        for x in 0..4096 {
            assert!((twelve.fraction(f64::from(x)) * 4095.0 - f64::from(x)).abs() < 1e-9);
        }
        // … c = 2048, w = 1 is a threshold: up to 2047 black, from 2048 white …
        let step = Voi::window(2048.0, 1.0, WindowFunction::Linear).unwrap();
        assert_eq!((grey(&step, 2047.0), grey(&step, 2048.0)), (0.0, 255.0));
        // … and c = 0, w = 100: up to −50 black, from 49 white.
        let small = Voi::window(0.0, 100.0, WindowFunction::Linear).unwrap();
        assert_eq!((grey(&small, -50.0), grey(&small, 49.0)), (0.0, 255.0));
        assert!(grey(&small, -49.0) > 0.0 && grey(&small, 48.0) < 255.0);
    }

    #[test]
    fn linear_exact_and_sigmoid_follow_their_formulas() {
        let exact = Voi::window(0.0, 100.0, WindowFunction::LinearExact).unwrap();
        assert_eq!((grey(&exact, -50.0), grey(&exact, 0.0), grey(&exact, 50.0)), (0.0, 127.5, 255.0));
        let sigmoid = Voi::window(10.0, 4.0, WindowFunction::Sigmoid).unwrap();
        assert_eq!(sigmoid.fraction(10.0), 0.5);
        assert!((sigmoid.fraction(11.0) - 1.0 / (1.0 + (-1.0f64).exp())).abs() < 1e-12);
    }

    #[test]
    fn windows_too_narrow_for_their_function_are_refused() {
        assert!(Voi::window(0.0, 0.5, WindowFunction::Linear).is_err());
        assert!(Voi::window(0.0, 0.5, WindowFunction::LinearExact).is_ok());
        assert!(Voi::window(0.0, 0.0, WindowFunction::Sigmoid).is_err());
        assert!(Voi::window(f64::NAN, 5.0, WindowFunction::Linear).is_err());
        assert!(Voi::window(0.0, f64::INFINITY, WindowFunction::Linear).is_err());
    }

    #[test]
    fn a_table_clamps_outside_and_may_lie_about_its_bits() {
        let table = |bits, entries: &[u16]| {
            let table = LutTable { first: -2, bits, entries: entries.to_vec(), explanation: None };
            Voi::table(&Arc::new(table))
        };
        let honest = table(8, &[10, 20, 255]).unwrap();
        assert_eq!(grey(&honest, -100.0), 10.0);
        assert_eq!(grey(&honest, -1.0), 20.0);
        assert_eq!(grey(&honest, 100.0), 255.0);
        assert_eq!(grey(&honest, -1.5), 15.0);
        assert_eq!(table(8, &[0, 4095]).unwrap().fraction(0.0), 1.0);
        assert_eq!(table(16, &[0, 65535]).unwrap().fraction(0.0), 1.0);
        assert_eq!(table(8, &[0, 0]).unwrap().fraction(0.0), 0.0);
        assert_eq!(table(8, &[]), Err(LutError::EmptyTable { name: "VOI LUT" }));
    }
}
