//! Specific Character Set (0008,0005): bytes of text elements → Unicode (PS3.3 C.12.1.1.2, PS3.5 section 6.1).
//!
//! Real files are often labelled wrongly: GBK bytes under ISO_IR 100 or under nothing, UTF-8 under GB18030. All text
//! of a data set is looked at together ([`CharacterSet::resolve`]), and a decision against the label is flagged with
//! [`CharacterSet::guessed`].
//!
//! Limits: without feature `charset` only ASCII, ISO 8859-1 and UTF-8 are decoded, which is what DICOM JSON needs.

mod guess;
#[cfg(feature = "charset")]
mod iso2022;
mod terms;

use super::dataset::DataSet;
use super::tag;
use super::vr::Vr;

/// How the text of one data set is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CharacterSet {
    initial: Repertoire,
    /// Double-byte set for upper-half bytes that no escape sequence precedes.
    unescaped: Option<DoubleByte>,
    guessed: bool,
}

/// The encoding a value starts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Repertoire {
    /// ISO_IR 6.
    #[default]
    Ascii,
    /// ISO 8859, by part: 1–9, 11 (TIS 620), 15.
    Iso8859(u8),
    /// ISO_IR 13: JIS X 0201.
    JisX0201,
    /// ISO_IR 192.
    Utf8,
    /// GB18030; GBK is a part of it.
    Gb18030,
}

/// A 94 × 94 set in the upper half.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DoubleByte {
    /// ISO 2022 IR 58.
    Gb2312,
    /// ISO 2022 IR 149.
    KsX1001,
}

impl CharacterSet {
    /// DICOM JSON, and files that say ISO_IR 192.
    pub const UTF_8: Self = Self { initial: Repertoire::Utf8, unescaped: None, guessed: false };

    /// What (0008,0005) declares, unknown terms being skipped.
    pub fn declared<S: AsRef<str>>(terms: &[S]) -> Self {
        terms::parse(terms.iter().map(AsRef::as_ref))
    }

    /// What is declared, unless the text values of the data set show it to be wrong.
    pub fn resolve<'a, S: AsRef<str>>(terms: &[S], text: impl Iterator<Item = &'a [u8]>) -> Self {
        guess::correct(Self::declared(terms), text)
    }

    /// Whether the label was missing or wrong, and the encoding was told from the text.
    pub fn guessed(self) -> bool {
        self.guessed
    }

    /// One value (of all values, the separating backslashes kept) as Unicode. What cannot be decoded becomes U+FFFD.
    pub fn decode(self, bytes: &[u8], vr: Vr) -> String {
        if bytes.is_ascii() && !bytes.contains(&ESCAPE) && self.initial != Repertoire::JisX0201 {
            return bytes.iter().map(|&byte| char::from(byte)).collect();
        }
        match self.initial {
            Repertoire::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
            #[cfg(feature = "charset")]
            Repertoire::Gb18030 => encoding_rs::GB18030.decode_without_bom_handling(bytes).0.into_owned(),
            #[cfg(feature = "charset")]
            _ => iso2022::decode(bytes, vr, self.initial, self.unescaped),
            #[cfg(not(feature = "charset"))]
            _ => {
                let _ = (vr, self.unescaped);
                bytes.iter().map(|&byte| char::from(byte)).collect()
            }
        }
    }
}

/// Sets the character set of a data set and of the items within, which inherit it unless they declare their own
/// (PS3.3 C.12.1.1.2).
pub(crate) fn assign(data: &mut DataSet<'_>, inherited: Option<CharacterSet>) {
    let declared = data.get(tag::SPECIFIC_CHARACTER_SET).is_some();
    let own = match inherited {
        Some(inherited) if !declared => inherited,
        _ => {
            let terms = data.strings(tag::SPECIFIC_CHARACTER_SET);
            let text = data.elements().iter().filter(|element| element.vr.is_text());
            CharacterSet::resolve(&terms, text.filter_map(|element| element.bytes()))
        }
    };
    data.set_character_set(own);
    for element in data.elements_mut() {
        if let super::dataset::Value::Items(items) = &mut element.value {
            for item in items {
                assign(item, Some(own));
            }
        }
    }
}

/// First byte of an ISO 2022 escape sequence.
const ESCAPE: u8 = 0x1B;

#[cfg(all(test, feature = "charset"))]
mod tests;
