//! Which route leads where. Every route of the service is named in this file or in [`crate::dicomweb`].

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use film_link::code::ErrorCode;
use tower_http::timeout::RequestBodyTimeoutLayer;

use super::{
    health, logging,
    security_headers::{self, HeaderPolicy},
    static_files::{self, WebRoot},
};
use crate::{
    auth, dicomweb,
    films::{holder_routes, platform_routes},
    gateway::Gateway,
    openapi,
    problem::Problem,
};

/// An opening is a few hundred bytes.
const OPEN_BODY: usize = 16 * 1024;
/// A film is made with reports and laboratory results.
const CREATE_BODY: usize = 2 * 1024 * 1024;
/// A body that does not arrive in this time is not waited for.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// The whole service.
pub fn app(gateway: Gateway, web: Arc<WebRoot>, policy: Arc<HeaderPolicy>) -> Router {
    // The layers run for every frame: they get one reference to all parts.
    let shared = Arc::new(gateway.clone());
    let with_bearer = || from_fn_with_state(Arc::clone(&shared), auth::require);

    let open = Router::new()
        .route("/api/films/{id}/open", post(holder_routes::open))
        .layer(DefaultBodyLimit::max(OPEN_BODY));
    let films = Router::new()
        .route("/api/films", get(platform_routes::list).post(platform_routes::create))
        .route("/api/films/{id}", get(platform_routes::show).delete(platform_routes::revoke))
        .route("/api/films/{id}/renew", post(holder_routes::renew))
        .route("/api/films/{id}/events", get(holder_routes::events))
        .layer(DefaultBodyLimit::max(CREATE_BODY))
        .layer(with_bearer());
    let pictures = dicomweb::routes(Arc::clone(&gateway.source), gateway.pictures.clone())
        .fallback(no_route)
        .layer(from_fn_with_state(Arc::clone(&shared), auth::audit_requests))
        .layer(with_bearer());
    let plain = Router::new()
        .route("/health", get(health::health))
        .route("/api/openapi.json", get(openapi::document))
        .route("/api/{*rest}", axum::routing::any(no_route));

    Router::new()
        .merge(open)
        .merge(films)
        .merge(plain)
        .with_state(gateway)
        .nest("/dicom-web", pictures)
        .merge(static_files::routes(web))
        .method_not_allowed_fallback(no_method)
        .layer(RequestBodyTimeoutLayer::new(BODY_TIMEOUT))
        .layer(from_fn_with_state(policy, security_headers::add))
        .layer(from_fn(logging::log_request))
}

async fn no_route() -> Response {
    Problem::not_found("route").into_response()
}

async fn no_method() -> Response {
    Problem::new(ErrorCode::Method, "this route does not take this method").into_response()
}
