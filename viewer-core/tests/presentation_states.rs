//! Presentation states (PS3.3 A.33, PS3.4 N.2) against DCMTK's dcmp2pgm, over those of the corpus and over small ones made
//! here, of which each shows one rule.

#![allow(clippy::expect_used)]

#[path = "support/drawn.rs"]
mod drawn;
#[path = "support/made.rs"]
mod made;
#[path = "support/presented.rs"]
mod presented;
mod support;

use std::path::Path;
use std::process::Command;

use drawn::{difference, has_dcmtk};
use made::{Made, bits, element, longs, sequence, shorts, text, words};
use presented::{Image, dcmp2pgm, state};
use support::corpus;
use viewer_core::presentation::AppliedState;

const GRAYSCALE: &str = "1.2.840.10008.5.1.4.1.1.11.1";
const CR: &str = "1.2.840.10008.5.1.4.1.1.1";

/// Ours against DCMTK's: the largest difference of what dcmp2pgm draws, which is everything but shutters, overlays and
/// annotations; and ours without and with those.
fn compare(image: &Path, state_file: &Path) -> Result<(u8, Vec<u8>, Vec<u8>), String> {
    let theirs = dcmp2pgm(image, state_file, 0).ok_or("dcmp2pgm")?;
    let image = Image::open(image, 0);
    let state = state(state_file);
    let applied = state.for_image(&image.header.sop_instance_uid, 0).ok_or("not referenced")?;
    assert_eq!(applied.findings, []);
    let bare = AppliedState { shutter: None, activations: Vec::new(), marks: Vec::new(), ..applied.clone() };
    let bare = image.under(&bare);
    Ok((difference(&bare, &theirs)?, bare, image.under(&applied)))
}

#[test]
fn the_corpus_own_states() {
    let Some(corpus) = corpus().filter(|_| has_dcmtk()) else { return };
    for (image, state) in [
        // Modality, VOI and presentation LUT, each scrambled.
        ("conformance/gsps/imageForPrLUTs.dcm", "conformance/gsps/prLUTs.dcm"),
        // Rotation and flip, a window, annotations.
        (
            "studies/ct-chest-ge-rider0109/1-30.dcm",
            "conformance/nonimage/made/gsps_rotate_flip_annotations.dcm",
        ),
    ] {
        let (off, ..) = compare(&corpus.join(image), &corpus.join(state)).expect("pictures");
        assert!(off <= 1, "{state}: {off}");
    }
}

/// States that DCMTK itself makes of the corpus's files with overlays.
#[test]
fn states_that_dcmtk_makes() {
    let Some(corpus) = corpus().filter(|_| has_dcmtk()) else { return };
    for (n, image) in [
        "conformance/pixel/dcm4che/ovly_p01.dcm",
        "conformance/pixel/dcm4che/cplx_p02.dcm",
        "studies/ct-head-phantom-philips/S21570/S4010/I10",
        "conformance/display/mono1.dcm",
        "conformance/display/voi_lut_seq.dcm",
        "conformance/display/ct_intercept.dcm",
    ]
    .into_iter()
    .enumerate()
    {
        let image = corpus.join(image);
        let state = std::env::temp_dir().join(format!("lightbox-{}-psmk{n}.dcm", std::process::id()));
        let made = Command::new("dcmpsmk").arg(&image).arg(&state).output().expect("dcmpsmk");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let (off, bare, ours) = compare(&image, &state).expect("pictures");
        std::fs::remove_file(&state).expect("the file that was written");
        assert!(off <= 1, "{}: {off}", image.display());
        if image.ends_with("ovly_p01.dcm") {
            // Two planes are embedded, two copied into the state; pydicom counts 532, 537, 603 and 606 bits.
            let grey = |picture: &[u8], at: usize| picture[at * 4];
            let changed = (0..ours.len() / 4).filter(|at| grey(&ours, *at) != grey(&bare, *at));
            let changed: Vec<usize> = changed.collect();
            assert!(changed.iter().all(|at| grey(&ours, *at) == 255));
            assert_eq!(changed.len(), 532 + 537 + 603 + 606);
        }
    }
}

/// 24 columns of 10 rows, 12 bits, a ramp.
fn ramp(name: &str, photometric: &str, more: Vec<Made>) -> std::path::PathBuf {
    let mut elements = made::grey([10, 24], [16, 12, 11, 0], photometric);
    elements.extend(more);
    elements.push(text([0x20, 0xD], "UI", "2.25.80"));
    elements.push(text([0x20, 0xE], "UI", "2.25.81"));
    elements.push(element([0x7FE0, 0x10], "OW", &words((0..240).map(|n| n * 17))));
    made::file(name, CR, "2.25.82", elements)
}

fn reference() -> Made {
    let image = vec![text([8, 0x1150], "UI", CR), text([8, 0x1155], "UI", "2.25.82")];
    sequence([8, 0x1140], vec![image])
}

/// What every state has, and what a test adds.
fn made_state(name: &str, more: Vec<Made>) -> std::path::PathBuf {
    let mut elements = vec![
        text([8, 0x20], "DA", "20260101"),
        text([8, 0x60], "CS", "PR"),
        text([0x10, 0x10], "PN", "A"),
        text([0x10, 0x20], "LO", "1"),
        sequence([8, 0x1115], vec![vec![reference(), text([0x20, 0xE], "UI", "2.25.81")]]),
        text([0x20, 0xD], "UI", "2.25.80"),
        text([0x20, 0xE], "UI", "2.25.90"),
        text([0x20, 0x11], "IS", "1"),
        text([0x20, 0x13], "IS", "1"),
        text([0x70, 0x80], "CS", "TEST"),
        text([0x70, 0x82], "DA", "20260101"),
        text([0x70, 0x83], "TM", "120000"),
        sequence(
            [0x70, 0x5A],
            vec![vec![
                longs([0x70, 0x52], &[1, 1]),
                longs([0x70, 0x53], &[24, 10]),
                text([0x70, 0x100], "CS", "SCALE TO FIT"),
                text([0x70, 0x102], "IS", "1\\1"),
            ]],
        ),
    ];
    elements.extend(more);
    made::file(name, GRAYSCALE, "2.25.91", elements)
}

fn shape(name: &str) -> Made {
    text([0x2050, 0x20], "CS", name)
}

fn lut(tag: [u16; 2], descriptor: [u16; 3], entries: &[u16]) -> Made {
    sequence(
        tag,
        vec![vec![
            shorts([0x28, 0x3002], &descriptor),
            text([0x28, 0x3004], "LO", "US"),
            element([0x28, 0x3006], "US", &words(entries.iter().copied())),
        ]],
    )
}

fn window(center: &str, width: &str) -> Made {
    let item = vec![text([0x28, 0x1050], "DS", center), text([0x28, 0x1051], "DS", width)];
    sequence([0x28, 0x3110], vec![item])
}

/// Compares one made state over one made image; our picture's grey levels with all that lies over it.
fn check(name: &str, photometric: &str, image: Vec<Made>, state: Vec<Made>) -> Vec<u8> {
    let image = ramp(&format!("image-{name}"), photometric, image);
    let state = made_state(&format!("state-{name}"), state);
    let compared = compare(&image, &state);
    for path in [&image, &state] {
        std::fs::remove_file(path).expect("the file that was written");
    }
    let (off, _, ours) = compared.expect("pictures");
    assert!(off <= 1, "{name}: {off}");
    ours.chunks_exact(4).map(|pixel| pixel[0]).collect()
}

/// PS3.4 N.2.1.1, N.2.1.3: what the state lacks is identity; the image's own rescale and window do not count.
/// PS3.4 N.2.1.4: neither does its photometric interpretation.
#[test]
fn a_state_says_it_all() {
    if !has_dcmtk() {
        return;
    }
    let own = || {
        vec![
            text([0x28, 0x1050], "DS", "100"),
            text([0x28, 0x1051], "DS", "50"),
            text([0x28, 0x1052], "DS", "-500"),
            text([0x28, 0x1053], "DS", "3"),
        ]
    };
    for photometric in ["MONOCHROME1", "MONOCHROME2"] {
        for polarity in ["IDENTITY", "INVERSE"] {
            check(&format!("nothing-{photometric}-{polarity}"), photometric, own(), vec![shape(polarity)]);
            let windowed = vec![shape(polarity), window("900", "1200")];
            check(&format!("window-{photometric}-{polarity}"), photometric, own(), windowed);
        }
    }
    let rescaled = vec![
        shape("IDENTITY"),
        window("0", "2000"),
        text([0x28, 0x1052], "DS", "-1000"),
        text([0x28, 0x1053], "DS", "0.5"),
        text([0x28, 0x1054], "LO", "US"),
    ];
    check("rescale", "MONOCHROME2", own(), rescaled);
}

/// C.11.6.1.1: a presentation LUT's input is scaled to its entries.
#[test]
fn presentation_luts() {
    if !has_dcmtk() {
        return;
    }
    let curve: Vec<u16> = (0..256u32).map(|n| (65_535 - n * n) as u16).collect();
    let plut = || lut([0x2050, 0x10], [256, 0, 16], &curve);
    check("plut", "MONOCHROME1", vec![], vec![plut(), window("2048", "4096")]);
    let voi = lut([0x28, 0x3010], [64, 100, 8], &(0..64).map(|n| 255 - 4 * n).collect::<Vec<_>>());
    let softcopy = sequence([0x28, 0x3110], vec![vec![voi]]);
    check("plut-voi", "MONOCHROME2", vec![], vec![plut(), softcopy]);
    let modality = lut([0x28, 0x3000], [4096, 0, 16], &(0..4096).map(|n| 40_000 - 9 * n).collect::<Vec<_>>());
    check("modality", "MONOCHROME2", vec![], vec![modality, shape("INVERSE"), window("20000", "30000")]);
}

/// C.10.6: rotation clockwise, then flip.
#[test]
fn rotation_comes_before_flip() {
    if !has_dcmtk() {
        return;
    }
    for rotation in [0, 90, 180, 270] {
        for flip in ["N", "Y"] {
            let more = vec![
                shape("IDENTITY"),
                window("2048", "4096"),
                text([0x70, 0x41], "CS", flip),
                shorts([0x70, 0x42], &[rotation]),
            ];
            check(&format!("turn{rotation}{flip}"), "MONOCHROME2", vec![], more);
        }
    }
}

/// C.7.6.11: a shutter's shapes are combined, and what they hide has its value; C.7.6.15: a bitmap of the state hides
/// where its bits are set. What is seen is DCMTK's; where, is worked out here by the definitions.
#[test]
fn shutters() {
    if !has_dcmtk() {
        return;
    }
    let is = |element: u16, value: &str| text([0x18, element], "IS", value);
    let rectangle = || vec![is(0x1602, "4"), is(0x1604, "20"), is(0x1606, "2"), is(0x1608, "9")];
    let circle = || vec![is(0x1610, "5\\12"), is(0x1612, "6")];
    let polygon = || vec![is(0x1620, "1\\3\\2\\22\\9\\20\\6\\10\\10\\2")];
    let in_rectangle = |x: i32, y: i32| (4..=20).contains(&x) && (2..=9).contains(&y);
    let in_circle = |x: i32, y: i32| (x - 12).pow(2) + (y - 5).pow(2) <= 36;
    let kind = |kind: &str| text([0x18, 0x1600], "CS", kind);
    let more = |name: &str, value: u16| {
        vec![shape("IDENTITY"), window("2048", "4096"), kind(name), shorts([0x18, 0x1622], &[value])]
    };
    let plain = check("shutter-none", "MONOCHROME2", vec![], vec![shape("IDENTITY"), window("2048", "4096")]);
    let hidden = |name: &str, shapes: Vec<Made>, value: u16, level: u8, seen: &dyn Fn(i32, i32) -> bool| {
        let state = more(name, value).into_iter().chain(shapes).collect();
        let ours = check(&format!("shutter-{}", name.replace('\\', "-")), "MONOCHROME2", vec![], state);
        for (at, (ours, plain)) in ours.iter().zip(&plain).enumerate() {
            let (x, y) = (at as i32 % 24 + 1, at as i32 / 24 + 1);
            assert_eq!(*ours, if seen(x, y) { *plain } else { level }, "{name}: column {x}, row {y}");
        }
    };
    hidden("RECTANGULAR", rectangle(), 0x8000, 128, &in_rectangle);
    hidden("CIRCULAR", circle(), 0xFFFF, 255, &in_circle);
    hidden("POLYGONAL", polygon(), 0x8000, 128, &|x, y| winds([x, y]));
    let all = rectangle().into_iter().chain(circle()).chain(polygon()).collect();
    hidden("POLYGONAL\\RECTANGULAR\\CIRCULAR", all, 0, 0, &|x, y| {
        in_rectangle(x, y) && in_circle(x, y) && winds([x, y])
    });
    let covers = |at: i32| at % 7 == 0 || at > 180;
    let bitmap = vec![
        shorts([0x18, 0x1623], &[0x6002]),
        shorts([0x6002, 0x10], &[10]),
        shorts([0x6002, 0x11], &[24]),
        text([0x6002, 0x40], "CS", "G"),
        element([0x6002, 0x50], "SS", &words([1, 1])),
        shorts([0x6002, 0x100], &[1]),
        shorts([0x6002, 0x102], &[0]),
        element([0x6002, 0x3000], "OW", &bits((0..240).map(covers))),
    ];
    hidden("BITMAP", bitmap, 0x4000, 64, &|x, y| !covers((y - 1) * 24 + x - 1));
}

/// Whether the polygon of [`shutters`] goes around a point, or through it: by the angle under which its edges are seen.
fn winds(point: [i32; 2]) -> bool {
    let corners = [[3, 1], [22, 2], [20, 9], [10, 6], [2, 10]]
        .map(|corner: [i32; 2]| [0, 1].map(|axis| f64::from(corner[axis] - point[axis])));
    let mut sum = 0.0;
    for (at, a) in corners.iter().enumerate() {
        let b = corners[(at + 1) % corners.len()];
        let (cross, dot) = (a[0] * b[1] - a[1] * b[0], a[0] * b[0] + a[1] * b[1]);
        if cross == 0.0 && dot <= 0.0 {
            return true;
        }
        sum += cross.atan2(dot);
    }
    sum.abs() > 1.0
}
