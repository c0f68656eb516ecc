//! Bytes that the browser holds: outside wasm memory, which never shrinks.

use std::rc::Rc;

use js_sys::{Array, ArrayBuffer, Function, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageChannel, MessagePort};

use super::script::get;

/// A buffer of the browser's. Cloning it copies nothing; when the last clone goes, so does the memory.
#[derive(Debug, Clone)]
pub struct Buffer(Rc<Owned>);

#[derive(Debug)]
struct Owned(ArrayBuffer);

thread_local! {
    static RELEASE: Release = Release::new();
}

/// The ways to take a buffer's memory from it.
enum Release {
    /// ECMAScript 2024: `transfer` to a buffer of no length.
    Transfer(Function),
    /// Sent to a port that nobody listens to (HTML section 2.7.5, transfer).
    Send(MessagePort),
    Nothing,
}

impl Release {
    fn new() -> Self {
        if let Ok(transfer) = get(&ArrayBuffer::new(0), "transfer").dyn_into() {
            return Self::Transfer(transfer);
        }
        let Ok(channel) = MessageChannel::new() else { return Self::Nothing };
        // The other end: Chromium sends nothing from a port that was closed itself.
        channel.port2().close();
        Self::Send(channel.port1())
    }
}

impl Drop for Owned {
    /// Left to the garbage collector, the frames of a minute's scrolling pile up to several times what is in use
    /// before it looks.
    fn drop(&mut self) {
        RELEASE.with(|release| {
            // Fails for a buffer that was given to somebody else before.
            let _ = match release {
                Release::Transfer(transfer) => transfer.call1(&self.0, &0.into()).map(drop),
                Release::Send(port) => {
                    port.post_message_with_transferable(&JsValue::NULL, &Array::of1(&self.0))
                }
                Release::Nothing => Ok(()),
            };
        });
    }
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
