//! Where a frame lies: one indexed look-up.

use std::path::PathBuf;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension};

use super::files::{Files, Kind};
use super::read::etag;
use crate::source::{EncodedStream, InstanceId, Payload, SourceError};

/// A piece of a frame in its file.
#[derive(Debug)]
pub(super) struct Piece {
    /// Bytes from the file's beginning.
    pub(super) offset: u64,
    /// Bytes.
    pub(super) length: usize,
    /// Bits of the first byte that belong to the frame before.
    pub(super) shift: u8,
}

/// All that has to be known to read a frame.
#[derive(Debug, Default)]
pub struct Place {
    /// Its file, never changed after it was stored.
    pub(super) path: PathBuf,
    /// Transfer Syntax UID of the bytes.
    pub(super) syntax: Arc<str>,
    /// Entity tag with its quotes.
    pub(super) etag: String,
    /// Bits of a native frame; 0 where the frame is all of its pieces.
    pub(super) frame_bits: u64,
    /// In their order.
    pub(super) pieces: Vec<Piece>,
}

impl Place {
    /// Bytes of all pieces.
    pub(super) fn length(&self) -> usize {
        self.pieces.iter().map(|piece| piece.length).sum()
    }
}

impl Place {
    /// The same, to be read piece by piece.
    pub(super) fn stream(&self) -> EncodedStream {
        let piece = |piece: &Piece| piece.offset..piece.offset.saturating_add(piece.length as u64);
        let pieces = self.pieces.iter().map(piece).collect();
        EncodedStream {
            transfer_syntax_uid: self.syntax.clone(),
            payload: Payload::File { path: self.path.clone(), pieces },
            etag: self.etag.clone(),
        }
    }
}

const FRAME: &str = "
SELECT i.sha256, i.inflated, i.frame_syntax, i.frame_bits, f.offset, f.length, f.shift
FROM instance i
JOIN series e ON e.id = i.series
JOIN study s ON s.id = e.study
JOIN frame f ON f.instance = i.id AND f.number = ?4
WHERE i.uid = ?3 AND e.uid = ?2 AND s.uid = ?1
ORDER BY f.part";

/// # Errors
/// `NotFound` where there is no such frame, `Damaged` where it is listed without bytes.
pub fn locate(index: &Connection, files: &Files, id: &InstanceId, number: u32) -> Result<Place, SourceError> {
    let mut statement = index.prepare_cached(FRAME)?;
    let mut rows = statement.query((&id.study, &id.series, &id.instance, number))?;
    let mut place: Option<Place> = None;
    while let Some(row) = rows.next()? {
        let piece = Piece { offset: row.get(4)?, length: row.get(5)?, shift: row.get(6)? };
        match &mut place {
            Some(place) => place.pieces.push(piece),
            None => {
                let sha256 = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
                let kind = if row.get(1)? { Kind::Inflated } else { Kind::Original };
                place = Some(Place {
                    path: files.path(sha256, kind),
                    syntax: Arc::from(row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?),
                    etag: etag(sha256, Some(number)),
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
