//! Every file of the corpus is read as its manifest expects.

mod support;

use std::path::Path;

use support::{Row, corpus, manifest};
use viewer_core::dicom::frames::FrameIndex;
use viewer_core::dicom::header::{InstanceHeader, Photometric, SampleKind};
use viewer_core::dicom::limits::Limits;
use viewer_core::dicom::{part10, read_header};

/// What reading a file came to.
enum Outcome {
    /// Header and first frame are there.
    Picture { header: Box<InstanceHeader>, clean: bool },
    /// An object without pictures, whole.
    NoPicture,
    /// The message for the user.
    Refused(String),
}

fn open(bytes: &[u8]) -> Outcome {
    let limits = Limits::default();
    let file = match part10::read(bytes, &limits) {
        Ok(file) => file,
        Err(error) => return Outcome::Refused(error.to_string()),
    };
    if file.pixel_data.is_none() && !file.data.elements().iter().any(|element| element.tag.0 == 0x0028) {
        return match file.problem {
            Some(problem) => Outcome::Refused(problem.to_string()),
            None => Outcome::NoPicture,
        };
    }
    let header = match read_header(&file.data, Some(file.frame_transfer_syntax()), &limits) {
        Ok(header) => header,
        Err(error) => return Outcome::Refused(error.to_string()),
    };
    let first = FrameIndex::new(&file, &header.pixels).and_then(|index| index.frame(0));
    match first {
        Ok(frame) => {
            let clean = file.problem.is_none() && frame.missing == 0 && !frame.cut;
            Outcome::Picture { header: Box::new(header), clean }
        }
        Err(error) => Outcome::Refused(error.to_string()),
    }
}

#[test]
fn every_file_is_read_as_expected() {
    let Some(corpus) = corpus() else { return };
    let mut failures = Vec::new();
    let mut pictures = 0;
    for row in manifest(&corpus) {
        if is_dicom(&row) {
            match check(&corpus, &row) {
                Ok(picture) => pictures += usize::from(picture),
                Err(failure) => failures.push(format!("{}: {failure}", row.path())),
            }
        }
    }
    assert!(failures.is_empty(), "{} files:\n{}", failures.len(), failures.join("\n"));
    assert!(pictures > 750, "only {pictures} pictures");
}

/// Files that only accompany the others, or are compressed as a whole, are not for this reader.
fn is_dicom(row: &Row) -> bool {
    let path = row.path();
    let other = [".zip", ".json", ".gz", "README"].iter().any(|end| path.ends_with(end));
    !other && (!path.ends_with(".txt") || row.get("expect") == "error-message")
}

fn check(corpus: &Path, row: &Row) -> Result<bool, String> {
    let bytes = std::fs::read(corpus.join(row.path())).map_err(|error| error.to_string())?;
    let outcome = open(&bytes);
    match (row.get("expect"), outcome) {
        ("ok" | "heuristic", Outcome::Picture { header, clean: true }) => {
            compare(row, &header).map(|()| true)
        }
        ("ok" | "heuristic", Outcome::Picture { clean: false, .. }) => Err("is read as damaged".into()),
        ("lenient-ok", Outcome::Picture { header, .. }) => compare(row, &header).map(|()| true),
        ("ok" | "heuristic" | "lenient-ok", Outcome::NoPicture) if row.get("frame1_sha256").is_empty() => {
            Ok(false)
        }
        ("ok" | "heuristic" | "lenient-ok", Outcome::NoPicture) => Err("has no picture".into()),
        ("ok" | "heuristic" | "lenient-ok", Outcome::Refused(message)) => {
            let pictureless = row.get("rows_x_cols_x_frames").is_empty() || message.contains("no pixel data");
            if row.get("frame1_sha256").is_empty() && pictureless { Ok(false) } else { Err(message) }
        }
        ("warn", Outcome::Refused(message)) if !row.get("frame1_sha256").is_empty() => Err(message),
        // A compressed stream that is damaged inside is the decoder's to refuse.
        ("error-message", Outcome::Picture { clean: true, .. }) if is_compressed(row) => Ok(true),
        ("error-message", Outcome::Picture { clean: true, .. }) => Err("should be refused".into()),
        ("error-message", Outcome::NoPicture) => Err("should be refused".into()),
        _ => Ok(false),
    }
}

fn is_compressed(row: &Row) -> bool {
    row.get("transfer_syntax_uid").starts_with("1.2.840.10008.1.2.4")
        || row.get("transfer_syntax_uid") == "1.2.840.10008.1.2.5"
}

fn compare(row: &Row, header: &InstanceHeader) -> Result<(), String> {
    let pixels = &header.pixels;
    let size = row.get("rows_x_cols_x_frames");
    if !size.is_empty() && !size.ends_with('A') {
        equal("size", size, &format!("{}x{}x{}", pixels.rows, pixels.columns, pixels.frames))?;
    }
    let bits = row.get("bits_alloc/stored+sign");
    let sign = match pixels.kind {
        SampleKind::Signed => "s",
        SampleKind::Unsigned => "u",
        SampleKind::Float | SampleKind::Double => "",
    };
    if !bits.is_empty() && !sign.is_empty() {
        // Colour is unsigned whatever Pixel Representation says (C.7.6.3.1.2).
        let sign = if pixels.samples_per_pixel == 3 { &bits[bits.len() - 1..] } else { sign };
        equal("bits", bits, &format!("{}/{}{sign}", pixels.bits_allocated, pixels.bits_stored))?;
    }
    let photometric = row.get("photometric");
    if !photometric.is_empty() {
        equal("photometric", photometric, photometric_term(pixels.photometric))?;
    }
    Ok(())
}

fn equal(what: &str, expected: &str, found: &str) -> Result<(), String> {
    if expected == found { Ok(()) } else { Err(format!("{what} {found}, expected {expected}")) }
}

fn photometric_term(photometric: Photometric) -> &'static str {
    match photometric {
        Photometric::Monochrome1 => "MONOCHROME1",
        Photometric::Monochrome2 => "MONOCHROME2",
        Photometric::PaletteColor => "PALETTE COLOR",
        Photometric::Rgb => "RGB",
        Photometric::YbrFull => "YBR_FULL",
        Photometric::YbrFull422 => "YBR_FULL_422",
        Photometric::YbrPartial422 => "YBR_PARTIAL_422",
        Photometric::YbrPartial420 => "YBR_PARTIAL_420",
        Photometric::YbrIct => "YBR_ICT",
        Photometric::YbrRct => "YBR_RCT",
        Photometric::Xyb => "XYB",
    }
}

/// The hash in the manifest is of canonical samples; for little endian samples that fill their container these are
/// the bytes of the file, so the frame index is proved right byte by byte.
#[test]
fn native_frames_are_where_the_index_says() {
    use sha2::{Digest, Sha256};
    let Some(corpus) = corpus() else { return };
    let limits = Limits::default();
    let mut checked = 0;
    for row in manifest(&corpus) {
        let plain = matches!(row.get("transfer_syntax_uid"), "1.2.840.10008.1.2" | "1.2.840.10008.1.2.1");
        let whole = matches!(row.get("bits_alloc/stored+sign"), "8/8u" | "16/16s" | "16/16u" | "32/32u");
        let comparable = plain
            && whole
            && row.get("expect") == "ok"
            && row.get("planar") != "1"
            && !row.get("photometric").contains("42")
            && !row.get("frame1_sha256").is_empty();
        if !comparable {
            continue;
        }
        let bytes = std::fs::read(corpus.join(row.path())).unwrap();
        let file = part10::read(&bytes, &limits).unwrap();
        let header = read_header(&file.data, Some(file.frame_transfer_syntax()), &limits).unwrap();
        let frame = FrameIndex::new(&file, &header.pixels).unwrap().frame(0).unwrap();
        let hash: String =
            Sha256::digest(frame.of(&file.bytes)).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hash, row.get("frame1_sha256"), "{}", row.path());
        checked += 1;
    }
    assert!(checked > 100, "only {checked} files");
}

/// Big endian 8-bit and one-bit pixels in OB are not turned; bits are counted from the first byte.
#[test]
fn small_samples_of_big_endian_files_stay_in_order() {
    use sha2::{Digest, Sha256};
    use viewer_core::dicom::frames::align_bits;
    let Some(corpus) = corpus() else { return };
    let limits = Limits::default();
    let mut checked = 0;
    for row in manifest(&corpus) {
        let big = row.get("transfer_syntax_uid") == "1.2.840.10008.1.2.2" && row.get("expect") == "ok";
        let one_bit = row.get("bits_alloc/stored+sign").starts_with("1/");
        let bytes_only = row.get("bits_alloc/stored+sign").starts_with("8/8") && row.get("planar") != "1";
        if !big || !(one_bit || bytes_only) || row.get("frame1_sha256").is_empty() {
            continue;
        }
        let bytes = std::fs::read(corpus.join(row.path())).unwrap();
        let file = part10::read(&bytes, &limits).unwrap();
        let pixels = read_header(&file.data, Some(file.frame_transfer_syntax()), &limits).unwrap().pixels;
        let frame = FrameIndex::new(&file, &pixels).unwrap().frame(0).unwrap();
        let mut samples = frame.of(&file.bytes).into_owned();
        if one_bit {
            let count = u64::from(pixels.rows) * u64::from(pixels.columns);
            let packed = align_bits(&samples, frame.bit_offset, count);
            samples = (0..count as usize).map(|at| packed[at / 8] >> (at % 8) & 1).collect();
        }
        let hash: String = Sha256::digest(&samples).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hash, row.get("frame1_sha256"), "{}", row.path());
        checked += 1;
    }
    assert!(checked >= 3, "only {checked} files");
}
