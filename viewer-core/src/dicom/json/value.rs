//! Values of DICOM JSON → the bytes that a little endian file would hold.

use crate::dicom::dataset::{DataSet, Value};
use crate::dicom::number::parse_float;
use crate::dicom::tag::Tag;
use crate::dicom::vr::Vr;

/// One entry of a "Value" array.
pub(super) enum JsonValue {
    Null,
    Int(i64),
    /// Beyond the range of `i64`.
    UInt(u64),
    Float(f64),
    Text(String),
    /// Groups of a person name, joined by `=`.
    Name(String),
    Item(DataSet<'static>),
}

/// All entries as one value of a representation. Entries of the wrong kind are empty values.
pub(super) fn encode(vr: Vr, values: Vec<JsonValue>) -> Value<'static> {
    if vr == Vr::SQ {
        return Value::Items(values.into_iter().map(item).collect());
    }
    let mut bytes = Vec::new();
    for (index, value) in values.iter().enumerate() {
        match vr.number_size() {
            _ if vr == Vr::AT => attribute_tag(value, &mut bytes),
            Some(size) => number(vr, value, size, &mut bytes),
            None => {
                if index > 0 {
                    bytes.push(b'\\');
                }
                bytes.extend_from_slice(text(value).as_bytes());
            }
        }
    }
    Value::Bytes(bytes.into())
}

/// Null stands for an empty item (PS3.18 section F.2.5).
fn item(value: JsonValue) -> DataSet<'static> {
    match value {
        JsonValue::Item(item) => item,
        _ => DataSet::default(),
    }
}

fn text(value: &JsonValue) -> String {
    match value {
        JsonValue::Int(number) => number.to_string(),
        JsonValue::UInt(number) => number.to_string(),
        JsonValue::Float(number) => format!("{number:?}"),
        JsonValue::Text(text) | JsonValue::Name(text) => text.clone(),
        JsonValue::Null | JsonValue::Item(_) => String::new(),
    }
}

fn attribute_tag(value: &JsonValue, bytes: &mut Vec<u8>) {
    if let JsonValue::Text(text) = value
        && let Some(Tag(group, element)) = Tag::from_hex(text)
    {
        bytes.extend_from_slice(&group.to_le_bytes());
        bytes.extend_from_slice(&element.to_le_bytes());
    }
}

fn number(vr: Vr, value: &JsonValue, size: usize, bytes: &mut Vec<u8>) {
    let bits = match vr {
        Vr::FL | Vr::OF => float(value).map(|value| u64::from((value as f32).to_bits())),
        Vr::FD | Vr::OD => float(value).map(f64::to_bits),
        _ => match value {
            JsonValue::Int(number) => Some(*number as u64),
            JsonValue::UInt(number) => Some(*number),
            JsonValue::Float(number) => Some(*number as i64 as u64),
            JsonValue::Text(text) => {
                text.trim().parse::<i64>().map(|number| number as u64).or_else(|_| text.trim().parse()).ok()
            }
            _ => None,
        },
    };
    if let Some(bits) = bits {
        bytes.extend_from_slice(&bits.to_le_bytes()[..size]);
    }
}

fn float(value: &JsonValue) -> Option<f64> {
    match value {
        JsonValue::Int(number) => Some(*number as f64),
        JsonValue::UInt(number) => Some(*number as f64),
        JsonValue::Float(number) => Some(*number),
        // PS3.18 F.2.3: what a JSON number cannot say is text.
        JsonValue::Text(text) => match text.trim() {
            "NaN" => Some(f64::NAN),
            "Infinity" | "inf" => Some(f64::INFINITY),
            "-Infinity" | "-inf" => Some(f64::NEG_INFINITY),
            number => parse_float(number),
        },
        _ => None,
    }
}
