//! Reports in plain words. A paragraph that names an image leads to it.

use super::host::Host;
use super::markup::{Tag, button, tag};
use super::person;
use film_link::manifest::{Report, ReportParagraph};
use viewer_core::session::{Action, Film, Page};

/// All reports of a film.
pub(super) fn reports(host: Host, film: &Film) -> Tag {
    let studies = &film.manifest().studies;
    let mut all: Vec<_> =
        studies.iter().flat_map(|study| study.reports.iter()).map(|one| report(host, one)).collect();
    if all.is_empty() {
        all.push(tag("p", "quiet").say(host, "report.none"));
    }
    tag("section", "reports")
        .is("aria-labelledby", "report-title")
        .put(tag("h2", "").is("id", "report-title").say(host, "report.title"))
        .all(all)
}

fn report(host: Host, report: &Report) -> Tag {
    let author = report.author.clone();
    let reviewer = report.reviewer.clone();
    let issued = report.issued.as_deref().and_then(person::date);
    let signed = move || {
        let line = |key, value: &Option<String>| value.as_deref().map(|value| host.fill(key, &[value]));
        let parts = [
            line("report.author", &author),
            line("report.reviewer", &reviewer),
            line("report.issued", &issued),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    };
    let mut parts = vec![tag("h3", "").text(&report.title)];
    if report.status == "preliminary" {
        parts.push(tag("p", "flag").say(host, "report.preliminary"));
    }
    let sections = [("report.impression", &report.impression), ("report.findings", &report.findings)];
    for (title, paragraphs) in sections {
        parts.push(tag("h4", "").say(host, title));
        parts.extend(paragraphs.iter().map(|one| paragraph(host, one)));
    }
    parts.push(tag("p", "quiet").words(signed));
    tag("article", "report").all(parts)
}

fn paragraph(host: Host, paragraph: &ReportParagraph) -> Tag {
    let text = tag("p", "").text(&paragraph.text);
    let Some(image) = paragraph.image.clone() else { return text };
    let go = move |_| {
        host.act(Action::Page(Page::Images));
        host.act(Action::GoTo(image.clone()));
    };
    text.put(button("see", go).say(host, "report.see_image"))
}
