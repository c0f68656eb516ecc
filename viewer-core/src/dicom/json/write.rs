//! Data set → DICOM JSON (PS3.18 section F.2).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use small_json::write_text as string;

use crate::dicom::charset::CharacterSet;
use crate::dicom::dataset::{DataSet, Element, Numbers, Value, trim, trim_name};
use crate::dicom::number;
use crate::dicom::tag::{self, Tag};
use crate::dicom::vr::Vr;

/// How one value is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bulk {
    /// In the JSON. Pixel data and other values that are only located cannot be, and are left out.
    Inline,
    /// As BulkDataURI.
    Uri(String),
    /// In the JSON, as these bytes: for values that are sent as something shorter.
    Instead(Vec<u8>),
    /// Neither: the attribute stays, without a value.
    Omit,
}

/// What is written and how.
pub struct WriteOptions<'f> {
    /// Whether an attribute is written; asked at every level.
    pub include: &'f dyn Fn(Tag) -> bool,
    /// How a value is sent; asked for every value that is not a sequence.
    pub bulk: &'f dyn Fn(&Element<'_>) -> Bulk,
}

/// Writes one data set as a JSON object. Group 0002, group lengths and padding are left out (section F.2.2).
pub fn write(data: &DataSet<'_>, options: &WriteOptions<'_>) -> String {
    let mut out = String::new();
    write_into(&mut out, data, options);
    out
}

/// The same, appended to what is there: a server joins many data sets into one array.
pub fn write_into(out: &mut String, data: &DataSet<'_>, options: &WriteOptions<'_>) {
    out.push('{');
    let mut first = true;
    for element in data.elements() {
        let skip = element.tag.0 == 0x0002
            || element.tag.is_group_length()
            || element.tag == tag::DATA_SET_TRAILING_PADDING
            || !(options.include)(element.tag);
        if skip {
            continue;
        }
        if !first {
            out.push(',');
        }
        first = false;
        out.push('"');
        out.push_str(&element.tag.to_hex());
        out.push_str("\":{\"vr\":\"");
        out.push_str(element.vr.code());
        out.push('"');
        write_value(out, data, element, options);
        out.push('}');
    }
    out.push('}');
}

fn write_value(out: &mut String, data: &DataSet<'_>, element: &Element<'_>, options: &WriteOptions<'_>) {
    if let Value::Items(items) = &element.value {
        if !items.is_empty() {
            list(out, items.iter(), |out, item| write_into(out, item, options));
        }
        return;
    }
    if element.tag == tag::SPECIFIC_CHARACTER_SET {
        // Whatever the file used: the JSON is UTF-8.
        out.push_str(",\"Value\":[\"ISO_IR 192\"]");
        return;
    }
    if element.length == 0 && element.bytes().is_some_and(<[u8]>::is_empty) {
        return;
    }
    match (options.bulk)(element) {
        Bulk::Omit => {}
        Bulk::Uri(uri) => bulk_uri(out, &uri),
        Bulk::Instead(bytes) => binary(out, &bytes),
        Bulk::Inline => match &element.value {
            Value::Bulk(uri) => bulk_uri(out, uri),
            Value::Bytes(bytes) => inline(out, data, element, bytes),
            Value::Located | Value::Items(_) => {}
        },
    }
}

fn bulk_uri(out: &mut String, uri: &str) {
    out.push_str(",\"BulkDataURI\":");
    string(out, uri);
}

fn binary(out: &mut String, bytes: &[u8]) {
    out.push_str(",\"InlineBinary\":\"");
    STANDARD.encode_string(bytes, out);
    out.push('"');
}

fn inline(out: &mut String, data: &DataSet<'_>, element: &Element<'_>, bytes: &[u8]) {
    if element.vr.is_string() {
        strings(out, element, data.character_set());
    } else if let Some(numbers) = element.numbers().filter(|_| !is_binary(element.vr)) {
        // A tag is two 16-bit numbers.
        let step = if element.vr == Vr::AT { 2 } else { 1 };
        if numbers.len() >= step {
            let indices = (0..=numbers.len() - step).step_by(step);
            list(out, indices, |out, index| number(out, numbers, element.vr, index));
        }
    } else if !bytes.is_empty() {
        let size = element.vr.number_size().unwrap_or(1);
        if element.big_endian && size > 1 {
            let little: Vec<u8> =
                bytes.chunks(size).flat_map(|number| number.iter().rev().copied()).collect();
            binary(out, &little);
        } else {
            binary(out, bytes);
        }
    }
}

/// Representations that are sent as base64 (table F.2.3-1).
fn is_binary(vr: Vr) -> bool {
    matches!(vr, Vr::OB | Vr::OD | Vr::OF | Vr::OL | Vr::OV | Vr::OW | Vr::UN)
}

fn list<T>(out: &mut String, values: impl Iterator<Item = T>, mut write: impl FnMut(&mut String, T)) {
    out.push_str(",\"Value\":[");
    for (index, value) in values.enumerate() {
        if index > 0 {
            out.push(',');
        }
        write(out, value);
    }
    out.push(']');
}

fn strings(out: &mut String, element: &Element<'_>, charset: CharacterSet) {
    let Some(text) = element.text(charset) else { return };
    // Spaces before text count in the representations that are not multi-valued.
    if !element.vr.is_multi_string() {
        let text = text.trim_end_matches([' ', '\0']);
        if !text.is_empty() {
            list(out, core::iter::once(text), string);
        }
        return;
    }
    let nothing = |value: &str| {
        value.is_empty()
            || (element.vr == Vr::PN && value.split('=').all(|group| trim_name(group).is_empty()))
    };
    if nothing(trim(&text)) {
        return;
    }
    list(out, text.split('\\').map(trim), |out, value| match element.vr {
        _ if nothing(value) => out.push_str("null"),
        Vr::PN => person_name(out, value),
        Vr::IS => match value.parse::<i64>() {
            Ok(number) => out.push_str(&number.to_string()),
            Err(_) => string(out, value),
        },
        Vr::DS => match number::parse_float(value) {
            Some(number) => float(out, number),
            None => string(out, value),
        },
        _ => string(out, value),
    });
}

/// Up to three groups (section F.2.2, table F.2.3-1 note).
fn person_name(out: &mut String, value: &str) {
    out.push('{');
    let groups = ["Alphabetic", "Ideographic", "Phonetic"].into_iter().zip(value.split('='));
    let mut first = true;
    for (name, group) in groups.filter(|(_, group)| !trim_name(group).is_empty()) {
        if !first {
            out.push(',');
        }
        first = false;
        string(out, name);
        out.push(':');
        string(out, trim_name(group));
    }
    out.push('}');
}

fn number(out: &mut String, numbers: Numbers<'_>, vr: Vr, index: usize) {
    match vr {
        Vr::AT => {
            let half = |at: usize| numbers.bits(at).unwrap_or(0) as u16;
            string(out, &Tag(half(index), half(index + 1)).to_hex());
        }
        Vr::FL => match numbers.bits(index).map(|bits| f32::from_bits(bits as u32)) {
            Some(value) if value.is_finite() => out.push_str(&format!("{value:?}")),
            value => not_finite(out, value.map(f64::from)),
        },
        Vr::FD => match numbers.bits(index).map(f64::from_bits) {
            Some(value) if value.is_finite() => float(out, value),
            value => not_finite(out, value),
        },
        Vr::UV => out.push_str(&numbers.bits(index).unwrap_or(0).to_string()),
        _ => out.push_str(&numbers.int(index).unwrap_or(0).to_string()),
    }
}

/// The shortest digits that give the same number back; whole numbers without a point.
fn float(out: &mut String, value: f64) {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        out.push_str(&(value as i64).to_string());
    } else {
        out.push_str(&format!("{value:?}"));
    }
}

/// Numbers that JSON does not have are strings (table F.2.3-1).
fn not_finite(out: &mut String, value: Option<f64>) {
    out.push_str(match value {
        Some(value) if value == f64::INFINITY => "\"inf\"",
        Some(value) if value == f64::NEG_INFINITY => "\"-inf\"",
        _ => "\"NaN\"",
    });
}
