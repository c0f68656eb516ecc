//! Studies and series as thumbnails: count, plane or thickness, a ring that fills as frames arrive.

use super::host::Host;
use super::markup::{Tag, button, drawn, tag, watch};
use std::cell::Cell;
use viewer_core::cache::SeriesIx;
use viewer_core::decimal::fixed;
use viewer_core::session::{Action, Findings, Page, PreviewState, SeriesState, SeriesView};

/// Circumference of the ring in its own units.
const RING: f64 = 100.0;

/// All series of the film.
pub(super) fn series_list(host: Host) -> Tag {
    let told = Cell::new(0);
    watch(Box::new(move || {
        let all: Vec<SeriesIx> = host.view().series.iter().map(|series| series.ix).collect();
        if told.replace(all.len()) != all.len() && !all.is_empty() {
            host.act(Action::ThumbnailsInSight(all));
        }
    }));
    tag("nav", "series")
        .called(host, "aria-label", "series.label")
        .each(move || host.view().series.len(), move |index| thumbnail(host, index))
}

fn thumbnail(host: Host, index: usize) -> Tag {
    let (modality, title) = names(host, index);
    let show = move |_| {
        let (viewport, series) = {
            let view = host.now();
            (view.active, view.series.get(index).map(|series| series.ix))
        };
        let Some(series) = series else { return };
        host.act(Action::Page(Page::Images));
        host.act(Action::ShowSeries { viewport, series });
    };
    let of = move |read: &dyn Fn(&SeriesView) -> String| {
        host.view().series.get(index).map(read).unwrap_or_default()
    };
    let ready = move || {
        let preview = host.view().series.get(index).map(|series| series.preview);
        preview == Some(PreviewState::Ready)
    };
    let picture = tag("span", "thumbnail-picture")
        .again(move || usize::from(ready()), move |_| vec![preview(host, index, &modality)])
        .put(ring(host, index));
    let findings = move |one: &SeriesView| findings_words(host, one);
    button("thumbnail", show)
        .is("data-series-button", &index.to_string())
        .flag("aria-pressed", move || host.view().series.get(index).is_some_and(|one| one.shown))
        .put(picture)
        .put(tag("span", "thumbnail-title").is("translate", "no").text(&title))
        .put(tag("span", "thumbnail-count").words(move || of(&|one| count_words(host, one))))
        .put(tag("span", "thumbnail-findings").words(move || of(&findings)))
}

/// Modality and title of a series.
fn names(host: Host, index: usize) -> (String, String) {
    let view = host.now();
    let ix = view.series.get(index).map(|series| series.ix);
    let entry = view.film.as_ref().zip(ix).and_then(|(film, ix)| film.entry(ix));
    let Some((_, series)) = entry else { return Default::default() };
    let title = series.description.as_ref().unwrap_or(&series.modality);
    (series.modality.clone(), title.clone())
}

/// The preview, or the modality where there is none.
fn preview(host: Host, index: usize, modality: &str) -> Tag {
    let series = host.now().series.get(index).map(|series| (series.ix, series.preview));
    let ready = series.filter(|(_, preview)| *preview == PreviewState::Ready);
    match ready.and_then(|(ix, _)| host.ports.preview_url(ix)) {
        Some(url) => tag("img", "").is("src", &url).is("alt", "").is("draggable", "false"),
        None => tag("span", "thumbnail-none").text(modality),
    }
}

/// The ring that fills as frames arrive.
fn ring(host: Host, index: usize) -> Tag {
    let filled = move || {
        let view = host.view();
        let filled = view
            .series
            .get(index)
            .map_or(0.0, |one| RING * f64::from(one.arrived) / f64::from(one.frames.max(1)));
        fixed(filled, 1) + " " + &fixed(RING, 0)
    };
    let circle = |class| drawn("circle", class).is("cx", "18").is("cy", "18").is("r", "15.9");
    drawn("svg", "ring")
        .is("viewBox", "0 0 36 36")
        .is("aria-hidden", "true")
        .put(circle("ring-track"))
        .put(circle("ring-fill").live("stroke-dasharray", filled))
}

fn count_words(host: Host, series: &SeriesView) -> String {
    let mut words = host.fill("series.frames", &[&series.frames.to_string()]);
    if let SeriesState::Failed(failure) = series.state {
        words = format!("{} ({})", host.say("series.failed"), failure.code());
    } else if let Some(spacing) = series.findings.spacing_mm {
        words = format!("{words} · {} mm", fixed(spacing, 1));
    }
    words
}

/// What a reader has to know before trusting a stack, or its order.
fn findings_words(host: Host, series: &SeriesView) -> String {
    let mut words = Vec::new();
    if series.failed > 0 {
        words.push(host.fill("series.bad_frames", &[&series.failed.to_string()]));
    }
    let findings = if series.frames > 1 { series.findings } else { Findings::default() };
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
        words.push(host.fill("finding.tilt", &[&fixed(degrees, 1)]));
    }
    if findings.unplaced {
        words.push(host.say("finding.unplaced").to_owned());
    }
    if findings.stacks > 1 {
        words.push(host.fill("finding.stacks", &[&findings.stacks.to_string()]));
    }
    words.join(" · ")
}
