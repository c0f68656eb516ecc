//! What the reader has to be told while the film goes on.

use super::host::Host;
use leptos::prelude::*;
use viewer_core::session::{Action, Notice, StoreFailure};

fn words(notice: Notice) -> &'static str {
    match notice {
        Notice::Offline => "notice.offline",
        Notice::FromThisDevice => "notice.from_device",
        Notice::SlowLine => "notice.slow",
        Notice::Store(StoreFailure::Quota) => "notice.quota",
        Notice::Store(StoreFailure::Denied) => "notice.store_denied",
        Notice::Store(StoreFailure::Broken) => "notice.store_broken",
        Notice::GpuLost => "notice.gpu_lost",
        Notice::ImageNotHere => "notice.image_not_here",
        Notice::PlaceNotHere => "notice.place_not_here",
    }
}

/// The notices that have not been put away, the newest last.
#[component]
pub(super) fn Notices() -> impl IntoView {
    let host = Host::get();
    let notices = host.part(|view| view.notices.clone());
    let rows = move || {
        notices
            .get()
            .into_iter()
            .map(|notice| {
                view! {
                    <li data-notice=words(notice)>
                        <span>{move || host.say(words(notice))}</span>
                        <button
                            type="button"
                            class="small-button"
                            on:click=move |_| host.act(Action::Dismiss(notice))
                        >
                            {move || host.say("action.understood")}
                        </button>
                    </li>
                }
            })
            .collect::<Vec<_>>()
    };
    view! {
        <ul class="notices" role="status">
            {rows}
        </ul>
    }
}
