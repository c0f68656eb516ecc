//! What can be done with the film as a whole, under the thumb.

use super::host::Host;
use super::icons::{Shape, icon};
use super::markup::{Tag, button, tag};
use film_link::manifest::Manifest;
use leptos::prelude::*;
use viewer_core::session::{Action, Page};

/// The bottom bar of a phone; at a desk its buttons stand in the header's row.
pub(super) fn footer(host: Host) -> Tag {
    let shared = RwSignal::new(None::<bool>);
    let share = move |_| {
        let title = host.say("app.name");
        host.ports.share(title, Box::new(move |taken| shared.set(Some(taken))));
    };
    let full = move |_| {
        host.act(Action::Page(Page::Images));
        host.full.update(|full| *full = !*full);
    };
    let told = move || {
        let key = shared.get().map(|taken| if taken { "share.done" } else { "share.failed" });
        key.map(|key| host.say(key).to_owned()).unwrap_or_default()
    };
    tag("nav", "bottom")
        .called(host, "aria-label", "bar.label")
        .put(tab(host, Page::Images, "bar.images", Shape::Images))
        .when(
            move || has(host, |manifest| manifest.studies.iter().any(|study| !study.reports.is_empty())),
            move || tab(host, Page::Report, "bar.report", Shape::Report),
        )
        .when(
            move || has(host, |manifest| !manifest.labs.is_empty()),
            move || tab(host, Page::Labs, "bar.labs", Shape::Labs),
        )
        .put(
            button("bar-button only-phone", full)
                .flag("aria-pressed", move || host.full.get())
                .put(icon(Shape::Full))
                .put(tag("span", "").say(host, "bar.full")),
        )
        .put(button("bar-button", share).put(icon(Shape::Share)).put(tag("span", "").say(host, "bar.share")))
        .put(tag("p", "told").is("role", "status").words(told))
}

/// Something about the open film.
fn has(host: Host, what: fn(&Manifest) -> bool) -> bool {
    host.view().film.as_ref().is_some_and(|film| what(film.manifest()))
}

/// The button of a page.
fn tab(host: Host, to: Page, words: &'static str, shape: Shape) -> Tag {
    button("bar-button", move |_| host.act(Action::Page(to)))
        .flag("aria-pressed", move || host.view().page == to)
        .put(icon(shape))
        .put(tag("span", "").say(host, words))
}
