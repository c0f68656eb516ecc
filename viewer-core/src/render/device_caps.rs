//! What this room asks of a device, and the few kinds of device there are.

use wgpu::Limits;

/// Kinds of device that are treated differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// WebGL2 and its like: fragment shaders only.
    Downlevel,
    /// WebGPU and native: compute shaders and storage buffers as well.
    Full,
}

/// Numbers of a device that matter here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceCaps {
    /// Kind.
    pub tier: Tier,
    /// Longest side of a texture, texels.
    pub max_side: u32,
    /// Layers of an array texture.
    pub max_layers: u32,
}

impl DeviceCaps {
    /// From the limits a device was made with.
    pub fn new(limits: &Limits) -> Self {
        let computes = limits.max_compute_invocations_per_workgroup > 0
            && limits.max_storage_buffers_per_shader_stage > 0;
        Self {
            tier: if computes { Tier::Full } else { Tier::Downlevel },
            max_side: limits.max_texture_dimension_2d,
            max_layers: limits.max_texture_array_layers,
        }
    }
}

/// Limits to request a device with: WebGL2's, with textures as large as the adapter has.
pub fn required_limits(adapter: &Limits) -> Limits {
    Limits {
        max_texture_array_layers: adapter.max_texture_array_layers,
        ..Limits::downlevel_webgl2_defaults().using_resolution(adapter.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn webgl2_is_told_from_webgpu() {
        let webgl = DeviceCaps::new(&Limits::downlevel_webgl2_defaults());
        assert_eq!((webgl.tier, webgl.max_side), (Tier::Downlevel, 2048));
        assert_eq!(DeviceCaps::new(&Limits::default()).tier, Tier::Full);
        assert_eq!(required_limits(&Limits::default()).max_texture_dimension_2d, 8192);
    }
}
