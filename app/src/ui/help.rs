//! The "?" sheet: every shortcut and gesture.

use super::film::Arrangement;
use super::host::Host;
use super::keys::SHORTCUTS;
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
#[component]
pub(super) fn Help() -> impl IntoView {
    let host = Host::get();
    let arrangement: Arrangement = expect_context();
    let key_name = move |key: &'static str| match key {
        " " => host.say("key.space"),
        "ArrowDown" => "↓",
        "ArrowUp" => "↑",
        "ArrowLeft" => "←",
        "ArrowRight" => "→",
        other => other,
    };
    let keys = move || {
        SHORTCUTS
            .iter()
            .map(|shortcut| {
                let shown = shortcut.keys.iter().filter(|key| !matches!(key.as_bytes(), [b'a'..=b'z']));
                let names = shown.map(|key| key_name(key)).collect::<Vec<_>>().join(" / ");
                view! {
                    <dt>{names}</dt>
                    <dd>{host.say(shortcut.words)}</dd>
                }
            })
            .collect::<Vec<_>>()
    };
    let gestures = move || {
        GESTURES
            .iter()
            .map(|(how, does)| {
                view! {
                    <dt>{host.say(how)}</dt>
                    <dd>{host.say(does)}</dd>
                }
            })
            .collect::<Vec<_>>()
    };
    view! {
        <Show when=move || arrangement.help.get()>
            <div class="sheet" role="dialog" aria-modal="true" aria-labelledby="help-title">
                <h2 id="help-title">{move || host.say("help.title")}</h2>
                <dl>{gestures}</dl>
                <dl>{keys}</dl>
                <button type="button" class="main-button" on:click=move |_| arrangement.help.set(false)>
                    {move || host.say("action.close")}
                </button>
            </div>
        </Show>
    }
}
