//! What the boot script (app/boot/boot.js) has already done: it is adopted, not done again.

use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::buffer::Buffer;
use super::clock;
use super::fetch::{Abort, Sent};
use super::preview::PreviewImage;
use super::script::get;
use crate::answers::HttpAnswer;

/// Metadata that have not come by then, ms, are asked for again: the line may have stalled.
const METADATA_MS: f64 = 10_000.0;

/// `window.__lightbox`.
#[derive(Clone)]
pub struct Boot(JsValue);

impl Boot {
    /// Finds it; everything is absent where the script did not run.
    pub fn find() -> Self {
        let window = web_sys::window().map_or(JsValue::UNDEFINED, JsValue::from);
        Self(get(&window, "__lightbox"))
    }

    /// The film's id from the path, 22 characters of base64url.
    pub fn film(&self) -> Option<String> {
        get(&self.0, "film").as_string()
    }

    /// The key from the fragment.
    pub fn key(&self) -> Option<String> {
        get(&self.0, "key").as_string()
    }

    /// The access proof that was derived from the key.
    pub fn access(&self) -> Option<String> {
        get(&self.0, "access").as_string()
    }

    /// The answer to the opening that the script began, once it is there. None where it began none, or it
    /// failed without an answer. Given once: a later opening is the application's own.
    pub async fn opened(&self) -> Option<HttpAnswer> {
        let opening = get(&self.0, "opening").dyn_into::<js_sys::Promise>().ok()?;
        let _ = Reflect::set(&self.0, &"opening".into(), &JsValue::UNDEFINED);
        JsFuture::from(opening).await.ok()?;
        let opened = get(&self.0, "opened");
        Some(HttpAnswer {
            status: get(&opened, "status").as_f64()? as u16,
            retry_after_secs: get(&opened, "retry").as_f64().unwrap_or(0.0) as u32,
            body: get(&opened, "body").as_string()?,
        })
    }

    /// The preview that the script painted: index of its series over all studies, and the picture. To be taken once:
    /// the picture's address goes with it.
    pub fn preview(&self) -> Option<(u16, PreviewImage)> {
        let image = get(&get(&self.0, "preview"), "image").dyn_into().ok()?;
        Some((self.preview_series()?, PreviewImage::adopt(image)))
    }

    /// Which series it has painted a preview of, over all studies.
    pub fn preview_series(&self) -> Option<u16> {
        Some(get(&get(&self.0, "preview"), "series").as_f64()? as u16)
    }

    /// That preview as the gateway sent it, where this device has not kept it yet.
    pub async fn preview_bytes(&self) -> Option<Buffer> {
        let preview = get(&self.0, "preview");
        let blob: web_sys::Blob = get(&preview, "blob").dyn_into().ok()?;
        let bytes = get(&preview, "kept").is_falsy().then(|| blob.array_buffer())?;
        JsFuture::from(bytes).await.ok()?.dyn_into().ok().map(Buffer::new)
    }

    /// Whether an earlier opening may have left something of the film on this device.
    pub fn may_have(&self) -> bool {
        get(&self.0, "seen").is_truthy()
    }

    /// The store that the script is opening, where something of the film is kept. Given once.
    pub(super) fn store(&self) -> Option<js_sys::Promise> {
        let store = get(&self.0, "store").dyn_into().ok()?;
        let _ = Reflect::set(&self.0, &"store".into(), &JsValue::UNDEFINED);
        Some(store)
    }

    /// The request for the first original that has been begun, where it is for this path, and what stops it. Given once.
    pub fn first_frame(&self, path: &str) -> Option<(Sent, Abort)> {
        let first = self.ahead("first", path)?;
        let abort = Abort::of(get(&first, "stop").dyn_into().ok());
        Some((get(&first, "answer").dyn_into().ok()?, abort))
    }

    /// A series' metadata, where they have been asked for from this path and come soon. Given once.
    pub async fn metadata(&self, path: &str) -> Option<String> {
        let begun = self.ahead("metadata", path)?;
        let text: js_sys::Promise = get(&begun, "text").dyn_into().ok()?;
        let Some(text) = clock::within(METADATA_MS, JsFuture::from(text)).await else {
            Abort::of(get(&begun, "stop").dyn_into().ok()).abort();
            return None;
        };
        text.ok()?.as_string()
    }

    /// What app/boot/ahead.js has asked for, where it is from this path. From then on it asks for no such thing any more.
    fn ahead(&self, name: &str, path: &str) -> Option<JsValue> {
        let ahead = get(&self.0, name);
        let is_this = get(&ahead, "path").as_string().as_deref() == Some(path);
        if is_this || ahead.is_undefined() {
            let _ = Reflect::set(&self.0, &name.into(), &JsValue::UNDEFINED);
        }
        is_this.then_some(ahead)
    }

    /// Whether the script asks for originals as a weak line has them: as JPEG-LS where that can be.
    pub fn asks_for_less(&self) -> bool {
        get(&self.0, "small").is_truthy()
    }

    /// Whether the script has painted a preview, which stays until something better is on screen.
    pub fn has_preview(&self) -> bool {
        self.preview_series().is_some()
    }

    /// Settles when the style sheet is here.
    pub(super) fn styled(&self) -> Option<js_sys::Promise> {
        get(&self.0, "styled").dyn_into().ok()
    }

    /// Address of a file of this build.
    pub fn asset(&self, name: &str) -> Option<String> {
        get(&get(&self.0, "assets"), name).as_string()
    }

    /// Loads a module of this build, `<name>.js` with `<name>.wasm`, and gives its exports; None where that fails.
    pub async fn load_module(&self, name: &str) -> Option<JsValue> {
        self.load_module_with(name, &JsValue::UNDEFINED).await
    }

    /// As [`Boot::load_module`], with another wasm than its own; null for none.
    pub(super) async fn load_module_with(&self, name: &str, wasm: &JsValue) -> Option<JsValue> {
        let load: js_sys::Function = get(&self.0, "load").dyn_into().ok()?;
        let promise = load.call2(&JsValue::NULL, &name.into(), wasm).ok()?;
        JsFuture::from(promise.dyn_into::<js_sys::Promise>().ok()?).await.ok()
    }

    /// Notes a moment for whoever measures: `__lightbox.marks[name]`, ms since the page began. First time only.
    pub fn mark(&self, name: &str) {
        let marks = get(&self.0, "marks");
        if marks.is_object() && get(&marks, name).is_undefined() {
            let _ = Reflect::set(&marks, &name.into(), &clock::now_ms().into());
        }
    }
}

/// Takes the shell off the page: the application has drawn something better.
pub fn hide_shell() {
    let document = web_sys::window().and_then(|window| window.document());
    if let Some(shell) = document.and_then(|document| document.get_element_by_id("shell")) {
        let _ = shell.set_attribute("hidden", "");
    }
}
