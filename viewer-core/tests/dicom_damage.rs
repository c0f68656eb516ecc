//! Damaged bytes: whatever is cut off or changed, reading ends with a result or an error, never a panic, and what was
//! whole stays reachable.

#![allow(clippy::expect_used)]

mod support;

use proptest::prelude::*;
use support::corpus;
use viewer_core::dicom::frames::FrameIndex;
use viewer_core::dicom::limits::Limits;
use viewer_core::dicom::{json, part10, read_header, study_attributes};
use viewer_core::study::arrange;

/// Small limits, so that a hostile length is noticed rather than served.
const LIMITS: Limits = Limits {
    frame_pixels: 1 << 22,
    frame_bytes: 1 << 24,
    frames: 1000,
    inflated_bytes: 1 << 22,
    sequence_depth: 16,
    elements: 20_000,
    element_bytes: 1 << 22,
    lut_entries: 65_536,
};

/// One small file of each shape: implicit, big endian, deflated, encapsulated, nested, enhanced, palette, bare.
const SEEDS: [&str; 10] = [
    "conformance/broken/made/no_meta_implicit.dcm",
    "conformance/broken/made/vr_un_undefined_implicit.dcm",
    "conformance/broken/made/jpeg_bot_wrong.dcm",
    "conformance/broken/made/rle_overrun.dcm",
    "conformance/broken/sources/nested_priv_SQ.dcm",
    "conformance/ts/pydicom/image_dfl.dcm",
    "conformance/ts/pydicom/MR_small_expb.dcm",
    "conformance/charset/pydicom/chrH32.dcm",
    "conformance/display/voi_lut_seq.dcm",
    "conformance/nonimage/highdicom/seg_image_ct_binary.dcm",
];

fn seeds() -> Vec<Vec<u8>> {
    let Some(corpus) = corpus() else { return Vec::new() };
    SEEDS.iter().map(|path| std::fs::read(corpus.join(path)).expect(path)).collect()
}

/// Everything that this room does with a file.
fn exercise(bytes: &[u8]) {
    let Ok(file) = part10::read(bytes, &LIMITS) else { return };
    study_attributes(&file.data);
    let options = json::WriteOptions { include: &|_| true, bulk: &|_| json::Bulk::Inline };
    let text = json::write(&file.data, &options);
    let _ = json::read(text.as_bytes(), &LIMITS).map(|data| read_header(&data[0], None, &LIMITS));
    let Ok(header) = read_header(&file.data, Some(file.frame_transfer_syntax()), &LIMITS) else { return };
    if let Ok(index) = FrameIndex::new(&file, &header.pixels) {
        for frame in 0..header.pixels.frames {
            if let Ok(frame) = index.frame(frame) {
                assert!(frame.ranges.iter().all(|range| range.end <= file.bytes.len() as u64));
                frame.of(&file.bytes);
            }
        }
    }
    arrange(&[header]);
}

#[test]
fn every_file_of_the_corpus_cut_off_anywhere() {
    for bytes in seeds() {
        // Every byte of the header, then every so often.
        let step = |at: usize| if at < 2000 { 1 } else { bytes.len() / 200 + 1 };
        let mut at = 0;
        while at < bytes.len() {
            exercise(&bytes[..at]);
            at += step(at);
        }
    }
}

#[test]
fn frames_before_the_cut_are_those_of_the_whole_file() {
    let Some(corpus) = corpus() else { return };
    let bytes = std::fs::read(corpus.join("conformance/ts/pydicom-data/examples_rgb_color.dcm"))
        .or_else(|_| std::fs::read(corpus.join("conformance/pixel/pydicom/rtdose.dcm")))
        .expect("a file with several frames");
    let limits = Limits::default();
    let whole = part10::read(&bytes, &limits).expect("whole");
    let header = read_header(&whole.data, Some(whole.frame_transfer_syntax()), &limits).expect("header");
    let last = header.pixels.frames - 1;
    let expected = FrameIndex::new(&whole, &header.pixels).expect("index");
    let cut = part10::read(&bytes[..bytes.len() - 10], &limits).expect("most of it");
    assert!(cut.problem.is_some());
    let index = FrameIndex::new(&cut, &header.pixels).expect("index");
    for frame in 0..last {
        assert_eq!(index.frame(frame), expected.frame(frame));
    }
    assert!(index.frame(last).is_ok_and(|frame| frame.missing > 0 || frame.cut));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn changed_bytes(seed in 0..SEEDS.len(), changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12)) {
        thread_local! { static FILES: Vec<Vec<u8>> = seeds(); }
        let bytes = FILES.with(|files| files.get(seed).cloned());
        if let Some(mut bytes) = bytes {
            let size = bytes.len().min(4000);
            for (at, value) in changes {
                bytes[at.index(size)] = value;
            }
            exercise(&bytes);
        }
    }

    #[test]
    fn removed_bytes(seed in 0..SEEDS.len(), from in any::<prop::sample::Index>(), count in 1usize..40) {
        thread_local! { static FILES: Vec<Vec<u8>> = seeds(); }
        let bytes = FILES.with(|files| files.get(seed).cloned());
        if let Some(mut bytes) = bytes {
            let from = from.index(bytes.len().min(4000));
            let to = (from + count).min(bytes.len());
            bytes.drain(from..to);
            exercise(&bytes);
        }
    }

    #[test]
    fn noise(bytes in prop::collection::vec(any::<u8>(), 0..600), prefix in any::<bool>()) {
        let mut file = if prefix { [vec![0; 128], b"DICM".to_vec()].concat() } else { Vec::new() };
        file.extend(bytes);
        exercise(&file);
    }

    #[test]
    fn noise_as_json(text in "[\\[\\]{}\":,0-9A-Za-z .]{0,200}") {
        let _ = json::read(text.as_bytes(), &LIMITS);
    }
}
