#![no_main]

use libfuzzer_sys::fuzz_target;
use viewer_core::lut::ColourCube;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(Some(cube)) = viewer_core::icc::cube(bytes) {
        assert_eq!(ColourCube::from_bytes(&cube.to_bytes()), Some(cube));
    }
    if let Some(cube) = ColourCube::from_bytes(bytes) {
        for at in (0..=255).step_by(5) {
            cube.colour([at, 255 - at, at / 2]);
        }
    }
});
