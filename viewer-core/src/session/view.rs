//! What the screen shows: numbers and states, no words. Made anew after each event; each part compares cheaply,
//! so that a view can be memoised part by part.

use super::action::{Page, Tool, ViewportIx};
use super::closed::Closed;
use super::event::{Renderer, StoreFailure};
use super::film::Film;
use super::viewport_view::ViewportView;
use crate::cache::{Failure, SeriesIx};
use std::sync::Arc;

/// The whole screen.
#[derive(Debug, Clone, PartialEq)]
pub struct ViewModel {
    /// Which of the four.
    pub screen: Screen,
    /// The film, once it is open.
    pub film: Option<Film>,
    /// One per series of the film, by [`SeriesIx`].
    pub series: Vec<SeriesView>,
    /// `layout.rows × layout.columns` of them, row by row.
    pub viewports: Vec<ViewportView>,
    /// The one that keys and tools without a viewport mean.
    pub active: ViewportIx,
    /// The grid.
    pub layout: Layout,
    /// What a drag does.
    pub tool: Tool,
    /// Overlays, shutters and annotations are drawn.
    pub marks: bool,
    /// What is in front.
    pub page: Page,
    /// What the reader has to be told, oldest first, each at most once.
    pub notices: Vec<Notice>,
    /// Who draws.
    pub renderer: Renderer,
    /// How much of the film this device keeps.
    pub keep: Keep,
}

/// Which screen.
#[derive(Debug, Clone, PartialEq)]
pub enum Screen {
    /// The gateway has been asked.
    Opening,
    /// A passcode is wanted.
    Passcode {
        /// Attempts left; unknown before the first answer.
        remaining: Option<u32>,
        /// One was given, and was not right.
        wrong: bool,
        /// One is being checked.
        busy: bool,
    },
    /// The film.
    Film,
    /// Nothing more can be shown.
    Closed(Closed),
}

/// A grid of viewports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// 1–3.
    pub rows: u8,
    /// 1–3.
    pub columns: u8,
}

impl Layout {
    /// Rows × columns, 1–9.
    pub fn count(self) -> usize {
        usize::from(self.rows) * usize::from(self.columns)
    }
}

/// Something to be told. The words are the interface's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// No network; what is here stays.
    Offline,
    /// What is shown was kept on this device; the gateway did not answer.
    FromThisDevice,
    /// The line is slow: the previews go first.
    SlowLine,
    /// Nothing more can be kept here.
    Store(StoreFailure),
    /// The GPU failed; the processor draws.
    GpuLost,
    /// A report names an image that is not in the film.
    ImageNotHere,
    /// The address named a place that is not in the film.
    PlaceNotHere,
}

/// Keeping on this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Keep {
    /// The device can keep.
    pub possible: bool,
    /// The reader asked for the whole film.
    pub wanted: bool,
    /// Frames on disk.
    pub frames: u32,
    /// Bytes on disk.
    pub bytes: u64,
}

/// One series in the list.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesView {
    /// Which.
    pub ix: SeriesIx,
    /// Its metadata.
    pub state: SeriesState,
    /// The platform holds a preview of its key frame.
    pub preview: PreviewState,
    /// Frames: of the manifest until the metadata is here, of the metadata after.
    pub frames: u32,
    /// Frames whose encoded bytes are on this device, in memory or on disk.
    pub arrived: u32,
    /// Frames whose samples are in memory.
    pub decoded: u32,
    /// Frames that cannot be had.
    pub failed: u32,
    /// What ordering in space found; default until the metadata is here.
    pub findings: Findings,
    /// A viewport shows it.
    pub shown: bool,
}

/// A series' metadata.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeriesState {
    /// Nobody has asked yet.
    NotOpened,
    /// On its way.
    Loading,
    /// Here.
    Ready,
    /// It did not come.
    Failed(Failure),
}

/// A series' preview.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PreviewState {
    /// Not asked for.
    None,
    /// On its way.
    Loading,
    /// Here.
    Ready,
    /// It did not come.
    Failed(Failure),
}

/// What the frames' places in space say.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Findings {
    /// Distance between neighbours in the largest stack, mm: the median.
    pub spacing_mm: Option<f64>,
    /// Neighbours lie at unequal distances.
    pub uneven: bool,
    /// Gaps in which slices seem to be missing.
    pub gaps: u32,
    /// Frames that lie in the place of another.
    pub doubles: u32,
    /// Lean of the largest stack, degrees: a tilted gantry. Absent where it stands upright.
    pub tilt_degrees: Option<f64>,
    /// Frames that do not say where they lie; they are ordered by number.
    pub unplaced: bool,
    /// Frames of the manifest that the metadata does not have.
    pub missing: u32,
    /// More than one stack (phases, echoes, orientations): shown one after the other.
    pub stacks: u32,
}

/// An [`Arc`] that compares by identity: equal means "nothing changed", at the price of a pointer.
#[derive(Debug)]
pub struct Shared<T>(Arc<T>);

impl<T> Shared<T> {
    /// Shares a value.
    pub fn new(value: T) -> Self {
        Self(Arc::new(value))
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl<T> std::ops::Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}
