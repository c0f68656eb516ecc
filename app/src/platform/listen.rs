//! Event listeners that remove themselves when they are dropped.

use wasm_bindgen::prelude::*;
use web_sys::{AddEventListenerOptions, Event, EventTarget};

/// A listener on an event target, for as long as it lives.
pub struct Listener {
    target: EventTarget,
    name: &'static str,
    capture: bool,
    closure: Closure<dyn FnMut(Event)>,
}

impl Listener {
    /// Listens. The listener may call `preventDefault`.
    pub fn new(target: &EventTarget, name: &'static str, call: impl FnMut(Event) + 'static) -> Self {
        Self::with(target, name, false, call)
    }

    fn with(
        target: &EventTarget,
        name: &'static str,
        capture: bool,
        call: impl FnMut(Event) + 'static,
    ) -> Self {
        let closure = Closure::new(call);
        let options = AddEventListenerOptions::new();
        options.set_passive(false);
        options.set_capture(capture);
        // Fails for no target and no name that are used here.
        let _ = target.add_event_listener_with_callback_and_add_event_listener_options(
            name,
            closure.as_ref().unchecked_ref(),
            &options,
        );
        Self { target: target.clone(), name, capture, closure }
    }

    /// Listens on the window.
    pub fn on_window(name: &'static str, call: impl FnMut(Event) + 'static) -> Option<Self> {
        Some(Self::new(web_sys::window()?.as_ref(), name, call))
    }

    /// Listens on the document.
    pub fn on_document(name: &'static str, call: impl FnMut(Event) + 'static) -> Option<Self> {
        Some(Self::new(web_sys::window()?.document()?.as_ref(), name, call))
    }

    /// Listens on the document for what happens to its elements and does not bubble.
    pub fn on_elements(name: &'static str, call: impl FnMut(Event) + 'static) -> Option<Self> {
        Some(Self::with(web_sys::window()?.document()?.as_ref(), name, true, call))
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.target.remove_event_listener_with_callback_and_bool(
            self.name,
            self.closure.as_ref().unchecked_ref(),
            self.capture,
        );
    }
}

/// Calls back with the element's CSS width and height, at once and whenever they change.
pub struct SizeWatch {
    observer: web_sys::ResizeObserver,
    _closure: Closure<dyn FnMut(js_sys::Array)>,
}

impl SizeWatch {
    /// Watches an element; None where the browser has no ResizeObserver.
    pub fn new(element: &web_sys::Element, mut call: impl FnMut(f64, f64) + 'static) -> Option<Self> {
        let watched = element.clone();
        let closure = Closure::<dyn FnMut(js_sys::Array)>::new(move |_| {
            let bounds = watched.get_bounding_client_rect();
            call(bounds.width(), bounds.height());
        });
        let observer = web_sys::ResizeObserver::new(closure.as_ref().unchecked_ref()).ok()?;
        observer.observe(element);
        Some(Self { observer, _closure: closure })
    }
}

impl Drop for SizeWatch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
