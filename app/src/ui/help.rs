//! The "?" sheet: every shortcut and gesture.

use super::host::Host;
use super::keys::{SHORTCUTS, Shortcut};
use super::markup::{Tag, button, tag};
use leptos::prelude::*;

const GESTURES: [(&str, &str); 6] = [
    ("gesture.drag", "gesture.drag.does"),
    ("gesture.wheel", "gesture.wheel.does"),
    ("gesture.right_drag", "gesture.right_drag.does"),
    ("gesture.pinch", "gesture.pinch.does"),
    ("gesture.double_tap", "gesture.double_tap.does"),
    ("gesture.ctrl_wheel", "gesture.ctrl_wheel.does"),
];

/// Shown over the film while it is open.
pub(super) fn help(host: Host) -> Tag {
    let gesture = |(how, does): (&'static str, &'static str)| {
        [tag("dt", "").say(host, how), tag("dd", "").say(host, does)]
    };
    let close = move |_| host.help.set(false);
    tag("div", "sheet")
        .is("role", "dialog")
        .is("aria-modal", "true")
        .is("aria-labelledby", "help-title")
        .put(tag("h2", "").is("id", "help-title").say(host, "help.title"))
        .put(tag("dl", "").all(GESTURES.into_iter().flat_map(gesture).collect()))
        .put(tag("dl", "").all(SHORTCUTS.iter().flat_map(|one| shortcut(host, one)).collect()))
        .put(button("main-button", close).say(host, "action.close"))
}

fn shortcut(host: Host, shortcut: &'static Shortcut) -> [Tag; 2] {
    let names = move || {
        let shown = shortcut.keys.iter().filter(|key| !matches!(key.as_bytes(), [b'a'..=b'z']));
        shown.map(|key| key_name(host, key)).collect::<Vec<_>>().join(" / ")
    };
    [tag("dt", "").words(names), tag("dd", "").say(host, shortcut.words)]
}

fn key_name(host: Host, key: &'static str) -> &'static str {
    match key {
        " " => host.say("key.space"),
        "ArrowDown" => "↓",
        "ArrowUp" => "↑",
        "ArrowLeft" => "←",
        "ArrowRight" => "→",
        other => other,
    }
}
