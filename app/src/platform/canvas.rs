//! Canvas elements and their 2D contexts.

use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, ContextAttributes2d, HtmlCanvasElement};

use super::BrowserError;

/// A canvas that is not on the page.
///
/// # Errors
/// When there is no document.
pub(super) fn new() -> Result<HtmlCanvasElement, BrowserError> {
    let document = web_sys::window().and_then(|window| window.document());
    let made = document.ok_or(BrowserError::absent("a document"))?.create_element("canvas");
    made.map(JsCast::unchecked_into).map_err(|thrown| BrowserError::of("a canvas", &thrown))
}

/// Where a canvas keeps its pixels, if the browser is to choose.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Pixels {
    /// Wherever it draws fastest.
    Anywhere,
    /// In the page's memory, which no GPU takes along when it goes.
    InMemory,
}

/// A canvas' 2D context; where its pixels are is decided when it is asked for first.
///
/// # Errors
/// When the browser has none for it.
pub(super) fn context(
    canvas: &HtmlCanvasElement,
    pixels: Pixels,
) -> Result<CanvasRenderingContext2d, BrowserError> {
    let options = ContextAttributes2d::new();
    if pixels == Pixels::InMemory {
        options.set_will_read_frequently(true);
    }
    canvas
        .get_context_with_context_options("2d", &options)
        .map_err(|thrown| BrowserError::of("a canvas", &thrown))?
        .and_then(|context| context.dyn_into().ok())
        .ok_or(BrowserError::absent("a canvas"))
}

/// Another canvas in the same place; `layer` is its class, which says whether it lies over or behind. It takes no pointer, and
/// a reader of screens does not hear of it.
#[cfg(feature = "ui")]
pub(super) fn beside(canvas: &HtmlCanvasElement, layer: &str) -> Option<HtmlCanvasElement> {
    let other = new().ok()?;
    other.set_class_name(layer);
    other.set_attribute("aria-hidden", "true").ok()?;
    canvas.after_with_node_1(&other).ok()?;
    Some(other)
}
