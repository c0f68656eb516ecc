//! A piece of a file as a stream of chunks.

use std::io::SeekFrom;
use std::ops::Range;
use std::path::PathBuf;

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, stream};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use crate::source::SourceError;

const CHUNK: usize = 256 << 10;

/// Where the bytes lie that `range` (first byte, count) names of these pieces joined: first byte and count of each piece.
pub fn within(pieces: Vec<Range<u64>>, range: Option<(u64, u64)>) -> Vec<(u64, u64)> {
    let (mut skip, mut left) = range.unwrap_or((0, u64::MAX));
    let mut wanted = Vec::new();
    for piece in pieces {
        let length = piece.end.saturating_sub(piece.start);
        let skipped = skip.min(length);
        let count = left.min(length - skipped);
        if count > 0 {
            wanted.push((piece.start + skipped, count));
        }
        skip -= skipped;
        left -= count;
    }
    wanted
}

/// Opens the file and gives `count` bytes from `first` on.
///
/// # Errors
/// When it cannot be opened; the stream fails when the file is shorter than it should be.
pub async fn read(
    path: PathBuf,
    first: u64,
    count: u64,
) -> Result<impl Stream<Item = Result<Bytes, SourceError>> + Send, SourceError> {
    let storage = |error: std::io::Error| SourceError::Storage(format!("a stored file: {error}"));
    let mut file = File::open(path).await.map_err(storage)?;
    file.set_max_buf_size(CHUNK);
    if first > 0 {
        file.seek(SeekFrom::Start(first)).await.map_err(storage)?;
    }
    Ok(stream::try_unfold((file, count), move |(mut file, left)| async move {
        if left == 0 {
            return Ok(None);
        }
        let mut buffer = BytesMut::with_capacity(left.min(CHUNK as u64) as usize);
        let read = (&mut file).take(left).read_buf(&mut buffer).await.map_err(storage)?;
        if read == 0 {
            return Err(SourceError::Storage("a stored file is shorter than the index says".into()));
        }
        Ok(Some((buffer.freeze(), (file, left - read as u64))))
    }))
}

#[cfg(test)]
mod tests {
    use super::within;

    #[test]
    fn ranges_over_pieces() {
        let pieces = || vec![10..14, 20..20, 30..33];
        assert_eq!(within(pieces(), None), [(10, 4), (30, 3)]);
        assert_eq!(within(pieces(), Some((3, 2))), [(13, 1), (30, 1)]);
        assert_eq!(within(pieces(), Some((4, 9))), [(30, 3)]);
        assert_eq!(within(pieces(), Some((1, 2))), [(11, 2)]);
        assert_eq!(within(pieces(), Some((7, 1))), []);
    }
}
