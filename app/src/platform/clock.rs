//! Time, timers and animation frames.

use std::cell::RefCell;
use std::rc::Rc;

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

/// Waits for a task, but no longer than so many milliseconds; the task goes on all the same.
pub async fn within<T: 'static>(ms: f64, task: impl Future<Output = T> + 'static) -> Option<T> {
    let slot = Rc::new(RefCell::new(None));
    let filled = Rc::clone(&slot);
    let mut task = Some(task);
    let first = js_sys::Promise::new(&mut |done, _| {
        let late = done.clone();
        after(ms, move || {
            let _ = late.call0(&JsValue::NULL);
        });
        if let Some(task) = task.take() {
            let filled = Rc::clone(&filled);
            spawn(async move {
                *filled.borrow_mut() = Some(task.await);
                let _ = done.call0(&JsValue::NULL);
            });
        }
    });
    // Resolves, never rejects.
    let _ = wasm_bindgen_futures::JsFuture::from(first).await;
    slot.borrow_mut().take()
}

/// Runs a task of this page.
pub fn spawn(task: impl Future<Output = ()> + 'static) {
    wasm_bindgen_futures::spawn_local(task);
}
