//! Shapes that the `lut` and `geometry` rooms are about to land; this module goes when they do.

use crate::dicom::header::WindowFunction;

/// See `lut::VoiChoice`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum VoiChoice {
    /// A window, in modality values.
    Window {
        /// Centre.
        center: f64,
        /// Width.
        width: f64,
        /// Shape.
        function: WindowFunction,
    },
    /// An item of VOI LUT Sequence, from 0.
    Lut(usize),
    /// Black at `min`, white at `max`, in modality values.
    Auto {
        /// Black.
        min: f64,
        /// White.
        max: f64,
    },
}

/// See `lut::ValueRange`: modality values of a frame, padding left out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ValueRange {
    /// Smallest.
    pub min: f64,
    /// Largest.
    pub max: f64,
}

/// See `geometry::ViewTransform`: pixel ↔ screen of one viewport.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ViewTransform {
    /// Image pixel coordinates → CSS pixels of the viewport: x = a·i + c·j + e, y = b·i + d·j + f.
    pub matrix: [f64; 6],
}
