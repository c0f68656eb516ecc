//! The film: on a phone one column under the thumb, at a desk the reading room. One page, arranged by the styles.

use super::footer::footer;
use super::header::header;
use super::help::help;
use super::host::Host;
use super::keys;
use super::labs::labs;
use super::markup::{Tag, keep, tag};
use super::notices::notices;
use super::report::reports;
use super::series_list::series_list;
use super::tools::tools;
use super::viewport::viewport;
use crate::platform::dom::{self, Event};
use leptos::prelude::*;
use viewer_core::session::Page;

/// The screen of an open film.
pub(super) fn film_screen(host: Host) -> Tag {
    host.full.set(false);
    host.help.set(false);
    keep(Box::new(dom::listen_on_window("keydown", Box::new(move |event| key(host, &event)))));
    let grid = tag("div", "grid")
        .live("data-rows", move || host.view().layout.rows.to_string())
        .live("data-columns", move || host.view().layout.columns.to_string())
        .each(move || host.view().viewports.len(), move |ix| viewport(host, ix));
    let stage = tag("main", "stage").called(host, "aria-label", "stage.label").put(grid).put(notices(host));
    let words = tag("aside", "words")
        .called(host, "aria-label", "words.label")
        .again(move || film_address(host), move |_| texts(host))
        .put(tag("p", "reference-only").say(host, "reference_only"));
    tag("div", "")
        .live("class", move || if host.full.get() { "film full" } else { "film" }.to_owned())
        .live("data-page", move || {
            let name = match host.view().page {
                Page::Images => "images",
                Page::Report => "report",
                Page::Labs => "labs",
            };
            name.to_owned()
        })
        .put(header(host))
        .put(tools(host))
        .put(series_list(host))
        .put(stage)
        .put(words)
        .put(footer(host))
        .when(move || host.help.get(), move || help(host))
}

/// Which film is open: where it lies in memory.
fn film_address(host: Host) -> usize {
    host.view().film.as_ref().map_or(0, |film| std::ptr::from_ref(film.manifest()).addr())
}

/// Reports and laboratory results of the open film.
fn texts(host: Host) -> Vec<Tag> {
    let film = host.now().film.clone();
    let made = film.map(|film| [Some(reports(host, &film)), labs(host, &film)]);
    made.into_iter().flatten().flatten().collect()
}

/// A key was pressed.
fn key(host: Host, event: &Event) {
    let (key, held) = event.key();
    // A key that is typed into a field, or held with Ctrl, Alt or Meta, is not for the pictures.
    if held || matches!(dom::focused().as_deref(), Some("input" | "select" | "textarea")) {
        return;
    }
    if key == "?" {
        host.help.update(|open| *open = !*open);
    } else if key == "Escape" && (host.help.get_untracked() || host.full.get_untracked()) {
        host.help.set(false);
        host.full.set(false);
    } else {
        let action = keys::action(&key, &host.now());
        if let Some(action) = action {
            event.prevent();
            host.act(action);
        }
    }
}
