//! Which attributes the viewer reads: the gateway's trimmed metadata and the reader agree by this list.

use crate::dicom::tag::{self, Tag, overlay};

/// Attributes at any level, functional groups and their sequences included, by ascending tag. Lookup tables are
/// meant to be sent inline; pixel data and the bits of overlays as BulkDataURI.
const TAGS: &[Tag] = &[
    tag::SPECIFIC_CHARACTER_SET,
    tag::IMAGE_TYPE,
    tag::SOP_CLASS_UID,
    tag::SOP_INSTANCE_UID,
    tag::MODALITY,
    tag::AVAILABLE_TRANSFER_SYNTAX_UID,
    tag::PIXEL_PRESENTATION,
    tag::CINE_RATE,
    tag::SLICE_THICKNESS,
    tag::ECHO_TIME,
    tag::TRIGGER_TIME,
    tag::FRAME_TIME,
    tag::FRAME_TIME_VECTOR,
    tag::ESTIMATED_RADIOGRAPHIC_MAGNIFICATION_FACTOR,
    tag::IMAGER_PIXEL_SPACING,
    tag::SHUTTER_SHAPE,
    tag::SHUTTER_LEFT_VERTICAL_EDGE,
    tag::SHUTTER_RIGHT_VERTICAL_EDGE,
    tag::SHUTTER_UPPER_HORIZONTAL_EDGE,
    tag::SHUTTER_LOWER_HORIZONTAL_EDGE,
    tag::CENTER_OF_CIRCULAR_SHUTTER,
    tag::RADIUS_OF_CIRCULAR_SHUTTER,
    tag::VERTICES_OF_THE_POLYGONAL_SHUTTER,
    tag::SHUTTER_PRESENTATION_VALUE,
    tag::SHUTTER_OVERLAY_GROUP,
    tag::SHUTTER_PRESENTATION_COLOR_CIELAB_VALUE,
    tag::NOMINAL_SCANNED_PIXEL_SPACING,
    tag::SEQUENCE_OF_ULTRASOUND_REGIONS,
    tag::REGION_SPATIAL_FORMAT,
    tag::REGION_DATA_TYPE,
    tag::REGION_FLAGS,
    tag::REGION_LOCATION_MIN_X0,
    tag::REGION_LOCATION_MIN_Y0,
    tag::REGION_LOCATION_MAX_X1,
    tag::REGION_LOCATION_MAX_Y1,
    tag::PHYSICAL_UNITS_X_DIRECTION,
    tag::PHYSICAL_UNITS_Y_DIRECTION,
    tag::PHYSICAL_DELTA_X,
    tag::PHYSICAL_DELTA_Y,
    tag::EFFECTIVE_ECHO_TIME,
    tag::DIFFUSION_B_VALUE,
    tag::MR_ECHO_SEQUENCE,
    tag::MR_DIFFUSION_SEQUENCE,
    tag::CARDIAC_SYNCHRONIZATION_SEQUENCE,
    tag::MR_IMAGE_FRAME_TYPE_SEQUENCE,
    tag::CT_IMAGE_FRAME_TYPE_SEQUENCE,
    tag::STUDY_INSTANCE_UID,
    tag::SERIES_INSTANCE_UID,
    tag::SERIES_NUMBER,
    tag::ACQUISITION_NUMBER,
    tag::INSTANCE_NUMBER,
    tag::PATIENT_ORIENTATION,
    tag::IMAGE_POSITION_PATIENT,
    tag::IMAGE_ORIENTATION_PATIENT,
    tag::FRAME_OF_REFERENCE_UID,
    tag::TEMPORAL_POSITION_IDENTIFIER,
    tag::STACK_ID,
    tag::FRAME_CONTENT_SEQUENCE,
    tag::PLANE_POSITION_SEQUENCE,
    tag::PLANE_ORIENTATION_SEQUENCE,
    tag::TEMPORAL_POSITION_INDEX,
    tag::NOMINAL_CARDIAC_TRIGGER_DELAY_TIME,
    tag::SAMPLES_PER_PIXEL,
    tag::PHOTOMETRIC_INTERPRETATION,
    tag::PLANAR_CONFIGURATION,
    tag::NUMBER_OF_FRAMES,
    tag::ROWS,
    tag::COLUMNS,
    tag::PIXEL_SPACING,
    tag::PIXEL_ASPECT_RATIO,
    tag::BITS_ALLOCATED,
    tag::BITS_STORED,
    tag::HIGH_BIT,
    tag::PIXEL_REPRESENTATION,
    tag::PIXEL_PADDING_VALUE,
    tag::PIXEL_PADDING_RANGE_LIMIT,
    tag::FLOAT_PIXEL_PADDING_VALUE,
    tag::DOUBLE_FLOAT_PIXEL_PADDING_VALUE,
    tag::FLOAT_PIXEL_PADDING_RANGE_LIMIT,
    tag::DOUBLE_FLOAT_PIXEL_PADDING_RANGE_LIMIT,
    tag::PIXEL_SPACING_CALIBRATION_TYPE,
    tag::WINDOW_CENTER,
    tag::WINDOW_WIDTH,
    tag::RESCALE_INTERCEPT,
    tag::RESCALE_SLOPE,
    tag::RESCALE_TYPE,
    tag::WINDOW_CENTER_WIDTH_EXPLANATION,
    tag::VOI_LUT_FUNCTION,
    tag::RED_PALETTE_DESCRIPTOR,
    tag::GREEN_PALETTE_DESCRIPTOR,
    tag::BLUE_PALETTE_DESCRIPTOR,
    tag::RED_PALETTE_DATA,
    tag::GREEN_PALETTE_DATA,
    tag::BLUE_PALETTE_DATA,
    tag::RED_SEGMENTED_PALETTE_DATA,
    tag::GREEN_SEGMENTED_PALETTE_DATA,
    tag::BLUE_SEGMENTED_PALETTE_DATA,
    tag::ICC_PROFILE,
    tag::LOSSY_IMAGE_COMPRESSION,
    tag::MODALITY_LUT_SEQUENCE,
    tag::LUT_DESCRIPTOR,
    tag::LUT_EXPLANATION,
    tag::MODALITY_LUT_TYPE,
    tag::LUT_DATA,
    tag::VOI_LUT_SEQUENCE,
    tag::PIXEL_MEASURES_SEQUENCE,
    tag::FRAME_VOI_LUT_SEQUENCE,
    tag::PIXEL_VALUE_TRANSFORMATION_SEQUENCE,
    tag::OPTICAL_PATH_SEQUENCE,
    tag::UNITS,
    tag::PRESENTATION_LUT_SHAPE,
    tag::GRID_FRAME_OFFSET_VECTOR,
    tag::SHARED_FUNCTIONAL_GROUPS_SEQUENCE,
    tag::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE,
    tag::FLOAT_PIXEL_DATA,
    tag::DOUBLE_FLOAT_PIXEL_DATA,
    tag::PIXEL_DATA,
];

/// Elements of every overlay's group, by ascending number.
const OVERLAY: &[u16] = &[
    overlay::ROWS,
    overlay::COLUMNS,
    overlay::FRAMES,
    overlay::DESCRIPTION,
    overlay::TYPE,
    overlay::SUBTYPE,
    overlay::ORIGIN,
    overlay::IMAGE_FRAME_ORIGIN,
    overlay::BITS_ALLOCATED,
    overlay::BIT_POSITION,
    overlay::LABEL,
    overlay::DATA,
];

/// The attributes that [`super::read_header`] and the shutter's reader read, at every level; of overlays, which are
/// read besides, [`is_viewer_tag`] knows.
pub fn viewer_tags() -> &'static [Tag] {
    TAGS
}

/// Whether [`super::read_header`], or the reader of shutters and overlays ([`crate::presentation`]), reads an attribute.
pub fn is_viewer_tag(tag: Tag) -> bool {
    TAGS.binary_search(&tag).is_ok() || (tag.is_overlay() && OVERLAY.binary_search(&tag.1).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_so_that_it_can_be_searched() {
        assert!(TAGS.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(OVERLAY.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(is_viewer_tag(Tag(0x601E, 0x3000)) && !is_viewer_tag(Tag(0x6001, 0x3000)));
    }
}
