//! Signed distances in millimetres, negative inside. Ellipsoids give an estimate that is exact at the surface.

use super::vec3::{V3, add, dot, length, scale, sub};

/// Axis-aligned ellipsoid with centre `c` and half axes `r`.
pub(crate) fn ellipsoid(p: V3, c: V3, r: V3) -> f32 {
    let d = sub(p, c);
    let q = [d[0] / r[0], d[1] / r[1], d[2] / r[2]];
    let k0 = length(q);
    let k1 = length([q[0] / r[0], q[1] / r[1], q[2] / r[2]]);
    if k1 > 0.0 { k0 * (k0 - 1.0) / k1 } else { -r[0].min(r[1]).min(r[2]) }
}

/// Ellipsoid of revolution: half axis `long` along the unit vector `axis`, `short` across it.
pub(crate) fn spheroid(p: V3, c: V3, axis: V3, long: f32, short: f32) -> f32 {
    let d = sub(p, c);
    let t = dot(d, axis);
    let s = length(sub(d, scale(axis, t)));
    ellipsoid([t, s, 0.0], [0.0; 3], [long, short, short])
}

/// Round cone from `a` (radius `ra`) to `b` (radius `rb`).
pub(crate) fn capsule(p: V3, a: V3, b: V3, ra: f32, rb: f32) -> f32 {
    let ab = sub(b, a);
    let ap = sub(p, a);
    let l2 = dot(ab, ab);
    let t = if l2 > 0.0 { (dot(ap, ab) / l2).clamp(0.0, 1.0) } else { 0.0 };
    length(sub(p, add(a, scale(ab, t)))) - (ra + (rb - ra) * t)
}

/// Box with centre `c` and half sizes `h`, corners rounded by `round`.
pub(crate) fn block(p: V3, c: V3, h: V3, round: f32) -> f32 {
    let d = sub(p, c);
    let q = [d[0].abs() - h[0] + round, d[1].abs() - h[1] + round, d[2].abs() - h[2] + round];
    length([q[0].max(0.0), q[1].max(0.0), q[2].max(0.0)]) + q[0].max(q[1]).max(q[2]).min(0.0) - round
}

/// Union whose seam is rounded over about `k` mm.
pub(crate) fn smooth_min(a: f32, b: f32, k: f32) -> f32 {
    let h = (0.5 + 0.5 * (b - a) / k).clamp(0.0, 1.0);
    b + (a - b) * h - k * h * (1.0 - h)
}

/// Intersection whose edge is rounded over about `k` mm.
pub(crate) fn smooth_max(a: f32, b: f32, k: f32) -> f32 {
    -smooth_min(-a, -b, k)
}

/// 0 below `lo`, 1 above `hi`, smooth between.
pub(crate) fn smoothstep(lo: f32, hi: f32, v: f32) -> f32 {
    let t = ((v - lo) / (hi - lo)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}
