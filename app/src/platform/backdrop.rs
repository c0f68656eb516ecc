//! What previews are drawn on: a canvas behind the picture's own, of hardly more pixels than they have.

use viewer_core::geometry::Placement;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::canvas::{self, Pixels};
use super::preview::PreviewImage;
use super::screen::resize;

/// A canvas behind another. A browser that composes its pages on the CPU copies every pixel of a canvas that was drawn on;
/// at the screen's own resolution that was the longest part of a step from preview to preview. In the page's memory: no GPU
/// takes it along.
pub(super) struct Backdrop {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
}

impl Backdrop {
    /// None where the browser has no such canvas.
    pub(super) fn behind(front: &HtmlCanvasElement) -> Option<Self> {
        let canvas = canvas::beside(front, "backdrop")?;
        let context = canvas::context(&canvas, Pixels::InMemory).ok()?;
        Some(Self { canvas, context })
    }

    /// Draws a preview alone, at a place in pixels of the canvas in front, which has `size` of them.
    pub(super) fn show(&self, image: &PreviewImage, place: &Placement, size: [f64; 2]) {
        let Some(to_front) = to_front(image, place) else { return };
        let [a, b, ..] = to_front;
        let scale = scale_for(a.hypot(b));
        let [width, height] = size.map(|pixels| (pixels * scale).round().max(1.0));
        resize(&self.canvas, width as u32, height as u32);
        self.context.clear_rect(0.0, 0.0, width, height);
        draw(&self.context, image, to_front.map(|part| part * scale));
    }
}

/// Draws a preview on a canvas of the screen's resolution.
pub(super) fn draw_on(context: &CanvasRenderingContext2d, image: &PreviewImage, place: &Placement) {
    if let Some(matrix) = to_front(image, place) {
        draw(context, image, matrix);
    }
}

fn draw(context: &CanvasRenderingContext2d, image: &PreviewImage, [a, b, c, d, e, f]: [f64; 6]) {
    context.set_image_smoothing_enabled(true);
    let drawn = context
        .set_transform(a, b, c, d, e, f)
        .and_then(|()| context.draw_image_with_html_image_element(image.element(), 0.0, 0.0));
    let _ = drawn.and_then(|()| context.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0));
}

/// Preview pixels → pixels of the canvas in front, as a canvas' `setTransform` takes it. None for a picture without pixels.
fn to_front(image: &PreviewImage, place: &Placement) -> Option<[f64; 6]> {
    let (width, height) =
        (f64::from(image.element().natural_width()), f64::from(image.element().natural_height()));
    if width < 1.0 || height < 1.0 {
        return None;
    }
    let shape = place.shape();
    let [x0, y0] = place.to_screen([0.0, 0.0]);
    let [x1, y1] = place.to_screen([f64::from(shape.columns), 0.0]);
    let [x2, y2] = place.to_screen([0.0, f64::from(shape.rows)]);
    Some([(x1 - x0) / width, (y1 - y0) / width, (x2 - x0) / height, (y2 - y0) / height, x0, y0])
}

/// Pixels of the backdrop for each of the canvas in front: 1, or a half or a quarter where a preview's pixel takes so many.
fn scale_for(magnification: f64) -> f64 {
    if magnification >= 4.0 {
        0.25
    } else if magnification >= 2.0 {
        0.5
    } else {
        1.0
    }
}
