//! What `lightbox serve` can be told.

use std::{net::SocketAddr, path::PathBuf};

use clap::Args;

use super::logging::LogFormat;
use crate::client_address::Network;

/// Arguments of `lightbox serve`, beside the data folder.
#[derive(Debug, Clone, Args)]
pub struct ServeArgs {
    /// Address to listen at. Other machines reach it only if this is not a loopback address
    #[arg(long, default_value = "127.0.0.1:8080", env = "LIGHTBOX_LISTEN")]
    pub listen: SocketAddr,
    /// Folder of the built web application
    #[arg(long, default_value = "target/web", env = "LIGHTBOX_WEB_ROOT")]
    pub web_root: PathBuf,
    /// Have the page no longer open without a network: browsers that were made to lose what they have for that at their
    /// next visit. Films that were kept stay on their devices
    #[arg(long, env = "LIGHTBOX_NO_OFFLINE")]
    pub no_offline: bool,
    /// Origin under which people reach this service, to write whole links: https://film.example.cn
    #[arg(long, env = "LIGHTBOX_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// PEM file with the certificate chain, leaf first; SIGHUP reads it again
    #[arg(long, requires = "tls_key", env = "LIGHTBOX_TLS_CERT")]
    pub tls_cert: Option<PathBuf>,
    /// PEM file with the certificate's private key
    #[arg(long, requires = "tls_cert", env = "LIGHTBOX_TLS_KEY")]
    pub tls_key: Option<PathBuf>,
    /// Proxy or network of proxies whose X-Forwarded-For is believed; may be given several times
    #[arg(long = "trusted-proxy", value_name = "ADDRESS[/BITS]")]
    pub trusted_proxies: Vec<Network>,
    /// Origin that may show the page in a frame; may be given several times
    #[arg(long = "frame-ancestors", value_name = "ORIGIN")]
    pub frame_ancestors: Vec<String>,
    /// File with the credential of other systems. LIGHTBOX_API_TOKEN holds it as well; without either, nobody
    /// reaches the archive over HTTP but by film links
    #[arg(long)]
    pub api_token_file: Option<PathBuf>,
    /// DICOMweb server to stand in front of, instead of the own archive: https://pacs.example.cn/dicom-web
    #[arg(long, env = "LIGHTBOX_UPSTREAM")]
    pub upstream: Option<String>,
    /// File with the value of the Authorization header for the upstream server
    #[arg(long, requires = "upstream")]
    pub upstream_auth_file: Option<PathBuf>,
    /// PEM file with certificate authorities to trust for the upstream server, instead of the system's
    #[arg(long, requires = "upstream")]
    pub upstream_ca: Option<PathBuf>,
    /// How log lines are written
    #[arg(long, value_enum, default_value_t, env = "LIGHTBOX_LOG_FORMAT")]
    pub log_format: LogFormat,
}
