//! Elements, texts and events of the page: one kind each, whatever their tag or name, so that a view costs calls and no
//! code of its own.

use wasm_bindgen::prelude::*;
use web_sys::{PointerEvent, WheelEvent};

use super::listen::Listener;
use super::painter::CanvasElement;

const SVG: &str = "http://www.w3.org/2000/svg";

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = document, js_name = createElement)]
    fn create_element(tag: &str) -> web_sys::Element;
    #[wasm_bindgen(js_namespace = document, js_name = createElementNS)]
    fn create_element_in(namespace: &str, tag: &str) -> web_sys::Element;
    #[wasm_bindgen(js_namespace = document, js_name = createTextNode)]
    fn create_text(text: &str) -> web_sys::Node;
    #[wasm_bindgen(js_namespace = document, js_name = createComment)]
    fn create_comment(text: &str) -> web_sys::Node;
}

/// An element; clones are the same element.
#[derive(Debug, Clone)]
pub struct Element(web_sys::Element);

impl Element {
    /// An element of HTML.
    pub fn new(tag: &str) -> Self {
        Self(create_element(tag))
    }

    /// An element of SVG.
    pub fn drawn(tag: &str) -> Self {
        Self(create_element_in(SVG, tag))
    }

    /// Sets an attribute, or takes it off.
    pub fn set(&self, name: &str, value: Option<&str>) {
        // Fails for names that are no names.
        let _ = match value {
            Some(value) => self.0.set_attribute(name, value),
            None => self.0.remove_attribute(name),
        };
    }

    /// Appends an element at the end.
    pub fn append(&self, child: &Self) {
        self.append_node(&child.0);
    }

    /// Appends a text at the end.
    pub fn append_text(&self, text: &str) -> Spot {
        let node = create_text(text);
        self.append_node(&node);
        Spot::Text(node)
    }

    /// Appends a mark at the end, before which other elements may come and go.
    pub fn append_mark(&self) -> Mark {
        let node = create_comment("");
        self.append_node(&node);
        Mark(node)
    }

    fn append_node(&self, node: &web_sys::Node) {
        // Fails for an element inside itself.
        let _ = self.0.append_child(node);
    }

    /// Takes the element off the page.
    pub fn remove(&self) {
        self.0.remove();
    }

    /// Calls back on an event for as long as the listener lives.
    pub fn listen(&self, name: &'static str, mut act: Box<dyn FnMut(Event)>) -> Listener {
        Listener::new(&self.0, name, move |event| act(Event(event)))
    }

    /// Height in CSS pixels.
    pub fn height(&self) -> f64 {
        f64::from(self.0.client_height())
    }

    /// The element as a canvas; None for any other tag.
    pub fn canvas(&self) -> Option<CanvasElement> {
        self.0.clone().dyn_into().ok()
    }
}

/// Where the views are to stand.
pub fn place() -> Option<Element> {
    super::page::root_element().map(|element| Element(element.into()))
}

/// Tag of the element that has the focus, in small letters.
pub fn focused() -> Option<String> {
    let element = web_sys::window()?.document()?.active_element()?;
    Some(element.tag_name().to_ascii_lowercase())
}

/// Calls back on an event of the window for as long as the listener lives.
pub fn listen_on_window(name: &'static str, mut act: Box<dyn FnMut(Event)>) -> Option<Listener> {
    Listener::on_window(name, move |event| act(Event(event)))
}

/// A place between the children of an element.
#[derive(Debug)]
pub struct Mark(web_sys::Node);

impl Mark {
    /// Puts an element before the mark, after those that were put there earlier.
    pub fn put(&self, element: &Element) {
        if let Some(parent) = self.0.parent_node() {
            // The mark is a child of its parent.
            let _ = parent.insert_before(&element.0, Some(&self.0));
        }
    }
}

/// Something of the page that shows a value.
#[derive(Debug)]
pub enum Spot {
    /// A text between elements.
    Text(web_sys::Node),
    /// An attribute; absent without a value.
    Attribute(Element, &'static str),
    /// A property of an element's own style.
    Style(Element, &'static str),
    /// What stands in an input field.
    Value(Element),
}

impl Spot {
    /// Shows the value.
    pub fn show(&self, value: Option<&str>) {
        let text = value.unwrap_or_default();
        match self {
            Self::Text(node) => node.set_node_value(value),
            Self::Attribute(element, name) => element.set(name, value),
            Self::Style(element, name) => {
                let styled = element.0.unchecked_ref::<web_sys::HtmlElement>();
                // Fails for styles that cannot be written to; an element's own can.
                let _ = styled.style().set_property(name, text);
            }
            Self::Value(element) => {
                // Fails for frozen objects only.
                let _ = js_sys::Reflect::set(&element.0, &"value".into(), &text.into());
            }
        }
    }
}

/// Something that the reader did.
#[derive(Debug)]
pub struct Event(web_sys::Event);

impl Event {
    /// Keeps the browser from doing what it does by itself.
    pub fn prevent(&self) {
        self.0.prevent_default();
    }

    /// What stands in the field that the event came from.
    pub fn value(&self) -> String {
        let target = self.0.target().map(JsValue::from).unwrap_or_default();
        super::script::get(&target, "value").as_string().unwrap_or_default()
    }

    /// The key, as `KeyboardEvent.key`, and whether Ctrl, Alt or Meta is down with it.
    pub fn key(&self) -> (String, bool) {
        let event = self.0.unchecked_ref::<web_sys::KeyboardEvent>();
        (event.key(), event.ctrl_key() || event.alt_key() || event.meta_key())
    }

    /// The pointer, for a pointer event.
    pub fn pointer(&self) -> Pointer {
        let event = self.0.unchecked_ref::<PointerEvent>();
        Pointer {
            id: event.pointer_id(),
            at: [f64::from(event.offset_x()), f64::from(event.offset_y())],
            button: event.button(),
            time_ms: event.time_stamp(),
        }
    }

    /// The wheel, for a wheel event.
    pub fn wheel(&self) -> Wheel {
        let event = self.0.unchecked_ref::<WheelEvent>();
        Wheel {
            delta: event.delta_y(),
            lines: event.delta_mode() == WheelEvent::DOM_DELTA_LINE,
            ctrl: event.ctrl_key(),
            at: [f64::from(event.offset_x()), f64::from(event.offset_y())],
        }
    }
}

/// What a pointer event says.
#[derive(Debug, Clone, Copy)]
pub struct Pointer {
    /// Stays the same while the pointer is down.
    pub id: i32,
    /// Where, in CSS pixels from the element's corner.
    pub at: [f64; 2],
    /// The button that changed, as the DOM numbers them.
    pub button: i16,
    /// When, in ms since the page began.
    pub time_ms: f64,
}

/// What a wheel event says.
#[derive(Debug, Clone, Copy)]
pub struct Wheel {
    /// How far, downwards, in pixels or lines.
    pub delta: f64,
    /// `delta` counts lines.
    pub lines: bool,
    /// Ctrl is down, or the wheel is a pinch on a touchpad.
    pub ctrl: bool,
    /// Where, in CSS pixels from the element's corner.
    pub at: [f64; 2],
}
