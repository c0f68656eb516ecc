//! What is logged and audited holds nothing that names a patient or opens a film. Alone in its file: log events
//! are switched on and off for the whole process.
#![allow(clippy::unwrap_used)]

mod support;

use std::{
    io::Write,
    sync::{Arc, Mutex},
};

use axum::body::Body;
use film_link::{keys::FilmKeys, link::to_base64url};
use gateway::films::rate_limit::Rate;
use serde_json::json;
use support::{
    House, INSTANCE, PATIENT_ID, PATIENT_IDEOGRAPHIC, PATIENT_NAME, PLATFORM, SERIES, STUDY, post, request,
    roomy,
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

fn frame(study: &str, number: u32) -> String {
    format!("/dicom-web/studies/{study}/series/{SERIES}/instances/{INSTANCE}/frames/{number}")
}

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
