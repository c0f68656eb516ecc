//! Rendering parameters: `window`, `viewport`, `quality`, `accept` (PS3.18 8.3.5).

use http::HeaderMap;
use viewer_core::dicom::header::WindowFunction;

use super::accept::accepted;
use super::pairs;
use crate::problem::Problem;
use crate::render::picture::{PictureFormat, PictureRequest, Viewport};

/// Quality where none is asked for.
const QUALITY: u8 = 85;

/// Side of a thumbnail where none is asked for.
const THUMBNAIL: u32 = 256;

/// What kind of picture a route gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `/rendered`
    Rendered,
    /// `/thumbnail`
    Thumbnail,
}

/// # Errors
/// 400 for a parameter that cannot be read, 406 for another media type. Parameters that are not known are ignored,
/// as PS3.18 8.3.5.1 allows.
pub fn parse(
    query: Option<&str>,
    headers: &HeaderMap,
    kind: Kind,
) -> Result<(PictureRequest, bool), Problem> {
    let pairs = pairs::parse(query)?;
    let ranges = accepted(headers, pairs::first(&pairs, "accept"));
    let formats = [PictureFormat::Jpeg, PictureFormat::Png, PictureFormat::Webp];
    let chosen = ranges.iter().find_map(|range| {
        let format = formats.into_iter().find(|format| range.takes(format.media_type()))?;
        Some((format, range.is_multipart()))
    });
    let Some((format, multipart)) = chosen else {
        return Err(Problem::not_acceptable("pictures are image/jpeg, image/png or image/webp"));
    };
    let viewport = match pairs::first(&pairs, "viewport") {
        Some(text) => Some(viewport(text)?),
        None if kind == Kind::Thumbnail => {
            Some(Viewport { width: THUMBNAIL, height: THUMBNAIL, region: None })
        }
        None => None,
    };
    let request = PictureRequest {
        format,
        quality: pairs::first(&pairs, "quality").map(quality).transpose()?.unwrap_or(QUALITY),
        viewport,
        window: pairs::first(&pairs, "window").map(window).transpose()?,
        enlarge: kind == Kind::Rendered,
    };
    Ok((request, multipart))
}

fn quality(text: &str) -> Result<u8, Problem> {
    text.parse()
        .ok()
        .filter(|quality| (1..=100).contains(quality))
        .ok_or_else(|| Problem::bad_request("quality is a whole number from 1 to 100"))
}

fn viewport(text: &str) -> Result<Viewport, Problem> {
    let wrong = || Problem::bad_request("viewport is width,height or width,height,left,top,width,height");
    let numbers = text.split(',').map(|number| number.trim().parse::<f64>());
    let numbers: Vec<f64> = numbers.collect::<Result<_, _>>().map_err(|_| wrong())?;
    let size = |number: f64| {
        let whole = (1.0..=65_535.0).contains(&number) && number.fract() == 0.0;
        whole.then_some(number as u32).ok_or_else(wrong)
    };
    let (width, height, region) = match numbers[..] {
        [width, height] => (width, height, None),
        [width, height, left, top, wide, high] => (width, height, Some([left, top, wide, high])),
        _ => return Err(wrong()),
    };
    if numbers.iter().any(|number| !number.is_finite()) {
        return Err(wrong());
    }
    Ok(Viewport { width: size(width)?, height: size(height)?, region })
}

fn window(text: &str) -> Result<(f64, f64, WindowFunction), Problem> {
    let wrong = || {
        Problem::bad_request(
            "window is center,width or center,width,linear|linear-exact|sigmoid; linear from width 1",
        )
    };
    let mut pieces = text.split(',').map(str::trim);
    let mut number = || pieces.next()?.parse::<f64>().ok().filter(|number| number.is_finite());
    let (center, width) = number().zip(number()).ok_or_else(wrong)?;
    let function = match pieces.next().map(str::to_ascii_lowercase).as_deref() {
        None | Some("linear") => WindowFunction::Linear,
        Some("linear-exact") => WindowFunction::LinearExact,
        Some("sigmoid") => WindowFunction::Sigmoid,
        Some(_) => return Err(wrong()),
    };
    let smallest = if function == WindowFunction::Linear { 1.0 } else { f64::MIN_POSITIVE };
    if width < smallest || pieces.next().is_some() {
        return Err(wrong());
    }
    Ok((center, width, function))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(query: &str) -> Result<PictureRequest, Problem> {
        parse(Some(query), &HeaderMap::new(), Kind::Rendered).map(|(request, _)| request)
    }

    #[test]
    fn parameters_of_ps3_18() {
        let request = request("window=40,400,linear-exact&viewport=100,200,10,20,30,-40&quality=7").unwrap();
        assert_eq!(request.window, Some((40.0, 400.0, WindowFunction::LinearExact)));
        let region = Some([10.0, 20.0, 30.0, -40.0]);
        assert_eq!(request.viewport, Some(Viewport { width: 100, height: 200, region }));
        assert_eq!((request.quality, request.format), (7, PictureFormat::Jpeg));
    }

    #[test]
    fn nonsense_is_refused() {
        for bad in [
            "window=40",
            "window=40,0",
            "window=40,400,cubic",
            "window=nan,1",
            "window=1,2,linear,4",
            "viewport=0,5",
            "viewport=1.5,5",
            "viewport=5",
            "viewport=1,2,3",
            "viewport=1,2,nan,0,1,1",
            "quality=0",
            "quality=101",
            "quality=x",
            "accept=image/gif",
        ] {
            assert!(request(bad).is_err(), "{bad}");
        }
    }
}
