//! Frames without a codec are given up while they are read: each look at the stop is followed by a million samples at most.

use std::cell::Cell;

use viewer_core::codec::{self, Fault, Stop, TransferSyntax};
use viewer_core::dicom::header::{Photometric, PixelHeader, SampleKind};
use viewer_core::dicom::limits::Limits;
use viewer_core::frame::Samples;

/// Native and deflated frames (PS3.5 sections 8.1 and 8.2.16) of eight million samples.
#[test]
fn a_large_frame_without_a_codec_is_given_up_all_along() {
    let header = PixelHeader {
        rows: 2048,
        columns: 4096,
        samples_per_pixel: 1,
        photometric: Photometric::Monochrome2,
        planar: false,
        bits_allocated: 16,
        bits_stored: 16,
        high_bit: 15,
        kind: SampleKind::Unsigned,
        frames: 1,
    };
    let plain: Vec<u8> = (0..2048 * 4096u32).flat_map(|at| (at as u16).to_le_bytes()).collect();
    let deflated = miniz_oxide::deflate::compress_to_vec(&plain, 1);
    for (uid, bytes) in [("1.2.840.10008.1.2.1", &plain), ("1.2.840.10008.1.2.8.1", &deflated)] {
        let syntax = TransferSyntax::from_uid(uid).unwrap();
        let decode = |stop: &dyn Stop| codec::decode(&header, syntax, bytes, &Limits::default(), stop);
        let asked = Cell::new(0);
        let whole = decode(&|| {
            asked.set(asked.get() + 1);
            false
        });
        assert!(matches!(whole.unwrap().frame.samples(), Samples::U16(words) if words[70_000] == 4464));
        assert!(asked.get() > 8, "{uid}: asked {} times", asked.get());
        for polls in 0..asked.get() {
            let left = Cell::new(polls);
            let stop = || left.replace(left.get() - 1) == 0;
            assert_eq!(decode(&stop).err().map(|error| error.fault), Some(Fault::Stopped), "{uid} {polls}");
        }
    }
}
