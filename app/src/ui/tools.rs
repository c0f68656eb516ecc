//! Few tools, each with a name, an icon and a key.

use super::film::Arrangement;
use super::host::Host;
use super::icons::{Icon, Shape};
use super::overlay::choice_words;
use leptos::prelude::*;
use viewer_core::session::{Action, Tool, ViewportIx};

const DRAGS: [(Tool, &str, Shape); 4] = [
    (Tool::Scroll, "tool.scroll", Shape::Scroll),
    (Tool::Window, "tool.window", Shape::Window),
    (Tool::Pan, "tool.pan", Shape::Pan),
    (Tool::Zoom, "tool.zoom", Shape::Zoom),
];

type Make = fn(ViewportIx) -> Action;

const BUTTONS: [(&str, Shape, Make); 7] = [
    ("tool.fit", Shape::Fit, Action::Fit),
    ("tool.actual", Shape::Actual, Action::ActualSize),
    ("tool.rotate", Shape::Rotate, Action::RotateRight),
    ("tool.flip_h", Shape::FlipH, Action::FlipH),
    ("tool.flip_v", Shape::FlipV, Action::FlipV),
    ("tool.invert", Shape::Invert, Action::Invert),
    ("tool.reset", Shape::Reset, Action::Reset),
];

const LAYOUTS: [(u8, u8); 5] = [(1, 1), (1, 2), (2, 2), (2, 3), (3, 3)];

/// The row of tools.
#[component]
pub(super) fn Tools() -> impl IntoView {
    let host = Host::get();
    let arrangement: Arrangement = expect_context();
    let tool = host.part(|view| view.tool);
    let active = move || host.view.with_untracked(|view| view.active);
    let drags = DRAGS
        .into_iter()
        .map(|(one, words, shape)| {
            view! {
                <button
                    type="button"
                    class="tool"
                    data-tool-button=words
                    aria-pressed=move || (tool.get() == one).to_string()
                    title=move || host.say(words)
                    on:click=move |_| host.act(Action::Tool(one))
                >
                    <Icon shape=shape />
                    <span>{move || host.say(words)}</span>
                </button>
            }
        })
        .collect::<Vec<_>>();
    let buttons = BUTTONS
        .into_iter()
        .map(|(words, shape, make)| {
            view! {
                <button
                    type="button"
                    class="tool"
                    data-tool-button=words
                    title=move || host.say(words)
                    on:click=move |_| host.act(make(active()))
                >
                    <Icon shape=shape />
                    <span>{move || host.say(words)}</span>
                </button>
            }
        })
        .collect::<Vec<_>>();
    view! {
        <div class="tools" role="toolbar" aria-label=move || host.say("tools.label")>
            <div class="tool-group">{drags}</div>
            <Windows />
            <div class="tool-group">{buttons}</div>
            <Cine />
            <LayoutChoice />
            <button
                type="button"
                class="tool only-desk"
                title=move || host.say("help.title")
                on:click=move |_| arrangement.help.set(true)
            >
                <Icon shape=Shape::Help />
                <span>{move || host.say("tool.help")}</span>
            </button>
        </div>
    }
}

/// Windows by name.
#[component]
fn Windows() -> impl IntoView {
    let host = Host::get();
    let choices = host.part(|view| view.viewports.get(view.active).map(|one| one.choices.clone()));
    let chosen = host.part(|view| view.viewports.get(view.active).and_then(|one| one.overlay.choice));
    let buttons = move || {
        let Some(choices) = choices.get() else { return Vec::new() };
        (0..choices.len())
            .map(|choice| {
                let words = choice_words(host, &choices[choice].name);
                view! {
                    <button
                        type="button"
                        class="preset"
                        data-preset=choice.to_string()
                        aria-pressed=move || (chosen.get() == Some(choice)).to_string()
                        on:click=move |_| {
                            let viewport = host.view.with_untracked(|view| view.active);
                            host.act(Action::Preset { viewport, choice });
                        }
                    >
                        {words}
                    </button>
                }
            })
            .collect()
    };
    view! {
        <div class="presets" role="group" aria-label=move || host.say("presets.label")>
            {buttons}
        </div>
    }
}

/// Cine and its rate.
#[component]
fn Cine() -> impl IntoView {
    let host = Host::get();
    let cine = host.part(|view| view.viewports.get(view.active).map(|one| (one.cine.playing, one.cine.fps)));
    let several = host.part(|view| view.viewports.get(view.active).is_some_and(|one| one.count > 1));
    let playing = move || cine.get().is_some_and(|(playing, _)| playing);
    let active = move || host.view.with_untracked(|view| view.active);
    let shape = move || {
        if playing() {
            view! { <Icon shape=Shape::Pause /> }
        } else {
            view! { <Icon shape=Shape::Play /> }
        }
    };
    view! {
        <Show when=move || several.get()>
            <div class="tool-group">
                <button
                    type="button"
                    class="tool"
                    data-tool-button="tool.cine"
                    aria-pressed=move || playing().to_string()
                    title=move || host.say("tool.cine")
                    on:click=move |_| host.act(Action::CineToggle(active()))
                >
                    {shape}
                    <span>{move || host.say("tool.cine")}</span>
                </button>
                <Show when=playing>
                    <label class="rate">
                        <span>
                            {move || {
                                let fps = cine.get().map_or(0.0, |(_, fps)| fps);
                                host.fill("cine.rate", &[&format!("{fps:.0}")])
                            }}
                        </span>
                        <input
                            type="range"
                            min="1"
                            max="60"
                            prop:value=move || cine.get().map_or(10.0, |(_, fps)| fps).to_string()
                            on:input=move |event| {
                                if let Ok(fps) = event_target_value(&event).parse() {
                                    host.act(Action::CineRate { viewport: active(), fps });
                                }
                            }
                        />
                    </label>
                </Show>
            </div>
        </Show>
    }
}

/// The grid of viewports, at a desk.
#[component]
fn LayoutChoice() -> impl IntoView {
    let host = Host::get();
    let layout = host.part(|view| (view.layout.rows, view.layout.columns));
    let options = LAYOUTS
        .into_iter()
        .map(|(rows, columns)| {
            let value = format!("{rows}x{columns}");
            view! {
                <option value=value selected=move || layout.get() == (rows, columns)>
                    {format!("{rows} × {columns}")}
                </option>
            }
        })
        .collect::<Vec<_>>();
    let choose = move |event| {
        let value = event_target_value(&event);
        if let Some((rows, columns)) = value.split_once('x')
            && let (Ok(rows), Ok(columns)) = (rows.parse(), columns.parse())
        {
            host.act(Action::Layout { rows, columns });
        }
    };
    view! {
        <label class="layout only-desk">
            <span>{move || host.say("tool.layout")}</span>
            <select on:change=choose>{options}</select>
        </label>
    }
}
