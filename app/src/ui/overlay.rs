//! What stands over a picture: corners, letters, scale bar, what the pixels are worth, and why there are none.

use super::host::Host;
use super::markup::{Tag, button, tag};
use super::person;
use leptos::prelude::*;
use viewer_core::decimal::{fixed, short};
use viewer_core::geometry::{self, ScaleUnit, Side, SideLetters};
use viewer_core::session::{Action, Basis, ChoiceName, Failure, Fidelity, Picture, ViewportIx, ViewportView};

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
pub(super) fn overlay(host: Host, ix: ViewportIx) -> Tag {
    let corner = |class, lines: fn(Host, &ViewportView) -> String| {
        tag("p", class).words(move || host.of(ix, |one| Some(lines(host, one))).unwrap_or_default())
    };
    let side = |class, pick: fn(&SideLetters) -> Side| {
        tag("span", class).words(move || {
            host.of(ix, |one| one.orientation.map(|sides| pick(&sides).letters())).unwrap_or_default()
        })
    };
    tag("div", "overlay")
        .is("translate", "no")
        .put(tag("p", "corner top-left").words(move || patient_lines(host, ix)))
        .put(corner("corner top-right", place_lines))
        .put(corner("corner bottom-left", window_lines))
        .put(corner("corner bottom-right", size_lines))
        .put(side("side up", |sides| sides.top))
        .put(side("side right", |sides| sides.right))
        .put(side("side down", |sides| sides.bottom))
        .put(side("side left", |sides| sides.left))
        .when(move || host.of(ix, |one| one.fidelity).is_some(), move || badge(host, ix))
        .when(move || host.of(ix, |one| one.scale).is_some(), move || scale(host, ix))
        .when(
            move || picture_words(host, ix).is_some(),
            move || {
                let words = move || picture_words(host, ix).unwrap_or_default();
                tag("p", "state").is("role", "status").words(words)
            },
        )
        .when(
            move || host.of(ix, |one| one.missing).is_some_and(Failure::retryable),
            move || button("main-button again", move |_| host.act(Action::Retry)).say(host, "action.retry"),
        )
}

/// How true to the original the picture is.
fn badge(host: Host, ix: ViewportIx) -> Tag {
    let badge = move || match host.of(ix, |one| one.fidelity) {
        None => ["badge", ""],
        Some(Fidelity::Preview) => ["badge preview", "fidelity.preview"],
        Some(Fidelity::Original) => ["badge original", "fidelity.original"],
        Some(Fidelity::LossyOriginal) => ["badge lossy", "fidelity.lossy"],
        Some(Fidelity::Incomplete) => ["badge incomplete", "fidelity.incomplete"],
    };
    tag("span", "")
        .live("class", move || badge()[0].to_owned())
        .words(move || host.say(badge()[1]).to_owned())
}

/// The scale bar.
fn scale(host: Host, ix: ViewportIx) -> Tag {
    let bar = move || host.of(ix, |one| one.scale);
    let words = move || {
        let Some(bar) = bar() else { return String::new() };
        let unit = match bar.unit {
            ScaleUnit::Millimetre => "mm",
            ScaleUnit::Centimetre => "cm",
        };
        let basis = match bar.basis {
            geometry::Basis::Detector => host.say("scale.detector"),
            geometry::Basis::Estimated => host.say("scale.estimated"),
            geometry::Basis::Patient => "",
        };
        format!("{} {unit} {basis}", short(bar.value, 1))
    };
    let length = move || fixed(bar().map_or(0.0, |bar| bar.screen_length), 1) + "px";
    tag("span", "scale").put(tag("i", "").style("width", length)).words(words)
}

/// Words in the middle while there is no picture of the frame that was asked for.
fn picture_words(host: Host, ix: ViewportIx) -> Option<String> {
    match host.of(ix, |one| Some(one.picture)).unwrap_or(Picture::Empty) {
        Picture::Empty => Some(host.say("picture.empty").to_owned()),
        Picture::Waiting { held: None } => Some(host.say("picture.waiting").to_owned()),
        Picture::Waiting { held: Some(held) } => Some(match held.position {
            Some(position) => host.fill("picture.held", &[&(position + 1).to_string()]),
            None => host.say("picture.waiting").to_owned(),
        }),
        Picture::Failed { failure } => {
            Some(format!("{} ({})", host.say(failure_words(failure)), failure.code()))
        }
        _ => None,
    }
}

/// Top left: whose picture this is. The full name: a doctor has to be sure.
fn patient_lines(host: Host, ix: ViewportIx) -> String {
    let language = host.language.get();
    let view = host.view();
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
        lines.push(host.fill("overlay.slice", &[&fixed(mm, 1)]));
    }
    if let Some(thickness) = one.overlay.thickness_mm {
        lines.push(host.fill("overlay.thickness", &[&fixed(thickness, 1)]));
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
        let [center, width] = window_numbers(center, width);
        let window = host.fill("overlay.window", &[&center, &width]);
        lines.push(match one.overlay.units.as_deref().and_then(unit_words) {
            Some(unit) => window + " " + unit,
            None => window,
        });
    }
    if let Some(state) = one.state {
        let said = one.states.iter().find(|(id, _)| *id == state).and_then(|(_, words)| words.as_deref());
        lines.push(host.fill("overlay.state", &[said.unwrap_or_default()]));
        if one.state_incomplete {
            lines.push(host.say("overlay.state_incomplete").to_owned());
        }
    }
    if one.overlay.inverted {
        lines.push(host.say("overlay.inverted").to_owned());
    }
    lines.join("\n")
}

/// A unit as people write it: Rescale Type (PS3.3 C.11.1.1.2) or Units of PET (C.8.9.1.1.3). Nothing for "unspecified" and
/// for what is not one word.
fn unit_words(units: &str) -> Option<&str> {
    Some(match units {
        "US" | "NONE" => return None,
        "BQML" => "Bq/ml",
        "GML" => "g/ml",
        "CNTS" => "counts",
        "PROPCNTS" => "∝ counts",
        "PCNT" => "%",
        plain if plain.len() <= 8 && plain.is_ascii() => plain,
        _ => return None,
    })
}

/// Centre and width with the decimals that mean something: SUV, fractions and diffusion have narrow windows.
fn window_numbers(center: f64, width: f64) -> [String; 2] {
    let decimals = match width {
        20.0.. => 0,
        1.0.. => 2,
        _ => 4,
    };
    [center, width].map(|value| short(value, decimals))
}

/// Bottom right: size, zoom, what lengths rest on.
fn size_lines(host: Host, one: &ViewportView) -> String {
    let mut lines = Vec::new();
    if let Some([rows, columns]) = one.overlay.size {
        lines.push(format!("{columns} × {rows}"));
    }
    if let Some(zoom) = one.overlay.zoom_percent {
        lines.push(fixed(zoom, 0) + "%");
    }
    let basis = one.overlay.basis.map(|basis| match basis {
        Basis::Patient => "basis.patient",
        Basis::Detector => "basis.detector",
        Basis::Estimated => "basis.estimated",
        Basis::Regions => "basis.regions",
        Basis::Pixels => "basis.pixels",
    });
    lines.extend(basis.map(|key| host.say(key).to_owned()));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::window_numbers;

    #[test]
    fn narrow_windows_keep_their_decimals() {
        assert_eq!(window_numbers(-600.4, 1500.0), ["-600", "1500"]);
        assert_eq!(window_numbers(2.5, 5.0), ["2.5", "5"]);
        assert_eq!(window_numbers(0.0012, 0.0015), ["0.0012", "0.0015"]);
    }
}
