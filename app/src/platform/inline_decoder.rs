//! The decoder module loaded into the page itself: the same messages, no worker. Slow, and always there.

use js_sys::{ArrayBuffer, Function, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

use super::boot::Boot;
use super::decoders::{Job, buffer_of};
use crate::pack::{pack, unpack};
use crate::protocol::FromWorker;

/// The decoder's exports.
#[derive(Clone)]
pub(super) struct InlineDecoder {
    handle: Function,
}

impl InlineDecoder {
    /// Loads the module; None where that fails.
    pub(super) async fn load(boot: &Boot, name: &str) -> Option<Self> {
        let exports = boot.load_module(name).await?;
        let handle = Reflect::get(&exports, &"handle".into()).ok()?.dyn_into().ok()?;
        Some(Self { handle })
    }

    /// Does one job; None when the decoder died on it.
    pub(super) fn handle(&self, job: &Job) -> Option<(FromWorker, Option<ArrayBuffer>)> {
        let text = pack(&job.message);
        let answer =
            self.handle.call2(&JsValue::NULL, &text.into(), &Uint8Array::new(job.bytes.raw())).ok()?;
        let text = Reflect::get(&answer, &"text".into()).ok()?.as_string()?;
        let samples = Reflect::get(&answer, &"samples".into()).ok()?;
        Some((unpack(&text).ok()?, buffer_of(&samples)))
    }
}
