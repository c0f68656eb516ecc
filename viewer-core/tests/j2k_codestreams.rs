//! JPEG 2000 codestreams by other encoders, the standard's own example, and what is left of streams that are cut.

#[path = "support/codestream.rs"]
mod codestream;

use codestream::header;
use sha2::{Digest, Sha256};
use viewer_core::codec::{self, DecodeError, Fault, NeverStop, Reduced, TransferSyntax, Warning};
use viewer_core::dicom::header::PixelHeader;
use viewer_core::dicom::limits::Limits;
use viewer_core::frame::Samples;

const COLUMNS: u32 = 61;
const ROWS: u32 = 47;

/// The picture that all codestreams are of, one of its planes.
fn value(x: u32, y: u32, plane: u32, bits: u8) -> u16 {
    let value =
        (x * x + 3 * y * y + 17 * plane) / 9 + (x ^ (y + plane)) * 5 + (x * 7 + y * 13 + plane) % 11 * 3;
    (value & ((1 << bits) - 1)) as u16
}

struct Coded {
    name: &'static str,
    bytes: &'static [u8],
    header: PixelHeader,
    irreversible: bool,
}

macro_rules! codestreams {
    ($($name:literal $colour:literal $bits:literal),* $(,)?) => {
        [$(Coded {
            name: $name,
            bytes: include_bytes!(concat!("codestreams/", $name, ".j2k")),
            header: header(COLUMNS, ROWS, $colour, $bits),
            irreversible: false,
        }),*]
    };
}

fn codestreams() -> Vec<Coded> {
    let all = codestreams![
        "styles_mono12" false 12,
        "bypass_mono12" false 12,
        "plain_mono16" false 16,
        "rlcp_mono16" false 16,
        "rpcl_colour8" true 8,
        "pcrl_colour8" true 8,
        "cprl_colour8" true 8,
        "changes_colour8" true 8,
        "region_mono8" false 8,
        "irreversible_colour8" true 8,
        "ht_mono16" false 16,
        "ht_colour8" true 8,
        "ht_irreversible_mono12" false 12,
        "ht_subsampled_colour8" true 8,
    ];
    all.into_iter()
        .map(|coded| Coded { irreversible: coded.name.contains("irreversible"), ..coded })
        .collect()
}

impl Coded {
    fn decode(&self, bytes: &[u8], reduction: u8) -> Result<Reduced, DecodeError> {
        let syntax = TransferSyntax::HtJpeg2000;
        codec::decode_reduced(&self.header, syntax, bytes, reduction, &Limits::default(), &NeverStop)
    }

    fn expected(&self) -> Vec<u16> {
        let planes = u32::from(self.header.samples_per_pixel);
        let pixels = (0..ROWS).flat_map(|y| (0..COLUMNS).map(move |x| (x, y)));
        // A sample stands for the pixels up to the next.
        let fewer = self.name.contains("subsampled");
        let start = move |at: u32, plane: u32| if fewer && plane > 0 { at & !1 } else { at };
        let values = pixels.flat_map(|(x, y)| {
            (0..planes)
                .map(move |plane| value(start(x, plane), start(y, plane), plane, self.header.bits_stored))
        });
        values.collect()
    }
}

fn values(reduced: &Reduced) -> Vec<u16> {
    match reduced.decoded.frame.samples() {
        Samples::U8(values) => values.iter().map(|&value| value.into()).collect(),
        Samples::U16(values) => values.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_other_encoders_wrote_is_read() {
    for coded in codestreams() {
        let decoded = coded.decode(coded.bytes, 0).unwrap_or_else(|error| panic!("{}: {error}", coded.name));
        let difference = values(&decoded).iter().zip(coded.expected()).map(|(&a, b)| a.abs_diff(b)).max();
        // The encoder's own loss; other decoders have the same.
        let tolerance = if coded.irreversible { 2 } else { 0 };
        assert!(difference.is_some_and(|most| most <= tolerance), "{}: {difference:?}", coded.name);
        let odd: Vec<_> = decoded.decoded.warnings.iter().filter(|&&w| w != Warning::Colour).collect();
        assert!(odd.is_empty(), "{}: {odd:?}", coded.name);
    }
}

/// More than 16 bits, in words of 32.
#[test]
fn wide_samples_are_exact() {
    let header = PixelHeader { bits_allocated: 32, ..header(COLUMNS, ROWS, false, 24) };
    let bytes = include_bytes!("codestreams/wide_mono24.j2k");
    let decoded =
        codec::decode(&header, TransferSyntax::Jpeg2000, bytes, &Limits::default(), &NeverStop).unwrap();
    let value = |x: u32, y: u32| {
        let low = u64::from(value(x, y, 0, 16)) * 0x9e37_79b1;
        ((low ^ u64::from(x * 77777 + y * 1_234_567)) & 0xff_ffff) as u32
    };
    let expected = (0..ROWS).flat_map(|y| (0..COLUMNS).map(move |x| value(x, y))).collect();
    assert_eq!(*decoded.frame.samples(), Samples::U32(expected));
    assert!(decoded.warnings.is_empty());
    // They cannot be in a container of 16 bits.
    let narrow = PixelHeader { bits_allocated: 16, bits_stored: 16, high_bit: 15, ..header };
    let refused = codec::decode(&narrow, TransferSyntax::Jpeg2000, bytes, &Limits::default(), &NeverStop);
    assert!(matches!(refused.map_err(|error| error.fault), Err(Fault::Mismatch { .. })));
}

/// ISO/IEC 15444-1 J.10: a picture of one column.
#[test]
fn the_standard_s_example() {
    let coded = Coded {
        name: "J.10",
        bytes: &[
            0xff, 0x4f, 0xff, 0x51, 0, 0x29, 0, 0, 0, 0, 0, 1, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            1, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 7, 1, 1, 0xff, 0x5c, 0, 7, 0x40, 0x40, 0x48, 0x48,
            0x50, 0xff, 0x52, 0, 0x0c, 0, 0, 0, 1, 0, 1, 4, 4, 0, 1, 0xff, 0x90, 0, 0x0a, 0, 0, 0, 0, 0,
            0x1e, 0, 1, 0xff, 0x93, 0xc7, 0xd4, 0x0c, 0x01, 0x8f, 0x0d, 0xc8, 0x75, 0x5d, 0xc0, 0x7c, 0x21,
            0x80, 0x0f, 0xb1, 0x76, 0xff, 0xd9,
        ],
        header: header(1, 9, false, 8),
        irreversible: false,
    };
    let whole = coded.decode(coded.bytes, 0).unwrap();
    assert_eq!(values(&whole), [101, 103, 104, 105, 96, 97, 96, 102, 109]);
    // J.10.4: the low band is −26, −22, −30, −32, −19.
    let half = coded.decode(coded.bytes, 1).unwrap();
    assert_eq!((half.reduction, half.decoded.frame.columns(), half.decoded.frame.rows()), (1, 1, 5));
    assert_eq!(values(&half), [102, 106, 98, 96, 109]);
}

/// Sizes and hashes by `opj_decompress -r` of OpenJPEG 2.5.0, little endian.
#[test]
fn lower_resolutions_are_those_of_another_decoder() {
    let references = [
        ("styles_mono12", 1, [31, 24], "5fcfb1f36d43844c797b4b25e7754fec6f059c9dc596398f2bce4f9d2c153c51"),
        ("styles_mono12", 2, [16, 12], "d6ed8941eb2ddd6257d8edfb132fbc5e5eafa8e03d2d466bb8565629f1adeb43"),
        ("styles_mono12", 3, [8, 6], "a5cf89cf4cf80d19dd86d67fcfbcfff101238215858db79e2ad08df5cf2ef33f"),
        ("pcrl_colour8", 1, [30, 23], "17853ef199802937489b9c939c76a13bd0ddba4931fb565edad56937dde4542a"),
        ("cprl_colour8", 2, [15, 11], "465ca89608c1878c9103af23df3fc20fc1d4b1554995c875ff0029d945c04aa3"),
        ("rpcl_colour8", 2, [16, 12], "af750e0c7fb2a7f485bfd3e83c76758a15cf1abea9a902259e527378bf68f077"),
        ("ht_mono16", 2, [16, 12], "d6ed8941eb2ddd6257d8edfb132fbc5e5eafa8e03d2d466bb8565629f1adeb43"),
    ];
    let all = codestreams();
    for (name, reduction, size, hash) in references {
        let coded = all.iter().find(|coded| coded.name == name).unwrap();
        let reduced = coded.decode(coded.bytes, reduction).unwrap();
        let frame = &reduced.decoded.frame;
        assert_eq!((reduced.reduction, [frame.columns(), frame.rows()]), (reduction, size), "{name}");
        let bytes: Vec<u8> = match frame.samples() {
            Samples::U8(values) => values.clone(),
            _ => values(&reduced).iter().flat_map(|value| value.to_le_bytes()).collect(),
        };
        let found: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(found, hash, "{name} reduced {reduction} times");
    }
}

#[test]
fn no_more_is_left_out_than_there_is() {
    for coded in codestreams() {
        let reduced = coded.decode(coded.bytes, 200).unwrap();
        assert!((1..6).contains(&reduced.reduction), "{}: {}", coded.name, reduced.reduction);
    }
}

/// Mean difference from the picture.
fn distance(coded: &Coded, reduced: &Reduced) -> f64 {
    let values = values(reduced);
    let sum: u64 = values.iter().zip(coded.expected()).map(|(&a, b)| u64::from(a.abs_diff(b))).sum();
    sum as f64 / values.len() as f64
}

#[test]
fn every_prefix_with_a_packet_is_a_picture() {
    for coded in codestreams() {
        let mut shown = 0;
        let mut best = f64::INFINITY;
        // Without the end marker alone it would be whole.
        for length in (0..coded.bytes.len() - 2).step_by(13) {
            match coded.decode(&coded.bytes[..length], 0) {
                Ok(part) => {
                    shown += 1;
                    assert!(
                        part.decoded.warnings.contains(&Warning::Coarse),
                        "{} cut at {length}",
                        coded.name
                    );
                    best = best.min(distance(&coded, &part));
                }
                Err(error) => {
                    assert_eq!(
                        shown, 0,
                        "{} cut at {length}, though less was a picture: {error}",
                        coded.name
                    );
                    // Headers and the first packet are not longer.
                    assert!(length < 400, "{} cut at {length}: {error}", coded.name);
                }
            }
        }
        let whole = distance(&coded, &coded.decode(coded.bytes, 0).unwrap());
        assert!(best >= whole && shown > 20, "{}", coded.name);
    }
}

#[test]
fn damage_never_panics_and_ends() {
    let mut seed = 7u32;
    let mut random = move |below: usize| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as usize % below.max(1)
    };
    for coded in codestreams() {
        for round in 0..150 {
            let mut bytes = coded.bytes.to_vec();
            for _ in 0..=random(5) {
                let near_the_start = random(3) != 0;
                let at = random(if near_the_start { 250 } else { bytes.len() });
                bytes[at] = random(256) as u8;
            }
            let _ = coded.decode(&bytes, round % 4);
        }
    }
}

/// However its code-blocks lie, a frame asks whether it is still wanted at each of them and every 16 rows.
#[test]
fn the_stop_is_asked_often() {
    for coded in codestreams() {
        let polls = std::cell::Cell::new(0u32);
        let stop = || {
            polls.set(polls.get() + 1);
            false
        };
        let syntax = TransferSyntax::HtJpeg2000;
        codec::decode(&coded.header, syntax, coded.bytes, &Limits::default(), &stop).unwrap();
        let planes = u32::from(coded.header.samples_per_pixel);
        // The largest blocks here are of 64 × 64.
        assert!(polls.get() > ROWS / 16 + planes, "{}: {}", coded.name, polls.get());
        let at_once = || true;
        let stopped = codec::decode(&coded.header, syntax, coded.bytes, &Limits::default(), &at_once);
        assert!(matches!(stopped.map_err(|error| error.fault), Err(Fault::Stopped)), "{}", coded.name);
    }
}

/// Headers of a few bytes that ask for more than can be.
#[test]
fn headers_that_ask_for_too_much_are_refused() {
    let coded = &codestreams()[0];
    let content = |marker: u8| coded.bytes.windows(2).position(|pair| pair == [0xff, marker]).unwrap() + 4;
    let refused = |header: &PixelHeader, bytes: &[u8], limits: &Limits| {
        let result = codec::decode(header, TransferSyntax::Jpeg2000, bytes, limits, &NeverStop);
        result.map(|decoded| decoded.warnings).expect_err("refused").fault
    };
    let usual = Limits::default();
    // The most layers there can be.
    let mut layers = coded.bytes.to_vec();
    layers[content(0x52) + 2..][..2].fill(0xff);
    assert!(refused(&coded.header, &layers, &usual).to_string().contains("packets"));
    // A tile for every pixel of a large picture, and the large picture as it is where little memory is allowed.
    let large = PixelHeader { rows: 8192, columns: 8192, ..coded.header };
    let mut bytes = coded.bytes.to_vec();
    let mut set = |offset: usize, value: u32| {
        bytes[content(0x51) + offset..][..4].copy_from_slice(&value.to_be_bytes());
        bytes.clone()
    };
    for offset in [2, 6, 18] {
        set(offset, 8192);
    }
    let whole = set(22, 8192);
    let little = Limits { frame_bytes: 1 << 20, ..usual };
    assert!(matches!(refused(&large, &whole, &little), Fault::Limit { .. }));
    set(18, 1);
    let tiles = set(22, 1);
    assert!(refused(&large, &tiles, &usual).to_string().contains("tiles"));
}
