//! Rules of the display pipeline that no file of the corpus shows, in small files made here; and colours of compressed
//! pictures. The oracle is DCMTK, which reads the same files.

#![allow(clippy::expect_used)]

#[path = "support/drawn.rs"]
mod drawn;
#[path = "support/made.rs"]
mod made;
mod support;

use std::path::PathBuf;

use drawn::{dcmtk, difference, has_dcmtk, open, render};
use made::{element, sequence, shorts, text, words};
use support::{corpus, manifest};
use viewer_core::dicom::header::WindowFunction;
use viewer_core::frame::ColourModel;
use viewer_core::lut::{VoiChoice, auto_range, presets};

const CR: &str = "1.2.840.10008.5.1.4.1.1.1";

/// One row of 256 grey pixels, values 0–255 one bit pattern each, explicit little endian.
struct Picture {
    class: &'static str,
    photometric: &'static str,
    shape: Option<&'static str>,
    /// Bits Allocated, Bits Stored, High Bit, Pixel Representation.
    bits: [u16; 4],
    /// Modality LUT that makes a value its square / 255.
    squared: bool,
    words: Vec<u16>,
}

impl Default for Picture {
    fn default() -> Self {
        Self {
            class: CR,
            photometric: "MONOCHROME2",
            shape: None,
            bits: [16, 8, 7, 0],
            squared: false,
            words: (0..256).collect(),
        }
    }
}

impl Picture {
    /// Writes it into a folder for the time of the tests.
    fn write(&self, name: &str) -> PathBuf {
        let mut elements = made::grey([1, self.words.len() as u16], self.bits, self.photometric);
        elements.push(text([8, 0x60], "CS", "XA"));
        if self.squared {
            let item = vec![
                shorts([0x28, 0x3002], &[256, 0, 8]),
                text([0x28, 0x3004], "LO", "US"),
                element([0x28, 0x3006], "OW", &words((0..256).map(|i| i * i / 255))),
            ];
            elements.push(sequence([0x28, 0x3000], vec![item]));
        }
        if let Some(shape) = self.shape {
            elements.push(text([0x2050, 0x20], "CS", shape));
        }
        elements.push(element([0x7FE0, 0x10], "OW", &words(self.words.iter().copied())));
        made::file(name, self.class, "2.25.1", elements)
    }

    /// Our grey levels with a window, checked against DCMTK's.
    fn levels(&self, name: &str, [center, width]: [f64; 2]) -> Vec<u8> {
        let path = self.write(name);
        let voi = VoiChoice::Window { center, width, function: WindowFunction::Linear };
        let (header, frame) = open(&path).expect("a picture");
        let ours = render(&header, &frame, &header.frames[0].display, voi);
        let theirs = dcmtk(&path, Some(voi)).expect("DCMTK's picture");
        std::fs::remove_file(&path).expect("the file that was written");
        // DCMTK rounds halves otherwise.
        assert!(difference(&ours, &theirs).is_ok_and(|off| off <= 1), "{name}");
        ours.chunks_exact(4).map(|pixel| pixel[0]).collect()
    }
}

/// PS3.3 C.8.7.1: for XA and XRF the Modality LUT leads from stored values to the intensity of the beam; VOI applies to
/// stored values. Everywhere else it comes before VOI (C.11.1).
#[test]
fn angiography_is_not_mapped_back_to_the_beam() {
    if !has_dcmtk() {
        return;
    }
    let squared = |class| Picture { class, squared: true, ..Picture::default() };
    for class in
        ["1.2.840.10008.5.1.4.1.1.12.1", "1.2.840.10008.5.1.4.1.1.12.2", "1.2.840.10008.5.1.4.1.1.12.3"]
    {
        assert_eq!(squared(class).levels(class, [128.0, 256.0])[100], 100);
    }
    assert_eq!(squared(CR).levels("cr", [128.0, 256.0])[100], 39);
    assert_eq!(squared("1.2.840.10008.5.1.4.1.1.12.1.1").levels("enhanced", [128.0, 256.0])[100], 39);
}

/// PS3.5 8.1.1: stored values lie below High Bit, whatever is above and beneath them.
#[test]
fn bits_around_the_stored_ones_do_not_count() {
    if !has_dcmtk() {
        return;
    }
    // Bits Stored 10 below High Bit 13, with something in the two bits above and the four beneath.
    let words = (0..256u16).map(|n| (n << 4) | (n % 13) | ((n & 3) << 14)).collect();
    let unsigned = Picture { bits: [16, 10, 13, 0], words, ..Picture::default() };
    assert!(unsigned.levels("high-bit", [128.0, 256.0]).into_iter().eq(0..=255));
    let words = (0..256u16).map(|n| (n << 8) | (n % 13)).collect();
    let signed = Picture { bits: [16, 12, 15, 1], words, ..Picture::default() };
    let levels = signed.levels("high-bit-signed", [0.0, 4096.0]);
    assert_eq!([levels[128], levels[0], levels[127]], [0, 128, 254]);
}

/// PS3.3 C.7.6.3.1.2 and C.11.6: MONOCHROME1 and INVERSE say the same thing, and turn grey around once.
#[test]
fn grey_is_turned_around_once() {
    if !has_dcmtk() {
        return;
    }
    for (n, (photometric, shape, black)) in [
        ("MONOCHROME1", None, 255),
        ("MONOCHROME1", Some("INVERSE"), 255),
        ("MONOCHROME2", Some("INVERSE"), 255),
        ("MONOCHROME2", Some("IDENTITY"), 0),
    ]
    .into_iter()
    .enumerate()
    {
        let picture = Picture { photometric, shape, ..Picture::default() };
        let levels = picture.levels(&format!("polarity{n}"), [128.0, 256.0]);
        assert_eq!((levels[0], levels[255]), (black, 255 - black), "{photometric} {shape:?}");
    }
}

/// PS3.3 A.8.3.4: without a VOI LUT the stored values are P-values, which DCMTK shows as they are.
#[test]
fn bytes_without_a_window_are_shown_as_they_are() {
    let Some(corpus) = corpus().filter(|_| has_dcmtk()) else { return };
    let mut compared = 0;
    for row in manifest(&corpus) {
        let grey =
            row.get("photometric").starts_with("MONOCHROME") && row.get("bits_alloc/stored+sign") == "8/8u";
        let modality = row.get("modality");
        if !grey || row.get("expect") != "ok" || row.get("frame1_sha256").is_empty() || modality == "SEG" {
            continue;
        }
        let path = corpus.join(row.path());
        let Ok((header, frame)) = open(&path) else { continue };
        let display = &header.frames[0].display;
        if presets::file_voi(display).is_some() {
            continue;
        }
        let Some(theirs) = dcmtk(&path, None) else { continue };
        let voi = presets::default_voi(display, &header.pixels, modality, || auto_range(&frame, display));
        let off = difference(&render(&header, &frame, display, voi), &theirs);
        assert!(off.as_ref().is_ok_and(|off| *off <= 1), "{}: {off:?}", row.path());
        compared += 1;
    }
    assert!(compared > 20, "only {compared} files");
}

/// JFIF with shared chroma under RGB: DCMTK shows Y, C_B and C_R as red, green and blue; libjpeg, which knows JFIF, shows
/// the mouth that was photographed, as we do.
const BLUE_IN_DCMTK: &str = "gh195_jpeg51_8bit_rgb.dcm";

/// PS3.3 C.7.6.3.1.2: colours of compressed pictures are converted exactly once, whoever does it.
#[test]
fn compressed_colours_are_dcmtks() {
    let Some(corpus) = corpus().filter(|_| has_dcmtk()) else { return };
    let mut compared = 0;
    let mut failures = Vec::new();
    for row in manifest(&corpus) {
        let native = ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"];
        let colour = ["RGB", "YBR_FULL", "YBR_FULL_422", "PALETTE COLOR"].contains(&row.get("photometric"));
        if !colour
            || row.get("expect") != "ok"
            || row.get("frame1_sha256").is_empty()
            || native.contains(&row.get("transfer_syntax_uid"))
            || row.path().ends_with(BLUE_IN_DCMTK)
        {
            continue;
        }
        let path = corpus.join(row.path());
        let Ok((header, frame)) = open(&path) else { continue };
        let Some(theirs) = dcmtk(&path, None).filter(|pnm| pnm.channels == 3) else { continue };
        let whole = VoiChoice::Auto { min: 0.0, max: 255.0 };
        let ours = render(&header, &frame, &header.frames[0].display, whole);
        let means = (0..3).map(|c| (mean(&ours, 4, c) - mean(&theirs.samples, 3, c)).abs());
        let (mean, largest) = (means.fold(0.0, f64::max), difference(&ours, &theirs));
        let near = match frame.model() {
            // Chroma of fewer samples is enlarged in several ways, at edges by much.
            ColourModel::YbrFull => largest.is_ok(),
            // Palettes of 16 bits: DCMTK takes the upper byte, we round.
            ColourModel::Palette => largest.as_ref().is_ok_and(|off| *off <= 1),
            _ => largest == Ok(0),
        };
        if !near || mean > 1.0 {
            failures.push(format!("{}: means off by {mean:.2}, pixels by {largest:?}", row.path()));
        }
        compared += 1;
    }
    assert!(failures.is_empty(), "{} of {compared}:\n{}", failures.len(), failures.join("\n"));
    assert!(compared > 25, "only {compared} files");
}

/// Mean of one channel.
fn mean(samples: &[u8], channels: usize, channel: usize) -> f64 {
    let values = samples.iter().skip(channel).step_by(channels).map(|value| f64::from(*value));
    values.sum::<f64>() * channels as f64 / samples.len() as f64
}
