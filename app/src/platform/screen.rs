//! A viewport's canvas, which goes on showing its picture when the browser loses its GPU.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::BrowserError;
use super::canvas::{self, Pixels};

/// A canvas of the page. When the browser's GPU process goes, what it shows is black until there is another, half a second
/// later (HTML 4.12.5.1.2, "context lost steps"); until then a canvas in the page's memory lies over it.
pub(super) struct Screen {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    spare: Option<HtmlCanvasElement>,
}

impl Screen {
    /// # Errors
    /// When the browser has no 2D context for it.
    pub(super) fn new(canvas: HtmlCanvasElement) -> Result<Self, BrowserError> {
        let context = canvas::context(&canvas, Pixels::Anywhere)?;
        Ok(Self { canvas, context, spare: None })
    }

    /// The element that takes pointers and has the size.
    pub(super) fn element(&self) -> &HtmlCanvasElement {
        &self.canvas
    }

    /// What is painted on now.
    pub(super) fn context(&mut self) -> CanvasRenderingContext2d {
        let lost = self.is_lost();
        if !lost && let Some(spare) = self.spare.take() {
            spare.remove();
        }
        let instead = if lost { self.spare() } else { None };
        instead.unwrap_or_else(|| self.context.clone())
    }

    /// Whether the browser has lost what the canvas shows. Chromium before 99 cannot tell.
    pub(super) fn is_lost(&self) -> bool {
        self.context.unchecked_ref::<MayBeLost>().is_context_lost().unwrap_or(false)
    }

    fn spare(&mut self) -> Option<CanvasRenderingContext2d> {
        let spare = self.spare.take().or_else(|| canvas::beside(&self.canvas, "marks"))?;
        resize(&spare, self.canvas.width(), self.canvas.height());
        let context = canvas::context(&spare, Pixels::InMemory).ok();
        self.spare = Some(spare);
        context
    }
}

/// Gives a canvas a size. Setting one clears the canvas, even when it is the same.
pub(super) fn resize(canvas: &HtmlCanvasElement, width: u32, height: u32) {
    if (canvas.width(), canvas.height()) != (width, height) {
        canvas.set_width(width);
        canvas.set_height(height);
    }
}

#[wasm_bindgen]
extern "C" {
    /// A 2D context, asked for what web-sys does not know of it.
    type MayBeLost;

    #[wasm_bindgen(method, catch, js_name = isContextLost)]
    fn is_context_lost(this: &MayBeLost) -> Result<bool, JsValue>;
}
