//! Frames that have not come whole: the rows that are said to be there are those of the whole frame.

mod support;

use support::{corpus, manifest};
use viewer_core::codec::{self, NeverStop, TransferSyntax};
use viewer_core::dicom::frames::FrameIndex;
use viewer_core::dicom::limits::Limits;
use viewer_core::dicom::{part10, read_header};
use viewer_core::frame::Samples;

/// Larger ones of the corpus say nothing new.
const MOST_BYTES: usize = 1 << 19;

/// Bytes of the first so many samples.
fn begin(samples: &Samples, count: usize) -> Vec<u8> {
    macro_rules! of {
        ($values:expr) => {
            $values[..count].iter().flat_map(|value| value.to_le_bytes()).collect()
        };
    }
    match samples {
        Samples::U8(v) => of!(v),
        Samples::I8(v) => of!(v),
        Samples::U16(v) => of!(v),
        Samples::I16(v) => of!(v),
        Samples::U32(v) => of!(v),
        Samples::I32(v) => of!(v),
        Samples::F32(v) => of!(v),
        Samples::F64(v) => of!(v),
    }
}

#[test]
fn rows_that_are_said_to_be_there_are_there() {
    let Some(corpus) = corpus() else { return };
    let limits = Limits::default();
    let (mut compared, mut with_rows) = (0, 0);
    for row in manifest(&corpus).into_iter().filter(|row| !row.get("frame1_sha256").is_empty()) {
        let file = std::fs::read(corpus.join(row.path())).expect("a file that the manifest lists");
        let Ok(file) = part10::read(&file, &limits) else { continue };
        let uid = file.frame_transfer_syntax();
        let Some(syntax) = TransferSyntax::from_uid(uid).filter(|syntax| syntax.by_rows()) else { continue };
        let Ok(header) = read_header(&file.data, Some(uid), &limits).map(|header| header.pixels) else {
            continue;
        };
        let Ok(place) = FrameIndex::new(&file, &header).and_then(|frames| frames.frame(0)) else { continue };
        let bytes = place.of(&file.bytes);
        let apart = header.planar && header.samples_per_pixel > 1;
        if apart || place.bit_offset != 0 || bytes.len() > MOST_BYTES {
            continue;
        }
        let decode = |bytes: &[u8]| codec::decode(&header, syntax, bytes, &limits, &NeverStop);
        let Ok(whole) = decode(&bytes) else { continue };
        for part in [4, 8, 15] {
            let Ok(cut) = decode(&bytes[..bytes.len() * part / 16]) else { continue };
            let rows = cut.whole_rows();
            assert!(rows <= header.rows, "{}", row.path());
            assert!(!cut.is_whole() || rows == header.rows, "{}", row.path());
            compared += 1;
            with_rows += u32::from(rows > 0 && rows < header.rows);
            // Shared chroma is spread over the last rows from those below, which have not come.
            let sure = rows.saturating_sub(if syntax.lossy() { 2 } else { 0 });
            let count = (sure * header.columns) as usize * whole.frame.model().samples_per_pixel();
            assert_eq!(
                begin(cut.frame.samples(), count),
                begin(whole.frame.samples(), count),
                "{} at {part}/16: {rows} rows",
                row.path()
            );
        }
    }
    assert!(with_rows > 300, "rows of {with_rows} of {compared} cut frames");
}
