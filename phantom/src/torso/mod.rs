//! A made-up torso: chest and upper abdomen of an adult, in Hounsfield units. Measures are round numbers that give
//! the look of anatomy; nothing was taken from a person. Not for dosimetry or for testing detection.

mod abdomen;
mod bones;
mod bowel;
mod frame;
mod heart;
mod lungs;
mod tree;
mod wall;

use crate::draw::lattice::Lattice;
use crate::draw::rng::Rng;
use crate::draw::scene::Scene;
use frame::Frame;
use std::sync::Arc;

pub(crate) use abdomen::LIVER_CYST;
pub(crate) use lungs::NODULE;

/// How the patient is positioned and how fine the small vessels are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pose {
    /// Standing with the arms down (chest film) or lying with the arms up (CT).
    pub(crate) upright: bool,
    /// Ends of the arterial tree in one lung.
    pub(crate) twigs: usize,
}

/// The torso while it is being painted.
struct Torso {
    scene: Scene,
    frame: Arc<Frame>,
    noise: Arc<Lattice>,
    seed: u64,
    twigs: usize,
}

/// The scene of a torso, from the skin inwards.
pub(crate) fn build(seed: u64, pose: Pose) -> Scene {
    let mut rng = Rng::new(seed, "torso");
    let warp = [Lattice::new(&mut rng), Lattice::new(&mut rng), Lattice::new(&mut rng)];
    let scene = Scene { layers: Vec::new(), background: -1000.0, warp, warp_by: 4.0, warp_cell: 42.0 };
    let breath = if pose.upright { -14.0 } else { 0.0 };
    let frame = Arc::new(Frame::new(breath));
    let noise = Arc::new(Lattice::new(&mut rng));
    let mut t = Torso { scene, frame, noise, seed, twigs: pose.twigs };
    wall::paint(&mut t);
    lungs::paint(&mut t);
    abdomen::paint(&mut t);
    bowel::paint(&mut t, pose.upright);
    heart::paint(&mut t);
    bones::paint(&mut t, !pose.upright);
    t.scene
}
