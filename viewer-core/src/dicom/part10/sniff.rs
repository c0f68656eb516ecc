//! Telling the encoding of a data set from its first bytes.

use super::element::Syntax;
use crate::dicom::tag::Tag;
use crate::dicom::vr::Vr;

/// The encoding in which the bytes at a position make an element; nothing where no encoding does.
pub(super) fn syntax_at(bytes: &[u8], at: usize) -> Option<Syntax> {
    let code = bytes.get(at..)?.get(4..6)?;
    let explicit = Vr::from_code([code[0], code[1]]).is_some();
    let little = Syntax { explicit, big_endian: false };
    let big = Syntax { explicit, big_endian: true };
    let plausible = |syntax: Syntax| {
        let tag = syntax.tag(bytes, at)?;
        let known = explicit || is_implicit_start(bytes, at, tag, syntax)?;
        (is_first_group(tag) && known).then_some(syntax)
    };
    plausible(little).or_else(|| plausible(big))
}

/// Data sets start in a low group: identification, directory, command or one of the first private groups.
fn is_first_group(tag: Tag) -> bool {
    (0x0001..=0x0028).contains(&tag.0)
}

/// Without letters to go by, the length must be one that fits.
fn is_implicit_start(bytes: &[u8], at: usize, tag: Tag, syntax: Syntax) -> Option<bool> {
    let length = syntax.u32(bytes, at.checked_add(4)?)? as usize;
    let end = at.checked_add(8)?.checked_add(length)?;
    if end == bytes.len() {
        return Some(true);
    }
    let next = syntax.tag(bytes, end)?;
    Some(next > tag && next.0 - tag.0 < 0x1000)
}
