//! Small files made for a test: explicit little endian, elements in any order.

#![allow(clippy::expect_used, dead_code, unreachable_pub)]

use std::path::PathBuf;

/// An element ready to be written.
pub struct Made([u16; 2], Vec<u8>);

/// Its value, padded as its representation wants it.
pub fn element(tag: [u16; 2], vr: &str, value: &[u8]) -> Made {
    let padded = value.len().next_multiple_of(2);
    let mut out = words(tag);
    out.extend(vr.bytes());
    if matches!(vr, "OB" | "OW" | "OF" | "OD" | "SQ") {
        out.extend([0, 0]);
        out.extend((padded as u32).to_le_bytes());
    } else {
        out.extend((padded as u16).to_le_bytes());
    }
    out.extend(value);
    let filler = if matches!(vr, "UI" | "OB") { 0 } else { b' ' };
    out.resize(out.len() + padded - value.len(), filler);
    Made(tag, out)
}

/// Text.
pub fn text(tag: [u16; 2], vr: &str, value: &str) -> Made {
    element(tag, vr, value.as_bytes())
}

/// Unsigned shorts.
pub fn shorts(tag: [u16; 2], values: &[u16]) -> Made {
    element(tag, "US", &words(values.iter().copied()))
}

/// Single precision numbers.
pub fn floats(tag: [u16; 2], values: &[f32]) -> Made {
    element(tag, "FL", &values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<_>>())
}

/// Signed longs.
pub fn longs(tag: [u16; 2], values: &[i32]) -> Made {
    element(tag, "SL", &values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<_>>())
}

/// A sequence of items.
pub fn sequence(tag: [u16; 2], items: Vec<Vec<Made>>) -> Made {
    let mut value = Vec::new();
    for item in items {
        let item = joined(item);
        value.extend(words([0xFFFE, 0xE000]));
        value.extend((item.len() as u32).to_le_bytes());
        value.extend(item);
    }
    element(tag, "SQ", &value)
}

/// Little endian bytes.
pub fn words(values: impl IntoIterator<Item = u16>) -> Vec<u8> {
    values.into_iter().flat_map(u16::to_le_bytes).collect()
}

/// Bits, the first in the lowest of the first byte.
pub fn bits(values: impl IntoIterator<Item = bool>) -> Vec<u8> {
    let mut out = Vec::new();
    for (at, set) in values.into_iter().enumerate() {
        if at % 8 == 0 {
            out.push(0);
        }
        *out.last_mut().expect("a byte") |= u8::from(set) << (at % 8);
    }
    out
}

fn joined(mut elements: Vec<Made>) -> Vec<u8> {
    elements.sort_by_key(|element| element.0);
    elements.into_iter().flat_map(|element| element.1).collect()
}

/// A file in memory.
pub fn bytes(class: &str, uid: &str, mut elements: Vec<Made>) -> Vec<u8> {
    let meta = joined(vec![
        element([2, 1], "OB", &[0, 1]),
        text([2, 2], "UI", class),
        text([2, 3], "UI", uid),
        text([2, 0x10], "UI", "1.2.840.10008.1.2.1"),
    ]);
    elements.push(text([8, 0x16], "UI", class));
    elements.push(text([8, 0x18], "UI", uid));
    let mut out = vec![0; 128];
    out.extend(b"DICM");
    out.extend(element([2, 0], "UL", &(meta.len() as u32).to_le_bytes()).1);
    out.extend(meta);
    out.extend(joined(elements));
    out
}

/// A file for another program to read; the test removes it.
pub fn file(name: &str, class: &str, uid: &str, elements: Vec<Made>) -> PathBuf {
    let path = std::env::temp_dir().join(format!("lightbox-{}-{name}.dcm", std::process::id()));
    std::fs::write(&path, bytes(class, uid, elements)).expect("a file for DCMTK");
    path
}

/// Image Pixel Module of one grey frame of `[rows, columns]`; `bits`: allocated, stored, high bit, representation.
pub fn grey([rows, columns]: [u16; 2], bits: [u16; 4], photometric: &str) -> Vec<Made> {
    let mut elements = vec![
        shorts([0x28, 2], &[1]),
        text([0x28, 4], "CS", photometric),
        shorts([0x28, 0x10], &[rows]),
        shorts([0x28, 0x11], &[columns]),
    ];
    elements.extend((0x100..).zip(bits).map(|(at, value)| shorts([0x28, at], &[value])));
    elements
}
