//! The CPU reference against pictures that others made: the corpus's own expected rows (computed in double
//! precision from PS3.3 C.11), and DCMTK's dcm2pnm.

#[path = "support/drawn.rs"]
mod drawn;
mod support;

use std::path::Path;

use drawn::{dcmtk, dcmtk_frame, difference, has_dcmtk, open, open_frame, render};
use support::{corpus, manifest};
use viewer_core::dicom::header::{DisplayHeader, ModalityLut, WindowFunction};
use viewer_core::frame::{ColourModel, Frame};
use viewer_core::lut::{VoiChoice, auto_range, presets};

#[test]
fn the_corpus_own_expected_rows() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("conformance/display");
    let text = std::fs::read_to_string(folder.join("expected.json")).expect("expected.json");
    let expected: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let mut rows_seen = 0;
    for case in expected["cases"].as_array().expect("cases") {
        let name = case["file"].as_str().expect("file");
        let (header, frame) = open(&folder.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
        let display = &header.frame(0).expect("frame header").display;
        for (n, expected) in case["expected"].as_array().expect("expected").iter().enumerate() {
            let voi = match display.windows.get(n) {
                Some(w) => VoiChoice::Window { center: w.center, width: w.width, function: w.function },
                None => VoiChoice::Lut(n),
            };
            if let Some(window) = expected["window"].as_array() {
                let (center, width) = voi.center_width().expect("a window");
                assert_eq!(window[0].as_f64(), Some(center), "{name}");
                assert_eq!(window[1].as_f64(), Some(width), "{name}");
            }
            let expected: Vec<u64> =
                expected["row"].as_array().expect("row").iter().filter_map(|v| v.as_u64()).collect();
            let rgba = render(&header, &frame, display, voi);
            for row in rgba.chunks_exact(frame.columns() as usize * 4) {
                assert_eq!(row.len(), expected.len() * 4, "{name}");
                for (x, (pixel, expected)) in row.chunks_exact(4).zip(&expected).enumerate() {
                    let off = u64::from(pixel[0]).abs_diff(*expected);
                    assert!(off <= 1, "{name}, column {x}: {pixel:?}, not {expected}");
                    assert!(pixel[1] == pixel[0] && pixel[2] == pixel[0] && pixel[3] == 255, "{name}");
                }
            }
            rows_seen += 1;
        }
    }
    assert!(rows_seen >= 15, "only {rows_seen} rows");
}

/// Files that DCMTK 3.6 draws otherwise, and why ours stands.
const EXPLAINED: [(&str, &str); 3] = [
    (
        "philips_enh_b0_64f.dcm",
        "dcm2pnm does not apply the rescale of functional groups (PS3.3 C.7.6.16.2.9); pydicom_display.rs has it",
    ),
    (
        "rtdose_expb.dcm",
        "dcm2pnm swaps 32-bit big endian pixels as 16-bit words, PS3.5 section 7.3 has all bytes; pydicom reads them as we do",
    ),
    (
        "SC_rgb_small_odd_big_endian.dcm",
        "8-bit pixels in big endian OW (PS3.5 section 8.1.1): the order of bytes is the reader's matter",
    ),
];

/// The largest difference that counts as the same: one level of rounding, two where DCMTK's colour conversion
/// rounds twice.
fn tolerance(frame: &Frame) -> u8 {
    if frame.model() == ColourModel::YbrFull { 2 } else { 1 }
}

#[test]
fn dcmtk_draws_the_same() {
    let Some(corpus) = corpus() else { return };
    if !has_dcmtk() {
        return;
    }
    let mut compared = 0;
    let mut failures = Vec::new();
    for row in manifest(&corpus) {
        // One decoder less between the two: only pixels that are not compressed.
        let native = ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"];
        let is_small = row.get("bytes").parse().is_ok_and(|bytes: u64| bytes < 1 << 20);
        let explained = EXPLAINED.iter().any(|(name, _)| row.path().ends_with(name));
        let has_picture = row.get("expect") == "ok" && !row.get("frame1_sha256").is_empty();
        if !(has_picture && is_small && native.contains(&row.get("transfer_syntax_uid"))) || explained {
            continue;
        }
        match compare(&corpus.join(row.path()), row.get("modality")) {
            Ok(true) => compared += 1,
            Ok(false) => {}
            Err(failure) => failures.push(format!("{}: {failure}", row.path())),
        }
    }
    assert!(failures.is_empty(), "{} files:\n{}", failures.len(), failures.join("\n"));
    assert!(compared > 280, "only {compared} files compared");
}

/// Ours against dcm2pnm's; false: dcm2pnm draws no such file.
fn compare(path: &Path, modality: &str) -> Result<bool, String> {
    let (header, frame) = open(path)?;
    // dcm2pnm draws padding like any value.
    let mut display = DisplayHeader::clone(&header.frame(0).ok_or("no frame header")?.display);
    display.padding = None;
    let opening = presets::default_voi(&display, &header.pixels, modality, || auto_range(&frame, &display));
    // Its command line takes whole numbers and no LINEAR_EXACT: that is drawn as LINEAR on both sides.
    let window = match (opening, opening.center_width()) {
        (VoiChoice::Window { function: WindowFunction::Sigmoid, .. } | VoiChoice::Lut(_), _) => opening,
        (_, Some((center, width))) => {
            let (width, function) = (width.max(1.0).round(), WindowFunction::Linear);
            VoiChoice::Window { center, width, function }
        }
        (_, None) => opening,
    };
    let ours = render(&header, &frame, &display, window);
    let is_grey = frame.model().samples_per_pixel() == 1 && frame.model() != ColourModel::Palette;
    let Some(theirs) = dcmtk(path, is_grey.then_some(window)) else { return Ok(false) };
    match difference(&ours, &theirs)? {
        off if off > tolerance(&frame) => Err(format!("off by {off} ({window:?})")),
        _ => Ok(true),
    }
}

/// Frames of multi-frame objects, each with its own bytes (PS3.5 A.4, 8.1.1).
#[test]
fn frames_behind_the_first_are_dcmtks() {
    let Some(corpus) = corpus().filter(|_| has_dcmtk()) else { return };
    let (mut compared, mut failures) = (0, Vec::new());
    for row in manifest(&corpus) {
        let several = row.get("rows_x_cols_x_frames").split('x').nth(2).is_some_and(|frames| frames != "1");
        let explained = EXPLAINED.iter().any(|(name, _)| row.path().ends_with(name));
        if !several || explained || row.get("expect") != "ok" || row.get("frame1_sha256").is_empty() {
            continue;
        }
        let path = corpus.join(row.path());
        let last = |frames: u32| frames - 1;
        let Ok((header, frame)) = open_frame(&path, last) else { continue };
        let index = last(header.pixels.frames);
        let Some(of_frame) = header.frame(index) else { continue };
        let is_grey = frame.model().samples_per_pixel() == 1 && frame.model() != ColourModel::Palette;
        let width = 2f64.powi(header.pixels.bits_stored.into());
        let voi = VoiChoice::Window { center: width / 2.0, width, function: WindowFunction::Linear };
        let Some(theirs) = dcmtk_frame(&path, index, is_grey.then_some(voi)) else { continue };
        // The same bytes are to be seen: DCMTK applies the rescale of some functional groups and not of others, and knows
        // no supplemental palette (C.7.6.19): its pictures are grey where ours have colours.
        let rescaled = DisplayHeader { padding: None, colours: None, ..(*of_frame.display).clone() };
        let stored = DisplayHeader { modality_lut: ModalityLut::Identity, ..rescaled.clone() };
        let [a, b] =
            [rescaled, stored].map(|display| difference(&render(&header, &frame, &display, voi), &theirs));
        // Chroma of fewer samples is enlarged in several ways.
        let most = if frame.model() == ColourModel::YbrFull { 60 } else { 1 };
        match a.and_then(|a| Ok(a.min(b?))) {
            Ok(off) if off <= most => compared += 1,
            other => failures.push(format!("{}: {other:?}", row.path())),
        }
    }
    assert!(failures.is_empty(), "{} files:\n{}", failures.len(), failures.join("\n"));
    assert!(compared > 20, "only {compared} files");
}
