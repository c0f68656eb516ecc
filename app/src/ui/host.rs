//! What views are given: the session's view to read, a few doors to the platform, the reader's preferences.

use super::words::Language;
use leptos::html::Canvas;
use leptos::prelude::*;
use std::rc::Rc;
use viewer_core::cache::SeriesIx;
use viewer_core::session::{Action, ViewModel, ViewportIx};

/// Doors to the platform. The runner implements it; a view test may implement it over nothing.
pub trait Ports {
    /// The reader did something.
    fn act(&self, action: Action);
    /// A viewport's canvas is on the page (or has left it). The platform draws into it and tells the session its size.
    fn canvas(&self, viewport: ViewportIx, canvas: Option<NodeRef<Canvas>>);
    /// An address for an `img` with a series' preview, once [`viewer_core::session::PreviewState::Ready`].
    fn preview_url(&self, series: SeriesIx) -> Option<String>;
    /// A preference of this device; never anything about a patient.
    fn recall(&self, name: &str) -> Option<String>;
    /// Keeps a preference.
    fn remember(&self, name: &str, value: &str);
    /// The languages that the browser asks for, best first.
    fn languages(&self) -> Vec<String>;
    /// Hands the film's link to the system's share sheet, or to the clipboard; true when either took it.
    fn share(&self, title: &str, taken: Box<dyn Fn(bool)>);
    /// Sets an attribute of the document's root element, so that styles can follow a preference.
    fn mark_root(&self, attribute: &str, value: &str);
    /// Puts a pointer under a viewport's command until it is let go.
    fn capture(&self, viewport: ViewportIx, pointer: i32);
}

/// Handed down by context; copied into every closure.
#[derive(Clone, Copy)]
pub struct Host {
    /// The session's view.
    pub view: RwSignal<ViewModel>,
    /// The language of the words.
    pub language: RwSignal<Language>,
    /// 适老化: large words, large targets.
    pub elder: RwSignal<bool>,
    ports: StoredValue<Rc<dyn Ports>, LocalStorage>,
}

impl Host {
    /// Joins the signal that the runner keeps up to date with the doors to the platform.
    pub fn new(view: RwSignal<ViewModel>, ports: Rc<dyn Ports>) -> Self {
        let chosen = ports.recall("language").or_else(|| ports.languages().into_iter().next());
        let language = RwSignal::new(Language::from_tag(chosen.as_deref().unwrap_or("zh-CN")));
        let elder = RwSignal::new(ports.recall("elder").as_deref() == Some("1"));
        Self { view, language, elder, ports: StoredValue::new_local(ports) }
    }

    /// The host of the page that a view is on.
    pub fn get() -> Self {
        expect_context()
    }

    /// The reader did something.
    pub fn act(self, action: Action) {
        self.ports.with_value(Rc::clone).act(action);
    }

    /// A part of the session's view that changes only when it differs.
    pub fn part<T: PartialEq + Send + Sync + 'static>(
        self,
        part: impl Fn(&ViewModel) -> T + Send + Sync + 'static,
    ) -> Memo<T> {
        Memo::new(move |_| self.view.with(&part))
    }

    /// The doors to the platform.
    pub fn ports(self) -> Rc<dyn Ports> {
        self.ports.with_value(Rc::clone)
    }

    /// Words for a key, in the reader's language; follows a change of language.
    pub fn say(self, key: &'static str) -> &'static str {
        self.language.get().say(key)
    }

    /// Words with `{0}`, `{1}` … filled in.
    pub fn fill(self, key: &'static str, values: &[&str]) -> String {
        let mut text = self.say(key).to_owned();
        for (index, value) in values.iter().enumerate() {
            text = text.replace(&format!("{{{index}}}"), value);
        }
        text
    }
}
