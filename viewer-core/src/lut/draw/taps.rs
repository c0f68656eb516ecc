//! Which image pixels a screen pixel is made of, along one axis.

use std::ops::Range;

use crate::lut::draw::EDGE;

/// A run of image pixels for one screen pixel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Tap {
    first: u32,
    /// Where its weights start in `Axis::weights`; they end where the next tap's start.
    weights: u32,
}

/// Two neighbours and where between them a screen pixel lies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pair {
    /// Place of the lower one.
    pub(super) low: usize,
    /// Place of the upper one; the same as `low` where the pixel lies on it.
    pub(super) high: usize,
    /// Share of the upper one, 0–1.
    pub(super) upper: f32,
}

/// Taps of the screen pixels that show the image, which are neighbours.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Axis {
    /// Screen pixels that show the image.
    pub(super) visible: Range<usize>,
    taps: Vec<Tap>,
    weights: Vec<f32>,
}

impl Axis {
    /// `[step, start]`: image coordinate of the screen coordinate s is `step × s + start`. `count`: image pixels.
    /// `screen`: screen pixels. `sharp`: only the nearest image pixel.
    pub(super) fn new([step, start]: [f64; 2], count: u32, screen: u32, sharp: bool) -> Self {
        let limit = f64::from(count);
        let half = step.abs().max(1.0) / 2.0;
        let mut axis = Self { visible: 0..0, taps: Vec::new(), weights: Vec::new() };
        for pixel in 0..screen {
            let center = step * (f64::from(pixel) + 0.5) + start;
            if !(center >= -EDGE && center < limit - EDGE) {
                continue;
            }
            if axis.taps.is_empty() {
                axis.visible.start = pixel as usize;
            }
            axis.visible.end = pixel as usize + 1;
            let weights = axis.weights.len() as u32;
            if sharp {
                let first = ((center + EDGE).max(0.0) as u32).min(count - 1);
                axis.taps.push(Tap { first, weights });
                axis.weights.push(1.0);
            } else {
                let (from, to) = ((center - half).max(0.0), (center + half).min(limit));
                let first = (from as u32).min(count - 1);
                let end = (to.ceil() as u32).clamp(first + 1, count);
                axis.taps.push(Tap { first, weights });
                for index in first..end {
                    let index = f64::from(index);
                    let overlap = (index + 1.0).min(to) - index.max(from);
                    axis.weights.push((overlap / (to - from)) as f32);
                }
            }
        }
        axis
    }

    /// Leaves out screen pixels that are not among these.
    pub(super) fn cut(&mut self, to: &Range<u32>) {
        let Range { start, end } = self.visible;
        let first = (to.start as usize).clamp(start, end);
        let last = (to.end as usize).clamp(first, end);
        if let Some(after) = self.taps.get(last - start) {
            self.weights.truncate(after.weights as usize);
        }
        self.taps.truncate(last - start);
        self.taps.drain(..first - start);
        self.visible = first..last;
    }

    /// First image pixel and weights of the n-th visible screen pixel.
    #[inline]
    pub(super) fn tap(&self, n: usize) -> (usize, &[f32]) {
        let Some(tap) = self.taps.get(n) else { return (0, &[]) };
        let end = self.taps.get(n + 1).map_or(self.weights.len(), |next| next.weights as usize);
        (tap.first as usize, self.weights.get(tap.weights as usize..end).unwrap_or(&[]))
    }

    /// Image pixels that any screen pixel is made of.
    pub(super) fn span(&self) -> Range<usize> {
        let ends = (0..self.taps.len()).map(|n| {
            let (first, weights) = self.tap(n);
            (first, first + weights.len())
        });
        ends.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))).map_or(0..0, |(start, end)| start..end)
    }

    /// The neighbours behind each screen pixel, where image pixel `start` is at place 0 and the next one `stride`
    /// further; None when a screen pixel is made of more than two.
    pub(super) fn pairs(&self, start: usize, stride: usize) -> Option<Vec<Pair>> {
        let pair = |low: usize, high: usize, upper: f32| {
            let place = |index: usize| (index - start) * stride;
            Some(Pair { low: place(low), high: place(high), upper })
        };
        (0..self.taps.len())
            .map(|n| match self.tap(n) {
                (first, [_]) => pair(first, first, 0.0),
                (first, [_, upper]) => pair(first, first + 1, *upper),
                _ => None,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(axis: &Axis, start: usize, stride: usize) -> Option<Vec<(usize, usize, f32)>> {
        Some(axis.pairs(start, stride)?.into_iter().map(|pair| (pair.low, pair.high, pair.upper)).collect())
    }

    #[test]
    fn one_to_one_is_the_pixel_itself() {
        let axis = Axis::new([1.0, 0.0], 4, 6, false);
        assert_eq!(axis.visible, 0..4);
        for n in 0..4 {
            assert_eq!(axis.tap(n), (n, &[1.0f32][..]));
        }
    }

    #[test]
    fn enlarging_is_bilinear_and_held_at_the_edge() {
        let axis = Axis::new([0.5, 0.0], 3, 6, false);
        assert_eq!(
            pairs(&axis, 0, 1).unwrap(),
            [(0, 0, 0.0), (0, 1, 0.25), (0, 1, 0.75), (1, 2, 0.25), (1, 2, 0.75), (2, 2, 0.0)]
        );
    }

    #[test]
    fn reducing_takes_every_pixel_equally() {
        let axis = Axis::new([2.5, 0.0], 10, 4, false);
        assert_eq!(axis.tap(1), (2, &[0.2, 0.4, 0.4][..]));
        let mut used = [0.0; 10];
        for n in 0..4 {
            let (first, weights) = axis.tap(n);
            for (slot, w) in used[first..].iter_mut().zip(weights) {
                *slot += w;
            }
        }
        assert!(used.iter().all(|u| (u - 0.4f32).abs() < 1e-6), "{used:?}");
        assert_eq!(pairs(&axis, 0, 1), None);
        assert_eq!(axis.span(), 0..10);
    }

    #[test]
    fn mirrored_and_moved_images_show_what_is_in_view() {
        // c = 3 − (s + 0.5): screen pixel 0 shows image pixel 2.
        let mirrored = Axis::new([-1.0, 3.0], 3, 2, false);
        assert_eq!((mirrored.tap(0).0, mirrored.tap(1).0), (2, 1));
        assert_eq!(mirrored.span(), 1..3);
        assert_eq!(pairs(&mirrored, 1, 4).unwrap(), [(4, 4, 0.0), (0, 0, 0.0)]);
        let moved = Axis::new([1.0, -4.0], 3, 10, true);
        assert_eq!((moved.visible.clone(), moved.tap(0).0), (4..7, 0));
        assert_eq!(Axis::new([1.0, 50.0], 3, 10, false).visible, 0..0);
        assert_eq!(Axis::new([f64::NAN, 0.0], 3, 10, false).visible, 0..0);
    }
}
