//! Greys of uncompressed pictures against pydicom's `apply_modality_lut` and `apply_voi_lut` (PS3.3 C.11.1, C.11.2), of multi-frame
//! pictures with what functional groups say of the first frame (C.7.6.16.2.9, C.7.6.16.2.10): `support/pydicom_display.py`.

#[path = "support/drawn.rs"]
mod drawn;
mod support;

use drawn::{open, render};
use support::corpus;
use viewer_core::dicom::header::DisplayHeader;
use viewer_core::lut::VoiChoice;

const GREYS: &str = include_str!("support/pydicom_display.tsv");

/// Rounding alone: our greys are whole, pydicom's are not. (It was 0.498 at most.)
const TOLERANCE: f64 = 0.5;

#[test]
fn pydicom_gives_the_same_greys() {
    let Some(corpus) = corpus() else { return };
    let mut failures = Vec::new();
    for line in GREYS.lines() {
        let mut fields = line.split('\t');
        let path = fields.next().unwrap();
        let (header, frame) = open(&corpus.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        // Padding is drawn like any value there.
        let mut display = DisplayHeader::clone(&header.frame(0).expect("a frame").display);
        display.padding = None;
        let voi = match display.windows.first() {
            Some(w) if display.voi_luts.is_empty() => {
                VoiChoice::Window { center: w.center, width: w.width, function: w.function }
            }
            _ => VoiChoice::Lut(0),
        };
        let drawn = render(&header, &frame, &display, voi);
        let off = |field: &str| {
            let [x, y, grey] = field.split(',').map(|n| n.parse::<f64>().unwrap()).collect::<Vec<_>>()[..]
            else {
                panic!("{path}: {field}")
            };
            let at = (y as usize * frame.columns() as usize + x as usize) * 4;
            (f64::from(drawn[at]) - grey).abs()
        };
        let most = fields.map(off).fold(0.0, f64::max);
        if most > TOLERANCE {
            failures.push(format!("{path}: off by {most} ({voi:?})"));
        }
    }
    assert!(failures.is_empty(), "{} pictures:\n{}", failures.len(), failures.join("\n"));
}
