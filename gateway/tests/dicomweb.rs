//! DICOMweb over an archive of the small demo films: searches, files, frames, conditions, access.

#![allow(clippy::unwrap_used)]

mod archive_support;

use std::sync::Arc;

use archive_support::Served;
use flate2::read::GzDecoder;
use gateway::access::Access;
use phantom::Film;
use serde_json::Value;
use viewer_core::dicom::frames::FrameIndex;
use viewer_core::dicom::limits::Limits;
use viewer_core::dicom::{json, part10, read_header};
use viewer_core::presentation::{OverlayBits, PresentationState, overlay};

const SINGLE: (&str, &str) = ("accept", "application/octet-stream; transfer-syntax=*");
const DICOM: (&str, &str) = ("accept", "application/dicom; transfer-syntax=*");

fn study_of(path: &str) -> &str {
    path.split('/').nth(2).unwrap()
}

fn series_of(path: &str) -> String {
    path.split("/instances").next().unwrap().to_owned()
}

#[tokio::test]
async fn searches() {
    let served = Served::phantom(&[Film::Ct, Film::Mr]);
    assert_eq!(served.report.exit_code(), 0, "{:?}", served.report.bad);
    let all = served.get("/studies", &[]).await;
    assert_eq!((all.status.as_u16(), all.header("content-type")), (200, "application/dicom+json"));
    let rows = all.json();
    assert_eq!(rows.as_array().unwrap().len(), 2);
    // GB18030 in the file, UTF-8 here.
    let names: Vec<&str> =
        [&rows[0], &rows[1]].map(|row| row["00100010"]["Value"][0]["Ideographic"].as_str().unwrap()).into();
    assert!(names.contains(&"示例^甲"), "{names:?}");
    assert!(rows[0]["00081190"]["Value"][0].as_str().unwrap().starts_with("/dicom-web/studies/"));
    assert!(rows[0]["00201208"]["Value"][0].as_u64().unwrap() > 1);

    let count = async |query: &str| {
        let answer = served.get(query, &[]).await;
        if answer.status == 204 { 0 } else { answer.json().as_array().unwrap().len() }
    };
    assert_eq!(count("/studies?ModalitiesInStudy=CT").await, 1);
    assert_eq!(count("/studies?PatientName=%E7%A4%BA%E4%BE%8B*").await, 1);
    assert_eq!(count("/studies?PatientID=DEMO-CT-0001").await, 1);
    assert_eq!(count("/studies?StudyDate=19000101-19991231").await, 0);
    assert_eq!(count("/studies?limit=1&offset=1").await, 1);
    assert_eq!(count("/studies?limit=1&offset=2").await, 0);
    assert_eq!(count("/series?Modality=MR").await, 3);
    let study = rows[0]["0020000D"]["Value"][0].as_str().unwrap();
    let series = served.get(&format!("/studies/{study}/series?includefield=all"), &[]).await.json();
    let uid = series[0]["0020000E"]["Value"][0].as_str().unwrap();
    let listed = series[0]["00201209"]["Value"][0].as_u64().unwrap() as usize;
    assert_eq!(count(&format!("/studies/{study}/series/{uid}/instances")).await, listed);
    assert_eq!(count(&format!("/instances?SeriesInstanceUID={uid}&includefield=WindowCenter")).await, listed);

    let fuzzy = served.get("/studies?fuzzymatching=true", &[]).await;
    assert!(fuzzy.header("warning").starts_with("299 "));
    for bad in
        ["/studies?Nonsense=1", "/studies?limit=-1", "/studies?WindowCenter=1", "/studies/1.2..3/series"]
    {
        let answer = served.get(bad, &[]).await;
        assert_eq!((answer.status.as_u16(), answer.json()["code"].as_str()), (400, Some("LB-400")), "{bad}");
    }
    assert_eq!(served.get("/studies", &[("accept", "text/html")]).await.status, 406);
}

#[tokio::test]
async fn files_come_as_they_are() {
    let made = tempfile::tempdir().unwrap();
    phantom::write_some(made.path(), 1, phantom::Size::Small, &[Film::Mr], &|_, _, _| {}).unwrap();
    let served = Served::new(&[made.path()]);
    let original = std::fs::read(made.path().join("mr/S1/0001.dcm")).unwrap();
    let mut found = false;
    for path in served.instances().await {
        let whole = served.get(&path, &[DICOM]).await;
        assert_eq!(whole.status, 200);
        found |= whole.body == original;
        let part = served.get(&path, &[DICOM, ("range", "bytes=128-131")]).await;
        assert_eq!((part.status.as_u16(), &part.body[..]), (206, &b"DICM"[..]));
        let again = served.get(&path, &[DICOM, ("if-none-match", whole.header("etag"))]).await;
        assert_eq!((again.status.as_u16(), again.body.len()), (304, 0));
    }
    assert!(found, "no file came back byte for byte");

    let path = served.instances().await.remove(0);
    let study = served.get(&format!("/studies/{}", study_of(&path)), &[]).await;
    assert!(
        study.header("content-type").starts_with("multipart/related; type=\"application/dicom\"; boundary=")
    );
    let parts = study.body.windows(4).filter(|four| four == b"DICM").count();
    assert!(parts >= served.report.pictures as usize);
    let insisting = ("accept", "application/dicom; transfer-syntax=1.2.840.10008.1.2.4.90");
    assert_eq!(served.get(&path, &[insisting]).await.status, 406);
    assert_eq!(served.get("/studies/1.2.3", &[]).await.status, 404);
}

#[tokio::test]
async fn frames_are_the_stored_bytes() {
    let served = Served::phantom(&Film::ALL);
    for path in served.instances().await {
        let file = served.get(&path, &[DICOM]).await.body;
        let file = part10::read(&file, &Limits::default()).unwrap();
        if file.pixel_data.is_none() {
            // A presentation state.
            assert_eq!(served.get(&format!("{path}/frames/1"), &[SINGLE]).await.status, 404);
            continue;
        }
        let header = read_header(&file.data, Some(file.frame_transfer_syntax()), &Limits::default()).unwrap();
        let index = FrameIndex::new(&file, &header.pixels).unwrap();
        for number in [1, header.pixels.frames] {
            let expected = index.frame(number - 1).unwrap();
            let frame = served.get(&format!("{path}/frames/{number}"), &[SINGLE]).await;
            assert_eq!(frame.status, 200);
            assert_eq!(frame.body, expected.of(&file.bytes)[..]);
            let content_type = format!("application/octet-stream; transfer-syntax={}", file.transfer_syntax);
            assert_eq!(frame.header("content-type"), content_type);
            assert_eq!(frame.header("cache-control"), "private, max-age=31536000, immutable");
            assert_eq!(frame.header("vary"), "accept, authorization");
        }
        let beyond = served.get(&format!("{path}/frames/{}", header.pixels.frames + 1), &[SINGLE]).await;
        assert_eq!((beyond.status.as_u16(), beyond.json()["code"].as_str()), (404, Some("LB-405")));
    }
}

#[tokio::test]
async fn frames_in_other_forms() {
    let served = Served::phantom(&[Film::Us, Film::Ct]);
    for path in served.instances().await {
        let stored = served.get(&format!("{path}/frames/1"), &[SINGLE]).await;
        let part = served.get(&format!("{path}/frames/1"), &[SINGLE, ("range", "bytes=2-5")]).await;
        assert_eq!((part.status.as_u16(), &part.body[..]), (206, &stored.body[2..6]));
        let held = [SINGLE, ("if-none-match", stored.header("etag"))];
        assert_eq!(served.get(&format!("{path}/frames/1"), &held).await.status, 304);

        let native = served.get(&format!("{path}/frames/1"), &[("accept", "application/octet-stream")]).await;
        let metadata = served.get(&format!("{path}/metadata"), &[]).await.json();
        let number = |tag: &str| metadata[0][tag]["Value"][0].as_u64().unwrap() as usize;
        let samples = number("00280010") * number("00280011") * number("00280002");
        assert_eq!(native.body.len(), samples * number("00280100") / 8);
        assert_ne!(native.header("etag"), "");

        let parts = served.get(&format!("{path}/frames/1"), &[]).await;
        let content_type = parts.header("content-type").to_owned();
        assert!(content_type.starts_with("multipart/related; type=\"application/octet-stream\"; boundary="));
        assert!(parts.body.windows(stored.body.len()).any(|window| window == stored.body));
        assert_eq!(served.get(&format!("{path}/frames/1"), &[("accept", "image/jp2")]).await.status, 406);
        assert_eq!(served.get(&format!("{path}/frames/0"), &[]).await.status, 400);
    }
}

#[tokio::test]
async fn metadata_is_whole_or_trimmed_and_compressed() {
    let served = Served::phantom(&[Film::Ct]);
    let path = served.instances().await.remove(0);
    let series = series_of(&path);
    let whole = served.get(&format!("{series}/metadata"), &[]).await;
    let trimmed = served.get(&format!("{series}/metadata?includefield=lightbox"), &[]).await;
    assert!(trimmed.body.len() < whole.body.len());
    assert!(trimmed.json()[0].get("00100010").is_none());
    for row in trimmed.json().as_array().unwrap() {
        assert!(row["00083002"]["Value"][0].as_str().is_some());
        assert!(row["7FE00010"]["BulkDataURI"].as_str().is_some());
    }
    for dataset in json::read(&trimmed.body, &Limits::default()).unwrap() {
        read_header(&dataset, None, &Limits::default()).unwrap();
    }
    let zipped = served.get(&format!("{series}/metadata"), &[("accept-encoding", "gzip")]).await;
    assert_eq!(zipped.header("content-encoding"), "gzip");
    let mut plain = Vec::new();
    std::io::Read::read_to_end(&mut GzDecoder::new(&zipped.body[..]), &mut plain).unwrap();
    assert_eq!(plain, whole.body);
    let held = [("accept-encoding", "gzip"), ("if-none-match", zipped.header("etag"))];
    assert_eq!(served.get(&format!("{series}/metadata"), &held).await.status, 304);

    let uri = whole.json()[0]["7FE00010"]["BulkDataURI"].as_str().unwrap().to_owned();
    let bulk = served.get(uri.strip_prefix("/dicom-web").unwrap(), &[]).await;
    assert_eq!(bulk.status, 200);
    assert!(!bulk.body.is_empty());
    assert_eq!(served.get(&format!("{path}/bulkdata/3"), &[]).await.status, 404);
}

/// PS3.18 10.4.1.1.3: bits of overlays come behind an address, as the file holds them; what says where they lie, at once.
#[tokio::test]
async fn overlays_come_behind_an_address() {
    let Some(folder) = archive_support::corpus("conformance/pixel/dcm4che") else { return };
    let served = Served::new(&[&folder]);
    let paths = served.instances().await;
    let path = paths.iter().find(|path| path.ends_with("/1.2.276.0.7230010.3.200.12.1.1")).unwrap();
    let metadata = served.get(&format!("{path}/metadata?includefield=lightbox"), &[]).await;
    let mut data = json::read(&metadata.body, &Limits::default()).unwrap().remove(0);
    let mut findings = Vec::new();
    let mut overlays = overlay::read(&data, &Limits::default(), &mut findings);
    assert_eq!((overlays.len(), findings.len()), (4, 0));
    let OverlayBits::At(uri) = overlays[2].bits.clone() else { panic!("{:?}", overlays[2].bits) };
    let bulk = served.get(uri.strip_prefix("/dicom-web").unwrap(), &[]).await;
    assert_eq!((bulk.status.as_u16(), bulk.body.len()), (200, 512 * 512 / 8));
    overlays[2].fill(&bulk.body);
    // As pydicom counts them.
    assert_eq!(overlays[2].plane(0).unwrap().count(), 603);

    let Some(folder) = archive_support::corpus("conformance/gsps") else { return };
    let served = Served::new(&[&folder]);
    let paths = served.instances().await;
    let path = paths.iter().find(|path| path.ends_with("/1.2.276.0.7230010.3.200.6.0.3")).unwrap();
    let metadata = served.get(&format!("{path}/metadata?includefield=lightbox"), &[]).await;
    data = json::read(&metadata.body, &Limits::default()).unwrap().remove(0);
    let file = std::fs::read(folder.join("prLUTs.dcm")).unwrap();
    let file = part10::read(&file, &Limits::default()).unwrap();
    let read = |data| PresentationState::read(data, &Limits::default()).unwrap();
    assert_eq!(read(&data), read(&file.data));
}

#[tokio::test]
async fn a_film_reaches_its_own_study_on_every_route() {
    let served = Served::phantom(&[Film::Ct, Film::Mr]);
    let paths = served.instances().await;
    let mine = study_of(&paths[0]).to_owned();
    let other = paths.iter().find(|path| study_of(path) != mine).unwrap();
    let film = Access::Film { study_uids: Arc::from([mine.clone()]) };
    let series = series_of(other);
    let study = format!("/studies/{}", study_of(other));
    let mut routes: Vec<String> = Vec::new();
    for (root, rest) in [
        (&study, &["", "/series", "/instances", "/metadata", "/rendered", "/thumbnail"][..]),
        (&series, &["", "/instances", "/metadata", "/rendered", "/thumbnail"][..]),
        (
            other,
            &[
                "",
                "/metadata",
                "/frames/1",
                "/rendered",
                "/thumbnail",
                "/frames/1/rendered",
                "/frames/1/thumbnail",
                "/bulkdata/1",
            ][..],
        ),
    ] {
        routes.extend(rest.iter().map(|rest| format!("{root}{rest}")));
    }
    for route in &routes {
        let denied = served.ask(route, &[], Some(film.clone())).await;
        assert_eq!(
            (denied.status.as_u16(), denied.json()["code"].as_str()),
            (403, Some("LB-403")),
            "{route}"
        );
        let unknown = served.ask(route, &[], None).await;
        assert_eq!(unknown.status, 401, "{route}");
        let allowed = served.get(route, &[]).await;
        assert!(matches!(allowed.status.as_u16(), 200 | 404), "{route} {}", allowed.status);
    }
    for search in ["/studies", "/series", "/instances"] {
        let rows = served.ask(search, &[], Some(film.clone())).await.json();
        let within = |row: &Value| row["0020000D"]["Value"][0].as_str() == Some(&mine);
        assert!(rows.as_array().unwrap().iter().all(within), "{search}");
        assert_eq!(served.ask(search, &[], None).await.status, 401);
    }
}

#[tokio::test]
async fn pictures() {
    let served = Served::phantom(&Film::ALL);
    for path in served.instances().await {
        let jpeg = served.get(&format!("{path}/rendered?viewport=64,64&quality=60"), &[]).await;
        let file = served.get(&path, &[DICOM]).await.body;
        if part10::read(&file, &Limits::default()).unwrap().pixel_data.is_none() {
            assert_eq!(jpeg.status, 404);
            continue;
        }
        assert_eq!((jpeg.status.as_u16(), jpeg.header("content-type")), (200, "image/jpeg"));
        assert_eq!(&jpeg.body[..2], [0xFF, 0xD8]);
        let again = served.get(&format!("{path}/rendered?viewport=64,64&quality=60"), &[]).await;
        assert_eq!(again.body, jpeg.body);
        let png = served.get(&format!("{path}/frames/1/rendered"), &[("accept", "image/png")]).await;
        assert_eq!(&png.body[1..4], b"PNG");
        let thumbnail = served.get(&format!("{}/thumbnail", series_of(&path)), &[]).await;
        assert_eq!(thumbnail.status, 200);
    }
}

/// RFC 9649, read by a decoder that has nothing of the encoder's: the picture that PNG gives exactly, within what is lost.
#[tokio::test]
async fn webp_is_given_to_those_who_ask_for_it() {
    let served = Served::phantom(&[Film::Ct, Film::Us]);
    for path in served.instances().await {
        let picture = format!("{path}/frames/1/rendered?viewport=96,64&quality=80");
        let webp = served.get(&picture, &[("accept", "image/webp, image/jpeg;q=0.5")]).await;
        if webp.status == 404 {
            continue;
        }
        assert_eq!((webp.status.as_u16(), webp.header("content-type")), (200, "image/webp"));
        let png = served.get(&picture, &[("accept", "image/png")]).await;
        let (size, exact) = rgb_of_png(&png.body);
        let mut decoder = image_webp::WebPDecoder::new(std::io::Cursor::new(&webp.body[..])).unwrap();
        assert_eq!(decoder.dimensions(), size);
        assert!(!decoder.has_alpha());
        let mut lossy = vec![0; decoder.output_buffer_size().unwrap()];
        decoder.read_image(&mut lossy).unwrap();
        let apart: u64 = exact.iter().zip(&lossy).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
        assert!(apart < 6 * exact.len() as u64, "{path}: {apart} levels over {} samples", exact.len());
    }
}

fn rgb_of_png(bytes: &[u8]) -> ((u32, u32), Vec<u8>) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
    let mut samples = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut samples).unwrap();
    if info.color_type == png::ColorType::Grayscale {
        samples = samples.iter().flat_map(|grey| [*grey; 3]).collect();
    }
    ((info.width, info.height), samples)
}
