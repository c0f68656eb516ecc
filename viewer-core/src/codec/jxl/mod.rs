//! JPEG XL, ISO/IEC 18181, by the crate `jxl`: see README.md beside this file.

mod output;
mod run;

use ::jxl::api::{
    Event, JxlBasicInfo, JxlBitDepth, JxlColorType, JxlDecoder, JxlDecoderOptions, ProfileLevel,
};
use ::jxl::error::Error;

use super::shape::Shape;
use super::{Decoded, Fault, TransferSyntax, Warning, lines, samples};
use crate::dicom::header::Photometric;
use crate::frame::ColourModel;
use output::{Planes, Target};
use run::Run;

/// Widest samples that the output words hold.
const MAX_PRECISION: u8 = 16;

/// Working memory may be this many times what a decoded frame may take.
const WORKING_FACTOR: u64 = 4;
/// The decoder's samples and its output in four bytes each, and our words.
const BYTES_PER_SAMPLE: u64 = 10;
/// What a stream may declare for each pixel of the header: three colours, and frames that are larger than the picture
/// or channels that are not shown.
const DECLARED_PER_PIXEL: usize = 8;
/// What it may declare in any case: palettes, and pictures of a few pixels.
const DECLARED_AT_LEAST: usize = 1 << 16;

/// Decodes one frame: the first that a codestream shows.
pub(super) fn decode(shape: &Shape<'_>, syntax: TransferSyntax, bytes: &[u8]) -> Result<Decoded, Fault> {
    check_memory(shape)?;
    match attempt(shape, syntax, bytes, false)? {
        Some(decoded) => Ok(decoded),
        // Once more, so that what was not drawn is told: a stream that is cut is rare, memory is not.
        None => attempt(shape, syntax, bytes, true)?.ok_or_else(|| Fault::data("no frame in the codestream")),
    }
}

/// Decodes a frame, asking for floats where they tell more or `floats` says so. `None`: the stream is cut, and floats would
/// tell what was not drawn.
fn attempt(
    shape: &Shape<'_>,
    syntax: TransferSyntax,
    bytes: &[u8],
    floats: bool,
) -> Result<Option<Decoded>, Fault> {
    let mut run = Run::new(JxlDecoder::new(options(shape)), bytes, shape);
    if run.step(None)? != Event::BasicInfo {
        return Err(Fault::Truncated { found: bytes.len(), needed: bytes.len() as u64 + 1 });
    }
    let info = run.decoder.basic_info().ok_or_else(|| Fault::stream("no picture"))?.clone();
    let precision = check(shape, &info, &run.decoder)?;
    let mut warnings: Vec<Warning> = lines::precision_warning(shape, precision).into_iter().collect();
    let model = model(shape, syntax, &info, &mut warnings)?;
    let xyb = !info.uses_original_profile;
    let from_ycc = !xyb && model == ColourModel::YbrFull && is_recompressed(shape, syntax);
    let target = Target { precision, floats: from_ycc || floats && !xyb, from_ycc };
    let mut planes = Planes::new(&target, shape)?;
    let format = planes.format(&target, shape.components == 1, info.extra_channels.len());
    run.decoder.set_pixel_format(format).map_err(refused)?;

    let whole = run.pixels(planes.bytes())?;
    // Its buffers are not needed for what follows.
    drop(run);
    shape.check_stop()?;
    if !whole && !xyb && !target.floats {
        return Ok(None);
    }
    let (samples, missing) = planes.samples(&target, shape)?;
    if !whole {
        let expected = shape.samples as u64;
        warnings.push(match missing {
            0 => Warning::Coarse,
            _ => Warning::Incomplete { decoded: expected - missing, expected },
        });
    }
    // Whether a stream under a syntax that allows loss has lost anything, its decoder does not say.
    let lossy = syntax.lossy() || xyb;
    Ok(Some(Decoded { lossy, ..samples::finish(shape, model, samples, warnings)? }))
}

fn check_memory(shape: &Shape<'_>) -> Result<(), Fault> {
    let limit = shape.limits.frame_bytes.saturating_mul(WORKING_FACTOR);
    let needed = (shape.samples as u64).saturating_mul(BYTES_PER_SAMPLE);
    if needed > limit {
        return Err(Fault::Limit { unit: "bytes of working memory", needed, limit });
    }
    Ok(())
}

fn options(shape: &Shape<'_>) -> JxlDecoderOptions {
    let declared = shape.columns.max(16).saturating_mul(shape.rows).saturating_mul(DECLARED_PER_PIXEL);
    let mut options = JxlDecoderOptions::default();
    options.sample_limit = Some(declared.max(DECLARED_AT_LEAST));
    // 16 bits without loss are beyond level 5; a stream still has to say that it is of level 10.
    options.max_profile_level = ProfileLevel::Main10;
    options
}

/// Compares the stream's own header with the data set's; gives its bits a sample.
fn check(shape: &Shape<'_>, info: &JxlBasicInfo, decoder: &JxlDecoder) -> Result<u8, Fault> {
    let grey =
        decoder.current_pixel_format().is_some_and(|format| format.color_type == JxlColorType::Grayscale);
    let (columns, rows) = info.size;
    for (attribute, header, stream) in [
        ("Columns", shape.columns, columns),
        ("Rows", shape.rows, rows),
        ("Samples per Pixel", shape.components, if grey { 1 } else { 3 }),
    ] {
        if header != stream {
            return Err(mismatch(attribute, header, stream));
        }
    }
    match info.bit_depth {
        JxlBitDepth::Int { bits_per_sample } => u8::try_from(bits_per_sample)
            .ok()
            .filter(|bits| (1..=MAX_PRECISION).contains(bits))
            .ok_or_else(|| Fault::Unsupported(format!("JPEG XL of {bits_per_sample} bits"))),
        JxlBitDepth::Float { .. } => Err(Fault::Unsupported("JPEG XL of floating point samples".into())),
    }
}

fn mismatch(attribute: &'static str, header: usize, stream: usize) -> Fault {
    let narrow = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
    Fault::Mismatch { attribute, header: narrow(header), stream: narrow(stream) }
}

/// What the samples are. XYB is undone with the codestream, to red, green and blue. So are the Y, C_B and C_R of a JPEG
/// file, which our output turns back: those are its stored values. All others are what the header says.
fn model(
    shape: &Shape<'_>,
    syntax: TransferSyntax,
    info: &JxlBasicInfo,
    warnings: &mut Vec<Warning>,
) -> Result<ColourModel, Fault> {
    let said = shape.header_model()?;
    let xyb = !info.uses_original_profile;
    let surely_rgb = xyb || (is_recompressed(shape, syntax) && said == ColourModel::YbrPartial);
    if shape.components == 3 && surely_rgb && said != ColourModel::Rgb {
        warnings.push(Warning::Colour);
        return Ok(ColourModel::Rgb);
    }
    Ok(said)
}

/// Whether the stream holds the coefficients of a JPEG file: the syntax says so, or chroma that is stored with fewer
/// samples, which nothing but a JPEG file brings into JPEG XL.
fn is_recompressed(shape: &Shape<'_>, syntax: TransferSyntax) -> bool {
    syntax == TransferSyntax::JpegXlRecompression || shape.header.photometric == Photometric::YbrFull422
}

fn refused(error: Error) -> Fault {
    Fault::data(error.to_string())
}
