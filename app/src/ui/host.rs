//! What views are given: the session's view to read, a few doors to the platform, the reader's preferences.

use super::words::Language;
use crate::platform::dom::Element;
use leptos::prelude::*;
use std::ops::Deref;
use viewer_core::cache::SeriesIx;
use viewer_core::session::{Action, ViewModel, ViewportIx, ViewportView};

/// Doors to the platform. The runner implements it; a view test may implement it over nothing.
pub trait Ports {
    /// The reader did something.
    fn act(&self, action: Action);
    /// A viewport's canvas is there (or is gone). The platform draws into it and tells the session its size.
    fn canvas(&self, viewport: ViewportIx, canvas: Option<&Element>);
    /// An address for an `img` with a series' preview, once [`viewer_core::session::PreviewState::Ready`].
    fn preview_url(&self, series: SeriesIx) -> Option<String>;
    /// A preference of this device; never anything about a patient.
    fn recall(&self, name: &str) -> Option<String>;
    /// Keeps a preference.
    fn remember(&self, name: &str, value: &str);
    /// The languages that the browser asks for, best first.
    fn languages(&self) -> Vec<String>;
    /// Fetches a file with words; nothing is done with it where it does not come.
    fn words(&self, file: &'static str, then: Box<dyn FnOnce(String)>);
    /// Hands the film's link to the system's share sheet, or to the clipboard; true when either took it.
    fn share(&self, title: &str, taken: Box<dyn Fn(bool)>);
    /// Sets an attribute of the document's root element, so that styles can follow a preference.
    fn mark_root(&self, attribute: &str, value: &str);
    /// Puts a pointer under a viewport's command until it is let go.
    fn capture(&self, viewport: ViewportIx, pointer: i32);
}

/// Handed down from view to view; copied into every closure.
#[derive(Clone, Copy)]
pub struct Host {
    /// The session's view.
    view: RwSignal<ViewModel>,
    /// The language of the words.
    pub language: RwSignal<Language>,
    /// 适老化: large words, large targets.
    pub elder: RwSignal<bool>,
    /// 完整影像: the viewports fill a phone's screen. The session does not know it.
    pub full: RwSignal<bool>,
    /// The "?" sheet is open. The session does not know it.
    pub help: RwSignal<bool>,
    /// The doors to the platform.
    pub ports: &'static dyn Ports,
}

impl Host {
    /// Joins the signal that the runner keeps up to date with the doors to the platform.
    pub fn new(view: RwSignal<ViewModel>, ports: &'static dyn Ports) -> Self {
        let chosen = ports.recall("language").or_else(|| ports.languages().into_iter().next());
        let language = RwSignal::new(Language::Chinese);
        let elder = RwSignal::new(ports.recall("elder").as_deref() == Some("1"));
        let host =
            Self { view, language, elder, full: RwSignal::new(false), help: RwSignal::new(false), ports };
        host.speak(Language::from_tag(chosen.as_deref().unwrap_or("zh-CN")));
        host
    }

    /// Changes the language, once its words are here.
    pub fn speak(self, language: Language) {
        match language.file() {
            None => self.language.set(language),
            Some(file) => self.ports.words(
                file,
                Box::new(move |text| {
                    language.learn(text);
                    self.language.set(language);
                }),
            ),
        }
    }

    /// The reader did something.
    pub fn act(self, action: Action) {
        self.ports.act(action);
    }

    /// The session's view, to be followed. Let go of it before anything is done.
    pub fn view(self) -> impl Deref<Target = ViewModel> {
        self.view.read()
    }

    /// The session's view as it is at the moment. Let go of it before anything is done.
    pub fn now(self) -> impl Deref<Target = ViewModel> {
        self.view.read_untracked()
    }

    /// Something of a viewport, to be followed; None where there is no such viewport or it has none.
    pub fn of<T>(self, ix: ViewportIx, read: impl FnOnce(&ViewportView) -> Option<T>) -> Option<T> {
        self.view().viewports.get(ix).and_then(read)
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
