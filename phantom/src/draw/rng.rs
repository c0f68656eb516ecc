//! Seeded random numbers (SplitMix64). Not for secrets.

/// A stream of numbers. The same seed gives the same stream on every machine.
#[derive(Debug, Clone)]
pub(crate) struct Rng(u64);

impl Rng {
    /// A stream of its own for each purpose, so that a change in one place does not shift the others.
    pub(crate) fn new(seed: u64, purpose: &str) -> Self {
        // FNV-1a over the purpose, folded into the seed.
        let mut h = 0xcbf2_9ce4_8422_2325_u64;
        for b in purpose.bytes() {
            h = (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ h)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform in `0.0..1.0`.
    pub(crate) fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1u64 << 24) as f32
    }

    /// Uniform in `lo..hi`.
    pub(crate) fn range(&mut self, lo: f32, hi: f32) -> f32 {
        lo + (hi - lo) * self.unit()
    }

    /// Near enough to a normal deviate (mean 0, deviation 1): the sum of four 16-bit uniforms.
    pub(crate) fn normal(&mut self) -> f32 {
        let n = self.next();
        let sum = (n & 0xffff) + ((n >> 16) & 0xffff) + ((n >> 32) & 0xffff) + (n >> 48);
        // Four uniforms on 0..65536: mean 131 070, deviation 65 536 / sqrt(3).
        (sum as f32 - 131_070.0) * (1.732_050_8 / 65_536.0)
    }
}
