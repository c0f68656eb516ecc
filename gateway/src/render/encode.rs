//! Picture → JPEG or PNG; grey ones with one component.

use film_link::code::ErrorCode;
use jpeg_encoder::{ColorType, Encoder};

use super::picture::{Picture, PictureFormat, PictureRequest};
use crate::problem::Problem;

/// # Errors
/// When the picture is larger than the format can hold.
pub fn encode(picture: &Picture, request: &PictureRequest) -> Result<Vec<u8>, Problem> {
    let result = match request.format {
        PictureFormat::Jpeg => jpeg(picture, request.quality),
        PictureFormat::Png => png(picture),
    };
    result.map_err(|detail| {
        Problem::new(ErrorCode::Internal, format!("the picture cannot be encoded: {detail}"))
    })
}

fn jpeg(picture: &Picture, quality: u8) -> Result<Vec<u8>, String> {
    let size = |length: u32| u16::try_from(length).map_err(|error| error.to_string());
    let (width, height) = (size(picture.width)?, size(picture.height)?);
    let mut out = Vec::new();
    let mut encoder = Encoder::new(&mut out, quality);
    encoder.set_optimized_huffman_tables(true);
    let result = if picture.grey {
        encoder.encode(&channels::<1>(&picture.rgba), width, height, ColorType::Luma)
    } else {
        encoder.encode(&picture.rgba, width, height, ColorType::Rgba)
    };
    result.map_err(|error| error.to_string())?;
    Ok(out)
}

fn png(picture: &Picture) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, picture.width, picture.height);
    encoder.set_depth(png::BitDepth::Eight);
    let pixels = if picture.grey {
        encoder.set_color(png::ColorType::Grayscale);
        channels::<1>(&picture.rgba)
    } else {
        encoder.set_color(png::ColorType::Rgb);
        channels::<3>(&picture.rgba)
    };
    let mut writer = encoder.write_header().map_err(|error| error.to_string())?;
    writer.write_image_data(&pixels).map_err(|error| error.to_string())?;
    writer.finish().map_err(|error| error.to_string())?;
    Ok(out)
}

/// The first `N` of every four.
fn channels<const N: usize>(rgba: &[u8]) -> Vec<u8> {
    rgba.chunks_exact(4).flat_map(|pixel| pixel[..N].iter().copied()).collect()
}
