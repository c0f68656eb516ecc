//! View state: what follows the key in the fragment, `&s=2&i=40&w=40,400&z=1.5`.
//!
//! An unknown name is skipped, so that older pages open newer links; a value out of range is dropped, so that
//! a damaged link still opens the film.

use std::fmt::Write as _;

/// Where a reader stands. Every part may be absent.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ViewState {
    /// `s`: series, as an index into the manifest's series counted over all studies, from 0.
    pub series: Option<u32>,
    /// `i`: frame in display order, from 1.
    pub frame: Option<u32>,
    /// `w`: window centre and width, in modality units; the width is above 0.
    pub window: Option<[f64; 2]>,
    /// `z`: zoom, 1 = fitted to the viewport; 0.01 to 100.
    pub zoom: Option<f64>,
    /// `p`: pan, in fractions of the viewport, -10 to 10.
    pub pan: Option<[f64; 2]>,
}

impl ViewState {
    /// Reads the part of a fragment after the key; never fails.
    pub fn parse(text: &str) -> Self {
        let mut state = Self::default();
        for (name, value) in text.split('&').take(64).filter_map(|pair| pair.split_once('=')) {
            match name {
                "s" => state.series = value.parse().ok().filter(|&n| n < 100_000),
                "i" => state.frame = value.parse().ok().filter(|&n| (1..=1_000_000).contains(&n)),
                "w" => state.window = pair(value).filter(|[c, w]| c.abs() < 1e9 && *w > 0.0 && *w < 1e9),
                "z" => state.zoom = value.parse().ok().filter(|z| (0.01..=100.0).contains(z)),
                "p" => state.pan = pair(value).filter(|p| p.iter().all(|v| v.abs() <= 10.0)),
                _ => {}
            }
        }
        state
    }

    /// Writes the state with a leading `&`; empty where there is nothing to say.
    pub fn to_fragment(&self) -> String {
        let mut out = String::new();
        // Writing to a String cannot fail.
        if let Some(series) = self.series {
            let _ = write!(out, "&s={series}");
        }
        if let Some(frame) = self.frame {
            let _ = write!(out, "&i={frame}");
        }
        if let Some([center, width]) = self.window {
            let _ = write!(out, "&w={},{}", short(center), short(width));
        }
        if let Some(zoom) = self.zoom {
            let _ = write!(out, "&z={}", short(zoom));
        }
        if let Some([x, y]) = self.pan {
            let _ = write!(out, "&p={},{}", short(x), short(y));
        }
        out
    }
}

fn pair(value: &str) -> Option<[f64; 2]> {
    let (a, b) = value.split_once(',')?;
    let numbers: [f64; 2] = [a.parse().ok()?, b.parse().ok()?];
    numbers.iter().all(|n| n.is_finite()).then_some(numbers)
}

/// Three decimals are finer than any screen; trailing zeros go.
fn short(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips() {
        let state = ViewState {
            series: Some(2),
            frame: Some(40),
            window: Some([40.0, 400.5]),
            zoom: Some(1.25),
            pan: Some([0.1, -0.25]),
        };
        assert_eq!(state.to_fragment(), "&s=2&i=40&w=40,400.5&z=1.25&p=0.1,-0.25");
        assert_eq!(ViewState::parse(&state.to_fragment()), state);
        assert_eq!(ViewState::default().to_fragment(), "");
    }

    #[test]
    fn drops_what_makes_no_sense() {
        let state = ViewState::parse("s=-1&i=0&w=40,0&z=inf&p=nan,1&x=9&&=&w");
        assert_eq!(state, ViewState::default());
        assert_eq!(ViewState::parse("w=40,NaN&z=2").zoom, Some(2.0));
    }
}
