//! What one instance says of its pictures, validated once: everything after this trusts it.

mod colour;

use std::sync::Arc;

use crate::lut::ColourCube;

pub use colour::{ColourMap, Palette, PresentationLut};

/// Photometric Interpretation (0028,0004), PS3.3 C.7.6.3.1.2, as the file says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Photometric {
    Monochrome1,
    Monochrome2,
    PaletteColor,
    Rgb,
    YbrFull,
    YbrFull422,
    YbrPartial422,
    YbrPartial420,
    YbrIct,
    YbrRct,
    Xyb,
}

/// Kind of the samples of Pixel Data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SampleKind {
    /// Pixel Representation 0.
    Unsigned,
    /// Pixel Representation 1, two's complement.
    Signed,
    /// Float Pixel Data (7FE0,0008), 32 bits.
    Float,
    /// Double Float Pixel Data (7FE0,0009), 64 bits.
    Double,
}

/// Image Pixel Module, PS3.3 C.7.6.3: what a decoder needs to know. Validated: rows and columns are not 0,
/// `1 ≤ bits_stored ≤ bits_allocated ≤ 64`, `bits_stored − 1 ≤ high_bit < bits_allocated`, sizes within `Limits`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PixelHeader {
    /// (0028,0010), 1–65535.
    pub rows: u32,
    /// (0028,0011), 1–65535.
    pub columns: u32,
    /// (0028,0002): 1 or 3.
    pub samples_per_pixel: u8,
    /// (0028,0004).
    pub photometric: Photometric,
    /// (0028,0006) is 1: all of one sample, then all of the next. PS3.3 C.7.6.3.1.3.
    pub planar: bool,
    /// (0028,0100): 1, 8, 16, 32 or 64.
    pub bits_allocated: u8,
    /// (0028,0101).
    pub bits_stored: u8,
    /// (0028,0102).
    pub high_bit: u8,
    /// (0028,0103), or which float element holds the pixels.
    pub kind: SampleKind,
    /// (0028,0008), 1 where absent.
    pub frames: u32,
}

/// Modality LUT, PS3.3 C.11.1: stored values → modality values (HU for CT).
#[derive(Debug, Clone, PartialEq, Default)]
pub enum ModalityLut {
    /// Neither element present.
    #[default]
    Identity,
    /// Rescale Slope (0028,1053) and Intercept (0028,1052).
    Rescale {
        /// Multiplies the stored value; not 0.
        slope: f64,
        /// Added after.
        intercept: f64,
    },
    /// Modality LUT Sequence (0028,3000).
    Table(Arc<LutTable>),
}

/// A lookup table with its descriptor, PS3.3 C.11.1.1 and C.11.2.1.1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LutTable {
    /// First value mapped; its sign follows Pixel Representation (VOI after a modality LUT: unsigned or as the values are).
    pub first: i32,
    /// Bits of an entry, 8–16.
    pub bits: u8,
    /// Entries, unsigned, 1–65536 of them.
    pub entries: Vec<u16>,
    /// LUT Explanation (0028,3003).
    pub explanation: Option<String>,
}

/// VOI LUT Function (0028,1056), PS3.3 C.11.2.1.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WindowFunction {
    /// C.11.2.1.2.1, the default.
    #[default]
    Linear,
    /// C.11.2.1.3.2.
    LinearExact,
    /// C.11.2.1.3.1.
    Sigmoid,
}

/// One window: centre and width in modality values.
#[derive(Debug, Clone, PartialEq)]
pub struct Window {
    /// Window Center (0028,1050).
    pub center: f64,
    /// Window Width (0028,1051): ≥ 1 for `Linear`, > 0 otherwise.
    pub width: f64,
    /// How values between black and white are drawn.
    pub function: WindowFunction,
    /// Window Center & Width Explanation (0028,1055), as the file says it.
    pub explanation: Option<String>,
}

/// Presentation LUT Shape (2050,0020), PS3.3 C.11.6. Absent means what the photometric interpretation says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PresentationShape {
    /// IDENTITY.
    Identity,
    /// INVERSE.
    Inverse,
}

/// How stored values of one frame become what is shown. Per frame: functional groups are already resolved. The default
/// asks for nothing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DisplayHeader {
    /// First step.
    pub modality_lut: ModalityLut,
    /// Windows in file order; may be empty.
    pub windows: Vec<Window>,
    /// VOI LUT Sequence (0028,3010); may be empty.
    pub voi_luts: Vec<Arc<LutTable>>,
    /// Last step for grey pictures.
    pub presentation: Option<PresentationShape>,
    /// Pixel Padding Value (0028,0120) and Range Limit (0028,0121), inclusive, ordered, in stored values.
    pub padding: Option<(i32, i32)>,
    /// The same of Float and Double Float Pixel Data: (0028,0122) and (0028,0124), or (0028,0123) and (0028,0125).
    pub float_padding: Option<(f64, f64)>,
    /// For PALETTE COLOR.
    pub palette: Option<Arc<Palette>>,
    /// From the device's colours to sRGB: what ICC Profile (0028,2000) says, where that is not nothing. Profiles
    /// themselves are read with feature `icc` only; the gateway sends what one comes to in its place.
    pub device_colours: Option<Arc<ColourCube>>,
    /// Colours of a MONOCHROME picture.
    pub colours: Option<ColourMap>,
    /// A presentation state's last step for grey pictures: takes the place of `presentation` and of the photometric
    /// interpretation's polarity (PS3.4 N.2.1.4).
    pub softcopy: Option<PresentationLut>,
    /// Rescale Type (0028,1054): "HU", "US", …
    pub units: Option<String>,
    /// Lossy Image Compression (0028,2110) is "01", or the transfer syntax itself is lossy.
    pub lossy: bool,
}

impl DisplayHeader {
    /// Whether only the CPU draws it: colours that follow the window or a profile, float padding, a presentation state's
    /// LUT. All of them are rare, and none is part of what the GPU's worker is sent.
    pub fn needs_cpu(&self) -> bool {
        self.colours.is_some()
            || self.device_colours.is_some()
            || self.float_padding.is_some()
            || self.softcopy.is_some()
    }
}

/// What the distance between pixels rests on, PS3.3 10.7.1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Spacing {
    /// Pixel Spacing (0028,0030) of a cross-section or a calibrated projection: row, column spacing in mm.
    Patient([f64; 2]),
    /// Imager Pixel Spacing (0018,1164): mm at the detector.
    Detector([f64; 2]),
    /// The same, divided by Estimated Radiographic Magnification Factor (0018,1114): mm in the patient as the equipment
    /// guesses, at the depth of its isocentre or of the table.
    Estimated([f64; 2]),
    /// Only Pixel Aspect Ratio (0028,0034) or nothing: vertical, horizontal, no unit.
    Ratio([f64; 2]),
}

/// Image Plane, PS3.3 C.7.6.2, in the patient's LPS coordinates, mm.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaneHeader {
    /// Image Position (Patient) (0020,0032): centre of the first pixel.
    pub position: [f64; 3],
    /// Direction of a row (left → right on screen); unit length.
    pub row: [f64; 3],
    /// Direction of a column (top → bottom on screen); unit length, at a right angle to `row`.
    pub column: [f64; 3],
    /// Frame of Reference UID (0020,0052).
    pub frame_of_reference: Option<String>,
    /// Slice Thickness (0018,0050), mm. Not the distance between slices.
    pub thickness: Option<f64>,
}

/// One region of an ultrasound picture that is calibrated, PS3.3 C.8.5.5.
#[derive(Debug, Clone, PartialEq)]
pub struct UltrasoundRegion {
    /// Left, top, right, bottom in pixels, inclusive.
    pub bounds: [u32; 4],
    /// Physical Units X and Y Direction (0018,6024), (0018,6026): 3 is cm.
    pub units: [u16; 2],
    /// Physical Delta X and Y (0018,602C), (0018,602E).
    pub delta: [f64; 2],
}

/// What tells pictures of the same place apart: echoes, time points, diffusion weightings. All absent where the
/// file says nothing of the kind.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Phase {
    /// Stack ID (0020,9056).
    pub stack: Option<String>,
    /// Temporal Position Index (0020,9128) or Identifier (0020,0100).
    pub temporal: Option<i64>,
    /// Effective Echo Time (0018,9082) or Echo Time (0018,0081), ms.
    pub echo_ms: Option<f64>,
    /// Diffusion b-value (0018,9087), s/mm².
    pub b_value: Option<f64>,
    /// Nominal Cardiac Trigger Delay Time (0020,9153) or Trigger Time (0018,1060), ms.
    pub trigger_ms: Option<f64>,
}

/// What one frame of an instance needs besides its pixels.
#[derive(Debug, Clone, PartialEq)]
pub struct FrameHeader {
    /// LUTs and windows.
    pub display: Arc<DisplayHeader>,
    /// Where it lies; absent for projections, ultrasound, secondary capture.
    pub plane: Option<PlaneHeader>,
    /// Size of a pixel.
    pub spacing: Spacing,
    /// Which of several pictures of the same place this is.
    pub phase: Phase,
}

/// One validated instance (SOP Instance) with pictures.
#[derive(Debug, Clone, PartialEq)]
pub struct InstanceHeader {
    /// SOP Instance UID (0008,0018), as the file says it; empty where it does not.
    pub sop_instance_uid: String,
    /// SOP Class UID (0008,0016).
    pub sop_class_uid: String,
    /// Transfer Syntax UID of the frames' bytes: (0002,0010), or AvailableTransferSyntaxUID (0008,3002). Empty where
    /// a server's metadata do not say; the answer that carries a frame does.
    pub transfer_syntax_uid: String,
    /// Instance Number (0020,0013).
    pub number: Option<i32>,
    /// Acquisition Number (0020,0012).
    pub acquisition: Option<i32>,
    /// Image Type (0008,0008), values in order.
    pub image_type: Vec<String>,
    /// Decoder's part.
    pub pixels: PixelHeader,
    /// One per frame, or exactly one that all frames share.
    pub frames: Vec<FrameHeader>,
    /// Patient Orientation (0020,0020), PS3.3 C.7.6.1.1.1, of pictures without a plane: unit vectors in LPS along a row,
    /// left to right, and down a column. Directions only: which side is which, never an angle to measure by.
    pub patient_orientation: Option<[[f64; 3]; 2]>,
    /// Overlays (groups 60xx) or a display shutter are there: what lies over its frames is read by
    /// [`crate::presentation`].
    pub has_marks: bool,
    /// Calibrated regions; empty outside ultrasound.
    pub regions: Vec<UltrasoundRegion>,
    /// Time of one frame in ms for cine: Frame Time (0018,1063), or 1000 / Cine Rate (0018,0040).
    pub frame_time_ms: Option<f64>,
}

impl InstanceHeader {
    /// The header of a frame, counted from 0; the shared one where all frames share it.
    pub fn frame(&self, index: u32) -> Option<&FrameHeader> {
        if index >= self.pixels.frames {
            return None;
        }
        if self.frames.len() == 1 { self.frames.first() } else { self.frames.get(index as usize) }
    }
}
