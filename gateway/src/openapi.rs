//! The description of the routes, OpenAPI 3.1: `GET /api/openapi.json`.

use axum::response::{IntoResponse as _, Response};
use http::header;

/// The document, checked against the routes by `tests/openapi.rs`.
pub const DOCUMENT: &str = include_str!("openapi.json");

/// `GET /api/openapi.json`.
pub async fn document() -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")];
    (headers, DOCUMENT).into_response()
}
