//! Waiting, in a page or in its modules.

use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Lets the browser go on for so many milliseconds.
pub(crate) async fn pause(ms: i32) {
    let promise = Promise::new(&mut |done, _| {
        if let Some(window) = web_sys::window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&done, ms);
        }
    });
    // Resolves, never rejects.
    let _: Result<JsValue, JsValue> = JsFuture::from(promise).await;
}
