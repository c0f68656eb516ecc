//! TLS by rustls: certificate chain and key from PEM files, TLS 1.2 and 1.3 (BCP 195), HTTP/2 and HTTP/1.1.

use std::{path::Path, sync::Arc};

use axum_server::tls_rustls::RustlsConfig;
use rustls::{ServerConfig, crypto::ring};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};

/// Why TLS could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A PEM file that does not read.
    #[error("{file}: {source}")]
    Pem {
        /// "--tls-cert" or "--tls-key".
        file: &'static str,
        /// What was wrong.
        source: rustls_pki_types::pem::Error,
    },
    /// A certificate file without a certificate.
    #[error("--tls-cert holds no certificate")]
    NoCertificate,
    /// Key and certificate do not go together, or are of a kind that is not supported.
    #[error("--tls-cert and --tls-key: {0}")]
    Rustls(#[from] rustls::Error),
}

/// Reads certificate chain (leaf first) and private key.
///
/// # Errors
/// [`TlsError`].
pub fn config(cert: &Path, key: &Path) -> Result<RustlsConfig, TlsError> {
    Ok(RustlsConfig::from_config(Arc::new(server_config(cert, key)?)))
}

/// Reads both files again: certificates are renewed without a restart.
///
/// # Errors
/// [`TlsError`]; the old certificate stays in use.
pub fn reload(config: &RustlsConfig, cert: &Path, key: &Path) -> Result<(), TlsError> {
    config.reload_from_config(Arc::new(server_config(cert, key)?));
    Ok(())
}

fn server_config(cert: &Path, key: &Path) -> Result<ServerConfig, TlsError> {
    let pem = |file| move |source| TlsError::Pem { file, source };
    let chain = CertificateDer::pem_file_iter(cert)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(pem("--tls-cert"))?;
    if chain.is_empty() {
        return Err(TlsError::NoCertificate);
    }
    let key = PrivateKeyDer::from_pem_file(key).map_err(pem("--tls-key"))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}
