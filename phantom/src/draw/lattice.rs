//! Smooth noise in space: random values on a periodic lattice, blended between its points.

use super::rng::Rng;
use super::vec3::V3;

const N: usize = 32;

/// Values of about -1..1 on a 32³ lattice that repeats in every direction.
pub(crate) struct Lattice(Vec<f32>);

impl Lattice {
    pub(crate) fn new(rng: &mut Rng) -> Self {
        Self((0..N * N * N).map(|_| rng.range(-1.0, 1.0)).collect())
    }

    /// Value at `p`, with one lattice cell per `cell` millimetres.
    pub(crate) fn at(&self, p: V3, cell: f32) -> f32 {
        let mut i0 = [0usize; 3];
        let mut i1 = [0usize; 3];
        let mut t = [0f32; 3];
        for a in 0..3 {
            let v = p[a] / cell;
            let f = v.floor();
            let i = f as i32;
            i0[a] = (i & (N as i32 - 1)) as usize;
            i1[a] = ((i + 1) & (N as i32 - 1)) as usize;
            let u = v - f;
            t[a] = u * u * (3.0 - 2.0 * u);
        }
        let v = &self.0;
        let row = |z: usize, y: usize| {
            let base = (z * N + y) * N;
            v[base + i0[0]] + (v[base + i1[0]] - v[base + i0[0]]) * t[0]
        };
        let plane = |z: usize| {
            let a = row(z, i0[1]);
            a + (row(z, i1[1]) - a) * t[1]
        };
        let a = plane(i0[2]);
        a + (plane(i1[2]) - a) * t[2]
    }

    /// Two octaves: the second at half the size and half the strength.
    pub(crate) fn rough(&self, p: V3, cell: f32) -> f32 {
        self.at(p, cell) + 0.5 * self.at([p[1] + 7.3, p[2] + 1.9, p[0] + 4.1], cell * 0.5)
    }
}
