//! The built application: `/` and `/f/{id}` → index.html, `/assets/*` → immutable files, a few files of the
//! root (service worker, icons), and a page for what is not there.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::{
    Router,
    extract::{Path as UrlPath, State},
    middleware::{Next, from_fn},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use sha2::{Digest as _, Sha256};
use tower_http::services::ServeDir;

/// Largest file of the root that is kept in memory.
const MAX_ROOT_FILE: u64 = 4 * 1024 * 1024;

/// Where the service worker lies in the root.
const SERVICE_WORKER: &str = "sw.js";

const NO_SERVICE_WORKER: &str = include_str!("no_service_worker.js");
const NOT_FOUND_PAGE: &str = include_str!("not_found.html");
const NO_APPLICATION_PAGE: &str = include_str!("no_application.html");

/// A file of the root with the encodings that lie beside it.
#[derive(Debug, Clone)]
struct RootFile {
    media_type: &'static str,
    etag: HeaderValue,
    plain: Bytes,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
}

/// The folder that the build wrote.
#[derive(Debug)]
pub struct WebRoot {
    assets: PathBuf,
    /// By name; index.html among them where there is one.
    files: BTreeMap<String, RootFile>,
}

impl WebRoot {
    /// Reads the files of the root into memory; assets stay on disk. A folder without index.html is no error:
    /// the service then says that the application is not there.
    ///
    /// # Errors
    /// Reading failed.
    pub fn open(root: &Path) -> io::Result<Self> {
        let mut files = BTreeMap::new();
        if root.is_dir() {
            for entry in fs::read_dir(root)? {
                let entry = entry?;
                let Ok(name) = entry.file_name().into_string() else { continue };
                let kept = entry.metadata()?.is_file() && entry.metadata()?.len() <= MAX_ROOT_FILE;
                if let (true, false, Some(media_type)) = (kept, name.starts_with('.'), media_type(&name)) {
                    files.insert(name.clone(), RootFile::read(root, &name, media_type)?);
                }
            }
        }
        Ok(Self { assets: root.join("assets"), files })
    }

    /// The same application without its service worker: in its place comes one that takes it off the browsers that have
    /// it.
    ///
    /// # Errors
    /// None that a file could cause: the replacement is part of this program.
    pub fn without_offline(mut self) -> io::Result<Self> {
        let file = RootFile::new(NO_SERVICE_WORKER.into(), "text/javascript", None, None)?;
        self.files.insert(SERVICE_WORKER.to_owned(), file);
        Ok(self)
    }

    /// The text of index.html; empty where there is none.
    pub fn index_html(&self) -> &str {
        self.files.get("index.html").and_then(|file| std::str::from_utf8(&file.plain).ok()).unwrap_or("")
    }
}

impl RootFile {
    fn read(root: &Path, name: &str, media_type: &'static str) -> io::Result<Self> {
        let beside = |ending: &str| match fs::read(root.join(format!("{name}.{ending}"))) {
            Ok(bytes) => Ok(Some(Bytes::from(bytes))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        };
        Self::new(fs::read(root.join(name))?.into(), media_type, beside("br")?, beside("gz")?)
    }

    fn new(
        plain: Bytes,
        media_type: &'static str,
        brotli: Option<Bytes>,
        gzip: Option<Bytes>,
    ) -> io::Result<Self> {
        let digest: String =
            Sha256::digest(&plain).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        // Weak: the encodings are the same page, not the same bytes.
        let etag = HeaderValue::from_str(&format!("W/\"{digest}\"")).map_err(io::Error::other)?;
        Ok(Self { media_type, etag, plain, brotli, gzip })
    }

    fn answer(&self, asked: &HeaderMap) -> Response {
        let mut headers = HeaderMap::new();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        headers.insert(header::ETAG, self.etag.clone());
        if asked.get_all(header::IF_NONE_MATCH).iter().any(|tags| lists(tags, &self.etag)) {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.media_type));
        for (encoding, bytes) in [("br", &self.brotli), ("gzip", &self.gzip)] {
            if let (Some(bytes), true) = (bytes, accepts(asked, encoding)) {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
                return (headers, bytes.clone()).into_response();
            }
        }
        (headers, self.plain.clone()).into_response()
    }
}

fn lists(tags: &HeaderValue, etag: &HeaderValue) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let (Ok(tags), Ok(etag)) = (tags.to_str(), etag.to_str()) else { return false };
    tags.trim() == "*" || tags.split(',').any(|tag| opaque(tag) == opaque(etag))
}

/// Whether `Accept-Encoding` names the coding with a weight above zero (RFC 9110 12.5.3).
fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok()).any(|line| {
        line.split(',').any(|item| {
            let mut parts = item.split(';').map(str::trim);
            let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding));
            let refused = parts.any(|part| {
                part.strip_prefix("q=")
                    .and_then(|weight| weight.parse::<f32>().ok())
                    .is_some_and(|q| q <= 0.0)
            });
            named && !refused
        })
    })
}

/// Types of files that may lie in the root; any other file there is not served.
fn media_type(name: &str) -> Option<&'static str> {
    Some(match name.rsplit_once('.')?.1 {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript",
        "css" => "text/css",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "txt" => "text/plain; charset=utf-8",
        _ => return None,
    })
}

/// The routes.
pub fn routes(web: Arc<WebRoot>) -> Router {
    let assets = ServeDir::new(&web.assets)
        .precompressed_br()
        .precompressed_gzip()
        .append_index_html_on_directories(false);
    let assets = Router::new().fallback_service(assets).layer(from_fn(immutable));
    Router::new()
        .route("/", get(index))
        .route("/f/{id}", get(index))
        .route("/f/{id}/", get(index))
        .route("/{file}", get(root_file))
        .with_state(web)
        .nest("/assets", assets)
        .fallback(not_found)
}

async fn index(State(web): State<Arc<WebRoot>>, headers: HeaderMap) -> Response {
    match web.files.get("index.html") {
        Some(page) => page.answer(&headers),
        None => (StatusCode::SERVICE_UNAVAILABLE, Html(NO_APPLICATION_PAGE)).into_response(),
    }
}

async fn root_file(
    State(web): State<Arc<WebRoot>>,
    UrlPath(name): UrlPath<String>,
    headers: HeaderMap,
) -> Response {
    match web.files.get(&name) {
        Some(file) if name != "index.html" => file.answer(&headers),
        _ => not_found().await,
    }
}

/// Assets are named by their content: found once, never asked for again. One that is not there must not be
/// remembered as missing.
async fn immutable(request: axum::extract::Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED {
        let value = HeaderValue::from_static("public, max-age=31536000, immutable");
        response.headers_mut().insert(header::CACHE_CONTROL, value);
        response
    } else if response.status() == StatusCode::NOT_FOUND {
        not_found().await
    } else {
        response
    }
}

async fn not_found() -> Response {
    let no_store = [(header::CACHE_CONTROL, "no-store")];
    (StatusCode::NOT_FOUND, no_store, Html(NOT_FOUND_PAGE)).into_response()
}
