//! What the views ask of the platform, answered by the runner.

use viewer_core::cache::SeriesIx;
use viewer_core::session::{Action, ViewportIx};

use crate::platform::dom::Element;
use crate::platform::fetch::{Abort, Ask, send};
use crate::platform::{address, clock, page};
use crate::runner::Runner;
use crate::ui::Ports;

impl Ports for Runner {
    fn act(&self, action: Action) {
        Runner::act(self, action);
    }

    fn canvas(&self, viewport: ViewportIx, canvas: Option<&Element>) {
        match canvas.and_then(Element::canvas) {
            Some(element) => self.attach(viewport, element),
            None => self.detach(viewport),
        }
    }

    fn preview_url(&self, series: SeriesIx) -> Option<String> {
        Runner::preview_url(self, series)
    }

    fn recall(&self, name: &str) -> Option<String> {
        page::recall(name)
    }

    fn remember(&self, name: &str, value: &str) {
        page::remember(name, value);
    }

    fn languages(&self) -> Vec<String> {
        page::languages()
    }

    fn words(&self, file: &'static str, then: Box<dyn FnOnce(String)>) {
        let Some(path) = self.asset(file) else { return };
        clock::spawn(async move {
            let abort = Abort::default();
            let Ok(answer) = send(&Ask { path: &path, ..Ask::default() }, &abort).await else { return };
            if let Ok(text) = answer.text(&abort).await {
                then(text);
            }
        });
    }

    fn share(&self, title: &str, taken: Box<dyn Fn(bool)>) {
        let title = title.to_owned();
        clock::spawn(async move {
            taken(match address::film_link() {
                Some(link) => page::share(&title, &link).await,
                None => false,
            });
        });
    }

    fn mark_root(&self, attribute: &str, value: &str) {
        page::mark_root(attribute, value);
    }

    fn capture(&self, viewport: ViewportIx, pointer: i32) {
        Runner::capture(self, viewport, pointer);
    }
}
