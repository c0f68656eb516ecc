//! What is written down: every event that is due, and nothing that names a patient or opens a film.
#![allow(clippy::unwrap_used)]

mod support;

use std::{
    io::Write,
    sync::{Arc, Mutex},
};

use axum::body::Body;
use film_link::{keys::FilmKeys, link::to_base64url};
use gateway::films::rate_limit::Rate;
use http::StatusCode;
use serde_json::{Value, json};
use support::{
    House, INSTANCE, OTHER_STUDY, PATIENT_ID, PATIENT_IDEOGRAPHIC, PATIENT_NAME, PLATFORM, SERIES, STUDY,
    one_study, post, request, roomy, with_passcode,
};
use tracing_subscriber::fmt::MakeWriter;

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

fn codes(lines: &[Value]) -> Vec<(String, u64)> {
    let code = |line: &Value| {
        let event = &line["EventIdentification"];
        let code = event["EventID"]["csd-code"].as_str().unwrap().to_owned();
        (code, event["EventOutcomeIndicator"].as_u64().unwrap())
    };
    lines.iter().map(code).collect()
}

fn frame(study: &str, number: u32) -> String {
    format!("/dicom-web/studies/{study}/series/{SERIES}/instances/{INSTANCE}/frames/{number}")
}

#[tokio::test]
async fn each_opening_denial_view_and_download_is_one_event() {
    let house = House::new();
    let link = house.film(with_passcode()).await;
    house.open_with(&link.id.to_text(), "x", None).await;
    house.open(&link, None).await;
    house.open(&link, Some("1111")).await;
    let token = house.token(&link, Some("246810")).await;
    for number in 1..=5 {
        house.get(&frame(STUDY, number), Some(&token)).await;
    }
    house.get(&frame(OTHER_STUDY, 1), Some(&token)).await;
    let original = format!("/dicom-web/studies/{STUDY}/series/{SERIES}/instances/{INSTANCE}");
    assert_eq!(house.get(&original, Some(&token)).await.status, StatusCode::OK);
    let again = house.token(&link, Some("246810")).await;
    house.get(&frame(STUDY, 1), Some(&again)).await;
    house.get("/dicom-web/studies", Some(PLATFORM)).await;
    let film = format!("/api/films/{}", link.id.to_text());
    house.send(request("DELETE", &film, Some(PLATFORM), Body::empty())).await;
    house.open(&link, Some("246810")).await;

    let expected = [
        ("110114", 4), // wrong key
        ("110114", 4), // passcode missing
        ("110114", 4), // wrong passcode
        ("110114", 0), // opened
        ("110103", 0), // five frames of one series: one event
        ("110113", 4), // another study
        ("110106", 0), // original
        ("110114", 0), // opened again
        ("110103", 0), // looked at again
        ("110112", 0), // platform searches
        ("110113", 0), // revoked
        ("110114", 4), // refused
    ]
    .map(|(code, outcome)| (code.to_owned(), outcome));
    assert_eq!(codes(&house.audit_lines()), expected);
}

#[tokio::test]
async fn the_holder_sees_who_opened_the_film() {
    let house = House::new();
    let link = house.film(with_passcode()).await;
    house.open(&link, Some("1111")).await;
    let token = house.token(&link, Some("246810")).await;
    let path = format!("/api/films/{}/events", link.id.to_text());
    let reply = house.get(&path, Some(&token)).await;
    let events = reply.json["events"].as_array().unwrap();
    let kinds: Vec<_> = events.iter().map(|event| event["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["opened", "wrong_passcode", "created"]);
    assert_eq!(events[0]["recipient"], "手机浏览器");
    assert_eq!(house.get(&path, None).await.status, StatusCode::UNAUTHORIZED);
}

/// One thread, so that the subscriber of this thread hears everything.
#[tokio::test]
async fn logs_and_audit_hold_no_secret_and_no_patient() {
    let captured = Captured::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(captured.clone())
        .with_ansi(false)
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    let mut settings = roomy();
    settings.by_film = Rate { burst: 12.0, per_second: 0.01 };
    let house = House::with(settings);
    let body = json!({
        "studies": [STUDY], "passcode": "246810",
        "labs": [{ "title": "血常规", "results": [{ "name": "Secret-Analyte", "value": 1.0 }] }]
    });
    let created = house.send(post("/api/films", Some(PLATFORM), &body)).await;
    let (link, _) = film_link::FilmLink::find(created.json["link"].as_str().unwrap()).unwrap();
    let (id, keys) = (link.id.to_text(), FilmKeys::derive(&link));
    let token = house.token(&link, Some("246810")).await;
    house.get(&frame(STUDY, 1), Some(&token)).await;
    house.get(&frame("1.9.9", 1), Some(&token)).await;
    house.get(&format!("/f/{id}"), None).await;
    house
        .get(&format!("/dicom-web/studies?PatientID={PATIENT_ID}&PatientName={PATIENT_NAME}"), Some(PLATFORM))
        .await;
    house.get(&format!("/dicom-web/studies?token={token}"), Some("nonsense-token")).await;
    house.send(request("POST", &format!("/api/films/{id}/renew"), Some(&token), Body::empty())).await;
    house.get(&format!("/api/films/{id}/events"), Some(&token)).await;
    house
        .send(post(&format!("/api/films/{id}/open"), None, &json!({ "access": 5, "passcode": "246810" })))
        .await;
    for _ in 0..15 {
        house.open(&link, Some("135791")).await;
    }
    house.open_with(&id, "wrong-proof", None).await;
    house.send(request("DELETE", &format!("/api/films/{id}"), Some(PLATFORM), Body::empty())).await;
    house.get(&frame(STUDY, 1), Some(&token)).await;

    let log = String::from_utf8(captured.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("/api/films/{id}/open") && log.contains("status=200"), "the log is empty:\n{log}");
    let audit: String = house.audit_lines().iter().map(|line| format!("{line}\n")).collect();
    assert!(audit.contains("110103") && audit.contains(STUDY));
    for (what, secret) in [
        ("film id", id.as_str()),
        ("key", &link.key.to_text()),
        ("access proof", &to_base64url(&keys.access)),
        ("cache key", &to_base64url(&keys.cache)),
        ("token", &token),
        ("end of token", &token[token.len() - 20..]),
        ("passcode", "246810"),
        ("guess", "135791"),
        ("platform credential", PLATFORM),
        ("refused credential", "nonsense-token"),
        ("name", "Zhang"),
        ("name in characters", PATIENT_IDEOGRAPHIC),
        ("patient id", PATIENT_ID),
        ("laboratory result", "Secret-Analyte"),
        ("recipient", "手机浏览器"),
    ] {
        assert!(!log.contains(secret), "the log holds the {what}:\n{log}");
        assert!(!audit.contains(secret), "the audit trail holds the {what}:\n{audit}");
    }
}

#[tokio::test]
async fn films_at_rest_hold_no_key_and_no_passcode() {
    let house = House::new();
    let link = house.film(with_passcode()).await;
    house.token(&link, Some("246810")).await;
    house.film(one_study()).await;
    let keys = FilmKeys::derive(&link);
    for name in ["films.db", "films.db-wal", "audit.db", "audit.db-wal"] {
        let Ok(bytes) = std::fs::read(house.folder.path().join(name)) else { continue };
        let holds = |secret: &[u8]| bytes.windows(secret.len()).any(|window| window == secret);
        assert!(!holds(link.key.as_bytes()) && !holds(link.key.to_text().as_bytes()), "{name}: key");
        assert!(!holds(&keys.access) && !holds(to_base64url(&keys.access).as_bytes()), "{name}: access");
        assert!(!holds(b"246810"), "{name}: passcode");
    }
}
