//! Code-blocks of both kinds in one component, T.814: blocks out of a codestream by OpenJPH and out of one by OpenJPEG of
//! the same picture, put together into one, are that picture.

#![allow(clippy::unwrap_used, reason = "a test")]

#[path = "support/codestream.rs"]
mod codestream;

use codestream::{Stream, decoded, header};
use viewer_core::codec::{self, NeverStop, TransferSyntax};
use viewer_core::dicom::limits::Limits;

const COD: u8 = 0x52;
const QCD: u8 = 0x5c;
const RESOLUTIONS: usize = 5;

/// A code-block as a packet has it.
struct Block {
    high_throughput: bool,
    /// Bit-planes that the band has, and those that are empty in the block.
    planes: u32,
    empty: u32,
    passes: u32,
    data: Vec<u8>,
}

/// Bits of a packet's header, B.10.1.
struct Reader<'b>(&'b [u8], usize, u32);

impl Reader<'_> {
    fn bit(&mut self) -> u32 {
        if self.2 == 0 {
            let full = self.1 > 0 && self.0[self.1 - 1] == 0xff;
            (self.1, self.2) = (self.1 + 1, if full { 7 } else { 8 });
        }
        self.2 -= 1;
        u32::from(self.0[self.1 - 1] >> self.2 & 1)
    }

    fn bits(&mut self, count: u32) -> u32 {
        (0..count).fold(0, |value, _| value << 1 | self.bit())
    }

    fn count(&mut self, until: u32) -> u32 {
        let mut count = 0;
        while self.bit() != until {
            count += 1;
        }
        count
    }
}

#[derive(Default)]
struct Writer(Vec<u8>, u32);

impl Writer {
    fn bits(&mut self, value: u32, count: u32) {
        for bit in (0..count).rev() {
            if self.1 == 0 {
                let full = self.0.last() == Some(&0xff);
                self.0.push(0);
                self.1 = if full { 7 } else { 8 };
            }
            self.1 -= 1;
            *self.0.last_mut().unwrap() |= ((value >> bit & 1) as u8) << self.1;
        }
    }

    fn count(&mut self, count: u32, until: u32) {
        (0..count).for_each(|_| self.bits(1 - until, 1));
        self.bits(until, 1);
    }

    fn finish(mut self) -> Vec<u8> {
        if self.0.last() == Some(&0xff) {
            self.0.push(0);
        }
        self.0
    }
}

/// The blocks by resolution, in streams with one component, one layer, and one block in every band.
fn blocks(stream: &mut Stream, high_throughput: bool) -> Vec<Vec<Block>> {
    let steps = stream.content(QCD).clone();
    let guard = u32::from(steps[0] >> 5);
    let mut planes = steps[1..].iter().map(|step| guard + u32::from(step >> 3) - 1);
    let mut rest = stream.parts[0].body.as_slice();
    let resolution = |resolution| {
        let mut bits = Reader(rest, 0, 0);
        assert_eq!(bits.bit(), 1);
        let bands = if resolution == 0 { 1 } else { 3 };
        let mut blocks: Vec<Block> = (0..bands).map(|_| block(&mut bits, high_throughput)).collect();
        let mut at = bits.1 + usize::from(rest[bits.1 - 1] == 0xff);
        for block in &mut blocks {
            block.planes = planes.next().unwrap();
            let length = block.data.len();
            block.data.copy_from_slice(&rest[at..at + length]);
            at += length;
        }
        rest = &rest[at..];
        blocks
    };
    let blocks = (0..RESOLUTIONS).map(resolution).collect();
    assert!(rest.is_empty());
    blocks
}

fn block(bits: &mut Reader<'_>, high_throughput: bool) -> Block {
    assert_eq!(bits.bit(), 1, "a block that is not there");
    let empty = bits.count(1);
    // Table B.4.
    let mut passes = 1;
    for (width, most) in [(1, 1), (1, 1), (2, 3), (5, 31), (7, 127)] {
        let more = bits.bits(width);
        passes += more;
        if more < most {
            break;
        }
    }
    let length_bits = 3 + bits.count(0);
    assert!(!high_throughput || passes == 1);
    let length = bits.bits(length_bits + passes.ilog2());
    Block { high_throughput, planes: 0, empty, passes, data: vec![0; length as usize] }
}

/// A packet of blocks of bands of so many planes.
fn packet(blocks: &[&Block], planes: &[u32]) -> Vec<u8> {
    let mut bits = Writer::default();
    bits.bits(1, 1);
    for (block, planes) in blocks.iter().zip(planes) {
        bits.bits(1, 1);
        bits.count(block.empty + planes - block.planes, 1);
        let mut more = block.passes - 1;
        for (width, most) in [(1, 1), (1, 1), (2, 3), (5, 31), (7, 127)] {
            bits.bits(more.min(most), width);
            if more < most {
                break;
            }
            more -= most;
        }
        let length = block.data.len() as u32;
        let needed = length.ilog2() + 1;
        // A high-throughput block has a bit to spare, and at least one more than there are at first.
        let length_bits = if block.high_throughput {
            (needed + 1).max(4)
        } else {
            needed.saturating_sub(block.passes.ilog2()).max(3)
        };
        bits.count(length_bits - 3, 0);
        bits.bits(length, length_bits + block.passes.ilog2());
    }
    let data = blocks.iter().flat_map(|block| block.data.iter().copied());
    bits.finish().into_iter().chain(data).collect()
}

/// Whether a band's block is the high-throughput one.
type Takes = fn(usize) -> bool;

/// Both codestreams' blocks in one, `takes` says of which bands the high-throughput one's. `kinds`: bits 6 and 7 of the style.
fn mixed(kinds: u8, takes: Takes) -> Vec<u8> {
    let mut high_throughput = Stream::read(include_bytes!("codestreams/ht_mono16.j2k"));
    let mut other = Stream::read(include_bytes!("codestreams/plain_mono16.j2k"));
    let (ours, theirs) = (blocks(&mut high_throughput, true), blocks(&mut other, false));
    let mut band = 0;
    let mut body = Vec::new();
    for (ours, theirs) in ours.iter().zip(&theirs) {
        let planes: Vec<u32> = ours.iter().map(|block| block.planes).collect();
        let chosen: Vec<&Block> = (ours.iter().zip(theirs))
            .map(|(one, other)| {
                band += 1;
                if takes(band - 1) { one } else { other }
            })
            .collect();
        body.extend(packet(&chosen, &planes));
    }
    let mut stream = high_throughput;
    let style = &mut stream.content(COD)[8];
    *style = *style & 0x3f | kinds;
    stream.parts[0].body = body;
    stream.written()
}

/// The picture that both encoders were given, of 16 bits.
fn picture() -> codec::Decoded {
    decoded(&header(61, 47, false, 16), include_bytes!("codestreams/plain_mono16.j2k"))
}

#[test]
fn blocks_of_both_kinds_are_one_picture() {
    let header = header(61, 47, false, 16);
    let expected = picture();
    let takes: [(&str, Takes); 5] = [
        ("all", |_| true),
        ("none", |_| false),
        ("every other", |band| band % 2 == 0),
        ("the others", |band| band % 2 == 1),
        ("the lower resolutions", |band| band < 7),
    ];
    for (name, takes) in takes {
        let mixed = decoded(&header, &mixed(0xc0, takes));
        assert_eq!(mixed.frame.samples(), expected.frame.samples(), "{name}");
        assert!(mixed.warnings.is_empty(), "{name}");
    }
}

/// Where all blocks are of one kind the same bits say so without a spare one; and no style has bit 7 alone.
#[test]
fn other_styles_are_not_taken_for_it() {
    let header = header(61, 47, false, 16);
    let expected = picture();
    let high_throughput = decoded(&header, &mixed(0x40, |_| true));
    assert_eq!(high_throughput.frame.samples(), expected.frame.samples());
    let refused = |bytes: &[u8]| {
        codec::decode(&header, TransferSyntax::HtJpeg2000, bytes, &Limits::default(), &NeverStop).is_err()
    };
    assert!(refused(&mixed(0x80, |_| true)));
    // Blocks of several segments cannot be told apart before their lengths are read.
    for several in [1, 4] {
        assert!(refused(&mixed(0xc0 | several, |band| band % 2 == 0)));
    }
}

#[test]
fn damage_never_panics() {
    let header = header(61, 47, false, 16);
    let mut bytes = mixed(0xc0, |band| band % 3 == 0);
    let mut seed = 11u32;
    for _ in 0..600 {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let at = (seed >> 8) as usize % bytes.len();
        let was = std::mem::replace(&mut bytes[at], seed as u8);
        let _ = codec::decode(&header, TransferSyntax::HtJpeg2000, &bytes, &Limits::default(), &NeverStop);
        // Some damage stays.
        if seed >> 28 != 0 {
            bytes[at] = was;
        }
    }
}
