//! The open protocol as a client sees it.
#![allow(clippy::unwrap_used)]

mod support;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use film_link::{admin::CreateFilm, keys::FilmKeys, link::to_base64url, manifest::Manifest};
use gateway::films::{rate_limit::Rate, service::Settings};
use http::StatusCode;
use serde_json::json;
use support::{House, OTHER_STUDY, PATIENT_IDEOGRAPHIC, STUDY, one_study, post, roomy, with_passcode};

#[tokio::test]
async fn the_key_opens_the_film() {
    let house = House::new();
    let link =
        house.film(CreateFilm { studies: vec![STUDY.into(), OTHER_STUDY.into()], ..one_study() }).await;
    let reply = house.open(&link, None).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.header("cache-control"), "no-store");
    assert_eq!(reply.json["expires_in"], 600);
    let manifest: Manifest = serde_json::from_value(reply.json["manifest"].clone()).unwrap();
    assert_eq!(manifest.patient.name.ideographic, PATIENT_IDEOGRAPHIC);
    let studies: Vec<_> = manifest.studies.iter().map(|study| study.uid.as_str()).collect();
    assert_eq!(studies, [OTHER_STUDY, STUDY], "newest first");
    assert!(manifest.expires_at_secs.is_some());
}

#[tokio::test]
async fn unknown_film_and_wrong_key_are_one_answer_in_one_time() {
    let house = House::new();
    let link = house.film(one_study()).await;
    let wrong = to_base64url(&[7; 32]);
    let mut answers = Vec::new();
    for (id, access) in [
        (link.id.to_text(), wrong.as_str()),
        ("AAAAAAAAAAAAAAAAAAAAAA".to_owned(), wrong.as_str()),
        ("not-an-id".to_owned(), wrong.as_str()),
        (link.id.to_text(), "not-a-proof"),
        (link.id.to_text(), ""),
    ] {
        let started = Instant::now();
        let reply = house.open_with(&id, access, Some("1234")).await;
        assert!(started.elapsed() >= Duration::from_millis(60), "answered early for {id}");
        assert_eq!(reply.status, StatusCode::NOT_FOUND);
        answers.push((reply.body, reply.headers));
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "the answers differ");
}

#[tokio::test]
async fn fifty_parallel_guesses_have_five_attempts() {
    let house = Arc::new(House::new());
    let link = house.film(with_passcode()).await;
    let guesses: Vec<_> = (0..50)
        .map(|n| {
            let house = Arc::clone(&house);
            tokio::spawn(async move { house.open(&link, Some(&format!("11{n:02}"))).await })
        })
        .collect();
    let mut remaining = Vec::new();
    let mut locked = 0;
    for guess in guesses {
        let reply = guess.await.unwrap();
        match reply.status.as_u16() {
            401 => remaining.push(reply.json["remaining_attempts"].as_u64().unwrap()),
            410 => {
                assert_eq!(reply.json["reason"], "locked");
                locked += 1;
            }
            other => panic!("{other}"),
        }
    }
    remaining.sort_unstable();
    assert_eq!((remaining, locked), (vec![0, 1, 2, 3, 4], 45));
    // The right passcode comes too late now.
    let reply = house.open(&link, Some("246810")).await;
    assert_eq!((reply.status.as_u16(), reply.code()), (410, "LB-423"));
}

#[tokio::test]
async fn asking_for_the_passcode_costs_nothing_and_a_right_one_gives_its_attempt_back() {
    let house = House::new();
    let link = house.film(with_passcode()).await;
    for typed in [None, Some(""), Some("1"), Some("密码")] {
        let reply = house.open(&link, typed).await;
        assert_eq!((reply.status.as_u16(), reply.code()), (401, "LB-401"));
        assert_eq!(reply.json["remaining_attempts"], 5, "{typed:?}");
    }
    for _ in 0..7 {
        assert_eq!(house.open(&link, Some(" 246 810")).await.status, StatusCode::OK);
    }
    assert_eq!(house.open(&link, Some("999999")).await.json["remaining_attempts"], 4);
    assert_eq!(house.open(&link, Some("２４６８１０")).await.status, StatusCode::OK);
    assert_eq!(
        house.open(&link, Some("999999")).await.json["remaining_attempts"],
        3,
        "counted for a lifetime"
    );
}

#[tokio::test]
async fn only_the_holder_of_the_key_hears_why_a_film_is_gone() {
    let house = House::new();
    let expiring = house.film(CreateFilm { expires_in: Some(60), ..one_study() }).await;
    let revoked = house.film(one_study()).await;
    house.gateway.films.revoke(revoked.id).await.unwrap();
    house.clock.advance(60);
    for (link, reason, code) in [(expiring, "expired", "LB-410"), (revoked, "revoked", "LB-418")] {
        let reply = house.open(&link, None).await;
        assert_eq!((reply.status.as_u16(), reply.code()), (410, code));
        assert_eq!(reply.json["reason"], reason);
        let reply = house.open_with(&link.id.to_text(), &to_base64url(&[1; 32]), None).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn other_protocol_versions_and_unreadable_bodies_are_told_so() {
    let house = House::new();
    let link = house.film(one_study()).await;
    let path = format!("/api/films/{}/open", link.id.to_text());
    let access = to_base64url(&FilmKeys::derive(&link).access);
    let reply = house.send(post(&path, None, &json!({ "protocol": 2, "access": access }))).await;
    assert_eq!((reply.status.as_u16(), reply.code()), (400, "LB-426"));
    assert_eq!(reply.json["protocol"], 1);

    let reply = house.send(post(&path, None, &json!({ "protocol": 1, "access": [access.clone()] }))).await;
    assert_eq!((reply.status.as_u16(), reply.code()), (400, "LB-400"));
    assert!(!std::str::from_utf8(&reply.body).unwrap().contains(&access), "the answer quotes the request");

    let long = json!({ "protocol": 1, "access": "x".repeat(20_000) });
    assert_eq!(house.send(post(&path, None, &long)).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn knocking_too_often_is_held_off_the_same_for_films_that_are_not_there() {
    let rate = Rate { burst: 3.0, per_second: 0.1 };
    let film_limited = Settings { by_film: rate, not_found_after: Duration::ZERO, ..roomy() };
    let house = House::with(film_limited);
    let link = house.film(one_study()).await;
    for id in [link.id.to_text(), "AAAAAAAAAAAAAAAAAAAAAA".to_owned()] {
        for _ in 0..3 {
            assert_eq!(house.open_with(&id, "x", None).await.status, StatusCode::NOT_FOUND);
        }
        let reply = house.open_with(&id, "x", None).await;
        assert_eq!((reply.status.as_u16(), reply.code()), (429, "LB-429"));
        assert_eq!(reply.header("retry-after"), "10");
    }
    let house = House::with(Settings { by_address: rate, not_found_after: Duration::ZERO, ..roomy() });
    let statuses = [
        house.open_with("a", "x", None).await.status.as_u16(),
        house.open_with("b", "x", None).await.status.as_u16(),
        house.open_with("c", "x", None).await.status.as_u16(),
        house.open_with("d", "x", None).await.status.as_u16(),
    ];
    assert_eq!(statuses, [404, 404, 404, 429]);
}
