//! Rows of an image, added up: all of resampling that knows the type of the samples, and its hot loops. No branch
//! and no index in them, so that the compiler can use vectors.

/// The samples of an image, whatever their type.
pub(super) trait Rows {
    /// Whether samples can be missing: then shares are counted.
    fn masked(&self) -> bool;

    /// Adds `weight` × the samples from `start` on to `sums`, and `weight` to the `shares` of those that are present.
    /// `shares` is empty where none can be missing. Rows past the image's end add nothing.
    fn add(&self, start: usize, weight: f32, sums: &mut [f32], shares: &mut [f32]);
}

/// Every sample counts.
pub(super) struct All<'a, T>(pub(super) &'a [T]);

/// Samples from `low` to `high`, both included, are padding.
pub(super) struct Padded<'a, T> {
    pub(super) samples: &'a [T],
    pub(super) low: f32,
    pub(super) high: f32,
}

/// NaN is padding.
pub(super) struct Present(pub(super) Vec<f32>);

impl<T: Copy + Into<f32>> Rows for All<'_, T> {
    fn masked(&self) -> bool {
        false
    }

    fn add(&self, start: usize, weight: f32, sums: &mut [f32], _shares: &mut [f32]) {
        let Some(row) = self.0.get(start..start + sums.len()) else { return };
        for (sum, sample) in sums.iter_mut().zip(row) {
            *sum += (*sample).into() * weight;
        }
    }
}

impl<T: Copy + Into<f32>> Rows for Padded<'_, T> {
    fn masked(&self) -> bool {
        true
    }

    fn add(&self, start: usize, weight: f32, sums: &mut [f32], shares: &mut [f32]) {
        let Some(row) = self.samples.get(start..start + sums.len()) else { return };
        for ((sum, share), sample) in sums.iter_mut().zip(shares).zip(row) {
            let value: f32 = (*sample).into();
            let weight = if value >= self.low && value <= self.high { 0.0 } else { weight };
            *sum += value * weight;
            *share += weight;
        }
    }
}

impl Rows for Present {
    fn masked(&self) -> bool {
        true
    }

    fn add(&self, start: usize, weight: f32, sums: &mut [f32], shares: &mut [f32]) {
        let Some(row) = self.0.get(start..start + sums.len()) else { return };
        for ((sum, share), value) in sums.iter_mut().zip(shares).zip(row) {
            let (value, weight) = if value.is_nan() { (0.0, 0.0) } else { (*value, weight) };
            *sum += value * weight;
            *share += weight;
        }
    }
}
