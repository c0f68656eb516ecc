//! Every picture of the corpus decodes to what other decoders made of it, and no damage makes ours panic.

#![allow(clippy::expect_used)]

mod support;

use std::cell::Cell;
use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use support::{Row, corpus, manifest};
use viewer_core::codec::{self, Decoded, Family, Fault, NeverStop, TransferSyntax, Warning};
use viewer_core::dicom::frames::{FrameIndex, align_bits};
use viewer_core::dicom::header::{Photometric, PixelHeader};
use viewer_core::dicom::limits::Limits;
use viewer_core::dicom::{part10, read_header};
use viewer_core::frame::{ColourModel, Samples};

/// First frame of a file: all that a decoder is given.
struct Coded {
    header: PixelHeader,
    syntax: TransferSyntax,
    bytes: Vec<u8>,
}

impl Coded {
    fn read(file: &[u8]) -> Option<Self> {
        let limits = Limits::default();
        let file = part10::read(file, &limits).ok()?;
        let uid = file.frame_transfer_syntax();
        let header = read_header(&file.data, Some(uid), &limits).ok()?.pixels;
        let syntax = TransferSyntax::from_uid(uid)?;
        let place = FrameIndex::new(&file, &header).and_then(|frames| frames.frame(0)).ok()?;
        let pixels = u64::from(header.rows) * u64::from(header.columns);
        let bytes = place.of(&file.bytes);
        let bytes = if place.bit_offset == 0 {
            bytes.into_owned()
        } else {
            align_bits(&bytes, place.bit_offset, pixels)
        };
        Some(Self { header, syntax, bytes })
    }

    fn decode(&self, bytes: &[u8]) -> Result<Decoded, codec::DecodeError> {
        codec::decode(&self.header, self.syntax, bytes, &Limits::default(), &NeverStop)
    }
}

/// Rows with the hash of their first frame, in a syntax that this build decodes.
fn pictures() -> Vec<(Row, Coded)> {
    let Some(corpus) = corpus() else { return Vec::new() };
    let wanted = |row: &Row| !row.get("frame1_sha256").is_empty();
    let coded = |row: Row| {
        let file = std::fs::read(corpus.join(row.path())).expect("a file that the manifest lists");
        let coded = Coded::read(&file).unwrap_or_else(|| panic!("{} cannot be read", row.path()));
        coded.syntax.decodable().then_some((row, coded))
    };
    manifest(&corpus).into_iter().filter(wanted).filter_map(coded).collect()
}

/// Little endian bytes and values of the canonical form.
fn canonical(samples: &Samples) -> (Vec<u8>, Vec<f64>) {
    macro_rules! both {
        ($values:expr) => {
            (
                $values.iter().flat_map(|value| value.to_le_bytes()).collect(),
                $values.iter().map(|&value| value as f64).collect(),
            )
        };
    }
    match samples {
        Samples::U8(v) => both!(v),
        Samples::I8(v) => both!(v),
        Samples::U16(v) => both!(v),
        Samples::I16(v) => both!(v),
        Samples::U32(v) => both!(v),
        Samples::I32(v) => both!(v),
        Samples::F32(v) => both!(v),
        Samples::F64(v) => both!(v),
    }
}

/// Whether minimum, maximum and mean of a frame are those of the manifest, for lossy codings whose decoders may
/// differ by rounding.
fn near(row: &Row, values: &[f64], tolerance: f64) -> bool {
    let number = |column: &str| row.get(column).parse::<f64>().unwrap_or(f64::NAN);
    let min = values.iter().copied().fold(f64::INFINITY, f64::min);
    let max = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    (min - number("frame1_min")).abs() <= tolerance
        && (max - number("frame1_max")).abs() <= tolerance
        && (mean - number("frame1_mean")).abs() <= 0.05
}

/// The manifest's name of a colour model: what a decoder handed over, before any conversion.
fn model_term(model: ColourModel) -> &'static str {
    match model {
        ColourModel::Monochrome1 => "MONOCHROME1",
        ColourModel::Monochrome2 => "MONOCHROME2",
        ColourModel::Palette => "PALETTE COLOR",
        ColourModel::Rgb => "RGB",
        ColourModel::YbrFull => "YBR_FULL",
        ColourModel::YbrPartial => "YBR_PARTIAL",
    }
}

/// PS3.3 C.7.6.3.1.2: a colour is converted once, so what the samples are has to be known after decoding.
#[test]
fn colour_models_are_those_of_other_decoders() {
    let mut compared = 0;
    for (row, coded) in pictures() {
        let Ok(decoded) = coded.decode(&coded.bytes) else { continue };
        // JFIF with shared chroma is Y, C_B, C_R, whatever the header calls it: libjpeg agrees, DCMTK and GDCM keep "RGB"
        // and show the mouth in blue and orange.
        if row.path().ends_with("gh195_jpeg51_8bit_rgb.dcm") {
            assert_eq!(
                (decoded.frame.model(), &decoded.warnings[..]),
                (ColourModel::YbrFull, &[Warning::Colour][..])
            );
            continue;
        }
        let expected = row.get("frame1_model").replace("_422", "");
        let expected = expected.split(" uint").next().unwrap_or_default();
        let expected = expected.split(" int").next().unwrap_or_default();
        let expected = expected.split(" float").next().unwrap_or_default();
        assert_eq!(model_term(decoded.frame.model()), expected, "{}: {:?}", row.path(), decoded.warnings);
        compared += 1;
    }
    assert!(compared > 600 || corpus().is_none(), "only {compared} pictures");
}

/// PS3.3 C.7.6.1.1.5 has the header say it; where it does not, the coding does.
#[test]
fn only_what_lost_something_is_called_lossy() {
    let named = [
        ("jls81_mr_u12_near1.dcm", true),
        ("jls81_rgb_near3.dcm", true),
        ("htj2k203_mr_u12_lossy.dcm", true),
        ("htj2k203_mr_u12_lossless.dcm", false),
        ("j2k91_rgb_layers_ict.dcm", true),
    ];
    let mut found = 0;
    for (row, coded) in pictures() {
        let name = named.iter().find(|(name, _)| row.path().ends_with(name));
        found += usize::from(name.is_some());
        let expected = match (name, coded.syntax.family()) {
            (Some((_, lossy)), _) => *lossy,
            (_, Family::Jpeg) => true,
            _ if !coded.syntax.lossy() || row.get("lossless_family").ends_with("/lossless") => false,
            _ => continue,
        };
        // The rest of a large corpus says nothing new.
        if coded.bytes.len() > 1 << 19 {
            continue;
        }
        let Ok(decoded) = coded.decode(&coded.bytes) else { continue };
        assert_eq!(decoded.lossy, expected, "{}", row.path());
    }
    assert!(found == named.len() || corpus().is_none(), "only {found} of the named files");
}

#[test]
fn first_frames_are_those_of_other_decoders() {
    let mut failures = Vec::new();
    let mut counts: BTreeMap<&str, [u32; 2]> = BTreeMap::new();
    for (row, coded) in pictures() {
        if row.path().ends_with("SC_rgb_small_odd_big_endian.dcm") {
            // Bytes in big endian words: put in order by whoever cuts the frame out, who knows the VR.
            continue;
        }
        let decoded = match coded.decode(&coded.bytes) {
            Ok(decoded) => decoded,
            Err(error) => {
                failures.push(format!("{}: {error}", row.path()));
                continue;
            }
        };
        let (bytes, values) = canonical(decoded.frame.samples());
        let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        let exact = hash == row.get("frame1_sha256");
        counts.entry(coded.syntax.name()).or_default()[usize::from(!exact)] += 1;
        // DCT and JPEG 2000's irreversible path leave rounding open; others agree with us to the bit nearly always.
        let family = coded.syntax.family();
        let open = coded.syntax.lossy()
            && matches!(family, Family::Jpeg | Family::Jpeg2000 | Family::HtJpeg2000 | Family::JpegXl);
        let subsampled = coded.header.photometric == Photometric::YbrFull422;
        let colour = coded.header.samples_per_pixel == 3;
        let tolerance = if colour && (family == Family::Jpeg || family == Family::JpegXl && subsampled) {
            15.0
        } else {
            1.0
        };
        if !(exact || open && near(&row, &values, tolerance)) {
            failures.push(format!("{}: {hash}, {:?}", row.path(), decoded.warnings));
        }
    }
    eprintln!("exact, within rounding: {counts:#?}");
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}

/// One small picture of each transfer syntax.
fn samples_of_each() -> Vec<(String, Coded)> {
    let mut smallest: BTreeMap<&str, (String, Coded)> = BTreeMap::new();
    for (row, coded) in pictures() {
        let uid = coded.syntax.uid();
        if smallest.get(uid).is_none_or(|(_, known)| coded.bytes.len() < known.bytes.len()) {
            smallest.insert(uid, (row.path().to_owned(), coded));
        }
    }
    smallest.into_values().collect()
}

#[test]
fn damage_never_panics() {
    let mut seed = 1u32;
    let mut random = move |below: usize| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as usize % below.max(1)
    };
    for (_, coded) in samples_of_each() {
        let length = coded.bytes.len();
        let rounds = (2_000_000 / (length + 20_000)).clamp(10, 60);
        for _ in 0..rounds {
            let _ = coded.decode(&coded.bytes[..random(length)]);
            let mut bytes = coded.bytes.clone();
            for _ in 0..=random(4) {
                let near_the_start = random(2) == 0;
                let at = random(if near_the_start { length.min(200) } else { length });
                bytes[at] = random(256) as u8;
            }
            let _ = coded.decode(&bytes);
        }
    }
}

#[test]
fn a_short_stream_is_told_from_a_whole_one() {
    for (path, coded) in samples_of_each() {
        let whole = coded.decode(&coded.bytes).unwrap_or_else(|error| panic!("{path}: {error}"));
        let cut = &coded.bytes[..coded.bytes.len() * 3 / 5];
        match coded.decode(cut) {
            Err(error) => assert!(!matches!(error.fault, Fault::Unsupported(_)), "{path}: {error}"),
            Ok(part) => {
                assert_eq!(part.frame.samples().len(), whole.frame.samples().len());
                assert!(whole.is_whole() && !part.is_whole(), "{path}: {:?}", part.warnings);
            }
        }
    }
}

#[test]
fn a_frame_that_is_not_wanted_any_more_is_given_up() {
    for (path, coded) in samples_of_each() {
        for polls in [0, 1] {
            let left = Cell::new(polls);
            let stop = || {
                let stopped = left.get() == 0;
                left.set(left.get().max(1) - 1);
                stopped
            };
            let result = codec::decode(&coded.header, coded.syntax, &coded.bytes, &Limits::default(), &stop);
            let fault = result.err().map(|error| error.fault);
            // There each look at the stop is followed by a million samples: large_plain_frames.rs.
            let plain = matches!(coded.syntax.family(), Family::Native | Family::Deflate);
            assert!(fault == Some(Fault::Stopped) || (plain && polls > 0), "{path}: {fault:?}");
        }
    }
}

#[test]
fn frames_beyond_the_limits_are_refused() {
    for (path, coded) in samples_of_each() {
        let limits = Limits { frame_bytes: 8, ..Limits::default() };
        let result = codec::decode(&coded.header, coded.syntax, &coded.bytes, &limits, &NeverStop);
        let fault = result.err().map(|error| error.fault);
        assert!(matches!(fault, Some(Fault::Limit { .. })), "{path}: {fault:?}");
    }
}
