//! Demo films: pictures of made-up patients as DICOM files (PS3.10) with their reports, drawn by a seeded program,
//! so that a fresh machine shows something without any download and without any patient's data.
//!
//! The same seed gives the same bytes (on one kind of machine: sine and power come from its mathematics library).
//! Limits: the pictures look like anatomy and are not; they are no test of detection, dose or physics.

mod dicom;
mod draw;
mod echo;
mod films;
mod head;
mod output;
mod report;
mod torso;

use std::path::{Path, PathBuf};

/// Which films to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Film {
    /// CT of chest and upper abdomen with a scout.
    Ct,
    /// MR of the head in three planes.
    Mr,
    /// Chest radiograph.
    Dx,
    /// Ultrasound cine of the heart, in colour.
    Us,
}

impl Film {
    /// All of them, in the order they are made.
    pub const ALL: [Self; 4] = [Self::Ct, Self::Mr, Self::Dx, Self::Us];
}

/// How large the films are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// As a hospital makes them: about 60 MB in all.
    Full,
    /// The same, the CT in 500 thin slices: as much as a phone has to bear.
    Thin,
    /// The same films with few, coarse pictures, for tests: a second's work without optimisation.
    Small,
}

/// A film that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilmOnDisk {
    /// "ct", "mr", "dx", "us": also the name of its folder.
    pub name: String,
    /// Study Instance UID (0020,000D).
    pub study_uid: String,
    /// Folder with `S<series>/<instance>.dcm`, `report.fhir.json` and, for the CT, `labs.fhir.json`.
    pub dir: PathBuf,
}

/// Why a film could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PhantomError {
    /// A file or folder could not be written.
    #[error("cannot write {path}: {source}; check that the folder exists, is writable and has 120 MB free")]
    Write {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The JPEG Lossless encoder refused a picture.
    #[error("a picture cannot be encoded as JPEG Lossless: {0}; this is a fault of the generator")]
    JpegLossless(#[from] jpeg_lossless_encoder::EncodeError),
    /// The JPEG baseline encoder refused a picture.
    #[error("a picture cannot be encoded as JPEG: {0}; this is a fault of the generator")]
    Jpeg(#[from] jpeg_encoder::EncodingError),
}

/// Writes all films at full size under `out` (made if it is missing; files of the same name are replaced).
/// `progress` is called on this thread with (files done, files announced so far, what is being made).
///
/// # Errors
/// [`PhantomError::Write`] where the disk refuses.
pub fn write_films(
    out: &Path,
    seed: u64,
    progress: &dyn Fn(usize, usize, &str),
) -> Result<Vec<FilmOnDisk>, PhantomError> {
    write_some(out, seed, Size::Full, &Film::ALL, progress)
}

/// As [`write_films`], with a choice of films and of their size.
///
/// # Errors
/// [`PhantomError::Write`] where the disk refuses.
pub fn write_some(
    out: &Path,
    seed: u64,
    size: Size,
    films: &[Film],
    progress: &dyn Fn(usize, usize, &str),
) -> Result<Vec<FilmOnDisk>, PhantomError> {
    let mut output = output::Output::new(out, progress);
    let mut done = Vec::new();
    for film in films {
        let made = match film {
            Film::Ct => films::ct::make(seed, size, &mut output)?,
            Film::Mr => films::mr::make(seed, size, &mut output)?,
            Film::Dx => films::dx::make(seed, size, &mut output)?,
            Film::Us => films::us::make(seed, size, &mut output)?,
        };
        output.expect(report::count(made.study.film), "报告");
        report::write(&made, &mut output)?;
        done.push(FilmOnDisk { name: made.study.film.to_owned(), study_uid: made.study.uid, dir: made.dir });
    }
    Ok(done)
}
