//! A stored frame → Explicit VR Little Endian samples, for clients that cannot decode; uncompressed or JPEG Lossless samples →
//! JPEG-LS, for clients on a weak line.
//!
//! Samples come interleaved in the container that Bits Allocated names, masked and sign-extended as viewer-core's
//! frames are. YBR comes as RGB: what decoders commonly hand over, since the bytes of native YBR_FULL_422 would be
//! laid out otherwise. Palettes stay indices.

use bytes::Bytes;
use film_link::code::ErrorCode;
use viewer_core::frame::{ColourModel, Frame, Samples};
use viewer_core::lut::{Pipeline, PixelFacts, VoiChoice, render_rgba};

use super::DicomWeb;
use crate::problem::Problem;
use crate::render::decode;
use crate::render::facts::Facts;
use crate::source::{EncodedFrame, InstanceId};

/// # Errors
/// `Damaged` where the frame cannot be decoded.
pub async fn native(web: &DicomWeb, id: &InstanceId, frame: &EncodedFrame) -> Result<Bytes, Problem> {
    let facts = web.renderer.facts(web.source.as_ref(), id).await?;
    let frame = frame.clone();
    web.renderer
        .work(move || {
            let decoded = decode::decode(&facts.header.pixels, &frame)?;
            let ybr = matches!(decoded.model(), ColourModel::YbrFull | ColourModel::YbrPartial);
            let bytes = match decoded.samples() {
                Samples::U8(_) if ybr => to_rgb(&decoded, &facts)?,
                _ => little_endian(decoded, facts.header.pixels.bits_allocated == 1),
            };
            Ok(Bytes::from(bytes))
        })
        .await
}

/// Whether frames of an instance can be given as JPEG-LS, with nothing lost of what their header says: grey, 8 or 16 bits
/// allocated, the stored ones lowest, and nothing in the others that is drawn (an overlay).
///
/// # Errors
/// `NotFound`, or `Damaged` where the header cannot be used.
pub async fn shrinks(web: &DicomWeb, id: &InstanceId) -> Result<bool, Problem> {
    let facts = web.renderer.facts(web.source.as_ref(), id).await?;
    let pixels = &facts.header.pixels;
    Ok(pixels.samples_per_pixel == 1
        && matches!(pixels.bits_allocated, 8 | 16)
        && (2..=pixels.bits_allocated).contains(&pixels.bits_stored)
        && pixels.high_bit + 1 == pixels.bits_stored
        && !facts.header.has_marks)
}

/// A frame of an instance that [`shrinks`], as JPEG-LS without loss (ITU-T T.87), at the precision of Bits Stored. Nothing where
/// that would hide what is odd about it (rows are missing, its coding lost something, it cannot be decoded), or is no smaller.
///
/// # Errors
/// `NotFound`, or `Damaged` where the instance's header cannot be used.
pub async fn jpeg_ls(
    web: &DicomWeb,
    id: &InstanceId,
    frame: &EncodedFrame,
) -> Result<Option<Bytes>, Problem> {
    let facts = web.renderer.facts(web.source.as_ref(), id).await?;
    let frame = frame.clone();
    let encoded = move || {
        let pixels = &facts.header.pixels;
        let decoded = decode::decode_noting(pixels, &frame).ok()?;
        if decoded.lossy || !decoded.warnings.is_empty() {
            return None;
        }
        let decoded = decoded.frame;
        let (columns, rows) = (decoded.columns() as usize, decoded.rows() as usize);
        // The stored bits and no more: a sign is the reader's to extend (PS3.5 section 8.2.1).
        let stored = u16::MAX >> (16 - pixels.bits_stored.clamp(1, 16));
        let samples: Vec<u16> = match decoded.into_samples() {
            Samples::U8(v) => v.into_iter().map(u16::from).collect(),
            Samples::I8(v) => v.into_iter().map(|sample| sample as u16 & stored).collect(),
            Samples::U16(v) => v,
            Samples::I16(v) => v.into_iter().map(|sample| sample as u16 & stored).collect(),
            _ => return None,
        };
        let stream = jpeg_ls_encoder::encode(&samples, columns, rows, pixels.bits_stored as u8).ok()?;
        (stream.len() < frame.bytes.len()).then(|| Bytes::from(stream))
    };
    web.renderer.work(move || Ok(encoded())).await
}

fn to_rgb(frame: &Frame, facts: &Facts) -> Result<Vec<u8>, Problem> {
    let damaged = |detail: String| Problem::new(ErrorCode::Damaged, detail);
    let header = facts.header.frame(0).ok_or_else(|| damaged("the header has no frame".into()))?;
    let pixels = PixelFacts::new(&facts.header.pixels, frame.model());
    // Colour has no window: the choice is not looked at.
    let voi = VoiChoice::Auto { min: 0.0, max: 255.0 };
    let pipeline = Pipeline::new(&header.display, pixels, voi, false).map_err(|e| damaged(e.to_string()))?;
    // A decoded frame is within the limits: four thirds of it fit.
    let mut rgba = vec![0; frame.samples().len() / 3 * 4];
    render_rgba(frame, &pipeline, &mut rgba).map_err(|error| damaged(error.to_string()))?;
    Ok(rgba.chunks_exact(4).flat_map(|pixel| pixel[..3].iter().copied()).collect())
}

fn little_endian(frame: Frame, one_bit: bool) -> Vec<u8> {
    match frame.into_samples() {
        Samples::U8(bits) if one_bit => pack_bits(&bits),
        Samples::U8(bytes) => bytes,
        Samples::I8(v) => v.into_iter().flat_map(i8::to_le_bytes).collect(),
        Samples::U16(v) => v.into_iter().flat_map(u16::to_le_bytes).collect(),
        Samples::I16(v) => v.into_iter().flat_map(i16::to_le_bytes).collect(),
        Samples::U32(v) => v.into_iter().flat_map(u32::to_le_bytes).collect(),
        Samples::I32(v) => v.into_iter().flat_map(i32::to_le_bytes).collect(),
        Samples::F32(v) => v.into_iter().flat_map(f32::to_le_bytes).collect(),
        Samples::F64(v) => v.into_iter().flat_map(f64::to_le_bytes).collect(),
    }
}

/// Bytes 0 or 1 → bits, the first pixel lowest (PS3.5 section 8.1.1).
fn pack_bits(pixels: &[u8]) -> Vec<u8> {
    pixels
        .chunks(8)
        .map(|eight| eight.iter().enumerate().fold(0, |byte, (bit, pixel)| byte | (pixel & 1) << bit))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::pack_bits;

    #[test]
    fn bits() {
        assert_eq!(pack_bits(&[1, 0, 0, 0, 0, 0, 0, 1, 0, 1]), [0x81, 0x02]);
    }
}
