//! Stored values → grey or colour: the CPU reference that every other way of drawing must match.
//!
//! PS3.3 C.11 and C.7.6.3.1, in this order, each step once:
//!
//! 1. modality LUT (C.11.1): stored values → modality values, HU for CT;
//! 2. VOI LUT (C.11.2): a window (LINEAR, LINEAR_EXACT, SIGMOID) or a table, never both;
//! 3. presentation: MONOCHROME1 or Presentation LUT Shape INVERSE turn grey around, together once (C.7.6.3.1.2,
//!    C.11.6), or a presentation state's presentation LUT takes the place of both (PS3.4 N.2.1.4); the reader's own
//!    "invert" turns it around again;
//! 4. pixel padding (C.7.5.1.1.2) is drawn black after everything, whatever was inverted.
//!
//! Colour (RGB, YBR, palette) skips steps 1–2: those are defined for MONOCHROME only. MONOCHROME with a supplemental
//! palette, or under a pseudo-colour presentation state, gets its colours after them. Where an ICC profile says that
//! colours are not those of sRGB, [`ColourCube`] leads there (C.11.15), before the reader's "invert".
//!
//! # Between pixels
//! [`draw`] filters *modality values* (rescale commutes with filtering; a modality table is applied before it)
//! and windows the result, so that an edge stays smooth in a narrow window. Colours are filtered as colours.
//! Padding takes no part in the filter; it darkens by the share of the footprint that it covers.
//!
//! # Limits
//! Grey comes out as 8 bits. The colours of pseudo-colour states are taken as sRGB's.

mod colour;
mod coloured;
mod cube;
pub mod draw;
mod error;
pub(crate) mod pipeline;
pub mod presets;
mod rgba;
mod shade;
mod stats;
mod voi;

pub use cube::ColourCube;
pub use error::LutError;
pub use pipeline::{Pipeline, PixelFacts, VoiChoice, modality_value};
pub(crate) use rgba::check_output;
pub use rgba::render_rgba;
pub use stats::{ValueRange, auto_range};
