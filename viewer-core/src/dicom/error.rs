//! What can be wrong with DICOM bytes, where it is and what to do about it.

use thiserror::Error;

use super::tag::Tag;

/// Bytes that are not the DICOM they claim to be.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{what}, at byte {offset}{}", at_tag(.tag))]
pub struct DicomError {
    /// Element that was being read, where one had been named.
    pub tag: Option<Tag>,
    /// Position from the start of the file; of the inflated data set where the file is deflated.
    pub offset: u64,
    /// What is wrong.
    pub what: Fault,
}

fn at_tag(tag: &Option<Tag>) -> String {
    tag.map(|tag| format!(", in element {tag}")).unwrap_or_default()
}

/// Kinds of damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Fault {
    /// Neither a Part 10 file nor a bare data set.
    #[error("this is not a DICOM file: it has no DICM prefix and does not start with a data element")]
    NotDicom,
    /// The bytes stop inside something.
    #[error(
        "the file is cut off: {needed} more bytes were announced, {left} are left; fetch or copy the file again"
    )]
    Truncated {
        /// Bytes that should follow.
        needed: u64,
        /// Bytes that do.
        left: u64,
    },
    /// The bytes stop before a sequence of undefined length was closed.
    #[error("the file ends inside a sequence; fetch or copy the file again")]
    OpenSequence,
    /// A value representation and length that fit nothing.
    #[error("no data element can be read here; the file is damaged")]
    NoElement,
    /// An item or delimiter where an element belongs.
    #[error("an item or delimiter stands outside a sequence; the file is damaged")]
    StrayDelimiter,
    /// [`super::limits::Limits::sequence_depth`].
    #[error("sequences are nested deeper than {limit} levels; such a file is refused")]
    TooDeep {
        /// Levels allowed.
        limit: u32,
    },
    /// [`super::limits::Limits::elements`].
    #[error("there are more than {limit} elements; such a file is refused")]
    TooManyElements {
        /// Elements allowed.
        limit: u32,
    },
    /// [`super::limits::Limits::inflated_bytes`].
    #[error("the deflated data set grows beyond {limit} bytes; such a file is refused")]
    InflatesTooFar {
        /// Bytes allowed.
        limit: u64,
    },
    /// Deflate stream that is damaged or cut off.
    #[error("the deflated data set cannot be inflated; the file is damaged")]
    BadDeflate,
}

impl DicomError {
    pub(crate) fn new(what: Fault, offset: usize, tag: Option<Tag>) -> Self {
        Self { tag, offset: offset as u64, what }
    }
}
