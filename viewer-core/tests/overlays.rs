//! Overlay planes (PS3.3 C.9.2, C.9.3) against DCMTK, which draws the same files, and against pydicom's bits.

#[path = "support/drawn.rs"]
mod drawn;
#[path = "support/made.rs"]
mod made;
#[path = "support/presented.rs"]
mod presented;
mod support;

use std::process::Command;

use drawn::{dcmtk_with, difference, has_dcmtk};
use made::{Made, bits, element, shorts, text, words};
use presented::{Image, with_data};
use sha2::{Digest, Sha256};
use support::corpus;
use viewer_core::dicom::header::WindowFunction;
use viewer_core::dicom::json::{self, Bulk, WriteOptions};
use viewer_core::dicom::limits::Limits;
use viewer_core::dicom::tag::Tag;
use viewer_core::dicom::{is_viewer_tag, part10};
use viewer_core::lut::VoiChoice;
use viewer_core::presentation::overlay::{self, embedded};
use viewer_core::presentation::{Finding, OverlayBits, OverlayKind, Plane};

const SIX: &str = "conformance/pixel/dcm4che/ovly_p01.dcm";
const SECONDARY: &str = "1.2.840.10008.5.1.4.1.1.7";

fn window(center: f64, width: f64) -> VoiChoice {
    VoiChoice::Window { center, width, function: WindowFunction::Linear }
}

/// One byte a pixel, as pydicom's `overlay_array` is hashed.
fn hash(plane: &Plane) -> String {
    let pixels: Vec<u8> = (0..i64::from(plane.rows()))
        .flat_map(|y| (0..i64::from(plane.columns())).map(move |x| (x, y)))
        .map(|(x, y)| u8::from(plane.get(x, y)))
        .collect();
    Sha256::digest(&pixels)[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// C.9.2: the bits are pydicom 3.0.2's (`overlay_array`; for embedded ones, numpy on the stored words), rows and columns
/// in their order.
#[test]
fn bits_are_pydicoms() {
    let Some(corpus) = corpus() else { return };
    let six = Image::open(&corpus.join(SIX), 0);
    let expected = [
        (0x6000, 532, "db6836dc91d768ae"),
        (0x6002, 537, "2dfade4c652d3143"),
        (0x6004, 603, "5c25345ea8c37e30"),
        (0x6006, 606, "4f3f29d227089531"),
    ];
    assert_eq!(six.overlays.len(), expected.len());
    for (overlay, (group, count, digest)) in six.overlays.iter().zip(expected) {
        let plane = match overlay.bits {
            OverlayBits::Embedded(bit) => {
                embedded(&six.header.pixels, bit, &six.native, false).expect("a spare bit")
            }
            _ => overlay.plane(0).expect("a plane"),
        };
        assert_eq!((overlay.group, plane.count(), &*hash(&plane)), (group, count, digest));
        assert_eq!((overlay.kind, overlay.origin), (OverlayKind::Graphics, [0, 0]));
    }
    // 256 rows of 512 columns.
    let wide = corpus.join("studies/ct-head-phantom-philips/S21570/S4010/I10");
    let plane = Image::open(&wide, 0).overlays[0].plane(0).expect("a plane");
    assert_eq!((plane.rows(), plane.columns()), (256, 512));
    assert_eq!((plane.count(), &*hash(&plane)), (2361, "46acd45362a44069"));
}

/// C.9.2: embedded bits are taken before the samples are masked, and are no part of them (PS3.5 8.1.1).
#[test]
fn dcmtk_draws_the_same_overlays() {
    let Some(corpus) = corpus().filter(|_| has_dcmtk()) else { return };
    let path = corpus.join(SIX);
    let image = Image::open(&path, 0);
    let voi = window(2048.0, 4096.0);
    for (number, groups) in
        [("0", &[][..]), ("1", &[0x6000]), ("2", &[0x6002]), ("3", &[0x6004]), ("4", &[0x6006])]
    {
        let theirs = dcmtk_with(&path, 0, Some(voi), &["+O", number]).expect("DCMTK's picture");
        let off = difference(&image.plain(voi, groups), &theirs);
        assert!(off.as_ref().is_ok_and(|off| *off <= 1), "overlay {number}: {off:?}");
    }
    // A bit of the samples themselves is none.
    assert!(embedded(&image.header.pixels, 11, &image.native, false).is_err());
    assert!(embedded(&image.header.pixels, 16, &image.native, false).is_err());
}

fn picture(columns: u16, rows: u16, frames: u16) -> Vec<Made> {
    let mut elements = made::grey([rows, columns], [8, 8, 7, 0], "MONOCHROME2");
    let count = u32::from(columns) * u32::from(rows) * u32::from(frames);
    elements.push(element([0x7FE0, 0x10], "OB", &(0..count).map(|n| (n % 64) as u8).collect::<Vec<_>>()));
    elements.push(text([0x28, 8], "IS", &frames.to_string()));
    elements
}

fn plane(group: u16, [rows, columns]: [u16; 2], origin: [i16; 2], data: &[u8]) -> Vec<Made> {
    vec![
        shorts([group, 0x10], &[rows]),
        shorts([group, 0x11], &[columns]),
        text([group, 0x40], "CS", "G"),
        element([group, 0x50], "SS", &words(origin.map(|part| part as u16))),
        shorts([group, 0x100], &[1]),
        shorts([group, 0x102], &[0]),
        element([group, 0x3000], "OW", data),
    ]
}

/// C.9.2: Overlay Origin is row\column, counted from 1, and may lie outside the image.
#[test]
fn planes_lie_where_their_origin_says() {
    if !has_dcmtk() {
        return;
    }
    let pattern = bits((0..7 * 11).map(|n| n % 3 == 0 || n % 5 == 1));
    for (n, origin) in [[1, 1], [3, 6], [-2, 4], [4, -4], [9, 17], [1, 2]].into_iter().enumerate() {
        let mut elements = picture(20, 12, 1);
        elements.extend(plane(0x6000, [7, 11], origin, &pattern));
        let path = made::file(&format!("origin{n}"), SECONDARY, "2.25.5", elements);
        let theirs = dcmtk_with(&path, 0, Some(window(128.0, 256.0)), &["+O", "0"]).expect("DCMTK's picture");
        let ours = Image::open(&path, 0).plain(window(128.0, 256.0), &[]);
        assert!(difference(&ours, &theirs).is_ok_and(|off| off <= 1), "{origin:?}");
        std::fs::remove_file(&path).expect("the file that was written");
    }
}

/// C.9.3.1.1: overlay frames lie one to one over image frames from Image Frame Origin on; frames follow each other
/// without filling bits.
#[test]
fn frames_of_overlays_find_theirs() {
    if !has_dcmtk() {
        return;
    }
    // 5 × 5 = 25 bits a frame: the second begins inside a byte.
    let mut elements = picture(20, 12, 4);
    elements.extend(plane(0x6002, [5, 5], [2, 3], &bits((0..50).map(|n| n % 2 == 0 || n / 25 == n % 3))));
    elements.push(text([0x6002, 0x15], "IS", "2"));
    elements.push(shorts([0x6002, 0x51], &[2]));
    let path = made::file("frames", SECONDARY, "2.25.6", elements);
    let voi = window(128.0, 256.0);
    for frame in 0..4 {
        let theirs = dcmtk_with(&path, frame, Some(voi), &["+O", "0"]).expect("DCMTK's picture");
        let ours = Image::open(&path, frame).plain(voi, &[]);
        assert!(difference(&ours, &theirs).is_ok_and(|off| off <= 1), "frame {frame}");
    }
    let overlay = Image::open(&path, 0).overlays.remove(0);
    assert_eq!([0, 1, 2, 3].map(|frame| overlay.frame_of(frame)), [None, Some(0), Some(1), None]);
    std::fs::remove_file(&path).expect("the file that was written");
}

/// PS3.5 8.1.2: in a big endian file the bits of OW lie in words whose bytes are exchanged.
#[test]
fn big_endian_files_hold_the_same_bits() {
    let Some(corpus) = corpus().filter(|_| has_dcmtk()) else { return };
    let out = std::env::temp_dir().join(format!("lightbox-{}-big.dcm", std::process::id()));
    let ran = Command::new("dcmconv").arg("+tb").arg(corpus.join(SIX)).arg(&out).status();
    assert!(ran.is_ok_and(|status| status.success()), "dcmconv");
    let (little, big) = (Image::open(&corpus.join(SIX), 0), Image::open(&out, 0));
    std::fs::remove_file(&out).expect("the file that was written");
    assert_eq!(little.overlays, big.overlays);
    assert!(big.big_endian);
    for bit in [14, 15] {
        let plane = |image: &Image| embedded(&image.header.pixels, bit, &image.native, image.big_endian);
        assert_eq!(plane(&little), plane(&big));
    }
}

/// PS3.18 F.2.7: in metadata the bits may be an address only; what is fetched there is put in its place.
#[test]
fn bits_behind_an_address_are_filled_in() {
    let Some(corpus) = corpus() else { return };
    let mut findings = Vec::new();
    let limits = Limits::default();
    let written = with_data(&corpus.join(SIX), |data| {
        let options = WriteOptions {
            include: &is_viewer_tag,
            bulk: &|element| if element.tag.1 == 0x3000 { Bulk::Uri("/there".into()) } else { Bulk::Inline },
        };
        json::write(data, &options)
    });
    let read = json::read(written.as_bytes(), &limits).expect("DICOM JSON").remove(0);
    let mut overlays = overlay::read(&read, &limits, &mut findings);
    assert_eq!((overlays.len(), findings.len()), (4, 0));
    let fetched = with_data(&corpus.join(SIX), |data| {
        data.get(Tag(0x6004, 0x3000)).and_then(|e| e.bytes()).expect("bits").to_vec()
    });
    assert_eq!(overlays[2].bits, OverlayBits::At("/there".into()));
    assert_eq!(overlays[2].plane(0), None);
    overlays[2].fill(&fetched);
    assert_eq!(overlays[2].plane(0).map(|plane| plane.count()), Some(603));
}

/// What cannot be a plane is named, and costs nothing.
#[test]
fn planes_that_cannot_be_are_findings() {
    let huge = plane(0x6000, [60_000, 60_000], [1, 1], &[1]);
    let empty = plane(0x6004, [5, 5], [1, 1], &[]);
    let without = vec![shorts([0x6006, 0x10], &[5]), shorts([0x6006, 0x11], &[5])];
    let short = plane(0x6008, [5, 5], [1, 1], &[0xFF, 0xFF]);
    let elements = [huge, empty, without, short].into_iter().flatten().collect();
    let bytes = made::bytes(SECONDARY, "2.25.7", elements);
    let file = part10::read(&bytes, &Limits::default()).expect("DICOM");
    let mut findings = Vec::new();
    let overlays = overlay::read(&file.data, &Limits::default(), &mut findings);
    assert_eq!(findings, [0x6000, 0x6004, 0x6006].map(Finding::Overlay));
    // Bits that are missing are 0.
    assert_eq!(overlays[0].plane(0).map(|plane| plane.count()), Some(16));
}
