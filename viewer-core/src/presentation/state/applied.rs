//! What a presentation state says of one frame of one image.

use std::sync::Arc;

use super::{Activation, Layer, PresentationState, StateKind, StateVoi};
use crate::dicom::header::{
    ColourMap, DisplayHeader, LutTable, ModalityLut, Palette, PixelHeader, PresentationLut, SampleKind,
    Window,
};
use crate::dicom::{is_signed_after, stored_range};
use crate::lut::VoiChoice;
use crate::presentation::{DisplayedArea, Finding, Mark, Overlay, Shutter};
use crate::sort::sort_by;

/// VOI of one frame under a state.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum AppliedVoi {
    /// None: the whole range of modality values (PS3.4 N.2.1.3).
    #[default]
    Identity,
    /// A window or a table.
    Given(StateVoi),
}

/// Everything that draws one frame as its author saw it.
#[derive(Debug, Clone, PartialEq)]
pub struct AppliedState {
    /// By its SOP class.
    pub kind: StateKind,
    /// Takes the image's place.
    pub modality_lut: ModalityLut,
    /// Takes the image's place.
    pub voi: AppliedVoi,
    /// Takes the place of the image's own polarity.
    pub presentation_lut: PresentationLut,
    /// Of a pseudo-color state.
    pub palette: Option<Arc<Palette>>,
    /// Clockwise, 0–3; applied before `flip`. [`Self::view`] has both.
    pub quarter_turns: u8,
    /// Left and right of the turned image change places.
    pub flip: bool,
    /// The part to be seen; None: the whole image.
    pub area: Option<DisplayedArea>,
    /// What is not to be seen.
    pub shutter: Option<Shutter>,
    /// Layers, the lowest first: the order of drawing, and colours.
    pub layers: Vec<Layer>,
    /// Overlays and their layers.
    pub activations: Vec<Activation>,
    /// Graphics and texts with the place of their layer, the lowest layer first.
    pub marks: Vec<(usize, Mark)>,
    /// What is not shown as it was written.
    pub findings: Vec<Finding>,
}

impl PresentationState {
    /// What applies to a frame, from 0; None where the state does not refer to it. The first of several windows or areas
    /// for the same frame is taken ("no more than one" is allowed, C.11.8).
    pub fn for_image(&self, sop_instance_uid: &str, frame: u32) -> Option<AppliedState> {
        if !self.series.iter().any(|series| series.images.names(sop_instance_uid, frame)) {
            return None;
        }
        let voi = self.voi.iter().find(|(scope, _)| scope.covers(sop_instance_uid, frame));
        let area = self.areas.iter().find(|(scope, _)| scope.covers(sop_instance_uid, frame));
        let mut marks = Vec::new();
        for (scope, layer, mark) in &self.marks {
            if scope.covers(sop_instance_uid, frame) {
                marks.push((*layer, mark.clone()));
            }
        }
        sort_by(&mut marks, |a, b| a.0.cmp(&b.0));
        Some(AppliedState {
            kind: self.kind,
            modality_lut: self.modality_lut.clone(),
            voi: voi.map_or(AppliedVoi::Identity, |(_, voi)| AppliedVoi::Given(voi.clone())),
            presentation_lut: self.presentation_lut.clone(),
            palette: self.palette.clone(),
            quarter_turns: self.quarter_turns,
            flip: self.flip,
            area: area.map(|(_, area)| *area),
            shutter: self.shutter.clone(),
            layers: self.layers.clone(),
            activations: self.activations.clone(),
            marks,
            findings: self.findings.clone(),
        })
    }
}

impl AppliedState {
    /// The header to draw with instead of the image's own, and the window to begin with. Padding and the image's palette
    /// stay: a state cannot say anything else (C.7.5.1.1.2). A color state changes no value.
    pub fn display(&self, image: &DisplayHeader, pixels: &PixelHeader) -> (DisplayHeader, Option<VoiChoice>) {
        let mut header = image.clone();
        if self.kind == StateKind::Color {
            return (header, None);
        }
        header.modality_lut = match &self.modality_lut {
            ModalityLut::Table(table) => {
                ModalityLut::Table(with_sign(table, pixels.kind == SampleKind::Signed))
            }
            other => other.clone(),
        };
        header.windows = Vec::new();
        header.voi_luts = Vec::new();
        header.softcopy = Some(self.presentation_lut.clone());
        if let Some(palette) = &self.palette {
            header.colours = Some(ColourMap::Pseudo(Arc::clone(palette)));
        }
        let voi = match &self.voi {
            AppliedVoi::Given(StateVoi::Window(window)) => {
                let Window { center, width, function, .. } = *window;
                header.windows.push(window.clone());
                VoiChoice::Window { center, width, function }
            }
            AppliedVoi::Given(StateVoi::Table(table)) => {
                let signed = is_signed_after(pixels, &header.modality_lut);
                header.voi_luts.push(with_sign(table, signed));
                VoiChoice::Lut(0)
            }
            AppliedVoi::Identity => whole_range(&header.modality_lut, pixels),
        };
        (header, Some(voi))
    }

    /// Overlays to draw, with the place of their layer: the state's own, or `image`'s of a group that the state
    /// activates.
    pub fn overlays<'a>(&'a self, image: &'a [Overlay]) -> Vec<(usize, &'a Overlay)> {
        let mut found = Vec::new();
        for activation in &self.activations {
            let of_image = || image.iter().find(|overlay| overlay.group == activation.group);
            let overlay = activation.own.as_ref().or_else(of_image);
            found.extend(overlay.map(|overlay| (activation.layer, overlay)));
        }
        found
    }
}

/// The first value mapped is signed where what is looked up can be negative (C.11.1.1, C.11.2.1.1), whatever value
/// representation a writer gave it.
fn with_sign(table: &Arc<LutTable>, signed: bool) -> Arc<LutTable> {
    if signed && table.first > i32::from(i16::MAX) {
        return Arc::new(LutTable { first: table.first - 0x1_0000, ..(**table).clone() });
    }
    Arc::clone(table)
}

/// Black is the smallest value that modality values can have, white the largest.
fn whole_range(lut: &ModalityLut, pixels: &PixelHeader) -> VoiChoice {
    let (low, high) = stored_range(pixels);
    let (min, max) = match lut {
        ModalityLut::Identity => (low, high),
        ModalityLut::Rescale { slope, intercept } => {
            let ends = [low * slope + intercept, high * slope + intercept];
            (ends[0].min(ends[1]), ends[0].max(ends[1]))
        }
        ModalityLut::Table(table) => (0.0, 2f64.powi(table.bits.into()) - 1.0),
    };
    // Floats have no range of their own.
    if max - min < 1e15 { VoiChoice::Auto { min, max } } else { VoiChoice::Auto { min: 0.0, max: 1.0 } }
}
