//! Single-byte sets and code extension by escape sequences, PS3.5 section 6.1.2.5 and PS3.3 tables C.12-3, C.12-4.

use encoding_rs as rs;

use super::{DoubleByte, ESCAPE, Repertoire};
use crate::dicom::vr::Vr;

/// What bytes below 128 mean.
#[derive(Clone, Copy, PartialEq)]
enum Lower {
    Ascii,
    Romaji,
    JisX0208,
    JisX0212,
}

/// What bytes from 128 mean.
#[derive(Clone, Copy, PartialEq)]
enum Upper {
    None,
    Iso8859(u8),
    Katakana,
    Pairs(DoubleByte),
}

/// Decodes one value. The sets fall back to the initial ones after a control character or a delimiter of the value
/// representation, PS3.5 section 6.1.2.5.3.
pub(super) fn decode(bytes: &[u8], vr: Vr, initial: Repertoire, unescaped: Option<DoubleByte>) -> String {
    let first_lower = if initial == Repertoire::JisX0201 { Lower::Romaji } else { Lower::Ascii };
    let first_upper = match initial {
        Repertoire::Iso8859(part) => Upper::Iso8859(part),
        Repertoire::JisX0201 => Upper::Katakana,
        _ => unescaped.map_or(Upper::None, Upper::Pairs),
    };
    let (mut lower, mut upper) = (first_lower, first_upper);
    let mut out = String::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte == ESCAPE
            && let Some(length) = escape(&bytes[at..], &mut lower, &mut upper)
        {
            at += length;
            continue;
        }
        let pair = [byte, bytes.get(at + 1).copied().unwrap_or(0)];
        match (byte, lower, upper) {
            (0x21..=0x7E, Lower::JisX0208, _) => {
                push(&mut out, rs::EUC_JP, &[pair[0] | 0x80, pair[1] | 0x80]);
                at += 2;
            }
            (0x21..=0x7E, Lower::JisX0212, _) => {
                push(&mut out, rs::EUC_JP, &[0x8F, pair[0] | 0x80, pair[1] | 0x80]);
                at += 2;
            }
            (0x00..=0x7F, ..) => {
                if is_delimiter(byte, vr) {
                    (lower, upper) = (first_lower, first_upper);
                }
                out.push(match (byte, lower) {
                    (b'~', Lower::Romaji) => '\u{203E}',
                    _ => char::from(byte),
                });
                at += 1;
            }
            (0xA1..=0xDF, _, Upper::Katakana) => {
                push(&mut out, rs::SHIFT_JIS, &[byte]);
                at += 1;
            }
            (0xA1..=0xFE, _, Upper::Pairs(set)) => {
                push(&mut out, pairs(set), &pair);
                at += 2;
            }
            (_, _, Upper::Iso8859(1)) => {
                out.push(char::from(byte));
                at += 1;
            }
            (_, _, Upper::Iso8859(part)) => {
                push(&mut out, iso8859(part), &[byte]);
                at += 1;
            }
            _ => {
                out.push(char::REPLACEMENT_CHARACTER);
                at += 1;
            }
        }
    }
    out
}

/// Delimiters where the initial sets come back. The backslash is none in text that is not multi-valued.
fn is_delimiter(byte: u8, vr: Vr) -> bool {
    match byte {
        b'\t' | b'\n' | 0x0C | b'\r' => true,
        b'\\' => vr.is_multi_string(),
        b'^' | b'=' => vr == Vr::PN,
        _ => false,
    }
}

/// Takes an escape sequence; gives its length, or nothing where it is not one of PS3.3 C.12.1.1.2.
fn escape(bytes: &[u8], lower: &mut Lower, upper: &mut Upper) -> Option<usize> {
    match bytes.get(1..3)? {
        b"(B" => *lower = Lower::Ascii,
        b"(J" => *lower = Lower::Romaji,
        b"$B" | b"$@" => *lower = Lower::JisX0208,
        b")I" => *upper = Upper::Katakana,
        b"-A" => *upper = Upper::Iso8859(1),
        b"-B" => *upper = Upper::Iso8859(2),
        b"-C" => *upper = Upper::Iso8859(3),
        b"-D" => *upper = Upper::Iso8859(4),
        b"-L" => *upper = Upper::Iso8859(5),
        b"-G" => *upper = Upper::Iso8859(6),
        b"-F" => *upper = Upper::Iso8859(7),
        b"-H" => *upper = Upper::Iso8859(8),
        b"-M" => *upper = Upper::Iso8859(9),
        b"-T" => *upper = Upper::Iso8859(11),
        b"-b" => *upper = Upper::Iso8859(15),
        b"$(" if bytes.get(3) == Some(&b'D') => {
            *lower = Lower::JisX0212;
            return Some(4);
        }
        b"$)" => {
            *upper = Upper::Pairs(match bytes.get(3)? {
                // And ISO-IR 165, which is GB 2312 but for a few characters.
                b'A' | b'E' => DoubleByte::Gb2312,
                b'C' => DoubleByte::KsX1001,
                _ => return None,
            });
            return Some(4);
        }
        _ => return None,
    }
    Some(3)
}

fn pairs(set: DoubleByte) -> &'static rs::Encoding {
    match set {
        DoubleByte::Gb2312 => rs::GBK,
        DoubleByte::KsX1001 => rs::EUC_KR,
    }
}

fn iso8859(part: u8) -> &'static rs::Encoding {
    match part {
        2 => rs::ISO_8859_2,
        3 => rs::ISO_8859_3,
        4 => rs::ISO_8859_4,
        5 => rs::ISO_8859_5,
        6 => rs::ISO_8859_6,
        7 => rs::ISO_8859_7,
        8 => rs::ISO_8859_8,
        9 => rs::WINDOWS_1254,
        11 => rs::WINDOWS_874,
        _ => rs::ISO_8859_15,
    }
}

fn push(out: &mut String, encoding: &'static rs::Encoding, bytes: &[u8]) {
    out.push_str(&encoding.decode_without_bom_handling(bytes).0);
}
