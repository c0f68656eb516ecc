//! The four demo films: each renders its scene, writes its files, and says what its report can point to.

pub(crate) mod common;
pub(crate) mod ct;
pub(crate) mod dx;
pub(crate) mod mr;
pub(crate) mod scout;
pub(crate) mod state;
pub(crate) mod us;

use std::path::PathBuf;

/// One frame that a report names.
#[derive(Debug, Clone)]
pub(crate) struct Mark {
    pub(crate) series: String,
    pub(crate) instance: String,
    /// Counted from 1.
    pub(crate) frame: u32,
}

/// A film after its pictures are on disk.
pub(crate) struct Made {
    pub(crate) study: common::Study,
    pub(crate) dir: PathBuf,
    /// Places in the pictures, by name.
    pub(crate) marks: Vec<(&'static str, Mark)>,
}
