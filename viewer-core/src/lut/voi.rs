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
    /// Any curve: levels at `origin`, `origin + step` …, joined by straight lines and held at both ends; a step of 0
    /// jumps from the first level, at `origin` and below, to the last.
    Curve { origin: f64, step: f64, levels: Arc<[f64]> },
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
        let full = full_of(table).ok_or(LutError::EmptyTable { name: "VOI LUT" })?;
        Ok(Self::Table { table: Arc::clone(table), full })
    }

    /// This and then a presentation LUT, whose input is what this makes, scaled to its number of entries (C.11.6.1.1).
    pub(crate) fn through(self, table: &LutTable) -> Result<Self, LutError> {
        let full = full_of(table).ok_or(LutError::EmptyTable { name: "Presentation LUT" })?;
        let presented: Vec<f64> =
            table.entries.iter().map(|entry| f64::from(*entry) / f64::from(full)).collect();
        let last = presented.len() as f64 - 1.0;
        let curve = |origin, step, levels: Vec<f64>| Self::Curve { origin, step, levels: levels.into() };
        Ok(match self {
            // Its own line is straight: the entries lie evenly on it.
            Self::Ramp { low, high } => curve(low, (high - low) / last.max(1.0), presented),
            Self::Sigmoid { center, width } => {
                let reach = 12.0 * width / 4.0;
                let steps = table.entries.len().max(1024);
                let step = 2.0 * reach / steps as f64;
                let origin = center - reach;
                let levels = (0..=steps).map(|n| {
                    let value = self.fraction(origin + n as f64 * step);
                    on_levels(&presented, value * last)
                });
                let levels = levels.collect();
                curve(origin, step, levels)
            }
            Self::Table { table: ref voi, full } => {
                let input = |entry: &u16| f64::from(*entry) / f64::from(full) * last;
                let levels = voi.entries.iter().map(|entry| on_levels(&presented, input(entry)));
                curve(f64::from(voi.first), 1.0, levels.collect())
            }
            Self::Curve { origin, step, levels } => {
                curve(origin, step, levels.iter().map(|level| on_levels(&presented, level * last)).collect())
            }
        })
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
            Self::Curve { origin, step, levels } if *step == 0.0 => {
                let (first, last) = (levels.first().copied(), levels.last().copied());
                if value <= *origin { first.unwrap_or(0.0) } else { last.unwrap_or(0.0) }
            }
            Self::Curve { origin, step, levels } => on_levels(levels, (value - origin) / step),
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

/// What an entry at full brightness is: by the descriptor, or more where entries need more. None without entries.
fn full_of(table: &LutTable) -> Option<u16> {
    let largest = *table.entries.iter().max()?;
    let said = ((1u32 << table.bits.clamp(1, 16)) - 1) as u16;
    let needed = u16::MAX.checked_shr(largest.leading_zeros()).unwrap_or(1);
    Some(said.max(needed))
}

/// Level at place `at`, straight between neighbours, held at both ends. NaN stays NaN.
fn on_levels(levels: &[f64], at: f64) -> f64 {
    let last = levels.len().saturating_sub(1);
    let at = at.clamp(0.0, last as f64);
    if at.is_nan() {
        return at;
    }
    let index = at as usize;
    let level = |index: usize| levels.get(index.min(last)).copied().unwrap_or(0.0);
    let (a, b) = (level(index), level(index + 1));
    a + (b - a) * at.fract()
}

fn entry(table: &LutTable, index: usize) -> f64 {
    table.entries.get(index).copied().map_or(0.0, f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// C.11.6.1.1: the presentation LUT's input is scaled to its entries, whatever came before it.
    #[test]
    fn a_presentation_lut_follows_every_kind_of_voi() {
        let halves = LutTable { first: 0, bits: 8, entries: vec![255, 51, 0], explanation: None };
        let ramp = Voi::window(0.0, 100.0, WindowFunction::LinearExact).unwrap().through(&halves).unwrap();
        for (value, level) in [(-60.0, 255.0), (-50.0, 255.0), (0.0, 51.0), (25.0, 25.5), (90.0, 0.0)] {
            assert!((grey(&ramp, value) - level).abs() < 1e-9, "{value}");
        }
        let step = Voi::window(2048.0, 1.0, WindowFunction::Linear).unwrap().through(&halves).unwrap();
        assert_eq!((grey(&step, 2047.0), grey(&step, 2048.0)), (255.0, 0.0));
        let sigmoid = Voi::window(10.0, 4.0, WindowFunction::Sigmoid).unwrap().through(&halves).unwrap();
        assert!((grey(&sigmoid, 10.0) - 51.0).abs() < 1e-6 && grey(&sigmoid, -9.0) > 254.9);
        let voi = LutTable { first: 7, bits: 8, entries: vec![0, 255, 128], explanation: None };
        let table = Voi::table(&Arc::new(voi)).unwrap().through(&halves).unwrap();
        assert_eq!((grey(&table, 0.0), grey(&table, 8.0)), (255.0, 0.0));
        assert!((grey(&table, 9.0) - (51.0 - 51.0 / 127.5 * 0.5)).abs() < 1e-9);
    }

    fn grey(voi: &Voi, x: f64) -> f64 {
        voi.fraction(x) * 255.0
    }

    /// PS3.3 C.11.2.1.2.1: from c − 0.5 − (w − 1) / 2.
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
