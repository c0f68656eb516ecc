//! What can be done with the film as a whole, under the thumb.

use super::host::Host;
use super::icons::{Shape, icon};
use super::markup::{Tag, button, tag};
use film_link::manifest::Manifest;
use leptos::prelude::*;
use viewer_core::decimal::short;
use viewer_core::session::{Action, Page};

/// The bottom bar of a phone; at a desk its buttons stand in the header's row.
pub(super) fn footer(host: Host) -> Tag {
    let shared = RwSignal::new(None::<bool>);
    let cleared = RwSignal::new(false);
    let share = move |_| {
        let title = host.say("app.name");
        host.ports.share(title, Box::new(move |taken| shared.set(Some(taken))));
    };
    let full = move |_| {
        host.act(Action::Page(Page::Images));
        host.full.update(|full| *full = !*full);
    };
    let told = move || {
        let shared = shared.get().map(|taken| if taken { "share.done" } else { "share.failed" });
        let key = if cleared.get() { Some("keep.cleared") } else { shared };
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
        .when(move || host.view().keep.possible, move || keep(host, cleared))
        .put(button("bar-button", share).put(icon(Shape::Share)).put(tag("span", "").say(host, "bar.share")))
        .put(tag("p", "told").is("role", "status").words(told))
}

/// Frames of the film that are on this device, of how many.
fn kept(host: Host) -> (u32, u32) {
    let view = host.view();
    (view.keep.frames, view.series.iter().map(|series| series.frames).sum())
}

/// What is kept on this device, how to keep the rest, and how to clear it.
fn keep(host: Host, cleared: RwSignal<bool>) -> Tag {
    let open = RwSignal::new(false);
    let whole = move || {
        let (frames, all) = kept(host);
        all > 0 && frames >= all
    };
    let name = move || {
        let (frames, all) = kept(host);
        match host.view().keep.wanted && !whole() {
            true => host.fill("keep.percent", &[&(frames * 100 / all.max(1)).to_string()]),
            false => host.say(if whole() { "keep.done" } else { "keep" }).to_owned(),
        }
    };
    let said = move || {
        let (frames, all) = kept(host);
        let megabytes = short(host.view().keep.bytes as f64 / 1e6, 1);
        host.fill("keep.what", &[&frames.to_string(), &all.to_string(), &megabytes])
    };
    let go_on = move || {
        button("small-button", move |_| host.act(Action::Keep(!host.now().keep.wanted)))
            .is("data-keep", "")
            .words(move || {
                host.say(if host.view().keep.wanted { "keep.pause" } else { "keep.all" }).to_owned()
            })
    };
    let clear = move |_| {
        open.set(false);
        cleared.set(true);
        host.act(Action::Forget);
    };
    let panel = move || {
        tag("div", "told kept")
            .is("role", "status")
            .put(tag("span", "").words(said))
            .when(move || !whole(), go_on)
            .put(button("small-button", clear).is("data-forget", "").say(host, "keep.forget"))
    };
    tag("div", "bar-keep")
        .put(
            button("bar-button", move |_| open.update(|open| *open = !*open))
                .flag("aria-expanded", move || open.get())
                .put(icon(Shape::Keep))
                .put(tag("span", "").words(name)),
        )
        .when(move || open.get(), panel)
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
