//! Vessels and airways that branch and taper: a tree grown towards points scattered in the organ.

use crate::draw::rng::Rng;
use crate::draw::vec3::{V3, add, dot, length, lerp, scale, sub, unit};

/// A node and the way back to the root.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    pub(crate) place: V3,
    pub(crate) parent: usize,
    pub(crate) radius: f32,
}

/// How a tree grows.
pub(crate) struct Growth {
    /// Radius of the finest twigs, mm.
    pub(crate) twig: f32,
    /// Greatest radius, mm.
    pub(crate) trunk: f32,
    /// Radii at a fork obey r^e = r1^e + r2^e (Murray: 3).
    pub(crate) exponent: f32,
}

/// Grows a tree from `root` (a chain of places, the trunk) to all `targets`. Node 0 is its own parent.
pub(crate) fn grow(root: &[V3], mut targets: Vec<V3>, growth: &Growth, rng: &mut Rng) -> Vec<Node> {
    let mut nodes: Vec<Node> = root
        .iter()
        .enumerate()
        .map(|(i, place)| Node { place: *place, parent: i.saturating_sub(1), radius: 0.0 })
        .collect();
    let hilum = root.last().copied().unwrap_or([0.0; 3]);
    let far = |p: &V3| length(sub(*p, hilum));
    targets.sort_by(|a, b| far(a).total_cmp(&far(b)));
    let trunk = root.len().saturating_sub(1);
    for target in targets {
        let cost = |i: usize| {
            let n = &nodes[i];
            let way = sub(target, n.place);
            let ahead = unit(sub(n.place, nodes[n.parent].place));
            // A branch that would turn back costs more; so does a long way round from the root.
            length(way) * (1.35 - 0.65 * dot(unit(way), ahead))
        };
        let best = (trunk..nodes.len()).min_by(|a, b| cost(*a).total_cmp(&cost(*b)));
        let Some(best) = best else { continue };
        let from = nodes[best].place;
        let ahead = unit(sub(from, nodes[nodes[best].parent].place));
        let way = length(sub(target, from));
        // Leave in the direction of the parent, then bend towards the target.
        let jitter = scale([rng.normal(), rng.normal(), rng.normal()], way * 0.04);
        let mid = add(add(lerp(from, target, 0.5), scale(ahead, way * 0.12)), jitter);
        nodes.push(Node { place: mid, parent: best, radius: 0.0 });
        nodes.push(Node { place: target, parent: nodes.len() - 1, radius: 0.0 });
    }
    radii(&mut nodes, growth);
    nodes
}

/// From the twigs to the trunk. Children always stand after their parents.
fn radii(nodes: &mut [Node], growth: &Growth) {
    let mut load = vec![0f32; nodes.len()];
    let twig = growth.twig.powf(growth.exponent);
    for i in (0..nodes.len()).rev() {
        if load[i] == 0.0 {
            load[i] = twig;
        }
        nodes[i].radius = load[i].powf(1.0 / growth.exponent).min(growth.trunk);
        if i > 0 {
            load[nodes[i].parent] += load[i];
        }
    }
}
