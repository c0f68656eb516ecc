//! What the screen shows: numbers and states, no words. Made anew after each event; each part compares cheaply,
//! so that a view can be memoised part by part.

use super::action::{Page, Tool, ViewportIx};
use super::closed::Closed;
use super::event::{Renderer, StoreFailure};
use super::film::Film;
use crate::cache::{Failure, FrameKey, SeriesIx};
use crate::geometry::{ImageShape, ScaleBar, SideLetters, ViewTransform};
use crate::lut::presets::PresetName;
use crate::lut::{ValueRange, VoiChoice};
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
    /// Distance between neighbours, mm, where it is one.
    pub spacing_mm: Option<f64>,
    /// Neighbours lie at unequal distances.
    pub uneven: bool,
    /// Gaps in which slices seem to be missing.
    pub gaps: u32,
    /// Frames that do not say where they lie; they are ordered by number.
    pub unplaced: bool,
    /// Frames of the manifest that the metadata does not have.
    pub missing: u32,
    /// More than one stack (phases, echoes, orientations): shown one after the other.
    pub stacks: u32,
}

/// One viewport.
#[derive(Debug, Clone, PartialEq)]
pub struct ViewportView {
    /// What it shows; nothing where absent.
    pub series: Option<SeriesIx>,
    /// Position of the frame that was asked for, from 0; unknown until the metadata is here.
    pub position: Option<u32>,
    /// Positions.
    pub count: u32,
    /// What to draw.
    pub picture: Picture,
    /// What the drawn pixels are.
    pub fidelity: Option<Fidelity>,
    /// Why the original that was asked for is not here and will not come by itself.
    pub missing: Option<Failure>,
    /// Numbers for the corners.
    pub overlay: Overlay,
    /// What lies towards each side of the screen; absent without a plane, and for previews.
    pub orientation: Option<SideLetters>,
    /// A scale bar in CSS pixels, at most a third of the viewport; absent without millimetres, and for previews.
    pub scale: Option<ScaleBar>,
    /// Windows and tables to choose from: the file's, then those of the modality.
    pub choices: Shared<Vec<WindowChoice>>,
    /// Cine.
    pub cine: Cine,
}

/// What to draw in a viewport.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Picture {
    /// No series.
    Empty,
    /// The frame that was asked for is not here yet. What was drawn last may stay, dimmed, under *its own* number.
    Waiting {
        /// What was drawn last, of the same series.
        held: Option<Held>,
    },
    /// The preview of the key frame, which is the frame that was asked for. Drawn into the original's rows and
    /// columns: the transform is the original's.
    Preview(Drawn<SeriesIx>),
    /// The frame that was asked for.
    Frame(Drawn<FrameKey>),
    /// It cannot be had.
    Failed {
        /// Why.
        failure: Failure,
    },
}

/// Something drawable and how.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drawn<K> {
    /// What.
    pub key: K,
    /// Which window or table; a preview has its own baked in, and ignores it. Absent for colour.
    pub voi: Option<VoiChoice>,
    /// Where its pixels go, in **device pixels** of the viewport.
    pub transform: ViewTransform,
    /// Size of the original and shape of its pixels.
    pub shape: ImageShape,
    /// Swap black and white, by the reader's wish.
    pub invert: bool,
}

/// A picture that is not the one that was asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Held {
    /// What.
    pub drawn: HeldPicture,
    /// Its own position, from 0; unknown for a preview before the metadata is here.
    pub position: Option<u32>,
}

/// Kind of held picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum HeldPicture {
    /// An original.
    Frame(Drawn<FrameKey>),
    /// The key frame's preview.
    Preview(Drawn<SeriesIx>),
}

/// What pixels on screen are worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fidelity {
    /// Not the original: a JPEG made for speed. Nothing is measured on it.
    Preview,
    /// The stored values.
    Original,
    /// The stored values, which were lossily compressed before they came here.
    LossyOriginal,
}

/// Numbers for a viewport's corners. Of the frame that was asked for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Overlay {
    /// The window in use, in modality values: centre, width.
    pub window: Option<[f64; 2]>,
    /// Which of the choices it is, if it is one.
    pub choice: Option<usize>,
    /// Unit of the window's values: "HU".
    pub units: Option<Arc<str>>,
    /// Black and white are swapped.
    pub inverted: bool,
    /// Device pixels per pixel of the picture, in percent.
    pub zoom_percent: Option<f64>,
    /// Instance Number (0020,0013).
    pub instance_number: Option<i32>,
    /// Frame of its instance, from 1; absent for single-frame instances.
    pub frame: Option<u32>,
    /// Signed distance along the stack's normal, mm.
    pub slice_mm: Option<f64>,
    /// Slice Thickness, mm.
    pub thickness_mm: Option<f64>,
    /// What lengths rest on.
    pub basis: Option<Basis>,
    /// Rows, columns.
    pub size: Option<[u32; 2]>,
}

/// What the distance between pixels rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// mm in the patient.
    Patient,
    /// mm at the detector.
    Detector,
    /// Calibrated regions of ultrasound.
    Regions,
    /// Pixels only.
    Pixels,
}

/// A window or table that can be chosen by name.
#[derive(Debug, Clone, PartialEq)]
pub struct WindowChoice {
    /// Who offers it.
    pub name: ChoiceName,
    /// What it is.
    pub voi: VoiChoice,
}

/// Name of a choice.
#[derive(Debug, Clone, PartialEq)]
pub enum ChoiceName {
    /// The file's nth (from 0), with the explanation it gives.
    File {
        /// From 0.
        index: usize,
        /// Window Center & Width Explanation, or LUT Explanation.
        explanation: Option<Arc<str>>,
    },
    /// One of the modality's usual ones.
    Preset(PresetName),
    /// From the values themselves: of the first frame of the series that was decoded.
    Auto(ValueRange),
}

/// Cine of a viewport.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cine {
    /// Runs.
    pub playing: bool,
    /// Wished rate, frames per second.
    pub fps: f64,
    /// Frames left out in this run because they had not arrived.
    pub skipped: u32,
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
