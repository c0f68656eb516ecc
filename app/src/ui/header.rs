//! Whose film, which hospital, when.

use super::host::Host;
use super::person;
use leptos::prelude::*;
use viewer_core::session::Film;

/// What stands at the top of a film.
#[component]
pub(super) fn Header() -> impl IntoView {
    let host = Host::get();
    let film = host.part(|view| view.film.clone());
    let masked = RwSignal::new(true);
    let with =
        move |read: &dyn Fn(&Film) -> String| film.with(|film| film.as_ref().map(read).unwrap_or_default());
    let name = move || {
        let language = host.language.get();
        let masked = masked.get();
        with(&|film| {
            let name = &film.manifest().patient.name;
            if masked { person::masked_name(name, language) } else { person::full_name(name, language) }
        })
    };
    let about = move || {
        with(&|film| {
            let patient = &film.manifest().patient;
            let sex = match patient.sex.as_deref() {
                Some("M") => Some(host.say("sex.male").to_owned()),
                Some("F") => Some(host.say("sex.female").to_owned()),
                _ => None,
            };
            let age = person::age(patient).map(|(number, unit)| host.fill(unit, &[&number.to_string()]));
            [sex, age].into_iter().flatten().collect::<Vec<_>>().join(" · ")
        })
    };
    let exam = move || {
        with(&|film| {
            let Some(study) = film.manifest().studies.first() else { return String::new() };
            let modality = study.series.first().map(|series| series.modality.clone());
            study.description.clone().or(modality).unwrap_or_default()
        })
    };
    let place = move || {
        with(&|film| {
            let Some(study) = film.manifest().studies.first() else { return String::new() };
            let date = study.date.as_deref().and_then(person::date);
            let date = date.unwrap_or_else(|| host.say("date.unknown").to_owned());
            let more = film.manifest().studies.len().saturating_sub(1);
            let others = (more > 0).then(|| host.fill("header.more_studies", &[&more.to_string()]));
            [study.institution.clone(), Some(date), others]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" · ")
        })
    };
    view! {
        <header class="top">
            <div class="who">
                <button
                    type="button"
                    class="name"
                    translate="no"
                    aria-pressed=move || (!masked.get()).to_string()
                    title=move || host.say(if masked.get() { "name.show" } else { "name.hide" })
                    on:click=move |_| masked.update(|masked| *masked = !*masked)
                >
                    {name}
                </button>
                <span class="about">{about}</span>
            </div>
            <h1 class="exam">{exam}</h1>
            <p class="place">{place}</p>
            <div class="top-buttons">
                <button
                    type="button"
                    class="small-button"
                    aria-pressed=move || host.elder.get().to_string()
                    on:click=move |_| {
                        let on = !host.elder.get_untracked();
                        host.elder.set(on);
                        host.ports().remember("elder", if on { "1" } else { "0" });
                    }
                >
                    {move || host.say("action.large_text")}
                </button>
                <button
                    type="button"
                    class="small-button"
                    on:click=move |_| {
                        let other = host.language.get_untracked().other();
                        host.language.set(other);
                        host.ports().remember("language", other.tag());
                    }
                >
                    {move || host.say("action.other_language")}
                </button>
            </div>
        </header>
    }
}
