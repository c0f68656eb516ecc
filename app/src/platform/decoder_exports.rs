//! What the decoder program offers: to `boot/decoder-worker.js`, or to the page itself where no worker starts.

use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::prelude::*;

use super::pixels::to_buffer;
use crate::pack::{pack, unpack};
use crate::protocol::{FromWorker, PROTOCOL_VERSION, ToWorker, serve};

/// A message to the page: its text, and samples that move with it.
#[wasm_bindgen]
pub struct Message {
    text: String,
    samples: Option<ArrayBuffer>,
}

#[wasm_bindgen]
impl Message {
    /// A [`FromWorker`], packed.
    #[wasm_bindgen(getter)]
    pub fn text(&self) -> String {
        self.text.clone()
    }

    /// The samples of a successful reply.
    #[wasm_bindgen(getter)]
    pub fn samples(&self) -> Option<Uint8Array> {
        self.samples.as_ref().map(|buffer| Uint8Array::new(buffer))
    }
}

impl Message {
    fn new(message: &FromWorker, samples: Option<ArrayBuffer>) -> Self {
        Self { text: pack(message), samples }
    }
}

/// The first message: this decoder can work.
#[wasm_bindgen]
pub fn ready() -> Message {
    Message::new(&FromWorker::Ready { version: PROTOCOL_VERSION }, None)
}

/// Answers a [`ToWorker`].
///
/// # Errors
/// When the request does not parse: page and decoder are of different builds.
#[wasm_bindgen]
pub fn handle(text: &str, bytes: &[u8]) -> Result<Message, JsError> {
    let request: ToWorker = unpack(text)?;
    let ToWorker::Decode { id, .. } = &request;
    let served = serve(&request, bytes)?;
    // In pages of 64 KiB (WebAssembly core specification, section 2.5.5).
    let heap = core::arch::wasm32::memory_size::<0>().saturating_mul(65_536) as u32;
    Ok(match served {
        Ok((picture, samples)) => {
            let reply = FromWorker::Reply { id: *id, result: Ok(picture), heap };
            Message::new(&reply, Some(to_buffer(&samples)))
        }
        Err(failure) => Message::new(&FromWorker::Reply { id: *id, result: Err(failure), heap }, None),
    })
}
