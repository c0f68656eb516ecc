//! Reports in plain words. A paragraph that names an image leads to it.

use super::host::Host;
use super::person;
use film_link::manifest::{Report, ReportParagraph};
use leptos::prelude::*;
use viewer_core::session::{Action, Page};

/// All reports of the film.
#[component]
pub(super) fn Reports() -> impl IntoView {
    let host = Host::get();
    let film = host.part(|view| view.film.clone());
    let reports = move || {
        let film = film.get();
        let studies = film.as_ref().map(|film| film.manifest().studies.as_slice()).unwrap_or_default();
        let all: Vec<_> =
            studies.iter().flat_map(|study| study.reports.iter()).map(|one| report(host, one)).collect();
        if all.is_empty() {
            view! { <p class="quiet">{move || host.say("report.none")}</p> }.into_any()
        } else {
            all.into_any()
        }
    };
    view! {
        <section class="reports" aria-labelledby="report-title">
            <h2 id="report-title">{move || host.say("report.title")}</h2>
            {reports}
        </section>
    }
}

fn report(host: Host, report: &Report) -> AnyView {
    let title = report.title.clone();
    let impression = paragraphs(host, &report.impression);
    let findings = paragraphs(host, &report.findings);
    let author = report.author.clone();
    let reviewer = report.reviewer.clone();
    let issued = report.issued.as_deref().and_then(person::date);
    let preliminary = report.status == "preliminary";
    let signed = move || {
        let line = |key, value: &Option<String>| value.as_deref().map(|value| host.fill(key, &[value]));
        let parts = [
            line("report.author", &author),
            line("report.reviewer", &reviewer),
            line("report.issued", &issued),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    };
    view! {
        <article class="report">
            <h3>{title}</h3>
            <Show when=move || preliminary>
                <p class="flag">{move || host.say("report.preliminary")}</p>
            </Show>
            <h4>{move || host.say("report.impression")}</h4>
            {impression}
            <h4>{move || host.say("report.findings")}</h4>
            {findings}
            <p class="quiet">{signed}</p>
        </article>
    }
    .into_any()
}

fn paragraphs(host: Host, paragraphs: &[ReportParagraph]) -> Vec<AnyView> {
    paragraphs.iter().map(|one| paragraph(host, one)).collect()
}

fn paragraph(host: Host, paragraph: &ReportParagraph) -> AnyView {
    let text = paragraph.text.clone();
    let Some(image) = paragraph.image.clone() else {
        return view! { <p>{text}</p> }.into_any();
    };
    let go = move |_| {
        host.act(Action::Page(Page::Images));
        host.act(Action::GoTo(image.clone()));
    };
    view! {
        <p>
            {text} <button type="button" class="see" on:click=go>
                {move || host.say("report.see_image")}
            </button>
        </p>
    }
    .into_any()
}
