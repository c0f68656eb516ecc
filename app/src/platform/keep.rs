//! Leave to stay on the device, and a page that opens without a network, through a script of ours (app/boot/keep.js) that
//! is loaded when the reader keeps or clears.

use js_sys::{Function, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::boot::Boot;
use super::script::get;

/// Prepares, with modules that the film may need and that this page has not loaded, or undoes it. What the browser refuses is
/// left: a film is kept all the same.
pub async fn offline(boot: &Boot, on: bool, modules: &[&str]) {
    // There is no wasm beside it.
    let Some(script) = boot.load_module_with("keep", &JsValue::NULL).await else { return };
    let Ok(act) = get(&script, if on { "keep" } else { "forget" }).dyn_into::<Function>() else { return };
    if let Some(done) = act
        .call1(&JsValue::NULL, &modules.join(" ").into())
        .ok()
        .and_then(|done| done.dyn_into::<Promise>().ok())
    {
        let _ = JsFuture::from(done).await;
        boot.mark(if on { "offline" } else { "forgotten" });
    }
}
