//! Where displays go wrong, one rule a test: those that no other test of this folder is for.

#![allow(clippy::expect_used)]

#[path = "support/drawn.rs"]
mod drawn;
#[path = "support/made.rs"]
mod made;
mod support;

use std::path::Path;
use std::process::Command;

use drawn::{dcmtk, difference, has_dcmtk, open, render};
use made::{Made, element, sequence, shorts, text, words};
use support::corpus;
use viewer_core::dicom::header::{ColourMap, DisplayHeader, Spacing, WindowFunction};
use viewer_core::frame::Samples;
use viewer_core::geometry::ImageShape;
use viewer_core::lut::{VoiChoice, auto_range};

const SECONDARY: &str = "1.2.840.10008.5.1.4.1.1.7";
const WHOLE: VoiChoice = VoiChoice::Auto { min: 0.0, max: 255.0 };

/// 8-bit colour, 4 columns of 2 rows.
fn colour(photometric: &str, planar: u16, sign: u16, data: &[u8]) -> Vec<Made> {
    vec![
        text([8, 0x60], "CS", "OT"),
        shorts([0x28, 2], &[3]),
        text([0x28, 4], "CS", photometric),
        shorts([0x28, 6], &[planar]),
        shorts([0x28, 0x10], &[2]),
        shorts([0x28, 0x11], &[4]),
        shorts([0x28, 0x100], &[8]),
        shorts([0x28, 0x101], &[8]),
        shorts([0x28, 0x102], &[7]),
        shorts([0x28, 0x103], &[sign]),
        element([0x7FE0, 0x10], "OB", data),
    ]
}

fn picture(path: &Path) -> Vec<u8> {
    let (header, frame) = open(path).expect("a picture");
    render(&header, &frame, &header.frames[0].display, WHOLE)
}

fn pixels() -> Vec<[u8; 3]> {
    (0..8u8).map(|n| [n * 36, 255 - n * 30, 128 + n * 15]).collect()
}

/// PS3.3 C.7.6.3.1.2: colour is unsigned whatever Pixel Representation says.
#[test]
fn colour_is_unsigned() {
    let samples: Vec<u8> = pixels().into_iter().flatten().collect();
    for sign in [0, 1] {
        let path = made::file(&format!("sign{sign}"), SECONDARY, "2.25.3", colour("RGB", 0, sign, &samples));
        let drawn = picture(&path);
        std::fs::remove_file(&path).expect("the file that was written");
        assert!(
            drawn.chunks_exact(4).map(|p| [p[0], p[1], p[2]]).eq(pixels()),
            "Pixel Representation {sign}"
        );
    }
}

/// PS3.3 C.7.6.3.1.3: planes in native pixel data; PS3.5 8.2: what a decoder has put together are none, whatever the
/// header still says.
#[test]
fn planes_are_put_together_once() {
    if !has_dcmtk() {
        return;
    }
    let planes: Vec<u8> = (0..3).flat_map(|c| pixels().into_iter().map(move |pixel| pixel[c])).collect();
    let path = made::file("planar", SECONDARY, "2.25.4", colour("RGB", 1, 0, &planes));
    let coded = path.with_extension("rle.dcm");
    let ran = Command::new("dcmcrle").arg(&path).arg(&coded).status();
    assert!(ran.is_ok_and(|status| status.success()), "dcmcrle");
    for path in [&path, &coded] {
        let drawn = picture(path);
        assert!(drawn.chunks_exact(4).map(|p| [p[0], p[1], p[2]]).eq(pixels()), "{}", path.display());
        assert_eq!(difference(&drawn, &dcmtk(path, None).expect("DCMTK's picture")), Ok(0));
        std::fs::remove_file(path).expect("the file that was written");
    }
}

/// PS3.3 C.7.6.3.1.2: native YBR_FULL_422 is Y1 Y2 Cb Cr, chroma belonging to both.
#[test]
fn chroma_of_native_422_is_shared_by_two() {
    if !has_dcmtk() {
        return;
    }
    let data = [50, 200, 90, 240, 16, 235, 128, 128, 100, 100, 30, 60, 0, 255, 200, 20];
    let path = made::file("ybr422", SECONDARY, "2.25.5", colour("YBR_FULL_422", 0, 0, &data));
    let (drawn, theirs) = (picture(&path), dcmtk(&path, None).expect("DCMTK's picture"));
    std::fs::remove_file(&path).expect("the file that was written");
    // DCMTK rounds twice.
    assert!(difference(&drawn, &theirs).is_ok_and(|off| off <= 2));
}

/// PS3.3 C.11.2.1.3.1: "SIGMOID" has an odd number of letters, so that in a file a space follows it (PS3.5 6.2, CS).
#[test]
fn a_padded_sigmoid_is_one() {
    if !has_dcmtk() {
        return;
    }
    let mut elements = made::grey([1, 256], [16, 8, 7, 0], "MONOCHROME2");
    elements.extend([
        text([8, 0x60], "CS", "CR"),
        text([0x28, 0x1050], "DS", "100"),
        text([0x28, 0x1051], "DS", "90"),
        text([0x28, 0x1056], "CS", "SIGMOID"),
        element([0x7FE0, 0x10], "OW", &words(0..256)),
    ]);
    let path = made::file("sigmoid", SECONDARY, "2.25.6", elements);
    let (header, frame) = open(&path).expect("a picture");
    let display = &header.frames[0].display;
    let voi = VoiChoice::Window { center: 100.0, width: 90.0, function: display.windows[0].function };
    let theirs = dcmtk(&path, Some(voi)).expect("DCMTK's picture");
    std::fs::remove_file(&path).expect("the file that was written");
    assert_eq!(display.windows[0].function, WindowFunction::Sigmoid);
    assert!(difference(&render(&header, &frame, display, voi), &theirs).is_ok_and(|off| off <= 1));
}

/// PS3.3 C.7.6.3.1.7: Pixel Aspect Ratio is vertical\horizontal, and counts where no spacing is there.
#[test]
fn pixels_that_are_not_square() {
    let shape = |more: Vec<Made>| {
        let mut elements = made::grey([2, 4], [8, 8, 7, 0], "MONOCHROME2");
        elements.push(element([0x7FE0, 0x10], "OB", &[0; 8]));
        elements.extend(more);
        let path = made::file(&format!("aspect{}", elements.len()), SECONDARY, "2.25.7", elements);
        let (header, _) = open(&path).expect("a picture");
        std::fs::remove_file(&path).expect("the file that was written");
        (header.frames[0].spacing, ImageShape::new(4, 2, &header.frames[0].spacing).pixel_aspect)
    };
    assert_eq!(shape(vec![text([0x28, 0x34], "IS", "3\\2")]), (Spacing::Ratio([3.0, 2.0]), 1.5));
    let both = vec![text([0x28, 0x34], "IS", "3\\2"), text([0x28, 0x30], "DS", "0.5\\0.25")];
    assert_eq!(shape(both).1, 2.0);
}

/// PS3.3 C.7.6.24.1 and C.7.6.25.1: float padding is a range of stored values, background whatever is inverted, and no
/// part of an automatic window.
#[test]
fn float_padding_is_background() {
    for (double, values) in [(false, [-9.0, -5.0, 0.0, 1.0]), (true, [-9.0, -5.5, 0.0, 1.0])] {
        let bytes: Vec<u8> = values.into_iter().flat_map(|v: f64| real(double, v)).collect();
        let mut elements = vec![
            text([8, 0x60], "CS", "OT"),
            shorts([0x28, 2], &[1]),
            text([0x28, 4], "CS", "MONOCHROME2"),
            shorts([0x28, 0x10], &[1]),
            shorts([0x28, 0x11], &[4]),
            shorts([0x28, 0x100], &[if double { 64 } else { 32 }]),
        ];
        let (value, limit, data) = if double { (0x123, 0x125, 9) } else { (0x122, 0x124, 8) };
        let vr = if double { "FD" } else { "FL" };
        elements.push(element([0x28, value], vr, &real(double, -5.0)));
        elements.push(element([0x28, limit], vr, &real(double, -20.0)));
        elements.push(element([0x7FE0, data], if double { "OD" } else { "OF" }, &bytes));
        let path = made::file(&format!("float{double}"), "1.2.840.10008.5.1.4.1.1.30", "2.25.8", elements);
        let (header, frame) = open(&path).expect("a picture");
        std::fs::remove_file(&path).expect("the file that was written");
        let display = &header.frames[0].display;
        assert_eq!(display.float_padding, Some((-20.0, -5.0)));
        let range = auto_range(&frame, display).expect("values");
        assert_eq!((range.min, range.max), (0.0, 1.0));
        let inverse = DisplayHeader {
            presentation: Some(viewer_core::dicom::header::PresentationShape::Inverse),
            ..(**display).clone()
        };
        let grey = |display: &DisplayHeader| {
            let drawn = render(&header, &frame, display, range.into());
            [0, 1, 2, 3].map(|at: usize| drawn[at * 4])
        };
        assert_eq!((grey(display), grey(&inverse)), ([0, 0, 0, 255], [0, 0, 255, 0]));
    }
}

fn real(double: bool, value: f64) -> Vec<u8> {
    if double { value.to_le_bytes().to_vec() } else { (value as f32).to_le_bytes().to_vec() }
}

/// PS3.3 C.7.6.19 and C.8.16.2.1.1.1: stored values from the second value of the descriptor on are colours, those below
/// go the way of grey ones. Expected by the standard's words: no other reader at hand draws these.
#[test]
fn supplemental_palettes_colour_what_is_above_the_grey() {
    let Some(corpus) = corpus() else { return };
    let path = corpus.join("conformance/pixel/pydicom-data/eCT_Supplemental.dcm");
    let (header, frame) = open(&path).expect("a picture");
    let display = &header.frames[0].display;
    let Some(ColourMap::Supplemental(palette)) = &display.colours else { panic!("no palette") };
    assert_eq!((palette.first, palette.red.len()), (1024, 100));
    let window = &display.windows[0];
    let voi = VoiChoice::Window { center: window.center, width: window.width, function: window.function };
    let drawn = render(&header, &frame, display, voi);
    let plain = DisplayHeader { colours: None, ..(**display).clone() };
    let grey = render(&header, &frame, &plain, voi);
    let Samples::U16(samples) = frame.samples() else { panic!("16 bits") };
    let mut coloured = 0;
    for ((pixel, grey), stored) in drawn.chunks_exact(4).zip(grey.chunks_exact(4)).zip(samples) {
        let Some(at) = stored.checked_sub(1024) else {
            assert_eq!(pixel, grey);
            continue;
        };
        // 173 values above the first, 100 entries: the last holds for all that follow (C.7.6.3.1.5).
        let at = usize::from(at).min(99);
        let entries = [palette.red[at], palette.green[at], palette.blue[at]];
        assert!(entries.iter().zip(pixel).all(|(entry, level)| (entry >> 8).abs_diff((*level).into()) <= 1));
        coloured += 1;
    }
    assert_eq!(coloured, 84_268);
    // The first entries as they stand in the file: 0100H, 0100H, 0100H; 0100H, 0100H, 0B3DH.
    assert_eq!((palette.blue[0], palette.blue[1], palette.green[11]), (0x100, 0xB3D, 0x40F));
}

/// PS3.3 A.33.3: a pseudo-color presentation state gives grey pictures the colours of a palette, black its first entry.
#[test]
fn pseudo_colour_is_the_palette_of_grey_levels() {
    let Some(corpus) = corpus() else { return };
    let hot = std::fs::read(corpus.join("conformance/palettes/hotiron.dcm")).expect("the corpus");
    let limits = viewer_core::dicom::limits::Limits::default();
    let file = viewer_core::dicom::part10::read(&hot, &limits).expect("DICOM");
    let tables = [0x1201, 0x1202, 0x1203].map(|at| {
        let element = file.data.get(viewer_core::dicom::tag::Tag(0x28, at)).expect("a table");
        element.bytes().expect("entries").to_vec()
    });
    let image = vec![text([8, 0x1150], "UI", SECONDARY), text([8, 0x1155], "UI", "2.25.9")];
    let mut elements = vec![sequence([8, 0x1115], vec![vec![sequence([8, 0x1140], vec![image])]])];
    for (at, table) in (0..).zip(&tables) {
        elements.push(shorts([0x28, 0x1101 + at], &[256, 0, 8]));
        elements.push(element([0x28, 0x1201 + at], "OW", table));
    }
    let bytes = made::bytes("1.2.840.10008.5.1.4.1.1.11.3", "2.25.10", elements);
    let data = viewer_core::dicom::part10::read(&bytes, &limits).expect("DICOM").data;
    let state = viewer_core::presentation::PresentationState::read(&data, &limits).expect("a state");
    assert_eq!(state.findings, []);

    let mut elements = made::grey([1, 256], [8, 8, 7, 0], "MONOCHROME1");
    elements.push(element([0x7FE0, 0x10], "OB", &(0..=255).collect::<Vec<u8>>()));
    let path = made::file("pseudo", SECONDARY, "2.25.9", elements);
    let (header, frame) = open(&path).expect("a picture");
    std::fs::remove_file(&path).expect("the file that was written");
    let applied = state.for_image("2.25.9", 0).expect("the image");
    let (display, voi) = applied.display(&header.frames[0].display, &header.pixels);
    let drawn = render(&header, &frame, &display, voi.expect("a window"));
    for (at, pixel) in drawn.chunks_exact(4).enumerate() {
        assert_eq!(pixel[..3], [0, 1, 2].map(|part: usize| tables[part][at]), "{at}");
    }
}
