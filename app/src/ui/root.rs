//! One of four screens, and what stands around all of them.

use super::film::film_screen;
use super::host::Host;
use super::markup::{mount, tag, watch};
use super::screens::{closed_screen, opening_screen, passcode_screen};
use leptos::prelude::*;
use viewer_core::session::{Renderer, Screen};

/// The screens by name, in the order of [`which`].
const NAMES: [&str; 4] = ["opening", "passcode", "film", "closed"];

/// Which of the four screens, without what changes inside it.
fn which(screen: &Screen) -> usize {
    match screen {
        Screen::Opening => 0,
        Screen::Passcode { .. } => 1,
        Screen::Film => 2,
        Screen::Closed(_) => 3,
    }
}

/// Puts the whole page on the document.
pub fn show(host: Host) {
    watch(Box::new(move || {
        host.ports.mark_root("lang", host.language.get().tag());
        host.ports.mark_root("data-elder", if host.elder.get() { "1" } else { "0" });
    }));
    let page = tag("div", "page")
        .live("data-screen", move || NAMES[which(&host.view().screen)].to_owned())
        .live("data-renderer", move || {
            let name = match host.view().renderer {
                Renderer::WebGpu => "webgpu",
                Renderer::WebGl2 => "webgl2",
                Renderer::Cpu(_) => "cpu",
            };
            name.to_owned()
        })
        .again(
            move || which(&host.view().screen),
            move |which| {
                vec![match which {
                    0 => opening_screen(host),
                    1 => passcode_screen(host),
                    2 => film_screen(host),
                    _ => closed_screen(host),
                }]
            },
        );
    mount(&page);
}
