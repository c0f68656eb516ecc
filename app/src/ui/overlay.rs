//! What stands over a picture: corners, letters, scale bar, what the pixels are worth, and why there are none.

use super::host::Host;
use super::person;
use leptos::prelude::*;
use viewer_core::geometry::{self, ScaleUnit, Side, SideLetters};
use viewer_core::session::{
    Basis, ChoiceName, Failure, Fidelity, Picture, ViewModel, ViewportIx, ViewportView,
};

/// Key of the words for a failure.
pub(super) fn failure_words(failure: Failure) -> &'static str {
    match failure {
        Failure::Network => "failure.network",
        Failure::Server => "failure.server",
        Failure::Denied => "failure.denied",
        Failure::Missing => "failure.missing",
        Failure::Damaged => "failure.damaged",
        Failure::Unsupported => "failure.unsupported",
        Failure::TooLarge => "failure.too_large",
        Failure::Memory => "failure.memory",
        Failure::Decoder => "failure.decoder",
    }
}

/// Words of a choice of window: the file's explanation, a preset's name, or "window 2".
pub(super) fn choice_words(host: Host, name: &ChoiceName) -> String {
    match name {
        ChoiceName::File { explanation: Some(words), .. } => words.to_string(),
        ChoiceName::File { index, .. } => host.fill("window.of_file", &[&(index + 1).to_string()]),
        ChoiceName::Preset(preset) => host.say(preset.key()).to_owned(),
        ChoiceName::Auto(_) => host.say("window.full").to_owned(),
    }
}

/// Everything that stands over the canvas of a viewport. Nothing here takes a pointer.
#[component]
pub(super) fn Overlay(ix: ViewportIx) -> impl IntoView {
    let host = Host::get();
    let one = host.part(move |view| view.viewports.get(ix).cloned());
    let with = move |read: &dyn Fn(&ViewportView) -> String| {
        one.with(|one| one.as_ref().map(read).unwrap_or_default())
    };
    let side = move |pick: fn(&SideLetters) -> Side| {
        move || with(&|one| one.orientation.map(|sides| pick(&sides).letters()).unwrap_or_default())
    };
    let badge = move || {
        one.with(|one| {
            one.as_ref().and_then(|one| one.fidelity).map(|fidelity| match fidelity {
                Fidelity::Preview => ("badge preview", host.say("fidelity.preview")),
                Fidelity::Original => ("badge original", host.say("fidelity.original")),
                Fidelity::LossyOriginal => ("badge lossy", host.say("fidelity.lossy")),
            })
        })
    };
    let scale = move || {
        one.with(|one| {
            let bar = one.as_ref()?.scale?;
            let unit = match bar.unit {
                ScaleUnit::Millimetre => "mm",
                ScaleUnit::Centimetre => "cm",
            };
            let basis = match bar.basis {
                geometry::Basis::Detector => host.say("scale.detector"),
                geometry::Basis::Patient => "",
            };
            Some((format!("{:.1}px", bar.screen_length), format!("{} {unit} {basis}", bar.value)))
        })
    };
    view! {
        <div class="overlay" translate="no">
            <p class="corner top-left">{move || patient_lines(host, ix)}</p>
            <p class="corner top-right">{move || with(&|one| place_lines(host, one))}</p>
            <p class="corner bottom-left">{move || with(&|one| window_lines(host, one))}</p>
            <p class="corner bottom-right">{move || with(&|one| size_lines(host, one))}</p>
            <span class="side up">{side(|sides| sides.top)}</span>
            <span class="side right">{side(|sides| sides.right)}</span>
            <span class="side down">{side(|sides| sides.bottom)}</span>
            <span class="side left">{side(|sides| sides.left)}</span>
            {move || badge().map(|(class, words)| view! { <span class=class>{words}</span> })}
            {move || {
                scale()
                    .map(|(width, words)| {
                        view! {
                            <span class="scale">
                                <i style:width=width></i>
                                {words}
                            </span>
                        }
                    })
            }}
            <State ix=ix />
        </div>
    }
}

/// Words in the middle while there is no picture of the frame that was asked for.
#[component]
fn State(ix: ViewportIx) -> impl IntoView {
    let host = Host::get();
    let picture = host.part(move |view| view.viewports.get(ix).map_or(Picture::Empty, |one| one.picture));
    let words = move || match picture.get() {
        Picture::Empty => Some(host.say("picture.empty").to_owned()),
        Picture::Waiting { held: None } => Some(host.say("picture.waiting").to_owned()),
        Picture::Waiting { held: Some(held) } => Some(match held.position {
            Some(position) => host.fill("picture.held", &[&(position + 1).to_string()]),
            None => host.say("picture.waiting").to_owned(),
        }),
        Picture::Failed { failure } => {
            Some(format!("{} ({})", host.say(failure_words(failure)), failure.code()))
        }
        Picture::Preview(_) | Picture::Frame(_) => None,
    };
    view! {
        {move || words().map(|words| view! { <p class="state" role="status">{words}</p> })}
    }
}

/// Top left: whose picture this is. The full name: a doctor has to be sure.
fn patient_lines(host: Host, ix: ViewportIx) -> String {
    let language = host.language.get();
    host.view.with(|view: &ViewModel| {
        let Some(film) = &view.film else { return String::new() };
        let series = view.viewports.get(ix).and_then(|one| one.series);
        let Some((study, series)) = series.and_then(|series| film.entry(series)) else {
            return String::new();
        };
        let patient = &film.manifest().patient;
        let lines = [
            Some(person::masked_name(&patient.name, language)),
            study.date.as_deref().and_then(person::date),
            study.description.clone(),
            series.description.clone().or_else(|| Some(series.modality.clone())),
        ];
        lines.into_iter().flatten().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
    })
}

/// Top right: which slice.
fn place_lines(host: Host, one: &ViewportView) -> String {
    let mut lines = Vec::new();
    if let (Some(position), true) = (one.position, one.count > 0) {
        lines.push(format!("{} / {}", position + 1, one.count));
    }
    if let Some([group, groups]) = one.overlay.stack {
        lines.push(host.fill("overlay.stack", &[&group.to_string(), &groups.to_string()]));
    }
    if let Some(mm) = one.overlay.slice_mm {
        lines.push(host.fill("overlay.slice", &[&format!("{mm:.1}")]));
    }
    if let Some(thickness) = one.overlay.thickness_mm {
        lines.push(host.fill("overlay.thickness", &[&format!("{thickness:.1}")]));
    }
    if one.cine.playing && one.cine.skipped > 0 {
        lines.push(host.fill("overlay.skipped", &[&one.cine.skipped.to_string()]));
    }
    lines.join("\n")
}

/// Bottom left: the window, by name first.
fn window_lines(host: Host, one: &ViewportView) -> String {
    let mut lines = Vec::new();
    if let Some(choice) = one.overlay.choice.and_then(|index| one.choices.get(index)) {
        lines.push(choice_words(host, &choice.name));
    }
    if let Some([center, width]) = one.overlay.window {
        lines.push(host.fill("overlay.window", &[&format!("{center:.0}"), &format!("{width:.0}")]));
    }
    if one.overlay.inverted {
        lines.push(host.say("overlay.inverted").to_owned());
    }
    lines.join("\n")
}

/// Bottom right: size, zoom, what lengths rest on.
fn size_lines(host: Host, one: &ViewportView) -> String {
    let mut lines = Vec::new();
    if let Some([rows, columns]) = one.overlay.size {
        lines.push(format!("{columns} × {rows}"));
    }
    if let Some(zoom) = one.overlay.zoom_percent {
        lines.push(format!("{zoom:.0}%"));
    }
    let basis = one.overlay.basis.map(|basis| match basis {
        Basis::Patient => "basis.patient",
        Basis::Detector => "basis.detector",
        Basis::Regions => "basis.regions",
        Basis::Pixels => "basis.pixels",
    });
    lines.extend(basis.map(|key| host.say(key).to_owned()));
    lines.join("\n")
}
