//! One log line a request: method, route template, status, time, bytes. Never the path itself: film ids and
//! UIDs stand in it.

use std::{
    io::{self, IsTerminal as _},
    time::Instant,
};

use axum::{
    extract::{MatchedPath, Request},
    middleware::Next,
    response::Response,
};
use http::header;
use tracing_subscriber::{EnvFilter, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use super::log_lines::{LogLines, WrittenUntilDropped};

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// Starts logging to standard error. `RUST_LOG` chooses what is logged; by default everything of this
/// program from level info, warnings of the libraries. A second call changes nothing.
///
/// Lines are written by a thread of their own until what this gives is dropped.
///
/// # Errors
/// When the system gives no thread.
pub fn start(format: LogFormat) -> io::Result<WrittenUntilDropped> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,gateway=info"));
    let (writer, written) = LogLines::start(io::stderr())?;
    let colours = io::stderr().is_terminal();
    let lines = tracing_subscriber::fmt::layer().with_writer(writer).with_ansi(colours);
    let registry = tracing_subscriber::registry().with(filter);
    let started = match format {
        LogFormat::Text => registry.with(lines).try_init(),
        LogFormat::Json => registry.with(lines.json().flatten_event(true)).try_init(),
    };
    if started.is_err() {
        tracing::debug!("logging was started before");
    }
    Ok(written)
}

/// The layer that writes the line. It lies over the finished router, where the matched route is known.
pub async fn log_request(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("(none)".to_owned(), |path| path.as_str().to_owned());
    let response = next.run(request).await;
    let bytes = response.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    let (status, ms) = (response.status().as_u16(), started.elapsed().as_millis() as u64);
    if status >= 500 {
        tracing::error!(%method, route, status, ms, bytes, "request");
    } else {
        tracing::info!(%method, route, status, ms, bytes, "request");
    }
    response
}
