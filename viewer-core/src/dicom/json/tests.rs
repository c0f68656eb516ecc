use super::*;
use crate::dicom::dataset::{DataSet, Value};
use crate::dicom::limits::Limits;
use crate::dicom::tag;

fn one(json: &str) -> DataSet<'static> {
    read(json.as_bytes(), &Limits::default()).unwrap().remove(0)
}

fn everything(data: &DataSet<'_>) -> String {
    write(data, &WriteOptions { include: &|_| true, bulk: &|_| Bulk::Inline })
}

/// PS3.18 section F.4, shortened, with members in another order.
const EXAMPLE: &str = r#"[{
  "00080005": { "Value": [ "ISO_IR 192" ], "vr": "CS" },
  "00080020": { "vr": "DA", "Value": [ "20130409" ] },
  "00080061": { "vr": "CS", "Value": [ "CT", "PET" ] },
  "00080090": { "vr": "PN", "Value": [ { "Alphabetic": "^Bob^^Dr." } ] },
  "00100010": { "vr": "PN", "Value": [
     { "Alphabetic": "Wang^XiaoDong", "Ideographic": "王^小东", "Phonetic": "x^y" } ] },
  "00101002": { "vr": "SQ", "Value": [
     { "00100020": { "vr": "LO", "Value": [ "54321" ] } }, null ] },
  "00201209": { "vr": "IS", "Value": [ 4 ] },
  "00280030": { "vr": "DS", "Value": [ 0.5, 0.25 ] },
  "00280106": { "vr": "SS", "Value": [ -5 ] },
  "00281201": { "vr": "OW", "InlineBinary": "AQID" },
  "00209165": { "vr": "AT", "Value": [ "00209128" ] },
  "7FE00010": { "vr": "OW", "BulkDataURI": "../bulkdata/1" }
}]"#;

#[test]
fn the_example_of_the_standard_is_read() {
    let data = one(EXAMPLE);
    assert_eq!(data.string(tag::STUDY_DATE).as_deref(), Some("20130409"));
    assert_eq!(data.strings(tag::MODALITIES_IN_STUDY), ["CT", "PET"]);
    let name = data.person_name(tag::PATIENT_NAME);
    assert_eq!((name.alphabetic.as_str(), name.ideographic.as_str()), ("Wang^XiaoDong", "王^小东"));
    assert_eq!(data.items(Tag(0x0010, 0x1002)).len(), 2);
    assert_eq!(data.items(Tag(0x0010, 0x1002))[0].string(tag::PATIENT_ID).as_deref(), Some("54321"));
    assert_eq!(data.int(tag::NUMBER_OF_SERIES_RELATED_INSTANCES), Some(4));
    assert_eq!(data.floats_exact(tag::PIXEL_SPACING), Some([0.5, 0.25]));
    assert_eq!(data.int(tag::SMALLEST_IMAGE_PIXEL_VALUE), Some(-5));
    assert_eq!(data.get(tag::RED_PALETTE_DATA).unwrap().bytes(), Some([1, 2, 3].as_slice()));
    assert_eq!(data.get(tag::PIXEL_DATA).unwrap().value, Value::Bulk("../bulkdata/1".into()));
}

#[test]
fn writing_what_was_read_gives_the_same_json() {
    let json = everything(&one(EXAMPLE));
    let written: serde_json::Value = serde_json::from_str(&json).unwrap();
    let mut expected: serde_json::Value = serde_json::from_str::<Vec<_>>(EXAMPLE).unwrap().remove(0);
    // An empty item is written as an empty object.
    expected["00101002"]["Value"][1] = serde_json::json!({});
    assert_eq!(written, expected);
}

#[test]
fn strings_are_escaped_and_garbage_numbers_stay_text() {
    let data =
        one(r#"{"00204000":{"vr":"LT","Value":["a\"b\\c\u0001\n"]},"00281050":{"vr":"DS","Value":["***"]}}"#);
    let json = everything(&data);
    assert_eq!(one(&json), data);
    assert!(json.contains(r#""Value":["***"]"#), "{json}");
}

#[test]
fn filter_and_bulk_are_asked() {
    let options = WriteOptions {
        include: &|tag| tag == tag::RED_PALETTE_DATA || tag == tag::PIXEL_DATA,
        bulk: &|element| match element.tag {
            tag::PIXEL_DATA => Bulk::Omit,
            _ => Bulk::Uri("b/1".into()),
        },
    };
    let json = write(&one(EXAMPLE), &options);
    assert_eq!(json, r#"{"00281201":{"vr":"OW","BulkDataURI":"b/1"},"7FE00010":{"vr":"OW"}}"#);
}

#[test]
fn limits_hold() {
    let deep = "{\"00081115\":{\"vr\":\"SQ\",\"Value\":[".repeat(5) + "{}" + &"]}}".repeat(5);
    let shallow = Limits { sequence_depth: 4, ..Limits::default() };
    assert!(read(deep.as_bytes(), &Limits::default()).is_ok());
    assert!(read(deep.as_bytes(), &shallow).unwrap_err().to_string().contains("more than 4 levels"));
    let few = Limits { elements: 5, ..Limits::default() };
    assert!(read(EXAMPLE.as_bytes(), &few).unwrap_err().to_string().contains("more than 5 elements"));
    let short = Limits { element_bytes: 2, ..Limits::default() };
    assert!(read(EXAMPLE.as_bytes(), &short).is_err());
    let endless = "{\"00081115\":{\"vr\":\"SQ\",\"Value\":[".repeat(100_000);
    assert!(read(endless.as_bytes(), &Limits::default()).is_err());
}

#[test]
fn bad_json_is_an_error_that_says_so() {
    for bad in ["", "17", "[1]", "{\"00100010\":5}", "[{}] x"] {
        assert!(matches!(read(bad.as_bytes(), &Limits::default()), Err(JsonError::Malformed(_))), "{bad}");
    }
    let bad = br#"{"00281201":{"vr":"OW","InlineBinary":"!!"}}"#;
    assert!(matches!(read(bad, &Limits::default()), Err(JsonError::NotBase64(tag::RED_PALETTE_DATA))));
}

/// What JSON writes as one kind of number and a file as another.
#[test]
fn numbers_reach_every_representation() {
    let data =
        one(r#"{"00201208":{"vr":"IS","Value":[1e3,-2,"7"]},"00280030":{"vr":"DS","Value":[1.5e-3,"0.25"]},
        "00280010":{"vr":"US","Value":[5.0,65535]},"00289416":{"vr":"UV","Value":[18446744073709551615]},
        "00081162":{"vr":"FD","Value":[-1E-2,"NaN"]},"00181010":{"vr":"FL","Value":[0.1]}}"#);
    assert_eq!(data.ints(Tag(0x0020, 0x1208)), [Some(1000), Some(-2), Some(7)]);
    assert_eq!(data.floats(tag::PIXEL_SPACING), [Some(0.0015), Some(0.25)]);
    assert_eq!(data.ints(tag::ROWS), [Some(5), Some(65535)]);
    assert_eq!(data.get(Tag(0x0028, 0x9416)).unwrap().bytes(), Some([0xff; 8].as_slice()));
    assert_eq!(data.floats(Tag(0x0008, 0x1162)), [Some(-0.01), None]);
    assert_eq!(data.float(Tag(0x0018, 0x1010)), Some(f64::from(0.1f32)));
}

#[test]
fn errors_name_the_member() {
    let error =
        read(br#"[{"00100010":{"vr":"PN","Value":[{"Alphabetic":5}]}}]"#, &Limits::default()).unwrap_err();
    let said = error.to_string();
    assert!(said.contains("[0].00100010.Value[0].Alphabetic: a text is expected"), "{said}");
    assert!(matches!(read(b"[\"\xff\"]", &Limits::default()), Err(JsonError::NotUtf8(2))));
}
