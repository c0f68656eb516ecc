//! One viewport: a canvas that the platform draws into, the gestures over it, the slider under it.

use super::gesture::{Button, Gestures, Ground};
use super::host::Host;
use super::markup::{Tag, keep, tag};
use super::overlay::overlay;
use crate::platform::dom::Event;
use std::cell::RefCell;
use std::rc::Rc;
use viewer_core::decimal::fixed;
use viewer_core::session::{Action, Fidelity, Picture, ViewportIx};

/// The viewport at a place of the layout.
pub(super) fn viewport(host: Host, ix: ViewportIx) -> Tag {
    tag("section", "viewport")
        .is("data-viewport", &ix.to_string())
        .flag("data-active", move || host.view().active == ix)
        .maybe("data-series", move || host.of(ix, |one| one.series).map(|series| series.0.to_string()))
        .maybe("data-position", move || {
            host.of(ix, |one| one.position).map(|position| (position + 1).to_string())
        })
        .live("data-count", move || count(host, ix).to_string())
        .live("data-picture", move || {
            picture_name(host.of(ix, |one| Some(one.picture)).unwrap_or(Picture::Empty)).to_owned()
        })
        .maybe("data-fidelity", move || {
            host.of(ix, |one| one.fidelity).map(|fidelity| fidelity_name(fidelity).to_owned())
        })
        .maybe("data-window", move || {
            let window = host.of(ix, |one| one.overlay.window);
            window.map(|[center, width]| fixed(center, 0) + "," + &fixed(width, 0))
        })
        .live("data-tool", move || format!("{:?}", host.view().tool).to_ascii_lowercase())
        .put(tag("div", "picture").put(touch(host, ix)).put(overlay(host, ix)))
        .put(slider(host, ix))
}

fn picture_name(picture: Picture) -> &'static str {
    match picture {
        Picture::Empty => "empty",
        Picture::Waiting { held: None } => "waiting",
        Picture::Waiting { held: Some(_) } => "held",
        Picture::Preview(_) | Picture::FramePreview(_) => "preview",
        Picture::Frame(_) => "frame",
        Picture::Video(_) => "video",
        Picture::Failed { .. } => "failed",
    }
}

fn fidelity_name(fidelity: Fidelity) -> &'static str {
    match fidelity {
        Fidelity::Preview => "preview",
        Fidelity::Original => "original",
        Fidelity::LossyOriginal => "lossy",
        Fidelity::Incomplete => "incomplete",
    }
}

/// Positions of the series.
fn count(host: Host, ix: ViewportIx) -> u32 {
    host.of(ix, |one| Some(one.count)).unwrap_or_default()
}

/// What an event on the canvas means.
type Meaning = Box<dyn Fn(&mut Gestures, Event) -> Vec<Action>>;

/// A canvas that the platform has; dropped with its view.
struct Lent(Host, ViewportIx);

impl Drop for Lent {
    fn drop(&mut self) {
        self.0.ports.canvas(self.1, None);
    }
}

/// The canvas with its gestures.
fn touch(host: Host, ix: ViewportIx) -> Tag {
    let name = move || {
        let at = host.of(ix, |one| one.position);
        let at = at.map_or_else(|| "–".to_owned(), |position| (position + 1).to_string());
        host.fill("viewport.label", &[&(ix + 1).to_string(), &at, &count(host, ix).to_string()])
    };
    let canvas = tag("canvas", "canvas").is("role", "img").is("tabindex", "0").live("aria-label", name);
    host.ports.canvas(ix, Some(canvas.element()));
    keep(Box::new(Lent(host, ix)));

    let gestures = Rc::new(RefCell::new(Gestures::default()));
    let element = canvas.element().clone();
    let ground = move || {
        let view = host.now();
        Ground {
            viewport: ix,
            tool: view.tool,
            height: element.height(),
            count: view.viewports.get(ix).map_or(0, |one| one.count),
        }
    };
    // What an event means is known before anything is done about it: doing may bring the next event.
    let on = |canvas: Tag, name, meaning: Meaning| {
        let gestures = gestures.clone();
        canvas.on(name, move |event| {
            let actions = meaning(&mut gestures.borrow_mut(), event);
            actions.into_iter().for_each(|action| host.act(action));
        })
    };
    let canvas = on(
        canvas,
        "pointerdown",
        Box::new(move |gestures, event| {
            let pointer = event.pointer();
            let button = match pointer.button {
                1 => Button::Middle,
                2 => Button::Secondary,
                _ => Button::Main,
            };
            host.ports.capture(ix, pointer.id);
            gestures.down(pointer.id, pointer.at, button);
            vec![Action::Activate(ix)]
        }),
    );
    let canvas = on(
        canvas,
        "pointermove",
        Box::new(move |gestures, event| {
            let pointer = event.pointer();
            gestures.moved(pointer.id, pointer.at, ground())
        }),
    );
    let canvas = on(
        canvas,
        "pointerup",
        Box::new(move |gestures, event| {
            let pointer = event.pointer();
            gestures.up(pointer.id, pointer.at, pointer.time_ms, ix)
        }),
    );
    let canvas = on(
        canvas,
        "pointercancel",
        Box::new(|gestures, event| {
            gestures.cancelled(event.pointer().id);
            Vec::new()
        }),
    );
    let canvas = on(
        canvas,
        "wheel",
        Box::new(move |gestures, event| {
            event.prevent();
            let wheel = event.wheel();
            gestures.wheel(wheel.delta, wheel.lines, wheel.ctrl, wheel.at, ix)
        }),
    );
    canvas.on("contextmenu", |event| event.prevent())
}

/// Where in the series, and how much of it has arrived.
fn slider(host: Host, ix: ViewportIx) -> Tag {
    let percent = move || {
        let view = host.view();
        let series = view.viewports.get(ix).and_then(|one| one.series);
        let series = series.and_then(|series| view.series.get(usize::from(series.0)));
        let (arrived, frames) = series.map_or((0, 1), |series| (series.arrived, series.frames.max(1)));
        100.0 * f64::from(arrived.min(frames)) / f64::from(frames)
    };
    let arrived = tag("div", "arrived")
        .is("role", "progressbar")
        .called(host, "aria-label", "arrived.label")
        .is("aria-valuemin", "0")
        .is("aria-valuemax", "100")
        .live("aria-valuenow", move || fixed(percent(), 0))
        .put(tag("span", "").style("width", move || fixed(percent(), 1) + "%"));
    let field = tag("input", "")
        .is("type", "range")
        .is("min", "0")
        .live("max", move || count(host, ix).saturating_sub(1).to_string())
        .called(host, "aria-label", "slider.label")
        .value(move || host.of(ix, |one| one.position).unwrap_or_default().to_string())
        .on("input", move |event| {
            if let Ok(position) = event.value().parse() {
                host.act(Action::ScrollTo { viewport: ix, position });
            }
        });
    tag("div", "")
        .live("class", move || if count(host, ix) < 2 { "slider single" } else { "slider" }.to_owned())
        .put(arrived)
        .put(field)
}
