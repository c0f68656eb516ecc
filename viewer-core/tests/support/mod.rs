//! The shared corpus of DICOM files: where it is, and what its manifest says of each file.

#![allow(clippy::expect_used, dead_code, unreachable_pub)]

use std::path::{Path, PathBuf};

/// Folder with `MANIFEST.tsv`: `LIGHTBOX_CORPUS`, else `shared/dicom` beside the workspace. Without it tests that
/// need it are skipped, but not where CI runs them.
pub fn corpus() -> Option<PathBuf> {
    let beside = || {
        let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut folders = crate_folder.ancestors().skip(2).map(|folder| folder.join("shared/dicom"));
        folders.find(|folder| folder.is_dir())
    };
    let folder = std::env::var_os("LIGHTBOX_CORPUS").map(PathBuf::from).or_else(beside);
    match folder.filter(|folder| folder.join("MANIFEST.tsv").is_file()) {
        Some(folder) => Some(folder),
        None if std::env::var("CI").is_ok_and(|ci| ci == "true") => {
            panic!("the corpus is missing; set LIGHTBOX_CORPUS to its folder")
        }
        None => {
            eprintln!("skipped: no corpus; set LIGHTBOX_CORPUS to its folder");
            None
        }
    }
}

/// One line of the manifest, by column name.
pub struct Row {
    names: std::rc::Rc<Vec<String>>,
    values: Vec<String>,
}

impl Row {
    /// The value of a column; empty where the manifest has none.
    pub fn get(&self, column: &str) -> &str {
        let at = self.names.iter().position(|name| name == column);
        at.and_then(|at| self.values.get(at)).map_or("", String::as_str)
    }

    /// Path below the corpus folder.
    pub fn path(&self) -> &str {
        self.get("path")
    }
}

/// All lines of the manifest.
pub fn manifest(corpus: &Path) -> Vec<Row> {
    let text = std::fs::read_to_string(corpus.join("MANIFEST.tsv")).expect("MANIFEST.tsv");
    let mut lines = text.lines().map(|line| line.split('\t').map(str::to_owned).collect::<Vec<_>>());
    let names = std::rc::Rc::new(lines.next().expect("a first line"));
    lines.map(|values| Row { names: names.clone(), values }).collect()
}
