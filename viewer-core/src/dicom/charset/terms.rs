//! Defined terms of Specific Character Set, PS3.3 tables C.12-2 to C.12-5.

use super::{CharacterSet, DoubleByte, Repertoire};

/// Reads the values of (0008,0005). Spelling is taken broadly: "ISO_IR 100", "ISO-IR 100" and "ISO IR 100" are one.
pub(super) fn parse<'a>(terms: impl Iterator<Item = &'a str>) -> CharacterSet {
    let mut set = CharacterSet::default();
    for (index, term) in terms.enumerate() {
        let key: String =
            term.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
        let number = key.strip_prefix("ISO2022IR").or_else(|| key.strip_prefix("ISOIR"));
        match number {
            // ISO-IR 165 (what CCITT made of GB 2312) is no defined term; files name it all the same.
            Some("58" | "165") => set.unescaped = set.unescaped.or(Some(DoubleByte::Gb2312)),
            Some("149") => set.unescaped = set.unescaped.or(Some(DoubleByte::KsX1001)),
            _ if index > 0 => {}
            Some(number) => set.initial = registered(number).unwrap_or_default(),
            None => set.initial = by_name(&key).unwrap_or_default(),
        }
    }
    set
}

fn registered(number: &str) -> Option<Repertoire> {
    Some(match number {
        "100" => Repertoire::Iso8859(1),
        "101" => Repertoire::Iso8859(2),
        "109" => Repertoire::Iso8859(3),
        "110" => Repertoire::Iso8859(4),
        "144" => Repertoire::Iso8859(5),
        "127" => Repertoire::Iso8859(6),
        "126" => Repertoire::Iso8859(7),
        "138" => Repertoire::Iso8859(8),
        "148" => Repertoire::Iso8859(9),
        "166" => Repertoire::Iso8859(11),
        "203" => Repertoire::Iso8859(15),
        "13" => Repertoire::JisX0201,
        "192" => Repertoire::Utf8,
        _ => return None,
    })
}

/// GB18030 and GBK are their own terms; the others are what files write in place of a defined term.
fn by_name(key: &str) -> Option<Repertoire> {
    Some(match key {
        "GB18030" | "GBK" | "GB2312" => Repertoire::Gb18030,
        "UTF8" => Repertoire::Utf8,
        "ISO88591" | "LATIN1" => Repertoire::Iso8859(1),
        _ => return None,
    })
}
