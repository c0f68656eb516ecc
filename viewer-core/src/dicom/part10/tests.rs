use super::*;
use crate::dicom::error::Fault;
use crate::dicom::tag;

fn element(tag: Tag, vr: &[u8; 2], value: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    out.extend(tag.0.to_le_bytes());
    out.extend(tag.1.to_le_bytes());
    out.extend(vr);
    if matches!(vr, b"OB" | b"OW" | b"SQ" | b"UN" | b"UT") {
        out.extend([0, 0]);
        out.extend((value.len() as u32).to_le_bytes());
    } else {
        out.extend((value.len() as u16).to_le_bytes());
    }
    out.extend(value);
    out
}

fn file(transfer_syntax: &str, data: &[u8]) -> Vec<u8> {
    let mut out = vec![0; 128];
    out.extend(b"DICM");
    out.extend(element(tag::TRANSFER_SYNTAX_UID, b"UI", transfer_syntax.as_bytes()));
    out.extend(data);
    out
}

#[test]
fn values_know_where_they_lie() {
    let data = [element(tag::PATIENT_ID, b"LO", b"A 17"), element(tag::ROWS, b"US", &[2, 1])].concat();
    let bytes = file(uid::EXPLICIT_LITTLE, &data);
    let read = read(&bytes, &Limits::default()).unwrap();
    let rows = read.data.get(tag::ROWS).unwrap();
    assert_eq!(&bytes[rows.offset as usize..][..rows.length as usize], [2, 1]);
    assert_eq!(read.data.int(tag::ROWS), Some(258));
    assert_eq!(read.data.string(tag::PATIENT_ID).as_deref(), Some("A 17"));
    assert!(read.warnings.is_empty() && read.problem.is_none());
}

#[test]
fn frames_before_a_cut_stay_reachable() {
    let pixels = element(tag::PIXEL_DATA, b"OW", &[7; 64]);
    let bytes = file(uid::EXPLICIT_LITTLE, &pixels);
    let cut = &bytes[..bytes.len() - 20];
    let read = read(cut, &Limits::default()).unwrap();
    let Some(PixelData { layout: PixelLayout::Native(range), .. }) = read.pixel_data else {
        panic!("pixel data")
    };
    assert_eq!(range.end - range.start, 44);
    assert_eq!(read.problem.unwrap().what, Fault::Truncated { needed: 64, left: 44 });
}

#[test]
fn a_deflated_bomb_stops_at_the_limit() {
    let zeros = vec![0u8; 4 << 20];
    let bytes = file(uid::DEFLATED, &miniz_oxide::deflate::compress_to_vec(&zeros, 6));
    let limits = Limits { inflated_bytes: 1 << 20, ..Limits::default() };
    assert_eq!(read(&bytes, &limits).unwrap_err().what, Fault::InflatesTooFar { limit: 1 << 20 });
}

#[test]
fn nesting_beyond_the_limit_is_refused() {
    let mut data = Vec::new();
    for _ in 0..10 {
        data.extend([0x08, 0x00, 0x15, 0x11, b'S', b'Q', 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]);
        data.extend([0xFE, 0xFF, 0x00, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF]);
    }
    let bytes = file(uid::EXPLICIT_LITTLE, &data);
    let limits = Limits { sequence_depth: 9, ..Limits::default() };
    assert_eq!(read(&bytes, &limits).unwrap_err().what, Fault::TooDeep { limit: 9 });
    let ten = Limits { sequence_depth: 10, ..Limits::default() };
    assert_eq!(read(&bytes, &ten).unwrap().problem.unwrap().what, Fault::OpenSequence);
}

#[test]
fn elements_beyond_the_limit_are_refused() {
    let data = element(tag::ROWS, b"US", &[1, 0]).repeat(20);
    let limits = Limits { elements: 10, ..Limits::default() };
    let error = read(&file(uid::EXPLICIT_LITTLE, &data), &limits).unwrap_err();
    assert_eq!(error.what, Fault::TooManyElements { limit: 10 });
}

#[test]
fn errors_name_place_and_remedy() {
    let bytes = file(uid::EXPLICIT_LITTLE, &element(tag::PATIENT_ID, b"LO", &[b'1'; 40]));
    let problem = read(&bytes[..bytes.len() - 10], &Limits::default()).unwrap().problem.unwrap();
    assert_eq!(
        problem.to_string(),
        "the file is cut off: 40 more bytes were announced, 30 are left; fetch or copy the file again, \
         at byte 167, in element (0010,0020)"
    );
}
