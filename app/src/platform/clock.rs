//! Time, timers and animation frames.

use wasm_bindgen::prelude::*;

/// Milliseconds since the page began; never runs backwards.
pub fn now_ms() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now())
}

/// Unix time in seconds.
pub fn unix_secs() -> u64 {
    (js_sys::Date::now() / 1000.0) as u64
}

/// Calls back before the browser draws next. Not while the page is hidden.
pub fn next_frame(call: impl FnOnce() + 'static) {
    let call = Closure::once_into_js(call);
    if let Some(window) = web_sys::window() {
        // Fails only for a window that is gone.
        let _ = window.request_animation_frame(call.unchecked_ref());
    }
}

/// Calls back after so many milliseconds.
pub fn after(ms: f64, call: impl FnOnce() + 'static) {
    let call = Closure::once_into_js(call);
    if let Some(window) = web_sys::window() {
        let ms = ms.clamp(0.0, f64::from(i32::MAX)) as i32;
        // Fails only for a window that is gone.
        let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(call.unchecked_ref(), ms);
    }
}

/// Waits.
pub async fn sleep(ms: f64) {
    super::wait::pause(ms.clamp(0.0, f64::from(i32::MAX)) as i32).await;
}

/// Runs a task of this page.
pub fn spawn(task: impl Future<Output = ()> + 'static) {
    wasm_bindgen_futures::spawn_local(task);
}
