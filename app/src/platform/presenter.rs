//! The presenter's module: loaded where a film has presentation states, overlays or shutters, and not before.

use js_sys::{Function, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::HtmlCanvasElement;

use super::boot::Boot;
use super::buffer::Buffer;
use super::script::get;
use crate::pack::unpack;
use crate::presenting::{WirePresented, WireState};

#[wasm_bindgen]
extern "C" {
    /// The other program's `Presenter` (platform/presenter_exports.rs).
    type RemotePresenter;

    #[wasm_bindgen(method, catch)]
    fn read_states(this: &RemotePresenter, text: &str) -> Result<String, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn read_images(this: &RemotePresenter, text: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    fn apply(
        this: &RemotePresenter,
        state: u32,
        instance: &str,
        frame: u32,
        pixels: &str,
    ) -> Result<Option<String>, JsValue>;
    #[wasm_bindgen(method)]
    fn wanted(this: &RemotePresenter, instance: &str) -> String;
    #[wasm_bindgen(method)]
    fn fill(this: &RemotePresenter, instance: &str, address: &str, bytes: &Uint8Array);
    #[wasm_bindgen(method)]
    fn wants_native(this: &RemotePresenter, instance: &str) -> bool;
    #[wasm_bindgen(method, catch)]
    fn draw(
        this: &RemotePresenter,
        canvas: &HtmlCanvasElement,
        instance: &str,
        frame: u32,
        state: Option<u32>,
        look: &str,
        pixels: &str,
        native: Option<Uint8Array>,
        big_endian: bool,
    ) -> Result<(), JsValue>;
}

/// The module, loaded.
pub struct Presenter(RemotePresenter);

/// What is drawn over one frame.
pub struct Over<'a> {
    /// SOP Instance UID.
    pub instance: &'a str,
    /// From 0.
    pub frame: u32,
    /// Under which state.
    pub state: Option<u32>,
    /// Packed [`crate::look::WireLook`].
    pub look: &'a str,
    /// Packed [`crate::protocol::WirePixels`].
    pub pixels: &'a str,
    /// The frame's bytes where they are uncompressed, and whether the most significant comes first.
    pub native: Option<(Buffer, bool)>,
}

impl Presenter {
    /// Loads the module; None where that fails.
    pub async fn load(boot: &Boot) -> Option<Self> {
        let exports = boot.load_module("presenter").await?;
        let create: Function = get(&exports, "create").dyn_into().ok()?;
        Some(Self(create.call0(&JsValue::NULL).ok()?.unchecked_into()))
    }

    /// States in a series' metadata; None when the text is no such document.
    pub fn read_states(&self, text: &str) -> Option<Vec<WireState>> {
        unpack(&self.0.read_states(text).ok()?).ok()
    }

    /// Reads overlays and shutters in a series' metadata.
    pub fn read_images(&self, text: &str) {
        // The same text gave headers already.
        let _ = self.0.read_images(text);
    }

    /// How a state has a frame drawn.
    pub fn apply(&self, state: u32, instance: &str, frame: u32, pixels: &str) -> Option<WirePresented> {
        unpack(&self.0.apply(state, instance, frame, pixels).ok()??).ok()
    }

    /// Addresses of overlay bits that are still to be fetched.
    pub fn wanted(&self, instance: &str) -> Vec<String> {
        unpack(&self.0.wanted(instance)).unwrap_or_default()
    }

    /// Hands over the bits that an address gave.
    pub fn fill(&self, instance: &str, address: &str, bytes: &Buffer) {
        self.0.fill(instance, address, &Uint8Array::new(bytes.raw()));
    }

    /// Whether the frames' own bytes are needed for drawing.
    pub fn wants_native(&self, instance: &str) -> bool {
        self.0.wants_native(instance)
    }

    /// Draws what lies over a frame.
    pub(super) fn draw(&self, canvas: &HtmlCanvasElement, over: &Over<'_>) -> Option<()> {
        let bytes = over.native.as_ref().map(|(bytes, _)| Uint8Array::new(bytes.raw()));
        let big_endian = over.native.as_ref().is_some_and(|(_, big_endian)| *big_endian);
        let Over { instance, frame, state, look, pixels, .. } = over;
        self.0.draw(canvas, instance, *frame, *state, look, pixels, bytes, big_endian).ok()
    }
}
