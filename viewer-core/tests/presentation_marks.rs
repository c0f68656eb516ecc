//! Annotations, layers, displayed areas and scopes of presentation states: what a state says comes out in coordinates that
//! can be drawn, and only for the frames it names. Files of other programs and of the corpus where there are some.

#![allow(clippy::expect_used)]

#[path = "support/made.rs"]
mod made;
mod support;

use made::{Made, element, floats, longs, sequence, shorts, text};
use support::corpus;
use viewer_core::dicom::header::Spacing;
use viewer_core::dicom::json::{self, Bulk, WriteOptions};
use viewer_core::dicom::limits::Limits;
use viewer_core::dicom::part10;
use viewer_core::geometry::{ImageShape, Placement};
use viewer_core::presentation::mark::{Anchor, Justification, TextBox};
use viewer_core::presentation::state::AppliedVoi;
use viewer_core::presentation::{
    Drawing, Finding, PresentationState, Shape, SizeMode, StateError, StateVoi, Units, paint,
};

const IMAGE: &str = "2.25.82";
const CT: &str = "1.2.840.10008.5.1.4.1.1.2";
const GRAYSCALE: &str = "1.2.840.10008.5.1.4.1.1.11.1";

fn read(class: &str, elements: Vec<Made>) -> Result<PresentationState, StateError> {
    let bytes = made::bytes(class, "2.25.91", elements);
    let file = part10::read(&bytes, &Limits::default()).expect("DICOM");
    PresentationState::read(&file.data, &Limits::default())
}

fn image(frames: &str) -> Made {
    let mut item = vec![text([8, 0x1150], "UI", CT), text([8, 0x1155], "UI", IMAGE)];
    if !frames.is_empty() {
        item.push(text([8, 0x1160], "IS", frames));
    }
    sequence([8, 0x1140], vec![item])
}

/// A state for the image, with more in it.
fn state(more: Vec<Made>) -> PresentationState {
    let series = vec![image(""), text([0x20, 0xE], "UI", "2.25.81")];
    let mut elements = vec![sequence([8, 0x1115], vec![series]), text([0x2050, 0x20], "CS", "IDENTITY")];
    elements.extend(more);
    read(GRAYSCALE, elements).expect("a state")
}

fn annotation(layer: &str, graphics: Vec<Vec<Made>>, texts: Vec<Vec<Made>>) -> Vec<Made> {
    vec![text([0x70, 2], "CS", layer), sequence([0x70, 8], texts), sequence([0x70, 9], graphics)]
}

fn graphic(kind: &str, units: &str, data: &[f32]) -> Vec<Made> {
    vec![
        text([0x70, 5], "CS", units),
        shorts([0x70, 0x20], &[2]),
        shorts([0x70, 0x21], &[data.len() as u16 / 2]),
        floats([0x70, 0x22], data),
        text([0x70, 0x23], "CS", kind),
    ]
}

fn area(corners: [[i32; 2]; 2], mode: &str, more: Vec<Made>) -> Vec<Made> {
    let mut item = vec![
        longs([0x70, 0x52], &corners[0]),
        longs([0x70, 0x53], &corners[1]),
        text([0x70, 0x100], "CS", mode),
    ];
    item.extend(more);
    item
}

/// C.10.5: what highdicom wrote, read from the file and from DICOM JSON.
#[test]
fn annotations_of_another_writer() {
    let Some(corpus) = corpus() else { return };
    let path = corpus.join("conformance/nonimage/made/gsps_rotate_flip_annotations.dcm");
    let bytes = std::fs::read(path).expect("the corpus");
    let limits = Limits::default();
    let file = part10::read(&bytes, &limits).expect("DICOM");
    let state = PresentationState::read(&file.data, &limits).expect("a state");
    let options = WriteOptions { include: &|_| true, bulk: &|_| Bulk::Inline };
    let json = json::read(json::write(&file.data, &options).as_bytes(), &limits).expect("DICOM JSON");
    assert_eq!(PresentationState::read(&json[0], &limits), Ok(state.clone()));

    assert_eq!((state.label.as_deref(), state.date.as_deref()), (Some("TESTPR"), Some("20261121")));
    assert_eq!(state.creator.as_deref(), Some("TEST^CREATOR"));
    let image = "1.3.6.1.4.1.9328.50.1.54682";
    assert!(state.for_image("1.2.3", 0).is_none());
    let applied = state.for_image(image, 0).expect("the image it is for");
    assert_eq!((applied.quarter_turns, applied.flip, &*applied.findings), (1, true, &[][..]));
    let shapes: Vec<&Shape> = applied.marks.iter().map(|(_, mark)| &mark.shape).collect();
    let [
        Shape::Line { points, filled: false },
        Shape::Line { points: circle, .. },
        Shape::Points(point),
        first,
        second,
    ] = shapes[..]
    else {
        panic!("{shapes:?}")
    };
    assert_eq!(points[..], [[100.0, 100.0], [200.0, 120.0], [180.0, 220.0], [100.0, 100.0]]);
    assert!(circle.iter().all(|[x, y]| ((x - 150.0).hypot(y - 150.0) - 30.0).abs() < 1e-9));
    assert_eq!(point[..], [[60.0, 60.0]]);
    let (Shape::Text(first), Shape::Text(second)) = (first, second) else { panic!("texts") };
    let anchor = Anchor { units: Units::Image, point: [150.0, 90.0], visible: true };
    assert_eq!((&*first.text, first.bounds, first.anchor), ("LESION A", None, Some(anchor)));
    let Some(TextBox { units: Units::Display, justification: Justification::Center, .. }) = second.bounds
    else {
        panic!("{second:?}")
    };
}

/// C.10.5, table C.10-5: ellipses by the ends of their axes, curves through their points; what cannot be is said.
#[test]
fn every_graphic_becomes_lines() {
    let graphics = vec![
        graphic("ELLIPSE", "PIXEL", &[0.0, 10.0, 20.0, 10.0, 10.0, 5.0, 10.0, 15.0]),
        graphic("INTERPOLATED", "PIXEL", &[1.0, 1.0, 5.0, 9.0, 9.0, 1.0]),
        graphic("CIRCLE", "PIXEL", &[1.0, 1.0]),
        graphic("SPIRAL", "PIXEL", &[1.0, 1.0, 2.0, 2.0]),
        graphic("POLYLINE", "INCHES", &[1.0, 1.0, 2.0, 2.0]),
    ];
    let state = state(vec![sequence([0x70, 1], vec![annotation("A", graphics, vec![])])]);
    assert_eq!(state.findings, [Finding::Annotation; 3]);
    let marks = state.for_image(IMAGE, 7).expect("the image").marks;
    let [Shape::Line { points: ellipse, .. }, Shape::Line { points: curve, .. }] =
        [&marks[0].1.shape, &marks[1].1.shape]
    else {
        panic!("{marks:?}")
    };
    assert!(ellipse.iter().all(|[x, y]| (((x - 10.0) / 10.0).hypot((y - 10.0) / 5.0) - 1.0).abs() < 1e-9));
    assert!([[1.0, 1.0], [5.0, 9.0], [9.0, 1.0]].iter().all(|point| curve.contains(point)));
}

/// C.10.5.1.3.1: a compound graphic has simple ones that are drawn in its place; one without is told of.
#[test]
fn compound_graphics_are_drawn_as_their_simple_ones() {
    let id = |id: u32| element([0x70, 0x226], "UL", &id.to_le_bytes());
    let compound = |number: u32| {
        let ruler = vec![text([0x70, 0x294], "CS", "RULER"), id(number)];
        let mut line = graphic("POLYLINE", "PIXEL", &[1.0, 2.0, 3.0, 4.0]);
        line.push(id(7));
        let mut item = annotation("ONE", vec![line], vec![]);
        item.push(sequence([0x70, 0x209], vec![ruler]));
        state(vec![sequence([0x70, 1], vec![item])])
    };
    let whole = compound(7);
    assert_eq!(whole.findings, []);
    let line = Shape::Line { points: vec![[1.0, 2.0], [3.0, 4.0]], filled: false };
    let applied = whole.for_image(IMAGE, 0).expect("the image it is for");
    assert_eq!(applied.marks.iter().map(|(_, mark)| &mark.shape).collect::<Vec<_>>(), [&line]);
    assert_eq!(compound(8).findings, [Finding::CompoundGraphics]);
}

/// C.10.7: lower orders are drawn first, in the colour that is recommended; C.11.7: overlays lie in their layers.
#[test]
fn layers_are_drawn_in_order() {
    let layer = |name: &str, order: &str, colour: Made| {
        vec![text([0x70, 2], "CS", name), text([0x70, 0x62], "IS", order), colour]
    };
    let line = || vec![graphic("POLYLINE", "PIXEL", &[0.0, 0.0, 9.0, 9.0])];
    let state = state(vec![
        sequence(
            [0x70, 0x60],
            vec![
                layer("TOP", "9", shorts([0x70, 0x401], &[0xFFFF, 0x8080, 0x8080])),
                layer("MIDDLE", "5", shorts([0x70, 0x67], &[0xFFFF, 0, 0x8000])),
                layer("LOW", "1", shorts([0x70, 0x66], &[0x4000])),
            ],
        ),
        sequence([0x70, 1], vec![annotation("TOP", line(), vec![]), annotation("LOW", line(), vec![])]),
        shorts([0x6002, 0x10], &[1]),
        shorts([0x6002, 0x11], &[2]),
        made::element([0x6002, 0x3000], "OW", &[3, 0]),
        text([0x6002, 0x1001], "CS", "MIDDLE"),
        // Without a layer "the overlay shall not be displayed".
        shorts([0x6004, 0x10], &[1]),
        shorts([0x6004, 0x11], &[2]),
        made::element([0x6004, 0x3000], "OW", &[3, 0]),
    ]);
    let applied = state.for_image(IMAGE, 0).expect("the image");
    let shape = ImageShape { columns: 10, rows: 10, pixel_aspect: 1.0 };
    let drawing = Drawing::of_state(&applied, &[], 0, None, &shape);
    let colours: Vec<[u8; 3]> = drawing.items.iter().map(|item| item.colour).collect();
    assert_eq!(colours, [[64; 3], [255, 0, 128], [255; 3]]);
    assert_eq!(drawing.findings, []);
}

/// PS3.3 table 10-3: references name frames from 1, or none for all; C.11.8, C.10.4: each set of frames has its own.
#[test]
fn frames_get_what_names_them() {
    let window = |frames: &str, center: &str| {
        vec![image(frames), text([0x28, 0x1050], "DS", center), text([0x28, 0x1051], "DS", "100")]
    };
    let mut small = area([[3, 2], [6, 9]], "SCALE TO FIT", vec![text([0x70, 0x102], "IS", "2\\1")]);
    small.push(image("2"));
    let mut large = area([[1, 1], [20, 10]], "MAGNIFY", vec![floats([0x70, 0x103], &[3.0])]);
    large.push(image("1\\3"));
    let state = state(vec![
        sequence([0x28, 0x3110], vec![window("1\\2", "10"), window("3", "20")]),
        sequence([0x70, 0x5A], vec![small, large]),
    ]);
    let of = |frame: u32| state.for_image(IMAGE, frame).expect("the image");
    let centre = |frame: u32| match of(frame).voi {
        AppliedVoi::Given(StateVoi::Window(window)) => Some(window.center),
        _ => None,
    };
    assert_eq!([0, 1, 2, 3].map(centre), [Some(10.0), Some(10.0), Some(20.0), None]);
    let areas = [0, 1, 2, 3].map(|frame| of(frame).area.map(|area| (area.bounds, area.mode)));
    let large = Some(([0.0, 0.0, 20.0, 10.0], SizeMode::Magnify(3.0)));
    assert_eq!(areas, [large, Some(([2.0, 1.0, 6.0, 9.0], SizeMode::Fit)), large, None]);
    assert_eq!(of(1).area.and_then(|area| area.pixel_aspect), Some(2.0));
}

/// C.10.4 and C.10.6: the area fills the viewport, its top left corner being the one after rotation and flip; display
/// units are fractions of it.
#[test]
fn areas_fill_the_screen_however_they_are_turned() {
    let image = ImageShape::new(200, 100, &Spacing::Ratio([1.0, 1.0]));
    for (turns, flip, corner) in
        [(0, "N", [20.0, 10.0]), (1, "N", [20.0, 50.0]), (2, "N", [60.0, 50.0]), (3, "Y", [60.0, 50.0])]
    {
        let state = state(vec![
            shorts([0x70, 0x42], &[turns * 90]),
            text([0x70, 0x41], "CS", flip),
            sequence([0x70, 0x5A], vec![area([[21, 11], [60, 50]], "SCALE TO FIT", vec![])]),
            sequence(
                [0x70, 1],
                vec![annotation("A", vec![graphic("POLYLINE", "DISPLAY", &[0.0, 0.0, 1.0, 1.0])], vec![])],
            ),
        ]);
        let applied = state.for_image(IMAGE, 0).expect("the image");
        let framing = applied.framing();
        let shape = framing.shape(image);
        let screen = [300.0, 160.0];
        let place = Placement::new(&framing.view(shape, screen, None), shape, screen);
        let drawing = Drawing::of_state(&applied, &[], 0, None, &shape);
        let [left, top, right, bottom] = drawing.area.on_screen(&place);
        assert_eq!([left, top, right, bottom], [70.0, 0.0, 230.0, 160.0], "{turns} {flip}");
        let found = place.to_image([left, top]);
        assert!((found[0] - corner[0]).abs() < 1e-9 && (found[1] - corner[1]).abs() < 1e-9, "{found:?}");
        // From corner to corner of the area.
        let mut out = vec![0; 300 * 160 * 4];
        paint::paint(&drawing, &place, [300, 160], &mut out).expect("a picture");
        for (x, y) in [(70, 0), (150, 80), (229, 159)] {
            assert!(out[(y * 300 + x) * 4] > 200, "{turns} {flip}: {x}, {y}");
        }
        assert_eq!(out[(80 * 300 + 90) * 4], 0);
    }
}

/// What is not done is said; what cannot be used at all is refused.
#[test]
fn nothing_is_dropped_in_silence() {
    let all = state(vec![
        sequence([0x28, 0x6100], vec![vec![text([0x28, 0x6101], "CS", "AVG_SUB")]]),
        shorts([0x70, 0x42], &[45]),
        text([0x18, 0x1600], "CS", "CIRCULAR"),
        sequence([0x28, 0x3110], vec![vec![]]),
        sequence([0x70, 0x5A], vec![area([[1, 1], [9, 9]], "TRUE SIZE", vec![]), vec![]]),
        sequence([0x28, 0x3000], vec![vec![]]),
    ]);
    for finding in [
        Finding::Mask,
        Finding::Rotation,
        Finding::Shutter,
        Finding::Voi,
        Finding::TrueSize,
        Finding::DisplayedArea,
        Finding::ModalityLut,
    ] {
        assert!(all.findings.contains(&finding), "{finding}");
    }
    let blending = read("1.2.840.10008.5.1.4.1.1.11.4", vec![]);
    assert_eq!(blending, Err(StateError::Class("1.2.840.10008.5.1.4.1.1.11.4".into())));
    assert_eq!(read(GRAYSCALE, vec![]), Err(StateError::NoImage));
}
