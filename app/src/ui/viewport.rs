//! One viewport: a canvas that the platform draws into, the gestures over it, the slider under it.

use super::gesture::{Button, Gestures, Ground};
use super::host::Host;
use super::overlay::Overlay;
use leptos::ev;
use leptos::html::Canvas;
use leptos::prelude::*;
use viewer_core::session::{Action, Fidelity, Picture, ViewportIx};

/// The viewport at a place of the layout.
#[component]
pub(super) fn Viewport(ix: ViewportIx) -> impl IntoView {
    let host = Host::get();
    let canvas = NodeRef::<Canvas>::new();
    Effect::new(move |_| {
        if canvas.get().is_some() {
            host.ports().canvas(ix, Some(canvas));
        }
    });
    on_cleanup(move || host.ports().canvas(ix, None));

    let active = host.part(move |view| view.active == ix);
    let series = host.part(move |view| view.viewports.get(ix).and_then(|one| one.series));
    let place = host
        .part(move |view| view.viewports.get(ix).map(|one| (one.position, one.count)).unwrap_or_default());
    let picture = host.part(move |view| match view.viewports.get(ix).map(|one| one.picture) {
        None | Some(Picture::Empty) => "empty",
        Some(Picture::Waiting { held: None }) => "waiting",
        Some(Picture::Waiting { held: Some(_) }) => "held",
        Some(Picture::Preview(_)) => "preview",
        Some(Picture::Frame(_)) => "frame",
        Some(Picture::Failed { .. }) => "failed",
    });
    let fidelity = host.part(move |view| {
        view.viewports.get(ix).and_then(|one| one.fidelity).map(|fidelity| match fidelity {
            Fidelity::Preview => "preview",
            Fidelity::Original => "original",
            Fidelity::LossyOriginal => "lossy",
        })
    });
    let window = host.part(move |view| {
        let window = view.viewports.get(ix).and_then(|one| one.overlay.window);
        window.map(|[center, width]| format!("{center:.0},{width:.0}"))
    });
    let tool = host.part(|view| format!("{:?}", view.tool).to_ascii_lowercase());
    let name = move || {
        let (position, count) = place.get();
        let at = position.map_or_else(|| "–".to_owned(), |position| (position + 1).to_string());
        host.fill("viewport.label", &[&(ix + 1).to_string(), &at, &count.to_string()])
    };
    view! {
        <section
            class="viewport"
            data-viewport=ix.to_string()
            data-active=move || active.get().to_string()
            data-series=move || series.get().map(|series| series.0.to_string())
            data-position=move || place.get().0.map(|position| (position + 1).to_string())
            data-count=move || place.get().1.to_string()
            data-picture=move || picture.get()
            data-fidelity=move || fidelity.get()
            data-window=move || window.get()
            data-tool=move || tool.get()
        >
            <div class="picture">
                <Touch ix=ix canvas=canvas name=Signal::derive(name) />
                <Overlay ix=ix />
            </div>
            <Slider ix=ix />
        </section>
    }
}

/// The canvas with its gestures.
#[component]
fn Touch(ix: ViewportIx, canvas: NodeRef<Canvas>, name: Signal<String>) -> impl IntoView {
    let host = Host::get();
    let gestures = StoredValue::new_local(Gestures::default());
    let ground = move || {
        host.view.with_untracked(|view| Ground {
            viewport: ix,
            tool: view.tool,
            height: canvas.get_untracked().map_or(400.0, |canvas| f64::from(canvas.client_height())),
            count: view.viewports.get(ix).map_or(0, |one| one.count),
        })
    };
    let at = |event: &ev::PointerEvent| [f64::from(event.offset_x()), f64::from(event.offset_y())];
    let act = move |actions: Vec<Action>| actions.into_iter().for_each(|action| host.act(action));
    let down = move |event: ev::PointerEvent| {
        let button = match event.button() {
            1 => Button::Middle,
            2 => Button::Secondary,
            _ => Button::Main,
        };
        host.act(Action::Activate(ix));
        host.ports().capture(ix, event.pointer_id());
        gestures.update_value(|gestures| gestures.down(event.pointer_id(), at(&event), button));
    };
    let moved = move |event: ev::PointerEvent| {
        let ground = ground();
        let actions =
            gestures.try_update_value(|gestures| gestures.moved(event.pointer_id(), at(&event), ground));
        act(actions.unwrap_or_default());
    };
    let up = move |event: ev::PointerEvent| {
        let actions = gestures
            .try_update_value(|gestures| gestures.up(event.pointer_id(), at(&event), event.time_stamp(), ix));
        act(actions.unwrap_or_default());
    };
    let wheel = move |event: ev::WheelEvent| {
        event.prevent_default();
        let place = [f64::from(event.offset_x()), f64::from(event.offset_y())];
        let lines = event.delta_mode() == 1;
        let zoom = event.ctrl_key();
        let actions =
            gestures.try_update_value(|gestures| gestures.wheel(event.delta_y(), lines, zoom, place, ix));
        act(actions.unwrap_or_default());
    };
    view! {
        <canvas
            node_ref=canvas
            class="canvas"
            role="img"
            tabindex="0"
            aria-label=move || name.get()
            on:pointerdown=down
            on:pointermove=moved
            on:pointerup=up
            on:pointercancel=move |event| {
                gestures.update_value(|gestures| gestures.cancelled(event.pointer_id()));
            }
            on:contextmenu=|event| event.prevent_default()
            on:wheel=wheel
        ></canvas>
    }
}

/// Where in the series, and how much of it has arrived.
#[component]
fn Slider(ix: ViewportIx) -> impl IntoView {
    let host = Host::get();
    let place = host
        .part(move |view| view.viewports.get(ix).map(|one| (one.position, one.count)).unwrap_or_default());
    let arrived = host.part(move |view| {
        let series = view.viewports.get(ix).and_then(|one| one.series);
        let series = series.and_then(|series| view.series.get(usize::from(series.0)));
        series.map_or((0, 1), |series| (series.arrived, series.frames.max(1)))
    });
    let percent = move || {
        let (arrived, frames) = arrived.get();
        100.0 * f64::from(arrived.min(frames)) / f64::from(frames)
    };
    view! {
        <div class="slider" class:single=move || place.get().1 < 2>
            <div
                class="arrived"
                role="progressbar"
                aria-label=move || host.say("arrived.label")
                aria-valuemin="0"
                aria-valuemax="100"
                aria-valuenow=move || format!("{:.0}", percent())
            >
                <span style:width=move || format!("{:.1}%", percent())></span>
            </div>
            <input
                type="range"
                min="0"
                max=move || place.get().1.saturating_sub(1).to_string()
                aria-label=move || host.say("slider.label")
                prop:value=move || place.get().0.unwrap_or_default().to_string()
                on:input=move |event| {
                    if let Ok(position) = event_target_value(&event).parse() {
                        host.act(Action::ScrollTo { viewport: ix, position });
                    }
                }
            />
        </div>
    }
}
