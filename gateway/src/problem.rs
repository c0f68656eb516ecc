//! Errors as they leave the house: `application/problem+json` (RFC 9457) with a short code that a reader can
//! tell to the help desk. Never a patient attribute, UID, key, token or path.

use axum::response::{IntoResponse, Response};
use film_link::code::ErrorCode;
use http::{HeaderValue, StatusCode, header};
use serde_json::{Map, Value};

use crate::source::SourceError;

/// One error answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    code: ErrorCode,
    detail: String,
    members: Map<String, Value>,
    retry_after_secs: Option<u64>,
}

impl Problem {
    /// `detail` says what was wrong and what to do, in English, for logs and integrators. The application
    /// translates by code.
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), members: Map::new(), retry_after_secs: None }
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
        StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The short code.
    pub fn code(&self) -> ErrorCode {
        self.code
    }

    /// 401: no token, or one that is not valid any more.
    pub fn unauthenticated() -> Self {
        Self::new(ErrorCode::Token, "a valid bearer token is needed; open the link again")
    }

    /// 403: a study outside the token's film.
    pub fn outside_film() -> Self {
        Self::new(ErrorCode::Forbidden, "this token does not reach that study")
    }

    /// 400: the request itself is malformed.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(ErrorCode::BadRequest, detail)
    }

    /// 404 for an object or a route (a film that does not exist answers with its own code).
    pub fn not_found(what: &str) -> Self {
        Self::new(ErrorCode::NoRoute, format!("no such {what}"))
    }

    /// 406: none of the representations asked for can be made; `offered` says which can.
    pub fn not_acceptable(offered: impl Into<String>) -> Self {
        Self::new(ErrorCode::NotAcceptable, offered)
    }
}

impl From<SourceError> for Problem {
    fn from(error: SourceError) -> Self {
        match error {
            SourceError::NotFound(what) => Self::not_found(what),
            SourceError::Damaged(detail) => Self::new(ErrorCode::Damaged, detail),
            SourceError::Unsupported(what) => {
                Self::new(ErrorCode::BadRequest, format!("not supported by this source: {what}"))
            }
            SourceError::Upstream(detail) => Self::new(ErrorCode::Upstream, detail),
            SourceError::UpstreamTimeout => {
                Self::new(ErrorCode::UpstreamTimeout, "the archive did not answer in time")
            }
            SourceError::Storage(detail) => {
                tracing::error!(%detail, "storage");
                Self::new(ErrorCode::Internal, "the archive's storage failed; its log says how")
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status();
        let mut body = self.members;
        body.insert("code".into(), self.code.as_str().into());
        body.insert("status".into(), status.as_u16().into());
        body.insert("title".into(), status.canonical_reason().unwrap_or("error").into());
        body.insert("detail".into(), self.detail.into());
        let mut response = (status, Value::Object(body).to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(secs) = self.retry_after_secs {
            headers.insert(header::RETRY_AFTER, secs.into());
        }
        response
    }
}
