//! What the targets share: small limits, headers chosen by a few bytes, a stop that bounds a decode's time.
#![forbid(unsafe_code)]

use std::cell::Cell;
use viewer_core::codec::{self, Stop, TransferSyntax};
use viewer_core::dicom::header::{Photometric, PixelHeader, SampleKind};
use viewer_core::dicom::limits::Limits;

/// Limits small enough that breaking one is seen as a fuzzer's memory or time limit.
pub fn limits() -> Limits {
    Limits {
        frame_pixels: 1 << 20,
        frame_bytes: 8 << 20,
        frames: 1000,
        inflated_bytes: 4 << 20,
        sequence_depth: 32,
        elements: 20_000,
        element_bytes: 4 << 20,
        lut_entries: 65_536,
    }
}

/// Says stop after so many polls.
pub struct After(Cell<u32>);

impl Stop for After {
    fn stopped(&self) -> bool {
        self.0.set(self.0.get().saturating_sub(1));
        self.0.get() == 0
    }
}

/// A header made of six bytes, always one that the header reader would let through.
pub fn header(choice: [u8; 6]) -> PixelHeader {
    let colour = choice[2] & 1 == 1;
    let sign = if choice[2] & 8 != 0 { SampleKind::Signed } else { SampleKind::Unsigned };
    let (bits_allocated, kind) = match choice[2] >> 4 {
        12 if !colour => (1, SampleKind::Unsigned),
        13 if !colour => (32, sign),
        14 if !colour => (32, SampleKind::Float),
        15 if !colour => (64, SampleKind::Double),
        _ => (if choice[2] & 2 == 0 { 8 } else { 16 }, sign),
    };
    let is_float = matches!(kind, SampleKind::Float | SampleKind::Double);
    let bits_stored = if is_float { bits_allocated } else { (choice[3] % bits_allocated) + 1 };
    PixelHeader {
        rows: u32::from(choice[0] % 64) + 1,
        columns: u32::from(choice[1] % 64) + 1,
        samples_per_pixel: if colour { 3 } else { 1 },
        photometric: match (colour, choice[4] % 8) {
            (false, 0) => Photometric::Monochrome1,
            (false, 3) => Photometric::PaletteColor,
            (false, _) => Photometric::Monochrome2,
            (true, 0) => Photometric::Rgb,
            (true, 1) => Photometric::YbrFull,
            (true, 2) => Photometric::YbrFull422,
            (true, 3) => Photometric::YbrRct,
            (true, 4) => Photometric::YbrPartial422,
            (true, 5) => Photometric::YbrPartial420,
            (true, 6) => Photometric::YbrIct,
            (true, _) => Photometric::Xyb,
        },
        planar: colour && choice[2] & 4 != 0,
        bits_allocated,
        bits_stored,
        high_bit: (bits_stored - 1 + (choice[4] >> 6)).min(bits_allocated - 1),
        kind,
        frames: 1,
    }
}

/// Decodes as one of the syntaxes; a frame that comes out must be one that fits its header.
pub fn decode(bytes: &[u8], syntaxes: &[TransferSyntax]) {
    decode_enlarged(bytes, syntaxes, 1);
}

/// The same with so many times the rows and columns, for codings that treat larger pictures otherwise.
pub fn decode_enlarged(bytes: &[u8], syntaxes: &[TransferSyntax], times: u32) {
    let Some((choice, rest)) = bytes.split_first_chunk::<6>() else { return };
    let header = header(*choice);
    let header = PixelHeader { rows: header.rows * times, columns: header.columns * times, ..header };
    let syntax = syntaxes[usize::from(choice[5]) % syntaxes.len()];
    let stop = After(Cell::new(100_000));
    // One of eight is asked for at a lower resolution, where its coding has one.
    let reduction = if choice[5] >> 5 == 7 { 2 } else { 0 };
    if let Ok(reduced) = codec::decode_reduced(&header, syntax, rest, reduction, &limits(), &stop) {
        let frame = &reduced.decoded.frame;
        if reduced.reduction == 0 {
            assert_eq!((frame.rows(), frame.columns()), (header.rows, header.columns));
        }
        let _ = codec::stats(frame, None);
    }
}
