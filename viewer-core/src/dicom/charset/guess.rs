//! Telling from the text that its label is wrong.
//!
//! Evidence is taken from all values of a data set together: one name of two characters proves little. UTF-8 proves
//! itself. GBK is believed when its commonest characters (GB 2312) outnumber what looks like accented Latin letters,
//! which stand alone between small letters.

use super::{CharacterSet, ESCAPE, Repertoire};

/// What all values say together.
#[derive(Default)]
struct Evidence {
    /// Values with bytes above 127.
    values: u32,
    /// Of these, values that are not UTF-8.
    not_utf8: u32,
    /// Values that are not GBK.
    not_gbk: u32,
    /// Sequences of three or more bytes, in values that are UTF-8.
    long_utf8: u32,
    /// Characters of GB 2312 that stand as in Chinese text.
    hanzi: u32,
    /// Pairs that could be two accented letters inside a word.
    latin: u32,
}

/// Replaces the declared character set where the text proves it wrong.
pub(super) fn correct<'a>(declared: CharacterSet, text: impl Iterator<Item = &'a [u8]>) -> CharacterSet {
    if declared.unescaped.is_some() {
        return declared;
    }
    let mut evidence = Evidence::default();
    for value in text.filter(|value| !value.is_ascii() && !value.contains(&ESCAPE)) {
        evidence.add(value);
    }
    if evidence.values == 0 {
        return declared;
    }
    let utf8 = evidence.not_utf8 == 0;
    let gbk = evidence.not_gbk == 0 && evidence.hanzi > evidence.latin;
    let better = match declared.initial {
        Repertoire::Ascii | Repertoire::Iso8859(1) if utf8 => Some(Repertoire::Utf8),
        Repertoire::Ascii | Repertoire::Iso8859(1) if gbk => Some(Repertoire::Gb18030),
        // Upper-half bytes without a label: what most equipment meant.
        Repertoire::Ascii => Some(Repertoire::Iso8859(1)),
        Repertoire::Utf8 if !utf8 && gbk => Some(Repertoire::Gb18030),
        Repertoire::Gb18030 if utf8 && evidence.long_utf8 > 1 => Some(Repertoire::Utf8),
        _ => None,
    };
    match better {
        Some(initial) => CharacterSet { initial, unescaped: None, guessed: true },
        None => declared,
    }
}

impl Evidence {
    fn add(&mut self, value: &[u8]) {
        self.values += 1;
        match core::str::from_utf8(value) {
            Ok(text) => self.long_utf8 += text.chars().filter(|c| c.len_utf8() > 2).count() as u32,
            Err(_) => self.not_utf8 += 1,
        }
        if !self.add_gbk(value) {
            self.not_gbk += 1;
        }
    }

    /// Counts the characters of a value read as GBK; false where it cannot be that.
    fn add_gbk(&mut self, value: &[u8]) -> bool {
        let mut at = 0;
        while at < value.len() {
            if value[at] < 0x80 {
                at += 1;
                continue;
            }
            let start = at;
            let mut hanzi = 0;
            while let Some(&lead) = value.get(at).filter(|byte| **byte >= 0x80) {
                let Some(&trail) = value.get(at + 1) else { return false };
                match (lead, trail) {
                    (0x81..=0xFE, 0x30..=0x39) => at += 4,
                    (0xB0..=0xF7, 0xA1..=0xFE) => {
                        hanzi += 1;
                        at += 2;
                    }
                    (0x81..=0xFE, 0x40..=0x7E | 0x80..=0xFE) => at += 2,
                    _ => return false,
                }
            }
            let small = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_lowercase);
            let before = start.checked_sub(1).and_then(|index| value.get(index));
            if at - start == 2 && (small(before) || small(value.get(at)) || value[start + 1] < 0x80) {
                self.latin += 1;
            } else {
                self.hanzi += hanzi;
            }
        }
        true
    }
}
