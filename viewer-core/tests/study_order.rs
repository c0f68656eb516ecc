//! Series of the corpus as stacks.

#![allow(clippy::expect_used)]

mod support;

use std::collections::BTreeMap;

use support::{corpus, manifest};
use viewer_core::dicom::header::InstanceHeader;
use viewer_core::dicom::limits::Limits;
use viewer_core::dicom::tag;
use viewer_core::dicom::{part10, read_header};
use viewer_core::study::{PlaneName, Stack, arrange, plane_name};

struct Series {
    headers: Vec<InstanceHeader>,
    tilt: Option<f64>,
}

/// All series below `studies/`, by folder and Series Instance UID.
fn series() -> Option<BTreeMap<(String, String), Series>> {
    let corpus = corpus()?;
    let mut all: BTreeMap<_, Series> = BTreeMap::new();
    let limits = Limits::default();
    for row in manifest(&corpus) {
        let Some(path) = row.path().strip_prefix("studies/") else { continue };
        let Ok(bytes) = std::fs::read(corpus.join(row.path())) else { continue };
        let Ok(file) = part10::read(&bytes, &limits) else { continue };
        let Ok(header) = read_header(&file.data, Some(file.frame_transfer_syntax()), &limits) else {
            continue;
        };
        let study = path.split('/').next().unwrap_or_default().to_owned();
        let uid = file.data.string(tag::SERIES_INSTANCE_UID).unwrap_or_default();
        let tilt = file.data.float(tag::GANTRY_DETECTOR_TILT);
        let series = all.entry((study, uid)).or_insert(Series { headers: Vec::new(), tilt });
        series.headers.push(header);
    }
    Some(all)
}

fn largest(stacks: &[Stack]) -> &Stack {
    stacks.iter().max_by_key(|stack| stack.frames.len()).expect("a stack")
}

#[test]
fn no_frame_is_lost_or_doubled_and_positions_ascend() {
    let Some(all) = series() else { return };
    assert!(all.len() > 15, "only {} series", all.len());
    for (name, series) in all {
        let stacks = arrange(&series.headers);
        let mut frames: Vec<_> = stacks.iter().flat_map(|stack| stack.frames.iter().copied()).collect();
        let total: u32 = series.headers.iter().map(|header| header.pixels.frames).sum();
        frames.sort();
        frames.dedup();
        assert_eq!(frames.len(), total as usize, "{name:?}");
        for stack in &stacks {
            assert!(stack.along_mm.is_sorted(), "{name:?}");
        }
    }
}

/// The angle measured from the positions is the one the scanner was set to, and the two parts of the head, of 4 and
/// 7 mm, stay one stack.
#[test]
fn the_tilt_of_the_gantry_is_the_scanners() {
    let Some(all) = series() else { return };
    let (_, series) = all.iter().find(|((study, _), _)| study == "ct-head-tilt-ge").expect("the tilted head");
    let stacks = arrange(&series.headers);
    assert_eq!(stacks.len(), 1);
    let findings = &stacks[0].findings;
    let measured = findings.tilt_degrees.expect("a tilt");
    assert!((measured - series.tilt.expect("Gantry/Detector Tilt")).abs() < 0.01, "{measured}");
    assert!(findings.uneven && !findings.shifted && findings.doubles.is_empty());
}

#[test]
fn even_series_are_regular_and_planes_have_their_names() {
    let Some(all) = series() else { return };
    let expected = [
        ("mr-uih-umr770", 160, 1.0, PlaneName::Sagittal),
        ("mr-uih-umr770", 16, 8.0, PlaneName::Coronal),
        ("ct-head-phantom-philips", 28, 5.0, PlaneName::Axial),
        ("mr-wrist-ge", 16, 2.0, PlaneName::Coronal),
    ];
    for (study, frames, spacing, name) in expected {
        let found = all.iter().filter(|((folder, _), _)| folder == study).any(|(_, series)| {
            let stacks = arrange(&series.headers);
            let stack = largest(&stacks);
            let first = &series.headers[stack.frames[0].instance as usize].frames[0];
            let near = |mm: f64| f64::abs(spacing - mm) < 1e-4;
            stack.frames.len() == frames
                && stack.findings.is_regular()
                && stack.findings.spacing_mm.is_some_and(near)
                && first.plane.as_ref().map(plane_name) == Some(name)
        });
        assert!(found, "{study} {frames}");
    }
}
