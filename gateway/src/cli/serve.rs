//! `lightbox serve`

use std::sync::Arc;

use clap::Args;

use super::{DataFolder, Failure, runtime};
use crate::archive::Archive;
use crate::server::{self, ServeArgs};

/// Serve the application, DICOMweb and films
#[derive(Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    data: DataFolder,
    #[command(flatten)]
    serve: ServeArgs,
}

impl Serve {
    pub(super) fn run(self) -> Result<(), Failure> {
        let data = &self.data.data;
        let archive = Archive::open(data)?;
        runtime()?.block_on(server::run(&self.serve, data, Arc::new(archive)))?;
        Ok(())
    }
}
