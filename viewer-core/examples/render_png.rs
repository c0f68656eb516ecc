//! Draws one frame of a DICOM file as a PNG through the CPU reference.
//!
//! `cargo run --release -p viewer-core --example render_png -- FILE OUT.png [--frame N] [--window C,W] [--invert]
//! [--size W,H] [--state STATE.dcm] [--no-overlays]`. Frames are counted from 1. Without `--window`, the window that
//! a viewer would open with: the file's first, else its VOI LUT, else one from the values. Without `--size`, one pixel of
//! the PNG per pixel of the image; with it, the image is fitted into W × H with its true shape, as in a viewport.
//!
//! The file's own overlays and shutter are drawn, or with `--state` what a presentation state says: everything but
//! letters, of which only the line to their anchor is drawn. What of it cannot be shown is said on the error output.

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
use viewer_core::dicom::{part10, read_header, uid};
use viewer_core::frame::Frame;
use viewer_core::geometry::{Fit, ImageShape, Placement, ViewTransform};
use viewer_core::lut::draw::{DrawOptions, draw_view};
use viewer_core::lut::{Pipeline, PixelFacts, VoiChoice, auto_range, presets};
use viewer_core::presentation::{
    AppliedState, Drawing, Finding, NativeBytes, Overlay, PresentationState, Shutter, overlay, paint, shutter,
};

const USAGE: &str = "render_png FILE OUT.png [--frame N] [--window C,W] [--invert] [--size W,H] [--state STATE.dcm] \
                     [--no-overlays]";

/// The command line.
struct Wish {
    file: PathBuf,
    out: PathBuf,
    /// From 0.
    frame: u32,
    window: Option<[f64; 2]>,
    invert: bool,
    size: Option<[u32; 2]>,
    state: Option<PathBuf>,
    overlays: bool,
}

/// A decoded frame with all that its file says of it.
struct Picture {
    modality: String,
    header: InstanceHeader,
    frame_header: FrameHeader,
    frame: Frame,
    overlays: Vec<Overlay>,
    shutter: Option<Shutter>,
    /// The frame's bytes where they are native, and whether they are big endian.
    native: Option<(Vec<u8>, bool)>,
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
    let (mut state, mut overlays) = (None, true);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or(format!("{word} needs a value: {USAGE}"));
        match word.as_str() {
            "--frame" => frame = value()?.parse()?,
            "--window" => window = Some(pair(&value()?)?),
            "--size" => size = Some(pair(&value()?)?),
            "--state" => state = Some(PathBuf::from(value()?)),
            "--invert" => invert = true,
            "--no-overlays" => overlays = false,
            _ => paths.push(PathBuf::from(word)),
        }
    }
    let [file, out] = <[PathBuf; 2]>::try_from(paths).map_err(|_| USAGE)?;
    let frame = u32::checked_sub(frame, 1).ok_or("frames are counted from 1")?;
    Ok(Wish { file, out, frame, window, invert, size, state, overlays })
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
    let syntax_uid = file.frame_transfer_syntax();
    let header = read_header(&file.data, Some(syntax_uid), &limits)?;
    let syntax = TransferSyntax::from_uid(syntax_uid)
        .ok_or_else(|| format!("transfer syntax {syntax_uid} is unknown"))?;
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
    let mut findings = Vec::new();
    let overlays = overlay::read(&file.data, &limits, &mut findings);
    let shutter = shutter::read(&file.data, &overlays, &mut findings);
    say(&findings);
    let native = uid::is_native(syntax_uid).then(|| (coded.into_owned(), syntax_uid == uid::EXPLICIT_BIG));
    Ok(Picture { modality, header, frame_header, frame, overlays, shutter, native })
}

fn say(findings: &[Finding]) {
    findings.iter().for_each(|finding| eprintln!("render_png: {finding}"));
}

/// What the presentation state says of the frame.
fn applied(picture: &Picture, wish: &Wish) -> Result<Option<AppliedState>, Box<dyn Error>> {
    let Some(path) = &wish.state else { return Ok(None) };
    let bytes = std::fs::read(path)?;
    let limits = Limits::default();
    let state = PresentationState::read(&part10::read(&bytes, &limits)?.data, &limits)?;
    let applied = state.for_image(&picture.header.sop_instance_uid, wish.frame);
    Ok(Some(applied.ok_or("the presentation state does not refer to this frame")?))
}

fn draw(picture: &Picture, wish: &Wish) -> Result<(u32, u32, Vec<u8>), Box<dyn Error>> {
    let Picture { modality, header, frame_header, frame, .. } = picture;
    let state = applied(picture, wish)?;
    let own: &DisplayHeader = &frame_header.display;
    let (display, of_state) = match &state {
        Some(state) => state.display(own, &header.pixels),
        None => (own.clone(), None),
    };
    let voi = match (wish.window, of_state) {
        (Some([center, width]), _) => VoiChoice::Window { center, width, function: WindowFunction::Linear },
        (None, Some(voi)) => voi,
        (None, None) => {
            presets::default_voi(&display, &header.pixels, modality, || auto_range(frame, &display))
        }
    };
    let facts = PixelFacts::new(&header.pixels, frame.model());
    let pipeline = Pipeline::new(&display, facts, voi, wish.invert)?;
    let true_shape = ImageShape::new(frame.columns(), frame.rows(), &frame_header.spacing);
    let shape = state.as_ref().map_or(true_shape, |state| state.framing().shape(true_shape));
    let (view, shape, [width, height]) = lay_out(state.as_ref(), shape, wish.size);
    let placement = Placement::new(&view, shape, [f64::from(width), f64::from(height)]);
    let mut rgba = vec![0; width as usize * height as usize * 4];
    draw_view(frame, &pipeline, &placement, DrawOptions { width, height, sharp_from: None }, &mut rgba)?;
    if wish.overlays {
        let native = picture.native.as_ref().map(|(bytes, big_endian)| NativeBytes {
            header: &header.pixels,
            bytes,
            big_endian: *big_endian,
        });
        let drawing = match &state {
            Some(state) => Drawing::of_state(state, &picture.overlays, wish.frame, native, &shape),
            None => {
                let shutter = picture.shutter.as_ref();
                Drawing::of_image(shutter, &picture.overlays, wish.frame, native, &shape)
            }
        };
        say(&drawing.findings);
        paint::paint(&drawing, &placement, [width, height], &mut rgba)?;
    }
    Ok((width, height, rgba))
}

/// The view, the shape it is for, and the size of the picture: as asked, or a pixel for every pixel of the image.
fn lay_out(
    state: Option<&AppliedState>,
    shape: ImageShape,
    size: Option<[u32; 2]>,
) -> (ViewTransform, ImageShape, [u32; 2]) {
    let of = |shape, [width, height]: [u32; 2]| match state {
        Some(state) => state.framing().view(shape, [f64::from(width), f64::from(height)], None),
        None => ViewTransform::default(),
    };
    if let Some(size) = size {
        return (of(shape, size), shape, size);
    }
    let square = ImageShape { pixel_aspect: 1.0, ..shape };
    let turned = of(square, [1, 1]);
    let view = ViewTransform { fit: Fit::OneToOne, zoom: 1.0, pan: [0.0; 2], ..turned };
    let sideways = view.is_turned_sideways();
    let size = if sideways { [shape.rows, shape.columns] } else { [shape.columns, shape.rows] };
    (view, square, size)
}
