//! A [`Drawing`] on a canvas: planes as pictures that the browser scales and turns, lines and texts with its pens.

use viewer_core::geometry::Placement;
use viewer_core::presentation::drawing::What;
use viewer_core::presentation::mark::{Justification, Shape, Text};
use viewer_core::presentation::{Drawing, Mark, Plane, Units};
use wasm_bindgen::{Clamped, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

use super::BrowserError;
use super::canvas::{self, Pixels};

/// Width of a line, CSS pixels; as on the CPU.
const LINE: f64 = 1.5;
/// Half the length of a point's cross, CSS pixels.
const CROSS: f64 = 4.0;
/// Smallest and largest letters, CSS pixels.
const LETTERS: [f64; 2] = [12.0, 32.0];
/// Screen pixels of one bit of an overlay from which it is shown as a square.
const SQUARES_FROM: f64 = 3.0;
/// Height of a line of text in letters.
const LEADING: f64 = 1.3;

/// A drawing whose planes are pictures already.
pub(super) struct Layers {
    drawing: Drawing,
    shutter: Option<HtmlCanvasElement>,
    /// One for each item; none for marks.
    planes: Vec<Option<HtmlCanvasElement>>,
}

impl Layers {
    /// # Errors
    /// When the browser makes no canvas of a plane's size.
    pub(super) fn new(drawing: Drawing) -> Result<Self, BrowserError> {
        let shutter = drawing.shutter.as_ref().map(|(plane, colour)| picture(plane, *colour)).transpose()?;
        let mut planes = Vec::with_capacity(drawing.items.len());
        for item in &drawing.items {
            planes.push(match &item.what {
                What::Plane { plane, .. } => Some(picture(plane, item.colour)?),
                What::Mark(_) => None,
            });
        }
        Ok(Self { drawing, shutter, planes })
    }

    /// Draws onto a canvas of the viewport's size, in place of what was there.
    ///
    /// # Errors
    /// When the canvas has no 2D context.
    pub(super) fn draw(&self, canvas: &HtmlCanvasElement, placement: &Placement) -> Result<(), BrowserError> {
        let context = canvas::context(canvas, Pixels::Anywhere)?;
        let (width, height) = (f64::from(canvas.width()), f64::from(canvas.height()));
        let scale = web_sys::window().map_or(1.0, |window| window.device_pixel_ratio());
        let pen = Pen { context: &context, scale, placement, drawing: &self.drawing };
        pen.upright();
        context.clear_rect(0.0, 0.0, width, height);
        if let Some(shutter) = &self.shutter {
            pen.plane(shutter, [0, 0], 255);
        }
        for (item, plane) in self.drawing.items.iter().zip(&self.planes) {
            match (&item.what, plane) {
                (What::Plane { origin, .. }, Some(plane)) => pen.plane(plane, *origin, item.opacity),
                (What::Mark(mark), _) => pen.mark(mark, item.colour),
                (What::Plane { .. }, None) => {}
            }
        }
        Ok(())
    }
}

/// A plane as a picture of its own size.
fn picture(plane: &Plane, colour: [u8; 3]) -> Result<HtmlCanvasElement, BrowserError> {
    let refused = |thrown: JsValue| BrowserError::of("an overlay's canvas", &thrown);
    let canvas = canvas::new()?;
    canvas.set_width(plane.columns());
    canvas.set_height(plane.rows());
    let rgba = plane.to_rgba(colour);
    let image = ImageData::new_with_u8_clamped_array_and_sh(Clamped(&rgba), plane.columns(), plane.rows());
    // In memory: nothing would draw it again when the browser loses its GPU.
    canvas::context(&canvas, Pixels::InMemory)?
        .put_image_data(&image.map_err(refused)?, 0.0, 0.0)
        .map_err(refused)?;
    Ok(canvas)
}

struct Pen<'a> {
    context: &'a CanvasRenderingContext2d,
    /// Canvas pixels of a CSS pixel.
    scale: f64,
    placement: &'a Placement,
    drawing: &'a Drawing,
}

impl Pen<'_> {
    fn upright(&self) {
        // Fails for no finite numbers.
        let _ = self.context.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0);
    }

    fn at(&self, units: Units, point: [f64; 2]) -> [f64; 2] {
        units.to_screen(point, self.placement, &self.drawing.area)
    }

    fn plane(&self, picture: &HtmlCanvasElement, origin: [i32; 2], opacity: u8) {
        let [left, top] = origin.map(f64::from);
        let [x, y] = self.placement.to_screen([left, top]);
        let [x1, y1] = self.placement.to_screen([left + 1.0, top]);
        let [x2, y2] = self.placement.to_screen([left, top + 1.0]);
        let [a, b, c, d] = [x1 - x, y1 - y, x2 - x, y2 - y];
        // Enlarged bits stay squares, reduced ones are averaged: a thin line must not vanish, and letters that are a little
        // larger than they were drawn must stay legible.
        self.context.set_image_smoothing_enabled(a.hypot(b) < SQUARES_FROM);
        self.context.set_global_alpha(f64::from(opacity) / 255.0);
        let drawn = self
            .context
            .set_transform(a, b, c, d, x, y)
            .and_then(|()| self.context.draw_image_with_html_canvas_element(picture, 0.0, 0.0));
        // Fails for an empty picture only, on which there is nothing to see.
        let _ = drawn;
        self.context.set_global_alpha(1.0);
        self.upright();
    }

    fn mark(&self, mark: &Mark, colour: [u8; 3]) {
        let [r, g, b] = colour;
        let colour = format!("rgb({r},{g},{b})");
        self.context.set_stroke_style_str(&colour);
        self.context.set_fill_style_str(&colour);
        self.context.set_line_width(LINE * self.scale);
        match &mark.shape {
            Shape::Points(points) => points.iter().for_each(|point| self.cross(self.at(mark.units, *point))),
            Shape::Line { points, filled } => {
                self.context.begin_path();
                for (nth, point) in points.iter().enumerate() {
                    let [x, y] = self.at(mark.units, *point);
                    if nth == 0 { self.context.move_to(x, y) } else { self.context.line_to(x, y) }
                }
                if points.first() == points.last() {
                    self.context.close_path();
                }
                if *filled {
                    self.context.fill();
                }
                self.context.stroke();
            }
            Shape::Text(text) => self.text(text),
        }
    }

    fn cross(&self, [x, y]: [f64; 2]) {
        let half = CROSS * self.scale;
        self.line([x - half, y], [x + half, y]);
        self.line([x, y - half], [x, y + half]);
    }

    fn line(&self, [ax, ay]: [f64; 2], [bx, by]: [f64; 2]) {
        self.context.begin_path();
        self.context.move_to(ax, ay);
        self.context.line_to(bx, by);
        self.context.stroke();
    }

    /// In its box, in letters that fill it; else beside its anchor. Upright, however the picture is turned.
    fn text(&self, text: &Text) {
        let lines: Vec<&str> = text.text.split('\n').collect();
        let anchor = text.anchor.map(|anchor| (self.at(anchor.units, anchor.point), anchor.visible));
        let bounds = text.bounds.map(|bounds| {
            let [a, b] = [bounds.top_left, bounds.bottom_right].map(|point| self.at(bounds.units, point));
            let (low, high) = ([a[0].min(b[0]), a[1].min(b[1])], [a[0].max(b[0]), a[1].max(b[1])]);
            (low, high, bounds.justification)
        });
        let room = bounds.map_or(0.0, |(low, high, _)| (high[1] - low[1]) / lines.len() as f64 / LEADING);
        let [least, most] = LETTERS.map(|size| size * self.scale);
        let size = room.clamp(least, most);
        let (x, y, align) = match (bounds, anchor) {
            (Some((low, _, Justification::Left)), _) => (low[0], low[1], "left"),
            (Some((low, high, Justification::Right)), _) => (high[0], low[1], "right"),
            (Some((low, high, Justification::Center)), _) => ((low[0] + high[0]) / 2.0, low[1], "center"),
            (None, Some(([x, y], _))) => (x + CROSS * 2.0 * self.scale, y - size / 2.0, "left"),
            (None, None) => return,
        };
        if let Some((to, true)) = anchor {
            match bounds {
                Some((low, high, _)) => self.line([(low[0] + high[0]) / 2.0, (low[1] + high[1]) / 2.0], to),
                None => self.cross(to),
            }
        }
        self.context.set_font(&format!("{size:.0}px sans-serif"));
        self.context.set_text_align(align);
        self.context.set_text_baseline("top");
        // A dark rim: white letters lie on white bone, too.
        self.context.set_stroke_style_str("rgba(0,0,0,.8)");
        self.context.set_line_width(3.0 * self.scale);
        for (nth, line) in lines.iter().enumerate() {
            let y = y + nth as f64 * size * LEADING;
            // Fails for no finite numbers.
            let _ = self.context.stroke_text(line, x, y);
            let _ = self.context.fill_text(line, x, y);
        }
    }
}
