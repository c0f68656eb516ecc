//! Everything outside the brain: scalp, skull, eyes, sinuses, mouth, neck.

use super::hull::{cranium, skin};
use super::{Head, Tissue};
use crate::draw::shapes::{block, capsule, ellipsoid, smooth_max, smooth_min, smoothstep};
use crate::draw::vec3::V3;

const ALL: (V3, V3) = ([-90.0, -125.0, -150.0], [90.0, 108.0, 105.0]);
/// Nose, mouth and throat; what lies below the middle of the brain.
const FACE: (V3, V3) = ([-52.0, -112.0, -150.0], [52.0, 0.0, 22.0]);
const BELOW: (V3, V3) = ([-78.0, -70.0, -150.0], [78.0, 100.0, -15.0]);

pub(crate) fn paint(h: &mut Head) {
    let (fat, muscle, rind) = (h.signal(Tissue::Fat), h.signal(Tissue::Muscle), h.signal(Tissue::Skin));
    let noise = h.noise.clone();
    h.scene.field(ALL, skin, move |p, d| {
        let strands = smoothstep(0.09, 0.0, noise.rough(p, 9.0).abs());
        // Under the fat of cheeks and neck lies mostly muscle, with fat between.
        let lump = smoothstep(-0.25, 0.25, noise.rough(p, 14.0) + 0.35);
        let flesh = smoothstep(-7.0, -11.0, d) * smoothstep(-20.0, -40.0, p[2]);
        let deep = fat + (muscle - fat) * (0.45 * strands).max(0.92 * flesh * lump);
        rind + (deep - rind) * smoothstep(-1.6, -2.6, d)
    });
    muscles(h);
    skull(h);
    spine(h);
    sinuses(h);
    mouth(h);
    for side in [-1.0f32, 1.0] {
        orbit(h, side);
    }
}

fn muscle(h: &mut Head, bounds: (V3, V3), f: impl Fn(V3) -> f32 + Send + Sync + 'static) {
    let (muscle, fat) = (h.signal(Tissue::Muscle), h.signal(Tissue::Fat));
    let noise = h.noise.clone();
    h.scene.field(
        bounds,
        move |p| {
            let d = f(p);
            if d > 3.0 { d } else { smooth_max(d, skin(p) + 3.5, 3.0) }
        },
        move |p, _| {
            muscle
                + (fat - muscle) * 0.5 * smoothstep(0.06, 0.0, noise.at([p[0], p[1], p[2] * 0.5], 6.0).abs())
        },
    );
}

fn muscles(h: &mut Head) {
    let bend = |p: V3| [p[0].abs(), p[1], p[2]];
    // Temporalis on the side of the skull, masseter, pterygoids.
    muscle(h, ALL, move |p| {
        let over = (cranium(p) - 9.5).abs() - 3.2;
        smooth_max(over, ellipsoid(bend(p), [66.0, -34.0, 4.0], [26.0, 34.0, 40.0]), 4.0)
    });
    muscle(h, BELOW, move |p| ellipsoid(bend(p), [53.0, -44.0, -72.0], [7.0, 17.0, 30.0]));
    muscle(h, BELOW, move |p| ellipsoid(bend(p), [37.0, -34.0, -58.0], [9.0, 15.0, 20.0]));
    // Muscles at the back of the neck, in layers.
    for (x, y, rx, ry) in
        [(10.0, 66.0, 9.0, 9.0), (28.0, 62.0, 13.0, 10.0), (16.0, 80.0, 16.0, 6.0), (44.0, 50.0, 10.0, 13.0)]
    {
        muscle(h, BELOW, move |p| {
            let q = bend(p);
            let (u, v) = ((q[0] - x) / rx, (q[1] - y - 0.06 * (p[2] + 80.0)) / ry);
            smooth_max(((u * u + v * v).sqrt() - 1.0) * rx.min(ry), p[2] + 50.0, 6.0)
        });
    }
    muscle(h, BELOW, move |p| capsule(bend(p), [60.0, 30.0, -48.0], [44.0, 0.0, -150.0], 9.0, 12.0));
    // In front of the spine.
    muscle(h, BELOW, move |p| {
        let (u, v) = ((bend(p)[0] - 9.0) / 7.0, (p[1] + 6.0) / 4.0);
        smooth_max(((u * u + v * v).sqrt() - 1.0) * 4.0, p[2] + 62.0, 4.0)
    });
}

fn skull(h: &mut Head) {
    let (bone, marrow) = (h.signal(Tissue::Bone), h.signal(Tissue::Marrow));
    let noise = h.noise.clone();
    let thick = h.noise.clone();
    // The base is a thicker mass; the vault two tables with marrow between them.
    h.scene.field(
        ALL,
        move |p| {
            let vault = cranium(p) - 6.4 - 1.2 * thick.at(p, 22.0);
            let clivus = capsule(p, [0.0, -22.0, -20.0], [0.0, 4.0, -54.0], 10.0, 7.0);
            let petrous =
                capsule([p[0].abs(), p[1], p[2]], [14.0, -8.0, -36.0], [58.0, 22.0, -36.0], 8.0, 13.0);
            let cut = smooth_max(vault, -66.0 - p[2], 4.0);
            smooth_min(cut, smooth_min(clivus, petrous, 3.0), 4.0)
        },
        move |p, d| {
            let table = smoothstep(-1.7, -2.5, d) * smoothstep(1.7, 2.5, cranium(p));
            let pocket = smoothstep(-0.25, 0.35, noise.rough(p, 7.0));
            bone + (marrow - bone) * table * (0.35 + 0.65 * pocket)
        },
    );
    // Air cells behind the ear.
    let cells = h.noise.clone();
    h.scene.field(
        BELOW,
        |p| ellipsoid([p[0].abs(), p[1], p[2]], [58.0, 26.0, -42.0], [9.0, 13.0, 15.0]),
        move |p, _| bone + 0.25 * marrow * smoothstep(0.2, 0.5, cells.rough(p, 4.0)),
    );
}

fn spine(h: &mut Head) {
    let (bone, marrow, disc) = (h.signal(Tissue::Bone), h.signal(Tissue::Marrow), h.signal(Tissue::Disc));
    let axis = |z: f32| 10.0 + 0.10 * (-62.0 - z);
    h.scene.field(
        ([-32.0, -12.0, -150.0], [32.0, 75.0, -60.0]),
        move |p| {
            let y = p[1] - axis(p[2]);
            let (u, v) = (p[0] / 12.0, y / 9.0);
            let body = smooth_max(((u * u + v * v).sqrt() - 1.0) * 9.0, p[2] + 66.0, 2.0);
            let level = (p[2] + 74.0).rem_euclid(19.0) - 9.5;
            let spinous = block([p[0], y - 42.0, level], [0.0; 3], [3.5, 12.0, 4.5], 3.0);
            let lateral = ellipsoid([p[0].abs(), y, level], [19.0, 14.0, 0.0], [7.0, 8.0, 7.0]);
            smooth_min(body, smooth_max(spinous.min(lateral), p[2] + 68.0, 2.0), 1.0)
        },
        move |p, d| {
            let level = (p[2] + 74.0).rem_euclid(19.0);
            let edge = level.min(19.0 - level);
            if edge < 2.2 && d < -1.0 && p[2] < -80.0 && p[1] < axis(p[2]) + 10.0 {
                return disc;
            }
            bone + (marrow - bone) * smoothstep(0.8, 1.8, (-d).min(edge - 1.6))
        },
    );
    let fluid = h.signal(Tissue::Fluid);
    h.scene.flat(([-20.0, 10.0, -150.0], [20.0, 60.0, -40.0]), fluid, |p| {
        capsule(p, [0.0, 24.0, -60.0], [0.0, 36.0, -145.0], 10.5, 9.5)
    });
}

fn sinuses(h: &mut Head) {
    let (mucosa, bone) = (h.signal(Tissue::Mucosa), h.signal(Tissue::Bone));
    let sides = |p: V3| [p[0].abs(), p[1], p[2]];
    let air = move |p: V3| {
        let q = sides(p);
        let maxilla = ellipsoid(q, [27.0, -62.0, -50.0], [14.0, 17.0, 17.0]);
        let frontal = ellipsoid(q, [9.0, -82.0, 4.0], [8.0, 4.5, 11.0]);
        let sphenoid = ellipsoid(q, [7.0, -34.0, -27.0], [8.0, 12.0, 9.0]);
        maxilla.min(frontal).min(sphenoid)
    };
    h.scene.flat(FACE, bone, move |p| air(p) - 2.4);
    h.scene.flat(FACE, mucosa, move |p| air(p) - 0.7);
    h.scene.flat(FACE, 0.0, air);
    // Nasal cavity: turbinates and septum in air; ethmoid cells above.
    let noise = h.noise.clone();
    h.scene.field(
        FACE,
        |p| smooth_max(ellipsoid(p, [0.0, -64.0, -40.0], [14.0, 36.0, 28.0]), skin(p) + 2.0, 2.0),
        move |p, _| {
            let shelf = ((p[2] + 40.0 + 0.35 * p[0].abs()) * 0.42).sin() + 0.5 * noise.rough(p, 6.0);
            let wall = smoothstep(0.35, 0.6, shelf).max(smoothstep(1.6, 0.9, p[0].abs()));
            mucosa * 0.8 * wall
        },
    );
    // Throat.
    h.scene.flat(FACE, mucosa * 0.8, |p| throat(p) - 2.5);
    h.scene.flat(FACE, 0.0, throat);
}

fn throat(p: V3) -> f32 {
    let q = [p[0] * 0.6, p[1], p[2]];
    let upper = capsule(q, [0.0, -24.0, -44.0], [0.0, -18.0, -78.0], 6.0, 5.0);
    upper.min(capsule(q, [0.0, -18.0, -78.0], [0.0, -12.0, -150.0], 4.5, 6.5))
}

fn mouth(h: &mut Head) {
    let (muscle, fat) = (h.signal(Tissue::Muscle), h.signal(Tissue::Fat));
    let (bone, marrow) = (h.signal(Tissue::Bone), h.signal(Tissue::Marrow));
    let noise = h.noise.clone();
    h.scene.field(
        FACE,
        |p| ellipsoid(p, [0.0, -50.0, -86.0], [24.0, 34.0, 20.0]),
        move |p, _| {
            muscle
                + (fat - muscle) * 0.35 * smoothstep(0.15, 0.0, noise.at([p[0], p[1] * 0.5, p[2]], 5.0).abs())
        },
    );
    // Palate, teeth, lower jaw.
    h.scene.flat(FACE, bone, |p| block(p, [0.0, -62.0, -66.5], [20.0, 24.0, 1.6], 1.5));
    let arch = |p: V3, r: f32| {
        let (u, v) = (p[0] / 0.78, p[1] + 52.0);
        smooth_max(((u * u + v * v).sqrt() - r).abs(), v - 22.0, 3.0)
    };
    h.scene.flat(FACE, bone, move |p| smooth_max(arch(p, 36.0) - 4.0, (p[2] + 80.0).abs() - 12.0, 2.0));
    h.scene.field(
        FACE,
        move |p| smooth_max(arch(p, 38.0) - 5.5, (p[2] + 101.0).abs() - 11.0, 3.0),
        move |_, d| bone + (marrow - bone) * smoothstep(-1.5, -2.3, d),
    );
    h.scene.field(
        FACE,
        |p| block([p[0].abs(), p[1], p[2]], [45.0, -32.0, -70.0], [4.0, 13.0, 26.0], 3.0),
        move |_, d| bone + (marrow - bone) * smoothstep(-1.2, -2.0, d),
    );
}

fn orbit(h: &mut Head, side: f32) {
    let globe = [side * 32.0, -70.0, -16.0];
    let bounds = ([side * 28.0 - 30.0, -100.0, -45.0], [side * 28.0 + 30.0, -20.0, 12.0]);
    let (fat, bone, muscle) = (h.signal(Tissue::Fat), h.signal(Tissue::Bone), h.signal(Tissue::Muscle));
    let cone = move |p: V3| {
        let d = capsule(p, [side * 31.0, -62.0, -15.0], [side * 14.0, -30.0, -12.0], 18.0, 5.0);
        smooth_max(d, skin(p) + 2.0, 2.0)
    };
    h.scene.flat(bounds, bone, move |p| cone(p) - 1.6);
    h.scene.flat(bounds, fat * 0.94, cone);
    let apex = [side * 15.0, -32.0, -12.0];
    for (dx, dz) in [(13.5, 0.0), (-12.5, 0.0), (0.0, 12.0), (0.0, -12.0)] {
        let mid = [side * 26.0 + dx, -54.0, -15.0 + dz];
        let end = [side * 32.0 + dx * 0.9, -68.0, -16.0 + dz * 0.9];
        h.scene.tube(&[(apex, 1.2), (mid, 2.4), (end, 1.2)], 0.0, muscle, None);
    }
    let (fluid, white) = (h.signal(Tissue::Fluid), h.signal(Tissue::White));
    let nerve = [([side * 31.0, -60.0, -16.0], 1.9), (apex, 1.9), ([side * 5.0, -22.0, -9.0], 2.0)];
    h.scene.tube(&nerve, 1.1, fluid, None);
    h.scene.tube(&nerve, 0.0, white, None);
    let (vitreous, lens, wall) = (h.signal(Tissue::Vitreous), h.signal(Tissue::Lens), h.signal(Tissue::Dura));
    h.scene.flat(bounds, wall, move |p| ellipsoid(p, globe, [12.4, 12.6, 12.4]));
    h.scene.flat(bounds, vitreous, move |p| ellipsoid(p, globe, [11.2, 11.4, 11.2]));
    h.scene.flat(bounds, lens, move |p| ellipsoid(p, [globe[0], globe[1] - 8.0, globe[2]], [4.8, 2.3, 4.8]));
}
