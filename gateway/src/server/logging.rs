//! One log line a request: method, route template, status, time, bytes. Never the path itself: film ids and
//! UIDs stand in it.

use std::{
    io::{self, IsTerminal as _},
    time::Instant,
};

use axum::{
    extract::{MatchedPath, Request},
    response::Response,
};
use http::{Method, header};
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
    let lost: fn(u64) -> String = match format {
        LogFormat::Text => lost_as_text,
        LogFormat::Json => lost_as_json,
    };
    let (writer, written) = LogLines::start(io::stderr(), lost)?;
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

fn lost_as_text(lines: u64) -> String {
    format!(" WARN gateway: log lines were lost: whatever reads the log must read faster lines={lines}")
}

fn lost_as_json(lines: u64) -> String {
    let message = "log lines were lost: whatever reads the log must read faster";
    serde_json::json!({ "level": "WARN", "message": message, "lines": lines, "target": "gateway" })
        .to_string()
}

/// The line of a request, begun when it comes.
pub struct RequestLine {
    started: Instant,
    method: Method,
    route: Option<MatchedPath>,
}

impl RequestLine {
    /// Of a request whose route is known.
    pub fn begin(request: &Request) -> Self {
        let route = request.extensions().get::<MatchedPath>().cloned();
        Self { started: Instant::now(), method: request.method().clone(), route }
    }

    /// Writes the line of the answer.
    pub fn end(self, response: &Response) {
        let Self { started, method, route } = self;
        let route = route.as_ref().map_or("(none)", MatchedPath::as_str);
        let bytes = response.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
        let (status, ms) = (response.status().as_u16(), started.elapsed().as_millis() as u64);
        if status >= 500 {
            tracing::error!(%method, route, status, ms, bytes, "request");
        } else {
            tracing::info!(%method, route, status, ms, bytes, "request");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::lost_as_json;

    #[test]
    fn lost_lines_are_said_in_the_form_of_the_others() {
        let line: serde_json::Value = serde_json::from_str(&lost_as_json(7)).unwrap();
        assert_eq!((line["level"].as_str(), line["lines"].as_u64()), (Some("WARN"), Some(7)));
        assert!(!lost_as_json(7).contains('\n'));
    }
}
