//! The brain: folded cortex, white matter, deep nuclei, ventricles, cerebellum, stem, vessels, and a few bright
//! spots in the white matter.

use super::hull::{cerebellum, cerebrum, cranium, stem};
use super::{Head, Tissue};
use crate::draw::rng::Rng;
use crate::draw::shapes::{capsule, ellipsoid, smooth_max, smooth_min, smoothstep};
use crate::draw::vec3::{V3, dot, length, scale, unit};

/// Middles of the bright spots and their radii, mm.
pub(crate) const LESIONS: [(V3, f32); 5] = [
    ([-25.0, -26.0, 34.0], 3.4),
    ([27.0, -18.0, 36.0], 2.8),
    ([-30.0, 10.0, 38.0], 2.6),
    ([24.0, 22.0, 40.0], 3.0),
    ([21.0, -38.0, 24.0], 2.4),
];

const WHOLE: (V3, V3) = ([-75.0, -92.0, -64.0], [75.0, 95.0, 92.0]);

/// The deep nuclei and the ventricles.
const CORE: (V3, V3) = ([-44.0, -50.0, -30.0], [44.0, 50.0, 46.0]);

/// Random waves of one length: the surface where they cancel is folded like cortex.
struct Folds(Vec<(V3, f32)>);

impl Folds {
    fn new(wavelength: f32, rng: &mut Rng) -> Self {
        let k = std::f32::consts::TAU / wavelength;
        let wave = |rng: &mut Rng| {
            let way = unit([rng.normal(), rng.normal(), rng.normal()]);
            (scale(way, k * rng.range(0.86, 1.14)), rng.range(0.0, std::f32::consts::TAU))
        };
        Self((0..22).map(|_| wave(rng)).collect())
    }

    /// Distance to the nearest sulcus, mm (first order).
    fn sulcus(&self, p: V3) -> f32 {
        let mut n = 0.0;
        let mut slope = [0.0f32; 3];
        for (k, phase) in &self.0 {
            let (s, c) = (dot(*k, p) + phase).sin_cos();
            n += s;
            for i in 0..3 {
                slope[i] += c * k[i];
            }
        }
        n.abs() / length(slope).max(0.35)
    }
}

pub(crate) fn paint(h: &mut Head, rng: &mut Rng) {
    let fluid = h.signal(Tissue::Fluid);
    h.scene.flat(WHOLE, fluid, cranium);
    hemispheres(h, Folds::new(25.0, rng));
    falx(h);
    deep(h);
    ventricles(h);
    hindbrain(h, Folds::new(9.0, rng));
    middle_line(h);
    vessels(h);
    let (lesion, white) = (h.signal(Tissue::Lesion), h.signal(Tissue::White));
    for (c, r) in LESIONS {
        let around = (c.map(|v| v - 8.0), c.map(|v| v + 8.0));
        h.scene.field(
            around,
            move |p| ellipsoid(p, c, [r, r * 1.3, r]),
            move |_, d| white + (lesion - white) * smoothstep(0.6, -1.2, d),
        );
    }
}

fn hemispheres(h: &mut Head, folds: Folds) {
    let (fluid, grey, white) = (h.signal(Tissue::Fluid), h.signal(Tissue::Grey), h.signal(Tissue::White));
    let noise = h.noise.clone();
    h.scene.field(WHOLE, cerebrum, move |p, d| {
        // Depth under the hull or under the cleft between the hemispheres, whichever is nearer.
        let cleft = if callosum(p) < 10.0 || p[2] < 6.0 { 40.0 } else { p[0].abs() };
        let depth = (-d).min(cleft);
        // The cleft between temporal and frontal lobe runs deep.
        let sylvian = {
            let q = [p[0].abs(), p[1], p[2]];
            let line = (q[2] - 4.0 - 0.32 * (q[1] + 10.0)).abs() - 0.4;
            smooth_max(smooth_max(line, 34.0 - q[0], 3.0), (q[1] - 2.0).abs() - 34.0, 4.0).max(0.0)
        };
        let sulcus = (folds.sulcus(p) + 0.38 * (depth - 11.0).max(0.0)).min(sylvian);
        let open = 0.75 + 0.5 * smoothstep(8.0, 1.0, depth);
        let ribbon = (sulcus - open).min(depth - 0.2);
        let thickness = 3.0 + 0.4 * noise.at(p, 12.0);
        let cortex = grey + (white - grey) * smoothstep(thickness - 0.5, thickness + 0.7, ribbon);
        fluid + (cortex - fluid) * smoothstep(-0.5, 0.5, ribbon)
    });
}

fn falx(h: &mut Head) {
    let (fluid, dura, flow) = (h.signal(Tissue::Fluid), h.signal(Tissue::Dura), h.signal(Tissue::Flow));
    // All this lies near the middle; the costly surfaces are worked out only there.
    let middle = ([-9.0, -92.0, -8.0], [9.0, 95.0, 92.0]);
    let cleft = |p: V3| smooth_max(smooth_max(cranium(p), 9.0 - callosum(p), 3.0), 8.0 - p[2], 2.0);
    h.scene.flat(middle, fluid, move |p| smooth_max(cleft(p), p[0].abs() - 1.5, 0.5));
    h.scene.flat(middle, dura, move |p| smooth_max(cleft(p) + 6.0, p[0].abs() - 0.6, 0.5));
    // Sagittal sinus under the vault, transverse sinuses at the edge of the tentorium.
    h.scene.flat(middle, flow, |p| {
        smooth_max((cranium(p) + 2.5).abs() - 3.2, p[0].abs() - 4.0 + 0.8 * -cranium(p), 1.0).max(-p[2])
    });
    for side in [-1.0f32, 1.0] {
        let path = [
            ([0.0, 86.0, -8.0], 3.8),
            ([side * 30.0, 76.0, -14.0], 3.6),
            ([side * 54.0, 44.0, -22.0], 3.6),
            ([side * 48.0, 24.0, -44.0], 3.8),
        ];
        h.scene.tube(&path, 0.0, flow, None);
    }
}

/// Distance to the arch of the corpus callosum, seen from the side.
fn callosum(p: V3) -> f32 {
    const ARCH: [(f32, f32, f32); 7] = [
        (-24.0, 8.0, 2.0),
        (-34.0, 13.0, 4.6),
        (-30.0, 23.0, 4.0),
        (-10.0, 30.0, 3.2),
        (12.0, 30.0, 3.0),
        (28.0, 23.0, 4.0),
        (31.0, 15.0, 5.0),
    ];
    ARCH.windows(2).fold(f32::MAX, |d, s| {
        d.min(capsule([0.0, p[1], p[2]], [0.0, s[0].0, s[0].1], [0.0, s[1].0, s[1].1], s[0].2, s[1].2))
    })
}

fn deep(h: &mut Head) {
    let (white, deep) = (h.signal(Tissue::White), h.signal(Tissue::DeepGrey));
    let pallidum = h.signal(Tissue::Pallidum);
    let sides = |p: V3| [p[0].abs(), p[1], p[2]];
    // A core of white matter that sulci do not reach.
    h.scene.flat(CORE, white, move |p| ellipsoid(sides(p), [20.0, 0.0, 10.0], [17.0, 34.0, 16.0]));
    h.scene.flat(CORE, white, |p| smooth_max(callosum(p), p[0].abs() - 18.0, 4.0));
    h.scene.flat(CORE, deep, move |p| {
        let q = sides(p);
        let caudate = smooth_min(
            ellipsoid(q, [12.5, -22.0, 12.0], [5.5, 9.0, 8.5]),
            capsule(q, [14.0, -16.0, 18.0], [19.0, 18.0, 22.0], 3.6, 2.0),
            3.0,
        );
        let putamen = ellipsoid([q[0] + 0.24 * q[1], q[1], q[2]], [24.5, -7.0, 6.0], [4.8, 16.0, 10.0]);
        caudate.min(putamen)
    });
    h.scene.flat(CORE, pallidum, move |p| {
        let q = sides(p);
        ellipsoid([q[0] + 0.30 * q[1], q[1], q[2]], [16.8, -5.0, 4.0], [3.6, 9.0, 6.5])
    });
    h.scene.flat(CORE, deep, move |p| {
        let q = sides(p);
        let thalamus = ellipsoid([q[0] - 0.25 * q[1], q[1], q[2]], [7.5, 12.0, 10.0], [8.0, 13.0, 8.5]);
        let hippocampus = capsule(q, [25.0, -6.0, -18.0], [27.0, 22.0, -6.0], 5.0, 3.5);
        thalamus.min(hippocampus)
    });
}

fn ventricles(h: &mut Head) {
    let fluid = h.signal(Tissue::Fluid);
    let choroid = h.signal(Tissue::Mucosa);
    for side in [-1.0f32, 1.0] {
        let body = [
            ([side * 8.0, -33.0, 13.0], 3.2),
            ([side * 8.5, -20.0, 20.0], 4.6),
            ([side * 8.5, 0.0, 24.0], 4.4),
            ([side * 14.0, 20.0, 22.0], 5.0),
            ([side * 24.0, 34.0, 12.0], 6.6),
            ([side * 30.0, 20.0, -8.0], 3.0),
            ([side * 30.0, -2.0, -16.0], 2.2),
        ];
        h.scene.tube(&body, 0.0, fluid, None);
        h.scene.tube(&[([side * 24.0, 34.0, 12.0], 5.6), ([side * 22.0, 54.0, 9.0], 2.2)], 0.0, fluid, None);
        h.scene.tube(
            &[([side * 18.0, 26.0, 18.0], 1.6), ([side * 24.0, 32.0, 9.0], 2.4)],
            0.0,
            choroid,
            None,
        );
    }
    h.scene.flat(CORE, fluid, |p| ellipsoid(p, [0.0, 4.0, 6.0], [2.2, 15.0, 11.0]));
    // Septum between the frontal horns.
    let white = h.signal(Tissue::White);
    h.scene.flat(CORE, white, |p| {
        smooth_max(p[0].abs() - 0.8, ellipsoid(p, [0.0, -14.0, 20.0], [9.0, 20.0, 9.0]), 1.0)
    });
}

fn hindbrain(h: &mut Head, folia: Folds) {
    let (fluid, grey, white) = (h.signal(Tissue::Fluid), h.signal(Tissue::Grey), h.signal(Tissue::White));
    let (dura, flow) = (h.signal(Tissue::Dura), h.signal(Tissue::Flow));
    let behind = ([-56.0, 8.0, -66.0], [56.0, 80.0, -2.0]);
    let tent = |p: V3| cerebellum(p) - 3.0;
    h.scene.flat(behind, fluid, tent);
    h.scene.flat(behind, dura, move |p| smooth_max((tent(p) + 0.2).abs() - 0.7, -14.0 - p[2], 2.0));
    h.scene.field(behind, cerebellum, move |p, d| {
        // Folia run across: waves squeezed from side to side.
        let leaf = folia.sulcus([p[0] * 0.28, p[1], p[2] * 1.1]) + 0.25 * (-d - 14.0).max(0.0);
        let depth = -d;
        let core = smoothstep(9.0, 15.0, depth + 1.2 * (leaf - 2.0));
        let cortex = fluid * 0.5 + (grey - fluid * 0.5) * smoothstep(0.1, 0.7, leaf);
        cortex + (white - cortex) * core
    });
    h.scene.flat(([-45.0, -40.0, -145.0], [45.0, 60.0, 15.0]), fluid, move |p| {
        smooth_max(stem(p) - 4.0, smooth_max(p[2] - 6.0, p[1] - 14.0, 3.0), 3.0)
    });
    let noise = h.noise.clone();
    h.scene.field(([-45.0, -40.0, -145.0], [45.0, 60.0, 15.0]), stem, move |p, _| {
        white + (grey - white) * (0.30 + 0.20 * noise.rough(p, 6.0))
    });
    h.scene.flat(WHOLE, fluid, |p| {
        let fourth = ellipsoid(p, [0.0, 28.0, -32.0], [8.0 - 0.2 * (p[1] - 28.0), 6.0, 12.0]);
        let aqueduct = capsule(p, [0.0, 22.0, -2.0], [0.0, 26.0, -24.0], 1.1, 1.4);
        let quadrigeminal = ellipsoid(p, [0.0, 31.0, -3.0], [11.0, 5.0, 7.0]);
        fourth.min(aqueduct).min(quadrigeminal)
    });
    h.scene.tube(
        &[([0.0, -4.0, -20.0], 2.0), ([1.5, -4.0, -36.0], 1.9), ([0.0, 2.0, -54.0], 1.6)],
        0.0,
        flow,
        None,
    );
}

/// Pituitary and its stalk, chiasm, pineal gland.
fn middle_line(h: &mut Head) {
    let (fluid, white) = (h.signal(Tissue::Fluid), h.signal(Tissue::White));
    let (pituitary, grey) = (h.signal(Tissue::Pituitary), h.signal(Tissue::Grey));
    let near = ([-20.0, -40.0, -30.0], [20.0, 40.0, 12.0]);
    h.scene.flat(near, fluid, |p| ellipsoid(p, [0.0, -15.0, -9.0], [14.0, 11.0, 7.0]));
    h.scene.flat(near, pituitary, |p| ellipsoid(p, [0.0, -19.0, -20.0], [7.0, 5.5, 3.6]));
    h.scene.tube(&[([0.0, -18.0, -17.0], 1.0), ([0.0, -12.0, -4.0], 1.3)], 0.0, pituitary, None);
    h.scene.flat(near, white, |p| ellipsoid(p, [0.0, -18.0, -7.0], [8.0, 4.0, 1.8]));
    h.scene.flat(near, grey, |p| ellipsoid(p, [0.0, 27.0, 4.0], [3.0, 4.0, 2.6]));
}

fn vessels(h: &mut Head) {
    let flow = h.signal(Tissue::Flow);
    for side in [-1.0f32, 1.0] {
        let paths: [&[(V3, f32)]; 3] = [
            &[
                ([side * 22.0, 2.0, -60.0], 2.6),
                ([side * 14.0, -16.0, -28.0], 2.6),
                ([side * 11.0, -20.0, -10.0], 2.3),
            ],
            &[
                ([side * 11.0, -20.0, -10.0], 1.9),
                ([side * 26.0, -18.0, -6.0], 1.7),
                ([side * 40.0, -14.0, -2.0], 1.4),
                ([side * 44.0, 6.0, 6.0], 1.0),
            ],
            &[
                ([side * 11.0, -20.0, -10.0], 1.5),
                ([side * 2.0, -28.0, -4.0], 1.4),
                ([side * 2.0, -42.0, 12.0], 1.2),
                ([side * 2.0, -36.0, 32.0], 1.0),
            ],
        ];
        for path in paths {
            h.scene.tube(path, 0.0, flow, None);
        }
    }
}
