//! Which route leads where. Every route of the service is named in this file or in [`crate::dicomweb`].

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use film_link::code::ErrorCode;
use http::header;
use tower_http::timeout::RequestBodyTimeoutLayer;

use super::{
    health,
    logging::RequestLine,
    security_headers::HeaderPolicy,
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
    let open = Router::new()
        .route("/api/films/{id}/open", post(holder_routes::open))
        .layer(DefaultBodyLimit::max(OPEN_BODY));
    let films = Router::new()
        .route("/api/films", get(platform_routes::list).post(platform_routes::create))
        .route("/api/films/{id}", get(platform_routes::show).delete(platform_routes::revoke))
        .route("/api/films/{id}/renew", post(holder_routes::renew))
        .route("/api/films/{id}/events", get(holder_routes::events))
        .layer(DefaultBodyLimit::max(CREATE_BODY))
        .layer(from_fn_with_state(Arc::clone(&shared), auth::require));
    let pictures = dicomweb::routes(Arc::clone(&gateway.source), Arc::clone(&gateway.renderer))
        .fallback(no_route)
        .layer(from_fn_with_state(shared, auth::require_and_audit));
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
        .layer(from_fn_with_state(policy, around))
}

/// Lies over the finished router, where the matched route is known. One layer for all that every answer gets: each
/// costs several allocations, and frames come by the hundred.
async fn around(State(policy): State<Arc<HeaderPolicy>>, request: Request, next: Next) -> Response {
    let line = RequestLine::begin(&request);
    let user_agent = request.headers().get(header::USER_AGENT).cloned();
    let mut response = next.run(request).await;
    policy.write(user_agent.as_ref(), response.headers_mut());
    line.end(&response);
    response
}

async fn no_route() -> Response {
    Problem::not_found("route").into_response()
}

async fn no_method() -> Response {
    Problem::new(ErrorCode::Method, "this route does not take this method").into_response()
}
