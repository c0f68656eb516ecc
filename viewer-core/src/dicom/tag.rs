//! Data element tags, and the small table of those that this program reads (PS3.6).

mod table;

use core::fmt;

use super::vr::Vr;
use table::TABLE;

pub use table::*;

/// Group and element number of a data element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(pub u16, pub u16);

impl Tag {
    /// From the 8 hexadecimal digits of DICOM JSON and DICOMweb queries ("00100010").
    pub fn from_hex(text: &str) -> Option<Self> {
        if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let number = u32::from_str_radix(text, 16).ok()?;
        Some(Self((number >> 16) as u16, number as u16))
    }

    /// 8 upper-case hexadecimal digits, as DICOM JSON wants them (PS3.18 F.2.2).
    pub fn to_hex(self) -> String {
        format!("{:04X}{:04X}", self.0, self.1)
    }

    /// Whether this is a private element (odd group, PS3.5 section 7.8).
    pub fn is_private(self) -> bool {
        self.0 & 1 == 1
    }

    /// Whether this is a private creator: (gggg,0010–00FF) with gggg odd.
    pub fn is_private_creator(self) -> bool {
        self.is_private() && (0x10..=0xFF).contains(&self.1)
    }

    /// Whether this is a group length (gggg,0000).
    pub fn is_group_length(self) -> bool {
        self.1 == 0
    }

    /// Whether this is of an overlay plane: group 6000, 6002 … 601E (PS3.5 section 7.6).
    pub fn is_overlay(self) -> bool {
        (0x6000..=0x601E).contains(&self.0) && !self.is_private()
    }

    /// Whether this element holds pixels: Pixel Data, Float Pixel Data or Double Float Pixel Data.
    pub fn is_pixel_data(self) -> bool {
        matches!(self, PIXEL_DATA | FLOAT_PIXEL_DATA | DOUBLE_FLOAT_PIXEL_DATA)
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({:04x},{:04x})", self.0, self.1)
    }
}

/// Numbers of elements of the repeating group 60xx (PS3.3 C.9.2, C.9.3, C.11.7): the group says which overlay.
pub mod overlay {
    /// Overlay Rows.
    pub const ROWS: u16 = 0x0010;
    /// Overlay Columns.
    pub const COLUMNS: u16 = 0x0011;
    /// Number of Frames in Overlay.
    pub const FRAMES: u16 = 0x0015;
    /// Overlay Description.
    pub const DESCRIPTION: u16 = 0x0022;
    /// Overlay Type.
    pub const TYPE: u16 = 0x0040;
    /// Overlay Subtype.
    pub const SUBTYPE: u16 = 0x0045;
    /// Overlay Origin.
    pub const ORIGIN: u16 = 0x0050;
    /// Image Frame Origin.
    pub const IMAGE_FRAME_ORIGIN: u16 = 0x0051;
    /// Overlay Bits Allocated.
    pub const BITS_ALLOCATED: u16 = 0x0100;
    /// Overlay Bit Position.
    pub const BIT_POSITION: u16 = 0x0102;
    /// Overlay Activation Layer.
    pub const ACTIVATION_LAYER: u16 = 0x1001;
    /// Overlay Label.
    pub const LABEL: u16 = 0x1500;
    /// Overlay Data.
    pub const DATA: u16 = 0x3000;
}

/// Item (PS3.5 section 7.5).
pub(crate) const ITEM: Tag = Tag(0xFFFE, 0xE000);
/// Item Delimitation Item.
pub(crate) const ITEM_DELIMITER: Tag = Tag(0xFFFE, 0xE00D);
/// Sequence Delimitation Item.
pub(crate) const SEQUENCE_DELIMITER: Tag = Tag(0xFFFE, 0xE0DD);

/// The value representation of a tag that this program reads; nothing for any other tag.
pub(crate) fn known_vr(tag: Tag) -> Option<Vr> {
    TABLE.binary_search_by_key(&tag, |entry| entry.0).ok().map(|index| TABLE[index].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_so_that_it_can_be_searched() {
        assert!(TABLE.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn hexadecimal_forms() {
        assert_eq!(Tag::from_hex("7FE00010"), Some(PIXEL_DATA));
        assert_eq!(Tag::from_hex("7fe00010"), Some(PIXEL_DATA));
        assert_eq!(Tag::from_hex("+FE00010"), None);
        assert_eq!(PIXEL_DATA.to_hex(), "7FE00010");
        assert_eq!(PIXEL_DATA.to_string(), "(7fe0,0010)");
    }

    #[cfg(feature = "dictionary")]
    #[test]
    fn the_table_agrees_with_the_standard_dictionary() {
        for (tag, vr) in TABLE {
            let (_, standard) = crate::dicom::dictionary::entry(*tag).unwrap();
            assert!(standard == *vr || matches!(vr, Vr::US | Vr::OW), "{tag}: {vr:?} {standard:?}");
        }
    }
}
