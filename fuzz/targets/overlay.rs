#![no_main]

use libfuzzer_sys::fuzz_target;
use viewer_core::dicom::dataset::DataSet;
use viewer_core::dicom::header::PixelHeader;
use viewer_core::dicom::{json, part10};
use viewer_core::geometry::{ImageShape, Placement, ViewTransform};
use viewer_core::presentation::{Drawing, NativeBytes, overlay, paint, shutter};

fuzz_target!(|bytes: &[u8]| {
    let limits = lightbox_fuzz::limits();
    let Some((choice, rest)) = bytes.split_first_chunk::<6>() else { return };
    let header = lightbox_fuzz::header(*choice);
    let _ = overlay::embedded(&header, choice[5] & 31, rest, choice[5] & 32 != 0);
    // A file, metadata, or metadata behind the six bytes.
    if let Ok(file) = part10::read(bytes, &limits) {
        lay_over(&file.data, &header, rest);
    }
    for text in [bytes, rest] {
        for data in json::read(text, &limits).unwrap_or_default() {
            lay_over(&data, &header, rest);
        }
    }
});

fn lay_over(data: &DataSet<'_>, header: &PixelHeader, bytes: &[u8]) {
    let mut findings = Vec::new();
    let mut overlays = overlay::read(data, &lightbox_fuzz::limits(), &mut findings);
    let shutter = shutter::read(data, &overlays, &mut findings);
    for overlay in &mut overlays {
        if overlay.plane(0).is_none() {
            overlay.fill(bytes);
        }
    }
    let shape = ImageShape { columns: header.columns, rows: header.rows, pixel_aspect: 1.5 };
    let place = Placement::new(&ViewTransform::default(), shape, [40.0, 30.0]);
    let mut out = vec![0; 40 * 30 * 4];
    for frame in 0..2 {
        let native = Some(NativeBytes { header, bytes, big_endian: false });
        let drawing = Drawing::of_image(shutter.as_ref(), &overlays, frame, native, &shape);
        paint::paint(&drawing, &place, [40, 30], &mut out).expect("a picture of the right size");
    }
}
