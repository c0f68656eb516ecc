//! What can be done with the film as a whole, under the thumb.

use super::film::Arrangement;
use super::host::Host;
use super::icons::{Icon, Shape};
use leptos::prelude::*;
use viewer_core::session::{Action, Page};

/// The bottom bar of a phone; at a desk its buttons stand in the header's row.
#[component]
pub(super) fn Footer() -> impl IntoView {
    let host = Host::get();
    let arrangement: Arrangement = expect_context();
    let shared = RwSignal::new(None::<bool>);
    let page = host.part(|view| view.page);
    let has = host.part(|view| {
        let manifest = view.film.as_ref().map(|film| film.manifest());
        let reports = manifest.is_some_and(|m| m.studies.iter().any(|study| !study.reports.is_empty()));
        (reports, manifest.is_some_and(|m| !m.labs.is_empty()))
    });
    let tab = move |to: Page, words: &'static str, shape: Shape| {
        view! {
            <button
                type="button"
                class="bar-button"
                aria-pressed=move || (page.get() == to).to_string()
                on:click=move |_| host.act(Action::Page(to))
            >
                <Icon shape=shape />
                <span>{move || host.say(words)}</span>
            </button>
        }
    };
    view! {
        <nav class="bottom" aria-label=move || host.say("bar.label")>
            {tab(Page::Images, "bar.images", Shape::Images)}
            <Show when=move || has.get().0>{tab(Page::Report, "bar.report", Shape::Report)}</Show>
            <Show when=move || has.get().1>{tab(Page::Labs, "bar.labs", Shape::Labs)}</Show>
            <button
                type="button"
                class="bar-button only-phone"
                aria-pressed=move || arrangement.full.get().to_string()
                on:click=move |_| {
                    host.act(Action::Page(Page::Images));
                    arrangement.full.update(|full| *full = !*full);
                }
            >
                <Icon shape=Shape::Full />
                <span>{move || host.say("bar.full")}</span>
            </button>
            <button
                type="button"
                class="bar-button"
                on:click=move |_| {
                    let title = host.say("app.name");
                    host.ports().share(title, Box::new(move |taken| shared.set(Some(taken))));
                }
            >
                <Icon shape=Shape::Share />
                <span>{move || host.say("bar.share")}</span>
            </button>
            <p class="told" role="status">
                {move || {
                    shared
                        .get()
                        .map(|taken| host.say(if taken { "share.done" } else { "share.failed" }))
                }}
            </p>
        </nav>
    }
}
