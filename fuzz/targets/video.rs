#![no_main]

use libfuzzer_sys::fuzz_target;
use viewer_core::video::{self, About, Coding};

fuzz_target!(|bytes: &[u8]| {
    for coding in [Coding::Avc, Coding::Hevc] {
        let about = About { coding, width: 64, height: 48, frame_ms: 40.0 };
        let _ = video::to_mp4(bytes, &about);
    }
});
