//! Where a command finds its studies: the own archive, or a server that the gateway stands in front of.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::{DataFolder, Failure};
use crate::archive::Archive;
use crate::source::Source;
use crate::upstream::{Upstream, client::UpstreamOptions};

/// The data folder and, for a bridge, the server behind it.
#[derive(Debug, Clone, Args)]
pub(super) struct SourceChoice {
    /// Folder of films and archive.
    #[command(flatten)]
    pub data: DataFolder,
    /// DICOMweb server to stand in front of, instead of the own archive: https://pacs.example.cn/dicom-web
    #[arg(long, env = "LIGHTBOX_UPSTREAM")]
    upstream: Option<String>,
    /// File with the value of the Authorization header for the upstream server
    #[arg(long, requires = "upstream")]
    upstream_auth_file: Option<PathBuf>,
    /// PEM file with certificate authorities to trust for the upstream server, instead of the system's
    #[arg(long, requires = "upstream")]
    upstream_ca: Option<PathBuf>,
}

impl SourceChoice {
    /// # Errors
    /// When the archive cannot be opened, or what was said of the upstream server is no address or file.
    pub(super) fn open(&self) -> Result<Arc<dyn Source>, Failure> {
        let Some(url) = &self.upstream else {
            return Ok(Arc::new(Archive::open(&self.data.data)?));
        };
        let auth_file = self.upstream_auth_file.as_deref();
        let options = UpstreamOptions::read(url, auth_file, self.upstream_ca.as_deref())?;
        Ok(Arc::new(Upstream::new(&options)?))
    }
}
