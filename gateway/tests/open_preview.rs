//! A film that opens with a picture: manifest and preview in one answer.
#![allow(clippy::unwrap_used)]

mod parts;
mod support;

use std::io::Read as _;
use std::sync::Arc;

use film_link::admin::CreateFilm;
use film_link::keys::FilmKeys;
use film_link::link::{FilmLink, to_base64url};
use film_link::manifest::{KeyFrame, Manifest};
use gateway::archive::Archive;
use gateway::archive::ingest::Ingest;
use gateway::import::import;
use http::StatusCode;
use parts::parts;
use serde_json::{Value, json};
use support::{House, Reply, one_study, post, with_passcode};

async fn open(house: &House, link: &FilmLink, preview: Value) -> Reply {
    let access = to_base64url(&FilmKeys::derive(link).access);
    let body = json!({ "protocol": 1, "access": access, "recipient": "", "preview": preview });
    house.send(post(&format!("/api/films/{}/open", link.id.to_text()), None, &body)).await
}

/// A house over an archive of a phantom, and a film of it.
async fn with_pictures(folder: &tempfile::TempDir) -> (House, FilmLink) {
    let (made, data) = (folder.path().join("made"), folder.path().join("data"));
    phantom::write_some(&made, 1, phantom::Size::Small, &[phantom::Film::Mr], &|_, _, _| {}).unwrap();
    import(&mut Ingest::open(&data).unwrap(), &made, false).unwrap();
    let house = House::over(Arc::new(Archive::open(&data).unwrap()));
    let search = house.get("/dicom-web/studies", Some(support::PLATFORM)).await;
    let study = search.json[0]["0020000D"]["Value"][0].as_str().unwrap().to_owned();
    let wanted = CreateFilm { studies: vec![study], ..CreateFilm::default() };
    let link = house.gateway.films.create(wanted, &*house.gateway.source).await.unwrap().link;
    (house, link)
}

#[tokio::test]
async fn the_picture_comes_with_the_manifest() {
    let folder = tempfile::tempdir().unwrap();
    let (house, link) = with_pictures(&folder).await;
    let manifest: Manifest =
        serde_json::from_value(house.open(&link, None).await.json["manifest"].clone()).unwrap();
    let study = &manifest.studies[0];
    assert!(study.series.len() > 1);

    for (asked, shown, kind) in [(0, 0, "image/jpeg"), (1, 1, "image/webp"), (99, 0, "image/jpeg")] {
        let webp = kind == "image/webp";
        let wanted = json!({ "series": asked, "width": 60, "height": 3000, "webp": webp });
        let reply = open(&house, &link, wanted).await;
        assert_eq!(reply.status, StatusCode::OK);
        assert_eq!(reply.header("cache-control"), "no-store");
        assert!(reply.header("content-type").starts_with("multipart/related; type=\"application/json\""));
        let [root, picture] = &parts(reply.header("content-type"), &reply.body)[..] else { panic!() };
        let types = [root, picture].map(|part| part.header("content-type"));
        assert_eq!(types, ["application/json", kind]);
        let opened: Value = serde_json::from_slice(&root.body).unwrap();
        assert_eq!(serde_json::from_value::<Manifest>(opened["manifest"].clone()).unwrap(), manifest);

        // The same as everybody else is given who asks for it.
        let entry = &study.series[shown];
        let KeyFrame { instance_uid, frame, .. } = &entry.key_frame;
        let path = format!(
            "/dicom-web/studies/{}/series/{}/instances/{instance_uid}/frames/{frame}/rendered?quality=60&viewport=60,1024&accept={kind}",
            study.uid, entry.uid
        );
        let alone = house.get(&path, opened["token"].as_str()).await;
        assert_eq!((alone.status, alone.header("content-type")), (StatusCode::OK, kind));
        assert_eq!(alone.body, picture.body[..], "series {asked}");
    }
}

/// RFC 9110 8.4: manifest and picture are compressed together, for whoever takes it.
#[tokio::test]
async fn the_whole_answer_comes_compressed() {
    let folder = tempfile::tempdir().unwrap();
    let (house, link) = with_pictures(&folder).await;
    let access = to_base64url(&FilmKeys::derive(&link).access);
    for preview in [json!({ "width": 60, "height": 60 }), Value::Null] {
        let plain = open(&house, &link, preview.clone()).await;
        assert_eq!((plain.header("content-encoding"), plain.header("vary")), ("", "accept-encoding"));
        for (takes, coding) in [("gzip", "gzip"), ("gzip, deflate, br, zstd", "br"), ("br;q=0, gzip", "gzip")]
        {
            let body = json!({ "protocol": 1, "access": access, "recipient": "", "preview": preview });
            let mut request = post(&format!("/api/films/{}/open", link.id.to_text()), None, &body);
            request.headers_mut().insert("accept-encoding", takes.parse().unwrap());
            let reply = house.send(request).await;
            assert_eq!((reply.status, reply.header("content-encoding")), (StatusCode::OK, coding));
            assert_eq!(reply.header("cache-control"), "no-store");
            let mut whole = Vec::new();
            match coding {
                "br" => brotli::Decompressor::new(&reply.body[..], 4096).read_to_end(&mut whole),
                _ => flate2::read::GzDecoder::new(&reply.body[..]).read_to_end(&mut whole),
            }
            .unwrap();
            assert_eq!(whole.len(), plain.body.len());
            assert!(reply.body.len() + 500 < whole.len(), "{} of {}", reply.body.len(), whole.len());
            let json = match preview {
                Value::Null => whole,
                _ => parts(reply.header("content-type"), &whole).swap_remove(0).body.to_vec(),
            };
            let opened: Value = serde_json::from_slice(&json).unwrap();
            assert!(opened["manifest"]["studies"].is_array());
        }
    }
}

#[tokio::test]
async fn a_film_without_a_picture_opens_as_ever() {
    let house = House::new();
    let wanted = || json!({ "width": 60, "height": 60 });
    let link = house.film(one_study()).await;
    let reply = open(&house, &link, wanted()).await;
    assert_eq!((reply.status, reply.header("content-type")), (StatusCode::OK, "application/json"));
    assert!(reply.json["manifest"]["studies"].is_array());

    let locked = house.film(with_passcode()).await;
    assert_eq!(open(&house, &locked, wanted()).await.json["code"], "LB-401");

    for nonsense in [json!({ "width": -1, "height": 60 }), json!({ "width": 60 }), json!("large")] {
        assert_eq!(open(&house, &link, nonsense).await.status, StatusCode::BAD_REQUEST);
    }
}
