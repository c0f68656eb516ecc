//! A frame in a viewport on the GPU, through wgpu (feature `render`).
//!
//! The same picture as [`crate::lut::draw`], within 1 grey level, or it is not to be used: [`SelfTest`] proves it
//! on the user's own device. The caller brings device, queue and target (a canvas, a window, a texture in a
//! test); this room never sees what they belong to.
//!
//! Stored values lie in integer textures as they are; a change of window is one write of 80 bytes. Filtering is
//! done in the shader: some phones filter 16-bit textures wrongly, or cannot and do not say so.
//!
//! It asks for no more than WebGL2 has: no compute, no storage buffer, no float filtering, 2048 texels a side
//! (larger images are cut into layers of one array texture, over whose borders the filter sees nothing).
//!
//! # Limits
//! A target must not be an sRGB format: grey levels are for the screen as they are. A [`GpuFrame`] has one view
//! at a time. Values above 2²⁴ lose their lowest bits, as in [`crate::lut::draw`].

mod device_caps;
mod error;
mod gpu_data;
mod gpu_frame;
mod readback;
mod renderer;
mod self_test;
mod self_test_pattern;
mod tables;
mod tiles;

pub use device_caps::{DeviceCaps, Tier, required_limits};
pub use error::RenderError;
pub use gpu_frame::GpuFrame;
pub use readback::Readback;
pub use renderer::{DrawJob, Renderer};
pub use self_test::{Mismatch, SelfTest};

/// Source of the shader that draws frames; `TEXEL` stands for the component type of the image texture:
/// `u32`, `i32` or `f32`.
pub const FRAME_SHADER: &str = include_str!("shaders/frame.wgsl");
