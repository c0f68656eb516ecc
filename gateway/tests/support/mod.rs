//! A gateway with films over a source that holds two small studies, called without a socket.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "each test file uses its part")]

use std::{sync::Arc, time::Duration};

use axum::{Router, body::Body};
use bytes::Bytes;
use film_link::{
    admin::CreateFilm,
    keys::FilmKeys,
    link::{FilmLink, to_base64url},
    manifest::{KeyFrame, Patient, PersonName, SeriesEntry, StudyEntry},
};
use futures_util::StreamExt as _;
use gateway::{
    audit::AuditTrail,
    clock::Clock,
    films::{
        rate_limit::Rate,
        secret::PlatformToken,
        service::{Films, Settings},
    },
    gateway::Gateway,
    server::{HeaderPolicy, WebRoot, app},
    source::{
        Answer, BulkData, Detail, Document, EncodedFrame, InstanceFile, InstanceId, JsonDataset, Payload,
        Query, Scope, Source, SourceError, StudyOutline,
    },
};
use http::{Request, Response, StatusCode, header};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt as _;

pub const STUDY: &str = "1.2.826.0.1.1";
pub const OTHER_STUDY: &str = "1.2.826.0.1.2";
pub const STRANGERS_STUDY: &str = "1.2.826.0.1.3";
pub const SERIES: &str = "1.2.826.0.1.1.1";
pub const INSTANCE: &str = "1.2.826.0.1.1.1.1";
pub const PLATFORM: &str = "platform-token-of-this-test-0123456789";
pub const PATIENT_NAME: &str = "Zhang^San";
pub const PATIENT_IDEOGRAPHIC: &str = "张^三";
pub const PATIENT_ID: &str = "PID-4711-0815";

/// Holds [`STUDY`] and [`OTHER_STUDY`] of one patient and [`STRANGERS_STUDY`] of another.
pub struct FakeSource;

fn answer<'a, T: Send + 'a>(value: Result<T, SourceError>) -> Answer<'a, T> {
    Box::pin(std::future::ready(value))
}

fn known(study: &str) -> Result<(), SourceError> {
    let all = [STUDY, OTHER_STUDY, STRANGERS_STUDY];
    if all.contains(&study) { Ok(()) } else { Err(SourceError::NotFound("study")) }
}

impl Source for FakeSource {
    fn search(&self, query: Query) -> Answer<'_, Vec<JsonDataset>> {
        let rows = [STUDY, OTHER_STUDY, STRANGERS_STUDY]
            .iter()
            .filter(|uid| query.within.as_ref().is_none_or(|within| within.iter().any(|w| w == *uid)))
            .map(|uid| {
                let value = json!({ "0020000D": { "vr": "UI", "Value": [uid] } });
                value.as_object().unwrap().clone()
            })
            .collect();
        answer(Ok(rows))
    }

    fn metadata(&self, scope: Scope, _: Detail) -> Answer<'_, Document> {
        let document = Document { json: Bytes::from_static(b"[{}]"), etag: "\"m\"".into() };
        answer(known(&scope.study).map(|()| document))
    }

    fn instances(&self, scope: Scope) -> Answer<'_, Vec<InstanceId>> {
        let id = InstanceId { study: scope.study.clone(), series: SERIES.into(), instance: INSTANCE.into() };
        answer(known(&scope.study).map(|()| vec![id]))
    }

    fn frame(&self, id: InstanceId, _: u32) -> Answer<'_, EncodedFrame> {
        answer(known(&id.study).map(|()| EncodedFrame {
            transfer_syntax_uid: "1.2.840.10008.1.2.1".into(),
            bytes: Bytes::from_static(&[1, 2, 3, 4]),
            etag: "\"f\"".into(),
        }))
    }

    fn instance_file(&self, id: InstanceId) -> Answer<'_, InstanceFile> {
        answer(known(&id.study).map(|()| InstanceFile {
            id,
            transfer_syntax_uid: "1.2.840.10008.1.2.1".into(),
            payload: Payload::Stream {
                len: None,
                chunks: futures_util::stream::iter([Ok(Bytes::from_static(b"not really a file"))]).boxed(),
            },
            etag: "\"i\"".into(),
        }))
    }

    fn bulkdata(&self, _: InstanceId, _: String) -> Answer<'_, BulkData> {
        answer(Err(SourceError::NotFound("bulk data")))
    }

    fn outline(&self, study_uid: String) -> Answer<'_, StudyOutline> {
        answer(known(&study_uid).map(|()| outline(&study_uid)))
    }

    fn ready(&self) -> Answer<'_, ()> {
        answer(Ok(()))
    }
}

fn outline(uid: &str) -> StudyOutline {
    let stranger = uid == STRANGERS_STUDY;
    StudyOutline {
        patient: Patient {
            name: PersonName {
                alphabetic: PATIENT_NAME.into(),
                ideographic: PATIENT_IDEOGRAPHIC.into(),
                ..PersonName::default()
            },
            id: Some(if stranger { "PID-other" } else { PATIENT_ID }.into()),
            ..Patient::default()
        },
        study: StudyEntry {
            uid: uid.into(),
            date: Some(if uid == STUDY { "20260101" } else { "20260601" }.into()),
            time: None,
            description: Some("CT".into()),
            institution: None,
            accession: None,
            series: vec![SeriesEntry {
                uid: SERIES.into(),
                modality: "CT".into(),
                number: Some(1),
                description: None,
                body_part: None,
                instances: 1,
                frames: 1,
                bytes: 4,
                key_frame: KeyFrame {
                    instance_uid: INSTANCE.into(),
                    frame: 1,
                    rows: 1,
                    columns: 2,
                    transfer_syntax_uid: None,
                    window: None,
                },
            }],
            state_series: Vec::new(),
            other_objects: Vec::new(),
            reports: Vec::new(),
        },
        labs: Vec::new(),
    }
}

/// The gateway under test and what it writes.
pub struct House {
    pub folder: TempDir,
    pub gateway: Gateway,
    pub clock: Clock,
    pub app: Router,
}

/// Limits that no test runs into by accident.
pub fn roomy() -> Settings {
    let rate = Rate { burst: 100_000.0, per_second: 1000.0 };
    Settings {
        by_address: rate,
        by_film: rate,
        public_origin: Some("https://film.example.cn".into()),
        ..Settings::default()
    }
}

impl House {
    pub fn new() -> Self {
        Self::with(roomy())
    }

    pub fn with(settings: Settings) -> Self {
        Self::build(settings, Arc::new(FakeSource))
    }

    pub fn over(source: Arc<dyn Source>) -> Self {
        Self::build(roomy(), source)
    }

    fn build(settings: Settings, source: Arc<dyn Source>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::manual(1_795_341_600);
        let films = Films::open_data(folder.path(), settings, clock.clone()).unwrap();
        let audit = AuditTrail::open(&folder.path().join("audit.db"), clock.clone()).unwrap();
        let mut gateway = Gateway::new(source, Arc::new(films), Arc::new(audit));
        gateway.platform = Some(PlatformToken::new(PLATFORM).unwrap());
        let web = WebRoot::open(&folder.path().join("no-web")).unwrap();
        let policy = HeaderPolicy::new("", &[], false).unwrap();
        let app = app(gateway.clone(), Arc::new(web), Arc::new(policy));
        Self { folder, gateway, clock, app }
    }

    pub async fn film(&self, wanted: CreateFilm) -> FilmLink {
        self.gateway.films.create(wanted, &FakeSource).await.unwrap().link
    }

    pub async fn send(&self, request: Request<Body>) -> Reply {
        Reply::read(self.app.clone().oneshot(request).await.unwrap()).await
    }

    pub async fn get(&self, path: &str, bearer: Option<&str>) -> Reply {
        self.send(request("GET", path, bearer, Body::empty())).await
    }

    pub async fn open(&self, link: &FilmLink, passcode: Option<&str>) -> Reply {
        let access = to_base64url(&FilmKeys::derive(link).access);
        self.open_with(&link.id.to_text(), &access, passcode).await
    }

    pub async fn open_with(&self, id: &str, access: &str, passcode: Option<&str>) -> Reply {
        let body =
            json!({ "protocol": 1, "access": access, "passcode": passcode, "recipient": "手机浏览器" });
        self.send(post(&format!("/api/films/{id}/open"), None, &body)).await
    }

    /// Opens and gives the token.
    pub async fn token(&self, link: &FilmLink, passcode: Option<&str>) -> String {
        let reply = self.open(link, passcode).await;
        assert_eq!(reply.status, StatusCode::OK, "{:?}", reply.json);
        reply.json["token"].as_str().unwrap().to_owned()
    }

    pub fn audit_lines(&self) -> Vec<Value> {
        let mut out = Vec::new();
        self.gateway.audit.export(0, &mut out).unwrap();
        std::str::from_utf8(&out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

pub fn one_study() -> CreateFilm {
    CreateFilm { studies: vec![STUDY.into()], ..CreateFilm::default() }
}

pub fn with_passcode() -> CreateFilm {
    CreateFilm { passcode: Some("246810".into()), ..one_study() }
}

pub fn request(method: &str, path: &str, bearer: Option<&str>, body: Body) -> Request<Body> {
    let mut builder = Request::builder().method(method).uri(path);
    if let Some(token) = bearer {
        builder = builder.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    builder.body(body).unwrap()
}

pub fn post(path: &str, bearer: Option<&str>, body: &Value) -> Request<Body> {
    let mut request = request("POST", path, bearer, Body::from(body.to_string()));
    request.headers_mut().insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
    request
}

/// An answer, read.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: http::HeaderMap,
    pub body: Bytes,
    pub json: Value,
}

impl Reply {
    async fn read(response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let json = serde_json::from_slice(&body).unwrap_or(Value::Null);
        Self { status: parts.status, headers: parts.headers, body, json }
    }

    pub fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or("")
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }
}

/// Time enough for anything that is not stuck.
pub const PATIENCE: Duration = Duration::from_secs(30);
