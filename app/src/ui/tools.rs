//! Few tools, each with a name, an icon and a key.

use super::host::Host;
use super::icons::{Shape, icon};
use super::markup::{Tag, button, tag};
use super::overlay::choice_words;
use leptos::prelude::*;
use viewer_core::decimal::{fixed, short};
use viewer_core::session::{Action, Cine, Tool, ViewportIx, ViewportView};

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
pub(super) fn tools(host: Host) -> Tag {
    let drag = |(one, words, shape): (Tool, &'static str, Shape)| {
        tool(host, words, Box::new(move || host.act(Action::Tool(one))))
            .flag("aria-pressed", move || host.view().tool == one)
            .put(icon(shape))
            .put(tag("span", "").say(host, words))
    };
    let plain = |(words, shape, make): (&'static str, Shape, Make)| {
        tool(host, words, Box::new(move || host.act(make(active(host)))))
            .put(icon(shape))
            .put(tag("span", "").say(host, words))
    };
    let help = button("tool only-desk", move |_| host.help.set(true))
        .called(host, "title", "help.title")
        .put(icon(Shape::Help))
        .put(tag("span", "").say(host, "tool.help"));
    tag("div", "tools")
        .is("role", "toolbar")
        .called(host, "aria-label", "tools.label")
        .put(tag("div", "tool-group").all(DRAGS.into_iter().map(drag).collect()))
        .put(windows(host))
        .when(move || states_count(host) > 0, move || states(host))
        .when(move || of_active(host, |one| Some(has_marks(one))).unwrap_or_default(), move || marks(host))
        .put(tag("div", "tool-group").all(BUTTONS.into_iter().map(plain).collect()))
        .when(move || of_active(host, |one| Some(one.count > 1)).unwrap_or_default(), move || cine(host))
        .put(layouts(host))
        .put(help)
}

/// The button of a tool, before what stands in it.
fn tool(host: Host, words: &'static str, act: Box<dyn Fn()>) -> Tag {
    button("tool", move |_| act()).is("data-tool-button", words).called(host, "title", words)
}

/// The active viewport at the moment.
fn active(host: Host) -> ViewportIx {
    host.now().active
}

/// Something of the active viewport, to be followed.
fn of_active<T>(host: Host, read: impl FnOnce(&ViewportView) -> Option<T>) -> Option<T> {
    let active = host.view().active;
    host.of(active, read)
}

/// Windows by name.
fn windows(host: Host) -> Tag {
    let count = move || of_active(host, |one| Some(one.choices.len())).unwrap_or_default();
    let preset = move |choice: usize| {
        let choose = move |_| host.act(Action::Preset { viewport: active(host), choice });
        button("preset", choose)
            .is("data-preset", &choice.to_string())
            .flag("aria-pressed", move || of_active(host, |one| one.overlay.choice) == Some(choice))
            .words(move || {
                let words =
                    of_active(host, |one| one.choices.get(choice).map(|one| choice_words(host, &one.name)));
                words.unwrap_or_default()
            })
    };
    tag("div", "presets").is("role", "group").called(host, "aria-label", "presets.label").each(count, preset)
}

/// Presentation states that the frame has.
fn states_count(host: Host) -> usize {
    of_active(host, |one| Some(one.states.len())).unwrap_or_default()
}

/// The picture as its file has it, or as somebody who looked at it before has saved it.
fn states(host: Host) -> Tag {
    let choose = move |choice: usize| {
        // The first is the file's own.
        let state =
            move |one: &ViewportView| choice.checked_sub(1).and_then(|at| Some(one.states.get(at)?.0));
        let pressed = move || of_active(host, |one| Some(one.state == state(one))).unwrap_or_default();
        let words = move || {
            let said = of_active(host, |one| {
                one.states.get(choice.checked_sub(1)?)?.1.as_deref().map(str::to_owned)
            });
            said.unwrap_or_else(|| match choice {
                0 => host.say("state.none").to_owned(),
                _ => host.fill("state.number", &[&choice.to_string()]),
            })
        };
        let present = move |_| {
            let viewport = active(host);
            let state = host.now().viewports.get(viewport).and_then(state);
            host.act(Action::Present { viewport, state });
        };
        button("preset", present)
            .is("data-state", &choice.to_string())
            .flag("aria-pressed", pressed)
            .words(words)
    };
    tag("div", "presets states")
        .is("role", "group")
        .called(host, "aria-label", "states.label")
        .each(move || states_count(host) + 1, choose)
}

/// Whether something lies over the picture, or would.
fn has_marks(one: &ViewportView) -> bool {
    one.has_marks || one.state.is_some()
}

/// Shows and hides what lies over pictures.
fn marks(host: Host) -> Tag {
    let toggle = move || {
        let on = host.now().marks;
        host.act(Action::Marks(!on));
    };
    let tool = tool(host, "tool.marks", Box::new(toggle))
        .flag("aria-pressed", move || host.view().marks)
        .put(icon(Shape::Marks))
        .put(tag("span", "").say(host, "tool.marks"));
    tag("div", "tool-group").put(tool)
}

/// Cine and its rate.
fn cine(host: Host) -> Tag {
    let cine = move || of_active(host, |one| Some(one.cine));
    let playing = move || cine().is_some_and(|cine| cine.playing);
    let fps = move |cine: Option<Cine>, without: f64| cine.map_or(without, |cine| cine.fps);
    let rate = move || {
        let field = tag("input", "")
            .is("type", "range")
            .is("min", "1")
            .is("max", "60")
            .value(move || short(fps(cine(), 10.0), 3))
            .on("input", move |event| {
                if let Ok(fps) = event.value().parse::<u8>() {
                    host.act(Action::CineRate { viewport: active(host), fps: fps.into() });
                }
            });
        let said = move || host.fill("cine.rate", &[&fixed(fps(cine(), 0.0), 0)]);
        tag("label", "rate").put(tag("span", "").words(said)).put(field)
    };
    let toggle = tool(host, "tool.cine", Box::new(move || host.act(Action::CineToggle(active(host)))))
        .flag("aria-pressed", playing)
        .again(
            move || usize::from(playing()),
            |playing| vec![icon(if playing == 0 { Shape::Play } else { Shape::Pause })],
        )
        .put(tag("span", "").say(host, "tool.cine"));
    tag("div", "tool-group").put(toggle).when(playing, rate)
}

/// The grid of viewports, at a desk.
fn layouts(host: Host) -> Tag {
    let option = |(rows, columns): (u8, u8)| {
        tag("option", "")
            .is("value", &format!("{rows}x{columns}"))
            .maybe("selected", move || {
                let layout = host.view().layout;
                ((layout.rows, layout.columns) == (rows, columns)).then(String::new)
            })
            .text(&format!("{rows} × {columns}"))
    };
    let choices =
        tag("select", "").all(LAYOUTS.into_iter().map(option).collect()).on("change", move |event| {
            if let Some((rows, columns)) = event.value().split_once('x')
                && let (Ok(rows), Ok(columns)) = (rows.parse(), columns.parse())
            {
                host.act(Action::Layout { rows, columns });
            }
        });
    tag("label", "layout only-desk").put(tag("span", "").say(host, "tool.layout")).put(choices)
}
