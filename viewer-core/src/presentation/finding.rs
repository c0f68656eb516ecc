//! What of a presentation is not shown as it was written.

use thiserror::Error;

/// Something that a file asks for and that is not done, or that cannot be read. A screen says so: a reader must know
/// that the picture is not all that its author saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Finding {
    /// Mask Subtraction Sequence (0028,6100), PS3.3 C.7.6.10.
    #[error("mask subtraction is not done: frames are shown as they were taken")]
    Mask,
    /// ICC Profile (0028,2000), PS3.3 C.11.15.
    #[error("the colour profile is not applied")]
    Profile,
    /// An item of Compound Graphic Sequence (0070,0209) without the simple graphics that it has to have as another rendering
    /// (PS3.3 C.10.5.1.3.1).
    #[error("a compound graphic has no simple graphics to draw in its place")]
    CompoundGraphics,
    /// TRUE SIZE, PS3.3 C.10.4: how large a screen's pixel is, a browser does not say.
    #[error("true size cannot be kept: the area is fitted to the screen")]
    TrueSize,
    /// An overlay plane of this group lacks what it needs, is too large, or has no bits.
    #[error("overlay {0:04x} cannot be read")]
    Overlay(u16),
    /// A shutter without the numbers of its shape, or a bitmap that is not as large as the image.
    #[error("a shutter cannot be read")]
    Shutter,
    /// A graphic or text object without the numbers it needs, or of a type that the standard does not have.
    #[error("an annotation cannot be read")]
    Annotation,
    /// A modality LUT without entries; values are taken as stored.
    #[error("the modality LUT of the presentation state cannot be read")]
    ModalityLut,
    /// A window or VOI LUT that cannot be used; the whole range of values is shown.
    #[error("the window of the presentation state cannot be read")]
    Voi,
    /// A presentation LUT that is neither a shape nor a table; IDENTITY is taken.
    #[error("the presentation LUT cannot be read")]
    PresentationLut,
    /// A pseudo-colour presentation state without a palette; the picture stays grey.
    #[error("the palette of the presentation state cannot be read")]
    Palette,
    /// Image Rotation (0070,0042) that is no quarter turn.
    #[error("the rotation of the presentation state is no quarter turn")]
    Rotation,
    /// A displayed area without corners; the whole image is shown.
    #[error("the displayed area cannot be read")]
    DisplayedArea,
}
