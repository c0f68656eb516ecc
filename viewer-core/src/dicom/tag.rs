//! Data element tags, and the small table of those that this program reads (PS3.6).

use core::fmt;

use super::vr::Vr;

/// Group and element number of a data element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(pub u16, pub u16);

impl Tag {
    /// From the 8 hexadecimal digits of DICOM JSON and DICOMweb queries ("00100010").
    pub fn from_hex(text: &str) -> Option<Self> {
        if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let number = u32::from_str_radix(text, 16).ok()?;
        Some(Self((number >> 16) as u16, number as u16))
    }

    /// 8 upper-case hexadecimal digits, as DICOM JSON wants them (PS3.18 F.2.2).
    pub fn to_hex(self) -> String {
        format!("{:04X}{:04X}", self.0, self.1)
    }

    /// Whether this is a private element (odd group, PS3.5 section 7.8).
    pub fn is_private(self) -> bool {
        self.0 & 1 == 1
    }

    /// Whether this is a private creator: (gggg,0010–00FF) with gggg odd.
    pub fn is_private_creator(self) -> bool {
        self.is_private() && (0x10..=0xFF).contains(&self.1)
    }

    /// Whether this is a group length (gggg,0000).
    pub fn is_group_length(self) -> bool {
        self.1 == 0
    }

    /// Whether this element holds pixels: Pixel Data, Float Pixel Data or Double Float Pixel Data.
    pub fn is_pixel_data(self) -> bool {
        matches!(self, PIXEL_DATA | FLOAT_PIXEL_DATA | DOUBLE_FLOAT_PIXEL_DATA)
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({:04x},{:04x})", self.0, self.1)
    }
}

macro_rules! tags {
    ($($name:ident = $group:literal, $element:literal, $vr:ident, $words:literal;)*) => {
        $(
            #[doc = $words]
            pub const $name: Tag = Tag($group, $element);
        )*

        /// Every tag above, in order, with its value representation.
        const TABLE: &[(Tag, Vr)] = &[$((Tag($group, $element), Vr::$vr),)*];
    };
}

tags! {
    FILE_META_GROUP_LENGTH = 0x0002, 0x0000, UL, "File Meta Information Group Length.";
    MEDIA_STORAGE_SOP_CLASS_UID = 0x0002, 0x0002, UI, "Media Storage SOP Class UID.";
    MEDIA_STORAGE_SOP_INSTANCE_UID = 0x0002, 0x0003, UI, "Media Storage SOP Instance UID.";
    TRANSFER_SYNTAX_UID = 0x0002, 0x0010, UI, "Transfer Syntax UID.";
    SPECIFIC_CHARACTER_SET = 0x0008, 0x0005, CS, "Specific Character Set.";
    IMAGE_TYPE = 0x0008, 0x0008, CS, "Image Type.";
    SOP_CLASS_UID = 0x0008, 0x0016, UI, "SOP Class UID.";
    SOP_INSTANCE_UID = 0x0008, 0x0018, UI, "SOP Instance UID.";
    STUDY_DATE = 0x0008, 0x0020, DA, "Study Date.";
    SERIES_DATE = 0x0008, 0x0021, DA, "Series Date.";
    ACQUISITION_DATE = 0x0008, 0x0022, DA, "Acquisition Date.";
    CONTENT_DATE = 0x0008, 0x0023, DA, "Content Date.";
    ACQUISITION_DATE_TIME = 0x0008, 0x002A, DT, "Acquisition DateTime.";
    STUDY_TIME = 0x0008, 0x0030, TM, "Study Time.";
    SERIES_TIME = 0x0008, 0x0031, TM, "Series Time.";
    ACQUISITION_TIME = 0x0008, 0x0032, TM, "Acquisition Time.";
    CONTENT_TIME = 0x0008, 0x0033, TM, "Content Time.";
    ACCESSION_NUMBER = 0x0008, 0x0050, SH, "Accession Number.";
    RETRIEVE_AE_TITLE = 0x0008, 0x0054, AE, "Retrieve AE Title.";
    INSTANCE_AVAILABILITY = 0x0008, 0x0056, CS, "Instance Availability.";
    MODALITY = 0x0008, 0x0060, CS, "Modality.";
    MODALITIES_IN_STUDY = 0x0008, 0x0061, CS, "Modalities in Study.";
    MANUFACTURER = 0x0008, 0x0070, LO, "Manufacturer.";
    INSTITUTION_NAME = 0x0008, 0x0080, LO, "Institution Name.";
    REFERRING_PHYSICIAN_NAME = 0x0008, 0x0090, PN, "Referring Physician's Name.";
    CODE_VALUE = 0x0008, 0x0100, SH, "Code Value.";
    CODING_SCHEME_DESIGNATOR = 0x0008, 0x0102, SH, "Coding Scheme Designator.";
    CODE_MEANING = 0x0008, 0x0104, LO, "Code Meaning.";
    STUDY_DESCRIPTION = 0x0008, 0x1030, LO, "Study Description.";
    SERIES_DESCRIPTION = 0x0008, 0x103E, LO, "Series Description.";
    MANUFACTURER_MODEL_NAME = 0x0008, 0x1090, LO, "Manufacturer's Model Name.";
    REFERENCED_SERIES_SEQUENCE = 0x0008, 0x1115, SQ, "Referenced Series Sequence.";
    REFERENCED_IMAGE_SEQUENCE = 0x0008, 0x1140, SQ, "Referenced Image Sequence.";
    REFERENCED_SOP_CLASS_UID = 0x0008, 0x1150, UI, "Referenced SOP Class UID.";
    REFERENCED_SOP_INSTANCE_UID = 0x0008, 0x1155, UI, "Referenced SOP Instance UID.";
    REFERENCED_FRAME_NUMBER = 0x0008, 0x1160, IS, "Referenced Frame Number.";
    RETRIEVE_URL = 0x0008, 0x1190, UR, "Retrieve URL.";
    AVAILABLE_TRANSFER_SYNTAX_UID = 0x0008, 0x3002, UI, "Available Transfer Syntax UID.";
    FRAME_TYPE = 0x0008, 0x9007, CS, "Frame Type.";
    PATIENT_NAME = 0x0010, 0x0010, PN, "Patient's Name.";
    PATIENT_ID = 0x0010, 0x0020, LO, "Patient ID.";
    PATIENT_BIRTH_DATE = 0x0010, 0x0030, DA, "Patient's Birth Date.";
    PATIENT_SEX = 0x0010, 0x0040, CS, "Patient's Sex.";
    PATIENT_AGE = 0x0010, 0x1010, AS, "Patient's Age.";
    PATIENT_WEIGHT = 0x0010, 0x1030, DS, "Patient's Weight.";
    PATIENT_COMMENTS = 0x0010, 0x4000, LT, "Patient Comments.";
    CONTRAST_BOLUS_AGENT = 0x0018, 0x0010, LO, "Contrast/Bolus Agent.";
    BODY_PART_EXAMINED = 0x0018, 0x0015, CS, "Body Part Examined.";
    CINE_RATE = 0x0018, 0x0040, IS, "Cine Rate.";
    SLICE_THICKNESS = 0x0018, 0x0050, DS, "Slice Thickness.";
    KVP = 0x0018, 0x0060, DS, "KVP.";
    REPETITION_TIME = 0x0018, 0x0080, DS, "Repetition Time.";
    ECHO_TIME = 0x0018, 0x0081, DS, "Echo Time.";
    INVERSION_TIME = 0x0018, 0x0082, DS, "Inversion Time.";
    ECHO_NUMBERS = 0x0018, 0x0086, IS, "Echo Number(s).";
    SPACING_BETWEEN_SLICES = 0x0018, 0x0088, DS, "Spacing Between Slices.";
    PROTOCOL_NAME = 0x0018, 0x1030, LO, "Protocol Name.";
    TRIGGER_TIME = 0x0018, 0x1060, DS, "Trigger Time.";
    FRAME_TIME = 0x0018, 0x1063, DS, "Frame Time.";
    FRAME_TIME_VECTOR = 0x0018, 0x1065, DS, "Frame Time Vector.";
    ESTIMATED_RADIOGRAPHIC_MAGNIFICATION_FACTOR = 0x0018, 0x1114, DS,
        "Estimated Radiographic Magnification Factor.";
    GANTRY_DETECTOR_TILT = 0x0018, 0x1120, DS, "Gantry/Detector Tilt.";
    EXPOSURE_TIME = 0x0018, 0x1150, IS, "Exposure Time.";
    XRAY_TUBE_CURRENT = 0x0018, 0x1151, IS, "X-Ray Tube Current.";
    IMAGER_PIXEL_SPACING = 0x0018, 0x1164, DS, "Imager Pixel Spacing.";
    CONVOLUTION_KERNEL = 0x0018, 0x1210, SH, "Convolution Kernel.";
    NOMINAL_SCANNED_PIXEL_SPACING = 0x0018, 0x2010, DS, "Nominal Scanned Pixel Spacing.";
    VIEW_POSITION = 0x0018, 0x5101, CS, "View Position.";
    SEQUENCE_OF_ULTRASOUND_REGIONS = 0x0018, 0x6011, SQ, "Sequence of Ultrasound Regions.";
    REGION_SPATIAL_FORMAT = 0x0018, 0x6012, US, "Region Spatial Format.";
    REGION_DATA_TYPE = 0x0018, 0x6014, US, "Region Data Type.";
    REGION_FLAGS = 0x0018, 0x6016, UL, "Region Flags.";
    REGION_LOCATION_MIN_X0 = 0x0018, 0x6018, UL, "Region Location Min X0.";
    REGION_LOCATION_MIN_Y0 = 0x0018, 0x601A, UL, "Region Location Min Y0.";
    REGION_LOCATION_MAX_X1 = 0x0018, 0x601C, UL, "Region Location Max X1.";
    REGION_LOCATION_MAX_Y1 = 0x0018, 0x601E, UL, "Region Location Max Y1.";
    PHYSICAL_UNITS_X_DIRECTION = 0x0018, 0x6024, US, "Physical Units X Direction.";
    PHYSICAL_UNITS_Y_DIRECTION = 0x0018, 0x6026, US, "Physical Units Y Direction.";
    PHYSICAL_DELTA_X = 0x0018, 0x602C, FD, "Physical Delta X.";
    PHYSICAL_DELTA_Y = 0x0018, 0x602E, FD, "Physical Delta Y.";
    EFFECTIVE_ECHO_TIME = 0x0018, 0x9082, FD, "Effective Echo Time.";
    DIFFUSION_B_VALUE = 0x0018, 0x9087, FD, "Diffusion b-value.";
    MR_ECHO_SEQUENCE = 0x0018, 0x9114, SQ, "MR Echo Sequence.";
    MR_DIFFUSION_SEQUENCE = 0x0018, 0x9117, SQ, "MR Diffusion Sequence.";
    CARDIAC_SYNCHRONIZATION_SEQUENCE = 0x0018, 0x9118, SQ, "Cardiac Synchronization Sequence.";
    STUDY_INSTANCE_UID = 0x0020, 0x000D, UI, "Study Instance UID.";
    SERIES_INSTANCE_UID = 0x0020, 0x000E, UI, "Series Instance UID.";
    STUDY_ID = 0x0020, 0x0010, SH, "Study ID.";
    SERIES_NUMBER = 0x0020, 0x0011, IS, "Series Number.";
    ACQUISITION_NUMBER = 0x0020, 0x0012, IS, "Acquisition Number.";
    INSTANCE_NUMBER = 0x0020, 0x0013, IS, "Instance Number.";
    PATIENT_ORIENTATION = 0x0020, 0x0020, CS, "Patient Orientation.";
    IMAGE_POSITION_PATIENT = 0x0020, 0x0032, DS, "Image Position (Patient).";
    IMAGE_ORIENTATION_PATIENT = 0x0020, 0x0037, DS, "Image Orientation (Patient).";
    FRAME_OF_REFERENCE_UID = 0x0020, 0x0052, UI, "Frame of Reference UID.";
    LATERALITY = 0x0020, 0x0060, CS, "Laterality.";
    IMAGE_LATERALITY = 0x0020, 0x0062, CS, "Image Laterality.";
    TEMPORAL_POSITION_IDENTIFIER = 0x0020, 0x0100, IS, "Temporal Position Identifier.";
    SLICE_LOCATION = 0x0020, 0x1041, DS, "Slice Location.";
    NUMBER_OF_STUDY_RELATED_SERIES = 0x0020, 0x1206, IS, "Number of Study Related Series.";
    NUMBER_OF_STUDY_RELATED_INSTANCES = 0x0020, 0x1208, IS, "Number of Study Related Instances.";
    NUMBER_OF_SERIES_RELATED_INSTANCES = 0x0020, 0x1209, IS, "Number of Series Related Instances.";
    IMAGE_COMMENTS = 0x0020, 0x4000, LT, "Image Comments.";
    STACK_ID = 0x0020, 0x9056, SH, "Stack ID.";
    IN_STACK_POSITION_NUMBER = 0x0020, 0x9057, UL, "In-Stack Position Number.";
    FRAME_CONTENT_SEQUENCE = 0x0020, 0x9111, SQ, "Frame Content Sequence.";
    PLANE_POSITION_SEQUENCE = 0x0020, 0x9113, SQ, "Plane Position Sequence.";
    PLANE_ORIENTATION_SEQUENCE = 0x0020, 0x9116, SQ, "Plane Orientation Sequence.";
    TEMPORAL_POSITION_INDEX = 0x0020, 0x9128, UL, "Temporal Position Index.";
    NOMINAL_CARDIAC_TRIGGER_DELAY_TIME = 0x0020, 0x9153, FD, "Nominal Cardiac Trigger Delay Time.";
    DIMENSION_INDEX_VALUES = 0x0020, 0x9157, UL, "Dimension Index Values.";
    SAMPLES_PER_PIXEL = 0x0028, 0x0002, US, "Samples per Pixel.";
    PHOTOMETRIC_INTERPRETATION = 0x0028, 0x0004, CS, "Photometric Interpretation.";
    PLANAR_CONFIGURATION = 0x0028, 0x0006, US, "Planar Configuration.";
    NUMBER_OF_FRAMES = 0x0028, 0x0008, IS, "Number of Frames.";
    ROWS = 0x0028, 0x0010, US, "Rows.";
    COLUMNS = 0x0028, 0x0011, US, "Columns.";
    PIXEL_SPACING = 0x0028, 0x0030, DS, "Pixel Spacing.";
    PIXEL_ASPECT_RATIO = 0x0028, 0x0034, IS, "Pixel Aspect Ratio.";
    BITS_ALLOCATED = 0x0028, 0x0100, US, "Bits Allocated.";
    BITS_STORED = 0x0028, 0x0101, US, "Bits Stored.";
    HIGH_BIT = 0x0028, 0x0102, US, "High Bit.";
    PIXEL_REPRESENTATION = 0x0028, 0x0103, US, "Pixel Representation.";
    SMALLEST_IMAGE_PIXEL_VALUE = 0x0028, 0x0106, US, "Smallest Image Pixel Value.";
    LARGEST_IMAGE_PIXEL_VALUE = 0x0028, 0x0107, US, "Largest Image Pixel Value.";
    PIXEL_PADDING_VALUE = 0x0028, 0x0120, US, "Pixel Padding Value.";
    PIXEL_PADDING_RANGE_LIMIT = 0x0028, 0x0121, US, "Pixel Padding Range Limit.";
    BURNED_IN_ANNOTATION = 0x0028, 0x0301, CS, "Burned In Annotation.";
    PIXEL_SPACING_CALIBRATION_TYPE = 0x0028, 0x0A02, CS, "Pixel Spacing Calibration Type.";
    WINDOW_CENTER = 0x0028, 0x1050, DS, "Window Center.";
    WINDOW_WIDTH = 0x0028, 0x1051, DS, "Window Width.";
    RESCALE_INTERCEPT = 0x0028, 0x1052, DS, "Rescale Intercept.";
    RESCALE_SLOPE = 0x0028, 0x1053, DS, "Rescale Slope.";
    RESCALE_TYPE = 0x0028, 0x1054, LO, "Rescale Type.";
    WINDOW_CENTER_WIDTH_EXPLANATION = 0x0028, 0x1055, LO, "Window Center & Width Explanation.";
    VOI_LUT_FUNCTION = 0x0028, 0x1056, CS, "VOI LUT Function.";
    RED_PALETTE_DESCRIPTOR = 0x0028, 0x1101, US, "Red Palette Color Lookup Table Descriptor.";
    GREEN_PALETTE_DESCRIPTOR = 0x0028, 0x1102, US, "Green Palette Color Lookup Table Descriptor.";
    BLUE_PALETTE_DESCRIPTOR = 0x0028, 0x1103, US, "Blue Palette Color Lookup Table Descriptor.";
    RED_PALETTE_DATA = 0x0028, 0x1201, OW, "Red Palette Color Lookup Table Data.";
    GREEN_PALETTE_DATA = 0x0028, 0x1202, OW, "Green Palette Color Lookup Table Data.";
    BLUE_PALETTE_DATA = 0x0028, 0x1203, OW, "Blue Palette Color Lookup Table Data.";
    RED_SEGMENTED_PALETTE_DATA = 0x0028, 0x1221, OW, "Segmented Red Palette Color Lookup Table Data.";
    GREEN_SEGMENTED_PALETTE_DATA = 0x0028, 0x1222, OW, "Segmented Green Palette Color Lookup Table Data.";
    BLUE_SEGMENTED_PALETTE_DATA = 0x0028, 0x1223, OW, "Segmented Blue Palette Color Lookup Table Data.";
    LOSSY_IMAGE_COMPRESSION = 0x0028, 0x2110, CS, "Lossy Image Compression.";
    LOSSY_IMAGE_COMPRESSION_RATIO = 0x0028, 0x2112, DS, "Lossy Image Compression Ratio.";
    LOSSY_IMAGE_COMPRESSION_METHOD = 0x0028, 0x2114, CS, "Lossy Image Compression Method.";
    MODALITY_LUT_SEQUENCE = 0x0028, 0x3000, SQ, "Modality LUT Sequence.";
    LUT_DESCRIPTOR = 0x0028, 0x3002, US, "LUT Descriptor.";
    LUT_EXPLANATION = 0x0028, 0x3003, LO, "LUT Explanation.";
    MODALITY_LUT_TYPE = 0x0028, 0x3004, LO, "Modality LUT Type.";
    LUT_DATA = 0x0028, 0x3006, OW, "LUT Data.";
    VOI_LUT_SEQUENCE = 0x0028, 0x3010, SQ, "VOI LUT Sequence.";
    PIXEL_MEASURES_SEQUENCE = 0x0028, 0x9110, SQ, "Pixel Measures Sequence.";
    FRAME_VOI_LUT_SEQUENCE = 0x0028, 0x9132, SQ, "Frame VOI LUT Sequence.";
    PIXEL_VALUE_TRANSFORMATION_SEQUENCE = 0x0028, 0x9145, SQ, "Pixel Value Transformation Sequence.";
    PERFORMED_PROCEDURE_STEP_START_DATE = 0x0040, 0x0244, DA, "Performed Procedure Step Start Date.";
    PERFORMED_PROCEDURE_STEP_START_TIME = 0x0040, 0x0245, TM, "Performed Procedure Step Start Time.";
    UNITS = 0x0054, 0x1001, CS, "Units.";
    PRESENTATION_LUT_SHAPE = 0x2050, 0x0020, CS, "Presentation LUT Shape.";
    GRID_FRAME_OFFSET_VECTOR = 0x3004, 0x000C, DS, "Grid Frame Offset Vector.";
    SHARED_FUNCTIONAL_GROUPS_SEQUENCE = 0x5200, 0x9229, SQ, "Shared Functional Groups Sequence.";
    PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE = 0x5200, 0x9230, SQ, "Per-Frame Functional Groups Sequence.";
    EXTENDED_OFFSET_TABLE = 0x7FE0, 0x0001, OV, "Extended Offset Table.";
    EXTENDED_OFFSET_TABLE_LENGTHS = 0x7FE0, 0x0002, OV, "Extended Offset Table Lengths.";
    FLOAT_PIXEL_DATA = 0x7FE0, 0x0008, OF, "Float Pixel Data.";
    DOUBLE_FLOAT_PIXEL_DATA = 0x7FE0, 0x0009, OD, "Double Float Pixel Data.";
    PIXEL_DATA = 0x7FE0, 0x0010, OW, "Pixel Data.";
    DATA_SET_TRAILING_PADDING = 0xFFFC, 0xFFFC, OB, "Data Set Trailing Padding.";
}

/// Item (PS3.5 section 7.5).
pub(crate) const ITEM: Tag = Tag(0xFFFE, 0xE000);
/// Item Delimitation Item.
pub(crate) const ITEM_DELIMITER: Tag = Tag(0xFFFE, 0xE00D);
/// Sequence Delimitation Item.
pub(crate) const SEQUENCE_DELIMITER: Tag = Tag(0xFFFE, 0xE0DD);

/// The value representation of a tag that this program reads; nothing for any other tag.
pub(crate) fn known_vr(tag: Tag) -> Option<Vr> {
    TABLE.binary_search_by_key(&tag, |entry| entry.0).ok().map(|index| TABLE[index].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_so_that_it_can_be_searched() {
        assert!(TABLE.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn hexadecimal_forms() {
        assert_eq!(Tag::from_hex("7FE00010"), Some(PIXEL_DATA));
        assert_eq!(Tag::from_hex("7fe00010"), Some(PIXEL_DATA));
        assert_eq!(Tag::from_hex("+FE00010"), None);
        assert_eq!(PIXEL_DATA.to_hex(), "7FE00010");
        assert_eq!(PIXEL_DATA.to_string(), "(7fe0,0010)");
    }

    #[cfg(feature = "dictionary")]
    #[test]
    fn the_table_agrees_with_the_standard_dictionary() {
        for (tag, vr) in TABLE {
            let (_, standard) = crate::dicom::dictionary::entry(*tag).unwrap();
            assert!(standard == *vr || matches!(vr, Vr::US | Vr::OW), "{tag}: {vr:?} {standard:?}");
        }
    }
}
