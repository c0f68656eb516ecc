//! DICOM JSON → data sets, in one pass, without a tree of JSON in between.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use small_json::{Fault, Kind, Limits as JsonLimits, Reader, Stop};

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
    let text = core::str::from_utf8(bytes).map_err(|error| JsonError::NotUtf8(error.valid_up_to()))?;
    let mut document = Document { limits, elements: 0, not_base64: None };
    let data_sets = small_json::read(text, &JsonLimits::default(), |json| document.instances(json))?;
    match document.not_base64 {
        Some(tag) => Err(JsonError::NotBase64(tag)),
        None => Ok(data_sets),
    }
}

/// What is counted and noted over the whole document.
struct Document<'l> {
    limits: &'l Limits,
    elements: u32,
    not_base64: Option<Tag>,
}

impl Document<'_> {
    fn count(&mut self, json: &mut Reader<'_>) -> Result<(), Stop> {
        self.elements += 1;
        let most = self.limits.elements;
        if self.elements > most {
            return Err(json.stop(Fault::Limit { what: "elements", most: most.into() }));
        }
        Ok(())
    }

    fn instances(&mut self, json: &mut Reader<'_>) -> Result<Vec<DataSet<'static>>, Stop> {
        let mut instances = Vec::new();
        if json.kind()? == Kind::Object {
            instances.push(self.instance(json)?);
            return Ok(instances);
        }
        json.array()?;
        while json.entry()? {
            self.count(json)?;
            instances.push(self.instance(json)?);
        }
        Ok(instances)
    }

    fn instance(&mut self, json: &mut Reader<'_>) -> Result<DataSet<'static>, Stop> {
        match self.object(json, 0)? {
            JsonValue::Item(data) => Ok(data),
            _ => Err(json.stop(Fault::Expected("a data set instead of a person name"))),
        }
    }

    /// An item, or the groups of a person name.
    fn object<'j>(&mut self, json: &mut Reader<'j>, depth: u32) -> Result<JsonValue<'j>, Stop> {
        let most = self.limits.sequence_depth;
        if depth > most {
            let limit = Fault::Limit { what: "levels of nested sequences", most: most.into() };
            return Err(json.stop(limit));
        }
        json.object()?;
        let mut elements = Vec::new();
        let mut groups: [Option<String>; 3] = [None, None, None];
        while let Some(name) = json.member()? {
            let group = match &*name {
                "Alphabetic" => 0,
                "Ideographic" => 1,
                "Phonetic" => 2,
                name => {
                    match Tag::from_hex(name) {
                        Some(tag) => elements.push(self.element(json, tag, depth)?),
                        None => json.skip()?,
                    }
                    continue;
                }
            };
            groups[group] = if json.null() { None } else { Some(json.text()?.into_owned()) };
        }
        if elements.is_empty() && groups.iter().any(Option::is_some) {
            let name = groups.map(Option::unwrap_or_default).join("=");
            return Ok(JsonValue::Name(name.trim_end_matches('=').to_owned()));
        }
        Ok(JsonValue::Item(DataSet::new(elements, CharacterSet::UTF_8)))
    }

    /// The object of one element. Its members come in any order.
    fn element(&mut self, json: &mut Reader<'_>, tag: Tag, depth: u32) -> Result<Element<'static>, Stop> {
        self.count(json)?;
        json.object()?;
        let mut vr = dictionary::vr(tag).unwrap_or(Vr::UN);
        let mut values = Vec::new();
        let mut value = None;
        while let Some(name) = json.member()? {
            match &*name {
                "vr" => {
                    if let [first, second] = *json.text()?.as_bytes() {
                        vr = Vr::from_code([first, second]).unwrap_or(vr);
                    }
                }
                "Value" => values = self.values(json, depth + 1)?,
                "BulkDataURI" => value = Some(Value::Bulk(json.text()?.into_owned())),
                "InlineBinary" => value = Some(self.inline(json, tag)?),
                _ => json.skip()?,
            }
        }
        let value = value.unwrap_or_else(|| encode(vr, values));
        let length = match &value {
            Value::Bytes(bytes) => bytes.len() as u64,
            _ => 0,
        };
        Ok(Element { tag, vr, big_endian: false, offset: 0, length, value })
    }

    /// A "Value" array.
    fn values<'j>(&mut self, json: &mut Reader<'j>, depth: u32) -> Result<Vec<JsonValue<'j>>, Stop> {
        let mut values = Vec::new();
        if json.null() {
            return Ok(values);
        }
        json.array()?;
        while json.entry()? {
            values.push(match json.kind()? {
                Kind::Number => JsonValue::Number(json.number()?),
                Kind::Text => JsonValue::Text(json.text()?),
                Kind::Object => self.object(json, depth)?,
                _ if json.null() => JsonValue::Null,
                _ => return Err(json.stop(Fault::Expected("a text, a number, a person name or an item"))),
            });
            if let Some(JsonValue::Item(_)) = values.last() {
                self.count(json)?;
            }
        }
        Ok(values)
    }

    fn inline(&mut self, json: &mut Reader<'_>, tag: Tag) -> Result<Value<'static>, Stop> {
        let text = json.text()?;
        let most = self.limits.element_bytes;
        if text.len() as u64 / 4 * 3 > most {
            return Err(json.stop(Fault::Limit { what: "bytes of an inline value", most }));
        }
        let bytes = STANDARD.decode(&*text).unwrap_or_else(|_| {
            self.not_base64 = Some(tag);
            Vec::new()
        });
        Ok(Value::Bytes(bytes.into()))
    }
}
