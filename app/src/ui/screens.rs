//! Before a film and instead of one: opening, passcode, closed. Each says what happened and what to do next.

use super::host::Host;
use super::icons::{Shape, icon};
use super::markup::{Tag, button, tag};
use std::cell::RefCell;
use std::rc::Rc;
use viewer_core::session::{Action, Closed, Screen};

/// The gateway has been asked.
pub(super) fn opening_screen(host: Host) -> Tag {
    tag("main", "message")
        .is("aria-busy", "true")
        .put(tag("h1", "").say(host, "app.name"))
        .put(tag("p", "").is("role", "status").say(host, "opening.text"))
        .put(tag("p", "quiet").say(host, "opening.slow"))
}

/// A passcode is wanted.
pub(super) fn passcode_screen(host: Host) -> Tag {
    let entered = Rc::new(RefCell::new(String::new()));
    let entering = entered.clone();
    let wrong = move || matches!(host.view().screen, Screen::Passcode { wrong: true, .. });
    let told = move || match host.view().screen {
        Screen::Passcode { busy: true, .. } => host.say("passcode.busy").to_owned(),
        Screen::Passcode { wrong, remaining: Some(left), .. } => {
            host.fill(if wrong { "passcode.wrong" } else { "passcode.left" }, &[&left.to_string()])
        }
        _ => String::new(),
    };
    let field = tag("input", "")
        .is("id", "passcode")
        .is("name", "passcode")
        .is("inputmode", "numeric")
        .is("autocomplete", "one-time-code")
        .is("maxlength", "32")
        .is("aria-describedby", "passcode-told")
        .flag("aria-invalid", wrong)
        .on("input", move |event| {
            entering.replace(event.value());
        });
    let told = tag("p", "")
        .is("id", "passcode-told")
        .is("role", "alert")
        .maybe("class", move || wrong().then(|| "wrong".to_owned()))
        .words(told);
    let open = tag("button", "main-button")
        .is("type", "submit")
        .maybe("disabled", move || {
            matches!(host.view().screen, Screen::Passcode { busy: true, .. }).then(String::new)
        })
        .say(host, "passcode.open");
    let form = tag("form", "passcode")
        .on("submit", move |event| {
            event.prevent();
            let passcode = entered.borrow().trim().to_owned();
            let busy = matches!(host.now().screen, Screen::Passcode { busy: true, .. });
            if !passcode.is_empty() && !busy {
                host.act(Action::EnterPasscode(passcode));
            }
        })
        .put(tag("label", "").is("for", "passcode").say(host, "passcode.label"))
        .put(field)
        .put(told)
        .put(open);
    tag("main", "message")
        .put(tag("p", "brand").say(host, "app.name"))
        .put(tag("h1", "").say(host, "passcode.title"))
        .put(tag("p", "").say(host, "passcode.text"))
        .put(form)
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

/// Why nothing is shown.
fn closed(host: Host) -> Closed {
    match host.view().screen {
        Screen::Closed(closed) => closed,
        _ => Closed::Left,
    }
}

/// Nothing more can be shown.
pub(super) fn closed_screen(host: Host) -> Tag {
    let to_do = move || match closed(host) {
        Closed::Busy { retry_after_secs } => host.fill("closed.busy.do", &[&retry_after_secs.to_string()]),
        other => host.say(closed_words(other).1).to_owned(),
    };
    let retry = move || button("main-button", move |_| host.act(Action::Retry)).say(host, "action.retry");
    tag("main", "message")
        .is("role", "alert")
        .live("data-code", move || closed(host).code().to_owned())
        .put(tag("p", "brand").say(host, "app.name"))
        .put(icon(Shape::Closed))
        .put(tag("h1", "").words(move || host.say(closed_words(closed(host)).0).to_owned()))
        .put(tag("p", "").words(to_do))
        .when(move || closed(host).retryable(), retry)
        .put(tag("p", "quiet").words(move || host.fill("closed.code", &[closed(host).code()])))
}
