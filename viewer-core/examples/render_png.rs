//! Draws one frame of a DICOM file as a PNG through the CPU reference.
//!
//! `cargo run --release -p viewer-core --example render_png -- FILE OUT.png [--frame N] [--window C,W] [--invert]
//! [--size W,H]`. Frames are counted from 1. Without `--window`, the window that a viewer would open with: the
//! file's first, else its VOI LUT, else one from the values. Without `--size`, one pixel of the PNG per pixel of
//! the image; with it, the image is fitted into W × H with its true shape, as in a viewport.

use std::error::Error;
use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;
use std::process::ExitCode;

use viewer_core::codec::{self, NeverStop, TransferSyntax};
use viewer_core::dicom::frames::{FrameIndex, align_bits};
use viewer_core::dicom::header::{DisplayHeader, FrameHeader, InstanceHeader, WindowFunction};
use viewer_core::dicom::limits::Limits;
use viewer_core::dicom::tag::Tag;
use viewer_core::dicom::{part10, read_header};
use viewer_core::frame::Frame;
use viewer_core::geometry::{ImageShape, Placement, ViewTransform};
use viewer_core::lut::draw::{DrawOptions, draw_view};
use viewer_core::lut::{Pipeline, PixelFacts, VoiChoice, auto_range, presets, render_rgba};

const USAGE: &str = "render_png FILE OUT.png [--frame N] [--window C,W] [--invert] [--size W,H]";

/// The command line.
struct Wish {
    file: PathBuf,
    out: PathBuf,
    /// From 0.
    frame: u32,
    window: Option<[f64; 2]>,
    invert: bool,
    size: Option<[u32; 2]>,
}

/// A decoded frame with all that its file says of it.
struct Picture {
    modality: String,
    header: InstanceHeader,
    frame_header: FrameHeader,
    frame: Frame,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("render_png: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let wish = wish(std::env::args().skip(1))?;
    let picture = open(&wish)?;
    let (width, height, rgba) = draw(&picture, &wish)?;
    let mut encoder = png::Encoder::new(BufWriter::new(File::create(&wish.out)?), width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header()?.write_image_data(&rgba)?;
    Ok(())
}

fn wish(mut words: impl Iterator<Item = String>) -> Result<Wish, Box<dyn Error>> {
    let (mut paths, mut frame, mut window, mut invert, mut size) = (Vec::new(), 1, None, false, None);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or(format!("{word} needs a value: {USAGE}"));
        match word.as_str() {
            "--frame" => frame = value()?.parse()?,
            "--window" => window = Some(pair(&value()?)?),
            "--size" => size = Some(pair(&value()?)?),
            "--invert" => invert = true,
            _ => paths.push(PathBuf::from(word)),
        }
    }
    let [file, out] = <[PathBuf; 2]>::try_from(paths).map_err(|_| USAGE)?;
    let frame = u32::checked_sub(frame, 1).ok_or("frames are counted from 1")?;
    Ok(Wish { file, out, frame, window, invert, size })
}

fn pair<T: std::str::FromStr>(text: &str) -> Result<[T; 2], Box<dyn Error>>
where
    T::Err: Error + 'static,
{
    let (first, second) = text.split_once(',').ok_or("two numbers with a comma are needed")?;
    Ok([first.trim().parse()?, second.trim().parse()?])
}

fn open(wish: &Wish) -> Result<Picture, Box<dyn Error>> {
    let limits = Limits::default();
    let bytes = std::fs::read(&wish.file)?;
    let file = part10::read(&bytes, &limits)?;
    let uid = file.frame_transfer_syntax();
    let header = read_header(&file.data, Some(uid), &limits)?;
    let syntax = TransferSyntax::from_uid(uid).ok_or_else(|| format!("transfer syntax {uid} is unknown"))?;
    let frame_header = header
        .frame(wish.frame)
        .ok_or_else(|| format!("frame {} of {}", wish.frame + 1, header.pixels.frames))?
        .clone();
    let place = FrameIndex::new(&file, &header.pixels)?.frame(wish.frame)?;
    let mut coded = place.of(&file.bytes);
    if place.bit_offset != 0 {
        let pixels = u64::from(header.pixels.rows) * u64::from(header.pixels.columns);
        coded = align_bits(&coded, place.bit_offset, pixels).into();
    }
    let frame = codec::decode(&header.pixels, syntax, &coded, &limits, &NeverStop)?.frame;
    let modality = file.data.string(Tag(0x0008, 0x0060)).unwrap_or_default();
    Ok(Picture { modality, header, frame_header, frame })
}

fn draw(picture: &Picture, wish: &Wish) -> Result<(u32, u32, Vec<u8>), Box<dyn Error>> {
    let Picture { modality, header, frame_header, frame } = picture;
    let display: &DisplayHeader = &frame_header.display;
    let voi = match wish.window {
        Some([center, width]) => VoiChoice::Window { center, width, function: WindowFunction::Linear },
        None => presets::default_voi(display, &header.pixels, modality, || auto_range(frame, display)),
    };
    let facts = PixelFacts::new(&header.pixels, frame.model());
    let pipeline = Pipeline::new(display, facts, voi, wish.invert)?;
    let Some([width, height]) = wish.size else {
        let mut rgba = vec![0; frame.rows() as usize * frame.columns() as usize * 4];
        render_rgba(frame, &pipeline, &mut rgba)?;
        return Ok((frame.columns(), frame.rows(), rgba));
    };
    let mut rgba = vec![0; width as usize * height as usize * 4];
    let shape = ImageShape::new(frame.columns(), frame.rows(), &frame_header.spacing);
    let screen = [f64::from(width), f64::from(height)];
    let placement = Placement::new(&ViewTransform::default(), shape, screen);
    let options = DrawOptions { width, height, sharp_from: None };
    draw_view(frame, &pipeline, &placement, options, &mut rgba)?;
    Ok((width, height, rgba))
}
