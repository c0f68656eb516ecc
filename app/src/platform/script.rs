//! Small conversions between Rust and script values.

use js_sys::{JSON, Object, Promise, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::BrowserError;

/// An object with these properties.
pub(super) fn object(properties: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in properties {
        // Fails for frozen objects only.
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object
}

/// A property; undefined where there is none.
pub(super) fn get(object: &JsValue, name: &str) -> JsValue {
    if object.is_object() {
        Reflect::get(object, &name.into()).unwrap_or_default()
    } else {
        JsValue::UNDEFINED
    }
}

/// Waits for a promise.
pub(super) async fn settled(
    what: &'static str,
    promise: Result<Promise, JsValue>,
) -> Result<JsValue, BrowserError> {
    let promise = promise.map_err(|thrown| BrowserError::of(what, &thrown))?;
    JsFuture::from(promise).await.map_err(|thrown| BrowserError::of(what, &thrown))
}

/// A member of an object in JSON text, as text of its own.
pub fn json_member(text: &str, name: &str) -> Option<String> {
    let member = get(&JSON::parse(text).ok()?, name);
    JSON::stringify(&member).ok().map(String::from)
}
