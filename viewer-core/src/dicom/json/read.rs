//! DICOM JSON → data sets, in one pass, without a tree of JSON in between.

use core::cell::Cell;
use core::fmt;
use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::JsonError;
use super::value::{JsonValue, encode};
use crate::dicom::charset::CharacterSet;
use crate::dicom::dataset::{DataSet, Element, Value};
use crate::dicom::dictionary;
use crate::dicom::limits::Limits;
use crate::dicom::tag::Tag;
use crate::dicom::vr::Vr;

/// Reads an array of data sets, or a single one.
///
/// # Errors
/// Bytes that are not DICOM JSON, or more than `limits` allow.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Vec<DataSet<'static>>, JsonError> {
    let context = Context { limits, elements: Cell::new(0), not_base64: Cell::new(None) };
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let data_sets = Instances(&context).deserialize(&mut json)?;
    json.end()?;
    match context.not_base64.get() {
        Some(tag) => Err(JsonError::NotBase64(tag)),
        None => Ok(data_sets),
    }
}

/// What is counted and noted over the whole document.
struct Context<'l> {
    limits: &'l Limits,
    elements: Cell<u32>,
    not_base64: Cell<Option<Tag>>,
}

impl Context<'_> {
    fn count<E: serde::de::Error>(&self) -> Result<(), E> {
        let count = self.elements.get() + 1;
        self.elements.set(count);
        if count > self.limits.elements {
            return Err(E::custom(format_args!("more than {} elements", self.limits.elements)));
        }
        Ok(())
    }
}

struct Instances<'c>(&'c Context<'c>);

impl<'de> DeserializeSeed<'de> for Instances<'_> {
    type Value = Vec<DataSet<'static>>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Instances<'_> {
    type Value = Vec<DataSet<'static>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of data sets")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Self::Value, A::Error> {
        let mut instances = Vec::new();
        while let Some(value) = array.next_element_seed(OneValue { context: self.0, depth: 0 })? {
            let JsonValue::Item(data) = value else {
                return Err(A::Error::custom("a data set is an object"));
            };
            self.0.count()?;
            instances.push(data);
        }
        Ok(instances)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        match (OneValue { context: self.0, depth: 0 }).visit_map(map)? {
            JsonValue::Item(data) => Ok(vec![data]),
            _ => Err(A::Error::custom("a data set has elements, not name groups")),
        }
    }
}

/// One entry of a "Value" array; a data set where `depth` is 0.
struct OneValue<'c> {
    context: &'c Context<'c>,
    depth: u32,
}

impl<'de> DeserializeSeed<'de> for OneValue<'_> {
    type Value = JsonValue;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<JsonValue, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for OneValue<'_> {
    type Value = JsonValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string, a number, a person name or an item")
    }

    fn visit_unit<E>(self) -> Result<JsonValue, E> {
        Ok(JsonValue::Null)
    }

    fn visit_i64<E>(self, value: i64) -> Result<JsonValue, E> {
        Ok(JsonValue::Int(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<JsonValue, E> {
        Ok(i64::try_from(value).map_or(JsonValue::UInt(value), JsonValue::Int))
    }

    fn visit_f64<E>(self, value: f64) -> Result<JsonValue, E> {
        Ok(JsonValue::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<JsonValue, E> {
        Ok(JsonValue::Text(value.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<JsonValue, A::Error> {
        if self.depth > self.context.limits.sequence_depth {
            let limit = self.context.limits.sequence_depth;
            return Err(A::Error::custom(format_args!("sequences nested deeper than {limit} levels")));
        }
        let mut elements = Vec::new();
        let mut groups: [Option<String>; 3] = [None, None, None];
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            let group = match key.as_ref() {
                "Alphabetic" => 0,
                "Ideographic" => 1,
                "Phonetic" => 2,
                key => {
                    match Tag::from_hex(key) {
                        Some(tag) => {
                            let seed = OneElement { context: self.context, depth: self.depth, tag };
                            elements.push(map.next_value_seed(seed)?);
                        }
                        None => drop(map.next_value::<IgnoredAny>()?),
                    }
                    continue;
                }
            };
            groups[group] = map.next_value()?;
        }
        if elements.is_empty() && groups.iter().any(Option::is_some) {
            let name = groups.map(Option::unwrap_or_default).join("=");
            return Ok(JsonValue::Name(name.trim_end_matches('=').to_owned()));
        }
        Ok(JsonValue::Item(DataSet::new(elements, CharacterSet::UTF_8)))
    }
}

/// The object of one element. Its members come in any order.
struct OneElement<'c> {
    context: &'c Context<'c>,
    depth: u32,
    tag: Tag,
}

impl<'de> DeserializeSeed<'de> for OneElement<'_> {
    type Value = Element<'static>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Element<'static>, D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for OneElement<'_> {
    type Value = Element<'static>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an element with vr and Value, BulkDataURI or InlineBinary")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Element<'static>, A::Error> {
        self.context.count()?;
        let mut vr = dictionary::vr(self.tag).unwrap_or(Vr::UN);
        let mut values = Vec::new();
        let mut value = None;
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            match key.as_ref() {
                "vr" => {
                    let code: Cow<'de, str> = map.next_value()?;
                    if let [first, second] = *code.as_bytes() {
                        vr = Vr::from_code([first, second]).unwrap_or(vr);
                    }
                }
                "Value" => {
                    values = map.next_value_seed(Values { context: self.context, depth: self.depth })?
                }
                "BulkDataURI" => value = Some(Value::Bulk(map.next_value()?)),
                "InlineBinary" => {
                    let text: Cow<'de, str> = map.next_value()?;
                    value = Some(self.inline(&text)?);
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        let value = value.unwrap_or_else(|| encode(vr, values));
        let length = match &value {
            Value::Bytes(bytes) => bytes.len() as u64,
            _ => 0,
        };
        Ok(Element { tag: self.tag, vr, big_endian: false, offset: 0, length, value })
    }
}

impl OneElement<'_> {
    fn inline<E: serde::de::Error>(&self, text: &str) -> Result<Value<'static>, E> {
        let limit = self.context.limits.element_bytes;
        if text.len() as u64 / 4 * 3 > limit {
            return Err(E::custom(format_args!("an inline value of more than {limit} bytes")));
        }
        let bytes = STANDARD.decode(text).unwrap_or_else(|_| {
            self.context.not_base64.set(Some(self.tag));
            Vec::new()
        });
        Ok(Value::Bytes(bytes.into()))
    }
}

/// A "Value" array.
struct Values<'c> {
    context: &'c Context<'c>,
    depth: u32,
}

impl<'de> DeserializeSeed<'de> for Values<'_> {
    type Value = Vec<JsonValue>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Vec<JsonValue>, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Values<'_> {
    type Value = Vec<JsonValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of values")
    }

    fn visit_unit<E>(self) -> Result<Vec<JsonValue>, E> {
        Ok(Vec::new())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Vec<JsonValue>, A::Error> {
        let mut values = Vec::new();
        let depth = self.depth + 1;
        while let Some(value) = array.next_element_seed(OneValue { context: self.context, depth })? {
            if matches!(value, JsonValue::Item(_)) {
                self.context.count()?;
            }
            values.push(value);
        }
        Ok(values)
    }
}
