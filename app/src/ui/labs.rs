//! Laboratory results: abnormal ones first, the reference range as a bar, earlier values as a line.

use super::bars::{self, Direction};
use super::host::Host;
use super::markup::{Tag, drawn, tag};
use super::person;
use film_link::manifest::{LabPanel, LabResult};
use viewer_core::decimal::{fixed, short};
use viewer_core::session::Film;

/// All panels of a film; nothing where it has none.
pub(super) fn labs(host: Host, film: &Film) -> Option<Tag> {
    let labs = &film.manifest().labs;
    let panels = labs.iter().map(|one| panel(host, one)).collect();
    let title = tag("h2", "").is("id", "labs-title").say(host, "labs.title");
    let section = tag("section", "labs").is("aria-labelledby", "labs-title").put(title).all(panels);
    (!labs.is_empty()).then_some(section)
}

fn panel(host: Host, panel: &LabPanel) -> Tag {
    let issued = panel.issued.as_deref().and_then(person::date).unwrap_or_default();
    let is_abnormal = |result: &&LabResult| bars::direction(result).is_some();
    let (abnormal, normal): (Vec<_>, Vec<_>) = panel.results.iter().partition(is_abnormal);
    let rows = abnormal.iter().chain(&normal).map(|result| row(host, result)).collect();
    let abnormal = abnormal.len();
    let summary = move || match abnormal {
        0 => host.say("labs.all_normal").to_owned(),
        some => host.fill("labs.abnormal", &[&some.to_string()]),
    };
    tag("article", "panel")
        .put(tag("h3", "").text(&panel.title))
        .put(tag("p", "quiet").text(&issued).text(" ").words(summary))
        .put(tag("ul", "").all(rows))
}

fn row(host: Host, result: &LabResult) -> Tag {
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
    tag("li", class)
        .put(tag("span", "result-name").text(&result.name))
        .put(tag("span", "result-value").text(&value).text(" ").put(tag("small", "").text(&unit)))
        .put(tag("span", "result-flag").say(host, words))
        .put(tag("span", "result-range").text(&range))
        .all([range_bar(result), history(result)].into_iter().flatten().collect())
}

/// The reference range as a bar, with the value on it.
fn range_bar(result: &LabResult) -> Option<Tag> {
    let bar = bars::range_bar(result)?;
    let percent = |value: f64| move || fixed(value, 1) + "%";
    let range =
        tag("span", "bar-range").style("left", percent(bar.from)).style("width", percent(bar.to - bar.from));
    let value = tag("span", "bar-value").style("left", percent(bar.value));
    Some(tag("div", "bar").is("aria-hidden", "true").put(range).put(value))
}

/// Earlier values and today's as a line.
fn history(result: &LabResult) -> Option<Tag> {
    let points = bars::history_line(result, 64.0, 18.0)?;
    let say = |(day, value): &(String, f64)| {
        format!("{} {}", person::date(day).unwrap_or_default(), number(*value))
    };
    let said = result.history.iter().map(say).collect::<Vec<_>>().join(", ");
    let line = drawn("polyline", "")
        .is("points", &points)
        .is("fill", "none")
        .is("stroke", "currentColor")
        .is("stroke-width", "2");
    let place = drawn("svg", "history").is("viewBox", "-3 -3 70 24");
    Some(place.is("role", "img").is("aria-label", &said).put(line))
}

/// As few digits as say the number.
fn number(value: f64) -> String {
    short(value, 3)
}
