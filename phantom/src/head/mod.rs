//! A made-up head for magnetic resonance: scalp, skull, brain with folded cortex, ventricles, face and neck.
//! Coordinates are the head's own: x left, y back, z up, mm; the origin is near the middle of the brain.

mod brain;
mod face;
mod hull;
mod tissue;

use crate::draw::lattice::Lattice;
use crate::draw::rng::Rng;
use crate::draw::scene::Scene;
use std::sync::Arc;

pub(crate) use brain::LESIONS;
pub(crate) use tissue::{Sequence, Tissue};

/// The head while it is being painted with the signal of one sequence.
struct Head {
    scene: Scene,
    noise: Arc<Lattice>,
    sequence: Sequence,
}

impl Head {
    fn signal(&self, tissue: Tissue) -> f32 {
        self.sequence.signal(tissue)
    }
}

/// The scene of a head as one sequence shows it; air is 0, signals are below 1.
pub(crate) fn build(seed: u64, sequence: Sequence) -> Scene {
    let mut rng = Rng::new(seed, "head");
    let warp = [Lattice::new(&mut rng), Lattice::new(&mut rng), Lattice::new(&mut rng)];
    let noise = Arc::new(Lattice::new(&mut rng));
    let scene = Scene { layers: Vec::new(), background: 0.0, warp, warp_by: 2.4, warp_cell: 34.0 };
    let mut head = Head { scene, noise, sequence };
    face::paint(&mut head);
    brain::paint(&mut head, &mut rng);
    head.scene
}
