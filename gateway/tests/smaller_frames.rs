//! Uncompressed frames as JPEG Lossless: smaller, exact, and only for who asks.

#![allow(clippy::unwrap_used)]

mod archive_support;

use archive_support::{Answer, Served, corpus};
use phantom::Film;
use viewer_core::codec::{NeverStop, TransferSyntax, decode};
use viewer_core::dicom::header::InstanceHeader;
use viewer_core::dicom::limits::Limits;
use viewer_core::dicom::{part10, read_header};
use viewer_core::frame::{Frame, Samples};

const JPEG_LOSSLESS: &str = "1.2.840.10008.1.2.4.70";
const STORED: (&str, &str) = ("accept", "application/octet-stream; transfer-syntax=*");
const SMALL: (&str, &str) = (
    "accept",
    "image/jpeg; transfer-syntax=1.2.840.10008.1.2.4.70, application/octet-stream; transfer-syntax=*; q=0.9",
);

async fn header(served: &Served, path: &str) -> Option<InstanceHeader> {
    let file = served.get(path, &[("accept", "application/dicom; transfer-syntax=*")]).await.body;
    let file = part10::read(&file, &Limits::default()).ok()?;
    read_header(&file.data, Some(file.frame_transfer_syntax()), &Limits::default()).ok()
}

fn syntax(answer: &Answer) -> String {
    answer.header("content-type").split("transfer-syntax=").nth(1).unwrap_or("").to_owned()
}

fn frame(header: &InstanceHeader, answer: &Answer) -> Frame {
    let syntax = TransferSyntax::from_uid(&syntax(answer)).unwrap();
    decode(&header.pixels, syntax, &answer.body, &Limits::default(), &NeverStop).unwrap().frame
}

/// By a decoder of others; samples as they are coded, without a sign.
fn by_others(stream: &[u8]) -> Vec<u16> {
    let mut decoder = jpeg_decoder::Decoder::new(stream);
    let bytes = decoder.decode().unwrap();
    if bytes.len() == decoder.info().map(|info| usize::from(info.width) * usize::from(info.height)).unwrap() {
        return bytes.into_iter().map(u16::from).collect();
    }
    bytes.chunks_exact(2).map(|two| u16::from_ne_bytes([two[0], two[1]])).collect()
}

/// The lowest 16 bits of each sample.
fn bits(samples: &Samples) -> Vec<u16> {
    match samples {
        Samples::U8(v) => v.iter().map(|s| u16::from(*s)).collect(),
        Samples::I8(v) => v.iter().map(|s| *s as u16).collect(),
        Samples::U16(v) => v.clone(),
        Samples::I16(v) => v.iter().map(|s| *s as u16).collect(),
        _ => panic!("more than 16 bits"),
    }
}

/// Counts of frames that came smaller, and that came as stored though uncompressed.
async fn check(served: &Served) -> (usize, usize) {
    let (mut smaller, mut plain) = (0, 0);
    for path in served.instances().await {
        let path_of_frame = format!("{path}/frames/1");
        let stored = served.get(&path_of_frame, &[STORED]).await;
        if stored.status != 200 {
            continue;
        }
        let small = served.get(&path_of_frame, &[SMALL]).await;
        let uncompressed = ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"];
        if syntax(&small) != JPEG_LOSSLESS || syntax(&stored) == JPEG_LOSSLESS {
            assert_eq!(small.body, stored.body, "{}", syntax(&stored));
            plain += usize::from(uncompressed.contains(&syntax(&stored).as_str()));
            continue;
        }
        assert!(uncompressed.contains(&syntax(&stored).as_str()), "{}", syntax(&stored));
        assert_ne!(small.header("etag"), stored.header("etag"));
        let header = header(served, &path).await.unwrap();
        let exact = frame(&header, &stored);
        assert!(frame(&header, &small) == exact, "{path}");
        if header.pixels.bits_stored >= 8 {
            let mask = u16::MAX >> (16 - header.pixels.bits_stored);
            let coded = by_others(&small.body);
            assert_eq!(coded.len(), exact.samples().len());
            for (coded, exact) in coded.into_iter().zip(bits(exact.samples())) {
                assert_eq!(coded, exact & mask);
            }
        }
        smaller += 1;
        // A line that broke goes on with the same entity.
        let half = format!("bytes={}-", small.body.len() / 2);
        let rest = [SMALL, ("range", half.as_str()), ("if-range", small.header("etag"))];
        let rest = served.get(&path_of_frame, &rest).await;
        assert_eq!((rest.status.as_u16(), &rest.body[..]), (206, &small.body[small.body.len() / 2..]));
    }
    (smaller, plain)
}

#[tokio::test]
async fn demo_films() {
    let (smaller, plain) = check(&Served::phantom(&[Film::Ct, Film::Mr])).await;
    assert!(smaller > 0 && plain == 0, "{smaller} {plain}");
}

#[tokio::test]
async fn real_files() {
    let Some(studies) = corpus("studies") else { return };
    let Some(conformance) = corpus("conformance") else { return };
    let (smaller, plain) = check(&Served::new(&[&studies, &conformance])).await;
    println!("{smaller} came as JPEG Lossless, {plain} uncompressed ones as they are");
    assert!(smaller > 10, "{smaller}");
}
