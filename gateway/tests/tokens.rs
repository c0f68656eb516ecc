//! What a film's token reaches, for how long, and what the platform's credential reaches.
#![allow(clippy::unwrap_used)]

mod support;

use axum::body::Body;
use film_link::{admin::CreateFilm, link::FilmLink};
use gateway::films::store::Store;
use http::StatusCode;
use serde_json::json;
use support::{
    House, INSTANCE, OTHER_STUDY, PLATFORM, SERIES, STRANGERS_STUDY, STUDY, one_study, post, request,
    with_passcode,
};

fn frame(study: &str) -> String {
    format!("/dicom-web/studies/{study}/series/{SERIES}/instances/{INSTANCE}/frames/1")
}

#[tokio::test]
async fn a_token_reaches_its_film_and_nothing_else() {
    let house = House::new();
    let link = house.film(one_study()).await;
    let token = house.token(&link, None).await;
    assert_eq!(house.get(&frame(STUDY), Some(&token)).await.status, StatusCode::OK);
    assert_eq!(house.get(&frame(OTHER_STUDY), Some(&token)).await.status, StatusCode::FORBIDDEN);
    // Whether a study exists is not told either.
    assert_eq!(house.get(&frame("1.9.9"), Some(&token)).await.status, StatusCode::FORBIDDEN);
    for (method, path) in [("GET", "/api/films"), ("POST", "/api/films")] {
        let reply = house.send(request(method, path, Some(&token), Body::empty())).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{method} {path}");
    }
    let other = house.film(one_study()).await;
    for path in
        [format!("/api/films/{}/events", other.id.to_text()), format!("/api/films/{}", link.id.to_text())]
    {
        assert_eq!(house.get(&path, Some(&token)).await.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn a_search_by_token_stays_within_the_film() {
    let house = House::new();
    let link = house.film(one_study()).await;
    let token = house.token(&link, None).await;
    let reply = house.get("/dicom-web/studies", Some(&token)).await;
    assert_eq!(reply.json.as_array().map(Vec::len), Some(1), "{:?}", reply.json);
    let reply = house.get("/dicom-web/studies", Some(PLATFORM)).await;
    assert_eq!(reply.json.as_array().map(Vec::len), Some(3));
}

#[tokio::test]
async fn only_the_header_counts() {
    let house = House::new();
    let token = house.token(&house.film(one_study()).await, None).await;
    let path = frame(STUDY);
    for reply in [
        house.get(&path, None).await,
        house.get(&format!("{path}?token={token}"), None).await,
        house.get(&format!("{path}?access_token={token}"), None).await,
        house.get(&path, Some("nonsense")).await,
        house.get(&path, Some(&token[1..])).await,
        house.get(&path, Some("")).await,
    ] {
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
        assert_eq!(reply.header("www-authenticate"), "Bearer");
    }
    let mut cookie = request("GET", &path, None, Body::empty());
    cookie.headers_mut().insert("cookie", format!("token={token}").parse().unwrap());
    assert_eq!(house.send(cookie).await.status, StatusCode::UNAUTHORIZED);
    let mut basic = request("GET", &path, None, Body::empty());
    basic.headers_mut().insert("authorization", format!("Basic {token}").parse().unwrap());
    assert_eq!(house.send(basic).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn tokens_expire_and_renew_until_the_session_ends() {
    let house = House::new();
    let link = house.film(with_passcode()).await;
    let mut token = house.token(&link, Some("246810")).await;
    let renew = format!("/api/films/{}/renew", link.id.to_text());
    // Twelve hours in steps of nine minutes; the passcode is never typed again.
    let mut renewals = 0;
    loop {
        house.clock.advance(540);
        let reply = house.send(request("POST", &renew, Some(&token), Body::empty())).await;
        if reply.status != StatusCode::OK {
            assert_eq!((reply.status.as_u16(), reply.code()), (401, "LB-412"));
            break;
        }
        token = reply.json["token"].as_str().unwrap().to_owned();
        renewals += 1;
    }
    assert_eq!(renewals, 12 * 3600 / 540 - 1);

    let token = house.token(&link, Some("246810")).await;
    house.clock.advance(600);
    let reply = house.get(&frame(STUDY), Some(&token)).await;
    assert_eq!((reply.status.as_u16(), reply.code()), (401, "LB-412"));
}

#[tokio::test]
async fn a_token_never_outlives_its_film() {
    let house = House::new();
    let link = house.film(CreateFilm { expires_in: Some(120), ..one_study() }).await;
    let reply = house.open(&link, None).await;
    assert_eq!(reply.json["expires_in"], 120);
    let token = reply.json["token"].as_str().unwrap();
    house.clock.advance(119);
    assert_eq!(house.get(&frame(STUDY), Some(token)).await.status, StatusCode::OK);
    house.clock.advance(1);
    assert_eq!(house.get(&frame(STUDY), Some(token)).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn revoking_stops_tokens_at_once_here_and_within_seconds_from_elsewhere() {
    let house = House::new();
    let revoked_here = house.film(one_study()).await;
    let token = house.token(&revoked_here, None).await;
    assert_eq!(house.get(&frame(STUDY), Some(&token)).await.status, StatusCode::OK);
    let path = format!("/api/films/{}", revoked_here.id.to_text());
    let reply = house.send(request("DELETE", &path, Some(PLATFORM), Body::empty())).await;
    assert_eq!(reply.status, StatusCode::NO_CONTENT);
    let reply = house.get(&frame(STUDY), Some(&token)).await;
    assert_eq!((reply.status.as_u16(), reply.code()), (410, "LB-418"));

    let revoked_elsewhere = house.film(one_study()).await;
    let token = house.token(&revoked_elsewhere, None).await;
    assert_eq!(house.get(&frame(STUDY), Some(&token)).await.status, StatusCode::OK);
    let other_process = Store::open(&house.folder.path().join("films.db")).unwrap();
    assert!(other_process.revoke(&revoked_elsewhere.id, 1).unwrap());
    tokio::time::sleep(std::time::Duration::from_millis(2100)).await;
    assert_eq!(house.get(&frame(STUDY), Some(&token)).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn a_lock_does_not_stop_the_one_who_proved_the_passcode() {
    let house = House::new();
    let link = house.film(with_passcode()).await;
    let token = house.token(&link, Some("246810")).await;
    for _ in 0..5 {
        house.open(&link, Some("0000")).await;
    }
    assert_eq!(house.open(&link, Some("246810")).await.status, StatusCode::GONE);
    assert_eq!(house.get(&frame(STUDY), Some(&token)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn another_installations_token_is_no_token() {
    let (one, two) = (House::new(), House::new());
    let token = one.token(&one.film(one_study()).await, None).await;
    assert_eq!(two.get(&frame(STUDY), Some(&token)).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_platform_makes_lists_and_revokes_films() {
    let house = House::new();
    let body = json!({ "studies": [STUDY, OTHER_STUDY], "passcode": "2468", "expires_in": 86_400 });
    assert_eq!(house.send(post("/api/films", None, &body)).await.status, StatusCode::UNAUTHORIZED);
    let reply = house.send(post("/api/films", Some(PLATFORM), &body)).await;
    assert_eq!(reply.status, StatusCode::CREATED);
    assert_eq!(reply.header("cache-control"), "no-store");
    let (link, _) = FilmLink::find(reply.json["link"].as_str().unwrap()).unwrap();
    assert!(reply.json["link"].as_str().unwrap().starts_with("https://film.example.cn/f/"));
    let token = house.token(&link, Some("2468")).await;
    assert_eq!(house.get(&frame(OTHER_STUDY), Some(&token)).await.status, StatusCode::OK);

    let films = house.get("/api/films?limit=10", Some(PLATFORM)).await.json;
    assert_eq!(films["films"][0]["id"], link.id.to_text());
    assert_eq!((&films["films"][0]["status"], &films["films"][0]["opens"]), (&json!("active"), &json!(1)));
    assert_eq!(films["more"], false);
    assert!(!films.to_string().contains(&link.key.to_text()));

    for (bad, what) in [
        (json!({ "studies": [] }), "studies"),
        (json!({ "studies": ["1.2/../3"] }), "UID"),
        (json!({ "studies": ["1.9.9"] }), "archive"),
        (json!({ "studies": [STUDY, STRANGERS_STUDY] }), "patient"),
        (json!({ "studies": [STUDY], "passcode": "12" }), "passcode"),
        (json!({ "studies": [STUDY], "surprise": 1 }), "JSON"),
    ] {
        let reply = house.send(post("/api/films", Some(PLATFORM), &bad)).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{bad}");
        assert!(reply.json["detail"].as_str().unwrap().contains(what), "{bad}: {}", reply.json);
    }
    let unknown = "/api/films/AAAAAAAAAAAAAAAAAAAAAA";
    assert_eq!(house.get(unknown, Some(PLATFORM)).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn without_a_platform_credential_there_is_no_platform() {
    let mut house = House::new();
    house.gateway.platform = None;
    house.app = gateway::server::app(
        house.gateway.clone(),
        std::sync::Arc::new(gateway::server::WebRoot::open(house.folder.path()).unwrap()),
        std::sync::Arc::new(gateway::server::HeaderPolicy::new("", &[], false).unwrap()),
    );
    for bearer in [None, Some(PLATFORM), Some("")] {
        assert_eq!(house.get("/api/films", bearer).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(house.get("/dicom-web/studies", bearer).await.status, StatusCode::UNAUTHORIZED);
    }
}
