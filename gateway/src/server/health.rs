//! `GET /health`: whether the films' file and the source of pictures answer.

use std::time::Duration;

use axum::{Json, extract::State};
use http::StatusCode;
use serde_json::{Value, json};

use crate::gateway::Gateway;

/// A part that has not answered by then counts as down.
const PATIENCE: Duration = Duration::from_secs(3);

/// 200 where everything answers, else 503; says which part is down and nothing about why.
pub async fn health(State(gateway): State<Gateway>) -> (StatusCode, Json<Value>) {
    let films = async { matches!(tokio::time::timeout(PATIENCE, gateway.films.ready()).await, Ok(Ok(()))) };
    let source = async { matches!(tokio::time::timeout(PATIENCE, gateway.source.ready()).await, Ok(Ok(()))) };
    let (films, source) = tokio::join!(films, source);
    let status = if films && source { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let word = |up| if up { "up" } else { "down" };
    let body = json!({ "films": word(films), "source": word(source), "version": env!("CARGO_PKG_VERSION") });
    (status, Json(body))
}
