use super::encapsulated::{Tables, divide};
use super::*;
use crate::dicom::header::{Photometric, SampleKind};

fn pixels(rows: u32, columns: u32, bits: u8, frames: u32) -> PixelHeader {
    PixelHeader {
        rows,
        columns,
        samples_per_pixel: 1,
        photometric: Photometric::Monochrome2,
        planar: false,
        bits_allocated: bits,
        bits_stored: bits,
        high_bit: bits - 1,
        kind: SampleKind::Unsigned,
        frames,
    }
}

fn native(header: &PixelHeader, data: Range<u64>) -> FrameIndex {
    let bits = frame_bits(header, data.end - data.start);
    FrameIndex { frames: header.frames, kind: Kind::Native { data, bits, words: false } }
}

#[test]
fn native_frames_follow_each_other() {
    let index = native(&pixels(4, 4, 16, 3), 100..196);
    assert_eq!(index.frame(2).unwrap().ranges.first(), Some(&(164..196)));
    assert_eq!(index.frame(3), Err(FrameError::NoSuchFrame { number: 4, frames: 3 }));
}

#[test]
fn one_bit_frames_need_not_start_at_a_byte() {
    let index = native(&pixels(3, 3, 1, 3), 10..14);
    let second = index.frame(1).unwrap();
    assert_eq!((second.ranges.first(), second.bit_offset), (Some(&(11..13)), 1));
    assert_eq!(align_bits(&[0b1111_1110, 0b0000_0011], 1, 9), [0xFF, 0x01]);
    assert_eq!(align_bits(&[0b1010_1010], 1, 3), [0b101]);
}

#[test]
fn bytes_in_big_endian_words_are_turned_also_from_the_middle_of_a_word() {
    let frame = native::frame(&(1..9), 24, true, 1).unwrap();
    assert_eq!(&*frame.of(&[9, 1, 0, 3, 2, 5, 4, 7, 6]), [3, 4, 5]);
}

#[test]
fn a_short_frame_says_how_much_it_lacks() {
    let index = native(&pixels(4, 4, 8, 3), 0..20);
    assert_eq!(index.frame(0).unwrap().missing, 0);
    assert_eq!(index.frame(1).unwrap().missing, 12);
    assert_eq!(index.frame(2), Err(FrameError::Missing { number: 3, found: 1 }));
}

#[test]
fn ybr_422_has_two_samples_a_pixel_unless_the_data_say_otherwise() {
    let mut header = pixels(2, 4, 8, 1);
    header.samples_per_pixel = 3;
    header.photometric = Photometric::YbrFull422;
    assert_eq!(frame_bits(&header, 16), 16 * 8);
    assert_eq!(frame_bits(&header, 24), 24 * 8);
}

/// Three fragments of 10 bytes whose items start at 100, 118 and 136.
const FRAGMENTS: [Range<u64>; 3] = [108..118, 126..136, 144..154];

fn starts(basic: &[u32], frames: u32, bytes: &[u8]) -> Result<Vec<u32>, FrameError> {
    let table: Vec<u8> = basic.iter().flat_map(|offset| offset.to_le_bytes()).collect();
    let tables = Tables { basic: &table, extended: &[], lengths: &[] };
    divide(bytes, &FRAGMENTS, &tables, frames).map(|(_, starts)| starts)
}

/// PS3.5 A.4.
#[test]
fn a_right_offset_table_divides() {
    assert_eq!(starts(&[0, 36], 2, &[]), Ok(vec![0, 2]));
    assert_eq!(starts(&[0, 18], 2, &[]), Ok(vec![0, 1]));
}

/// PS3.5 A.4.
#[test]
fn a_wrong_offset_table_is_not_believed() {
    assert_eq!(starts(&[0, 7, 36], 3, &[]), Ok(vec![0, 1, 2]));
    assert_eq!(starts(&[0, 17], 2, &[0; 200]), Err(FrameError::Ambiguous { fragments: 3, frames: 2 }));
}

#[test]
fn markers_divide_where_there_is_no_table() {
    let mut bytes = vec![0; 200];
    bytes[108..111].copy_from_slice(&[0xFF, 0xD8, 0xFF]);
    bytes[144..147].copy_from_slice(&[0xFF, 0xD8, 0xFF]);
    assert_eq!(starts(&[], 2, &bytes), Ok(vec![0, 2]));
    assert_eq!(starts(&[], 1, &bytes), Ok(vec![0]));
}

/// PS3.3 C.7.6.3.1.8.
#[test]
fn the_extended_table_gives_true_lengths() {
    let offsets: Vec<u8> = [0u64, 18, 36].iter().flat_map(|offset| offset.to_le_bytes()).collect();
    let lengths: Vec<u8> = [9u64, 10, 9].iter().flat_map(|length| length.to_le_bytes()).collect();
    let tables = Tables { basic: &[], extended: &offsets, lengths: &lengths };
    let (fragments, starts) = divide(&[], &FRAGMENTS, &tables, 3).unwrap();
    assert_eq!(starts, [0, 1, 2]);
    assert_eq!(fragments, [108..117, 126..136, 144..153]);
}
