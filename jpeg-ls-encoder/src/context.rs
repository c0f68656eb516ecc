//! What has been seen of prediction errors: A, B, C and N of ITU-T T.87 A.2.1, and of run interruptions.

/// RESET by default.
const RESET: i32 = 64;

/// Statistics of one context.
#[derive(Clone, Copy)]
pub(crate) struct Context {
    pub(crate) magnitude: i32,
    pub(crate) bias: i32,
    pub(crate) correction: i32,
    pub(crate) count: i32,
}

impl Context {
    pub(crate) fn new(magnitude: i32) -> Self {
        Self { magnitude, bias: 0, correction: 0, count: 1 }
    }

    /// A.6.
    #[inline(always)]
    pub(crate) fn update(&mut self, error: i32) {
        self.bias += error;
        self.magnitude += error.abs();
        if self.count == RESET {
            self.magnitude >>= 1;
            self.bias >>= 1;
            self.count >>= 1;
        }
        self.count += 1;
        if self.bias <= -self.count {
            self.bias = (self.bias + self.count).max(1 - self.count);
            self.correction = (self.correction - 1).max(-128);
        } else if self.bias > 0 {
            self.bias = (self.bias - self.count).min(0);
            self.correction = (self.correction + 1).min(127);
        }
    }
}

/// Statistics of samples that end runs.
#[derive(Clone, Copy)]
pub(crate) struct RunContext {
    pub(crate) magnitude: i32,
    pub(crate) count: i32,
    /// Nn: how many errors were negative.
    pub(crate) negative: i32,
}

impl RunContext {
    pub(crate) fn new(magnitude: i32) -> Self {
        Self { magnitude, count: 1, negative: 0 }
    }

    /// A.7.2.2, `magnitude` being what the error adds to A.
    pub(crate) fn update(&mut self, error: i32, magnitude: i32) {
        self.negative += i32::from(error < 0);
        self.magnitude += magnitude;
        if self.count == RESET {
            self.magnitude >>= 1;
            self.count >>= 1;
            self.negative >>= 1;
        }
        self.count += 1;
    }
}

/// A.5.1: the smallest k with count · 2ᵏ ≥ magnitude.
#[inline(always)]
pub(crate) fn golomb_parameter(count: i32, magnitude: i32) -> u32 {
    let k = (count.leading_zeros() as i32 - magnitude.leading_zeros() as i32).max(0) as u32;
    k + u32::from(count << k < magnitude)
}
