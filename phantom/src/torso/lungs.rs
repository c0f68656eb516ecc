//! Lungs: parenchyma, fissures, vessels, airways, and a nodule in the right upper lobe.

use super::Torso;
use super::frame::Frame;
use super::tree::{Growth, Node, grow};
use crate::draw::rng::Rng;
use crate::draw::scene::Projected;
use crate::draw::shapes::{capsule, ellipsoid, smooth_max, smooth_min, smoothstep};
use crate::draw::vec3::{V3, add, length, scale, sub, unit};

/// Middle of the nodule.
pub(crate) const NODULE: V3 = [-78.0, 12.0, 142.0];

/// Distance to the mediastinum as it bounds the lungs.
fn mediastinum(p: V3, f: &Frame) -> f32 {
    let narrow = 8.0 + 13.0 * smoothstep(-70.0, -14.0, p[1]) + 9.0 * smoothstep(150.0, 190.0, p[2])
        - 9.0 * smoothstep(195.0, 235.0, p[2]);
    let slab = (p[0] - 1.0).abs() - narrow;
    let heart = super::heart::hull(p) - 3.0;
    let great = super::heart::great_vessels(p) - 3.5;
    let hila = ellipsoid([p[0].abs(), p[1], p[2]], [30.0, 18.0, 88.0], [14.0, 16.0, 24.0]);
    let root = smooth_min(smooth_min(slab, heart, 7.0), smooth_min(great, hila, 6.0), 6.0);
    smooth_min(root, f.paraspinal(p), 6.0)
}

/// Distance to the lungs.
pub(crate) fn lungs(p: V3, f: &Frame) -> f32 {
    let wall = smooth_max(f.cage(p) + 1.5, f.diaphragm(p), 5.0);
    // Well outside, the costly part would change nothing that is seen.
    if wall > 4.0 { wall } else { smooth_max(wall, -mediastinum(p, f), 4.0) }
}

/// Paints the lungs; the mediastinum is fat until its organs follow.
pub(crate) fn paint(t: &mut Torso) {
    let bounds = ([-142.0, -102.0, -105.0], [142.0, 98.0, 245.0]);
    let frame = t.frame.clone();
    t.scene.flat(bounds, -88.0, move |p| smooth_max(frame.cage(p) + 1.0, frame.diaphragm(p), 3.0));
    let (frame, noise) = (t.frame.clone(), t.noise.clone());
    t.scene.field(
        bounds,
        move |p| lungs(p, &frame),
        move |p, d| {
            // Denser at the back, where blood pools; a thin rim of pleura.
            let gravity = 0.32 * (p[1] - 10.0);
            let pleura = 120.0 * smoothstep(-1.2, 0.0, d);
            -868.0 + gravity + 16.0 * noise.rough(p, 11.0) + 9.0 * noise.at(p, 2.6) + pleura
        },
    );
    fissures(t);
    for side in [-1.0f32, 1.0] {
        trees(t, side);
    }
    nodule(t);
    t.scene.field(
        ([60.0, 40.0, 20.0], [100.0, 80.0, 60.0]),
        |p| ellipsoid(p, [84.0, 52.0, 44.0], [2.2, 2.0, 2.6]),
        |_, _| 620.0,
    );
}

/// Oblique fissures on both sides, the horizontal one on the right.
fn fissures(t: &mut Torso) {
    let frame = t.frame.clone();
    t.scene.flat(([-142.0, -100.0, -100.0], [142.0, 95.0, 220.0]), -735.0, move |p| {
        let bow = 0.0012 * (p[0].abs() - 80.0).powi(2);
        let oblique = (p[2] - 78.0) * 0.62 - (p[1] - 8.0) * 0.78 + bow * 8.0;
        let horizontal =
            if p[0] < 0.0 && oblique > 0.0 { (p[2] - 82.0 + 0.06 * (p[1] + 30.0)).abs() } else { f32::MAX };
        let sheet = oblique.abs().min(horizontal) - 0.45;
        if sheet > 2.0 { sheet } else { smooth_max(sheet, lungs(p, &frame) + 1.0, 0.5) }
    });
}

/// Arteries, veins and bronchi of one lung.
fn trees(t: &mut Torso, side: f32) {
    let mut rng = Rng::new(t.seed, if side < 0.0 { "right lung" } else { "left lung" });
    let frame = t.frame.clone();
    let mut scatter = |count: usize| {
        let mut points = Vec::with_capacity(count);
        // Bounded, should a frame ever leave no room for lungs.
        for _ in 0..count * 40 {
            let p = [side * rng.range(8.0, 138.0), rng.range(-98.0, 92.0), rng.range(-98.0, 232.0)];
            if points.len() < count && lungs(p, &frame) < -4.5 {
                points.push(p);
            }
        }
        points
    };
    let artery_ends = scatter(t.twigs);
    let vein_ends = scatter(t.twigs * 3 / 4);
    let artery_root = [[side * 22.0, 12.0, 100.0], [side * 34.0, 16.0, 94.0], [side * 44.0, 20.0, 86.0]];
    let vein_root = [[side * 20.0, 20.0, 66.0], [side * 32.0, 18.0, 64.0], [side * 42.0, 14.0, 62.0]];
    let growth = Growth { twig: 0.46, trunk: 7.5, exponent: 2.55 };
    let arteries = grow(&artery_root, artery_ends, &growth, &mut rng);
    let veins = grow(&vein_root, vein_ends, &growth, &mut rng);
    for tree in [&veins, &arteries] {
        let chain = t.scene.new_chain();
        for (node, parent) in segments(tree) {
            let path = [(parent.place, parent.radius.min(node.radius * 1.35)), (node.place, node.radius)];
            let value = 60.0 + 85.0 * smoothstep(1.0, 4.0, node.radius);
            let projected = Projected { contrast: value + 860.0, chain };
            t.scene.tube_of(&path, 0.0, value, Some(projected));
        }
    }
    // Bronchi keep beside the arteries and end sooner: all walls first, then the air in them.
    let airways: Vec<_> = segments(&arteries).filter(|(node, _)| node.radius > 1.15).collect();
    for (grow_by, value, contrast) in [(0.9, -60.0, 420.0), (0.0, -985.0, -545.0)] {
        let projected = Projected { contrast, chain: t.scene.new_chain() };
        for (node, parent) in &airways {
            let r = (node.radius * 0.62).max(0.9);
            let beside = |n: &Node| add(n.place, scale([side * 0.3, 0.85, 0.4], n.radius + r + 0.4));
            let path = [(beside(parent), r * 1.1), (beside(node), r)];
            t.scene.tube_of(&path, grow_by, value, Some(projected));
        }
    }
}

/// Each node with its parent, without the root.
fn segments(tree: &[Node]) -> impl Iterator<Item = (Node, Node)> + '_ {
    tree.iter().skip(1).map(|n| (*n, tree[n.parent]))
}

/// A lobulated nodule with short spicules and a tail to the pleura.
fn nodule(t: &mut Torso) {
    let noise = t.noise.clone();
    let mut rng = Rng::new(t.seed, "nodule");
    let spicules: Vec<(V3, f32)> =
        (0..18).map(|_| (unit([rng.normal(), rng.normal(), rng.normal()]), rng.range(9.0, 14.0))).collect();
    let r = 20.0;
    let bounds = (NODULE.map(|v| v - r), NODULE.map(|v| v + r));
    t.scene.field(
        bounds,
        move |p| {
            let body = length(sub(p, NODULE)) - 8.2 - 1.9 * noise.rough(p, 6.0);
            spicules.iter().fold(body, |d, (way, reach)| {
                let tip = add(NODULE, scale(*way, *reach));
                smooth_min(d, capsule(p, NODULE, tip, 1.2, 0.25), 1.0)
            })
        },
        |_, d| 44.0 - 140.0 * smoothstep(-1.5, 0.5, d),
    );
}
