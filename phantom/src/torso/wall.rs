//! Skin, fat and the muscles outside the rib cage.

use super::Torso;
use super::frame::{BOTTOM, TOP};
use crate::draw::shapes::{ellipsoid, smooth_max, smooth_min, smoothstep};
use crate::draw::vec3::V3;

const FAT: f32 = -104.0;
const MUSCLE: f32 = 58.0;

/// Paints from the skin inwards to the inner face of the ribs.
pub(crate) fn paint(t: &mut Torso) {
    let bounds = ([-175.0, -125.0, BOTTOM], [175.0, 130.0, TOP]);
    let (frame, noise) = (t.frame.clone(), t.noise.clone());
    t.scene.field(
        bounds,
        move |p| frame.body(p),
        move |p, d| {
            if d > -2.0 {
                return 18.0;
            }
            // Fat with the thin septa that run through it.
            let septum = smoothstep(0.06, 0.0, noise.rough(p, 16.0).abs());
            FAT + 6.0 * noise.at(p, 7.0) + 22.0 * septum
        },
    );
    muscle(t, bounds, shell);
    for side in [-1.0f32, 1.0] {
        // Pectoral muscles, in two heads.
        muscle(t, span(side * 66.0, -88.0, 140.0, 62.0, 26.0, 62.0), move |p, f| {
            let y = p[1] - f.cage_front(p[2]) * (1.0 - (p[0] / 175.0).powi(2)).max(0.0).sqrt();
            ellipsoid([p[0], y, p[2]], [side * 66.0, -15.0, 140.0], [60.0, 10.0, 58.0])
        });
        muscle(t, span(side * 86.0, -74.0, 160.0, 40.0, 28.0, 34.0), move |p, f| {
            let y = p[1] - f.cage_front(p[2]) * (1.0 - (p[0] / 150.0).powi(2)).max(0.0).sqrt();
            ellipsoid([p[0], y, p[2]], [side * 84.0, -7.0, 160.0], [34.0, 6.0, 30.0])
        });
        // Erector spinae beside the spinous processes, in two columns.
        for (x, rx, ry, back) in [(17.0, 14.0, 13.0, 40.0), (40.0, 17.0, 12.0, 38.0)] {
            let b = ([side * x - 20.0, 40.0, BOTTOM], [side * x + 20.0, 125.0, TOP]);
            muscle(t, b, move |p, f| {
                let dy = p[1] - f.spine_y(p[2]) - back;
                let (u, v) = ((p[0] - side * x) / rx, dy / ry);
                ((u * u + v * v).sqrt() - 1.0) * ry
            });
        }
        // Shoulder girdle: trapezius, subscapular and infraspinous masses, deltoid.
        muscle(t, span(side * 44.0, 92.0, 190.0, 60.0, 16.0, 70.0), move |p, _| {
            let y = p[1] - 96.0 + (p[2] - 150.0).max(0.0) * 0.28 + (p[0] / 30.0).powi(2) * 1.6;
            ellipsoid([p[0], y, p[2]], [side * 40.0, 0.0, 190.0], [46.0, 6.0, 66.0])
        });
        muscle(t, span(side * 104.0, 68.0, 165.0, 50.0, 32.0, 76.0), move |p, _| {
            ellipsoid(
                [p[0], p[1] + (p[0].abs() - 104.0) * 0.5, p[2]],
                [side * 104.0, 66.0, 165.0],
                [44.0, 13.0, 66.0],
            )
        });
        muscle(t, span(side * 108.0, 84.0, 150.0, 46.0, 34.0, 74.0), move |p, _| {
            ellipsoid(
                [p[0], p[1] + (p[0].abs() - 108.0) * 0.55, p[2]],
                [side * 106.0, 87.0, 152.0],
                [36.0, 8.0, 62.0],
            )
        });
        muscle(t, span(side * 136.0, 8.0, 222.0, 40.0, 56.0, 52.0), move |p, _| {
            let d = ellipsoid(p, [side * 136.0, 6.0, 222.0], [34.0, 46.0, 44.0]);
            // The fibres part into bundles, with fat between them.
            smooth_max(d, 3.0 - (p[0] * 0.6 - side * p[1] * 0.2).rem_euclid(22.0).min(6.0), 1.0)
        });
        // Latissimus dorsi along the side of the chest.
        muscle(t, span(side * 138.0, 46.0, 90.0, 30.0, 60.0, 110.0), move |p, f| {
            let d = (f.cage(p) - 16.0).abs() - 5.0;
            smooth_max(d, ellipsoid(p, [side * 138.0, 46.0, 90.0], [34.0, 56.0, 104.0]), 3.0)
        });
        // Rectus abdominis.
        muscle(t, span(side * 32.0, -96.0, -95.0, 34.0, 18.0, 105.0), move |p, f| {
            let y = p[1] - f.cage_front(p[2]) * (1.0 - (p[0] / 160.0).powi(2)).max(0.0).sqrt() + 5.0;
            let (u, v) = ((p[0] - side * 32.0) / 28.0, y / 6.5);
            smooth_max(((u * u + v * v).sqrt() - 1.0) * 6.5, p[2] + 2.0, 4.0)
        });
        // Psoas and quadratus lumborum.
        muscle(t, span(side * 38.0, 40.0, -140.0, 30.0, 30.0, 75.0), move |p, f| {
            let r = 3.0 + 21.0 * smoothstep(-65.0, -165.0, p[2]);
            let (u, v) = ((p[0] - side * (29.0 + 0.45 * r)) / r, (p[1] - f.spine_y(p[2]) - 4.0) / (r * 1.1));
            ((u * u + v * v).sqrt() - 1.0) * r
        });
        muscle(t, span(side * 66.0, 58.0, -130.0, 30.0, 20.0, 60.0), move |p, f| {
            ellipsoid([p[0], p[1] - f.spine_y(p[2]), p[2]], [side * 64.0, 24.0, -140.0], [20.0, 9.0, 58.0])
        });
    }
    // Neck: it widens downwards into the shoulders.
    muscle(t, ([-120.0, -70.0, 215.0], [120.0, 100.0, TOP]), |p, f| {
        let wide = 48.0 + 22.0 * smoothstep(265.0, 225.0, p[2]);
        let (u, v) = (p[0] / wide, (p[1] - 8.0) / 62.0);
        let column = ((u * u + v * v).sqrt() - 1.0) * 45.0;
        smooth_max(smooth_max(f.body(p) + 7.0, column, 6.0), 232.0 - p[2], 16.0)
    });
}

/// The intercostal layer and, below the ribs, three flat muscles with fat between them.
fn shell(p: V3, f: &super::frame::Frame) -> f32 {
    let d = f.cage(p);
    let chest = d.max(-8.0) - 9.0;
    let flat = (d - 1.0).abs() - 2.6;
    let middle = (d - 7.0).abs() - 2.4;
    let outer = (d - 12.6).abs() - 2.4;
    let belly = flat.min(middle).min(outer);
    let low = smoothstep(-40.0, -85.0, p[2]);
    let d = chest + (belly - chest) * low;
    smooth_max(d, smooth_min(p[2] - 236.0, 300.0, 1.0), 6.0)
}

/// One muscle: darker and brighter bundles, thin lines of fat between some of them.
fn muscle(
    t: &mut Torso,
    bounds: (V3, V3),
    f: impl Fn(V3, &super::frame::Frame) -> f32 + Send + Sync + 'static,
) {
    let (frame, noise) = (t.frame.clone(), t.noise.clone());
    let ripple = t.noise.clone();
    t.scene.field(
        bounds,
        move |p| f(p, &frame) + 1.2 * ripple.at(p, 9.0),
        move |p, _| {
            let line = smoothstep(0.07, 0.0, noise.at([p[0], p[1], p[2] * 0.4], 8.0).abs());
            MUSCLE + 4.0 * noise.at(p, 5.0) - 34.0 * line
        },
    );
}

/// A box around a centre.
fn span(x: f32, y: f32, z: f32, rx: f32, ry: f32, rz: f32) -> (V3, V3) {
    ([x - rx, y - ry, z - rz], [x + rx, y + ry, z + rz])
}
