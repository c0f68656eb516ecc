//! The solid organs of the upper abdomen, enhanced as in the portal venous phase.

use super::Torso;
use super::tree::{Growth, grow};
use crate::draw::rng::Rng;
use crate::draw::shapes::{ellipsoid, smooth_max, smooth_min, smoothstep};
use crate::draw::vec3::{V3, length, sub};

/// Middle of a cyst in the liver and of one on the left kidney.
pub(crate) const LIVER_CYST: V3 = [-70.0, 18.0, -32.0];
const KIDNEY_CYST: V3 = [92.0, 44.0, -92.0];
const GALL_BLADDER: V3 = [-52.0, -42.0, -92.0];

fn liver(p: V3) -> f32 {
    let right = ellipsoid(p, [-66.0, 0.0, -44.0], [74.0, 88.0, 90.0]);
    let left = ellipsoid([p[0], p[1], p[2] - 0.28 * p[0]], [4.0, -46.0, -16.0], [66.0, 34.0, 36.0]);
    // The lower face looks down and to the left; the porta lies in it.
    let slope = (p[0] + 30.0) * 0.62 - (p[2] + 95.0) * 0.60 - (p[1] + 10.0) * 0.12;
    let body = smooth_max(right, slope, 26.0);
    let both = smooth_min(body, left, 18.0);
    let porta = ellipsoid(p, [-20.0, -8.0, -62.0], [20.0, 13.0, 22.0]);
    smooth_max(both, -porta, 10.0)
}

pub(crate) fn paint(t: &mut Torso) {
    let inside = ([-140.0, -102.0, -200.0], [140.0, 90.0, 45.0]);
    let (frame, noise) = (t.frame.clone(), t.noise.clone());
    // Muscle of the diaphragm, then fat with small vessels in it.
    let wall = t.frame.clone();
    t.scene.flat(inside, 62.0, move |p| smooth_max(wall.cage(p) + 2.0, -wall.diaphragm(p), 4.0));
    t.scene.field(
        inside,
        move |p| frame.abdomen(p),
        move |p, _| {
            -106.0 + 70.0 * smoothstep(0.05, 0.0, noise.rough(p, 13.0).abs()) + 5.0 * noise.at(p, 5.0)
        },
    );
    paint_liver(t);
    spleen(t);
    for side in [-1.0f32, 1.0] {
        kidney(t, side);
    }
    pancreas(t);
}

fn paint_liver(t: &mut Torso) {
    let bounds = ([-140.0, -100.0, -140.0], [76.0, 90.0, 42.0]);
    let (frame, noise) = (t.frame.clone(), t.noise.clone());
    let shape = move |p: V3| frame.within(p, liver(p), -2.0, 5.0);
    t.scene.field(bounds, shape, move |p, _| 112.0 + 3.5 * noise.rough(p, 12.0));
    // Portal and hepatic veins.
    let mut rng = Rng::new(t.seed, "liver");
    let frame = t.frame.clone();
    let mut scatter = |count: usize| {
        let mut points = Vec::new();
        for _ in 0..count * 40 {
            let p = [rng.range(-135.0, 60.0), rng.range(-90.0, 80.0), rng.range(-130.0, 34.0)];
            if points.len() < count && smooth_max(liver(p), frame.abdomen(p), 4.0) < -7.0 {
                points.push(p);
            }
        }
        points
    };
    let (portal_ends, hepatic_ends) = (scatter(t.twigs / 6), scatter(t.twigs / 8));
    let growth = Growth { twig: 0.8, trunk: 6.5, exponent: 2.6 };
    let portal = [[2.0, -4.0, -80.0], [-14.0, -8.0, -62.0], [-30.0, -8.0, -54.0]];
    let hepatic = [[-25.0, 10.0, 4.0], [-28.0, 2.0, 2.0], [-34.0, -2.0, -2.0]];
    for (root, ends, value) in [(portal, portal_ends, 172.0), (hepatic, hepatic_ends, 160.0)] {
        let tree = grow(&root, ends, &growth, &mut rng);
        for node in tree.iter().skip(1) {
            let parent = tree[node.parent];
            let path = [(parent.place, parent.radius.min(node.radius * 1.4)), (node.place, node.radius)];
            t.scene.tube(&path, 0.0, value, None);
        }
    }
    t.scene.flat((LIVER_CYST.map(|v| v - 14.0), LIVER_CYST.map(|v| v + 14.0)), 6.0, |p| {
        length(sub(p, LIVER_CYST)) - 10.0
    });
    let bag = |p: V3| ellipsoid([p[0], p[1] + 0.2 * (p[2] + 92.0), p[2]], GALL_BLADDER, [15.0, 17.0, 29.0]);
    let around = (GALL_BLADDER.map(|v| v - 40.0), GALL_BLADDER.map(|v| v + 40.0));
    t.scene.flat(around, 70.0, move |p| bag(p) - 1.6);
    t.scene.flat(around, 9.0, bag);
}

fn spleen(t: &mut Torso) {
    let (frame, noise) = (t.frame.clone(), t.noise.clone());
    t.scene.field(
        ([50.0, -40.0, -100.0], [140.0, 90.0, 30.0]),
        move |p| {
            let body = ellipsoid(
                [p[0] + 0.25 * (p[2] + 20.0), p[1], p[2]],
                [100.0, 36.0, -26.0],
                [38.0, 50.0, 52.0],
            );
            // Hollow towards the stomach.
            let hilum = ellipsoid(p, [62.0, 18.0, -24.0], [34.0, 34.0, 50.0]);
            frame.within(p, smooth_max(body, -hilum, 8.0), 2.0, 5.0)
        },
        move |p, _| 126.0 + 3.0 * noise.rough(p, 10.0),
    );
}

fn kidney(t: &mut Torso, side: f32) {
    let centre = if side < 0.0 { [-58.0, 40.0, -112.0] } else { [61.0, 42.0, -98.0] };
    // Lies along the psoas: the upper pole nearer to the spine and further back.
    let local = move |p: V3| {
        let dz = p[2] - centre[2];
        let x = (p[0] - centre[0]) * side + 0.22 * dz;
        let y = p[1] - centre[1] - 0.16 * dz;
        // Turned so that the hilum looks forward.
        [0.84 * x + 0.54 * y, 0.84 * y - 0.54 * x, dz]
    };
    let bean = move |q: V3| {
        let body = ellipsoid(q, [0.0; 3], [28.0, 23.0, 54.0]);
        smooth_max(body, -ellipsoid(q, [-27.0, 0.0, 0.0], [17.0, 15.0, 24.0]), 7.0)
    };
    let bounds = (centre.map(|v| v - 64.0), centre.map(|v| v + 64.0));
    // Fascia and fat around it.
    let frame = t.frame.clone();
    t.scene.field(
        bounds,
        move |p| frame.within(p, bean(local(p)) - 11.0, 1.0, 4.0),
        |_, d| if d > -1.1 { -20.0 } else { -106.0 },
    );
    t.scene.field(
        bounds,
        move |p| bean(local(p)),
        move |p, d| {
            let q = local(p);
            // Pyramids point to the hilum, between columns of cortex.
            let angle = q[1].atan2(q[0] + 12.0) * 3.2 + q[2] * 0.28;
            let column = smoothstep(0.35, 0.75, angle.sin().abs() * 0.5 + (q[2] * 0.24).cos().abs() * 0.5);
            let medulla = smoothstep(-6.0, -8.5, d) * column;
            178.0 - 42.0 * medulla
        },
    );
    t.scene.field(bounds, move |p| ellipsoid(local(p), [-12.0, 0.0, 0.0], [13.0, 10.0, 26.0]), |_, _| -70.0);
    t.scene.flat(bounds, 22.0, move |p| ellipsoid(local(p), [-13.0, 0.0, -2.0], [10.0, 4.5, 13.0]));
    let vein_y = centre[1] - 16.0;
    let vein = [
        ([side * 8.0 - 8.0, 8.0, centre[2] + 4.0], 5.0),
        ([centre[0] - side * 18.0, vein_y, centre[2]], 4.5),
    ];
    t.scene.tube(&vein, 0.0, 160.0, None);
    let artery = [
        ([5.0, 14.0, centre[2] + 8.0], 3.0),
        ([centre[0] - side * 16.0, vein_y + 7.0, centre[2] + 2.0], 2.4),
    ];
    t.scene.tube(&artery, 0.0, 168.0, None);
    // Adrenal gland: two thin limbs.
    let top = [side * 38.0, 34.0, -52.0];
    for end in [[side * 44.0, 46.0, -62.0], [side * 32.0, 44.0, -62.0]] {
        t.scene.tube(&[(top, 3.0), (end, 2.2)], 0.0, 80.0, None);
    }
    if side > 0.0 {
        let around = (KIDNEY_CYST.map(|v| v - 16.0), KIDNEY_CYST.map(|v| v + 16.0));
        t.scene.flat(around, 4.0, |p| length(sub(p, KIDNEY_CYST)) - 9.0);
    }
}

fn pancreas(t: &mut Torso) {
    let (noise, fat) = (t.noise.clone(), t.noise.clone());
    let path = [
        ([-22.0, -14.0, -104.0], 12.0),
        ([-16.0, -22.0, -88.0], 12.5),
        ([6.0, -24.0, -80.0], 9.0),
        ([34.0, -12.0, -70.0], 9.5),
        ([72.0, 14.0, -56.0], 8.0),
    ];
    t.scene.field(
        ([-45.0, -50.0, -125.0], [90.0, 35.0, -40.0]),
        move |p| {
            let d = path.windows(2).fold(f32::MAX, |d, s| {
                smooth_min(d, crate::draw::shapes::capsule(p, s[0].0, s[1].0, s[0].1, s[1].1), 3.0)
            });
            d + 2.6 * noise.rough(p, 6.5)
        },
        move |p, _| 98.0 - 60.0 * smoothstep(0.08, 0.0, fat.rough(p, 6.0).abs()),
    );
    let splenic = [
        ([2.0, -4.0, -80.0], 5.5),
        ([30.0, 0.0, -70.0], 4.5),
        ([70.0, 24.0, -52.0], 4.0),
        ([80.0, 26.0, -36.0], 3.5),
    ];
    t.scene.tube(&splenic, 0.0, 168.0, None);
    let mesenteric = [([2.0, -4.0, -80.0], 6.0), ([-4.0, -14.0, -120.0], 5.0), ([-6.0, -20.0, -190.0], 4.0)];
    t.scene.tube(&mesenteric, 0.0, 166.0, None);
    let artery = [([5.0, 6.0, -84.0], 3.5), ([8.0, -14.0, -110.0], 3.2), ([8.0, -20.0, -190.0], 2.8)];
    t.scene.tube(&artery, 0.0, 168.0, None);
    let coeliac = [([6.0, 10.0, -64.0], 3.4), ([4.0, -12.0, -62.0], 3.0), ([-16.0, -14.0, -66.0], 2.2)];
    t.scene.tube(&coeliac, 0.0, 168.0, None);
}
