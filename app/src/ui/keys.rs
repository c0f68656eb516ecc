//! The keyboard at a desk. One table: the "?" sheet is made from it too.

use viewer_core::session::{Action, Tool, ViewModel};

/// One shortcut.
pub struct Shortcut {
    /// Values of `KeyboardEvent.key`, any of them.
    pub keys: &'static [&'static str],
    /// Key of the words that say what it does.
    pub words: &'static str,
    act: fn(&ViewModel) -> Action,
}

/// The positions of the active viewport's series.
fn last(view: &ViewModel) -> u32 {
    view.viewports.get(view.active).map_or(0, |viewport| viewport.count.saturating_sub(1))
}

/// Moves to another series: the next or the one before in the list.
fn series(view: &ViewModel, by: i32) -> Action {
    let count = view.series.len() as i32;
    let shown = view.viewports.get(view.active).and_then(|viewport| viewport.series);
    let next = (shown.map_or(0, |ix| i32::from(ix.0)) + by).rem_euclid(count.max(1));
    match view.series.get(next as usize) {
        Some(series) => Action::ShowSeries { viewport: view.active, series: series.ix },
        None => Action::Retry,
    }
}

fn scroll(view: &ViewModel, delta: i32) -> Action {
    Action::Scroll { viewport: view.active, delta }
}

/// All shortcuts, in the order of the "?" sheet.
pub const SHORTCUTS: &[Shortcut] = &[
    Shortcut { keys: &["ArrowDown", "ArrowRight"], words: "key.next", act: |view| scroll(view, 1) },
    Shortcut { keys: &["ArrowUp", "ArrowLeft"], words: "key.previous", act: |view| scroll(view, -1) },
    Shortcut { keys: &["PageDown"], words: "key.ten_on", act: |view| scroll(view, 10) },
    Shortcut { keys: &["PageUp"], words: "key.ten_back", act: |view| scroll(view, -10) },
    Shortcut {
        keys: &["Home"],
        words: "key.first",
        act: |view| Action::ScrollTo { viewport: view.active, position: 0 },
    },
    Shortcut {
        keys: &["End"],
        words: "key.last",
        act: |view| Action::ScrollTo { viewport: view.active, position: last(view) },
    },
    Shortcut { keys: &["]"], words: "key.next_series", act: |view| series(view, 1) },
    Shortcut { keys: &["["], words: "key.previous_series", act: |view| series(view, -1) },
    Shortcut { keys: &["s", "S"], words: "tool.scroll", act: |_| Action::Tool(Tool::Scroll) },
    Shortcut { keys: &["w", "W"], words: "tool.window", act: |_| Action::Tool(Tool::Window) },
    Shortcut { keys: &["p", "P"], words: "tool.pan", act: |_| Action::Tool(Tool::Pan) },
    Shortcut { keys: &["z", "Z"], words: "tool.zoom", act: |_| Action::Tool(Tool::Zoom) },
    Shortcut { keys: &["n", "N"], words: "key.next_window", act: |view| Action::NextWindow(view.active) },
    Shortcut { keys: &["r", "R"], words: "tool.rotate", act: |view| Action::RotateRight(view.active) },
    Shortcut { keys: &["h", "H"], words: "tool.flip_h", act: |view| Action::FlipH(view.active) },
    Shortcut { keys: &["v", "V"], words: "tool.flip_v", act: |view| Action::FlipV(view.active) },
    Shortcut { keys: &["i", "I"], words: "tool.invert", act: |view| Action::Invert(view.active) },
    Shortcut { keys: &["f", "F"], words: "tool.fit", act: |view| Action::Fit(view.active) },
    Shortcut { keys: &["1"], words: "tool.actual", act: |view| Action::ActualSize(view.active) },
    Shortcut { keys: &["0", "Escape"], words: "tool.reset", act: |view| Action::Reset(view.active) },
    Shortcut { keys: &[" "], words: "tool.cine", act: |view| Action::CineToggle(view.active) },
];

/// What a key means now; nothing where it means nothing.
pub fn action(key: &str, view: &ViewModel) -> Option<Action> {
    SHORTCUTS.iter().find(|shortcut| shortcut.keys.contains(&key)).map(|shortcut| (shortcut.act)(view))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_means_two_things() {
        let mut seen = std::collections::BTreeSet::new();
        for key in SHORTCUTS.iter().flat_map(|shortcut| shortcut.keys) {
            assert!(seen.insert(key), "{key}");
        }
    }
}
