//! What this device can bear, as far as a browser says it.

use viewer_core::cache::Means;
use viewer_core::session::Device;
use wasm_bindgen::JsValue;

/// Measures the device.
pub fn measure() -> Device {
    let coarse_pointer = matches_media("(pointer: coarse)");
    Device {
        means: Means { memory_gib: memory_gib(), phone: coarse_pointer, screen_pixels: screen_pixels() },
        cores: cores().min(255) as u8,
        dpr: pixel_ratio() as f32,
        coarse_pointer,
    }
}

/// Logical processors; 1 where unknown.
pub fn cores() -> u32 {
    web_sys::window().map_or(1.0, |window| window.navigator().hardware_concurrency()).max(1.0) as u32
}

/// Memory in GiB, rounded by the browser; 0 where it does not say (Firefox, Safari).
pub fn memory_gib() -> f64 {
    let Some(window) = web_sys::window() else { return 0.0 };
    js_sys::Reflect::get(&window.navigator(), &JsValue::from_str("deviceMemory"))
        .ok()
        .and_then(|value| value.as_f64())
        .unwrap_or(0.0)
}

/// Device pixels of the page's window.
fn screen_pixels() -> u64 {
    let side = |of: fn(&web_sys::Window) -> Result<JsValue, JsValue>| {
        web_sys::window().and_then(|window| of(&window).ok()?.as_f64()).unwrap_or(0.0) * pixel_ratio()
    };
    (side(web_sys::Window::inner_width) * side(web_sys::Window::inner_height)) as u64
}

/// Device pixels per CSS pixel.
pub fn pixel_ratio() -> f64 {
    web_sys::window().map_or(1.0, |window| window.device_pixel_ratio()).clamp(0.5, 4.0)
}

/// Whether a media query holds.
pub fn matches_media(query: &str) -> bool {
    web_sys::window()
        .and_then(|window| window.match_media(query).ok().flatten())
        .is_some_and(|list| list.matches())
}

/// The reader's languages begin with Chinese.
pub fn prefers_chinese() -> bool {
    web_sys::window()
        .and_then(|window| window.navigator().language())
        .is_none_or(|language| language.to_ascii_lowercase().starts_with("zh"))
}

/// Whether the browser believes that there is a network.
pub fn online() -> bool {
    web_sys::window().is_none_or(|window| window.navigator().on_line())
}

/// Whether the page is hidden.
pub fn hidden() -> bool {
    web_sys::window().and_then(|window| window.document()).is_some_and(|document| document.hidden())
}

/// A setting that tests and the reader's own choices leave in the session storage: `lightbox.<name>`.
pub fn setting(name: &str) -> Option<String> {
    let storage = web_sys::window()?.session_storage().ok()??;
    storage.get_item(&format!("lightbox.{name}")).ok()?
}

/// WebAssembly SIMD (128 bits), by letting the browser validate a module of one function that uses it.
pub fn simd() -> bool {
    // (module (func (result v128) i32.const 0 i8x16.splat i8x16.popcnt))
    const MODULE: [u8; 31] = [
        0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15,
        253, 98, 11,
    ];
    let bytes = js_sys::Uint8Array::from(MODULE.as_slice());
    js_sys::WebAssembly::validate(&bytes).unwrap_or(false)
}
