//! Displayed area and spatial transformation as a view: PS3.3 C.10.4 and C.10.6.

use super::AppliedState;
use crate::geometry::{Fit, ImageShape, Placement, ViewTransform};

/// Presentation Size Mode (0070,0100).
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SizeMode {
    /// SCALE TO FIT: as large as the viewport allows.
    Fit,
    /// TRUE SIZE, with Presentation Pixel Spacing (0070,0101), mm: row, column.
    TrueSize([f64; 2]),
    /// MAGNIFY: Presentation Pixel Magnification Ratio (0070,0103), screen pixels for each image pixel.
    Magnify(f64),
}

/// The part of the image that is to be seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DisplayedArea {
    /// Left, top, right, bottom edge in image coordinates before rotation and flip; left < right, top < bottom. May
    /// reach beyond the image.
    pub bounds: [f64; 4],
    /// How large.
    pub mode: SizeMode,
    /// Height of a pixel over its width, by Presentation Pixel Spacing (0070,0101) or Aspect Ratio (0070,0102).
    pub pixel_aspect: Option<f64>,
}

impl DisplayedArea {
    /// A whole image, fitted.
    pub fn whole(shape: &ImageShape) -> Self {
        let bounds = [0.0, 0.0, f64::from(shape.columns), f64::from(shape.rows)];
        Self { bounds, mode: SizeMode::Fit, pixel_aspect: None }
    }

    /// Where the area lies on screen: left, top, right, bottom.
    pub fn on_screen(&self, placement: &Placement) -> [f64; 4] {
        let [left, top, right, bottom] = self.bounds;
        let [a, b] = [placement.to_screen([left, top]), placement.to_screen([right, bottom])];
        [a[0].min(b[0]), a[1].min(b[1]), a[0].max(b[0]), a[1].max(b[1])]
    }
}

/// Spatial transformation and displayed area of one frame: how a state wants it placed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Framing {
    /// Clockwise, 0–3; before `flip`.
    pub quarter_turns: u8,
    /// Left and right of the turned image change places.
    pub flip: bool,
    /// The part to be seen; none: the whole image.
    pub area: Option<DisplayedArea>,
}

impl AppliedState {
    /// How it wants its frame placed.
    pub fn framing(&self) -> Framing {
        Framing { quarter_turns: self.quarter_turns, flip: self.flip, area: self.area }
    }
}

impl Framing {
    /// The image's shape with the state's pixel aspect ratio, where it says one (C.10.4: it overrides the image's).
    pub fn shape(&self, image: ImageShape) -> ImageShape {
        let aspect = self.area.and_then(|area| area.pixel_aspect);
        ImageShape { pixel_aspect: aspect.unwrap_or(image.pixel_aspect), ..image }
    }

    /// The view that shows the displayed area in a viewport of `screen` width and height. `shape` as [`Self::shape`]
    /// gives it. TRUE SIZE needs `pixel_mm`, the side of a screen pixel; without it the area is fitted.
    pub fn view(&self, shape: ImageShape, screen: [f64; 2], pixel_mm: Option<f64>) -> ViewTransform {
        let turned = ViewTransform { quarter_turns: self.quarter_turns, ..ViewTransform::default() };
        // The state turns first and then flips what is on screen; a view the other way around.
        let mut view = if self.flip { turned.mirrored() } else { turned };
        let area = self.area.unwrap_or_else(|| DisplayedArea::whole(&shape));
        let per_pixel = match (area.mode, pixel_mm) {
            (SizeMode::Magnify(ratio), _) => Some(ratio),
            (SizeMode::TrueSize([_, column]), Some(mm)) if mm > 0.0 => Some(column / mm),
            _ => None,
        };
        if let Some(scale) = per_pixel {
            view.fit = Fit::OneToOne;
            view.zoom = scale.clamp(ViewTransform::MIN_ZOOM, ViewTransform::MAX_ZOOM);
        } else {
            let [left, top, right, bottom] = area.on_screen(&Placement::new(&view, shape, screen));
            let zoom = (screen[0] / (right - left)).min(screen[1] / (bottom - top));
            if zoom.is_finite() {
                view.zoom = zoom.clamp(ViewTransform::MIN_ZOOM, ViewTransform::MAX_ZOOM);
            }
        }
        let [left, top, right, bottom] = area.on_screen(&Placement::new(&view, shape, screen));
        view.pan = [screen[0] / 2.0 - (left + right) / 2.0, screen[1] / 2.0 - (top + bottom) / 2.0];
        view
    }
}
