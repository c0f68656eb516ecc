//! Samples of JPEG pictures with DCT beside those of DCMTK's `dcmdjpeg` (IJG's library), one by one: how far they lie apart.
//! ITU-T T.81 leaves the inverse transform to decoders (A.3.3); more than a level apart is nobody's rounding. With DCMTK 3.6.7
//! all 11.7 million samples of 32 pictures are the same.

#[path = "support/drawn.rs"]
mod drawn;
mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use drawn::{has_dcmtk, open};
use support::{corpus, manifest};
use viewer_core::frame::{Frame, Samples};

/// Baseline, extended, progressive.
const DCT: [&str; 4] = ["50", "51", "53", "55"];

fn values(frame: &Frame) -> Vec<i64> {
    match frame.samples() {
        Samples::U8(v) => v.iter().map(|&v| v.into()).collect(),
        Samples::I8(v) => v.iter().map(|&v| v.into()).collect(),
        Samples::U16(v) => v.iter().map(|&v| v.into()).collect(),
        Samples::I16(v) => v.iter().map(|&v| v.into()).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn samples_are_those_of_ijg_within_a_level() {
    let Some(corpus) = corpus() else { return };
    if !has_dcmtk() {
        return;
    }
    let plain = Path::new(env!("CARGO_TARGET_TMPDIR")).join("jpeg_distribution.dcm");
    // How many samples lie how far apart.
    let mut distances = BTreeMap::new();
    let mut compared = 0;
    for row in manifest(&corpus) {
        let syntax = row.get("transfer_syntax_uid").strip_prefix("1.2.840.10008.1.2.4.").unwrap_or_default();
        if !DCT.contains(&syntax) || row.get("frame1_sha256").is_empty() {
            continue;
        }
        let path = corpus.join(row.path());
        // Without a change of colours: samples as they are stored.
        let run = Command::new("dcmdjpeg").arg("+cn").arg(&path).arg(&plain).output().expect("dcmdjpeg");
        if !run.status.success() {
            continue;
        }
        let ((_, ours), Ok((_, theirs))) = (open(&path).expect("a picture"), open(&plain)) else { continue };
        let (ours_all, theirs_all) = (values(&ours), values(&theirs));
        if ours_all.len() != theirs_all.len() {
            continue;
        }
        compared += 1;
        for (a, b) in ours_all.iter().zip(&theirs_all) {
            *distances.entry(a.abs_diff(*b)).or_insert(0u64) += 1;
        }
    }
    println!("{compared} pictures, by distance the number of samples: {distances:?}");
    assert!(compared >= 30, "{compared} pictures");
    assert!(distances.keys().all(|distance| *distance <= 1), "{distances:?}");
}
