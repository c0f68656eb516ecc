//! Studies and series as thumbnails: count, plane or thickness, a ring that fills as frames arrive.

use super::host::Host;
use leptos::prelude::*;
use viewer_core::cache::SeriesIx;
use viewer_core::session::{Action, Film, Findings, Page, PreviewState, SeriesState, SeriesView};

/// Circumference of the ring in its own units.
const RING: f64 = 100.0;

/// All series of the film.
#[component]
pub(super) fn SeriesList() -> impl IntoView {
    let host = Host::get();
    let film = host.part(|view| view.film.clone());
    let all = host.part(|view| view.series.iter().map(|series| series.ix).collect::<Vec<_>>());
    Effect::new(move |_| {
        let all = all.get();
        if !all.is_empty() {
            host.act(Action::ThumbnailsInSight(all));
        }
    });
    view! {
        <nav class="series" aria-label=move || host.say("series.label")>
            <For each=move || all.get() key=|ix| *ix let:ix>
                {move || film.get().map(|film| view! { <Thumbnail ix=ix film=film /> })}
            </For>
        </nav>
    }
}

#[component]
fn Thumbnail(ix: SeriesIx, film: Film) -> impl IntoView {
    let host = Host::get();
    let one = host.part(move |view| view.series.get(usize::from(ix.0)).cloned());
    let ready = host.part(move |view| {
        view.series.get(usize::from(ix.0)).is_some_and(|series| series.preview == PreviewState::Ready)
    });
    let picture = move || if ready.get() { host.ports().preview_url(ix) } else { None };
    let entry = film.entry(ix).map(|(_, series)| series.clone());
    let modality = entry.as_ref().map(|series| series.modality.clone()).unwrap_or_default();
    let title = entry.and_then(|series| series.description).unwrap_or_else(|| modality.clone());
    let with = move |read: &dyn Fn(&SeriesView) -> String| {
        one.with(|one| one.as_ref().map(read).unwrap_or_default())
    };
    let shown = move || one.with(|one| one.as_ref().is_some_and(|one| one.shown));
    let filled = move || {
        one.with(|one| {
            one.as_ref().map_or(0.0, |one| RING * f64::from(one.arrived) / f64::from(one.frames.max(1)))
        })
    };
    let show = move |_| {
        let viewport = host.view.with_untracked(|view| view.active);
        host.act(Action::Page(Page::Images));
        host.act(Action::ShowSeries { viewport, series: ix });
    };
    view! {
        <button
            type="button"
            class="thumbnail"
            data-series-button=ix.0.to_string()
            aria-pressed=move || shown().to_string()
            on:click=show
        >
            <span class="thumbnail-picture">
                {move || {
                    picture()
                        .map_or_else(
                            || view! { <span class="thumbnail-none">{modality.clone()}</span> }.into_any(),
                            |url| view! { <img src=url alt="" draggable="false" /> }.into_any(),
                        )
                }}
                <svg class="ring" viewBox="0 0 36 36" aria-hidden="true">
                    <circle cx="18" cy="18" r="15.9" class="ring-track" />
                    <circle
                        cx="18"
                        cy="18"
                        r="15.9"
                        class="ring-fill"
                        stroke-dasharray=move || format!("{:.1} {RING}", filled())
                    />
                </svg>
            </span>
            <span class="thumbnail-title" translate="no">{title}</span>
            <span class="thumbnail-count">{move || with(&|one| count_words(host, one))}</span>
            <span class="thumbnail-findings">
                {move || with(&|one| if one.frames > 1 { findings_words(host, one.findings) } else { String::new() })}
            </span>
        </button>
    }
}

fn count_words(host: Host, series: &SeriesView) -> String {
    let mut words = host.fill("series.frames", &[&series.frames.to_string()]);
    if let SeriesState::Failed(failure) = series.state {
        words = format!("{} ({})", host.say("series.failed"), failure.code());
    } else if series.failed > 0 {
        words = format!("{words} · {}", host.fill("series.bad_frames", &[&series.failed.to_string()]));
    } else if let Some(spacing) = series.findings.spacing_mm {
        words = format!("{words} · {spacing:.1} mm");
    }
    words
}

/// What a reader has to know before trusting the order of a stack.
fn findings_words(host: Host, findings: Findings) -> String {
    let mut words = Vec::new();
    if findings.missing > 0 {
        words.push(host.fill("finding.missing", &[&findings.missing.to_string()]));
    }
    if findings.gaps > 0 {
        words.push(host.fill("finding.gaps", &[&findings.gaps.to_string()]));
    } else if findings.uneven {
        words.push(host.say("finding.uneven").to_owned());
    }
    if findings.doubles > 0 {
        words.push(host.fill("finding.doubles", &[&findings.doubles.to_string()]));
    }
    if let Some(degrees) = findings.tilt_degrees {
        words.push(host.fill("finding.tilt", &[&format!("{degrees:.1}")]));
    }
    if findings.unplaced {
        words.push(host.say("finding.unplaced").to_owned());
    }
    if findings.stacks > 1 {
        words.push(host.fill("finding.stacks", &[&findings.stacks.to_string()]));
    }
    words.join(" · ")
}
