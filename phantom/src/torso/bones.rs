//! Spine, ribs with their cartilage, sternum, collar bones, shoulder blades.

use super::Torso;
use super::frame::Frame;
use crate::draw::shapes::{block, ellipsoid, smooth_max, smooth_min, smoothstep};
use crate::draw::vec3::V3;

const CORTEX: f32 = 820.0;
const MARROW: f32 = 190.0;
const CARTILAGE: f32 = 115.0;

/// Height of the middle of thoracic vertebra `n` (1..=12), lumbar as 13..=17, cervical as 0, -1, ….
fn vertebra_z(n: i32) -> f32 {
    let n = n as f32;
    if n <= 12.0 { 216.0 - (n - 1.0) * 23.5 } else { -42.5 - (n - 12.0) * 31.5 }
}

/// Bones after the wall and before the lungs.
pub(crate) fn paint(t: &mut Torso, arms_up: bool) {
    spine(t);
    for n in 1..=12 {
        for side in [-1.0, 1.0] {
            rib(t, n, side);
        }
    }
    sternum(t);
    for side in [-1.0f32, 1.0] {
        let outer = if arms_up { [side * 112.0, 22.0, 232.0] } else { [side * 142.0, 20.0, 222.0] };
        let path = [
            ([side * 17.0, -52.0, 181.0], 9.0),
            ([side * 48.0, -50.0, 194.0], 6.0),
            ([side * 84.0, -22.0, 208.0], 5.5),
            (outer, 7.0),
        ];
        t.scene.tube(&path, 0.0, CORTEX, Some(CORTEX - 40.0));
        t.scene.tube(&path, -1.8, MARROW, Some(MARROW - CORTEX));
        scapula(t, side);
        let head = [side * 143.0, 12.0, 226.0];
        t.scene.field(
            ([head[0] - 26.0, -16.0, 198.0], [head[0] + 26.0, 40.0, 256.0]),
            move |p| ellipsoid(p, head, [22.0, 22.0, 25.0]),
            |_, d| if d > -1.8 { 600.0 } else { 230.0 },
        );
    }
}

/// Where along the spine: index of the nearest vertebra, distance from its middle, half of its height.
fn level(z: f32) -> (f32, f32) {
    let (top, pitch) = if z > -58.0 { (216.0, 23.5) } else { (-74.0, 31.5) };
    let n = ((top - z) / pitch).round();
    (z - (top - n * pitch), pitch * 0.5 - if z > -58.0 { 2.0 } else { 4.0 })
}

fn spine(t: &mut Torso) {
    let size = |z: f32| 12.5 + 6.0 * smoothstep(200.0, -150.0, z);
    let bounds = ([-50.0, -5.0, -200.0], [50.0, 128.0, 310.0]);
    let column = move |p: V3, f: &Frame| {
        let ry = size(p[2]);
        let (u, v) = (p[0] / (ry * 1.27), (p[1] - f.spine_y(p[2])) / ry);
        ((u * u + v * v).sqrt() - 1.0) * ry
    };
    let canal = move |p: V3, f: &Frame| {
        let (u, v) = (p[0] / 10.5, (p[1] - f.spine_y(p[2]) - size(p[2]) - 8.0) / 8.5);
        ((u * u + v * v).sqrt() - 1.0) * 8.5
    };
    // Neural arch, spinous and transverse processes, repeated with the vertebrae.
    let frame = t.frame.clone();
    let noise = t.noise.clone();
    t.scene.field(
        bounds,
        move |p| {
            let (dz, half) = level(p[2]);
            let back = p[1] - frame.spine_y(p[2]) - size(p[2]) - 8.0;
            let ring = (canal(p, &frame) - 2.6).abs() - 2.9;
            let arch = smooth_max(ring, (dz + 3.0).abs() - half * 0.78, 3.0);
            let slope = dz + 6.0 + (back - 8.0).max(0.0) * 0.35;
            let spinous = block([p[0], back - 19.0, slope], [0.0; 3], [2.8, 13.0, 8.0], 2.5);
            let x = p[0].abs();
            let transverse =
                block([x - 22.0, back - 5.0 - (x - 14.0) * 0.25, dz - 2.0], [0.0; 3], [16.0, 4.5, 5.5], 3.0);
            let facet = ellipsoid([x, back, dz.abs()], [15.0, 3.0, half + 2.0], [6.0, 7.0, 9.0]);
            smooth_min(smooth_min(arch, spinous, 3.0), smooth_min(transverse, facet, 2.0), 3.0)
        },
        move |p, d| if d > -1.6 { 640.0 } else { 260.0 + 90.0 * noise.at(p, 2.2) },
    );
    let (frame, noise) = (t.frame.clone(), t.noise.clone());
    t.scene.field(
        bounds,
        move |p| {
            // The bodies have a waist.
            let (dz, half) = level(p[2]);
            column(p, &frame) + 1.6 * (1.0 - (dz / half).powi(2)).max(0.0)
        },
        move |p, d| {
            let (dz, half) = level(p[2]);
            let end = dz.abs() - half;
            if end > 0.0 {
                return 88.0 - (d + 6.0).clamp(0.0, 4.0) * 4.0;
            }
            let rim = d.max(end);
            let trabeculae = 34.0 * noise.rough(p, 2.4);
            MARROW + trabeculae + 430.0 * smoothstep(-2.2, -0.6, rim)
        },
    );
    let frame = t.frame.clone();
    t.scene.field(
        bounds,
        move |p| canal(p, &frame),
        |_, d| {
            // Epidural fat, fluid, cord.
            if d > -1.3 {
                -40.0
            } else if d > -3.6 {
                16.0
            } else {
                42.0
            }
        },
    );
}

/// One rib: from the spine backwards, around the side and down to its cartilage. 11 and 12 end in the flank.
fn rib(t: &mut Torso, n: i32, side: f32) {
    let z0 = vertebra_z(n) + 4.0;
    let k = n as f32;
    let (bone_end, drop) = match n {
        1 => (0.86, 40.0),
        2..=7 => (0.80, 52.0 + 6.0 * k),
        8..=10 => (0.76, 96.0 - 2.0 * (k - 8.0)),
        11 => (0.50, 52.0),
        _ => (0.28, 30.0),
    };
    let steps = 40;
    let quarter = std::f32::consts::FRAC_PI_2;
    let frame = t.frame.clone();
    let place = |s: f32| -> V3 {
        // From beside the spine (behind) over the side to the front.
        let angle = quarter - 0.30 - s * (2.0 * quarter - 0.42);
        let fall = drop * (s - 0.10 * (s * std::f32::consts::PI).sin());
        let p = frame.on_cage(z0 - fall, angle, 3.2);
        [p[0] * side, p[1], p[2]]
    };
    let neck = [side * 16.0, frame.spine_y(z0) + 12.0, z0];
    let mut bone = vec![(neck, 4.2)];
    let mut cartilage = Vec::new();
    for i in 0..=steps {
        let s = i as f32 / steps as f32;
        let r = if n == 1 { 4.8 } else { 4.4 + 0.9 * (s * 3.0).sin() };
        if s <= bone_end {
            bone.push((place(s), r));
        } else if n <= 7 {
            // Cartilage turns up again to reach the sternum.
            let u = (s - bone_end) / (1.0 - bone_end);
            let mut p = place(s);
            p[2] += u * u * drop * if n > 4 { 0.62 } else { 0.25 };
            let target = frame.cage_front(p[2]) - 3.0;
            p[0] += (side * 17.0 - p[0]) * u * u;
            p[1] += (target - p[1]) * u * u;
            cartilage.push((p, r));
        }
    }
    t.scene.tube(&cartilage, 0.3, CARTILAGE, Some(70.0));
    t.scene.tube(&bone, 0.0, CORTEX, Some(CORTEX - 40.0));
    t.scene.tube(&bone, -1.5, MARROW, Some(MARROW - CORTEX));
}

fn sternum(t: &mut Torso) {
    let frame = t.frame.clone();
    let noise = t.noise.clone();
    t.scene.field(
        ([-36.0, -120.0, -24.0], [36.0, -30.0, 190.0]),
        move |p| {
            let width = 15.0 + 13.0 * smoothstep(128.0, 172.0, p[2]) - 5.0 * smoothstep(20.0, -15.0, p[2]);
            let y = p[1] - frame.cage_front(p[2]) + 5.0 - 0.004 * p[0] * p[0];
            let body = block([p[0], y, p[2]], [0.0, 0.0, 83.0], [width, 5.5, 97.0], 4.0);
            // The joint below the manubrium.
            smooth_max(body, 1.4 - (p[2] - 132.0).abs(), 1.0)
        },
        move |p, d| if d > -1.4 { 520.0 } else { 150.0 + 50.0 * noise.at(p, 3.0) },
    );
}

/// A thin curved plate with a ridge and a socket.
fn scapula(t: &mut Torso, side: f32) {
    t.scene.field(
        ([side * 110.0 - 55.0, 0.0, 85.0], [side * 110.0 + 55.0, 115.0, 240.0]),
        move |p| {
            let x = p[0] * side;
            // Coordinates in the plate: u outwards, v across it; it widens upwards.
            let (c, s) = (0.89, 0.46);
            let (dx, dy) = (x - 100.0, p[1] - 77.0);
            let (u, v) = (dx * c - dy * s, dx * s + dy * c);
            let up = smoothstep(95.0, 205.0, p[2]);
            let lateral = u - (2.0 + 34.0 * up);
            let medial = -(u + 6.0 + 26.0 * up);
            let plate = v.abs() + 0.004 * u * u - 2.0 - 2.6 * smoothstep(-8.0, 0.0, lateral);
            let blade =
                smooth_max(smooth_max(plate, lateral.max(medial), 2.0), (p[2] - 155.0).abs() - 60.0, 3.0);
            let ridge = block([u - 6.0, v - 9.0, p[2] - 190.0 - u * 0.35], [0.0; 3], [34.0, 9.0, 3.0], 2.0);
            let socket = ellipsoid(p, [side * 122.0, 30.0, 212.0], [9.0, 20.0, 17.0]);
            let acromion = ellipsoid(p, [side * 128.0, 52.0, 226.0], [20.0, 22.0, 6.0]);
            smooth_min(smooth_min(blade, ridge, 3.0), smooth_min(socket, acromion, 4.0), 5.0)
        },
        |_, d| if d > -1.5 { 680.0 } else { 230.0 },
    );
}
