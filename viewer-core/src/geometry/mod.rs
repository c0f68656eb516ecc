//! Pixel ↔ screen ↔ patient. All coordinates are `f64`.
//!
//! | system | origin | unit |
//! | --- | --- | --- |
//! | screen | top left corner of the viewport, x right, y down | whatever the caller draws in (device pixels) |
//! | image | top left corner of the first pixel; its centre is (0.5, 0.5), as in PS3.3 C.18.6.1.2 (SCOORD) | columns, rows |
//! | patient | frame of reference, LPS | mm |
//!
//! # Limits
//! Turns are quarter turns. Spacing is uniform over the image (no fan geometry).

mod orientation;
mod placement;
mod scale_bar;
mod view;

pub use orientation::{Direction, Side, SideLetters, image_to_patient, patient_to_image, side_letters};
pub use placement::Placement;
pub use scale_bar::{Basis, ScaleBar, ScaleUnit, scale_bar};
pub use view::{Fit, ImageShape, ViewTransform};
