//! Calibrated regions of ultrasound pictures (PS3.3 C.8.5.5).

use crate::dicom::dataset::DataSet;
use crate::dicom::header::UltrasoundRegion;
use crate::dicom::tag::{self, Tag};

/// Regions that have bounds, units and steps; others measure nothing and are left out.
pub(super) fn read(data: &DataSet<'_>) -> Vec<UltrasoundRegion> {
    data.items(tag::SEQUENCE_OF_ULTRASOUND_REGIONS).iter().filter_map(region).collect()
}

fn region(item: &DataSet<'_>) -> Option<UltrasoundRegion> {
    let corner = |tag: Tag| u32::try_from(item.int(tag)?).ok();
    let unit = |tag: Tag| u16::try_from(item.int(tag)?).ok();
    let step = |tag: Tag| item.float(tag).filter(|step| *step != 0.0);
    let bounds = [
        corner(tag::REGION_LOCATION_MIN_X0)?,
        corner(tag::REGION_LOCATION_MIN_Y0)?,
        corner(tag::REGION_LOCATION_MAX_X1)?,
        corner(tag::REGION_LOCATION_MAX_Y1)?,
    ];
    if bounds[0] > bounds[2] || bounds[1] > bounds[3] {
        return None;
    }
    Some(UltrasoundRegion {
        bounds,
        units: [unit(tag::PHYSICAL_UNITS_X_DIRECTION)?, unit(tag::PHYSICAL_UNITS_Y_DIRECTION)?],
        delta: [step(tag::PHYSICAL_DELTA_X)?, step(tag::PHYSICAL_DELTA_Y)?],
    })
}
