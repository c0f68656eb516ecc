//! The page's program: the runner, and the views over it.

use app::platform::boot::Boot;
use app::platform::{clock, page};
use app::runner::Runner;
use app::ui::{self, Host};
use leptos::mount::mount_to;
use leptos::prelude::*;
use viewer_core::session::Session;

fn main() {
    console_error_panic_hook::set_once();
    clock::spawn(async {
        let boot = Boot::find();
        page::styled(&boot).await;
        let view = RwSignal::new(Session::new().view());
        let runner = Runner::start(boot, move |now| view.set(now));
        // Both live as long as the page.
        let ports = Box::leak(Box::new(runner));
        let Some(place) = page::root_element() else { return };
        mount_to(place, move || ui::show(Host::new(view, ports))).forget();
    });
}
