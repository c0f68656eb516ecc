//! Before a film and instead of one: opening, passcode, closed. Each says what happened and what to do next.

use super::host::Host;
use super::icons::{Icon, Shape};
use leptos::prelude::*;
use viewer_core::session::{Action, Closed, Screen};

/// The gateway has been asked.
#[component]
pub(super) fn OpeningScreen() -> impl IntoView {
    let host = Host::get();
    view! {
        <main class="message" aria-busy="true">
            <h1>{move || host.say("app.name")}</h1>
            <p role="status">{move || host.say("opening.text")}</p>
            <p class="quiet">{move || host.say("opening.slow")}</p>
        </main>
    }
}

/// A passcode is wanted.
#[component]
pub(super) fn PasscodeScreen() -> impl IntoView {
    let host = Host::get();
    let entered = RwSignal::new(String::new());
    let state = host.part(|view| match view.screen {
        Screen::Passcode { remaining, wrong, busy } => (remaining, wrong, busy),
        _ => (None, false, false),
    });
    let busy = move || state.get().2;
    let told = move || {
        let (remaining, wrong, busy) = state.get();
        match (busy, wrong, remaining) {
            (true, ..) => host.say("passcode.busy").to_owned(),
            (_, true, Some(left)) => host.fill("passcode.wrong", &[&left.to_string()]),
            (_, _, Some(left)) => host.fill("passcode.left", &[&left.to_string()]),
            _ => String::new(),
        }
    };
    let send = move || {
        let passcode = entered.get_untracked().trim().to_owned();
        if !passcode.is_empty() && !busy() {
            host.act(Action::EnterPasscode(passcode));
        }
    };
    view! {
        <main class="message">
            <p class="brand">{move || host.say("app.name")}</p>
            <h1>{move || host.say("passcode.title")}</h1>
            <p>{move || host.say("passcode.text")}</p>
            <form
                class="passcode"
                on:submit=move |event| {
                    event.prevent_default();
                    send();
                }
            >
                <label for="passcode">{move || host.say("passcode.label")}</label>
                <input
                    id="passcode"
                    name="passcode"
                    inputmode="numeric"
                    autocomplete="one-time-code"
                    maxlength="32"
                    aria-describedby="passcode-told"
                    aria-invalid=move || state.get().1.to_string()
                    prop:value=move || entered.get()
                    on:input=move |event| entered.set(event_target_value(&event))
                />
                <p id="passcode-told" role="alert" class:wrong=move || state.get().1>
                    {told}
                </p>
                <button type="submit" class="main-button" disabled=busy>
                    {move || host.say("passcode.open")}
                </button>
            </form>
        </main>
    }
}

fn closed_words(closed: Closed) -> (&'static str, &'static str) {
    match closed {
        Closed::BadLink => ("closed.bad_link", "closed.bad_link.do"),
        Closed::NotFound => ("closed.not_found", "closed.not_found.do"),
        Closed::Expired => ("closed.expired", "closed.expired.do"),
        Closed::Revoked => ("closed.revoked", "closed.revoked.do"),
        Closed::Locked => ("closed.locked", "closed.locked.do"),
        Closed::Busy { .. } => ("closed.busy", "closed.busy.do"),
        Closed::Unreachable => ("closed.unreachable", "closed.unreachable.do"),
        Closed::UpstreamDown => ("closed.upstream", "closed.upstream.do"),
        Closed::ServerError => ("closed.server", "closed.server.do"),
        Closed::VersionMismatch => ("closed.version", "closed.version.do"),
        Closed::InsecureContext => ("closed.insecure", "closed.insecure.do"),
        Closed::Unsupported => ("closed.unsupported", "closed.unsupported.do"),
        Closed::EmptyFilm => ("closed.empty", "closed.empty.do"),
        Closed::Left => ("closed.left", "closed.left.do"),
    }
}

/// Nothing more can be shown.
#[component]
pub(super) fn ClosedScreen() -> impl IntoView {
    let host = Host::get();
    let closed = host.part(|view| match view.screen {
        Screen::Closed(closed) => closed,
        _ => Closed::Left,
    });
    let to_do = move || match closed.get() {
        Closed::Busy { retry_after_secs } => host.fill("closed.busy.do", &[&retry_after_secs.to_string()]),
        other => host.say(closed_words(other).1).to_owned(),
    };
    view! {
        <main class="message" role="alert" data-code=move || closed.get().code()>
            <p class="brand">{move || host.say("app.name")}</p>
            <Icon shape=Shape::Closed />
            <h1>{move || host.say(closed_words(closed.get()).0)}</h1>
            <p>{to_do}</p>
            <Show when=move || closed.get().retryable()>
                <button type="button" class="main-button" on:click=move |_| host.act(Action::Retry)>
                    {move || host.say("action.retry")}
                </button>
            </Show>
            <p class="quiet">{move || host.fill("closed.code", &[closed.get().code()])}</p>
        </main>
    }
}
