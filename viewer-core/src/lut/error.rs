//! Why a picture cannot be drawn as asked.

use thiserror::Error;

use crate::dicom::header::WindowFunction;
use crate::frame::ColourModel;

/// What is wrong with a header, a choice of window or a buffer.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum LutError {
    /// A window that its function cannot use.
    #[error(
        "window {center}/{width} cannot be used with {function:?}: LINEAR needs a width of at least 1, the others more than 0"
    )]
    Window {
        /// Window Center (0028,1050).
        center: f64,
        /// Window Width (0028,1051).
        width: f64,
        /// VOI LUT Function (0028,1056).
        function: WindowFunction,
    },
    /// A VOI LUT that the header does not have.
    #[error("VOI LUT {index} (from 0) was asked for, the header has {count}: choose a window instead")]
    NoSuchVoiLut {
        /// Asked for, from 0.
        index: usize,
        /// Items of VOI LUT Sequence (0028,3010).
        count: usize,
    },
    /// A lookup table without entries.
    #[error("{name} has no entries: the header reader must refuse it")]
    EmptyTable {
        /// Which table.
        name: &'static str,
    },
    /// A rescale that maps everything to one value, or to no number.
    #[error("rescale slope {slope} and intercept {intercept} must be finite, and the slope not 0")]
    Rescale {
        /// (0028,1053).
        slope: f64,
        /// (0028,1052).
        intercept: f64,
    },
    /// PALETTE COLOR without its tables.
    #[error("PALETTE COLOR needs Palette Color Lookup Tables (0028,1201)–(0028,1203) of one length")]
    Palette,
    /// Colours that follow the window cannot be repainted from what is kept.
    #[error("these colours follow the window: draw the frame again")]
    FollowsWindow,
    /// The pipeline was made for another kind of frame.
    #[error("the pipeline was made for {expected:?}, the frame is {found:?}: make a new pipeline")]
    OtherModel {
        /// The pipeline's.
        expected: ColourModel,
        /// The frame's.
        found: ColourModel,
    },
    /// The output does not hold the picture.
    #[error("the picture takes {expected} bytes of RGBA, the output has {found}")]
    OutputSize {
        /// 4 × width × height.
        expected: u64,
        /// Length of the slice.
        found: usize,
    },
}
