//! `lightbox import`

use std::io::IsTerminal;
use std::path::PathBuf;

use clap::Args;

use super::{DataFolder, Failure};
use crate::archive::ingest::Ingest;
use crate::import::{Report, import};

/// Add a folder of DICOM files (and *.fhir.json reports beside them) to the archive
///
/// What is there already is skipped, so an interrupted import can simply be started again. Files that are no DICOM are
/// counted and skipped. Exit status: 0 everything is in the archive; 1 some files could not be added (they are listed);
/// 2 nothing is in the archive of what was named; 3 the folder or the archive cannot be used.
#[derive(Debug, Args)]
pub struct Import {
    /// Folder (with its subfolders) or file
    path: PathBuf,
    #[command(flatten)]
    data: DataFolder,
    /// Only say what was wrong
    #[arg(long, short)]
    quiet: bool,
}

impl Import {
    pub(super) fn run(self) -> Result<u8, Failure> {
        let mut archive = Ingest::open(&self.data.data)?;
        let progress = !self.quiet && std::io::stderr().is_terminal();
        let report = import(&mut archive, &self.path, progress)?;
        for (path, reason) in &report.bad {
            eprintln!("not added: {}: {reason}", path.display());
        }
        if !self.quiet {
            for (path, warning) in &report.warned {
                eprintln!("added in spite of: {}: {warning}", path.display());
            }
            println!("{}", summary(&report));
        }
        Ok(report.exit_code())
    }
}

fn summary(report: &Report) -> String {
    let Report { pictures, others, documents, already, skipped, bad, .. } = report;
    format!(
        "{pictures} images, {others} other objects and {documents} documents added; {already} were there already, \
         {skipped} files are no DICOM objects, {} could not be added",
        bad.len()
    )
}
