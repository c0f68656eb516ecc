//! What decoding a frame takes at its peak, the frame included: at most three times the frame, which a small phone has to
//! have. JPEG XL's library takes more for small pictures and for JPEG files (`codec/jxl/README.md`).

mod support;

use peak_alloc::PeakAlloc;
use support::{corpus, manifest};
use viewer_core::codec::{self, NeverStop, TransferSyntax};
use viewer_core::dicom::frames::FrameIndex;
use viewer_core::dicom::limits::Limits;
use viewer_core::dicom::{part10, read_header};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Smaller frames are of no account for a phone, and tables that do not grow with them weigh more.
const LEAST_BYTES: usize = 100_000;

/// How many times the frame may be taken.
fn most(syntax: TransferSyntax) -> f64 {
    use TransferSyntax::{JpegXl, JpegXlLossless, JpegXlRecompression};
    if matches!(syntax, JpegXl | JpegXlLossless | JpegXlRecompression) { 10.0 } else { 3.0 }
}

/// The one test of this file: another's memory would count as well.
#[test]
fn memory_for_a_few_frames_is_enough() {
    let Some(corpus) = corpus() else { return };
    let limits = Limits::default();
    let mut measured = 0;
    for row in manifest(&corpus).into_iter().filter(|row| !row.get("frame1_sha256").is_empty()) {
        let file = std::fs::read(corpus.join(row.path())).expect("a file that the manifest lists");
        let Ok(file) = part10::read(&file, &limits) else { continue };
        let uid = file.frame_transfer_syntax();
        let Some(syntax) = TransferSyntax::from_uid(uid) else { continue };
        let Ok(header) = read_header(&file.data, Some(uid), &limits).map(|header| header.pixels) else {
            continue;
        };
        let Ok(place) = FrameIndex::new(&file, &header).and_then(|frames| frames.frame(0)) else { continue };
        let bytes = place.of(&file.bytes);
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let Ok(decoded) = codec::decode(&header, syntax, &bytes, &limits, &NeverStop) else { continue };
        let peak = MEMORY.peak_usage() - before;
        let size = decoded.frame.byte_len();
        if size < LEAST_BYTES {
            continue;
        }
        measured += 1;
        let ratio = peak as f64 / size as f64;
        assert!(ratio <= most(syntax), "{}: {peak} bytes for a frame of {size}", row.path());
    }
    assert!(measured > 300, "{measured} frames");
}
