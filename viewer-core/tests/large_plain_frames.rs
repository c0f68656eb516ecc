//! Frames without a codec are given up while they are read: each look at the stop is followed by a million samples at most.

#![allow(clippy::unwrap_used)]

use std::cell::Cell;

use viewer_core::codec::{self, Decoded, Fault, NeverStop, Stop, TransferSyntax};
use viewer_core::dicom::header::{Photometric, PixelHeader, SampleKind};
use viewer_core::dicom::limits::Limits;
use viewer_core::frame::Samples;

const GREY: PixelHeader = PixelHeader {
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

/// Asked for so often before it is whole, and given up at each of these times.
fn given_up_all_along(header: &PixelHeader, uid: &str, bytes: &[u8], least: u32) -> Decoded {
    let syntax = TransferSyntax::from_uid(uid).unwrap();
    let decode = |stop: &dyn Stop| codec::decode(header, syntax, bytes, &Limits::default(), stop);
    let asked = Cell::new(0);
    decode(&|| {
        asked.set(asked.get() + 1);
        false
    })
    .unwrap();
    assert!(asked.get() >= least, "{uid}: asked {} times", asked.get());
    for polls in 0..asked.get() {
        let asked = Cell::new(0);
        let stop = || asked.replace(asked.get() + 1) == polls;
        assert_eq!(decode(&stop).err().map(|error| error.fault), Some(Fault::Stopped), "{uid} {polls}");
    }
    decode(&NeverStop).unwrap()
}

/// Eight million samples, native and deflated (PS3.5 sections 8.1 and 8.2.16).
#[test]
fn grey() {
    let plain: Vec<u8> = (0..2048 * 4096u32).flat_map(|at| (at as u16).to_le_bytes()).collect();
    let deflated = miniz_oxide::deflate::compress_to_vec(&plain, 1);
    for (uid, bytes, least) in [("1.2.840.10008.1.2.1", &plain, 8), ("1.2.840.10008.1.2.8.1", &deflated, 24)]
    {
        let whole = given_up_all_along(&GREY, uid, bytes, least);
        assert!(matches!(whole.frame.samples(), Samples::U16(words) if words[70_000] == 4464), "{uid}");
    }
}

/// Samples of one bit, eight to a byte (PS3.5 section 8.1.1).
#[test]
fn one_bit() {
    let bits = PixelHeader { bits_allocated: 1, bits_stored: 1, high_bit: 0, ..GREY };
    let bytes = vec![0b0100_0010; 2048 * 4096 / 8];
    let whole = given_up_all_along(&bits, "1.2.840.10008.1.2.1", &bytes, 8);
    let eight = [0, 1, 0, 0, 0, 0, 1, 0];
    assert!(
        matches!(whole.frame.samples(), Samples::U8(v) if v.as_chunks::<8>().0.iter().all(|some| *some == eight))
    );
}

/// Planes put together (PS3.3 C.7.6.3.1.3), chroma spread (C.7.6.3.1.2).
#[test]
fn colour() {
    let colour = PixelHeader { samples_per_pixel: 3, bits_allocated: 8, bits_stored: 8, high_bit: 7, ..GREY };
    let planes = PixelHeader { photometric: Photometric::Rgb, planar: true, ..colour };
    let pixels = 2048 * 4096;
    let bytes = [1, 2, 3].map(|value| vec![value; pixels]).concat();
    let whole = given_up_all_along(&planes, "1.2.840.10008.1.2.1", &bytes, 32);
    assert!(
        matches!(whole.frame.samples(), Samples::U8(v) if v.as_chunks::<3>().0.iter().all(|p| *p == [1, 2, 3]))
    );

    let halved = PixelHeader { rows: 512, photometric: Photometric::YbrFull422, ..colour };
    let bytes = [1, 2, 3, 4].repeat(512 * 4096 / 2);
    let whole = given_up_all_along(&halved, "1.2.840.10008.1.2.1", &bytes, 512);
    assert!(matches!(whole.frame.samples(), Samples::U8(v) if v[..6] == [1, 3, 4, 2, 3, 4]));
}
