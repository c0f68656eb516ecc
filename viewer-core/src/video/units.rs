//! NAL units → access units: all that belongs to one moment (H.264 section 7.4.1.2.3, H.265 section 7.4.2.4.4).

use core::ops::Range;

use super::{VideoError, nal};

/// What a NAL unit is to the order of units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Part of a picture.
    Slice(Slice),
    /// Stands before a picture's first slice: ends the access unit before it.
    Before,
    /// As [`Self::Before`], but not needed in an MP4 file.
    Delimiter,
    /// Goes with what is there.
    Beside,
    /// Not needed.
    Unneeded,
}

/// What is known of a picture from one of its slices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slice {
    /// It is the first of a picture (or of a first field).
    pub(super) first: bool,
    /// Decoding can begin here.
    pub(super) key: bool,
    /// Pictures before it are all shown before it: the order begins anew.
    pub(super) restart: bool,
    /// Place in the order of showing, from the last restart on.
    pub(super) order: i64,
}

/// Reads the NAL units of one coding.
pub(super) trait Reader {
    /// What a unit is; parameter sets are remembered.
    fn role(&mut self, unit: &[u8]) -> Result<Role, VideoError>;

    /// The sample entry's name and its configuration box, whole.
    ///
    /// # Errors
    /// A parameter set is missing.
    fn configuration(&self) -> Result<Configuration, VideoError>;
}

/// What a decoder has to know before the first picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Configuration {
    /// Name of the sample entry: `avc1`, `hvc1`.
    pub(super) entry: &'static [u8; 4],
    /// Name of the box in it: `avcC`, `hvcC`.
    pub(super) name: &'static [u8; 4],
    /// What is in that box.
    pub(super) record: Vec<u8>,
}

/// One access unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unit {
    /// Where it begins in the stream.
    pub(super) at: usize,
    /// Its NAL units, as places in [`Pictures::nals`].
    pub(super) nals: Range<usize>,
    /// Decoding can begin here.
    pub(super) key: bool,
    /// As in [`Slice`].
    pub(super) restart: bool,
    /// As in [`Slice`].
    pub(super) order: i64,
}

/// A stream taken apart.
pub(super) struct Pictures {
    /// Places of NAL units in the stream: begin and end. The stream is shorter than 4 GiB.
    pub(super) nals: Vec<(u32, u32)>,
    /// In the order of decoding; never none, the first one a key picture.
    pub(super) units: Vec<Unit>,
    /// For the decoder.
    pub(super) configuration: Configuration,
}

/// The access unit that is being collected.
#[derive(Default)]
struct Open {
    /// Where it begins in the stream.
    at: Option<usize>,
    /// Its first NAL unit.
    first_nal: usize,
    slice: Option<Slice>,
    /// Where the next one begins, if the next slice is not this one's second field: its first NAL unit, and where that
    /// lies in the stream.
    next: Option<(usize, usize)>,
}

/// Divides a stream shorter than 4 GiB. What comes before the first picture that decoding can begin with is left out.
///
/// # Errors
/// No picture, no parameter set, or more than `most` pictures.
pub(super) fn divide(stream: &[u8], mut reader: impl Reader, most: usize) -> Result<Pictures, VideoError> {
    let mut nals = Vec::new();
    let mut units: Vec<Unit> = Vec::new();
    let mut open = Open::default();
    for range in nal::units(stream) {
        let role = reader.role(&stream[range.clone()])?;
        match role {
            Role::Slice(slice) if slice.first && open.slice.is_some() => {
                let next = open.next.unwrap_or((nals.len(), range.start));
                open = close(open, next, &mut nals, &mut units);
            }
            Role::Slice(_) => open.next = None,
            Role::Before | Role::Delimiter if open.slice.is_some() => {
                open.next.get_or_insert((nals.len(), range.start));
            }
            _ => {}
        }
        open.at.get_or_insert(range.start);
        if let Role::Slice(slice) = role {
            open.slice.get_or_insert(slice);
        }
        if !matches!(role, Role::Delimiter | Role::Unneeded) {
            nals.push((range.start as u32, range.end as u32));
        }
        for (count, bound) in [(units.len(), most), (nals.len(), most.saturating_mul(16))] {
            if count > bound {
                return Err(VideoError::TooMany(bound));
            }
        }
    }
    let end = (nals.len(), stream.len());
    close(open, end, &mut nals, &mut units);
    if units.is_empty() {
        return Err(VideoError::NoPicture);
    }
    Ok(Pictures { nals, configuration: reader.configuration()?, units })
}

/// Ends an access unit before `next`, and begins the one there.
fn close(open: Open, next: (usize, usize), nals: &mut Vec<(u32, u32)>, units: &mut Vec<Unit>) -> Open {
    let (mut next_nal, next_at) = next;
    match (open.at, open.slice) {
        (Some(at), Some(Slice { key, restart, order, .. })) if key || !units.is_empty() => {
            units.push(Unit { at, nals: open.first_nal..next_nal, key, restart, order });
        }
        _ => {
            // Nothing that could be decoded.
            nals.drain(open.first_nal..next_nal);
            next_nal = open.first_nal;
        }
    }
    Open { at: Some(next_at), first_nal: next_nal, slice: None, next: None }
}
