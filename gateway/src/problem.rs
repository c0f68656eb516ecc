//! Errors as they leave the house: `application/problem+json` (RFC 9457) with a short code that a reader can
//! tell to the help desk. Never a patient attribute, UID, key, token or path.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Map, Value};

/// One error answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: String,
    members: Map<String, Value>,
    retry_after_secs: Option<u64>,
}

impl Problem {
    /// `code` is stable and short ("LB-404"); `detail` says what was wrong and what to do, in English, for logs
    /// and integrators. The application translates by code.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), members: Map::new(), retry_after_secs: None }
    }

    /// Adds a member of its own to the body, such as `remaining_attempts`.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    /// Adds `Retry-After` in seconds.
    #[must_use]
    pub fn retry_after(mut self, secs: u64) -> Self {
        self.retry_after_secs = Some(secs);
        self
    }

    /// The status it will be sent with.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The short code.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// 401: no token, or one that is not valid any more.
    pub fn unauthenticated() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "LB-401", "a valid bearer token is needed; open the link again")
    }

    /// 403: a study outside the token's film.
    pub fn outside_film() -> Self {
        Self::new(StatusCode::FORBIDDEN, "LB-403", "this token does not reach that study")
    }

    /// 400: the request itself is malformed.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "LB-400", detail)
    }

    /// 404.
    pub fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "LB-404", format!("no such {what}"))
    }

    /// 406: none of the representations asked for can be made; `offered` says which can.
    pub fn not_acceptable(offered: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_ACCEPTABLE, "LB-406", offered)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut body = self.members;
        body.insert("code".into(), self.code.into());
        body.insert("status".into(), self.status.as_u16().into());
        body.insert("title".into(), self.status.canonical_reason().unwrap_or("error").into());
        body.insert("detail".into(), self.detail.into());
        let mut response = (self.status, Value::Object(body).to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(secs) = self.retry_after_secs {
            headers.insert(header::RETRY_AFTER, secs.into());
        }
        response
    }
}
