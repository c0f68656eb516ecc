//! Decoders of other crates. A picture that differs from ours has none.

use hayro_jpeg2000::{DecodeSettings, Image};
use std::hint::black_box;
use viewer_core::codec::{Family, TransferSyntax};
use viewer_core::frame::{Frame, Samples};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// Name of the other and what it does with one frame.
pub(crate) type Peer<'a> = (&'static str, Box<dyn FnMut() + 'a>);

/// The other decoder of a transfer syntax, if its picture is ours.
pub(crate) fn of<'a>(syntax: TransferSyntax, coded: &'a [u8], frame: &Frame) -> Option<Peer<'a>> {
    let bytes = little_endian(frame.samples())?;
    match syntax.family() {
        Family::JpegLossless => {
            let decode = move || jpeg_decoder::Decoder::new(coded).decode().ok();
            (decode()? == bytes).then(|| peer("jpeg-decoder", decode))
        }
        Family::Jpeg => {
            let grey = frame.model().samples_per_pixel() == 1;
            let space = if grey { ColorSpace::Luma } else { ColorSpace::YCbCr };
            let decode = move || {
                let options = DecoderOptions::default().jpeg_set_out_colorspace(space);
                JpegDecoder::new_with_options(ZCursor::new(coded), options).decode().ok()
            };
            let near = |theirs: Vec<u8>| {
                theirs.len() == bytes.len() && theirs.iter().zip(&bytes).all(|(a, b)| a.abs_diff(*b) <= 8)
            };
            near(decode()?).then(|| peer("zune-jpeg", decode))
        }
        Family::Jpeg2000 | Family::HtJpeg2000 => {
            let decode = move || {
                let image = Image::new(coded, &DecodeSettings::default()).ok()?;
                let mut context = Default::default();
                let decoded = image.decode(&mut context).ok()?;
                Some(black_box(decoded.components().len()))
            };
            decode()?;
            Some(peer("hayro-jpeg2000", decode))
        }
        _ => None,
    }
}

fn peer<'a, T>(name: &'static str, decode: impl Fn() -> T + 'a) -> Peer<'a> {
    let work = move || {
        black_box(decode());
    };
    (name, Box::new(work))
}

fn little_endian(samples: &Samples) -> Option<Vec<u8>> {
    Some(match samples {
        Samples::U8(v) => v.clone(),
        Samples::U16(v) => v.iter().flat_map(|value| value.to_le_bytes()).collect(),
        Samples::I16(v) => v.iter().flat_map(|value| value.to_le_bytes()).collect(),
        _ => return None,
    })
}
