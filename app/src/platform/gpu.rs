//! The GPU renderer's module, loaded when there is something to gain: WebGPU where the browser has it, else WebGL2.
//!
//! It draws into a canvas of its own, which is copied into the viewport. A viewport's canvas stays the CPU's: when
//! the GPU goes, the picture stays.

use js_sys::{ArrayBuffer, Function, Promise, Reflect};
use viewer_core::map::Map;
use viewer_core::session::{CpuReason, Renderer};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlCanvasElement;

use super::boot::Boot;
use super::buffer::Buffer;
use super::canvas;
use super::device;
use super::listen::Listener;
use super::script::{get, object, settled};

#[wasm_bindgen]
extern "C" {
    /// The other program's `Gpu` (platform/renderer_exports.rs).
    type RemoteGpu;

    #[wasm_bindgen(method, catch)]
    fn self_test(this: &RemoteGpu) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method)]
    fn is_lost(this: &RemoteGpu) -> bool;
    #[wasm_bindgen(method, catch)]
    fn put_display(this: &RemoteGpu, id: u32, text: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(method)]
    fn has(this: &RemoteGpu, frame: &str) -> bool;
    #[wasm_bindgen(method, catch)]
    fn upload(
        this: &RemoteGpu,
        frame: &str,
        display: u32,
        picture: &str,
        samples: &ArrayBuffer,
        look: &str,
    ) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    fn draw(this: &RemoteGpu, frame: &str, look: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(method)]
    fn drop_frame(this: &RemoteGpu, frame: &str);
    #[wasm_bindgen(method)]
    fn drop_frames(this: &RemoteGpu);
}

/// A GPU that has passed the self-test.
pub struct Gpu {
    remote: RemoteGpu,
    canvas: HtmlCanvasElement,
    kind: Renderer,
    displays: Map<u32, ()>,
    _lost: Listener,
}

/// A frame that may have to be uploaded, as text and buffer.
pub struct Upload<'a> {
    /// Number of its LUTs and palette.
    pub display: u32,
    /// Writes them, where the GPU does not have them yet.
    pub display_text: &'a dyn Fn() -> String,
    /// What the samples are.
    pub picture_text: &'a dyn Fn() -> String,
    /// The samples.
    pub samples: &'a Buffer,
}

impl Gpu {
    /// Looks for a GPU, loads the module for it, and proves it. `webgpu`: whether to look for WebGPU at all.
    /// `most_bytes`: what textures may take. `lost` is called when the GPU goes.
    ///
    /// # Errors
    /// Why the CPU draws on.
    pub async fn start(
        boot: &Boot,
        webgpu: bool,
        most_bytes: u64,
        lost: impl Fn() + Clone + 'static,
    ) -> Result<Self, CpuReason> {
        let chosen = device::setting("renderer");
        let allowed = |name: &str| chosen.as_deref().is_none_or(|one| one == name);
        if chosen.as_deref() == Some("cpu") {
            return Err(CpuReason::Chosen);
        }
        let mut reason = if webgpu { CpuReason::NoGpu } else { CpuReason::SelfTestFailed };
        if webgpu && allowed("webgpu") && has_webgpu().await {
            match Self::try_start(boot, "renderer-webgpu", Renderer::WebGpu, most_bytes, lost.clone()).await {
                Ok(gpu) => return Ok(gpu),
                Err(why) => reason = why,
            }
        }
        if allowed("webgl2") && has_webgl2(chosen.is_some()) {
            match Self::try_start(boot, "renderer-webgl", Renderer::WebGl2, most_bytes, lost).await {
                Ok(gpu) => return Ok(gpu),
                Err(why) => reason = why,
            }
        }
        Err(reason)
    }

    async fn try_start(
        boot: &Boot,
        module: &str,
        kind: Renderer,
        most_bytes: u64,
        lost: impl Fn() + 'static,
    ) -> Result<Self, CpuReason> {
        let none = CpuReason::NoGpu;
        let canvas = canvas::new().map_err(|_| none)?;
        canvas.set_width(64);
        canvas.set_height(64);
        let exports = boot.load_module(module).await.ok_or(none)?;
        let create: Function = get(&exports, "create").dyn_into().map_err(|_| none)?;
        let made = create
            .call2(&JsValue::NULL, &canvas, &(most_bytes as f64).into())
            .and_then(|promise| promise.dyn_into::<Promise>());
        let remote: RemoteGpu = settled("a GPU", made).await.map_err(|_| none)?.unchecked_into();
        let failed = |_| CpuReason::SelfTestFailed;
        let test = remote.self_test().map_err(failed)?;
        JsFuture::from(test).await.map_err(failed)?;
        let lost = Listener::new(&canvas, "webglcontextlost", move |_| lost());
        Ok(Self { remote, canvas, kind, displays: Map::new(), _lost: lost })
    }

    /// Which interface it is.
    pub fn kind(&self) -> Renderer {
        self.kind
    }

    /// Draws a frame onto the GPU's own canvas, and gives it to be copied at once. None when the GPU is lost or
    /// cannot draw this frame; [`Gpu::is_lost`] tells which.
    pub fn draw(&mut self, frame: &str, look: &str, upload: &Upload<'_>) -> Option<&HtmlCanvasElement> {
        if !self.remote.has(frame) {
            if !self.displays.has(&upload.display) {
                self.remote.put_display(upload.display, &(upload.display_text)()).ok()?;
                self.displays.insert(upload.display, ());
            }
            let picture = (upload.picture_text)();
            self.remote.upload(frame, upload.display, &picture, upload.samples.raw(), look).ok()?;
        }
        self.remote.draw(frame, look).ok()?;
        Some(&self.canvas)
    }

    /// Whether nothing more can be drawn with it.
    pub fn is_lost(&self) -> bool {
        self.remote.is_lost()
    }

    /// Frees a frame.
    pub fn drop_frame(&self, frame: &str) {
        self.remote.drop_frame(frame);
    }

    /// Frees every frame.
    pub fn drop_frames(&self) {
        self.remote.drop_frames();
    }
}

/// Asks for an adapter: some browsers have the interface and no GPU behind it.
async fn has_webgpu() -> bool {
    let Some(window) = web_sys::window() else { return false };
    let gpu = get(&window.navigator(), "gpu");
    let Ok(request) = get(&gpu, "requestAdapter").dyn_into::<Function>() else { return false };
    let adapter = request.call0(&gpu).and_then(|promise| promise.dyn_into::<Promise>());
    settled("a GPU", adapter).await.is_ok_and(|adapter| adapter.is_object())
}

/// A software WebGL2 is slower than our own CPU path: `any` says whether it counts all the same.
fn has_webgl2(any: bool) -> bool {
    let options = object(&[("failIfMajorPerformanceCaveat", (!any).into())]);
    let context = canvas::new()
        .ok()
        .and_then(|canvas| canvas.get_context_with_context_options("webgl2", &options).ok().flatten());
    let Some(context) = context else { return false };
    let good = any || !is_software(&context);
    // Browsers have only so many contexts: give this one back.
    if let Some(extension) = call(&context, "getExtension", &"WEBGL_lose_context".into())
        && let Ok(lose) = get(&extension, "loseContext").dyn_into::<Function>()
    {
        let _ = Reflect::apply(&lose, &extension, &js_sys::Array::new());
    }
    good
}

/// Names of what draws WebGL on the processor. Chromium 156 gives SwiftShader though a context without caveat was asked for.
const SOFTWARE: [&str; 4] = ["SwiftShader", "llvmpipe", "softpipe", "Basic Render"];

fn is_software(context: &JsValue) -> bool {
    // WEBGL_debug_renderer_info: UNMASKED_RENDERER_WEBGL; without it RENDERER, which tells less.
    let info = call(context, "getExtension", &"WEBGL_debug_renderer_info".into());
    let which = if info.is_some_and(|info| info.is_object()) { 0x9246 } else { 0x1F01 };
    let name = call(context, "getParameter", &which.into()).and_then(|name| name.as_string());
    name.is_some_and(|name| SOFTWARE.iter().any(|one| name.contains(one)))
}

fn call(on: &JsValue, method: &str, argument: &JsValue) -> Option<JsValue> {
    get(on, method).dyn_into::<Function>().ok()?.call1(on, argument).ok()
}
