//! Every shader, in every form it is compiled in, passes naga's validation without optional capabilities:
//! what WebGL2 can be given.

use wgpu::naga::front::wgsl;
use wgpu::naga::valid::{Capabilities, ValidationFlags, Validator};

#[test]
fn frame_shader_is_valid_for_every_texel_type() {
    for texel in ["u32", "i32", "f32"] {
        let source = viewer_core::render::FRAME_SHADER.replace("TEXEL", texel);
        let module = wgsl::parse_str(&source).unwrap_or_else(|e| panic!("{}", e.emit_to_string(&source)));
        if let Err(error) = Validator::new(ValidationFlags::all(), Capabilities::empty()).validate(&module) {
            panic!("{texel}: {}", error.emit_to_string(&source));
        }
        assert_eq!(module.entry_points.len(), 3, "{texel}");
    }
}
