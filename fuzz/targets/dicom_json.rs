#![no_main]

use libfuzzer_sys::fuzz_target;
use viewer_core::dicom::{json, read_header};
use viewer_core::frame::ColourModel;
use viewer_core::lut::presets::default_voi;
use viewer_core::lut::{Pipeline, PixelFacts};
use viewer_core::study;

fuzz_target!(|bytes: &[u8]| {
    let limits = lightbox_fuzz::limits();
    let Ok(instances) = json::read(bytes, &limits) else { return };
    let headers: Vec<_> = instances.iter().filter_map(|data| read_header(data, None, &limits).ok()).collect();
    for header in &headers {
        for frame in &header.frames {
            let facts = PixelFacts::new(&header.pixels, ColourModel::Monochrome2);
            let voi = default_voi(&frame.display, &header.pixels, "CT", || None);
            let _ = Pipeline::new(&frame.display, facts, voi, false);
        }
    }
    let _ = study::arrange(&headers);
});
