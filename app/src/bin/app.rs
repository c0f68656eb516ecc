//! The page's program: the runner, and the views over it.

use std::rc::Rc;

use app::platform::boot::Boot;
use app::platform::{clock, page};
use app::runner::Runner;
use app::ui::{Host, Root};
use leptos::mount::mount_to;
use leptos::prelude::*;
use viewer_core::session::Session;

fn main() {
    console_error_panic_hook::set_once();
    clock::spawn(async {
        let boot = Boot::find();
        page::styled(&boot).await;
        let Some(element) = page::root_element() else { return };
        let view = RwSignal::new(Session::new().view());
        let runner = Runner::start(boot, move |now| view.set(now));
        let mounted = mount_to(element, move || view! { <Root host=Host::new(view, Rc::new(runner)) /> });
        // The views live as long as the page.
        mounted.forget();
    });
}
