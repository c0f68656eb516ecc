//! A body of many parts, cut where they end without a way through the program's own memory.

use std::collections::VecDeque;

use js_sys::{ArrayBuffer, Uint8Array};

use super::buffer::Buffer;
use crate::parts::{Head, MOST_HEAD, Start, Unreadable, start};

/// One part.
#[derive(Debug)]
pub struct Part {
    /// What is said of it.
    pub head: Head,
    /// Its body.
    pub body: Buffer,
}

/// What has arrived and is not a whole part yet.
#[derive(Debug, Default)]
pub struct Pieces {
    pieces: VecDeque<Buffer>,
    /// Bytes of the first piece that belong to what was cut off.
    used: u32,
    /// Bytes that are left.
    bytes: u32,
    /// Of the part whose body has begun.
    head: Option<Head>,
    ended: bool,
}

impl Pieces {
    /// More of the body.
    pub fn push(&mut self, piece: Buffer) {
        self.bytes = self.bytes.saturating_add(piece.len());
        self.pieces.push_back(piece);
    }

    /// The next part, once it is whole.
    ///
    /// # Errors
    /// When a part's head cannot be read.
    pub fn next_part(&mut self) -> Result<Option<Part>, Unreadable> {
        if self.head.is_none() && !self.ended {
            match start(&self.first())? {
                Start::More => {}
                Start::End => self.ended = true,
                Start::Part(head, body) => {
                    self.take(body, |_| ());
                    self.head = Some(head);
                }
            }
        }
        let here = self.bytes;
        let Some(head) = self.head.take_if(|head| head.length <= here) else { return Ok(None) };
        Ok(Some(Part { body: self.cut(head.length), head }))
    }

    /// Whether the closing delimiter has come: a body without it broke off.
    pub fn ended(&self) -> bool {
        self.ended
    }

    /// What has come of the part that broke off.
    pub fn broken(&mut self) -> Option<Part> {
        let head = self.head.take()?;
        Some(Part { body: self.cut(self.bytes), head })
    }

    fn first(&self) -> Vec<u8> {
        let (mut first, mut used) = (Vec::new(), self.used);
        for piece in &self.pieces {
            let most = (piece.len() - used).min((MOST_HEAD - first.len()) as u32);
            first.extend(Uint8Array::new_with_byte_offset_and_length(piece.raw(), used, most).to_vec());
            used = 0;
        }
        first
    }

    fn cut(&mut self, length: u32) -> Buffer {
        let body = Uint8Array::new(&ArrayBuffer::new(length));
        let mut at = 0;
        self.take(length, |bytes| {
            body.set(bytes, at);
            at += bytes.length();
        });
        Buffer::new(body.buffer())
    }

    /// Hands out the next bytes, as many as there are of `left`.
    fn take(&mut self, mut left: u32, mut with: impl FnMut(&Uint8Array)) {
        while let (Some(piece), true) = (self.pieces.front(), left > 0) {
            let bytes = left.min(piece.len() - self.used);
            with(&Uint8Array::new_with_byte_offset_and_length(piece.raw(), self.used, bytes));
            self.used += bytes;
            self.bytes -= bytes;
            left -= bytes;
            if self.used == piece.len() {
                self.pieces.pop_front();
                self.used = 0;
            }
        }
    }
}
