//! Stored values → the picture asked for: region, viewport, window (PS3.18 8.3.5), by the pixels' true shape.

use film_link::code::ErrorCode;
use viewer_core::dicom::header::WindowFunction;
use viewer_core::frame::Frame;
use viewer_core::geometry::{Fit, ImageShape, Placement, ViewTransform};
use viewer_core::lut::draw::{DrawOptions, draw_view};
use viewer_core::lut::presets::default_voi;
use viewer_core::lut::{Pipeline, PixelFacts, VoiChoice, auto_range};

use super::facts::Facts;
use crate::problem::Problem;

/// Pixels of the largest picture.
const MOST_PIXELS: f64 = 64e6;

/// Pictures up to this many pixels are kept on disk.
const SMALL_PIXELS: u64 = 512 * 512;

/// How a picture is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureFormat {
    /// `image/jpeg`
    Jpeg,
    /// `image/png`
    Png,
    /// `image/webp` (RFC 9649), with loss: beyond PS3.18's list, for those who ask for it. Half of JPEG's bytes for the same
    /// picture.
    Webp,
}

impl PictureFormat {
    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
        }
    }
}

/// Size of the result and which part of the image fills it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Viewport {
    /// Width in pixels, not 0.
    pub width: u32,
    /// Height in pixels, not 0.
    pub height: u32,
    /// Left, top, width, height in image pixels; a negative width or height mirrors.
    pub region: Option<[f64; 4]>,
}

/// A picture to be made. Its `Debug` text names it in the keep: every member changes the picture.
#[derive(Debug, Clone, PartialEq)]
pub struct PictureRequest {
    /// Encoding.
    pub format: PictureFormat,
    /// Quality of JPEG and WebP, 1–100.
    pub quality: u8,
    /// Size; without it one pixel for one pixel.
    pub viewport: Option<Viewport>,
    /// Centre, width and function; without it as the file says.
    pub window: Option<(f64, f64, WindowFunction)>,
    /// Whether the picture may be larger than the image (a thumbnail never is).
    pub enlarge: bool,
}

impl PictureRequest {
    /// Whether it is worth keeping: small, and one that many will ask for.
    pub fn is_small(&self) -> bool {
        self.window.is_none()
            && self.viewport.is_some_and(|v| u64::from(v.width) * u64::from(v.height) <= SMALL_PIXELS)
    }
}

/// A drawn picture.
#[derive(Debug)]
pub struct Picture {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Red, green, blue, 255.
    pub rgba: Vec<u8>,
    /// Red, green and blue are equal everywhere.
    pub grey: bool,
}

/// Draws a frame, `number` counted from 1.
///
/// # Errors
/// `BadRequest` for a region outside the image or a picture too large, `Damaged` for a header without use.
pub fn draw(frame: &Frame, facts: &Facts, number: u32, request: &PictureRequest) -> Result<Picture, Problem> {
    let header = facts
        .header
        .frame(number.saturating_sub(1))
        .ok_or_else(|| Problem::new(ErrorCode::Damaged, "the header has no such frame"))?;
    let voi = match request.window {
        Some((center, width, function)) => VoiChoice::Window { center, width, function },
        None => default_voi(&header.display, &facts.header.pixels, &facts.modality, || {
            auto_range(frame, &header.display)
        }),
    };
    let pixels = PixelFacts::new(&facts.header.pixels, frame.model());
    let pipeline = Pipeline::new(&header.display, pixels, voi, false)
        .map_err(|error| Problem::new(ErrorCode::Damaged, error.to_string()))?;
    let shape = ImageShape::new(frame.columns(), frame.rows(), &header.spacing);
    let layout = lay_out(shape, request)?;
    let (width, height) = (layout.width, layout.height);
    let placement = Placement::new(&layout.view, shape, [f64::from(width), f64::from(height)]);
    // Checked in `lay_out`: at most MOST_PIXELS.
    let mut rgba = vec![0; width as usize * height as usize * 4];
    draw_view(frame, &pipeline, &placement, DrawOptions { width, height, sharp_from: None }, &mut rgba)
        .map_err(|error| Problem::new(ErrorCode::Damaged, error.to_string()))?;
    Ok(Picture { width, height, rgba, grey: pipeline.is_grey() })
}

struct Layout {
    width: u32,
    height: u32,
    view: ViewTransform,
}

/// Output size and view. The region keeps its shape: it fills the viewport in one direction and is as small as it
/// is in the other, with no border. Without a viewport columns are one pixel wide and rows as high as they truly are,
/// or the other way round where that would lose rows.
fn lay_out(shape: ImageShape, request: &PictureRequest) -> Result<Layout, Problem> {
    let (columns, rows) = (f64::from(shape.columns), f64::from(shape.rows));
    let [left, top, wide, high] =
        request.viewport.and_then(|viewport| viewport.region).unwrap_or([0.0, 0.0, columns, rows]);
    let (flip_horizontal, flip_vertical) = (wide < 0.0, high < 0.0);
    let (wide, high) = (wide.abs(), high.abs());
    let inside = left >= 0.0 && top >= 0.0 && left + wide <= columns && top + high <= rows;
    if !inside || wide < 1.0 || high < 1.0 {
        return Err(Problem::bad_request("the viewport's source region is not within the image"));
    }
    // In units of a column's width.
    let true_high = high * shape.pixel_aspect;
    let natural = if shape.pixel_aspect < 1.0 { 1.0 / shape.pixel_aspect } else { 1.0 };
    let scale = match request.viewport {
        None => natural,
        Some(viewport) => {
            let fit = (f64::from(viewport.width) / wide).min(f64::from(viewport.height) / true_high);
            if request.enlarge { fit } else { fit.min(natural) }
        }
    };
    let (width, height) = ((wide * scale).round().max(1.0), (true_high * scale).round().max(1.0));
    if width * height > MOST_PIXELS || width > 65_535.0 || height > 65_535.0 {
        return Err(Problem::bad_request("the picture would be too large; ask for a smaller viewport"));
    }
    // A mirrored image keeps its centre, so the region's centre moves to the other side.
    let (center_x, center_y) = (left + wide / 2.0 - columns / 2.0, top + high / 2.0 - rows / 2.0);
    let sign = |flipped: bool| if flipped { 1.0 } else { -1.0 };
    let pan = [
        sign(flip_horizontal) * center_x * scale,
        sign(flip_vertical) * center_y * shape.pixel_aspect * scale,
    ];
    let view = ViewTransform {
        zoom: scale,
        pan,
        quarter_turns: 0,
        flip_horizontal,
        flip_vertical,
        fit: Fit::OneToOne,
    };
    Ok(Layout { width: width as u32, height: height as u32, view })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(aspect: f64, viewport: Option<Viewport>, enlarge: bool) -> Result<(u32, u32), Problem> {
        let shape = ImageShape { columns: 400, rows: 200, pixel_aspect: aspect };
        let request =
            PictureRequest { format: PictureFormat::Jpeg, quality: 80, viewport, window: None, enlarge };
        lay_out(shape, &request).map(|layout| (layout.width, layout.height))
    }

    fn viewport(width: u32, height: u32, region: Option<[f64; 4]>) -> Option<Viewport> {
        Some(Viewport { width, height, region })
    }

    #[test]
    fn sizes_follow_the_true_shape_of_pixels() {
        assert_eq!(size(1.0, None, true).unwrap(), (400, 200));
        assert_eq!(size(2.0, None, true).unwrap(), (400, 400));
        assert_eq!(size(0.5, None, true).unwrap(), (800, 200));
        assert_eq!(size(2.0, viewport(100, 100, None), true).unwrap(), (100, 100));
        assert_eq!(size(1.0, viewport(100, 100, None), true).unwrap(), (100, 50));
    }

    #[test]
    fn only_rendered_pictures_are_enlarged() {
        assert_eq!(size(1.0, viewport(800, 800, None), true).unwrap(), (800, 400));
        assert_eq!(size(1.0, viewport(800, 800, None), false).unwrap(), (400, 200));
    }

    #[test]
    fn regions() {
        let half = Some([100.0, 50.0, 200.0, 100.0]);
        assert_eq!(size(1.0, viewport(100, 100, half), true).unwrap(), (100, 50));
        for outside in [[300.0, 0.0, 200.0, 10.0], [-1.0, 0.0, 10.0, 10.0], [0.0, 0.0, 0.0, 10.0]] {
            assert!(size(1.0, viewport(100, 100, Some(outside)), true).is_err());
        }
    }
}
