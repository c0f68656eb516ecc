//! The bridge against a real Orthanc with its DICOMweb plug-in. Skips with a message where Orthanc or the corpus
//! is not there; fails where CI=true.
#![allow(clippy::unwrap_used)]

mod support;

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use futures_util::TryStreamExt as _;
use gateway::{
    source::{Detail, Include, InstanceId, JsonDataset, Level, Payload, Query, Scope, Source, SourceError},
    upstream::{Upstream, client::UpstreamOptions},
};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

const PLUGIN: &str = "/usr/share/orthanc/plugins/libOrthancDicomWeb.so";
const USER: &str = "lightbox";
const PASSWORD: &str = "only-for-this-test";
/// `lightbox:only-for-this-test`.
const AUTHORIZATION: &str = "Basic bGlnaHRib3g6b25seS1mb3ItdGhpcy10ZXN0";

struct Orthanc {
    process: Child,
    port: u16,
    _folder: TempDir,
}

impl Drop for Orthanc {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Orthanc {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // Freed again at once; nothing else on this machine is likely to take it in between.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let config = serde_json::json!({
            "StorageDirectory": folder.path().join("db"), "IndexDirectory": folder.path().join("db"),
            "HttpPort": port, "RemoteAccessAllowed": false, "DicomServerEnabled": false,
            "AuthenticationEnabled": true, "RegisteredUsers": { (USER): PASSWORD },
            "Plugins": [PLUGIN], "DicomWeb": { "Enable": true, "Root": "/dicom-web/" }
        });
        let path = folder.path().join("orthanc.json");
        std::fs::write(&path, config.to_string()).unwrap();
        let process =
            Command::new("Orthanc").arg(&path).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let this = Self { process, port, _folder: folder };
        for _ in 0..100 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            if this.upstream(AUTHORIZATION).ready().await.is_ok() {
                return this;
            }
        }
        panic!("Orthanc did not start within ten seconds");
    }

    fn upstream(&self, authorization: &str) -> Upstream {
        Upstream::new(&UpstreamOptions {
            url: format!("http://127.0.0.1:{}/dicom-web", self.port),
            authorization: Some(authorization.into()),
            ..UpstreamOptions::default()
        })
        .unwrap()
    }

    async fn store(&self, file: &Path) {
        let url = format!("http://127.0.0.1:{}/instances", self.port);
        let request = reqwest::Client::builder().no_proxy().build().unwrap().post(url);
        let body = std::fs::read(file).unwrap();
        let response = request.header("authorization", AUTHORIZATION).body(body).send().await.unwrap();
        assert!(response.status().is_success(), "{}: {}", file.display(), response.status());
    }
}

/// The corpus's folder, where this test can run.
fn corpus() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/dicom");
    let corpus = std::env::var_os("LIGHTBOX_CORPUS").map_or_else(beside, PathBuf::from);
    let orthanc =
        Command::new("Orthanc").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if corpus.join("MANIFEST.tsv").is_file() && orthanc.is_ok() && Path::new(PLUGIN).is_file() {
        return Some(corpus);
    }
    assert!(
        std::env::var("CI").as_deref() != Ok("true"),
        "Orthanc with its DICOMweb plug-in, or the corpus, is missing"
    );
    eprintln!("skipped: Orthanc with its DICOMweb plug-in, or the corpus, is missing");
    None
}

fn text(row: &JsonDataset, tag: &str) -> String {
    row[tag]["Value"][0].as_str().unwrap_or_default().to_owned()
}

fn query(level: Level) -> Query {
    Query {
        level,
        study: None,
        series: None,
        filters: Vec::new(),
        include: Include::default(),
        limit: None,
        offset: 0,
        within: None,
    }
}

#[tokio::test]
async fn a_film_can_be_read_through_the_bridge() {
    let Some(corpus) = corpus() else { return };
    let orthanc = Orthanc::start().await;
    let cine = corpus.join("studies/us-echo-philips-rgb");
    let mut files: Vec<PathBuf> = Vec::new();
    for folder in [corpus.join("studies/ct-head-tilt-ge"), cine] {
        files.extend(std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()));
    }
    files.retain(|path| path.extension().is_some_and(|ending| ending == "dcm"));
    for file in &files {
        orthanc.store(file).await;
    }
    let upstream = orthanc.upstream(AUTHORIZATION);

    let studies = upstream.search(query(Level::Study)).await.unwrap();
    assert_eq!(studies.len(), 2);
    let uids: Vec<String> = studies.iter().map(|row| text(row, "0020000D")).collect();
    assert!(
        studies.iter().all(|row| !row.contains_key("00081190")),
        "addresses of the other server stay there"
    );
    let within: Arc<[String]> = vec![uids[0].clone()].into();
    let inside = upstream.search(Query { within: Some(within), ..query(Level::Series) }).await.unwrap();
    assert!(!inside.is_empty() && inside.iter().all(|row| text(row, "0020000D") == uids[0]));

    let mut originals = 0;
    for uid in &uids {
        let outline = upstream.outline(uid.clone()).await.unwrap();
        assert!(!outline.study.series.is_empty());
        for series in &outline.study.series {
            let scope = Scope { study: uid.clone(), series: Some(series.uid.clone()), instance: None };
            let document = upstream.metadata(scope.clone(), Detail::Lightbox).await.unwrap();
            let metadata: Vec<Value> = serde_json::from_slice(&document.json).unwrap();
            assert_eq!(metadata.len(), series.instances as usize);
            let wire = std::str::from_utf8(&document.json).unwrap();
            assert!(!wire.contains("http://") && !wire.contains("00100010"), "trimmed and without addresses");
            let ids = upstream.instances(scope).await.unwrap();
            assert_eq!(ids.len(), series.instances as usize);
            for id in ids {
                check_original(&upstream, &id, &files).await;
                originals += 1;
            }
            let key = &series.key_frame;
            let id = InstanceId {
                study: uid.clone(),
                series: series.uid.clone(),
                instance: key.instance_uid.clone(),
            };
            check_frame(&upstream, &id, key.frame, &files).await;
        }
    }
    assert_eq!(originals, files.len());

    let id = InstanceId { study: uids[0].clone(), series: "1.2.3".into(), instance: "1.2.3.4".into() };
    assert!(matches!(upstream.frame(id.clone(), 1).await, Err(SourceError::NotFound(_))));
    let smuggled = InstanceId { instance: "1/../../../instances".into(), ..id };
    assert!(matches!(upstream.frame(smuggled, 1).await, Err(SourceError::NotFound(_))));
    assert!(matches!(upstream.outline("1.9.9".into()).await, Err(SourceError::NotFound(_))));
    assert!(matches!(orthanc.upstream("Basic bm9ib2R5Og==").ready().await, Err(SourceError::Upstream(_))));
}

/// The file comes back byte for byte.
async fn check_original(upstream: &Upstream, id: &InstanceId, files: &[PathBuf]) {
    let file = upstream.instance_file(id.clone()).await.unwrap();
    assert!(file.transfer_syntax_uid.starts_with("1.2.840.10008.1.2"), "{}", file.transfer_syntax_uid);
    let Payload::Stream { chunks, .. } = file.payload else { panic!("a stream") };
    let bytes: Vec<u8> = chunks
        .try_fold(Vec::new(), async |mut all, chunk| {
            all.extend_from_slice(&chunk);
            Ok(all)
        })
        .await
        .unwrap();
    let digest = Sha256::digest(&bytes);
    assert!(
        files.iter().any(|file| Sha256::digest(std::fs::read(file).unwrap()) == digest),
        "not one of the files"
    );
}

/// The frame's bytes stand in the file, and its transfer syntax is the file's.
async fn check_frame(upstream: &Upstream, id: &InstanceId, number: u32, files: &[PathBuf]) {
    let frame = upstream.frame(id.clone(), number).await.unwrap();
    let needle = id.instance.as_bytes();
    let holds = |hay: &[u8], needle: &[u8]| memchr::memmem::find(hay, needle).is_some();
    let file =
        files.iter().map(|file| std::fs::read(file).unwrap()).find(|bytes| holds(bytes, needle)).unwrap();
    assert!(holds(&file, &frame.bytes), "the frame is not the stored one");
    let syntax = frame.transfer_syntax_uid.as_bytes();
    assert!(holds(&file[..2048.min(file.len())], syntax), "{}", frame.transfer_syntax_uid);
}

#[tokio::test]
async fn a_film_over_the_bridge_shows_its_key_frame() {
    let Some(corpus) = corpus() else { return };
    let orthanc = Orthanc::start().await;
    let folder = corpus.join("studies/ct-head-tilt-ge");
    for name in ["01.dcm", "02.dcm", "03.dcm"] {
        orthanc.store(&folder.join(name)).await;
    }
    let house = support::House::over(Arc::new(orthanc.upstream(AUTHORIZATION)));
    let study = text(&house.gateway.source.search(query(Level::Study)).await.unwrap()[0], "0020000D");
    let wanted = film_link::admin::CreateFilm { studies: vec![study.clone()], ..Default::default() };
    let link = house.gateway.films.create(wanted, &*house.gateway.source).await.unwrap().link;
    let opened = house.open(&link, None).await;
    assert_eq!(opened.status, 200, "{}", opened.json);
    let token = opened.json["token"].as_str().unwrap();
    let series = &opened.json["manifest"]["studies"][0]["series"][0];
    let (uid, key) = (series["uid"].as_str().unwrap(), &series["key_frame"]);
    let instance = key["instance_uid"].as_str().unwrap();
    let at = format!("/dicom-web/studies/{study}/series/{uid}");
    let preview = house
        .get(&format!("{at}/instances/{instance}/frames/1/rendered?viewport=256,256"), Some(token))
        .await;
    assert_eq!((preview.status.as_u16(), preview.header("content-type")), (200, "image/jpeg"));
    assert!(preview.body.starts_with(&[0xFF, 0xD8, 0xFF]) && preview.body.len() > 1000);
    let metadata = house.get(&format!("{at}/metadata?includefield=lightbox"), Some(token)).await;
    assert_eq!(metadata.json.as_array().map(Vec::len), Some(3));
    let elsewhere = house.get("/dicom-web/studies/1.9.9/metadata", Some(token)).await;
    assert_eq!(elsewhere.status, 403);

    drop(orthanc);
    let gone = house.get(&format!("{at}/instances/{instance}/frames/1"), Some(token)).await;
    assert_eq!((gone.status.as_u16(), gone.code()), (502, "LB-502"));
}

#[tokio::test]
async fn a_server_that_is_down_or_silent_is_told_apart() {
    let dead = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let bridge = |url: String| {
        let silence = Some(Duration::from_millis(300));
        Upstream::new(&UpstreamOptions { url, silence, ..UpstreamOptions::default() }).unwrap()
    };
    let error = bridge(format!("http://{dead}/dicom-web")).ready().await.unwrap_err();
    assert!(matches!(&error, SourceError::Upstream(what) if !what.contains("127.0.0.1")), "{error}");

    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap();
    let error = bridge(format!("http://{address}/dicom-web")).ready().await.unwrap_err();
    assert!(matches!(error, SourceError::UpstreamTimeout), "{error}");
}
