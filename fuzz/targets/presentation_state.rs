#![no_main]

use libfuzzer_sys::fuzz_target;
use viewer_core::dicom::dataset::DataSet;
use viewer_core::dicom::header::DisplayHeader;
use viewer_core::dicom::{json, part10};
use viewer_core::frame::ColourModel;
use viewer_core::geometry::{ImageShape, Placement};
use viewer_core::lut::{Pipeline, PixelFacts, VoiChoice};
use viewer_core::presentation::{Drawing, PresentationState, paint};

fuzz_target!(|bytes: &[u8]| {
    let limits = lightbox_fuzz::limits();
    if let Ok(file) = part10::read(bytes, &limits) {
        apply(&file.data);
    }
    for data in json::read(bytes, &limits).unwrap_or_default() {
        apply(&data);
    }
});

/// What a screen does with a state, for the first images it names.
fn apply(data: &DataSet<'_>) {
    let Ok(state) = PresentationState::read(data, &lightbox_fuzz::limits()) else { return };
    let shape = ImageShape { columns: 31, rows: 17, pixel_aspect: 0.7 };
    let screen = [40, 30];
    for image in state.series.iter().flat_map(|series| &series.images.0).take(3) {
        let frame = image.frames.first().copied().unwrap_or(0);
        let Some(applied) = state.for_image(&image.sop_instance_uid, frame) else { continue };
        for choice in 0..4 {
            let header = lightbox_fuzz::header([16, 30, 2 | choice << 2, 11, 0, 0]);
            let (display, voi) = applied.display(&DisplayHeader::default(), &header);
            let facts = PixelFacts::new(&header, ColourModel::Monochrome2);
            let voi = voi.unwrap_or(VoiChoice::Auto { min: 0.0, max: 1.0 });
            let _ = Pipeline::new(&display, facts, voi, false);
        }
        let shape = applied.framing().shape(shape);
        let size = screen.map(f64::from);
        let view = applied.framing().view(shape, size, Some(0.2));
        assert!(view.zoom.is_finite() && view.pan.iter().all(|pan| pan.is_finite()));
        let place = Placement::new(&view, shape, size);
        let drawing = Drawing::of_state(&applied, &[], frame, None, &shape);
        let mut out = vec![0; 40 * 30 * 4];
        paint::paint(&drawing, &place, screen, &mut out).expect("a picture of the right size");
    }
}
