//! A temporary archive behind the DICOMweb routes, asked without a socket.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use gateway::access::Access;
use gateway::archive::Archive;
use gateway::archive::ingest::Ingest;
use gateway::dicomweb;
use gateway::import::{Report, import};
use gateway::render::Renderer;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use tempfile::TempDir;
use tower::ServiceExt;

/// An archive in a folder that goes when this goes.
#[allow(dead_code)]
pub(crate) struct Served {
    pub(crate) folder: TempDir,
    pub(crate) report: Report,
    routes: Router,
}

/// An answer, read to its end.
#[allow(dead_code)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

#[allow(dead_code)]
impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

#[allow(dead_code)]
impl Served {
    pub(crate) fn new(from: &[&Path]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let mut ingest = Ingest::open(&data).unwrap();
        let mut report = Report::default();
        for path in from {
            report = import(&mut ingest, path, false).unwrap();
        }
        let archive = Arc::new(Archive::open(&data).unwrap());
        let routes = dicomweb::routes(archive, Arc::new(Renderer::new(Some(folder.path().join("pictures")))));
        Self { folder, report, routes }
    }

    /// The demo films, small.
    pub(crate) fn phantom(films: &[phantom::Film]) -> Self {
        let made = tempfile::tempdir().unwrap();
        phantom::write_some(made.path(), 1, phantom::Size::Small, films, &|_, _, _| {}).unwrap();
        Self::new(&[made.path()])
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) async fn ask(&self, path: &str, headers: &[(&str, &str)], access: Option<Access>) -> Answer {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(Body::empty()).unwrap();
        if let Some(access) = access {
            request.extensions_mut().insert(access);
        }
        let answer = self.routes.clone().oneshot(request).await.unwrap();
        let (head, body) = answer.into_parts();
        let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
        Answer { status: head.status, headers: head.headers, body }
    }

    pub(crate) async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.ask(path, headers, Some(Access::Platform)).await
    }

    /// Paths of all instances.
    pub(crate) async fn instances(&self) -> Vec<String> {
        let rows = self.get("/instances?includefield=00083002", &[]).await;
        let uid = |row: &serde_json::Value, tag: &str| row[tag]["Value"][0].as_str().unwrap().to_owned();
        let path = |row: &serde_json::Value| {
            let (study, series) = (uid(row, "0020000D"), uid(row, "0020000E"));
            format!("/studies/{study}/series/{series}/instances/{}", uid(row, "00080018"))
        };
        rows.json().as_array().unwrap().iter().map(path).collect()
    }
}

/// The shared test data; tests are skipped without it, but not on CI.
#[allow(dead_code)]
pub(crate) fn corpus(part: &str) -> Option<PathBuf> {
    let root = std::env::var_os("LIGHTBOX_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/dicom"), PathBuf::from);
    let path = root.join(part);
    if path.exists() {
        return Some(path);
    }
    assert!(std::env::var_os("CI").is_none(), "the corpus is missing: set LIGHTBOX_CORPUS");
    eprintln!("skipped: no corpus at {}", root.display());
    None
}
