//! A file's first frame drawn by the CPU reference, and by DCMTK.

#![allow(clippy::expect_used, dead_code, unreachable_pub)]

use std::path::Path;
use std::process::Command;

use viewer_core::codec::{self, NeverStop, TransferSyntax};
use viewer_core::dicom::frames::{FrameIndex, align_bits};
use viewer_core::dicom::header::{DisplayHeader, InstanceHeader, WindowFunction};
use viewer_core::dicom::limits::Limits;
use viewer_core::dicom::{part10, read_header};
use viewer_core::frame::Frame;
use viewer_core::lut::{Pipeline, PixelFacts, VoiChoice, render_rgba};

/// First frame of a file.
pub fn open(path: &Path) -> Result<(InstanceHeader, Frame), String> {
    open_frame(path, |_| 0)
}

/// The frame that `choose` picks of so many, counted from 0.
pub fn open_frame(path: &Path, choose: impl Fn(u32) -> u32) -> Result<(InstanceHeader, Frame), String> {
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    decode_frame(&bytes, choose)
}

/// The same of a file in memory.
pub fn decode_frame(bytes: &[u8], choose: impl Fn(u32) -> u32) -> Result<(InstanceHeader, Frame), String> {
    let say = |error: &dyn std::error::Error| error.to_string();
    let limits = Limits::default();
    let file = part10::read(bytes, &limits).map_err(|e| say(&e))?;
    let uid = file.frame_transfer_syntax();
    let header = read_header(&file.data, Some(uid), &limits).map_err(|e| say(&e))?;
    let syntax = TransferSyntax::from_uid(uid).ok_or("transfer syntax")?;
    let place =
        FrameIndex::new(&file, &header.pixels).and_then(|i| i.frame(choose(i.len()))).map_err(|e| say(&e))?;
    let mut coded = place.of(&file.bytes);
    if place.bit_offset != 0 {
        let pixels = u64::from(header.pixels.rows) * u64::from(header.pixels.columns);
        coded = align_bits(&coded, place.bit_offset, pixels).into();
    }
    let decoded = codec::decode(&header.pixels, syntax, &coded, &limits, &NeverStop).map_err(|e| say(&e))?;
    Ok((header, decoded.frame))
}

/// The whole frame as red, green, blue, 255.
pub fn render(header: &InstanceHeader, frame: &Frame, display: &DisplayHeader, voi: VoiChoice) -> Vec<u8> {
    let facts = PixelFacts::new(&header.pixels, frame.model());
    let pipeline = Pipeline::new(display, facts, voi, false).expect("pipeline");
    let mut rgba = vec![0; frame.rows() as usize * frame.columns() as usize * 4];
    render_rgba(frame, &pipeline, &mut rgba).expect("picture");
    rgba
}

/// What DCMTK drew: grey levels, or red, green and blue.
pub struct Pnm {
    pub channels: usize,
    pub samples: Vec<u8>,
}

impl Pnm {
    /// Reads a raw PNM (P5 or P6) of 8 bits.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let channels = match bytes.get(..2)? {
            b"P5" => 1,
            b"P6" => 3,
            _ => return None,
        };
        let mut at = 2;
        let mut numbers = [0usize; 3];
        for number in &mut numbers {
            while bytes.get(at)?.is_ascii_whitespace() || *bytes.get(at)? == b'#' {
                if *bytes.get(at)? == b'#' {
                    at += bytes.get(at..)?.iter().position(|b| *b == b'\n')?;
                }
                at += 1;
            }
            while bytes.get(at)?.is_ascii_digit() {
                *number = *number * 10 + usize::from(bytes[at] - b'0');
                at += 1;
            }
        }
        let [width, height, 255] = numbers else { return None };
        let samples = bytes.get(at + 1..)?.to_vec();
        (samples.len() == width * height * channels).then_some(Self { channels, samples })
    }
}

/// Whether DCMTK is installed; where CI runs the tests it has to be.
pub fn has_dcmtk() -> bool {
    let found = Command::new("dcmj2pnm").arg("--version").output().is_ok();
    assert!(
        found || std::env::var("CI").as_deref() != Ok("true"),
        "dcmj2pnm is missing in CI: install dcmtk"
    );
    if !found {
        eprintln!("skipped: dcmj2pnm is missing; install dcmtk");
    }
    found
}

/// DCMTK's picture of the first frame; None: it could not, or not with 8 bits.
pub fn dcmtk(path: &Path, window: Option<VoiChoice>) -> Option<Pnm> {
    dcmtk_frame(path, 0, window)
}

/// The same of another frame, counted from 0.
pub fn dcmtk_frame(path: &Path, frame: u32, window: Option<VoiChoice>) -> Option<Pnm> {
    dcmtk_with(path, frame, window, &["--no-overlays"])
}

/// The same with further options.
pub fn dcmtk_with(path: &Path, frame: u32, window: Option<VoiChoice>, options: &[&str]) -> Option<Pnm> {
    // The same program as dcm2pnm, which cannot read JPEG.
    let mut command = Command::new("dcmj2pnm");
    command.args(["--write-raw-pnm", "--frame", &(frame + 1).to_string()]).args(options);
    match window {
        Some(VoiChoice::Window { center, width, function }) => {
            let shape =
                if function == WindowFunction::Sigmoid { "--sigmoid-function" } else { "--linear-function" };
            command.args(["+Ww", &center.to_string(), &width.to_string(), shape]);
        }
        Some(VoiChoice::Lut(index)) => {
            command.args(["--use-voi-lut", &(index + 1).to_string()]);
        }
        _ => {}
    }
    let output = command.arg(path).output().ok()?;
    output.status.success().then(|| Pnm::read(&output.stdout))?
}

/// Largest difference between a picture of red, green, blue, 255 and DCMTK's.
pub fn difference(ours: &[u8], theirs: &Pnm) -> Result<u8, String> {
    let (found, expected) = (ours.len() / 4, theirs.samples.len() / theirs.channels);
    if found != expected {
        return Err(format!("{found} pixels, DCMTK made {expected}"));
    }
    let pixels = ours.chunks_exact(4).zip(theirs.samples.chunks_exact(theirs.channels));
    let off = |(ours, theirs): (&[u8], &[u8])| {
        ours.iter().take(3).zip(theirs.iter().cycle()).map(|(a, b)| a.abs_diff(*b)).max()
    };
    Ok(pixels.filter_map(off).max().unwrap_or_default())
}
