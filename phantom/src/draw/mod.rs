//! What every film is built from: vectors, random numbers, smooth noise, shapes, a painter of scenes.
//! Knows no anatomy and no DICOM.

pub(crate) mod font;
pub(crate) mod lattice;
pub(crate) mod parallel;
pub(crate) mod profile;
pub(crate) mod project;
pub(crate) mod rng;
pub(crate) mod scene;
pub(crate) mod shapes;
pub(crate) mod vec3;
