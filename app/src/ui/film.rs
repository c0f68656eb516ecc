//! The film: on a phone one column under the thumb, at a desk the reading room. One page, arranged by the styles.

use super::footer::Footer;
use super::header::Header;
use super::help::Help;
use super::host::Host;
use super::keys;
use super::labs::Labs;
use super::notices::Notices;
use super::report::Reports;
use super::series_list::SeriesList;
use super::tools::Tools;
use super::viewport::Viewport;
use leptos::prelude::*;
use viewer_core::session::Page;

/// What the reader chose about the page itself; the session does not know it.
#[derive(Clone, Copy)]
pub(super) struct Arrangement {
    /// 完整影像: the viewports fill a phone's screen.
    pub(super) full: RwSignal<bool>,
    /// The "?" sheet is open.
    pub(super) help: RwSignal<bool>,
}

/// The screen of an open film.
#[component]
pub(super) fn FilmScreen() -> impl IntoView {
    let host = Host::get();
    let arrangement = Arrangement { full: RwSignal::new(false), help: RwSignal::new(false) };
    provide_context(arrangement);
    let layout = host.part(|view| view.layout);
    let count = host.part(|view| view.viewports.len());
    let page = host.part(|view| match view.page {
        Page::Images => "images",
        Page::Report => "report",
        Page::Labs => "labs",
    });
    let listener = window_event_listener(leptos::ev::keydown, move |event| {
        // A key that is typed into a field, or held with Ctrl, Alt or Meta, is not for the pictures.
        if field_has_focus() || event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        if event.key() == "?" {
            arrangement.help.update(|open| *open = !*open);
        } else if event.key() == "Escape"
            && (arrangement.help.get_untracked() || arrangement.full.get_untracked())
        {
            arrangement.help.set(false);
            arrangement.full.set(false);
        } else if let Some(action) = host.view.with_untracked(|view| keys::action(&event.key(), view)) {
            event.prevent_default();
            host.act(action);
        }
    });
    on_cleanup(move || listener.remove());
    view! {
        <div class="film" class:full=move || arrangement.full.get() data-page=move || page.get()>
            <Header />
            <Tools />
            <SeriesList />
            <main class="stage" aria-label=move || host.say("stage.label")>
                <div
                    class="grid"
                    data-rows=move || layout.get().rows.to_string()
                    data-columns=move || layout.get().columns.to_string()
                >
                    <For each=move || 0..count.get() key=|ix| *ix let:ix>
                        <Viewport ix=ix />
                    </For>
                </div>
                <Notices />
            </main>
            <aside class="words" aria-label=move || host.say("words.label")>
                <Reports />
                <Labs />
                <p class="reference-only">{move || host.say("reference_only")}</p>
            </aside>
            <Footer />
            <Help />
        </div>
    }
}

fn field_has_focus() -> bool {
    let tag = document().active_element().map(|element| element.tag_name().to_ascii_lowercase());
    matches!(tag.as_deref(), Some("input" | "select" | "textarea"))
}
