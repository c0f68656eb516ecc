//! Bytes that the browser holds: outside wasm memory, which never shrinks.

use std::rc::Rc;

use js_sys::{Array, ArrayBuffer, Uint8Array};
use wasm_bindgen::JsValue;
use web_sys::MessageChannel;

/// A buffer of the browser's. Cloning it copies nothing; when the last clone goes, so does the memory.
#[derive(Debug, Clone)]
pub struct Buffer(Rc<Owned>);

#[derive(Debug)]
struct Owned(ArrayBuffer);

impl Drop for Owned {
    /// Left to the garbage collector, the frames of a minute's scrolling pile up to several times what is in use
    /// before it looks.
    fn drop(&mut self) {
        let _ = send_away(&self.0);
    }
}

/// Frees a buffer's memory: it is sent (HTML section 2.7.5, transfer) to a port whose other end is closed. Fails for
/// a buffer that was given to somebody else before.
///
/// `ArrayBuffer.prototype.transfer` would not do: in Chromium it leaves the memory of what was fetched or received to
/// the garbage collector. Neither would one port for all: Chromium closes it when it learns of the other end.
fn send_away(buffer: &ArrayBuffer) -> Result<(), JsValue> {
    let channel = MessageChannel::new()?;
    channel.port2().close();
    let port = channel.port1();
    port.post_message_with_transferable(&JsValue::NULL, &Array::of1(buffer))?;
    port.close();
    Ok(())
}

impl Buffer {
    /// Takes over a buffer that nobody else uses.
    pub(super) fn new(buffer: ArrayBuffer) -> Self {
        Self(Rc::new(Owned(buffer)))
    }

    /// Copies bytes into a buffer of their own.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self::new(Uint8Array::from(bytes).buffer())
    }

    /// All of these in one.
    pub fn joined(pieces: &[Self]) -> Self {
        let joined = Uint8Array::new(&ArrayBuffer::new(pieces.iter().map(Self::len).sum()));
        let mut at = 0;
        for piece in pieces {
            joined.set(&Uint8Array::new(piece.raw()), at);
            at += piece.len();
        }
        Self::new(joined.buffer())
    }

    /// The buffer itself, to be read before this goes.
    pub(crate) fn raw(&self) -> &ArrayBuffer {
        &self.0.0
    }

    /// Length in bytes.
    pub fn len(&self) -> u32 {
        self.raw().byte_length()
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Copies the bytes into wasm memory.
    pub fn to_vec(&self) -> Vec<u8> {
        Uint8Array::new(self.raw()).to_vec()
    }
}
