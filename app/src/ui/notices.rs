//! What the reader has to be told while the film goes on.

use super::host::Host;
use super::markup::{Tag, button, tag};
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
pub(super) fn notices(host: Host) -> Tag {
    let row =
        move |index: usize| {
            let notice = move || host.view().notices.get(index).copied();
            let put_away = move |_| {
                let notice = host.now().notices.get(index).copied();
                notice.into_iter().for_each(|notice| host.act(Action::Dismiss(notice)));
            };
            tag("li", "")
                .maybe("data-notice", move || notice().map(|notice| words(notice).to_owned()))
                .put(tag("span", "").words(move || {
                    notice().map(|notice| host.say(words(notice)).to_owned()).unwrap_or_default()
                }))
                .put(button("small-button", put_away).say(host, "action.understood"))
        };
    tag("ul", "notices").is("role", "status").each(move || host.view().notices.len(), row)
}
