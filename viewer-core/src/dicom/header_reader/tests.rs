use std::borrow::Cow;

use super::*;
use crate::dicom::charset::CharacterSet;
use crate::dicom::dataset::{Element, Value};
use crate::dicom::header::{ModalityLut, Spacing, WindowFunction};
use crate::dicom::tag::Tag;
use crate::dicom::vr::Vr;
use crate::geometry::{ViewTransform, side_letters};

fn element(tag: Tag, vr: Vr, value: Value<'static>) -> Element<'static> {
    Element { tag, vr, big_endian: false, offset: 0, length: 0, value }
}

fn text(tag: Tag, vr: Vr, text: &str) -> Element<'static> {
    element(tag, vr, Value::Bytes(Cow::Owned(text.as_bytes().to_vec())))
}

fn words(tag: Tag, vr: Vr, words: &[u16]) -> Element<'static> {
    let bytes = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    element(tag, vr, Value::Bytes(Cow::Owned(bytes)))
}

fn sequence(tag: Tag, items: Vec<Vec<Element<'static>>>) -> Element<'static> {
    let items = items.into_iter().map(set).collect();
    element(tag, Vr::SQ, Value::Items(items))
}

fn set(elements: Vec<Element<'static>>) -> DataSet<'static> {
    DataSet::new(elements, CharacterSet::UTF_8)
}

/// A CT-like picture, with elements replaced or added.
fn picture(changes: Vec<Element<'static>>) -> DataSet<'static> {
    let mut elements = changes;
    elements.extend([
        text(tag::SOP_INSTANCE_UID, Vr::UI, "2.25.1"),
        text(tag::MODALITY, Vr::CS, "CT"),
        words(tag::SAMPLES_PER_PIXEL, Vr::US, &[1]),
        text(tag::PHOTOMETRIC_INTERPRETATION, Vr::CS, "MONOCHROME2 "),
        words(tag::ROWS, Vr::US, &[4]),
        words(tag::COLUMNS, Vr::US, &[6]),
        words(tag::BITS_ALLOCATED, Vr::US, &[16]),
        words(tag::BITS_STORED, Vr::US, &[12]),
        words(tag::HIGH_BIT, Vr::US, &[11]),
        words(tag::PIXEL_REPRESENTATION, Vr::US, &[1]),
        element(tag::PIXEL_DATA, Vr::OW, Value::Located),
    ]);
    set(elements)
}

fn read(changes: Vec<Element<'static>>) -> Result<InstanceHeader, HeaderError> {
    read_header(&picture(changes), Some(uid::EXPLICIT_LITTLE), &Limits::default())
}

#[test]
fn garbage_drops_the_value_not_the_instance() {
    let header = read(vec![
        text(tag::WINDOW_CENTER, Vr::DS, "***\\40\\50"),
        text(tag::WINDOW_WIDTH, Vr::DS, "400\\80\\0"),
        text(tag::WINDOW_CENTER_WIDTH_EXPLANATION, Vr::LO, "A\\B\\C"),
        text(tag::SLICE_THICKNESS, Vr::DS, "***"),
        text(tag::IMAGE_POSITION_PATIENT, Vr::DS, "1\\***\\3"),
        text(tag::IMAGE_ORIENTATION_PATIENT, Vr::DS, "1\\0\\0\\0\\1\\0"),
    ])
    .unwrap();
    let display = &header.frames[0].display;
    assert_eq!(display.windows.len(), 1);
    assert_eq!((display.windows[0].center, display.windows[0].width), (40.0, 80.0));
    assert_eq!(display.windows[0].explanation.as_deref(), Some("B"));
    assert!(header.frames[0].plane.is_none());
}

/// PS3.3 C.11.2.1.2.1: LINEAR has a width of 1 and more; C.11.2.1.3.2: LINEAR_EXACT has any.
#[test]
fn narrow_linear_windows_become_exact() {
    let header = read(vec![text(tag::WINDOW_CENTER, Vr::DS, "0.5"), text(tag::WINDOW_WIDTH, Vr::DS, "0.25")]);
    assert_eq!(header.unwrap().frames[0].display.windows[0].function, WindowFunction::LinearExact);
}

/// PS3.3 C.11.1.1 and C.11.2.1.1.
#[test]
fn a_count_of_0_is_65536_and_the_first_value_has_the_sign_of_the_pixels() {
    let entries: Vec<u16> = (0..=65_535).collect();
    let lut =
        vec![words(tag::LUT_DESCRIPTOR, Vr::US, &[0, 0x8000, 16]), words(tag::LUT_DATA, Vr::OW, &entries)];
    let header = read(vec![sequence(tag::VOI_LUT_SEQUENCE, vec![lut.clone()])]).unwrap();
    let table = &header.frames[0].display.voi_luts[0];
    assert_eq!((table.entries.len(), table.first, table.bits), (65_536, -32_768, 16));

    let unsigned = words(tag::PIXEL_REPRESENTATION, Vr::US, &[0]);
    let header = read(vec![unsigned, sequence(tag::VOI_LUT_SEQUENCE, vec![lut])]).unwrap();
    assert_eq!(header.frames[0].display.voi_luts[0].first, 32_768);
}

/// PS3.3 C.11.2.1.1.
#[test]
fn voi_first_value_is_signed_where_modality_values_can_be_negative() {
    let lut =
        vec![words(tag::LUT_DESCRIPTOR, Vr::US, &[2, 0xFC18, 8]), words(tag::LUT_DATA, Vr::OW, &[0, 255])];
    let header = read(vec![
        words(tag::PIXEL_REPRESENTATION, Vr::US, &[0]),
        text(tag::RESCALE_SLOPE, Vr::DS, "1"),
        text(tag::RESCALE_INTERCEPT, Vr::DS, "-1024"),
        sequence(tag::VOI_LUT_SEQUENCE, vec![lut]),
    ])
    .unwrap();
    assert_eq!(header.frames[0].display.voi_luts[0].first, -1000);
    assert_eq!(header.frames[0].display.units.as_deref(), Some("HU"));
}

/// PS3.3 C.11.2.1.1: entries of 8 bits may lie two in a word.
#[test]
fn packed_8_bit_tables_and_wrong_bits() {
    let packed =
        vec![words(tag::LUT_DESCRIPTOR, Vr::US, &[4, 0, 8]), words(tag::LUT_DATA, Vr::OW, &[0x0201, 0x0403])];
    let wrong =
        vec![words(tag::LUT_DESCRIPTOR, Vr::US, &[2, 0, 8]), words(tag::LUT_DATA, Vr::OW, &[0, 4095])];
    let header = read(vec![sequence(tag::VOI_LUT_SEQUENCE, vec![packed, wrong])]).unwrap();
    let luts = &header.frames[0].display.voi_luts;
    assert_eq!((luts[0].entries.as_slice(), luts[0].bits), ([1, 2, 3, 4].as_slice(), 8));
    assert_eq!((luts[1].entries.as_slice(), luts[1].bits), ([0, 4095].as_slice(), 12));
}

/// PS3.3 C.7.5.1.1.2.
#[test]
fn padding_is_in_stored_values_and_ordered() {
    let padding = |limit: u16| {
        read(vec![
            words(tag::PIXEL_PADDING_VALUE, Vr::US, &[0xF830]),
            words(tag::PIXEL_PADDING_RANGE_LIMIT, Vr::US, &[limit]),
        ])
        .unwrap()
        .frames[0]
            .display
            .padding
    };
    assert_eq!(padding(0xF800), Some((-2048, -2000)));
    assert_eq!(padding(0xFFFF), Some((-2000, -1)));
}

/// PS3.5 8.1.1: the bits above Bits Stored need not repeat the sign, in Pixel Data nor here. C.7.5.1.1.2.
#[test]
fn padding_without_its_sign_bits_is_still_negative() {
    let of = |value| read(vec![words(tag::PIXEL_PADDING_VALUE, Vr::US, &[value])]).unwrap();
    let padding = |value| of(value).frames[0].display.padding;
    assert_eq!(padding(0x0830), Some((-2000, -2000)));
    assert_eq!(padding(0x07FF), Some((2047, 2047)));
    assert_eq!(padding(0x8000), Some((-32_768, -32_768)));
}

/// PS3.3 10.7.1.1 and 10.7.1.3: at the detector, in the patient, corrected or calibrated; row before column.
#[test]
fn spacing_says_what_it_rests_on() {
    let pixel = || text(tag::PIXEL_SPACING, Vr::DS, "0.2\\0.3");
    let imager = |value: &str| text(tag::IMAGER_PIXEL_SPACING, Vr::DS, value);
    let of = |changes| read(changes).unwrap().frames[0].spacing;
    let modality = |value: &str| text(tag::MODALITY, Vr::CS, value);
    assert_eq!(of(vec![pixel()]), Spacing::Patient([0.2, 0.3]));
    assert_eq!(of(vec![modality("DX"), pixel()]), Spacing::Detector([0.2, 0.3]));
    assert_eq!(of(vec![modality("DX"), pixel(), imager("0.2\\0.3")]), Spacing::Detector([0.2, 0.3]));
    assert_eq!(of(vec![modality("DX"), pixel(), imager("0.4\\0.6")]), Spacing::Patient([0.2, 0.3]));
    assert_eq!(of(vec![modality("DX"), imager("0.4\\0.6")]), Spacing::Detector([0.4, 0.6]));
    let factor = |value: &str| text(tag::ESTIMATED_RADIOGRAPHIC_MAGNIFICATION_FACTOR, Vr::DS, value);
    let magnified = |value| of(vec![modality("DX"), factor(value), imager("0.3\\0.6")]);
    assert_eq!(magnified("1.5"), Spacing::Estimated([0.3 / 1.5, 0.6 / 1.5]));
    assert_eq!(magnified("0.5"), Spacing::Detector([0.3, 0.6]));
    // What is calibrated is not divided once more.
    let calibrated = vec![modality("DX"), factor("1.5"), pixel(), imager("0.3\\0.6")];
    assert_eq!(of(calibrated), Spacing::Patient([0.2, 0.3]));
    assert_eq!(of(vec![text(tag::PIXEL_ASPECT_RATIO, Vr::IS, "4\\3")]), Spacing::Ratio([4.0, 3.0]));
    assert_eq!(of(vec![text(tag::PIXEL_SPACING, Vr::DS, "0\\0")]), Spacing::Ratio([1.0, 1.0]));
}

/// PS3.3 C.7.6.16.1.1, C.7.6.16.2.9 and C.7.6.16.2.10.
#[test]
fn per_frame_groups_come_before_shared_ones() {
    let window = |center: &str| {
        sequence(
            tag::FRAME_VOI_LUT_SEQUENCE,
            vec![vec![text(tag::WINDOW_CENTER, Vr::DS, center), text(tag::WINDOW_WIDTH, Vr::DS, "10")]],
        )
    };
    let position = |z: &str| {
        let position = text(tag::IMAGE_POSITION_PATIENT, Vr::DS, z);
        sequence(tag::PLANE_POSITION_SEQUENCE, vec![vec![position]])
    };
    let orientation = text(tag::IMAGE_ORIENTATION_PATIENT, Vr::DS, "1\\0\\0\\0\\1\\0");
    let header = read(vec![
        text(tag::NUMBER_OF_FRAMES, Vr::IS, "3"),
        sequence(
            tag::SHARED_FUNCTIONAL_GROUPS_SEQUENCE,
            vec![vec![window("1"), sequence(tag::PLANE_ORIENTATION_SEQUENCE, vec![vec![orientation]])]],
        ),
        sequence(
            tag::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE,
            vec![
                vec![position("0\\0\\1")],
                vec![window("2"), position("0\\0\\2")],
                vec![position("0\\0\\3")],
            ],
        ),
    ])
    .unwrap();
    let centers: Vec<f64> = header.frames.iter().map(|frame| frame.display.windows[0].center).collect();
    assert_eq!(centers, [1.0, 2.0, 1.0]);
    let heights: Vec<f64> =
        header.frames.iter().map(|frame| frame.plane.as_ref().unwrap().position[2]).collect();
    assert_eq!(heights, [1.0, 2.0, 3.0]);
}

#[test]
fn frames_without_positions_of_their_own_have_no_plane() {
    let header = read(vec![
        text(tag::NUMBER_OF_FRAMES, Vr::IS, "3"),
        text(tag::IMAGE_POSITION_PATIENT, Vr::DS, "0\\0\\5"),
        text(tag::IMAGE_ORIENTATION_PATIENT, Vr::DS, "1\\0\\0\\0\\1\\0"),
    ])
    .unwrap();
    assert!(header.frame(2).unwrap().plane.is_none());
}

#[test]
fn wrong_pixel_attributes_are_refused_by_name() {
    let refused = |change| read(vec![change]).unwrap_err().to_string();
    assert_eq!(
        refused(words(tag::BITS_ALLOCATED, Vr::US, &[13])),
        "(0028,0100) is \"13\" but must be 1, 8, 16, 32 or 64"
    );
    assert_eq!(refused(words(tag::ROWS, Vr::US, &[])), "(0028,0010) is missing but must be 1 to 65535");
    assert_eq!(
        refused(words(tag::BITS_STORED, Vr::US, &[17])),
        "(0028,0101) is \"17\" but must be 1 to Bits Allocated"
    );
    let colour = refused(text(tag::PHOTOMETRIC_INTERPRETATION, Vr::CS, "RGB"));
    assert_eq!(colour, "(0028,0002) is \"1\" but must be 3 for this Photometric Interpretation");
}

#[test]
fn a_slope_of_0_and_one_of_two_missing() {
    let header =
        read(vec![text(tag::RESCALE_SLOPE, Vr::DS, "0"), text(tag::RESCALE_INTERCEPT, Vr::DS, "-5")]);
    let expected = ModalityLut::Rescale { slope: 1.0, intercept: -5.0 };
    assert_eq!(header.unwrap().frames[0].display.modality_lut, expected);
    assert_eq!(read(vec![]).unwrap().frames[0].display.modality_lut, ModalityLut::Identity);
}

/// PS3.3 C.7.6.1.1.5: once lossy, always "01"; and lossy JPEG is lossy whatever its header says.
#[test]
fn what_was_lossy_once_is_said_to_be() {
    let lossy = |value: &str, syntax: &str| {
        let picture = picture(vec![text(tag::LOSSY_IMAGE_COMPRESSION, Vr::CS, value)]);
        read_header(&picture, Some(syntax), &Limits::default()).unwrap().frames[0].display.lossy
    };
    assert!(lossy("01", uid::EXPLICIT_LITTLE));
    assert!(!lossy("00", uid::EXPLICIT_LITTLE));
    assert!(lossy("00", "1.2.840.10008.1.2.4.50") && lossy("", "1.2.840.10008.1.2.4.51"));
    assert!(!lossy("00", "1.2.840.10008.1.2.4.91") && !lossy("00", "1.2.840.10008.1.2.4.70"));
}

/// PS3.3 C.8.5.5: bounds, units and steps; a region without them measures nothing.
#[test]
fn ultrasound_regions_have_bounds_units_and_steps() {
    let region = |right: u32, delta: f64| {
        let number =
            |tag, value: u32| element(tag, Vr::UL, Value::Bytes(Cow::Owned(value.to_le_bytes().to_vec())));
        let step = |tag| element(tag, Vr::FD, Value::Bytes(Cow::Owned(delta.to_le_bytes().to_vec())));
        vec![
            number(tag::REGION_LOCATION_MIN_X0, 10),
            number(tag::REGION_LOCATION_MIN_Y0, 20),
            number(tag::REGION_LOCATION_MAX_X1, right),
            number(tag::REGION_LOCATION_MAX_Y1, 400),
            words(tag::PHYSICAL_UNITS_X_DIRECTION, Vr::US, &[3]),
            words(tag::PHYSICAL_UNITS_Y_DIRECTION, Vr::US, &[4]),
            step(tag::PHYSICAL_DELTA_X),
            step(tag::PHYSICAL_DELTA_Y),
        ]
    };
    let regions = vec![region(300, 0.02), region(5, 0.02), region(300, 0.0), vec![]];
    let header = read(vec![sequence(tag::SEQUENCE_OF_ULTRASOUND_REGIONS, regions)]).unwrap();
    assert_eq!(header.regions.len(), 1);
    let region = &header.regions[0];
    assert_eq!((region.bounds, region.units, region.delta), ([10, 20, 300, 400], [3, 4], [0.02, 0.02]));
}

/// PS3.3 C.7.6.1.1.1: rows run towards the first value, columns towards the second.
#[test]
fn projections_say_where_left_is() {
    let letters = |value: &str| {
        let header = read(vec![text(tag::PATIENT_ORIENTATION, Vr::CS, value)]).unwrap();
        let sides = side_letters(header.patient_orientation?, &ViewTransform::default());
        Some([sides.left, sides.right, sides.top, sides.bottom].map(|side| side.letters()).join(" "))
    };
    assert_eq!(letters("L\\F").as_deref(), Some("R L H F"));
    assert_eq!(letters("A\\F").as_deref(), Some("P A H F"));
    // A mediolateral oblique mammogram.
    assert_eq!(letters("P\\FL").as_deref(), Some("A P HR FL"));
    for no_direction in ["", "CC", "L\\", "L\\R", "L\\L", "LE\\V", "LR\\F", "l\\f"] {
        assert_eq!(letters(no_direction), None, "{no_direction}");
    }
}
