//! A folder of DICOM files → the archive.
//!
//! Files are taken one by one, in the order of their names; what is in the archive already is skipped, so an import
//! that was interrupted is simply started again. One bad file never stops the others; a disk that refuses does.
//!
//! Limits: symbolic links are not followed; a file is held in memory while it is read.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use viewer_core::dicom::error::Fault;
use viewer_core::dicom::limits::Limits;
use viewer_core::dicom::part10;

use crate::archive::ingest::{Ingest, IngestError, Outcome};
use crate::archive::record::RecordError;

/// Bytes by which a file is told to be DICOM.
const HEAD: u64 = 1024;

/// Bytes of the largest file that is read.
const LARGEST: u64 = 8 << 30;

/// What an import did.
#[derive(Debug, Default)]
pub struct Report {
    /// Objects with pictures that were added.
    pub pictures: u64,
    /// Objects without pictures (reports, plans, documents) that were added.
    pub others: u64,
    /// FHIR documents that were added.
    pub documents: u64,
    /// What was in the archive already, byte for byte.
    pub already: u64,
    /// Files that are no DICOM; DICOMDIRs, whose files are found by themselves.
    pub skipped: u64,
    /// Files that were not added, with the reason.
    pub bad: Vec<(PathBuf, String)>,
    /// Files that were added in spite of what is wrong with them.
    pub warned: Vec<(PathBuf, String)>,
}

impl Report {
    /// 0 = everything that is DICOM is in the archive, 1 = some files could not be added, 2 = nothing is there.
    pub fn exit_code(&self) -> u8 {
        let there = self.pictures + self.others + self.documents + self.already;
        match (there, self.bad.len()) {
            (0, _) => 2,
            (_, 0) => 0,
            _ => 1,
        }
    }
}

/// Why an import stopped.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The folder cannot be read.
    #[error("{path}: {source}", path = .path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The archive cannot take more.
    #[error("{error}\nstopped at {path}", path = .path.display())]
    Archive {
        /// The file that was being added.
        path: PathBuf,
        /// Disk or index.
        error: IngestError,
    },
}

/// Adds everything under `path`, a folder or one file. `progress` shows a bar on the terminal.
///
/// # Errors
/// Where the folder cannot be read or the archive cannot take more; what was added until then stays.
pub fn import(archive: &mut Ingest, path: &Path, progress: bool) -> Result<Report, ImportError> {
    let files = files_under(path)?;
    let bar = if progress { ProgressBar::new(files.len() as u64) } else { ProgressBar::hidden() };
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} files, {per_sec}, {eta} left") {
        bar.set_style(style);
    }
    let mut report = Report::default();
    for file in files {
        take(archive, &file, &mut report)?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(report)
}

fn files_under(path: &Path) -> Result<Vec<PathBuf>, ImportError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| ImportError::Folder { path, source }
    };
    if fs::metadata(path).map_err(failed(path))?.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let (mut folders, mut files) = (vec![path.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(failed(&folder))? {
            let entry = entry.map_err(failed(&folder))?;
            let kind = entry.file_type().map_err(failed(&folder))?;
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    Ok(files)
}

fn take(archive: &mut Ingest, path: &Path, report: &mut Report) -> Result<(), ImportError> {
    let fhir = path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(".fhir.json"));
    let bytes = match read(path, fhir) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => {
            report.skipped += 1;
            return Ok(());
        }
        Err(error) => {
            report.bad.push((path.to_owned(), error.to_string()));
            return Ok(());
        }
    };
    let outcome = if fhir { archive.fhir(&bytes) } else { archive.dicom(&bytes) };
    match outcome {
        Ok(Outcome::AlreadyThere) => report.already += 1,
        Ok(Outcome::Stored { pictures, warnings }) => {
            match (fhir, pictures) {
                (true, _) => report.documents += 1,
                (false, true) => report.pictures += 1,
                (false, false) => report.others += 1,
            }
            report.warned.extend(warnings.into_iter().map(|warning| (path.to_owned(), warning)));
        }
        Err(IngestError::Record(RecordError::Directory)) => report.skipped += 1,
        Err(IngestError::Record(RecordError::Dicom(error))) if error.what == Fault::NotDicom => {
            report.skipped += 1;
        }
        Err(error @ (IngestError::Disk(_) | IngestError::Index(_))) => {
            return Err(ImportError::Archive { path: path.to_owned(), error });
        }
        Err(error) => report.bad.push((path.to_owned(), error.to_string())),
    }
    Ok(())
}

/// The file's bytes; nothing where its beginning shows that it is no DICOM.
fn read(path: &Path, fhir: bool) -> io::Result<Option<Vec<u8>>> {
    let mut file = File::open(path)?;
    let size = file.metadata()?.len();
    if size > LARGEST {
        return Err(io::Error::other(format!("larger than {} GiB", LARGEST >> 30)));
    }
    let mut bytes = Vec::new();
    (&mut file).take(HEAD).read_to_end(&mut bytes)?;
    let is_other = |head: &[u8]| matches!(part10::read(head, &Limits::default()), Err(error) if error.what == Fault::NotDicom);
    if !fhir && is_other(&bytes) {
        return Ok(None);
    }
    file.read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}
