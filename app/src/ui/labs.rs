//! Laboratory results: abnormal ones first, the reference range as a bar, earlier values as a line.

use super::bars::{self, Direction};
use super::host::Host;
use super::person;
use film_link::manifest::{LabPanel, LabResult};
use leptos::prelude::*;

/// All panels of the film; nothing where it has none.
#[component]
pub(super) fn Labs() -> impl IntoView {
    let host = Host::get();
    let film = host.part(|view| view.film.clone());
    let panels = move || {
        let film = film.get();
        let labs = film.as_ref().map(|film| film.manifest().labs.as_slice()).unwrap_or_default();
        labs.iter().map(|one| panel(host, one)).collect::<Vec<_>>()
    };
    let any = move || film.with(|film| film.as_ref().is_some_and(|film| !film.manifest().labs.is_empty()));
    view! {
        <Show when=any>
            <section class="labs" aria-labelledby="labs-title">
                <h2 id="labs-title">{move || host.say("labs.title")}</h2>
                {panels}
            </section>
        </Show>
    }
}

fn panel(host: Host, panel: &LabPanel) -> AnyView {
    let title = panel.title.clone();
    let issued = panel.issued.as_deref().and_then(person::date);
    let mut results: Vec<&LabResult> = panel.results.iter().collect();
    results.sort_by_key(|result| bars::direction(result).is_none());
    let abnormal = results.iter().filter(|result| bars::direction(result).is_some()).count();
    let rows: Vec<_> = results.into_iter().map(|result| row(host, result)).collect();
    let summary = move || match abnormal {
        0 => host.say("labs.all_normal").to_owned(),
        some => host.fill("labs.abnormal", &[&some.to_string()]),
    };
    view! {
        <article class="panel">
            <h3>{title}</h3>
            <p class="quiet">{issued} " " {summary}</p>
            <ul>{rows}</ul>
        </article>
    }
    .into_any()
}

fn row(host: Host, result: &LabResult) -> AnyView {
    let name = result.name.clone();
    let unit = result.unit.as_deref().map(bars::unit_words).unwrap_or_default();
    let value = result.value.map(number).or_else(|| result.text.clone()).unwrap_or_default();
    let range = match (result.low, result.high) {
        (Some(low), Some(high)) => format!("{}–{}", number(low), number(high)),
        (None, Some(high)) => format!("≤ {}", number(high)),
        (Some(low), None) => format!("≥ {}", number(low)),
        (None, None) => String::new(),
    };
    let (class, words) = match bars::direction(result) {
        Some(Direction::High) => ("result high", "labs.high"),
        Some(Direction::Low) => ("result low", "labs.low"),
        Some(Direction::Abnormal) => ("result high", "labs.not_normal"),
        None => ("result", "labs.normal"),
    };
    let bar = bars::range_bar(result).map(|bar| {
        view! {
            <div class="bar" aria-hidden="true">
                <span
                    class="bar-range"
                    style:left=format!("{:.1}%", bar.from)
                    style:width=format!("{:.1}%", bar.to - bar.from)
                ></span>
                <span class="bar-value" style:left=format!("{:.1}%", bar.value)></span>
            </div>
        }
    });
    let history = bars::history_line(result, 64.0, 18.0).map(|points| {
        let said = result
            .history
            .iter()
            .map(|(day, value)| format!("{} {}", person::date(day).unwrap_or_default(), number(*value)))
            .collect::<Vec<_>>()
            .join(", ");
        view! {
            <svg class="history" viewBox="-3 -3 70 24" role="img" aria-label=said>
                <polyline points=points fill="none" stroke="currentColor" stroke-width="2" />
            </svg>
        }
    });
    view! {
        <li class=class>
            <span class="result-name">{name}</span>
            <span class="result-value">{value} " " <small>{unit}</small></span>
            <span class="result-flag">{move || host.say(words)}</span>
            <span class="result-range">{range}</span>
            {bar}
            {history}
        </li>
    }
    .into_any()
}

/// As few digits as say the number.
fn number(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
