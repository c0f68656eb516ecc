//! Value representations and keywords by tag: PS3.6 where feature `dictionary` is on, else only the tags that this
//! program itself reads.

use super::tag::{self, Tag};
use super::vr::Vr;

/// The value representation an element has by its tag alone.
///
/// `Vr::US` stands for "US or SS" and `Vr::OW` for "OB or OW". Group lengths and private creators are known for every
/// group (PS3.5 sections 7.2 and 7.8.1). Nothing for a tag that the dictionary does not hold.
pub fn vr(tag: Tag) -> Option<Vr> {
    if tag.is_group_length() {
        return Some(Vr::UL);
    }
    if tag.is_private_creator() {
        return Some(Vr::LO);
    }
    if tag.is_private() {
        return None;
    }
    tag::known_vr(tag).or_else(|| standard_vr(tag))
}

#[cfg(not(feature = "dictionary"))]
fn standard_vr(_: Tag) -> Option<Vr> {
    None
}

#[cfg(feature = "dictionary")]
fn standard_vr(tag: Tag) -> Option<Vr> {
    entry(tag).map(|(_, vr)| vr)
}

/// Keyword and value representation in the standard dictionary (PS3.6).
#[cfg(feature = "dictionary")]
pub fn entry(tag: Tag) -> Option<(&'static str, Vr)> {
    use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry};
    let entry = dicom_dictionary_std::StandardDataDictionary.by_tag(dicom_core::Tag(tag.0, tag.1))?;
    Some((entry.alias(), from_virtual(entry.vr())))
}

/// The tag that a keyword ("PatientName") names, with its value representation.
#[cfg(feature = "dictionary")]
pub fn by_keyword(keyword: &str) -> Option<(Tag, Vr)> {
    use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry};
    let entry = dicom_dictionary_std::StandardDataDictionary.by_name(keyword)?;
    let tag = entry.tag();
    Some((Tag(tag.0, tag.1), from_virtual(entry.vr())))
}

#[cfg(feature = "dictionary")]
fn from_virtual(vr: dicom_core::dictionary::VirtualVr) -> Vr {
    use dicom_core::dictionary::VirtualVr;
    match vr {
        VirtualVr::Exact(vr) => {
            let code = vr.to_bytes();
            Vr::from_code(code).unwrap_or(Vr::UN)
        }
        VirtualVr::Xs => Vr::US,
        VirtualVr::Ox | VirtualVr::Px | VirtualVr::Lt => Vr::OW,
        _ => Vr::UN,
    }
}

#[cfg(all(test, feature = "dictionary"))]
mod tests {
    use super::*;

    #[test]
    fn keywords_and_tags() {
        assert_eq!(by_keyword("PatientName"), Some((tag::PATIENT_NAME, Vr::PN)));
        assert_eq!(entry(Tag(0x0018, 0x9087)).unwrap().0, "DiffusionBValue");
        assert_eq!(vr(Tag(0x0029, 0x0010)), Some(Vr::LO));
        assert_eq!(vr(Tag(0x0029, 0x1010)), None);
        assert_eq!(vr(Tag(0x0040, 0xA730)), Some(Vr::SQ));
    }
}
