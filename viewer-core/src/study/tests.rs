use std::sync::Arc;

use super::*;
use crate::dicom::header::{
    DisplayHeader, FrameHeader, InstanceHeader, Phase, Photometric, PixelHeader, PlaneHeader, SampleKind,
    Spacing,
};

const AXIAL: [[f64; 3]; 2] = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]];
const CORONAL: [[f64; 3]; 2] = [[1.0, 0.0, 0.0], [0.0, 0.0, -1.0]];

fn slice(number: i32, position: Option<[f64; 3]>, [row, column]: [[f64; 3]; 2]) -> InstanceHeader {
    let display = DisplayHeader::default();
    let plane = position.map(|position| PlaneHeader {
        position,
        row,
        column,
        frame_of_reference: Some("2.25.9".into()),
        thickness: Some(5.0),
    });
    InstanceHeader {
        sop_instance_uid: format!("2.25.{number}"),
        sop_class_uid: String::new(),
        transfer_syntax_uid: String::new(),
        number: Some(number),
        acquisition: None,
        image_type: vec!["ORIGINAL".into(), "PRIMARY".into(), "AXIAL".into()],
        pixels: PixelHeader {
            rows: 8,
            columns: 8,
            samples_per_pixel: 1,
            photometric: Photometric::Monochrome2,
            planar: false,
            bits_allocated: 16,
            bits_stored: 12,
            high_bit: 11,
            kind: SampleKind::Unsigned,
            frames: 1,
        },
        frames: vec![FrameHeader {
            display: Arc::new(display),
            plane,
            spacing: Spacing::Patient([1.0, 1.0]),
            phase: Phase::default(),
        }],
        patient_orientation: None,
        has_marks: false,
        regions: vec![],
        frame_time_ms: None,
    }
}

fn axial(number: i32, z: f64) -> InstanceHeader {
    slice(number, Some([0.0, 0.0, z]), AXIAL)
}

fn numbers(stack: &Stack, headers: &[InstanceHeader]) -> Vec<i32> {
    stack.frames.iter().map(|at| headers[at.instance as usize].number.unwrap()).collect()
}

/// PS3.3 C.7.6.2.1.1: slices lie where Image Position (Patient) says, whatever their numbers.
#[test]
fn positions_come_before_numbers() {
    let headers = [axial(1, 10.0), axial(2, 0.0), axial(3, 5.0)];
    let stacks = arrange(&headers);
    assert_eq!(stacks.len(), 1);
    assert_eq!(numbers(&stacks[0], &headers), [2, 3, 1]);
    assert_eq!(stacks[0].along_mm, [0.0, 5.0, 10.0]);
    assert!(stacks[0].findings.is_regular());
    assert_eq!(stacks[0].findings.spacing_mm, Some(5.0));
}

#[test]
fn without_positions_numbers_then_uids_decide() {
    let mut nameless = slice(7, None, AXIAL);
    nameless.number = None;
    let headers = [nameless, slice(3, None, AXIAL), slice(1, None, AXIAL)];
    let stacks = arrange(&headers);
    let order: Vec<u32> = stacks[0].frames.iter().map(|at| at.instance).collect();
    assert_eq!(order, [2, 1, 0]);
    assert!(stacks[0].findings.unplaced);
}

/// PS3.3 C.7.6.2.1.1: distances are those of positions; Slice Thickness is none.
#[test]
fn missing_and_doubled_slices_are_found() {
    let headers: Vec<_> =
        [0.0, 2.0, 4.0, 10.0, 12.0, 12.0].iter().enumerate().map(|(i, z)| axial(i as i32, *z)).collect();
    let findings = &arrange(&headers)[0].findings;
    assert_eq!(findings.gaps, [Gap { after: 2, distance_mm: 6.0, missing: 2 }]);
    assert_eq!(findings.missing_slices(), 2);
    assert_eq!(findings.doubles, [5]);
    assert!(findings.uneven && !findings.is_regular());
}

/// PS3.3 C.7.6.2.1.1.
#[test]
fn a_tilted_gantry_is_measured() {
    let (sin, cos) = 15f64.to_radians().sin_cos();
    let tilted = [[1.0, 0.0, 0.0], [0.0, cos, -sin]];
    let headers: Vec<_> = (0..5).map(|i| slice(i, Some([0.0, 0.0, f64::from(i) * 4.0]), tilted)).collect();
    let findings = &arrange(&headers)[0].findings;
    assert!((findings.tilt_degrees.unwrap() - 15.0).abs() < 1e-6);
    assert!(!findings.shifted && !findings.is_regular());
}

#[test]
fn frames_that_wander_sideways_are_not_a_tilt() {
    let headers: Vec<_> =
        (0..5).map(|i| slice(i, Some([f64::from(i % 2) * 3.0, 0.0, f64::from(i)]), AXIAL)).collect();
    let findings = &arrange(&headers)[0].findings;
    assert!(findings.shifted && findings.tilt_degrees.is_none());
}

#[test]
fn a_localizer_and_other_orientations_are_stacks_of_their_own() {
    let mut scout = slice(0, Some([0.0; 3]), CORONAL);
    scout.image_type[2] = "LOCALIZER".into();
    let headers = [scout, axial(1, 0.0), axial(2, 1.0)];
    let stacks = arrange(&headers);
    assert_eq!(stacks.iter().map(|stack| stack.localizer).collect::<Vec<_>>(), [false, true]);
    assert_eq!(stacks[0].frames.len(), 2);
}

#[test]
fn phases_are_told_by_the_header() {
    let headers: Vec<_> = (0..6)
        .map(|i| {
            let mut header = axial(i, f64::from(i / 2));
            header.frames[0].phase.echo_ms = Some(if i % 2 == 0 { 80.0 } else { 20.0 });
            header
        })
        .collect();
    let stacks = arrange(&headers);
    assert_eq!(stacks.len(), 2);
    assert_eq!(stacks[0].phase, Some(PhaseNumber { number: 1, of: 2 }));
    assert_eq!(numbers(&stacks[0], &headers), [1, 3, 5]);
    assert_eq!(numbers(&stacks[1], &headers), [0, 2, 4]);
}

#[test]
fn phases_without_a_word_go_by_number() {
    let headers: Vec<_> = (0..6).map(|i| axial(i, f64::from(i % 3))).collect();
    let stacks = arrange(&headers);
    assert_eq!(stacks.len(), 2);
    assert_eq!(numbers(&stacks[0], &headers), [0, 1, 2]);
    assert_eq!(numbers(&stacks[1], &headers), [3, 4, 5]);
}

#[test]
fn trigger_times_that_differ_by_slice_do_not_tear_phases_apart() {
    let headers: Vec<_> = (0..6)
        .map(|i| {
            let mut header = axial(i, f64::from(i / 2));
            header.frames[0].phase.trigger_ms = Some(f64::from(i) * 7.0);
            header
        })
        .collect();
    assert_eq!(arrange(&headers).len(), 2);
}

#[test]
fn rotating_frames_stay_together() {
    let headers: Vec<_> = (0..8)
        .map(|i| {
            let (sin, cos) = (f64::from(i) * 0.3).sin_cos();
            slice(i, Some([0.0; 3]), [[cos, sin, 0.0], [0.0, 0.0, -1.0]])
        })
        .collect();
    let stacks = arrange(&headers);
    assert_eq!(stacks.len(), 1);
    assert!(stacks[0].findings.mixed_orientation && stacks[0].normal.is_none());
}

#[test]
fn the_order_of_arrival_does_not_matter() {
    let mut headers: Vec<_> = (0..12).map(|i| axial(i, f64::from(i % 4))).collect();
    let expected: Vec<_> = arrange(&headers).iter().map(|stack| numbers(stack, &headers)).collect();
    headers.reverse();
    headers.swap(2, 7);
    let found: Vec<_> = arrange(&headers).iter().map(|stack| numbers(stack, &headers)).collect();
    assert_eq!(found, expected);
}

#[test]
fn clips_are_stacks_and_single_pictures_an_album() {
    let mut clip = slice(1, None, AXIAL);
    clip.pixels.frames = 5;
    let headers = [clip, slice(2, None, AXIAL), slice(3, None, AXIAL)];
    let counts: Vec<_> = arrange(&headers).iter().map(|stack| stack.frames.len()).collect();
    assert_eq!(counts, [5, 2]);
}

#[test]
fn a_hostile_number_of_orientations_ends_in_one_stack() {
    let headers: Vec<_> = (0..2000)
        .map(|i| {
            let mut header = axial(i, 0.0);
            header.image_type[2] = format!("KIND{i}");
            header
        })
        .collect();
    let stacks = arrange(&headers);
    assert_eq!(stacks.len(), 512);
    assert_eq!(stacks.iter().map(|stack| stack.frames.len()).sum::<usize>(), 2000);
}
