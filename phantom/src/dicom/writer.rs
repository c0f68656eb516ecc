//! A data set and its Part 10 file (PS3.10), explicit VR little endian. Text is written in GB18030.
//! Sequences and items have defined lengths. Not done: reading, other byte orders, deflate.

use super::uid::uid;
use std::collections::BTreeMap;

/// (group, element).
pub(crate) type Tag = (u16, u16);

/// Explicit VR Little Endian.
pub(crate) const EXPLICIT_LE: &str = "1.2.840.10008.1.2.1";
/// JPEG Lossless, first-order prediction, selection value 1.
pub(crate) const JPEG_LOSSLESS_SV1: &str = "1.2.840.10008.1.2.4.70";
/// JPEG baseline, 8 bits.
pub(crate) const JPEG_BASELINE: &str = "1.2.840.10008.1.2.4.50";
/// RLE Lossless.
pub(crate) const RLE_LOSSLESS: &str = "1.2.840.10008.1.2.5";

#[derive(Debug, Clone)]
enum Value {
    Bytes(&'static str, Vec<u8>),
    Items(Vec<Dataset>),
    Fragments(Vec<Vec<u8>>),
}

/// Elements in the order of their tags.
#[derive(Debug, Clone, Default)]
pub(crate) struct Dataset(BTreeMap<Tag, Value>);

impl Dataset {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Any VR whose value is text: several values joined by a backslash. An empty string is an empty element.
    pub(crate) fn text(&mut self, tag: Tag, vr: &'static str, value: &str) -> &mut Self {
        let (encoded, _, _) = encoding_rs::GB18030.encode(value);
        self.bytes(tag, vr, encoded.into_owned())
    }

    /// DS: each number in its shortest form, to at most four places (PS3.5 6.2 allows 16 characters).
    pub(crate) fn decimals(&mut self, tag: Tag, values: &[f64]) -> &mut Self {
        let one = |v: &f64| {
            let s = format!("{v:.4}");
            let s = s.trim_end_matches('0').trim_end_matches('.');
            if s == "-0" { "0".to_owned() } else { s.to_owned() }
        };
        let joined: Vec<String> = values.iter().map(one).collect();
        self.text(tag, "DS", &joined.join("\\"))
    }

    pub(crate) fn integer(&mut self, tag: Tag, value: i64) -> &mut Self {
        self.text(tag, "IS", &value.to_string())
    }

    pub(crate) fn us(&mut self, tag: Tag, value: u16) -> &mut Self {
        self.bytes(tag, "US", value.to_le_bytes().to_vec())
    }

    pub(crate) fn ss(&mut self, tag: Tag, value: i16) -> &mut Self {
        self.bytes(tag, "SS", value.to_le_bytes().to_vec())
    }

    pub(crate) fn ul(&mut self, tag: Tag, value: u32) -> &mut Self {
        self.bytes(tag, "UL", value.to_le_bytes().to_vec())
    }

    pub(crate) fn sl(&mut self, tag: Tag, value: i32) -> &mut Self {
        self.bytes(tag, "SL", value.to_le_bytes().to_vec())
    }

    pub(crate) fn fd(&mut self, tag: Tag, value: f64) -> &mut Self {
        self.bytes(tag, "FD", value.to_le_bytes().to_vec())
    }

    /// FL: several values of 32 bits.
    pub(crate) fn fl(&mut self, tag: Tag, values: &[f32]) -> &mut Self {
        self.bytes(tag, "FL", values.iter().flat_map(|v| v.to_le_bytes()).collect())
    }

    /// Several values of 16 bits.
    pub(crate) fn us_list(&mut self, tag: Tag, values: &[u16]) -> &mut Self {
        self.bytes(tag, "US", values.iter().flat_map(|v| v.to_le_bytes()).collect())
    }

    /// Several values of 32 bits with sign.
    pub(crate) fn sl_list(&mut self, tag: Tag, values: &[i32]) -> &mut Self {
        self.bytes(tag, "SL", values.iter().flat_map(|v| v.to_le_bytes()).collect())
    }

    /// An overlay plane of group 6000 (PS3.3 C.9.2): `set(x, y)` tells which of its pixels are set; `origin` is the column
    /// and row, from 1, of its first.
    pub(crate) fn overlay(
        &mut self,
        [columns, rows]: [usize; 2],
        origin: [i16; 2],
        set: impl Fn(usize, usize) -> bool,
    ) -> &mut Self {
        let mut bits = vec![0u8; (columns * rows).div_ceil(16) * 2];
        for at in (0..columns * rows).filter(|at| set(at % columns, at / columns)) {
            bits[at / 8] |= 1 << (at % 8);
        }
        let place = [origin[1], origin[0]];
        self.us((0x6000, 0x0010), rows as u16)
            .us((0x6000, 0x0011), columns as u16)
            .text((0x6000, 0x0040), "CS", "G")
            .bytes((0x6000, 0x0050), "SS", place.iter().flat_map(|v| v.to_le_bytes()).collect())
            .us((0x6000, 0x0100), 1)
            .us((0x6000, 0x0102), 0)
            .bytes((0x6000, 0x3000), "OW", bits)
    }

    pub(crate) fn at(&mut self, tag: Tag, value: Tag) -> &mut Self {
        let mut bytes = value.0.to_le_bytes().to_vec();
        bytes.extend(value.1.to_le_bytes());
        self.bytes(tag, "AT", bytes)
    }

    pub(crate) fn items(&mut self, tag: Tag, items: Vec<Dataset>) -> &mut Self {
        self.0.insert(tag, Value::Items(items));
        self
    }

    /// A sequence with one item that names a concept (PS3.3 8.8).
    pub(crate) fn code(&mut self, tag: Tag, value: &str, scheme: &str, meaning: &str) -> &mut Self {
        let mut item = Dataset::new();
        item.text((0x0008, 0x0100), "SH", value).text((0x0008, 0x0102), "SH", scheme).text(
            (0x0008, 0x0104),
            "LO",
            meaning,
        );
        self.items(tag, vec![item])
    }

    /// Native pixel data of 16-bit samples.
    pub(crate) fn native(&mut self, samples: &[u16]) -> &mut Self {
        self.bytes((0x7fe0, 0x0010), "OW", samples.iter().flat_map(|s| s.to_le_bytes()).collect())
    }

    /// Encapsulated pixel data: one fragment per frame, with a Basic Offset Table where there are several.
    pub(crate) fn encapsulated(&mut self, frames: Vec<Vec<u8>>) -> &mut Self {
        self.0.insert((0x7fe0, 0x0010), Value::Fragments(frames));
        self
    }

    fn bytes(&mut self, tag: Tag, vr: &'static str, bytes: Vec<u8>) -> &mut Self {
        self.0.insert(tag, Value::Bytes(vr, bytes));
        self
    }

    fn write(&self, out: &mut Vec<u8>) {
        for (tag, value) in &self.0 {
            match value {
                Value::Bytes(vr, bytes) => {
                    let pad = if *vr == "UI" || bytes.is_empty() || vr.starts_with('O') { 0 } else { b' ' };
                    let length = bytes.len() + bytes.len() % 2;
                    head(*tag, vr, length as u32, out);
                    out.extend(bytes);
                    out.resize(out.len() + length - bytes.len(), pad);
                }
                Value::Items(items) => {
                    let mut body = Vec::new();
                    for item in items {
                        let mut inner = Vec::new();
                        item.write(&mut inner);
                        mark((0xfffe, 0xe000), inner.len() as u32, &mut body);
                        body.extend(inner);
                    }
                    head(*tag, "SQ", body.len() as u32, out);
                    out.extend(body);
                }
                Value::Fragments(frames) => {
                    head(*tag, "OB", u32::MAX, out);
                    fragments(frames, out);
                }
            }
        }
    }

    /// The whole file: preamble, file meta information, data set.
    pub(crate) fn file(&self, class: &str, instance: &str, syntax: &str) -> Vec<u8> {
        let mut meta = Dataset::new();
        meta.bytes((0x0002, 0x0001), "OB", vec![0, 1])
            .text((0x0002, 0x0002), "UI", class)
            .text((0x0002, 0x0003), "UI", instance)
            .text((0x0002, 0x0010), "UI", syntax)
            .text((0x0002, 0x0012), "UI", &uid(0, "implementation"))
            .text((0x0002, 0x0013), "SH", "LIGHTBOX_PHANTOM");
        let mut group = Vec::new();
        meta.write(&mut group);
        let mut out = vec![0; 128];
        out.extend(b"DICM");
        head((0x0002, 0x0000), "UL", 4, &mut out);
        out.extend((group.len() as u32).to_le_bytes());
        out.extend(group);
        self.write(&mut out);
        out
    }
}

/// Tag, VR, length (PS3.5 7.1.2): long VRs have two reserved bytes and 32 bits of length.
fn head(tag: Tag, vr: &str, length: u32, out: &mut Vec<u8>) {
    out.extend(tag.0.to_le_bytes());
    out.extend(tag.1.to_le_bytes());
    out.extend(vr.as_bytes());
    if matches!(vr, "OB" | "OW" | "OF" | "SQ" | "UT" | "UN" | "UC" | "UR") {
        out.extend([0, 0]);
        out.extend(length.to_le_bytes());
    } else {
        out.extend((length as u16).to_le_bytes());
    }
}

fn mark(tag: Tag, length: u32, out: &mut Vec<u8>) {
    out.extend(tag.0.to_le_bytes());
    out.extend(tag.1.to_le_bytes());
    out.extend(length.to_le_bytes());
}

/// Items of encapsulated pixel data (PS3.5 A.4).
fn fragments(frames: &[Vec<u8>], out: &mut Vec<u8>) {
    let padded = |f: &Vec<u8>| f.len() + f.len() % 2;
    let table = if frames.len() > 1 { frames.len() * 4 } else { 0 };
    mark((0xfffe, 0xe000), table as u32, out);
    if frames.len() > 1 {
        let mut offset = 0u32;
        for f in frames {
            out.extend(offset.to_le_bytes());
            offset += padded(f) as u32 + 8;
        }
    }
    for f in frames {
        mark((0xfffe, 0xe000), padded(f) as u32, out);
        out.extend(f);
        out.resize(out.len() + padded(f) - f.len(), 0);
    }
    mark((0xfffe, 0xe0dd), 0, out);
}
