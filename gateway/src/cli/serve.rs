//! `lightbox serve`

use std::sync::Arc;

use clap::Args;

use super::{DataFolder, Failure, runtime};
use crate::archive::Archive;
use crate::server::{self, ServeArgs};
use crate::source::Source;
use crate::upstream::{Upstream, client::UpstreamOptions};

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
        let source: Arc<dyn Source> = match &self.serve.upstream {
            Some(url) => {
                let auth_file = self.serve.upstream_auth_file.as_deref();
                let options = UpstreamOptions::read(url, auth_file, self.serve.upstream_ca.as_deref())?;
                Arc::new(Upstream::new(&options)?)
            }
            None => Arc::new(Archive::open(data)?),
        };
        runtime()?.block_on(server::run(&self.serve, data, source))?;
        Ok(())
    }
}
