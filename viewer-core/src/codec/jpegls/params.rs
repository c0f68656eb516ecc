//! Parameters of a scan: T.87 C.2.4.1.1 (defaults) and A.2.1 (what follows from them).

use crate::codec::Fault;

/// An LSE segment of type 1; 0 means the default.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Presets {
    pub(super) max_value: i32,
    pub(super) thresholds: [i32; 3],
    pub(super) reset: i32,
}

/// Everything the coding of samples needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Params {
    pub(super) max_value: i32,
    pub(super) near: i32,
    pub(super) thresholds: [i32; 3],
    pub(super) reset: i32,
    /// Number of prediction errors there can be.
    pub(super) range: i32,
    /// Bits of an error that is escaped.
    pub(super) escape_bits: u32,
    /// Longest code.
    pub(super) limit: u32,
}

impl Params {
    pub(super) fn new(precision: u8, near: u8, presets: Presets) -> Result<Self, Fault> {
        let largest = (1i32 << precision) - 1;
        let near = i32::from(near);
        let max_value = if presets.max_value == 0 { largest } else { presets.max_value };
        if max_value > largest || max_value < 1 || near > (max_value / 2).min(255) {
            return Err(Fault::stream(format!(
                "MAXVAL {max_value} and NEAR {near} do not fit {precision} bits"
            )));
        }
        let mut thresholds = presets.thresholds;
        let mut lowest = near + 1;
        for (threshold, default) in thresholds.iter_mut().zip(default_thresholds(max_value, near)) {
            if *threshold == 0 {
                *threshold = default;
            }
            if !(lowest..=max_value).contains(threshold) {
                return Err(Fault::stream(format!("threshold {threshold} of {max_value}")));
            }
            lowest = *threshold;
        }
        let reset = if presets.reset == 0 { 64 } else { presets.reset };
        if reset < 3 {
            return Err(Fault::stream(format!("RESET {reset}")));
        }
        let range = (max_value + 2 * near) / (2 * near + 1) + 1;
        let bits = bits_of(max_value + 1).max(2);
        Ok(Self {
            max_value,
            near,
            thresholds,
            reset,
            range,
            escape_bits: bits_of(range),
            limit: 2 * (bits + bits.max(8)),
        })
    }

    /// The nearest of 0 … MAXVAL.
    #[inline(always)]
    pub(super) fn within(&self, value: i32) -> i32 {
        if value as u32 <= self.max_value as u32 { value } else { self.max_value & !(value >> 31) }
    }
}

/// ⌈log₂ n⌉ for n ≥ 1.
fn bits_of(n: i32) -> u32 {
    32 - (n - 1).leading_zeros()
}

fn default_thresholds(max_value: i32, near: i32) -> [i32; 3] {
    let clamp = |value: i32, low: i32| if value > max_value || value < low { low } else { value };
    let [basic1, basic2, basic3] = if max_value >= 128 {
        let factor = (max_value.min(4095) + 128) / 256;
        [factor + 2, factor * 4 + 3, factor * 17 + 4]
    } else {
        let factor = 256 / (max_value + 1);
        [(3 / factor).max(2), (7 / factor).max(3), (21 / factor).max(4)]
    };
    let first = clamp(basic1 + 3 * near, near + 1);
    let second = clamp(basic2 + 5 * near, first);
    [first, second, clamp(basic3 + 7 * near, second)]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Table C.3 of T.87.
    #[test]
    fn defaults_are_those_of_the_standard() {
        let thresholds = |precision| Params::new(precision, 0, Presets::default()).unwrap().thresholds;
        assert_eq!(thresholds(8), [3, 7, 21]);
        assert_eq!(thresholds(10), [6, 19, 72]);
        assert_eq!(thresholds(12), [18, 67, 276]);
        assert_eq!(thresholds(16), [18, 67, 276]);
        assert_eq!(Params::new(8, 3, Presets::default()).unwrap().thresholds, [12, 22, 42]);
    }
}
