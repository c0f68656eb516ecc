//! What is laid over a picture, and how its author wanted it seen: overlays, shutters, presentation states.
//!
//! | file | what | PS3.3 |
//! | --- | --- | --- |
//! | [`overlay`] | planes of groups 60xx, in elements of their own or in spare bits of Pixel Data | C.9.2, C.9.3 |
//! | [`shutter`] | which pixels are not to be seen | C.7.6.11, C.7.6.15 |
//! | [`state`] | Grayscale, Color and Pseudo-Color Softcopy Presentation States | A.33, C.11 |
//! | [`mark`] | their graphics and texts as lines, points and texts | C.10.5, C.10.7 |
//! | [`area`] | displayed area, rotation and flip as a view | C.10.4, C.10.6 |
//! | [`drawing`] | all that lies over one frame, in order: what the CPU and a browser's canvas draw | PS3.4 N.2 |
//! | [`paint`] | a drawing on a picture that the CPU drew | |
//!
//! # Order
//! PS3.4 N.2: modality LUT, VOI, presentation LUT, shutter, then overlays and graphics by the order of their layers, then
//! rotation, flip and magnification. So everything but what is placed in the displayed area lies in pixels of the image.
//!
//! # Limits
//! Not done, and said so by a [`Finding`]: mask subtraction, ICC profiles, true size (no browser says how large a screen's
//! pixel is: C.10.4). Compound graphics are drawn as the simple ones that each has for readers like this one. Blending
//! and volumetric presentation states are refused.

pub mod area;
pub mod colour;
pub mod drawing;
mod finding;
pub mod mark;
pub mod overlay;
pub mod paint;
mod plane;
pub mod shutter;
pub mod state;

pub use area::{DisplayedArea, Framing, SizeMode};
pub use drawing::{Drawing, NativeBytes};
pub use finding::Finding;
pub use mark::{Mark, Shape, Text, Units};
pub use overlay::{EmbeddedError, Overlay, OverlayBits, OverlayKind};
pub use plane::Plane;
pub use shutter::Shutter;
pub use state::{AppliedState, Layer, PresentationState, StateError, StateVoi};
