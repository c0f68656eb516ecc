//! Where a laboratory value lies against its reference range, and the same test's earlier values: geometry only.

use film_link::manifest::LabResult;
use viewer_core::decimal::fixed;

/// Places on a bar, in percent of its width.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RangeBar {
    /// Where the reference range begins.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
    /// Where the value stands.
    pub value: f64,
}

/// The bar of a result that has a number and at least one end of a range. The range takes the middle half of the bar; a
/// value past the bar stands at its end.
pub fn range_bar(result: &LabResult) -> Option<RangeBar> {
    let value = result.value?;
    let (low, high) = match (result.low, result.high) {
        (Some(low), Some(high)) if high > low => (low, high),
        (None, Some(high)) if high > 0.0 => (0.0, high),
        (Some(low), None) if low > 0.0 => (low, low * 2.0),
        _ => return None,
    };
    let span = (high - low) * 2.0;
    let begin = low - (high - low) / 2.0;
    let place = |at: f64| ((at - begin) / span * 100.0).clamp(0.0, 100.0);
    let open_below = result.low.is_none();
    let open_above = result.high.is_none();
    Some(RangeBar {
        from: if open_below { 0.0 } else { place(low) },
        to: if open_above { 100.0 } else { place(high) },
        value: place(value),
    })
}

/// Whether the result lies outside its range: as the laboratory says, or else by the numbers.
pub fn direction(result: &LabResult) -> Option<Direction> {
    match result.interpretation.as_deref() {
        Some("H" | "HH" | "HU") => return Some(Direction::High),
        Some("L" | "LL" | "LU") => return Some(Direction::Low),
        Some("A" | "AA" | "POS") => return Some(Direction::Abnormal),
        Some("N" | "NEG") => return None,
        _ => {}
    }
    let value = result.value?;
    if result.high.is_some_and(|high| value > high) {
        Some(Direction::High)
    } else if result.low.is_some_and(|low| value < low) {
        Some(Direction::Low)
    } else {
        None
    }
}

/// A unit as it is printed on paper: UCUM's and the laboratories' `10^9/L` is read as `×10⁹/L`, and not as part of
/// the number before it.
pub fn unit_words(unit: &str) -> String {
    let Some(rest) = unit.strip_prefix("10^").or_else(|| unit.strip_prefix("10*")) else {
        return unit.to_owned();
    };
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (power, of) = rest.split_at(digits);
    let raised = power.bytes().filter_map(|digit| "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().nth(usize::from(digit - b'0')));
    "×10".chars().chain(raised).chain(of.chars()).collect()
}

/// How a result is abnormal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Above the range.
    High,
    /// Below the range.
    Low,
    /// Abnormal without a direction.
    Abnormal,
}

/// Points of a line through earlier values and today's, in a box of `width` × `height`; nothing for fewer than two.
pub fn history_line(result: &LabResult, width: f64, height: f64) -> Option<String> {
    let mut values: Vec<f64> = result.history.iter().map(|(_, value)| *value).collect();
    values.extend(result.value);
    if values.len() < 2 {
        return None;
    }
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let span = if high > low { high - low } else { 1.0 };
    let step = width / (values.len() - 1) as f64;
    let point = |(index, value): (usize, &f64)| {
        fixed(index as f64 * step, 1) + "," + &fixed(height - (value - low) / span * height, 1)
    };
    Some(values.iter().enumerate().map(point).collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(value: f64, low: Option<f64>, high: Option<f64>) -> LabResult {
        LabResult { value: Some(value), low, high, ..LabResult::default() }
    }

    #[test]
    fn the_range_takes_the_middle_half() {
        let bar = range_bar(&result(15.0, Some(10.0), Some(20.0))).expect("a bar");
        assert_eq!((bar.from, bar.to, bar.value), (25.0, 75.0, 50.0));
        assert_eq!(range_bar(&result(900.0, Some(10.0), Some(20.0))).expect("a bar").value, 100.0);
        assert!(range_bar(&result(1.0, None, None)).is_none());
    }

    #[test]
    fn the_laboratory_s_word_goes_before_the_numbers() {
        let mut high = result(30.0, Some(10.0), Some(20.0));
        assert_eq!(direction(&high), Some(Direction::High));
        high.interpretation = Some("N".to_owned());
        assert_eq!(direction(&high), None);
    }

    #[test]
    fn a_power_in_a_unit_is_raised() {
        let units = ["10^9/L", "10*12/L", "g/L", "%", "10^"];
        assert_eq!(units.map(unit_words), ["×10⁹/L", "×10¹²/L", "g/L", "%", "×10"]);
    }

    #[test]
    fn a_history_is_a_line_from_oldest_to_today() {
        let mut one = result(20.0, None, None);
        assert!(history_line(&one, 60.0, 20.0).is_none());
        one.history = vec![("20260101".to_owned(), 10.0)];
        assert_eq!(history_line(&one, 60.0, 20.0).as_deref(), Some("0.0,20.0 60.0,0.0"));
    }
}
