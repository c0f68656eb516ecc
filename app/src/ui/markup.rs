//! How views are written: a tag with what is fixed about it, what follows the session's view, and what it holds.
//!
//! A view runs once and makes its elements. What it gives as a closure runs again whenever a signal that it reads has
//! changed, and writes to the page only when its value differs. Everything is undone with the owner that it was made
//! under: [`Tag::again`] and [`Tag::each`] give what they make an owner of its own.
//!
//! Leptos' signals, effects and owners do the following. Its `view!` is not used: for each element, attribute, closure
//! and handler it has the compiler make code of its own, which came to a quarter of the page's whole program.

use super::host::Host;
use crate::platform::dom::{self, Element, Event, Spot};
use leptos::prelude::*;
use leptos::reactive::effect::RenderEffect;
use std::any::Any;
use std::cell::{Cell, RefCell};

/// An element in the making.
pub(super) struct Tag(Element);

/// An element of HTML; no class where `class` is empty.
pub(super) fn tag(name: &str, class: &str) -> Tag {
    let tag = Tag(Element::new(name));
    if class.is_empty() { tag } else { tag.is("class", class) }
}

/// An element of SVG.
pub(super) fn drawn(name: &str, class: &str) -> Tag {
    let tag = Tag(Element::drawn(name));
    if class.is_empty() { tag } else { tag.is("class", class) }
}

/// A button that submits nothing.
pub(super) fn button(class: &str, act: impl FnMut(Event) + 'static) -> Tag {
    tag("button", class).is("type", "button").on("click", act)
}

impl Tag {
    /// The element itself.
    pub(super) fn element(&self) -> &Element {
        &self.0
    }

    /// An attribute that stays.
    pub(super) fn is(self, name: &str, value: &str) -> Self {
        self.0.set(name, Some(value));
        self
    }

    /// An attribute that follows what its value is read from.
    pub(super) fn live(self, name: &'static str, read: impl Fn() -> String + 'static) -> Self {
        self.maybe(name, move || Some(read()))
    }

    /// An attribute that is not always there.
    pub(super) fn maybe(self, name: &'static str, read: impl Fn() -> Option<String> + 'static) -> Self {
        follow(Spot::Attribute(self.0.clone(), name), Box::new(read));
        self
    }

    /// An attribute that is `true` or `false`.
    pub(super) fn flag(self, name: &'static str, read: impl Fn() -> bool + 'static) -> Self {
        self.maybe(name, move || Some(truth(read())))
    }

    /// An attribute with words in the reader's language.
    pub(super) fn called(self, host: Host, name: &'static str, key: &'static str) -> Self {
        self.maybe(name, move || Some(host.say(key).to_owned()))
    }

    /// A property of the element's own style.
    pub(super) fn style(self, name: &'static str, read: impl Fn() -> String + 'static) -> Self {
        follow(Spot::Style(self.0.clone(), name), Box::new(move || Some(read())));
        self
    }

    /// What stands in an input field, until the reader changes it.
    pub(super) fn value(self, read: impl Fn() -> String + 'static) -> Self {
        follow(Spot::Value(self.0.clone()), Box::new(move || Some(read())));
        self
    }

    /// Text that stays.
    pub(super) fn text(self, text: &str) -> Self {
        self.0.append_text(text);
        self
    }

    /// Text that follows what it is read from.
    pub(super) fn words(self, read: impl Fn() -> String + 'static) -> Self {
        follow(self.0.append_text(""), Box::new(move || Some(read())));
        self
    }

    /// Words in the reader's language.
    pub(super) fn say(self, host: Host, key: &'static str) -> Self {
        self.words(move || host.say(key).to_owned())
    }

    /// What an event does.
    pub(super) fn on(self, name: &'static str, act: impl FnMut(Event) + 'static) -> Self {
        self.on_boxed(name, Box::new(act))
    }

    fn on_boxed(self, name: &'static str, act: Box<dyn FnMut(Event)>) -> Self {
        keep(Box::new(self.0.listen(name, act)));
        self
    }

    /// An element inside, after those before it.
    pub(super) fn put(self, child: Self) -> Self {
        self.0.append(&child.0);
        self
    }

    /// Elements inside.
    pub(super) fn all(self, children: Vec<Self>) -> Self {
        for child in children {
            self.0.append(&child.0);
        }
        self
    }

    /// An element inside while something holds.
    pub(super) fn when(self, holds: impl Fn() -> bool + 'static, make: impl Fn() -> Self + 'static) -> Self {
        self.again(
            move || usize::from(holds()),
            move |holds| if holds == 0 { Vec::new() } else { vec![make()] },
        )
    }

    /// Elements inside that are made anew whenever the key differs; they are given the key. What they read while they
    /// are made does not count.
    pub(super) fn again(
        self,
        key: impl Fn() -> usize + 'static,
        make: impl Fn(usize) -> Vec<Self> + 'static,
    ) -> Self {
        self.again_boxed(Box::new(key), Box::new(make))
    }

    fn again_boxed(self, key: Box<dyn Fn() -> usize>, make: Box<dyn Fn(usize) -> Vec<Self>>) -> Self {
        let mark = self.0.append_mark();
        let owner = Owner::new();
        let shown = RefCell::new(Vec::<Self>::new());
        let before = Cell::new(None);
        watch(Box::new(move || {
            let key = key();
            if before.replace(Some(key)) == Some(key) {
                return;
            }
            owner.cleanup();
            shown.take().iter().for_each(|tag| tag.0.remove());
            let made = owner.with(|| untrack(|| make(key)));
            made.iter().for_each(|tag| mark.put(&tag.0));
            shown.replace(made);
        }));
        self
    }

    /// As many elements inside as are counted, each made once from its place in the row.
    pub(super) fn each(
        self,
        count: impl Fn() -> usize + 'static,
        make: impl Fn(usize) -> Self + 'static,
    ) -> Self {
        self.each_boxed(Box::new(count), Box::new(make))
    }

    fn each_boxed(self, count: Box<dyn Fn() -> usize>, make: Box<dyn Fn(usize) -> Self>) -> Self {
        let mark = self.0.append_mark();
        let parent = Owner::new();
        let shown = RefCell::new(Vec::<(Owner, Self)>::new());
        watch(Box::new(move || {
            let count = count();
            let mut shown = shown.borrow_mut();
            while shown.len() > count {
                if let Some((owner, tag)) = shown.pop() {
                    owner.cleanup();
                    tag.0.remove();
                }
            }
            for index in shown.len()..count {
                let owner = parent.child();
                let tag = owner.with(|| untrack(|| make(index)));
                mark.put(&tag.0);
                shown.push((owner, tag));
            }
        }));
        self
    }
}

fn truth(holds: bool) -> String {
    if holds { "true" } else { "false" }.to_owned()
}

/// Shows a value at a spot, now and whenever it differs.
fn follow(spot: Spot, read: Box<dyn Fn() -> Option<String>>) {
    effect(Box::new(move |before| {
        let now = read();
        if before.as_ref() != Some(&now) {
            spot.show(now.as_deref());
        }
        now
    }));
}

/// Does something now and whenever a signal that it reads has changed.
pub(super) fn watch(act: Box<dyn Fn()>) {
    effect(Box::new(move |_| {
        act();
        None
    }));
}

/// What an effect showed before → what it shows.
type Step = Box<dyn FnMut(Option<Option<String>>) -> Option<String>>;

/// The one kind of effect.
fn effect(step: Step) {
    keep(Box::new(RenderEffect::new(step)));
}

/// Keeps something until the view that is being made goes; then it is dropped.
pub(super) fn keep(what: Box<dyn Any>) {
    StoredValue::new_local(what);
}

/// Puts the page's outermost element where the views are to stand.
pub(super) fn mount(tag: &Tag) {
    if let Some(place) = dom::place() {
        place.append(tag.element());
    }
}
