//! Streams put into MP4: the pictures are those that FFmpeg finds in the stream, byte for byte, at the encoder's times.

#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use viewer_core::dicom::limits::Limits;
use viewer_core::dicom::part10::{self, PixelLayout};
use viewer_core::video::{self, About, Coding, Container, VideoError};

/// By PyAV (FFmpeg): access units as length-prefixed NAL units without delimiters.
const AVC_SHA256: &str = "deca73bd9a1159cf1071f776fec8264d393736bcb2f26afa7d5ff3188881187c";
const AVC_BARE_SHA256: &str = "763a86a8c1166a142dfdd143b384e5def60a4c09120442187edec7d9105cb0fc";
const HEVC_SHA256: &str = "b7adfb56909cb4c42b345858acd7744ce8215a1f8556773c226676aa89279372";
/// By the encoders: frames from decoding to showing.
const AVC_DELAYS: [u32; 14] = [2, 4, 1, 1, 4, 1, 1, 2, 2, 5, 2, 0, 1, 2];
const HEVC_DELAYS: [u32; 14] = [2, 4, 2, 0, 4, 2, 0, 2, 2, 5, 2, 0, 1, 2];

fn about(coding: Coding) -> About {
    About { coding, width: 64, height: 48, frame_ms: 40.0 }
}

/// The content of the box at a path of names; those between hold nothing but boxes.
fn find<'a>(bytes: &'a [u8], path: &[&[u8; 4]]) -> &'a [u8] {
    let Some((name, rest)) = path.split_first() else { return bytes };
    let mut at = 0;
    while at < bytes.len() {
        let size = u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
        if bytes[at + 4..at + 8] == name[..] {
            return find(&bytes[at + 8..at + size], rest);
        }
        at += size;
    }
    panic!("no box {name:?}");
}

fn table(bytes: &[u8], name: &[u8; 4]) -> Vec<u32> {
    let content = find(bytes, &[b"moov", b"trak", b"mdia", b"minf", b"stbl", name]);
    content[4..].chunks_exact(4).map(|four| u32::from_be_bytes(four.try_into().unwrap())).collect()
}

/// Values of a table of runs.
fn runs(table: &[u32]) -> Vec<u32> {
    table[1..].chunks_exact(2).flat_map(|run| vec![run[1]; run[0] as usize]).collect()
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The file is whole, and its pictures are those of the oracle.
fn check(file: &[u8], sha256: &str, delays: &[u32], keys: &[u32]) {
    assert_eq!(&file[4..8], b"ftyp");
    let body = find(file, &[b"mdat"]);
    assert_eq!(hex(body), sha256);
    assert_eq!(table(file, b"stco"), [1, (file.len() - body.len()) as u32]);
    let sizes = table(file, b"stsz");
    assert_eq!(sizes[1] as usize, delays.len());
    assert_eq!(sizes[2..].iter().sum::<u32>() as usize, body.len());
    assert_eq!(runs(&table(file, b"stts")), vec![3600; delays.len()]);
    let found: Vec<_> = runs(&table(file, b"ctts")).iter().map(|ticks| ticks / 3600).collect();
    assert_eq!(found, delays);
    assert_eq!(table(file, b"stss")[1..], *keys);
}

#[test]
fn transport_streams_keep_their_times() {
    let avc = video::to_mp4(include_bytes!("videos/h264.ts"), &about(Coding::Hevc)).unwrap();
    check(&avc, AVC_SHA256, &AVC_DELAYS, &[1, 9]);
    let hevc = video::to_mp4(include_bytes!("videos/hevc.ts"), &about(Coding::Avc)).unwrap();
    check(&hevc, HEVC_SHA256, &HEVC_DELAYS, &[1, 9]);
}

#[test]
fn bare_streams_are_shown_in_the_order_their_pictures_say() {
    let avc = video::to_mp4(include_bytes!("videos/h264.h264"), &about(Coding::Avc)).unwrap();
    check(&avc, AVC_BARE_SHA256, &AVC_DELAYS, &[1, 9]);
    let hevc = video::to_mp4(include_bytes!("videos/hevc.hevc"), &about(Coding::Hevc)).unwrap();
    check(&hevc, HEVC_SHA256, &HEVC_DELAYS, &[1, 9]);
}

#[test]
fn packets_with_arrival_times() {
    let plain = include_bytes!("videos/h264.ts");
    let timed: Vec<u8> = plain.chunks(188).flat_map(|packet| [&[1, 2, 3, 4], packet].concat()).collect();
    let file = video::to_mp4(&timed, &about(Coding::Avc)).unwrap();
    check(&file, AVC_SHA256, &AVC_DELAYS, &[1, 9]);
}

#[test]
fn what_is_left_of_a_stream_is_shown_or_refused() {
    for stream in [&include_bytes!("videos/h264.ts")[..], include_bytes!("videos/hevc.ts")] {
        for length in (0..stream.len()).step_by(47) {
            if let Ok(file) = video::to_mp4(&stream[..length], &about(Coding::Avc)) {
                assert!(runs(&table(&file, b"stts")).len() <= 14);
                let body = find(&file, &[b"mdat"]).len();
                assert_eq!(table(&file, b"stsz")[2..].iter().sum::<u32>() as usize, body);
            }
        }
        // From the middle on: no parameter sets before the next key picture.
        let _ = video::to_mp4(&stream[188 * 8..], &about(Coding::Avc));
    }
    for stream in [&include_bytes!("videos/h264.h264")[..], include_bytes!("videos/hevc.hevc")] {
        for coding in [Coding::Avc, Coding::Hevc] {
            for at in 0..stream.len() {
                let _ = video::to_mp4(&stream[..at], &about(coding));
                let mut damaged = stream.to_vec();
                damaged[at] ^= 0x55;
                let _ = video::to_mp4(&damaged, &about(coding));
            }
        }
    }
}

#[test]
fn what_is_not_remuxed_is_named() {
    let refused =
        |bytes: &[u8]| video::to_mp4(bytes, &about(Coding::Avc)).map(|file| file.len()).unwrap_err();
    assert_eq!(refused(b""), VideoError::Container(Container::Unknown));
    assert_eq!(refused(b"\0\0\0\x1cftypisom"), VideoError::Container(Container::Mp4));
    assert_eq!(refused(b"\0\0\x01\xBA\x21"), VideoError::Container(Container::Program));
    assert_eq!(refused(b"\0\0\x01\xB3\x21"), VideoError::Container(Container::MpegVideo));
    assert_eq!(refused(b"\0\0\0\x01\x09\x10"), VideoError::NoPicture);
    assert_eq!(refused(&[0x47; 188 * 4]), VideoError::NoProgramme);
    // The same stream, said to be MPEG-2.
    let mut packets = include_bytes!("videos/h264.ts").to_vec();
    // The map comes again and again.
    while let Some(map) = packets.windows(2).position(|two| two == [0x1B, 0xE1]) {
        packets[map] = 2;
    }
    assert_eq!(refused(&packets), VideoError::NoVideo(2));
}

/// The shared test data; tests are skipped without it, but not on CI.
fn corpus(part: &str) -> Option<PathBuf> {
    let root = std::env::var_os("LIGHTBOX_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/dicom"), PathBuf::from);
    if root.join(part).exists() {
        return Some(root.join(part));
    }
    assert!(std::env::var_os("CI").is_none(), "the corpus is missing: set LIGHTBOX_CORPUS");
    eprintln!("skipped: no corpus at {}", root.display());
    None
}

#[test]
fn a_blu_ray_stream_of_the_corpus() {
    let Some(path) = corpus("conformance/ts-made/h264_103_bd.dcm") else { return };
    let bytes = std::fs::read(path).unwrap();
    let file = part10::read(&bytes, &Limits::default()).unwrap();
    let PixelLayout::Encapsulated { fragments, .. } = &file.pixel_data.as_ref().unwrap().layout else {
        panic!()
    };
    let stream: Vec<u8> = fragments
        .iter()
        .flat_map(|range| &bytes[range.start as usize..range.end as usize])
        .copied()
        .collect();
    // As pydicom joins them.
    assert_eq!(hex(&stream), "c9bed5c16d3a1c985f5aaf80e5ba6a239f28cadd29ba76c26ebd3d11fc80d033");
    let about = About { coding: Coding::Avc, width: 1280, height: 720, frame_ms: 1000.0 / 30.0 };
    let file = video::to_mp4(&stream, &about).unwrap();
    assert_eq!(
        hex(find(&file, &[b"mdat"])),
        "b3b8d778e9dc5d83aacb8a968929177f5e75512d134714d5fcc777d5df504eb0"
    );
    assert_eq!(runs(&table(&file, b"stts")), vec![3000; 21]);
    let delays = [2, 4, 1, 1, 4, 1, 1, 4, 1, 1, 4, 1, 1, 4, 1, 1, 4, 1, 1, 3, 1].map(|frames| frames * 3000);
    assert_eq!(runs(&table(&file, b"ctts")), delays);
}
