//! The address bar: the film's id in the path, the key and the reader's place in the fragment.

/// What stands in the fragment after the key, with its leading `&`; empty where there is nothing.
pub fn place_text() -> String {
    let hash = fragment();
    hash.find('&').and_then(|at| hash.get(at..)).unwrap_or_default().to_owned()
}

/// Replaces what stands after the key, without a new entry in the history. `place` is empty or begins with `&`.
pub fn save_place(place: &str) {
    let hash = fragment();
    let key = hash.split('&').next().unwrap_or_default();
    let Some(history) = web_sys::window().and_then(|window| window.history().ok()) else { return };
    // Browsers limit how often this may be called; a place that was not saved is saved with the next change.
    let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&format!("#{key}{place}")));
}

/// The whole link, as it can be handed on: without the reader's place.
pub fn film_link() -> Option<String> {
    let location = web_sys::window()?.location();
    let key = fragment().split('&').next()?.to_owned();
    Some(format!("{}{}#{key}", location.origin().ok()?, location.pathname().ok()?))
}

/// Goes to a path of this origin, as the browser's address.
pub fn go(path: &str) {
    if let Some(window) = web_sys::window() {
        let _ = window.location().set_href(path);
        // Another fragment on the same path loads nothing by itself.
        let _ = window.location().reload();
    }
}

/// Loads the page anew.
pub fn reload() {
    if let Some(window) = web_sys::window() {
        let _ = window.location().reload();
    }
}

fn fragment() -> String {
    web_sys::window()
        .and_then(|window| window.location().hash().ok())
        .and_then(|hash| hash.strip_prefix('#').map(str::to_owned))
        .unwrap_or_default()
}
