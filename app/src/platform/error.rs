//! A failed browser call as an error.

use thiserror::Error;
use wasm_bindgen::{JsCast, JsValue};

/// Something the browser refused, by the name of its exception.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the browser refused {what}: {name}")]
pub struct BrowserError {
    /// What was asked of it.
    pub what: &'static str,
    /// Name of the exception: "QuotaExceededError". Never its message, which may quote addresses.
    pub name: String,
}

impl BrowserError {
    /// From whatever was thrown.
    pub(crate) fn of(what: &'static str, thrown: &JsValue) -> Self {
        let name = thrown
            .dyn_ref::<js_sys::Error>()
            .map(|error| String::from(error.name()))
            .or_else(|| js_sys::Reflect::get(thrown, &"name".into()).ok()?.as_string())
            .unwrap_or_else(|| "unknown".into());
        Self { what, name }
    }

    /// For services that are not there at all.
    pub(crate) fn absent(what: &'static str) -> Self {
        Self { what, name: "NotSupportedError".into() }
    }
}
