//! Whose film, which hospital, when.

use super::host::Host;
use super::markup::{Tag, button, tag};
use super::person;
use leptos::prelude::*;
use viewer_core::session::Film;

/// What stands at the top of a film.
pub(super) fn header(host: Host) -> Tag {
    let masked = RwSignal::new(true);
    let name = button("name", move |_| masked.update(|masked| *masked = !*masked))
        .is("translate", "no")
        .flag("aria-pressed", move || !masked.get())
        .live("title", move || host.say(if masked.get() { "name.show" } else { "name.hide" }).to_owned())
        .words(move || of_film(host, &|film| patient_name(host, film, masked.get())));
    let guessed = move || {
        let said = |film: &Film| {
            let guessed = film.manifest().patient.charset_guessed;
            if guessed { host.say("name.guessed").to_owned() } else { String::new() }
        };
        of_film(host, &said)
    };
    let who = tag("div", "who")
        .put(name)
        .when(move || !guessed().is_empty(), move || tag("span", "guessed").is("role", "note").words(guessed))
        .put(tag("span", "about").words(move || of_film(host, &|film| about(host, film))));
    let larger = button("small-button", move |_| {
        let on = !host.elder.get_untracked();
        host.elder.set(on);
        host.ports.remember("elder", if on { "1" } else { "0" });
    });
    let language = button("small-button", move |_| {
        let other = host.language.get_untracked().other();
        host.speak(other);
        host.ports.remember("language", other.tag());
    });
    let buttons = tag("div", "top-buttons")
        .put(larger.flag("aria-pressed", move || host.elder.get()).say(host, "action.large_text"))
        .put(language.say(host, "action.other_language"));
    tag("header", "top")
        .put(who)
        .put(tag("h1", "exam").words(move || of_film(host, &exam)))
        .put(tag("p", "place").words(move || of_film(host, &|film| place(host, film))))
        .put(buttons)
}

/// Words about the film; none before it is open.
fn of_film(host: Host, read: &dyn Fn(&Film) -> String) -> String {
    host.view().film.as_ref().map(read).unwrap_or_default()
}

fn patient_name(host: Host, film: &Film, masked: bool) -> String {
    let name = &film.manifest().patient.name;
    let language = host.language.get();
    if masked { person::masked_name(name, language) } else { person::full_name(name, language) }
}

/// Sex and age.
fn about(host: Host, film: &Film) -> String {
    let patient = &film.manifest().patient;
    let sex = match patient.sex.as_deref() {
        Some("M") => Some(host.say("sex.male").to_owned()),
        Some("F") => Some(host.say("sex.female").to_owned()),
        _ => None,
    };
    let age = person::age(patient).map(|(number, unit)| host.fill(unit, &[&number.to_string()]));
    [sex, age].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// What was examined: the study's description, or else its modality.
fn exam(film: &Film) -> String {
    let Some(study) = film.manifest().studies.first() else { return String::new() };
    let modality = study.series.first().map(|series| series.modality.clone());
    study.description.clone().or(modality).unwrap_or_default()
}

/// Hospital, day, and how many more studies there are.
fn place(host: Host, film: &Film) -> String {
    let Some(study) = film.manifest().studies.first() else { return String::new() };
    let date = study.date.as_deref().and_then(person::date);
    let date = date.unwrap_or_else(|| host.say("date.unknown").to_owned());
    let more = film.manifest().studies.len().saturating_sub(1);
    let others = (more > 0).then(|| host.fill("header.more_studies", &[&more.to_string()]));
    [study.institution.clone(), Some(date), others].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
