//! A data set → [`PresentationState`].

use std::sync::Arc;

use super::scope::{Scope, SeriesReference};
use super::{Activation, PresentationState, StateError, StateKind, StateVoi, annotation, layer};
use crate::dicom::dataset::DataSet;
use crate::dicom::header::{LutTable, ModalityLut, PresentationLut};
use crate::dicom::limits::Limits;
use crate::dicom::tag::{self, Tag};
use crate::dicom::vr::Vr;
use crate::dicom::{lut_table, read_palette, uid, windows};
use crate::presentation::{DisplayedArea, Finding, Overlay, SizeMode, overlay, shutter};

fn kind(sop_class: &str) -> Option<StateKind> {
    let place = uid::PRESENTATION_STATES.iter().position(|known| *known == sop_class)?;
    [StateKind::Grayscale, StateKind::Color, StateKind::PseudoColor].get(place).copied()
}

impl PresentationState {
    /// Reads a presentation state, from a file or from DICOM JSON.
    ///
    /// # Errors
    /// Another SOP class, or no image that it is for. What is wrong otherwise is a finding.
    pub fn read(data: &DataSet<'_>, limits: &Limits) -> Result<Self, StateError> {
        let class = data.string(tag::SOP_CLASS_UID).unwrap_or_default();
        let kind = kind(&class).ok_or(StateError::Class(class))?;
        let series = series(data);
        if series.is_empty() {
            return Err(StateError::NoImage);
        }
        let mut findings = Vec::new();
        let mut note = |condition: bool, finding: Finding| {
            if condition {
                findings.push(finding);
            }
        };
        note(!data.items(tag::MASK_SUBTRACTION_SEQUENCE).is_empty(), Finding::Mask);
        note(data.get(tag::ICC_PROFILE).is_some() && kind != StateKind::Grayscale, Finding::Profile);
        let turns = data.int(tag::IMAGE_ROTATION).unwrap_or(0);
        note(turns % 90 != 0, Finding::Rotation);
        let palette = (kind == StateKind::PseudoColor).then(|| read_palette(data, false, limits).ok());
        note(palette == Some(None), Finding::Palette);
        let palette = palette.flatten().map(Arc::new);
        let modality_lut = modality_lut(data, limits, &mut findings);
        let presentation_lut = presentation_lut(data, kind, limits, &mut findings);
        let overlays = overlay::read(data, limits, &mut findings);
        let shutter = shutter::read(data, &overlays, &mut findings);
        let mut layers = layer::read(data);
        let activations = activations(data, overlays, &mut layers);
        let marks = annotation::read(data, &mut layers, &mut findings);
        let voi = voi(data, limits, &mut findings);
        let areas = areas(data, &mut findings);
        let creator = data.person_name(tag::CONTENT_CREATOR_NAME).alphabetic;
        Ok(Self {
            sop_instance_uid: data.string(tag::SOP_INSTANCE_UID).unwrap_or_default(),
            kind,
            label: data.string(tag::CONTENT_LABEL),
            description: data.string(tag::CONTENT_DESCRIPTION),
            date: data.string(tag::PRESENTATION_CREATION_DATE),
            time: data.string(tag::PRESENTATION_CREATION_TIME),
            creator: Some(creator).filter(|name| !name.is_empty()),
            series,
            modality_lut,
            presentation_lut,
            palette,
            quarter_turns: (turns / 90).rem_euclid(4) as u8,
            flip: data.string(tag::IMAGE_HORIZONTAL_FLIP).as_deref() == Some("Y"),
            shutter,
            activations,
            layers,
            findings,
            voi,
            areas,
            marks,
        })
    }
}

fn series(data: &DataSet<'_>) -> Vec<SeriesReference> {
    let mut found = Vec::new();
    for item in data.items(tag::REFERENCED_SERIES_SEQUENCE) {
        let images = Scope::read(item);
        if !images.0.is_empty() {
            let series_instance_uid = item.string(tag::SERIES_INSTANCE_UID).unwrap_or_default();
            found.push(SeriesReference { series_instance_uid, images });
        }
    }
    found
}

/// The table of an item. Its first value is signed where its representation says so; what the image's own sign has to
/// say is added when the state is applied.
fn table(item: &DataSet<'_>, limits: &Limits) -> Option<Arc<LutTable>> {
    let signed = item.get(tag::LUT_DESCRIPTOR).is_some_and(|descriptor| descriptor.vr == Vr::SS);
    lut_table(item, signed, limits).map(Arc::new)
}

/// The table, else slope and intercept (C.11.1), else nothing at all (PS3.4 N.2.1.1).
fn modality_lut(data: &DataSet<'_>, limits: &Limits, findings: &mut Vec<Finding>) -> ModalityLut {
    if let Some(item) = data.items(tag::MODALITY_LUT_SEQUENCE).first() {
        if let Some(table) = table(item, limits) {
            return ModalityLut::Table(table);
        }
        findings.push(Finding::ModalityLut);
    }
    let slope = data.float(tag::RESCALE_SLOPE).filter(|slope| *slope != 0.0);
    match (slope, data.float(tag::RESCALE_INTERCEPT)) {
        (None, None) => ModalityLut::Identity,
        (slope, intercept) => {
            ModalityLut::Rescale { slope: slope.unwrap_or(1.0), intercept: intercept.unwrap_or(0.0) }
        }
    }
}

/// C.11.6. Color states have none (A.33.2).
fn presentation_lut(
    data: &DataSet<'_>,
    kind: StateKind,
    limits: &Limits,
    findings: &mut Vec<Finding>,
) -> PresentationLut {
    let item = data.items(tag::PRESENTATION_LUT_SEQUENCE).first();
    if let Some(table) = item.and_then(|item| table(item, limits)) {
        return PresentationLut::Table(table);
    }
    match data.string(tag::PRESENTATION_LUT_SHAPE).as_deref() {
        Some("INVERSE") => return PresentationLut::Inverse,
        Some("IDENTITY") => {}
        None if kind != StateKind::Grayscale && item.is_none() => {}
        _ => findings.push(Finding::PresentationLut),
    }
    PresentationLut::Identity
}

/// C.11.8: a table or a window for each set of images.
fn voi(data: &DataSet<'_>, limits: &Limits, findings: &mut Vec<Finding>) -> Vec<(Scope, StateVoi)> {
    let mut found = Vec::new();
    for item in data.items(tag::SOFTCOPY_VOI_LUT_SEQUENCE) {
        let of_item = item.items(tag::VOI_LUT_SEQUENCE).first();
        let table = of_item.and_then(|item| table(item, limits)).map(StateVoi::Table);
        let window = || windows(item).into_iter().next().map(StateVoi::Window);
        match table.or_else(window) {
            Some(voi) => found.push((Scope::read(item), voi)),
            None => findings.push(Finding::Voi),
        }
    }
    found
}

/// C.10.4. Corners are column\row from 1, of pixels that are still to be seen, before rotation and flip; which of them is
/// the left one depends on those.
fn areas(data: &DataSet<'_>, findings: &mut Vec<Finding>) -> Vec<(Scope, DisplayedArea)> {
    let mut found = Vec::new();
    for item in data.items(tag::DISPLAYED_AREA_SELECTION_SEQUENCE) {
        let corner = |tag: Tag| item.floats_exact::<2>(tag);
        let corners = corner(tag::DISPLAYED_AREA_TOP_LEFT).zip(corner(tag::DISPLAYED_AREA_BOTTOM_RIGHT));
        let Some(([x1, y1], [x2, y2])) = corners else {
            findings.push(Finding::DisplayedArea);
            continue;
        };
        let positive = |[a, b]: &[f64; 2]| *a > 0.0 && *b > 0.0 && (1e-3..=1e3).contains(&(a / b));
        let spacing = corner(tag::PRESENTATION_PIXEL_SPACING).filter(positive);
        let ratio = corner(tag::PRESENTATION_PIXEL_ASPECT_RATIO).filter(positive);
        let magnified = item.float(tag::PRESENTATION_PIXEL_MAGNIFICATION_RATIO).filter(|ratio| *ratio > 0.0);
        let mode = match item.string(tag::PRESENTATION_SIZE_MODE).as_deref() {
            Some("TRUE SIZE") => {
                findings.push(Finding::TrueSize);
                spacing.map_or(SizeMode::Fit, SizeMode::TrueSize)
            }
            Some("MAGNIFY") => magnified.map_or(SizeMode::Fit, SizeMode::Magnify),
            _ => SizeMode::Fit,
        };
        let area = DisplayedArea {
            bounds: [x1.min(x2) - 1.0, y1.min(y2) - 1.0, x1.max(x2), y1.max(y2)],
            mode,
            pixel_aspect: spacing.or(ratio).map(|[vertical, horizontal]| vertical / horizontal),
        };
        found.push((Scope::read(item), area));
    }
    found
}

/// C.11.7: a plane is shown in the layer that its group names, and not at all without one.
fn activations(
    data: &DataSet<'_>,
    overlays: Vec<Overlay>,
    layers: &mut Vec<layer::Layer>,
) -> Vec<Activation> {
    let mut found = Vec::new();
    for group in (0x6000..=0x601E).step_by(2) {
        let Some(name) = data.string(Tag(group, tag::overlay::ACTIVATION_LAYER)) else { continue };
        let own = overlays.iter().find(|overlay| overlay.group == group).cloned();
        found.push(Activation { group, layer: layer::place(layers, &name), own });
    }
    found
}
