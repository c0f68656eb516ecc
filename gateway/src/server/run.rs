//! From arguments to a running service, and its end.

use std::{io, net::SocketAddr, path::Path, sync::Arc, time::Duration};

use axum::Router;
use axum_server::Handle;
use hyper_util::rt::TokioTimer;

use super::{
    arguments::ServeArgs,
    logging,
    routes::app,
    security_headers::{AncestorError, HeaderPolicy},
    static_files::WebRoot,
    tls::{self, TlsError},
};
use crate::{
    audit::{AuditError, AuditTrail},
    client_address::TrustedProxies,
    clock::Clock,
    films::{
        secret::{PlatformToken, SecretError},
        service::{Films, FilmsError, Settings},
    },
    gateway::Gateway,
    render::Renderer,
    source::Source,
};

/// Requests that run when the service is told to stop have this long to end.
const DRAIN: Duration = Duration::from_secs(10);
/// A client that has not sent its request's headers by then is let go.
const HEADER_TIMEOUT: Duration = Duration::from_secs(15);

/// The environment variable with the platform's credential.
pub const API_TOKEN_VARIABLE: &str = "LIGHTBOX_API_TOKEN";

/// Why the service does not run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The data folder could not be made or read.
    #[error("data folder: {0}")]
    Data(io::Error),
    /// The web application's folder does not read.
    #[error("--web-root: {0}")]
    WebRoot(io::Error),
    /// Films.
    #[error(transparent)]
    Films(#[from] FilmsError),
    /// Audit trail.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// Platform credential.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// TLS.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// Embedding.
    #[error(transparent)]
    Ancestors(#[from] AncestorError),
    /// The log.
    #[error("log: {0}")]
    Log(io::Error),
    /// The socket.
    #[error("listening at {0}: {1}")]
    Listen(SocketAddr, io::Error),
}

/// Serves `source` until SIGTERM or SIGINT.
///
/// # Errors
/// [`ServeError`]; nothing was served then, or the socket broke.
pub async fn run(args: &ServeArgs, data: &Path, source: Arc<dyn Source>) -> Result<(), ServeError> {
    let _written_until_the_end = logging::start(args.log_format).map_err(ServeError::Log)?;
    let app = assemble(args, data, source)?;
    let handle = Handle::new();
    tokio::spawn(stop_on_signal(handle.clone()));
    listen(args, app, handle).await
}

/// Makes the service of its arguments, without a socket.
fn assemble(args: &ServeArgs, data: &Path, source: Arc<dyn Source>) -> Result<Router, ServeError> {
    std::fs::create_dir_all(data).map_err(ServeError::Data)?;
    let clock = Clock::system();
    let settings = Settings { public_origin: args.public_url.clone(), ..Settings::default() };
    let films = Films::open_data(data, settings, clock.clone())?;
    let audit = AuditTrail::open(&data.join("audit.db"), clock)?;
    let mut gateway = Gateway::new(source, Arc::new(films), Arc::new(audit));
    gateway.platform = match (&args.api_token_file, std::env::var(API_TOKEN_VARIABLE)) {
        (Some(file), _) => Some(PlatformToken::read(file)?),
        (None, Ok(text)) if !text.trim().is_empty() => Some(PlatformToken::new(&text)?),
        _ => None,
    };
    gateway.renderer = Arc::new(Renderer::new(Some(data.join("pictures"))));
    gateway.proxies = Arc::new(TrustedProxies(args.trusted_proxies.clone()));

    let mut web = WebRoot::open(&args.web_root).map_err(ServeError::WebRoot)?;
    if args.no_offline {
        web = web.without_offline().map_err(ServeError::WebRoot)?;
    }
    if web.index_html().is_empty() {
        tracing::warn!("no index.html under --web-root: the web application will not be served");
    }
    let policy = HeaderPolicy::new(web.index_html(), &args.frame_ancestors, args.tls_cert.is_some())?;
    Ok(app(gateway, Arc::new(web), Arc::new(policy)))
}

async fn listen(args: &ServeArgs, app: Router, handle: Handle<SocketAddr>) -> Result<(), ServeError> {
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    let failed = |error| ServeError::Listen(args.listen, error);
    tokio::spawn(say_where(handle.clone(), args.tls_cert.is_some()));
    if let (Some(cert), Some(key)) = (&args.tls_cert, &args.tls_key) {
        let config = tls::config(cert, key)?;
        tokio::spawn(reload_on_hangup(config.clone(), cert.clone(), key.clone()));
        let mut server = axum_server::bind_rustls(args.listen, config).handle(handle);
        server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT);
        server.http_builder().http2().timer(TokioTimer::new()).max_concurrent_streams(128);
        server.serve(service).await.map_err(failed)
    } else {
        let mut server = axum_server::bind(args.listen).handle(handle);
        server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT);
        server.serve(service).await.map_err(failed)
    }
}

async fn say_where(handle: Handle<SocketAddr>, tls: bool) {
    if let Some(address) = handle.listening().await {
        let scheme = if tls { "https" } else { "http" };
        tracing::info!("listening at {scheme}://{address}");
    }
}

async fn stop_on_signal(handle: Handle<SocketAddr>) {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
        } else {
            let _ = interrupt.await;
        }
    }
    #[cfg(not(unix))]
    let _ = interrupt.await;
    tracing::info!("stopping: requests that run have {} seconds", DRAIN.as_secs());
    handle.graceful_shutdown(Some(DRAIN));
}

/// Certificates are renewed every few weeks by another program, which then sends SIGHUP.
async fn reload_on_hangup(
    config: axum_server::tls_rustls::RustlsConfig,
    cert: std::path::PathBuf,
    key: std::path::PathBuf,
) {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut hangup) = signal(SignalKind::hangup()) else { return };
        while hangup.recv().await.is_some() {
            match tls::reload(&config, &cert, &key) {
                Ok(()) => tracing::info!("certificate read again"),
                Err(error) => tracing::error!(%error, "the old certificate stays in use"),
            }
        }
    }
    #[cfg(not(unix))]
    drop((config, cert, key));
}
