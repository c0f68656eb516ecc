//! Values of DICOM JSON → the bytes that a little endian file would hold.

use std::borrow::Cow;

use crate::dicom::dataset::{DataSet, Value};
use crate::dicom::number::parse_float;
use crate::dicom::tag::Tag;
use crate::dicom::vr::Vr;

/// One entry of a "Value" array.
pub(super) enum JsonValue<'j> {
    Null,
    /// As it stands in the JSON.
    Number(&'j str),
    Text(Cow<'j, str>),
    /// Groups of a person name, joined by `=`.
    Name(String),
    Item(DataSet<'static>),
}

/// All entries as one value of a representation. Entries of the wrong kind are empty values.
pub(super) fn encode(vr: Vr, values: Vec<JsonValue<'_>>) -> Value<'static> {
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
                bytes.extend_from_slice(text(vr, value).as_bytes());
            }
        }
    }
    Value::Bytes(bytes.into())
}

/// Null stands for an empty item (PS3.18 section F.2.5).
fn item(value: JsonValue<'_>) -> DataSet<'static> {
    match value {
        JsonValue::Item(item) => item,
        _ => DataSet::default(),
    }
}

/// A text, or a number as the text of an IS or DS.
fn text<'v>(vr: Vr, value: &'v JsonValue<'_>) -> Cow<'v, str> {
    match value {
        // An IS has no exponent: what JSON writes as 1e3 is 1000.
        JsonValue::Number(number) if vr == Vr::IS && number.contains(['e', 'E']) => {
            parse_float(number).map_or(Cow::Borrowed(*number), |value| (value as i64).to_string().into())
        }
        JsonValue::Number(number) => Cow::Borrowed(number),
        JsonValue::Text(text) => Cow::Borrowed(text),
        JsonValue::Name(name) => Cow::Borrowed(name),
        JsonValue::Null | JsonValue::Item(_) => Cow::Borrowed(""),
    }
}

fn attribute_tag(value: &JsonValue<'_>, bytes: &mut Vec<u8>) {
    if let JsonValue::Text(text) = value
        && let Some(Tag(group, element)) = Tag::from_hex(text)
    {
        bytes.extend_from_slice(&group.to_le_bytes());
        bytes.extend_from_slice(&element.to_le_bytes());
    }
}

fn number(vr: Vr, value: &JsonValue<'_>, size: usize, bytes: &mut Vec<u8>) {
    let bits = match vr {
        Vr::FL | Vr::OF => float(value).map(|value| u64::from((value as f32).to_bits())),
        Vr::FD | Vr::OD => float(value).map(f64::to_bits),
        _ => match value {
            JsonValue::Number(text) => {
                integer(text).or_else(|| parse_float(text).map(|value| value as i64 as u64))
            }
            JsonValue::Text(text) => integer(text.trim()),
            _ => None,
        },
    };
    if let Some(bits) = bits {
        bytes.extend_from_slice(&bits.to_le_bytes()[..size]);
    }
}

/// A whole number in two's complement, to be cut to its size.
fn integer(text: &str) -> Option<u64> {
    text.parse::<i64>().map(|number| number as u64).or_else(|_| text.parse()).ok()
}

fn float(value: &JsonValue<'_>) -> Option<f64> {
    match value {
        JsonValue::Number(number) => parse_float(number),
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
