//! What the reader has done with one viewport.

use super::cine::Player;
use super::fragment::{PlaceView, PlaceVoi};
use super::states::StateId;
use super::view::Shared;
use super::viewport_view::{Picture, WindowChoice};
use crate::cache::{FrameKey, SeriesIx};
use crate::dicom::header::{DisplayHeader, WindowFunction};
use crate::geometry::{Fit, ImageShape, Placement, ViewTransform};
use crate::lut::{ValueRange, VoiChoice};
use crate::presentation::Framing;
use film_link::manifest::ImageReference;
use std::sync::Arc;

/// Device pixels of a picture that cannot be pushed off the screen.
const MARGIN: f64 = 48.0;

/// Which frame is wanted, before the metadata says where it is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Wish {
    /// The manifest's key frame.
    KeyFrame,
    /// This position.
    Position(u32),
    /// This one.
    Image(ImageReference),
}

/// A reader who has not moved for so long looks at what is there, ms.
pub(super) const PAUSE_MS: f64 = 300.0;
/// … and for so long, has come to rest.
pub(super) const REST_MS: f64 = 500.0;

/// One viewport.
#[derive(Debug)]
pub(super) struct Viewport {
    pub(super) series: Option<SeriesIx>,
    /// Unknown until the series' metadata is here; then always within its positions.
    pub(super) position: Option<u32>,
    pub(super) wish: Wish,
    /// In device pixels.
    pub(super) transform: ViewTransform,
    /// The reader's window; the file's own where absent.
    pub(super) voi: Option<VoiChoice>,
    pub(super) invert: bool,
    /// The presentation state that the reader chose, and the framing it was last given.
    pub(super) state: Option<StateId>,
    pub(super) framing: Option<Framing>,
    /// CSS pixels. 1 × 1 before the first `Resize`, so that a pan in fractions of the viewport is one in pixels.
    pub(super) size: [f64; 2],
    pub(super) dpr: f64,
    pub(super) cine: Player,
    /// Positions per second, towards the end positive.
    pub(super) velocity: f64,
    pub(super) moved_at_ms: f64,
    /// Neighbours wait until the reader has settled: as it was last looked at.
    pub(super) unsettled: bool,
    /// The last original that was drawn, of this series.
    pub(super) last: Option<FrameKey>,
    /// What was last asked to be painted.
    pub(super) painted: Picture,
    pub(super) choices: Shared<Vec<WindowChoice>>,
    /// What they were made from.
    pub(super) choices_basis: Option<(Arc<DisplayHeader>, Option<ValueRange>)>,
}

impl Viewport {
    pub(super) fn new() -> Self {
        Self {
            series: None,
            position: None,
            wish: Wish::KeyFrame,
            transform: ViewTransform::default(),
            voi: None,
            invert: false,
            state: None,
            framing: None,
            size: [1.0, 1.0],
            dpr: 1.0,
            cine: Player::default(),
            velocity: 0.0,
            moved_at_ms: f64::NEG_INFINITY,
            unsettled: false,
            last: None,
            painted: Picture::Empty,
            choices: Shared::new(Vec::new()),
            choices_basis: None,
        }
    }

    /// Forgets what was shown, keeps the element's size.
    pub(super) fn show(&mut self, series: Option<SeriesIx>, wish: Wish) {
        let (size, dpr, painted) = (self.size, self.dpr, self.painted);
        *self = Self { series, wish, size, dpr, painted, ..Self::new() };
    }

    /// Viewport in device pixels.
    pub(super) fn screen(&self) -> [f64; 2] {
        self.size.map(|s| s * self.dpr)
    }

    pub(super) fn resize(&mut self, width: f64, height: f64, dpr: f64) {
        let usable = |v: f64| v.is_finite() && v >= 1.0;
        if !usable(width) || !usable(height) || !dpr.is_finite() || dpr <= 0.0 {
            return;
        }
        let old = self.screen();
        self.size = [width, height];
        self.dpr = dpr;
        let new = self.screen();
        for axis in 0..2 {
            self.transform.pan[axis] *= new[axis] / old[axis];
        }
    }

    pub(super) fn pan(&mut self, dx: f64, dy: f64) {
        if !dx.is_finite() || !dy.is_finite() {
            return;
        }
        self.transform.pan[0] += dx * self.dpr;
        self.transform.pan[1] += dy * self.dpr;
    }

    pub(super) fn zoom(&mut self, factor: f64, anchor: Option<[f64; 2]>) {
        let screen = self.screen();
        let anchor = anchor.map_or(screen.map(|s| s / 2.0), |a| a.map(|v| v * self.dpr));
        if factor.is_finite() && factor > 0.0 && anchor.iter().all(|v| v.is_finite()) {
            self.transform = self.transform.zoomed_at(factor, anchor, screen);
        }
    }

    pub(super) fn fit(&mut self, fit: Fit) {
        self.transform = ViewTransform { zoom: 1.0, pan: [0.0; 2], fit, ..self.transform };
    }

    /// Keeps a strip of the picture within reach.
    pub(super) fn hold_in_sight(&mut self, shape: ImageShape) {
        let screen = self.screen();
        let placed = Placement::new(&self.transform, shape, screen);
        let (a, b) = (
            placed.to_screen([0.0, 0.0]),
            placed.to_screen([f64::from(shape.columns), f64::from(shape.rows)]),
        );
        for axis in 0..2 {
            let shown = (a[axis] - b[axis]).abs();
            let most = ((screen[axis] + shown) / 2.0 - MARGIN).max(0.0);
            let pan = &mut self.transform.pan[axis];
            *pan = if pan.is_finite() { pan.clamp(-most, most) } else { 0.0 };
        }
    }

    /// Takes note of a turn of slices, to guess the next.
    pub(super) fn moved(&mut self, by: f64, now_ms: f64) {
        let ms = now_ms - self.moved_at_ms;
        self.moved_at_ms = now_ms;
        // After a pause this is a new movement, and its speed is not known yet.
        let fresh = if ms < 300.0 { by * 1000.0 / ms.max(8.0) } else { by.signum() * 2.0 };
        self.velocity = if ms < 300.0 { 0.6 * self.velocity + 0.4 * fresh } else { fresh };
    }

    /// Whether the reader was turning the pages a moment ago.
    pub(super) fn turns_at(&self, now_ms: f64) -> bool {
        self.velocity != 0.0 && now_ms < self.moved_at_ms + PAUSE_MS
    }

    /// Speed now: nothing half a second after the last movement.
    pub(super) fn velocity_at(&self, now_ms: f64) -> f64 {
        let fade = 1.0 - (now_ms - self.moved_at_ms) / REST_MS;
        self.velocity * fade.clamp(0.0, 1.0)
    }

    pub(super) fn restore(&mut self, place: &PlaceView) {
        self.series = place.series.map(SeriesIx);
        self.wish = place.position.map_or(Wish::KeyFrame, Wish::Position);
        self.voi = place.voi.map(|voi| match voi {
            PlaceVoi::Window([center, width], function) => VoiChoice::Window { center, width, function },
            PlaceVoi::Table(table) => VoiChoice::Lut(table),
        });
        self.invert = place.inverted;
        let pan = place.pan.unwrap_or_default();
        let screen = self.screen();
        self.transform = ViewTransform {
            zoom: place.zoom.unwrap_or(1.0).clamp(ViewTransform::MIN_ZOOM, ViewTransform::MAX_ZOOM),
            pan: [pan[0] * screen[0], pan[1] * screen[1]],
            quarter_turns: place.turns % 4,
            flip_horizontal: place.mirrored,
            flip_vertical: place.upside_down,
            fit: Fit::Contain,
        };
    }

    /// `shape`: of the frame that is shown, to express "actual size" relative to fit.
    pub(super) fn place(&self, shape: Option<ImageShape>) -> PlaceView {
        let transform = &self.transform;
        let screen = self.screen();
        let mut zoom = transform.zoom;
        if let (Some(shape), true) = (shape, transform.fit != Fit::Contain) {
            let now = Placement::new(transform, shape, screen).screen_per_pixel()[0];
            let fitted = ViewTransform { zoom: 1.0, fit: Fit::Contain, ..*transform };
            zoom = now / Placement::new(&fitted, shape, screen).screen_per_pixel()[0];
        }
        let pan = [transform.pan[0] / screen[0], transform.pan[1] / screen[1]];
        PlaceView {
            series: self.series.map(|s| s.0),
            position: self.position.or(match self.wish {
                Wish::Position(position) => Some(position),
                _ => None,
            }),
            voi: self.voi.and_then(|voi| match voi {
                VoiChoice::Lut(table) => Some(PlaceVoi::Table(table)),
                VoiChoice::Window { center, width, function } => {
                    Some(PlaceVoi::Window([center, width], function))
                }
                VoiChoice::Auto { .. } => {
                    let exact = |(c, w)| PlaceVoi::Window([c, w], WindowFunction::LinearExact);
                    voi.center_width().map(exact)
                }
            }),
            zoom: ((zoom - 1.0).abs() > 1e-4).then_some(zoom),
            pan: pan.iter().any(|p| p.abs() > 1e-4).then_some(pan),
            turns: transform.quarter_turns,
            mirrored: transform.flip_horizontal,
            upside_down: transform.flip_vertical,
            inverted: self.invert,
        }
    }
}

/// LINEAR is only defined for widths of 1 and more (PS3.3 C.11.2.1.2.1).
pub(super) fn usual(width: f64) -> WindowFunction {
    if width >= 1.0 { WindowFunction::Linear } else { WindowFunction::LinearExact }
}
