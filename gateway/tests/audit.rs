//! What is written down: every event that is due, and nothing that opens a film.
#![allow(clippy::unwrap_used)]

mod support;

use axum::body::Body;
use film_link::{keys::FilmKeys, link::to_base64url};
use http::StatusCode;
use serde_json::Value;
use support::{House, INSTANCE, OTHER_STUDY, PLATFORM, SERIES, STUDY, one_study, request, with_passcode};

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
