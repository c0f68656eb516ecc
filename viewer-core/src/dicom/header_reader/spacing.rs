//! Size of a pixel and what it rests on (PS3.3 10.7.1).

use super::groups::Groups;
use crate::dicom::dataset::DataSet;
use crate::dicom::header::Spacing;
use crate::dicom::tag::{self, Tag};

/// Modalities whose pictures are projections: their Pixel Spacing is that of the detector unless it is calibrated
/// (10.7.1.3).
const PROJECTIONS: [&str; 9] = ["CR", "DX", "MG", "XA", "RF", "IO", "PX", "DR", "RG"];

pub(super) fn read(groups: &Groups<'_>) -> Spacing {
    let root = groups.root;
    let measures = groups.holding(tag::PIXEL_MEASURES_SEQUENCE, tag::PIXEL_SPACING);
    let pixel = pair(measures, tag::PIXEL_SPACING);
    let detector =
        pair(root, tag::IMAGER_PIXEL_SPACING).or_else(|| pair(root, tag::NOMINAL_SCANNED_PIXEL_SPACING));
    let calibrated = root.string(tag::PIXEL_SPACING_CALIBRATION_TYPE).is_some();
    let projection =
        root.string(tag::MODALITY).is_some_and(|modality| PROJECTIONS.contains(&modality.as_str()));
    match (pixel, detector) {
        (Some(pixel), _) if calibrated => Spacing::Patient(pixel),
        // Two values that differ: Pixel Spacing has been corrected for something.
        (Some(pixel), Some(detector)) if !same(pixel, detector) => Spacing::Patient(pixel),
        (_, Some(detector)) => at_detector(root, detector),
        (Some(pixel), None) if projection => at_detector(root, pixel),
        (Some(pixel), None) => Spacing::Patient(pixel),
        (None, None) => Spacing::Ratio(pair(root, tag::PIXEL_ASPECT_RATIO).unwrap_or([1.0, 1.0])),
    }
}

/// Spacing that nobody has calibrated. Where the equipment estimates how much larger the patient is drawn there than he
/// is (0018,1114), the estimate is divided out; a factor below 1 would mean that the detector lies before him.
fn at_detector(root: &DataSet<'_>, spacing: [f64; 2]) -> Spacing {
    match root.float(tag::ESTIMATED_RADIOGRAPHIC_MAGNIFICATION_FACTOR) {
        Some(factor) if factor > 1.0 => Spacing::Estimated(spacing.map(|mm| mm / factor)),
        _ => Spacing::Detector(spacing),
    }
}

/// Two positive numbers, row before column: vertical first, in every attribute read here.
fn pair(data: &DataSet<'_>, tag: Tag) -> Option<[f64; 2]> {
    let pair = data.floats_exact::<2>(tag)?;
    pair.iter().all(|value| *value > 0.0).then_some(pair)
}

fn same(a: [f64; 2], b: [f64; 2]) -> bool {
    a.iter().zip(b).all(|(a, b)| (a - b).abs() <= 1e-4 * b)
}
