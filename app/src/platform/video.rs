//! The browser's own video player, through a script of ours (app/boot/video.js) that is loaded for the first video.

use wasm_bindgen::prelude::*;

use super::boot::Boot;
use super::buffer::Buffer;
use super::painter::CanvasElement;

#[wasm_bindgen]
extern "C" {
    /// The script's exports.
    type Script;

    #[wasm_bindgen(method)]
    fn plays(this: &Script, uid: &str) -> bool;
    #[wasm_bindgen(method)]
    fn show(this: &Script, canvas: &CanvasElement, uid: &str, bytes: &JsValue);
}

/// The script, loaded.
pub struct Player(Script);

impl Player {
    /// Loads the script; None where that fails.
    pub async fn load(boot: &Boot) -> Option<Self> {
        // There is no wasm beside it.
        Some(Self(boot.load_module_with("video", &JsValue::NULL).await?.unchecked_into()))
    }

    /// Whether this browser plays a transfer syntax, as far as it knows itself.
    pub fn plays(&self, uid: &str) -> bool {
        self.0.plays(uid)
    }

    /// Lays a video over a canvas, or without bytes the reason why there is none; without a transfer syntax nothing.
    pub(super) fn show(&self, canvas: &CanvasElement, uid: &str, bytes: Option<&Buffer>) {
        self.0.show(canvas, uid, bytes.map_or(&JsValue::UNDEFINED, |bytes| bytes.raw()));
    }
}
