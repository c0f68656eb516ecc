//! Why something cannot be drawn on this device.

use thiserror::Error;

use crate::lut::LutError;

/// What the device, the target or the frame does not allow. The CPU path draws all of it.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum RenderError {
    /// The target would encode grey levels a second time.
    #[error("target format {0:?} is sRGB: ask the surface for its format without the suffix")]
    TargetIsSrgb(wgpu::TextureFormat),
    /// More tiles than the device has layers.
    #[error(
        "an image of {columns} × {rows} needs more than {layers} layers of {side} texels a side: draw it on the CPU"
    )]
    TooLarge {
        /// Image columns.
        columns: u32,
        /// Image rows.
        rows: u32,
        /// Layers the device has.
        layers: u32,
        /// Longest side of a texture.
        side: u32,
    },
    /// A supplemental palette, or a pseudo-colour presentation state.
    #[error("colours that follow the window are drawn on the CPU")]
    FollowsWindow,
    /// The frame cannot be windowed as asked.
    #[error(transparent)]
    Lut(#[from] LutError),
}
