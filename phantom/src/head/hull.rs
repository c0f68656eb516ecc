//! The large surfaces of the head: brain, inside of the skull, skin.

use crate::draw::shapes::{capsule, ellipsoid, smooth_max, smooth_min};
use crate::draw::vec3::V3;

/// Distance to the surface of the cerebrum, both hemispheres with what is between them.
pub(crate) fn cerebrum(p: V3) -> f32 {
    let q = [p[0].abs(), p[1], p[2]];
    let dome = ellipsoid(q, [0.0, 3.0, 20.0], [66.0, 84.0, 64.0]);
    // The floor rises from the temporal fossa to the front and lies on the tentorium behind.
    let floor = -10.0 - p[2] - 0.10 * (p[1] - 20.0).max(0.0);
    let upper = smooth_max(dome, floor, 10.0);
    let temporal = ellipsoid(q, [42.0, -4.0, -14.0], [23.0, 44.0, 24.0]);
    smooth_min(upper, temporal, 5.0)
}

/// Distance to the surface of the cerebellum.
pub(crate) fn cerebellum(p: V3) -> f32 {
    let q = [p[0].abs(), p[1], p[2]];
    let lobes = ellipsoid(q, [21.0, 46.0, -36.0], [31.0, 29.0, 24.0]);
    let vermis = ellipsoid(p, [0.0, 46.0, -32.0], [14.0, 27.0, 24.0]);
    smooth_min(lobes, vermis, 8.0)
}

/// Distance to midbrain, pons, medulla and cord.
pub(crate) fn stem(p: V3) -> f32 {
    let pons = ellipsoid(p, [0.0, 12.0, -30.0], [18.0, 13.0, 15.0]);
    let mid = ellipsoid([p[0].abs(), p[1], p[2]], [7.0, 13.0, -9.0], [11.0, 13.0, 13.0]);
    let medulla = capsule(p, [0.0, 17.0, -42.0], [0.0, 25.0, -66.0], 10.0, 7.0);
    let cord = capsule(p, [0.0, 25.0, -66.0], [0.0, 36.0, -140.0], 6.6, 5.6);
    smooth_min(smooth_min(pons, mid, 6.0), smooth_min(medulla, cord, 4.0), 5.0)
}

/// Distance to the inner table of the skull.
pub(crate) fn cranium(p: V3) -> f32 {
    let brain = smooth_min(cerebrum(p), cerebellum(p), 16.0);
    let canal = capsule(p, [0.0, 14.0, -30.0], [0.0, 26.0, -70.0], 19.0, 11.0);
    smooth_min(brain, canal, 8.0) - 3.2
}

/// Distance to the skin of head, face and neck.
pub(crate) fn skin(p: V3) -> f32 {
    let q = [p[0].abs(), p[1], p[2]];
    let scalp = ellipsoid(p, [0.0, 2.0, 16.0], [79.0, 98.0, 82.0]);
    let back = ellipsoid(p, [0.0, 24.0, -20.0], [68.0, 74.0, 62.0]);
    let face = ellipsoid(p, [0.0, -42.0, -46.0], [62.0, 55.0, 66.0]);
    let jaw = ellipsoid(p, [0.0, -48.0, -92.0], [48.0, 44.0, 34.0]);
    let neck = capsule(p, [0.0, 22.0, -60.0], [0.0, 34.0, -170.0], 54.0, 58.0);
    let nose = smooth_min(
        capsule(p, [0.0, -92.0, -14.0], [0.0, -108.0, -48.0], 6.0, 9.0),
        ellipsoid(q, [9.0, -100.0, -52.0], [8.0, 9.0, 7.0]),
        4.0,
    );
    let lips = ellipsoid(p, [0.0, -92.0, -82.0], [20.0, 9.0, 10.0]);
    let ear = ellipsoid(q, [77.0, 18.0, -24.0], [8.0, 14.0, 24.0]);
    let socket = ellipsoid(q, [33.0, -96.0, -17.0], [15.0, 14.0, 9.0]);
    let skull = smooth_min(scalp, back, 14.0);
    let front = smooth_min(smooth_min(face, jaw, 18.0), smooth_min(nose, lips, 5.0), 7.0);
    let all = smooth_min(smooth_min(skull, front, 14.0), smooth_min(neck, ear, 4.0), 10.0);
    smooth_max(all, -socket, 6.0)
}
