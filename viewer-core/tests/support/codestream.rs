//! Codestreams of JPEG 2000 taken apart and put together again, for tests.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used)]

use std::ops::Range;
use viewer_core::codec::{self, Decoded, NeverStop, TransferSyntax};
use viewer_core::dicom::header::{Photometric, PixelHeader, SampleKind};
use viewer_core::dicom::limits::Limits;

pub const SOP: u8 = 0x91;
pub const EPH: u8 = 0x92;
const SOT: u8 = 0x90;
const SOD: u8 = 0x93;

/// A marker segment: marker, and what follows its length.
pub type Segment = (u8, Vec<u8>);

/// A tile-part: its tile, its marker segments but SOT, its packets.
#[derive(Clone)]
pub struct Part {
    pub tile: u16,
    pub index: u8,
    pub of: u8,
    pub segments: Vec<Segment>,
    pub body: Vec<u8>,
}

/// A codestream: the main header's marker segments and the tile-parts.
#[derive(Clone)]
pub struct Stream {
    pub main: Vec<Segment>,
    pub parts: Vec<Part>,
}

/// Marker segments from `at` up to the first of the marker `until`; where that is.
fn segments(bytes: &[u8], mut at: usize, until: u8) -> (Vec<Segment>, usize) {
    let mut found = Vec::new();
    while bytes[at + 1] != until {
        let end = at + 2 + usize::from(u16::from_be_bytes([bytes[at + 2], bytes[at + 3]]));
        found.push((bytes[at + 1], bytes[at + 4..end].to_vec()));
        at = end;
    }
    (found, at)
}

impl Stream {
    /// Takes a whole codestream apart.
    pub fn read(bytes: &[u8]) -> Self {
        let (main, mut at) = segments(bytes, 2, SOT);
        let mut parts = Vec::new();
        while bytes[at + 1] == SOT {
            let tile = u16::from_be_bytes([bytes[at + 4], bytes[at + 5]]);
            let length = u32::from_be_bytes(bytes[at + 6..at + 10].try_into().unwrap());
            let (index, of) = (bytes[at + 10], bytes[at + 11]);
            let end = at + length as usize;
            let (segments, data) = segments(bytes, at + 12, SOD);
            parts.push(Part { tile, index, of, segments, body: bytes[data + 2..end].to_vec() });
            at = end;
        }
        Self { main, parts }
    }

    /// The content of a segment of the main header.
    pub fn content(&mut self, marker: u8) -> &mut Vec<u8> {
        &mut self.main.iter_mut().find(|(one, _)| *one == marker).unwrap().1
    }

    /// The bytes again.
    pub fn written(&self) -> Vec<u8> {
        let mut out = vec![0xff, 0x4f];
        put(&mut out, &self.main);
        for part in &self.parts {
            let mut after = Vec::new();
            put(&mut after, &part.segments);
            after.extend([0xff, SOD]);
            after.extend(&part.body);
            out.extend([0xff, SOT, 0, 10]);
            out.extend(part.tile.to_be_bytes());
            out.extend((after.len() as u32 + 12).to_be_bytes());
            out.extend([part.index, part.of]);
            out.extend(after);
        }
        out.extend([0xff, 0xd9]);
        out
    }
}

fn put(out: &mut Vec<u8>, segments: &[Segment]) {
    for (marker, content) in segments {
        out.extend([0xff, *marker]);
        out.extend((content.len() as u16 + 2).to_be_bytes());
        out.extend(content);
    }
}

/// Packets of a body that has SOP before each and EPH after each one's header: places of header and body.
pub fn packets(body: &[u8]) -> Vec<[Range<usize>; 2]> {
    // Neither headers nor code-blocks have 0xff followed by more than 0x8f.
    let places = |marker: u8| {
        let pairs = body.windows(2).enumerate();
        pairs.filter(move |(_, pair)| *pair == [0xff, marker]).map(|(at, _)| at).collect::<Vec<_>>()
    };
    let (starts, ends) = (places(SOP), places(EPH));
    assert_eq!(starts.len(), ends.len());
    let after = starts.iter().skip(1).copied().chain([body.len()]);
    (starts.iter().zip(&ends).zip(after))
        .map(|((&start, &end), next)| [start + 6..end, end + 2..next])
        .collect()
}

/// Unsigned samples in 8 or 16 bits, three of them in colour.
pub fn header(columns: u32, rows: u32, colour: bool, bits: u8) -> PixelHeader {
    PixelHeader {
        rows,
        columns,
        samples_per_pixel: if colour { 3 } else { 1 },
        photometric: if colour { Photometric::YbrRct } else { Photometric::Monochrome2 },
        planar: false,
        bits_allocated: if bits > 8 { 16 } else { 8 },
        bits_stored: bits,
        high_bit: bits - 1,
        kind: SampleKind::Unsigned,
        frames: 1,
    }
}

/// The picture, which has to be whole.
pub fn decoded(header: &PixelHeader, bytes: &[u8]) -> Decoded {
    let syntax = TransferSyntax::HtJpeg2000;
    codec::decode(header, syntax, bytes, &Limits::default(), &NeverStop).unwrap()
}
