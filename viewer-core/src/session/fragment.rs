//! The state in the address bar, after the key: `&s=0&i=37&w=40,400&z=1.5`.
//!
//! Everything in it may have been typed, cut off or made up: what cannot be read is left out, never an error.
//! Values of several viewports stand in one key, separated by `;`.
//!
//! | key | value |
//! | --- | --- |
//! | `l` | layout, rows × columns: `2x2` |
//! | `v` | active viewport, from 0 |
//! | `g` | page: `r` report, `b` laboratory; images where absent |
//! | `s` | series, from 0 |
//! | `i` | position in the series, from 1 |
//! | `w` | window `centre,width`, or `t` and the number of a VOI LUT, from 0; the file's own where absent |
//! | `z` | zoom relative to fit |
//! | `p` | pan `x,y`, in fractions of the viewport |
//! | `r` | quarter turns clockwise, 0–3 |
//! | `f` | `h` mirrored, `v` upside down, `i` inverted |
//!
//! A window is LINEAR, or LINEAR_EXACT where it is narrower than 1; `,e` or `,s` behind it makes it LINEAR_EXACT or
//! SIGMOID.

use super::action::Page;
use super::view::Layout;
use super::viewport::usual;
use crate::decimal::short;
use crate::dicom::header::WindowFunction;
use crate::dicom::number::parse_float;
use std::fmt::Write;

/// Where the reader was.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Place {
    /// Grid; 1 × 1 where absent.
    pub layout: Option<Layout>,
    /// Active viewport.
    pub active: usize,
    /// Page in front.
    pub page: Page,
    /// One per viewport; the rest is empty.
    pub views: Vec<PlaceView>,
}

/// One viewport's place.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PlaceView {
    /// Series, from 0.
    pub series: Option<u16>,
    /// Position, from 0.
    pub position: Option<u32>,
    /// Window or table; the file's own where absent.
    pub voi: Option<PlaceVoi>,
    /// Zoom relative to fit; 1 where absent.
    pub zoom: Option<f64>,
    /// Pan, right and down, in fractions of the viewport.
    pub pan: Option<[f64; 2]>,
    /// Quarter turns clockwise, 0–3.
    pub turns: u8,
    /// Left and right of the picture change places, before turning.
    pub mirrored: bool,
    /// Top and bottom of the picture change places, before turning.
    pub upside_down: bool,
    /// Black and white swapped.
    pub inverted: bool,
}

/// What a fragment says of the window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PlaceVoi {
    /// Centre and width in modality values, and the shape between black and white.
    Window([f64; 2], WindowFunction),
    /// VOI LUT, from 0.
    Table(usize),
}

/// Viewports that a place can name.
const MOST_VIEWS: usize = 9;

impl Place {
    /// Reads what stands after the key. A leading `#key` part, if it is still there, is skipped.
    pub fn parse(text: &str) -> Self {
        let mut place = Self::default();
        for pair in text.split('&') {
            let Some((key, value)) = pair.split_once('=') else { continue };
            match key {
                "l" => place.layout = parse_layout(value),
                "v" => place.active = value.parse().ok().filter(|v| *v < MOST_VIEWS).unwrap_or(0),
                "g" => {
                    place.page = match value {
                        "r" => Page::Report,
                        "b" => Page::Labs,
                        _ => Page::Images,
                    }
                }
                "s" | "i" | "w" | "z" | "p" | "r" | "f" => place.parse_views(key, value),
                _ => {}
            }
        }
        place
    }

    fn parse_views(&mut self, key: &str, value: &str) {
        for (at, item) in value.split(';').take(MOST_VIEWS).enumerate() {
            if self.views.len() <= at {
                self.views.resize(at + 1, PlaceView::default());
            }
            let Some(view) = self.views.get_mut(at) else { continue };
            match key {
                "s" => view.series = item.parse().ok(),
                "i" => view.position = item.parse::<u32>().ok().and_then(|i| i.checked_sub(1)),
                "w" => view.voi = parse_voi(item),
                "z" => view.zoom = parse_float(item).filter(|z| (0.01..=100.0).contains(z)),
                "p" => view.pan = pair(item).filter(|p| p.iter().all(|v| v.abs() <= 10.0)),
                "r" => view.turns = item.parse::<u8>().map_or(0, |r| r % 4),
                _ => {
                    view.mirrored = item.contains('h');
                    view.upside_down = item.contains('v');
                    view.inverted = item.contains('i');
                }
            }
        }
    }

    /// What to put after the key: empty, or starting with `&`. [`Place::parse`] reads it back, rounded: zoom and
    /// pan to four decimals, windows to two (four where they are narrower than 10).
    pub fn format(&self) -> String {
        let mut out = String::new();
        if let Some(layout) = self.layout.filter(|l| l.count() > 1) {
            let _ = write!(out, "&l={}x{}", layout.rows, layout.columns);
        }
        if self.active > 0 {
            let _ = write!(out, "&v={}", self.active);
        }
        match self.page {
            Page::Images => {}
            Page::Report => out.push_str("&g=r"),
            Page::Labs => out.push_str("&g=b"),
        }
        self.list(&mut out, 's', |v, o| v.series.map(|s| write!(o, "{s}")).is_some());
        self.list(&mut out, 'i', |v, o| v.position.map(|i| write!(o, "{}", u64::from(i) + 1)).is_some());
        self.list(&mut out, 'w', |v, o| match v.voi {
            Some(PlaceVoi::Window([c, w], function)) if is_written([c, w]) => {
                // Diffusion coefficients and fractions have windows of thousandths.
                let decimals = if w < 10.0 { 4 } else { 2 };
                decimal(o, c, decimals);
                o.push(',');
                decimal(o, w, decimals);
                if function != usual(w) {
                    o.push_str(shape(function));
                }
                true
            }
            Some(PlaceVoi::Table(t)) => write!(o, "t{t}").is_ok(),
            Some(PlaceVoi::Window(..)) | None => false,
        });
        self.list(&mut out, 'z', |v, o| v.zoom.map(|z| decimal(o, z, 4)).is_some());
        self.list(&mut out, 'p', |v, o| {
            v.pan
                .map(|[x, y]| {
                    decimal(o, x, 4);
                    o.push(',');
                    decimal(o, y, 4);
                })
                .is_some()
        });
        self.list(&mut out, 'r', |v, o| v.turns > 0 && write!(o, "{}", v.turns % 4).is_ok());
        self.list(&mut out, 'f', |v, o| {
            o.push_str(if v.mirrored { "h" } else { "" });
            o.push_str(if v.upside_down { "v" } else { "" });
            o.push_str(if v.inverted { "i" } else { "" });
            v.mirrored || v.upside_down || v.inverted
        });
        out
    }

    /// One key's list; the key is left out when no view has a value, and so are empty items at the end.
    fn list(&self, out: &mut String, key: char, mut item: impl FnMut(&PlaceView, &mut String) -> bool) {
        let mut list = String::new();
        let mut used = 0;
        for (at, view) in self.views.iter().take(MOST_VIEWS).enumerate() {
            if at > 0 {
                list.push(';');
            }
            if item(view, &mut list) {
                used = list.len();
            }
        }
        list.truncate(used);
        if used > 0 {
            let _ = write!(out, "&{key}={list}");
        }
    }
}

fn pair(text: &str) -> Option<[f64; 2]> {
    let (a, b) = text.split_once(',')?;
    Some([parse_float(a)?, parse_float(b)?])
}

fn parse_layout(text: &str) -> Option<Layout> {
    let (rows, columns) = text.split_once('x')?;
    let side = |t: &str| t.parse::<u8>().ok().filter(|v| (1..=3).contains(v));
    Some(Layout { rows: side(rows)?, columns: side(columns)? })
}

fn parse_voi(text: &str) -> Option<PlaceVoi> {
    if let Some(table) = text.strip_prefix('t') {
        return table.parse().ok().map(PlaceVoi::Table);
    }
    let (numbers, function) = match text.rsplit_once(',') {
        Some((numbers, "e")) => (numbers, Some(WindowFunction::LinearExact)),
        Some((numbers, "s")) => (numbers, Some(WindowFunction::Sigmoid)),
        _ => (text, None),
    };
    let [center, width] = pair(numbers).filter(|window| is_written(*window))?;
    Some(PlaceVoi::Window([center, width], function.unwrap_or_else(|| usual(width))))
}

/// Windows that come back as they were written: wide enough for four decimals, and within what no image exceeds.
fn is_written([center, width]: [f64; 2]) -> bool {
    (1e-4..1e12).contains(&width) && center.abs() < 1e12
}

/// What stands behind a window that is not LINEAR.
fn shape(function: WindowFunction) -> &'static str {
    match function {
        WindowFunction::Linear => "",
        WindowFunction::LinearExact => ",e",
        WindowFunction::Sigmoid => ",s",
    }
}

/// Writes a number with at most so many decimals, without zeros at the end.
fn decimal(out: &mut String, value: f64, decimals: usize) {
    out.push_str(&short(value, decimals));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_comes_back() {
        let text = "&l=1x2&v=1&g=r&s=0;3&i=37;1&w=40,400;t1&z=1.5&p=;0.25,0.75&r=;3&f=hi";
        let place = Place::parse(text);
        assert_eq!(place.layout, Some(Layout { rows: 1, columns: 2 }));
        assert_eq!(place.views[0].position, Some(36));
        assert_eq!(place.views[0].voi, Some(PlaceVoi::Window([40.0, 400.0], WindowFunction::Linear)));
        assert_eq!(place.views[1].voi, Some(PlaceVoi::Table(1)));
        assert_eq!(place.views[1].turns, 3);
        assert!(place.views[0].mirrored && place.views[0].inverted && !place.views[1].mirrored);
        assert_eq!(place.format(), text);
    }

    /// PS3.3 C.11.2.1.3: another function is another picture.
    #[test]
    fn a_window_keeps_its_function_and_its_digits() {
        for (text, window, function) in [
            ("&w=2048,4096,s", [2048.0, 4096.0], WindowFunction::Sigmoid),
            ("&w=127.5,255,e", [127.5, 255.0], WindowFunction::LinearExact),
            ("&w=0.5,0.25", [0.5, 0.25], WindowFunction::LinearExact),
            ("&w=0.5,0.25,s", [0.5, 0.25], WindowFunction::Sigmoid),
            ("&w=0.0012,0.0015", [0.0012, 0.0015], WindowFunction::LinearExact),
        ] {
            let place = Place::parse(text);
            assert_eq!(place.views[0].voi, Some(PlaceVoi::Window(window, function)), "{text}");
            assert_eq!(place.format(), text);
        }
    }

    #[test]
    fn garbage_is_left_out() {
        for text in [
            "",
            "&",
            "s",
            "s=",
            "=",
            "&&&=&s=;;;;;;;;;;;;;;;",
            "i=0",
            "i=-1",
            "i=99999999999",
            "w=1",
            "w=1,0",
            "w=1,0.00001",
            "w=1e12,5",
            "w=0,1e13",
            "w=nan,inf",
            "w=,",
            "z=0",
            "z=1e308",
            "z=-1",
            "p=1",
            "p=1e9,0",
            "l=4x4",
            "l=x",
            "l=0x1",
            "v=77",
            "r=x",
            "g=q",
            "s=70000",
            "知=1",
            "w=t",
            "w=t-1",
            "w=1,2,x",
            "w=1,s",
            "w=1,2,s,s",
            "%00=%ff",
        ] {
            let place = Place::parse(text);
            assert!(place.views.len() <= MOST_VIEWS, "{text}");
            assert_eq!(place.format(), "", "{text}");
        }
    }

    #[test]
    fn the_key_before_it_is_no_state() {
        let place = Place::parse("AAAAAAAAAAAAAAAAAAAAAA&s=2&i=5");
        assert_eq!((place.views[0].series, place.views[0].position), (Some(2), Some(4)));
    }

    #[test]
    fn numbers_are_short() {
        let mut place = Place { views: vec![PlaceView::default()], ..Place::default() };
        place.views[0].voi = Some(PlaceVoi::Window([-600.0, 1500.123], WindowFunction::Linear));
        place.views[0].zoom = Some(100.0);
        assert_eq!(place.format(), "&w=-600,1500.12&z=100");
        place.views[0].voi = Some(PlaceVoi::Window([-0.00001, 0.5], WindowFunction::LinearExact));
        assert_eq!(place.format(), "&w=0,0.5&z=100");
    }
}
