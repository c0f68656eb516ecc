//! The page around the views: preferences, languages, sharing, the document's root element.

use js_sys::{Function, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::script::{get, object, settled};

/// A preference that stays on this device; never anything about a patient.
pub fn recall(name: &str) -> Option<String> {
    storage()?.get_item(&format!("lightbox.{name}")).ok()?
}

/// Keeps a preference; a browser that forbids it forgets it with the page.
pub fn remember(name: &str, value: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(&format!("lightbox.{name}"), value);
    }
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// Languages that the browser asks for, best first.
pub fn languages() -> Vec<String> {
    let Some(window) = web_sys::window() else { return Vec::new() };
    let listed = window.navigator().languages();
    listed.iter().filter_map(|language| language.as_string()).collect()
}

/// Sets an attribute of the document's root element.
pub fn mark_root(attribute: &str, value: &str) {
    let document = web_sys::window().and_then(|window| window.document());
    if let Some(root) = document.and_then(|document| document.document_element()) {
        let _ = root.set_attribute(attribute, value);
    }
}

/// Hands an address to the system's share sheet, else to the clipboard; says whether either took it.
pub async fn share(title: &str, url: &str) -> bool {
    let Some(window) = web_sys::window() else { return false };
    let navigator = JsValue::from(window.navigator());
    let sheet = get(&navigator, "share").dyn_into::<Function>().ok();
    if let Some(sheet) = sheet.filter(|_| super::device::matches_media("(pointer: coarse)")) {
        let what = object(&[("title", title.into()), ("url", url.into())]);
        let shared = sheet.call1(&navigator, &what).and_then(|promise| promise.dyn_into::<Promise>());
        // A reader who closes the sheet has shared nothing, and wants no copy either.
        return settled("sharing", shared).await.is_ok();
    }
    let clipboard = get(&navigator, "clipboard");
    let Ok(write) = get(&clipboard, "writeText").dyn_into::<Function>() else { return false };
    let written = write.call1(&clipboard, &url.into()).and_then(|promise| promise.dyn_into::<Promise>());
    settled("the clipboard", written).await.is_ok()
}

/// Waits until the style sheet that the boot script asked for is here, or is known not to come.
pub async fn styled(boot: &super::boot::Boot) {
    if let Some(promise) = boot.styled() {
        // Unstyled words are better than none.
        let _ = JsFuture::from(promise).await;
    }
}

/// The element that the views stand in.
pub fn root_element() -> Option<web_sys::HtmlElement> {
    web_sys::window()?.document()?.get_element_by_id("app")?.dyn_into().ok()
}
