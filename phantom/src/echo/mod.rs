//! Ultrasound of a made-up heart: what reflects where at each moment of the beat, speckle that moves with the tissue,
//! and the flow of blood.

pub(crate) mod heart;
pub(crate) mod screen;

use crate::draw::rng::Rng;
use heart::Beat;
use screen::Geometry;

/// Angle of the sector to either side, radians.
pub(crate) const HALF_ANGLE: f32 = 0.66;
/// Cells of the speckle's scatterers, cm.
const CELL: f32 = 0.028;
/// Scatterers on a side of their grid; it repeats.
const GRID: usize = 512;

/// A heart in front of a transducer.
pub(crate) struct Echo {
    /// Strengths (two independent parts) of scatterers that move with the tissue.
    scatter: Vec<[f32; 2]>,
    lines: usize,
    samples: usize,
    depth: f32,
}

/// One moment, before it is drawn: brightness 0..1 over angle and depth.
pub(crate) struct Sweep {
    lines: usize,
    samples: usize,
    depth: f32,
    values: Vec<f32>,
}

impl Echo {
    pub(crate) fn new(seed: u64, g: &Geometry) -> Self {
        let mut rng = Rng::new(seed, "scatterers");
        let scatter = (0..GRID * GRID).map(|_| [rng.normal(), rng.normal()]).collect();
        Self { scatter, lines: g.rows * 2 / 5, samples: g.rows * 6 / 5, depth: g.depth }
    }

    /// All lines of the sector at one moment.
    pub(crate) fn sweep(&self, beat: &Beat) -> Sweep {
        let (n, m) = (self.lines, self.samples);
        let mut field = vec![[0f32; 2]; n * m];
        for line in 0..n {
            let angle = (line as f32 / (n - 1) as f32 * 2.0 - 1.0) * HALF_ANGLE;
            // Weakened by what was passed on the way; the machine makes up for the mean of it.
            let mut passed = 0.0;
            for s in 0..m {
                let r = (s as f32 + 0.5) / m as f32 * self.depth;
                let p = [r * angle.sin(), r * angle.cos()];
                let (strength, from) = beat.tissue(p);
                passed += (strength - 0.25).max(0.0) * self.depth / m as f32;
                let a = self.scatterer(from);
                let gain = strength * (-0.30 * passed).exp();
                field[line * m + s] = [a[0] * gain, a[1] * gain];
            }
        }
        // The beam is short along its way and wide across it.
        let field = smooth(&field, n, m, 1, 2);
        let field = smooth(&field, n, m, m, 2);
        let values = field.iter().map(|v| compress((v[0] * v[0] + v[1] * v[1]).sqrt())).collect();
        Sweep { lines: n, samples: m, depth: self.depth, values }
    }

    /// The scatterer at a place in the tissue at rest.
    fn scatterer(&self, p: [f32; 2]) -> [f32; 2] {
        let index = |v: f32| ((v / CELL).floor() as i64).rem_euclid(GRID as i64) as usize;
        self.scatter[index(p[1]) * GRID + index(p[0])]
    }
}

impl Sweep {
    /// Brightness at an angle (radians) and depth (cm), blended between lines and samples.
    pub(crate) fn at(&self, angle: f32, r: f32) -> f32 {
        let x = (angle / HALF_ANGLE * 0.5 + 0.5) * (self.lines - 1) as f32;
        let y = r / self.depth * self.samples as f32 - 0.5;
        if x < 0.0 || y < 0.0 || x > (self.lines - 1) as f32 || y > (self.samples - 1) as f32 {
            return 0.0;
        }
        let (i, j) = ((x as usize).min(self.lines - 2), (y as usize).min(self.samples - 2));
        let (u, v) = (x - i as f32, y - j as f32);
        let line = |k: usize| {
            let a = self.values[k * self.samples + j];
            a + (self.values[k * self.samples + j + 1] - a) * v
        };
        line(i) + (line(i + 1) - line(i)) * u
    }
}

/// 48 dB onto 0..1.
fn compress(v: f32) -> f32 {
    (1.0 + 20.0 * (v.max(1e-6) * 1.35).log10() / 48.0).clamp(0.0, 1.0)
}

/// A small bell along one axis (`step` between neighbours), `times` over.
fn smooth(v: &[[f32; 2]], lines: usize, samples: usize, step: usize, times: usize) -> Vec<[f32; 2]> {
    let mut now = v.to_vec();
    for _ in 0..times {
        let old = now.clone();
        for i in 0..lines * samples {
            let (line, s) = (i / samples, i % samples);
            let inside = if step == 1 { s > 0 && s + 1 < samples } else { line > 0 && line + 1 < lines };
            if inside {
                now[i] = [0, 1].map(|k| 0.5 * old[i][k] + 0.25 * (old[i - step][k] + old[i + step][k]));
            }
        }
    }
    now
}
