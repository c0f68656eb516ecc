//! One decoder worker: a thread of the browser's with `boot/decoder-worker.js` and a decoder in it.

use js_sys::{Array, ArrayBuffer, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{Event, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::buffer::Buffer;
use super::script::get;

/// A running worker. Dropping it ends it, whatever it is doing.
pub(super) struct DecoderWorker {
    worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(Event)>,
}

impl Drop for DecoderWorker {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

impl DecoderWorker {
    /// Starts one; None where the browser refuses. `heard` gets the text of each message and the buffer that came with
    /// it; `died` is called when the worker broke.
    pub(super) fn start(
        address: &str,
        heard: impl Fn(Option<String>, Option<ArrayBuffer>) + 'static,
        died: impl Fn() + 'static,
    ) -> Option<Self> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(address, &options).ok()?;
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let data = event.data();
            heard(get(&data, "text").as_string(), get(&data, "buffer").dyn_into().ok());
        });
        let on_error = Closure::<dyn FnMut(Event)>::new(move |_| died());
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Some(Self { worker, _on_message: on_message, _on_error: on_error })
    }

    /// Sends a request with a copy of encoded bytes; None where that fails.
    pub(super) fn send(&self, text: &str, bytes: &Buffer) -> Option<()> {
        let message = js_sys::Object::new();
        // Transferred, not left to the browser to copy: it keeps its copy until it collects the worker's events.
        let copy = bytes.raw().slice(0);
        Reflect::set(&message, &"text".into(), &text.into()).ok()?;
        Reflect::set(&message, &"bytes".into(), &copy).ok()?;
        self.worker.post_message_with_transfer(&message, &Array::of1(&copy)).ok()
    }
}
