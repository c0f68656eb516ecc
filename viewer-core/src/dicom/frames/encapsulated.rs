//! Dividing fragments into frames (PS3.5 section A.4).
//!
//! In order: the Extended Offset Table, the Basic Offset Table, each only if every offset is that of a fragment;
//! else one fragment per frame where the numbers agree; else all for a single frame; else the fragments that begin
//! as a compressed picture begins.

use core::ops::Range;

use super::{FrameError, slice};

/// Offset tables as bytes, empty where absent.
pub(super) struct Tables<'a> {
    pub(super) basic: &'a [u8],
    pub(super) extended: &'a [u8],
    pub(super) lengths: &'a [u8],
}

/// Fragments without empty ones, and the index of the first fragment of each frame.
type Divided = (Vec<Range<u64>>, Vec<u32>);

pub(super) fn divide(
    bytes: &[u8],
    fragments: &[Range<u64>],
    tables: &Tables<'_>,
    frames: u32,
) -> Result<Divided, FrameError> {
    let base = fragments.first().map_or(0, |first| first.start - 8);
    let mut kept: Vec<_> = fragments.iter().filter(|range| range.end > range.start).cloned().collect();
    if let Some(offsets) = extended(tables.extended, frames)
        && let Some(starts) = by_offsets(&kept, base, &offsets)
    {
        trim(&mut kept, &starts, tables.lengths);
        return Ok((kept, starts));
    }
    if let Some(offsets) = basic(tables.basic, frames)
        && let Some(starts) = by_offsets(&kept, base, &offsets)
    {
        return Ok((kept, starts));
    }
    let count = u32::try_from(kept.len()).unwrap_or(u32::MAX);
    if count <= frames {
        return Ok((kept, (0..count).collect()));
    }
    if frames == 1 {
        return Ok((kept, vec![0]));
    }
    let mut starts: Vec<u32> =
        (0..count).filter(|&index| starts_picture(slice(bytes, &kept[index as usize]))).collect();
    if starts.first() != Some(&0) || starts.len() == 1 {
        return Err(FrameError::Ambiguous { fragments: kept.len(), frames });
    }
    starts.truncate(frames as usize);
    Ok((kept, starts))
}

fn basic(table: &[u8], frames: u32) -> Option<Vec<u64>> {
    let offsets = table.chunks_exact(4).map(|four| u64::from(u32::from_le_bytes(array(four))));
    (table.len() as u64 == u64::from(frames) * 4).then(|| offsets.collect())
}

fn extended(table: &[u8], frames: u32) -> Option<Vec<u64>> {
    let offsets = table.chunks_exact(8).map(|eight| u64::from_le_bytes(array(eight)));
    (table.len() as u64 == u64::from(frames) * 8).then(|| offsets.collect())
}

fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(bytes);
    out
}

/// The fragment at each offset; nothing where an offset is not that of a fragment, or they do not ascend from 0.
/// Offsets count from the first byte of the item that follows the Basic Offset Table.
fn by_offsets(fragments: &[Range<u64>], base: u64, offsets: &[u64]) -> Option<Vec<u32>> {
    let mut starts = Vec::with_capacity(offsets.len());
    for &offset in offsets {
        let value = base.checked_add(offset)?.checked_add(8)?;
        let index = fragments.binary_search_by_key(&value, |range| range.start).ok()?;
        let index = u32::try_from(index).ok()?;
        if starts.last().map_or(index != 0, |last| *last >= index) {
            return None;
        }
        starts.push(index);
    }
    (!starts.is_empty()).then_some(starts)
}

/// Takes the padding off frames whose true length the Extended Offset Table Lengths give.
fn trim(fragments: &mut [Range<u64>], starts: &[u32], lengths: &[u8]) {
    for (index, (&start, length)) in starts.iter().zip(lengths.chunks_exact(8)).enumerate() {
        let length = u64::from_le_bytes(array(length));
        let next = starts.get(index + 1).map_or(fragments.len(), |next| *next as usize);
        let Some(fragment) = fragments.get_mut(start as usize) else { continue };
        let size = fragment.end - fragment.start;
        if next == start as usize + 1 && length > 0 && length < size {
            fragment.end = fragment.start + length;
        }
    }
}

/// First bytes of JPEG and JPEG-LS, JPEG 2000 codestreams and files, JPEG XL codestreams and files.
fn starts_picture(fragment: &[u8]) -> bool {
    const SIGNATURES: [&[u8]; 5] = [
        &[0xFF, 0xD8, 0xFF],
        &[0xFF, 0x4F, 0xFF, 0x51],
        b"\x00\x00\x00\x0CjP  ",
        b"\x00\x00\x00\x0CJXL ",
        &[0xFF, 0x0A],
    ];
    SIGNATURES.iter().any(|signature| fragment.starts_with(signature))
}
