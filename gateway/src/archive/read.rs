//! A frame's bytes: one indexed look-up, one read at an offset for each piece.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::sync::Arc;

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension};

use super::files::{Files, Kind};
use crate::source::{EncodedFrame, InstanceId, SourceError};

/// A piece of a frame in its file.
struct Piece {
    offset: u64,
    length: usize,
    shift: u8,
}

struct Place {
    sha256: String,
    inflated: bool,
    syntax: Arc<str>,
    frame_bits: u64,
    pieces: Vec<Piece>,
}

const FRAME: &str = "
SELECT i.sha256, i.inflated, i.frame_syntax, i.frame_bits, f.offset, f.length, f.shift
FROM instance i
JOIN series e ON e.id = i.series
JOIN study s ON s.id = e.study
JOIN frame f ON f.instance = i.id AND f.number = ?4
WHERE i.uid = ?3 AND e.uid = ?2 AND s.uid = ?1
ORDER BY f.part";

/// Entity tag of a stored object or a frame of it: the hash of the file says all there is.
pub fn etag(sha256: &str, frame: Option<u32>) -> String {
    let hash = sha256.get(..32).unwrap_or(sha256);
    match frame {
        Some(number) => format!("\"{hash}-{number}\""),
        None => format!("\"{hash}\""),
    }
}

/// # Errors
/// `NotFound` where there is no such frame, `Damaged` where it is listed without bytes.
pub fn frame(
    index: &Connection,
    files: &Files,
    id: &InstanceId,
    number: u32,
) -> Result<EncodedFrame, SourceError> {
    let place = locate(index, id, number)?;
    let mut file = place.open(files)?;
    let mut bytes = Vec::with_capacity(place.length());
    for piece in &place.pieces {
        file.seek(SeekFrom::Start(piece.offset)).map_err(storage)?;
        let wanted = bytes.len() + piece.length;
        // Into memory that nothing has cleared before: frames are large.
        (&mut file).take(piece.length as u64).read_to_end(&mut bytes).map_err(storage)?;
        if bytes.len() != wanted {
            return Err(SourceError::Storage("a stored file is shorter than the index says".into()));
        }
    }
    Ok(place.finish(bytes, number))
}

/// A frame whose bytes the system has in memory; `None` where the disk would have to be waited for, or the system
/// cannot say.
///
/// # Errors
/// As [`frame`].
pub fn cached_frame(
    index: &Connection,
    files: &Files,
    id: &InstanceId,
    number: u32,
) -> Result<Option<EncodedFrame>, SourceError> {
    let place = locate(index, id, number)?;
    let file = place.open(files)?;
    let mut bytes = vec![0; place.length()];
    let mut rest = bytes.as_mut_slice();
    for piece in &place.pieces {
        let (part, others) = rest.split_at_mut(piece.length);
        if !read_cached(&file, part, piece.offset) {
            return Ok(None);
        }
        rest = others;
    }
    Ok(Some(place.finish(bytes, number)))
}

/// Reads without waiting for the disk (RWF_NOWAIT); says whether all of it was there.
#[cfg(target_os = "linux")]
fn read_cached(file: &File, part: &mut [u8], offset: u64) -> bool {
    use rustix::io::{ReadWriteFlags, preadv2};
    let wanted = part.len();
    let mut parts = [std::io::IoSliceMut::new(part)];
    preadv2(file, &mut parts, offset, ReadWriteFlags::NOWAIT).is_ok_and(|read| read == wanted)
}

#[cfg(not(target_os = "linux"))]
fn read_cached(_file: &File, _part: &mut [u8], _offset: u64) -> bool {
    false
}

impl Place {
    fn length(&self) -> usize {
        self.pieces.iter().map(|piece| piece.length).sum()
    }

    fn open(&self, files: &Files) -> Result<File, SourceError> {
        let kind = if self.inflated { Kind::Inflated } else { Kind::Original };
        File::open(files.path(&self.sha256, kind)).map_err(storage)
    }

    fn finish(self, mut bytes: Vec<u8>, number: u32) -> EncodedFrame {
        if !self.frame_bits.is_multiple_of(8) {
            let shift = self.pieces.first().map_or(0, |piece| piece.shift);
            align_bits(&mut bytes, shift, self.frame_bits);
        }
        EncodedFrame {
            transfer_syntax_uid: self.syntax,
            bytes: Bytes::from(bytes),
            etag: etag(&self.sha256, Some(number)),
        }
    }
}

fn storage(error: std::io::Error) -> SourceError {
    SourceError::Storage(format!("a stored file: {error}"))
}

fn locate(index: &Connection, id: &InstanceId, number: u32) -> Result<Place, SourceError> {
    let mut statement = index.prepare_cached(FRAME)?;
    let mut rows = statement.query((&id.study, &id.series, &id.instance, number))?;
    let mut place: Option<Place> = None;
    while let Some(row) = rows.next()? {
        let piece = Piece { offset: row.get(4)?, length: row.get(5)?, shift: row.get(6)? };
        match &mut place {
            Some(place) => place.pieces.push(piece),
            None => {
                place = Some(Place {
                    sha256: row.get(0)?,
                    inflated: row.get(1)?,
                    syntax: Arc::from(row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?),
                    frame_bits: row.get(3)?,
                    pieces: vec![piece],
                });
            }
        }
    }
    match place {
        Some(place) => Ok(place),
        None => Err(why_missing(index, id, number)?),
    }
}

/// Tells a frame that never was from one that the file lost.
fn why_missing(index: &Connection, id: &InstanceId, number: u32) -> Result<SourceError, SourceError> {
    let frames: Option<u32> = index
        .prepare_cached(
            "SELECT i.frames FROM instance i JOIN series e ON e.id = i.series JOIN study s ON s.id = e.study
             WHERE i.uid = ?3 AND e.uid = ?2 AND s.uid = ?1",
        )?
        .query_row((&id.study, &id.series, &id.instance), |row| row.get(0))
        .optional()?;
    Ok(match frames {
        None => SourceError::NotFound("instance"),
        Some(frames) if (1..=frames).contains(&number) => {
            SourceError::Damaged("the file ends before this frame; fetch it from the sender again".into())
        }
        Some(_) => SourceError::NotFound("frame"),
    })
}

/// One-bit frames follow each other without padding (PS3.5 section 8.1.1): moves the frame's first bit to bit 0 of
/// its first byte and clears what lies behind its last.
fn align_bits(bytes: &mut Vec<u8>, shift: u8, frame_bits: u64) {
    if shift > 0 {
        for at in 0..bytes.len() {
            let next = bytes.get(at + 1).copied().unwrap_or(0);
            bytes[at] = bytes[at] >> shift | next << (8 - shift);
        }
    }
    bytes.truncate(usize::try_from(frame_bits.div_ceil(8)).unwrap_or(usize::MAX));
    if let Some(last) = bytes.last_mut() {
        *last &= 0xFF >> (8 - frame_bits % 8);
    }
}

#[cfg(test)]
mod tests {
    use super::align_bits;

    #[test]
    fn second_frame_of_three_times_three_bits() {
        // Two frames of 9 bits: 1 0101 0101 after 0 1111 0000.
        let all: u32 = 0b1_0101_0101 << 9 | 0b0_1111_0000;
        let stored = all.to_le_bytes();
        let mut second = stored[1..3].to_vec();
        align_bits(&mut second, 1, 9);
        assert_eq!(second, [0b0101_0101, 0b1]);
        let mut first = stored[0..2].to_vec();
        align_bits(&mut first, 0, 9);
        assert_eq!(first, [0b1111_0000, 0b0]);
    }
}
