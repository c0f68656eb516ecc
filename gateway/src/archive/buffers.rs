//! Memory that frames are read into, used again: memory fresh from the allocator has to be cleared and mapped for
//! each frame, which costs about as much as reading it.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

/// Bytes kept for the next frames.
const MOST_KEPT: usize = 32 << 20;

/// Buffers are made in steps of so many bytes.
const STEP: usize = 64 << 10;

/// Buffers that wait for their next frame.
#[derive(Debug, Clone, Default)]
pub struct Buffers(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    /// The one used last is at the end: most of it is still near the processor.
    idle: Vec<Vec<u8>>,
    bytes: usize,
}

/// Memory of one frame. Goes back when it and all [`Bytes`] made of it are dropped.
#[derive(Debug)]
pub struct Buffer {
    /// All of it initialised; what lies behind `len` may be another frame's.
    memory: Vec<u8>,
    len: usize,
    home: Buffers,
}

impl Buffers {
    /// A buffer of `len` bytes with anything in them: the borrower must write all of it before it is shown.
    pub fn take(&self, len: usize) -> Buffer {
        let found = {
            let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let found = kept.idle.pop();
            kept.bytes -= found.as_ref().map_or(0, Vec::len);
            found
        };
        let memory = match found {
            Some(memory) if memory.len() >= len => memory,
            // Not grown: that would copy what nobody reads. Somewhat larger: the next frame is never quite as long.
            _ => vec![0; len.next_multiple_of(STEP)],
        };
        Buffer { memory, len, home: self.clone() }
    }

    fn give_back(&self, memory: Vec<u8>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.bytes + memory.len() <= MOST_KEPT {
            kept.bytes += memory.len();
            kept.idle.push(memory);
        }
    }
}

impl Buffer {
    /// The frame's bytes, to be written.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.memory[..self.len]
    }

    /// Forgets what lies behind the first `len` bytes.
    pub fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    /// The frame, to be handed on without a copy.
    pub fn freeze(self) -> Bytes {
        Bytes::from_owner(self)
    }
}

impl AsRef<[u8]> for Buffer {
    fn as_ref(&self) -> &[u8] {
        &self.memory[..self.len]
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        self.home.give_back(std::mem::take(&mut self.memory));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_used_again_and_never_longer_than_asked_for() {
        let buffers = Buffers::default();
        let mut first = buffers.take(8);
        first.bytes_mut().copy_from_slice(b"12345678");
        let address = first.as_ref().as_ptr();
        let shown = first.freeze();
        let part = shown.slice(2..4);
        drop(shown);
        assert!(buffers.0.lock().unwrap().idle.is_empty(), "a part of it is still held");
        drop(part);
        let mut second = buffers.take(4);
        assert_eq!(second.as_ref().as_ptr(), address);
        second.bytes_mut().copy_from_slice(b"abcd");
        assert_eq!(&second.freeze()[..], b"abcd");
        assert_eq!(buffers.take(100).as_ref().len(), 100);
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let buffers = Buffers::default();
        let all: Vec<_> = (0..5).map(|_| buffers.take(MOST_KEPT / 4)).collect();
        drop(all);
        let kept = buffers.0.lock().unwrap();
        assert_eq!((kept.idle.len(), kept.bytes), (4, MOST_KEPT));
    }
}
