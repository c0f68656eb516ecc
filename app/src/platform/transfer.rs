//! A body that may take several requests: what has arrived when the line breaks is kept, and the next request begins
//! behind it (RFC 9110, 14.2).

use super::buffer::Buffer;
use super::fetch::{Abort, Answer, FetchError};

/// What of a body has arrived.
#[derive(Debug, Default)]
pub struct Transfer {
    pieces: Vec<Buffer>,
    bytes: u32,
    /// Strong tag of the entity that the pieces are of.
    etag: Option<String>,
    /// The Accept that brings this entity: another may bring the same frame in another form.
    accept: Option<&'static str>,
    /// The boot script asked first. What of its answer nobody has read before the line broke is in the browser's cache, which goes
    /// on with it by itself if it is asked for in the same form.
    by_boot: bool,
}

impl Transfer {
    /// What has come of a body by another way. `accept` brings the same by itself.
    pub fn begun(piece: Buffer, etag: Option<String>, accept: &'static str) -> Self {
        Self { bytes: piece.len(), pieces: vec![piece], etag, accept: Some(accept), by_boot: false }
    }

    /// Where to go on, for `Ask::from`; none at the beginning.
    pub fn from(&self) -> Option<(u32, &str)> {
        Some((self.bytes, self.etag.as_deref()?)).filter(|(bytes, _)| *bytes > 0)
    }

    /// Whether another attempt has something to go on with.
    pub fn is_begun(&self) -> bool {
        self.bytes > 0 || self.by_boot
    }

    /// The Accept to ask with: what has begun is gone on with as it was asked for, whatever the line seems to be by now.
    pub fn accept(&mut self, otherwise: &'static str, by_boot: bool) -> &'static str {
        self.by_boot |= by_boot;
        self.accept.get_or_insert(otherwise)
    }

    /// Bytes that have arrived.
    pub fn bytes(&self) -> u32 {
        self.bytes
    }

    /// Takes in an answer to its end. `arrived` looks at what there is after each piece, and is told how long the whole is.
    ///
    /// # Errors
    /// When it breaks off or is stopped, or has another length than it says: not every engine notices that by itself.
    pub async fn take(
        &mut self,
        answer: Answer,
        abort: &Abort,
        arrived: impl Fn(&Self, u32),
    ) -> Result<(), FetchError> {
        let goes_on = answer.status() == 206
            && answer
                .header("Content-Range")
                .is_some_and(|range| range.starts_with(&format!("bytes {}-", self.bytes)));
        if !goes_on {
            *self = Self { accept: self.accept, by_boot: self.by_boot, ..Self::default() };
        }
        let length = answer.header("Content-Length").and_then(|text| text.parse::<u32>().ok());
        // What was compressed on its way has another length, and is never gone on with.
        let length = length.filter(|_| answer.header("Content-Encoding").is_none());
        let whole = length.map(|length| self.bytes.saturating_add(length));
        self.etag = answer.header("ETag").filter(|tag| tag.starts_with('"') && length.is_some());
        let Some(chunks) = answer.chunks() else { return Err(FetchError::Network) };
        while let Some(piece) = chunks.next(abort).await? {
            self.bytes = self.bytes.saturating_add(piece.len());
            self.pieces.push(piece);
            if let Some(whole) = whole {
                arrived(self, whole);
            }
        }
        if whole.is_some_and(|whole| whole != self.bytes) {
            // Too short is gone on with, too long is nothing.
            if whole < Some(self.bytes) {
                *self = Self::default();
            }
            return Err(FetchError::Network);
        }
        Ok(())
    }

    /// Everything in one buffer.
    pub fn join(mut self) -> Buffer {
        if self.pieces.len() == 1
            && let Some(only) = self.pieces.pop()
        {
            return only;
        }
        self.copy()
    }

    /// A copy of what has arrived.
    pub fn copy(&self) -> Buffer {
        Buffer::joined(&self.pieces)
    }
}
