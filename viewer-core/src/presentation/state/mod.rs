//! Softcopy presentation states: Grayscale (PS3.3 A.33.1), Color (A.33.2), Pseudo-Color (A.33.3).
//!
//! [`PresentationState::read`] believes, corrects or refuses what a data set says; [`PresentationState::for_image`] gives
//! what applies to one frame. "If a LUT is not present in the presentation state it shall be assumed to be an identity
//! transformation. Any LUT in the image shall not be used" (PS3.4 N.2.1.1, N.2.1.3): a state says it all.

mod annotation;
mod applied;
mod layer;
mod read;
mod scope;

use std::sync::Arc;

use thiserror::Error;

use super::{DisplayedArea, Finding, Mark, Overlay, Shutter};
use crate::dicom::header::{LutTable, ModalityLut, Palette, PresentationLut, Window};

pub use applied::{AppliedState, AppliedVoi};
pub use layer::Layer;
pub use scope::{ImageReference, Scope, SeriesReference};

/// Softcopy VOI LUT, PS3.3 C.11.8.
#[derive(Debug, Clone, PartialEq)]
pub enum StateVoi {
    /// A window.
    Window(Window),
    /// A table.
    Table(Arc<LutTable>),
}

/// What kind of state it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateKind {
    /// 1.2.840.10008.5.1.4.1.1.11.1.
    Grayscale,
    /// 1.2.840.10008.5.1.4.1.1.11.2.
    Color,
    /// 1.2.840.10008.5.1.4.1.1.11.3.
    PseudoColor,
}

/// A presentation state that cannot be used at all.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StateError {
    /// Another SOP class: blending, volumetric, XA/XRF and other presentation states among them.
    #[error("SOP class \"{0}\" is no grayscale, color or pseudo-color softcopy presentation state")]
    Class(String),
    /// Referenced Series Sequence (0008,1115) names no image.
    #[error("the presentation state refers to no image")]
    NoImage,
}

/// A presentation state, read once.
#[derive(Debug, Clone, PartialEq)]
pub struct PresentationState {
    /// SOP Instance UID (0008,0018).
    pub sop_instance_uid: String,
    /// By its SOP class.
    pub kind: StateKind,
    /// Content Label (0070,0080).
    pub label: Option<String>,
    /// Content Description (0070,0081).
    pub description: Option<String>,
    /// Presentation Creation Date (0070,0082), YYYYMMDD as the file says it.
    pub date: Option<String>,
    /// Presentation Creation Time (0070,0083), HHMMSS as the file says it.
    pub time: Option<String>,
    /// Content Creator's Name (0070,0084), its first group.
    pub creator: Option<String>,
    /// Which images and frames it is for, PS3.3 C.11.11.
    pub series: Vec<SeriesReference>,
    /// Modality LUT, PS3.3 C.11.1; identity where absent.
    pub modality_lut: ModalityLut,
    /// The last step for grey pictures.
    pub presentation_lut: PresentationLut,
    /// Of a pseudo-color state.
    pub palette: Option<Arc<Palette>>,
    /// Clockwise, 0–3; applied before `flip`.
    pub quarter_turns: u8,
    /// Left and right change places.
    pub flip: bool,
    /// Over every image.
    pub shutter: Option<Shutter>,
    /// Planes of its own, and their groups' layers; and groups of the images' own planes that it activates.
    pub activations: Vec<Activation>,
    /// Layers, the lowest first.
    pub layers: Vec<Layer>,
    /// What was wrong and goes for every image.
    pub findings: Vec<Finding>,
    voi: Vec<(Scope, StateVoi)>,
    areas: Vec<(Scope, DisplayedArea)>,
    marks: Vec<(Scope, usize, Mark)>,
}

/// An overlay that a layer shows, PS3.3 C.11.7.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activation {
    /// Group, 6000 to 601E.
    pub group: u16,
    /// Place of its layer in [`PresentationState::layers`].
    pub layer: usize,
    /// The state's own plane; None: the image's of this group.
    pub own: Option<Overlay>,
}
