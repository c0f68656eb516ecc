//! One of four screens, and what stands around all of them.

use super::film::FilmScreen;
use super::host::Host;
use super::screens::{ClosedScreen, OpeningScreen, PasscodeScreen};
use leptos::prelude::*;
use viewer_core::session::{Renderer, Screen};

/// Which of the four screens, without what changes inside it.
#[derive(Clone, Copy, PartialEq)]
enum Which {
    Opening,
    Passcode,
    Film,
    Closed,
}

/// The whole page. `host` is made by the runner.
#[component]
pub fn Root(host: Host) -> impl IntoView {
    provide_context(host);
    Effect::new(move |_| {
        let ports = host.ports();
        ports.mark_root("lang", host.language.get().tag());
        ports.mark_root("data-elder", if host.elder.get() { "1" } else { "0" });
    });
    let which = host.part(|view| match view.screen {
        Screen::Opening => Which::Opening,
        Screen::Passcode { .. } => Which::Passcode,
        Screen::Film => Which::Film,
        Screen::Closed(_) => Which::Closed,
    });
    let name = move || match which.get() {
        Which::Opening => "opening",
        Which::Passcode => "passcode",
        Which::Film => "film",
        Which::Closed => "closed",
    };
    let renderer = host.part(|view| match view.renderer {
        Renderer::WebGpu => "webgpu",
        Renderer::WebGl2 => "webgl2",
        Renderer::Cpu(_) => "cpu",
    });
    view! {
        <div class="page" data-screen=name data-renderer=move || renderer.get()>
            {move || match which.get() {
                Which::Opening => view! { <OpeningScreen /> }.into_any(),
                Which::Passcode => view! { <PasscodeScreen /> }.into_any(),
                Which::Film => view! { <FilmScreen /> }.into_any(),
                Which::Closed => view! { <ClosedScreen /> }.into_any(),
            }}
        </div>
    }
}
