//! The command line of `lightbox`: what can be said, and who does it.

mod film;
mod import;
mod inspect;
mod serve;
mod source;
mod studies;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Opens links, serves films: a small imaging archive with DICOMweb and links that patients can open.
#[derive(Debug, Parser)]
#[command(name = "lightbox", version, propagate_version = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The data folder, which most commands need.
#[derive(Debug, Clone, clap::Args)]
pub struct DataFolder {
    /// Folder that holds archive, films and audit trail; made where it does not exist
    #[arg(long, value_name = "DIR", default_value = "lightbox-data", env = "LIGHTBOX_DATA")]
    pub data: PathBuf,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the application, DICOMweb and films
    Serve(serve::Serve),
    /// Add a folder of DICOM files (and *.fhir.json reports beside them) to the archive
    Import(import::Import),
    /// List the studies that a film can be made of
    Studies(studies::Studies),
    /// Make, list and revoke films
    #[command(subcommand)]
    Film(film::Film),
    /// Say what a DICOM file is and what the viewer would do with it
    Inspect(inspect::Inspect),
}

impl Cli {
    /// Does it. What went wrong is said on standard error.
    pub fn run(self) -> ExitCode {
        let done = match self.command {
            Command::Serve(serve) => serve.run().map(|()| 0),
            Command::Import(import) => import.run(),
            Command::Studies(studies) => studies.run().map(|()| 0),
            Command::Film(film) => film.run().map(|()| 0),
            Command::Inspect(inspect) => inspect.run(),
        };
        match done {
            Ok(code) => ExitCode::from(code),
            Err(error) => {
                eprintln!("lightbox: {error}");
                let mut source = error.source();
                while let Some(cause) = source {
                    eprintln!("  because: {cause}");
                    source = cause.source();
                }
                ExitCode::from(3)
            }
        }
    }
}

/// What commands end in; printed and done with.
type Failure = Box<dyn std::error::Error>;

/// A runtime for the commands that wait.
fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}
