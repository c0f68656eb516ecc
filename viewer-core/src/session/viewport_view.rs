//! What one viewport shows: the picture, what it is worth, and the numbers around it.

use super::states::StateId;
use super::view::Shared;
use crate::cache::{Failure, FrameKey, SeriesIx};
use crate::geometry::{ImageShape, ScaleBar, SideLetters, ViewTransform};
use crate::lut::presets::PresetName;
use crate::lut::{ValueRange, VoiChoice};
use std::sync::Arc;

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
    /// What lies towards each side of the screen; absent where the file does not say, and for previews.
    pub orientation: Option<SideLetters>,
    /// A scale bar in CSS pixels, at most a third of the viewport; absent without millimetres, and for previews.
    pub scale: Option<ScaleBar>,
    /// Windows and tables to choose from: the file's, then those of the modality.
    pub choices: Shared<Vec<WindowChoice>>,
    /// Presentation states that name the frame that was asked for, with their words.
    pub states: Vec<(StateId, Option<Arc<str>>)>,
    /// Which of them it is shown under.
    pub state: Option<StateId>,
    /// The state says something that is not done.
    pub state_incomplete: bool,
    /// The frame's file has overlays or a shutter.
    pub has_marks: bool,
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
    /// A small preview of the frame that was asked for, drawn likewise.
    FramePreview(Drawn<FrameKey>),
    /// The frame that was asked for.
    Frame(Drawn<FrameKey>),
    /// A video, whole: the platform plays it, or says why it cannot (see [`ViewportView::missing`]).
    Video(FrameKey),
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
    /// The presentation state that it is drawn under: [`super::Session::display`] has its tables.
    pub state: Option<StateId>,
    /// What lies over it (overlays, shutters, annotations of the state) is drawn.
    pub marks: bool,
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
    /// What there is of the stored values: the frame's bytes end early or are damaged, rows or detail are missing.
    Incomplete,
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
    /// Which stack of the series, of how many, from 1; absent where there is only one.
    pub stack: Option<[u32; 2]>,
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
    /// mm in the patient, by an estimated magnification.
    Estimated,
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
    /// From the values themselves: of the first frame of its stack that was decoded.
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
