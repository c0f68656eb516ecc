//! Videos over DICOMweb: the whole stream of an instance, MP4 as stored or made of what is stored.

#![allow(clippy::unwrap_used)]

mod archive_support;

use std::sync::Arc;

use archive_support::{Served, corpus};
use gateway::access::Access;
use sha2::{Digest, Sha256};
use viewer_core::dicom::limits::Limits;
use viewer_core::dicom::part10;

const MP4: (&str, &str) = ("accept", "video/mp4");

/// SHA-256 of the fragments joined, by pydicom.
const H264: &str = "c7d6b61d050b31039f62e87dec2f0b49c5a0a5f132c793c0e7641a75577c8682";
const HEVC: &str = "8ff24759605f865dab067a0ad5863fba0033da349f62232efe67274e3e2ad139";
const MPEG2: &str = "73c533bfbe4ba937b9e0f6007e4ec6807fe5347fa781ae0739644395a9b8a058";
/// SHA-256 of the pictures of `h264_103_bd`, by FFmpeg.
const BLU_RAY_PICTURES: &str = "b3b8d778e9dc5d83aacb8a968929177f5e75512d134714d5fcc777d5df504eb0";

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A file of the corpus behind the routes, and the address of its picture.
async fn served(name: &str) -> Option<(Served, String)> {
    let served = Served::new(&[&corpus(&format!("conformance/ts-made/{name}.dcm"))?]);
    let path = served.instances().await.remove(0);
    Some((served, format!("{path}/rendered")))
}

#[tokio::test]
async fn mp4_is_handed_on_as_it_is_stored() {
    for (name, expected) in [("h264_102_hp41", H264), ("hevc_107_main51", HEVC)] {
        let Some((served, path)) = served(name).await else { return };
        let whole = served.get(&path, &[MP4]).await;
        assert_eq!((whole.status.as_u16(), whole.header("content-type")), (200, "video/mp4"));
        assert_eq!(sha256(&whole.body), expected);
        assert_eq!(whole.header("accept-ranges"), "bytes");
        assert_eq!(whole.header("content-length"), whole.body.len().to_string());
        assert_eq!(whole.header("cache-control"), "private, max-age=31536000, immutable");
        assert!(whole.header("etag").starts_with('"'));

        let part = served.get(&path, &[MP4, ("range", "bytes=4-11")]).await;
        assert_eq!((part.status.as_u16(), &part.body[..4]), (206, &b"ftyp"[..]));
        assert_eq!(part.header("content-range"), format!("bytes 4-11/{}", whole.body.len()));
        let end = served.get(&path, &[MP4, ("range", "bytes=-100")]).await;
        assert_eq!(end.body, whole.body[whole.body.len() - 100..]);
        assert_eq!(served.get(&path, &[MP4, ("range", "bytes=99999999-")]).await.status, 416);
        let again = served.get(&path, &[MP4, ("if-none-match", whole.header("etag"))]).await;
        assert_eq!((again.status.as_u16(), again.body.len()), (304, 0));
    }
}

#[tokio::test]
async fn fragments_are_joined_wherever_they_are_cut() {
    let Some(path) = corpus("conformance/ts-made/h264_102_hp41.dcm") else { return };
    let bytes = std::fs::read(path).unwrap();
    let file = part10::read(&bytes, &Limits::default()).unwrap();
    let part10::PixelLayout::Encapsulated { fragments, .. } = &file.pixel_data.as_ref().unwrap().layout
    else {
        panic!("native")
    };
    let [stream] = &fragments[..] else { panic!("{} fragments", fragments.len()) };
    let mut cut = bytes[..stream.start as usize - 8].to_vec();
    for piece in bytes[stream.start as usize..stream.end as usize].chunks(1002) {
        cut.extend([0xFE, 0xFF, 0x00, 0xE0]);
        cut.extend((piece.len() as u32).to_le_bytes());
        cut.extend(piece);
    }
    cut.extend(&bytes[stream.end as usize..]);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("cut.dcm"), cut).unwrap();
    let served = Served::new(&[folder.path()]);
    let path = format!("{}/rendered", served.instances().await[0]);
    let whole = served.get(&path, &[MP4]).await;
    assert_eq!(sha256(&whole.body), H264);
    // Over the border of the first two fragments.
    let part = served.get(&path, &[MP4, ("range", "bytes=1000-1009")]).await;
    assert_eq!((part.status.as_u16(), &part.body), (206, &whole.body.slice(1000..1010)));
}

#[tokio::test]
async fn a_transport_stream_is_put_into_mp4_and_kept() {
    let Some((served, path)) = served("h264_103_bd").await else { return };
    let made = served.get(&path, &[MP4]).await;
    assert_eq!((made.status.as_u16(), made.header("content-type")), (200, "video/mp4"));
    let body = made.body.windows(4).position(|four| four == b"mdat").unwrap() + 4;
    assert_eq!(sha256(&made.body[body..]), BLU_RAY_PICTURES);
    let again = served.get(&path, &[MP4]).await;
    assert_eq!((&again.body, again.header("etag")), (&made.body, made.header("etag")));
    let part = served.get(&path, &[MP4, ("range", "bytes=4-7")]).await;
    assert_eq!((part.status.as_u16(), &part.body[..]), (206, &b"ftyp"[..]));
}

#[tokio::test]
async fn mpeg2_is_given_to_those_who_take_it() {
    let Some((served, path)) = served("mpeg2_100_mp_ml").await else { return };
    let refused = served.get(&path, &[MP4]).await;
    assert_eq!((refused.status.as_u16(), refused.json()["code"].as_str()), (406, Some("LB-406")));
    let given = served.get(&path, &[("accept", "video/*")]).await;
    assert_eq!((given.status.as_u16(), given.header("content-type")), (200, "video/mpeg"));
    assert_eq!(sha256(&given.body), MPEG2);
}

#[tokio::test]
async fn only_videos_and_only_the_films_own() {
    let pictures = Served::phantom(&[phantom::Film::Us]);
    let path = format!("{}/rendered", pictures.instances().await[0]);
    assert_eq!(pictures.get(&path, &[MP4]).await.status, 406);
    assert_eq!(pictures.get(&path, &[("accept", "image/jpeg, video/mp4;q=0.5")]).await.status, 200);

    let Some((served, path)) = served("h264_102_hp41").await else { return };
    assert_eq!(served.get(&path, &[("accept", "image/jpeg")]).await.status, 406);
    assert_eq!(served.ask(&path, &[MP4], None).await.status, 401);
    let other = Access::Film { study_uids: Arc::from(["1.2.3".to_owned()]) };
    assert_eq!(served.ask(&path, &[MP4], Some(other)).await.status, 403);
}
