//! Uncompressed and JPEG Lossless frames as JPEG-LS: smaller, exact, and only for who asks. (What is encoded is held against
//! DCMTK where the encoder is tested.)

#![allow(clippy::unwrap_used)]

mod archive_support;

use archive_support::{Answer, Served, corpus};
use phantom::Film;
use viewer_core::codec::{Decoded, NeverStop, TransferSyntax, decode};
use viewer_core::dicom::header::InstanceHeader;
use viewer_core::dicom::limits::Limits;
use viewer_core::dicom::{part10, read_header};

const JPEG_LS: &str = "1.2.840.10008.1.2.4.80";
const STORED: (&str, &str) = ("accept", "application/octet-stream; transfer-syntax=*");
const SMALL: (&str, &str) = (
    "accept",
    "image/jls; transfer-syntax=1.2.840.10008.1.2.4.80, application/octet-stream; transfer-syntax=*; q=0.9",
);

async fn header(served: &Served, path: &str) -> Option<InstanceHeader> {
    let file = served.get(path, &[("accept", "application/dicom; transfer-syntax=*")]).await.body;
    let file = part10::read(&file, &Limits::default()).ok()?;
    read_header(&file.data, Some(file.frame_transfer_syntax()), &Limits::default()).ok()
}

fn syntax(answer: &Answer) -> String {
    answer.header("content-type").split("transfer-syntax=").nth(1).unwrap_or("").to_owned()
}

fn decoded(header: &InstanceHeader, answer: &Answer) -> Decoded {
    let syntax = TransferSyntax::from_uid(&syntax(answer)).unwrap();
    decode(&header.pixels, syntax, &answer.body, &Limits::default(), &NeverStop).unwrap()
}

/// Stored without a loss, in a coding that JPEG-LS is smaller than.
const LARGER: [&str; 5] = [
    "1.2.840.10008.1.2",
    "1.2.840.10008.1.2.1",
    "1.2.840.10008.1.2.2",
    "1.2.840.10008.1.2.4.57",
    "1.2.840.10008.1.2.4.70",
];

/// Counts of frames that came smaller, and that came as stored though they could have been smaller.
async fn check(served: &Served) -> (usize, usize) {
    let (mut smaller, mut plain) = (0, 0);
    for path in served.instances().await {
        let path_of_frame = format!("{path}/frames/1");
        let stored = served.get(&path_of_frame, &[STORED]).await;
        if stored.status != 200 {
            continue;
        }
        let small = served.get(&path_of_frame, &[SMALL]).await;
        if syntax(&small) != JPEG_LS || syntax(&stored) == JPEG_LS {
            assert_eq!(small.body, stored.body, "{}", syntax(&stored));
            assert_eq!(syntax(&small), syntax(&stored));
            assert_eq!(small.header("etag"), stored.header("etag"));
            plain += usize::from(LARGER.contains(&syntax(&stored).as_str()));
            continue;
        }
        assert!(LARGER.contains(&syntax(&stored).as_str()), "{}", syntax(&stored));
        assert!(small.body.len() < stored.body.len());
        assert_ne!(small.header("etag"), stored.header("etag"));
        let header = header(served, &path).await.unwrap();
        let exact = decoded(&header, &stored);
        assert!(exact.warnings.is_empty() && !exact.lossy, "{path}: {:?}", exact.warnings);
        assert!(decoded(&header, &small) == exact, "{path}");
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
    println!("{smaller} came as JPEG-LS, {plain} as they are that could have");
    assert!(smaller > 200, "{smaller}");
}

/// What is missing has to be said by who decodes it: encoded anew, such a frame would come as if it were whole.
#[tokio::test]
async fn a_frame_with_rows_missing_goes_as_it_is_stored() {
    let folder = tempfile::tempdir().unwrap();
    phantom::write_some(folder.path(), 1, phantom::Size::Small, &[Film::Mr], &|_, _, _| {}).unwrap();
    let served = Served::new(&[folder.path()]);
    let path = served.instances().await.swap_remove(0);
    let frames = format!("{path}/frames/1");
    assert_eq!(syntax(&served.get(&frames, &[SMALL]).await), JPEG_LS);

    let whole = served.get(&path, &[("accept", "application/dicom; transfer-syntax=*")]).await.body;
    let short = tempfile::tempdir().unwrap();
    // Pixel data is the last element.
    std::fs::write(short.path().join("short.dcm"), &whole[..whole.len() - 1000]).unwrap();
    let served = Served::new(&[short.path()]);
    let small = served.get(&frames, &[SMALL]).await;
    let stored = served.get(&frames, &[STORED]).await;
    assert_eq!((small.status.as_u16(), syntax(&small)), (200, syntax(&stored)));
    assert_eq!(small.body, stored.body);
    assert!(!decoded(&header(&served, &path).await.unwrap(), &small).is_whole());
}
