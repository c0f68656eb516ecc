//! Files under the output folder, and the count of what is done.

use crate::PhantomError;
use std::path::{Path, PathBuf};

/// Writes files and tells how far the work is.
pub(crate) struct Output<'a> {
    root: &'a Path,
    progress: &'a dyn Fn(usize, usize, &str),
    done: usize,
    total: usize,
    label: String,
}

impl<'a> Output<'a> {
    pub(crate) fn new(root: &'a Path, progress: &'a dyn Fn(usize, usize, &str)) -> Self {
        Self { root, progress, done: 0, total: 0, label: String::new() }
    }

    /// A film says how many files it will write, under which name.
    pub(crate) fn expect(&mut self, files: usize, label: &str) {
        self.total += files;
        label.clone_into(&mut self.label);
        (self.progress)(self.done, self.total, label);
    }

    pub(crate) fn dir(&self, film: &str) -> PathBuf {
        self.root.join(film)
    }

    /// Writes one file; folders on the way are made.
    ///
    /// # Errors
    /// [`PhantomError::Write`] with the path.
    pub(crate) fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), PhantomError> {
        let path = self.root.join(name);
        let failed = |source| PhantomError::Write { path: path.clone(), source };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        std::fs::write(&path, bytes).map_err(failed)?;
        self.done += 1;
        (self.progress)(self.done, self.total.max(self.done), &self.label);
        Ok(())
    }
}
