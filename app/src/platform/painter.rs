//! A viewport's canvas, painted by the CPU: the way that every device can go.
//!
//! Grey levels are viewer-core's, in device pixels; nothing is scaled by the browser but previews.

use std::ops::Range;

use viewer_core::frame::Frame;
use viewer_core::geometry::Placement;
use viewer_core::lut::draw::{DrawOptions, Painter};
use viewer_core::lut::{LutError, Pipeline};
use wasm_bindgen::Clamped;
use web_sys::{HtmlCanvasElement, ImageData};

use super::BrowserError;
use super::backdrop::{self, Backdrop};
use super::buffer::Buffer;
use super::canvas::{self, beside};
use super::presenter::{Over, Presenter};
use super::preview::PreviewImage;
use super::screen::{Screen, resize};
use super::video::Player;

/// Screen pixels per image pixel from which image pixels are shown as squares.
const SHARP_FROM: f64 = 8.0;

/// What the element says of a frame that is on its way: how many of its rows lie over its preview.
const ROWS: &str = "data-rows";

/// Most device pixels of one viewport: a 4K screen; beyond it the canvas is scaled up.
const MOST_PIXELS: f64 = 8_300_000.0;

/// A canvas of the page, as views hand it over.
pub type CanvasElement = HtmlCanvasElement;

/// A canvas and what its next painting needs.
pub struct Surface {
    screen: Screen,
    painter: Painter,
    rgba: Vec<u8>,
    /// Over the picture's canvas; made when something first lies over a picture.
    marks: Option<HtmlCanvasElement>,
    /// Behind it; made for the first preview.
    backdrop: Option<Backdrop>,
    /// Nothing is on the canvas, so that the backdrop is seen.
    uncovered: bool,
}

impl Surface {
    /// Takes a canvas element.
    ///
    /// # Errors
    /// When the browser has no 2D context for it.
    pub fn new(canvas: HtmlCanvasElement) -> Result<Self, BrowserError> {
        Ok(Self {
            screen: Screen::new(canvas)?,
            painter: Painter::new(),
            rgba: Vec::new(),
            marks: None,
            backdrop: None,
            uncovered: false,
        })
    }

    fn canvas(&self) -> &HtmlCanvasElement {
        self.screen.element()
    }

    /// The element's size in CSS pixels and the device's pixel ratio. Gives canvas pixels per CSS pixel.
    pub fn resize(&mut self, width: f64, height: f64, dpr: f64) -> f64 {
        let most = (MOST_PIXELS / (width * height).max(1.0)).sqrt();
        let scale = dpr.min(most);
        let device = |css: f64| (css * scale).round().clamp(1.0, 8192.0) as u32;
        resize(self.canvas(), device(width), device(height));
        scale
    }

    /// Sends all events of a pointer here until it is let go.
    pub fn capture(&self, pointer: i32) {
        // Fails for a pointer that is already up.
        let _ = self.canvas().set_pointer_capture(pointer);
    }

    /// Width and height in canvas pixels.
    pub fn size(&self) -> [f64; 2] {
        [f64::from(self.canvas().width()), f64::from(self.canvas().height())]
    }

    /// Draws a frame at its place, in canvas pixels, for [`Surface::show`].
    ///
    /// # Errors
    /// When frame and pipeline do not belong together.
    pub fn draw(&mut self, frame: &Frame, pipeline: &Pipeline, place: &Placement) -> Result<(), LutError> {
        self.with_pixels(|painter, options, out| painter.draw(frame, pipeline, place, options, out))
    }

    /// Draws the frame of the last [`Surface::draw`] again, at the same place, with another window.
    ///
    /// # Errors
    /// When the size has changed, or the pipeline is of another kind.
    pub fn redraw(&mut self, pipeline: &Pipeline) -> Result<(), LutError> {
        self.with_pixels(|painter, _, out| painter.repaint(pipeline, out))
    }

    /// Puts what was drawn last on the canvas.
    pub fn show(&mut self) {
        self.put([[0.0, 0.0], self.size()]);
    }

    /// Paints rows of a frame over what is on the canvas, and notes on the element up to which row.
    ///
    /// # Errors
    /// When frame and pipeline do not belong together.
    pub fn paint_rows(
        &mut self,
        frame: &Frame,
        rows: Range<u32>,
        pipeline: &Pipeline,
        place: &Placement,
    ) -> Result<(), LutError> {
        // The filter reaches into the next row, and over the edge of a screen pixel.
        let row = |row: u32| f64::from(row.saturating_sub(1));
        let (a, b) = (
            place.to_screen([0.0, row(rows.start)]),
            place.to_screen([f64::from(frame.columns()), row(rows.end)]),
        );
        let size = self.size();
        // Not `clamp`: the message of its panic brings the standard library's way of writing numbers into the page, 9 KB.
        let from = [0, 1].map(|axis| a[axis].min(b[axis]).ceil().max(0.0).min(size[axis]));
        let to = [0, 1].map(|axis| (a[axis].max(b[axis]).floor() - 1.0).min(size[axis]).max(from[axis]));
        let across = usize::from(!place.is_sideways());
        let lines = from[across] as u32..to[across] as u32;
        self.with_pixels(|painter, options, out| {
            painter.draw_lines(frame, pipeline, place, options, &lines, out)
        })?;
        self.put([from, to]);
        let _ = self.canvas().set_attribute(ROWS, &rows.end.to_string());
        Ok(())
    }

    fn with_pixels(
        &mut self,
        draw: impl FnOnce(&mut Painter, DrawOptions, &mut [u8]) -> Result<(), LutError>,
    ) -> Result<(), LutError> {
        let (width, height) = (self.canvas().width(), self.canvas().height());
        self.rgba.resize(width as usize * height as usize * 4, 0);
        let options = DrawOptions { width, height, sharp_from: Some(SHARP_FROM) };
        draw(&mut self.painter, options, &mut self.rgba)
    }

    /// Puts what was drawn on the canvas, between two corners.
    fn put(&mut self, [from, to]: [[f64; 2]; 2]) {
        self.uncovered = false;
        let context = self.screen.context();
        let (width, height) = (self.canvas().width(), self.canvas().height());
        // A view of these very bytes, not a copy: five megabytes for each picture would pile up until they are collected.
        // Fails for an empty canvas only, on which there is nothing to see.
        if let Ok(image) = ImageData::new_with_u8_clamped_array_and_sh(Clamped(&self.rgba), width, height) {
            let [x, y] = from;
            let (width, height) = ((to[0] - x).max(0.0), (to[1] - y).max(0.0));
            let _ = context.put_image_data_with_dirty_x_and_dirty_y_and_dirty_width_and_dirty_height(
                &image, 0.0, 0.0, x, y, width, height,
            );
        }
    }

    /// Copies a finished picture of the same size. Nothing of what was here stays: a picture that comes through
    /// empty must not pass for the one before.
    ///
    /// # Errors
    /// When the browser cannot read it.
    pub fn copy(&mut self, picture: &CanvasElement) -> Result<(), BrowserError> {
        let refused = |thrown| BrowserError::of("a finished picture", &thrown);
        if self.screen.is_lost() {
            return Err(BrowserError::absent("what a canvas shows"));
        }
        self.uncovered = false;
        let context = self.screen.context();
        context.set_global_composite_operation("copy").map_err(refused)?;
        let drawn = context.draw_image_with_html_canvas_element(picture, 0.0, 0.0);
        context.set_global_composite_operation("source-over").map_err(refused)?;
        drawn.map_err(refused)
    }

    /// Whether a finished picture, copied as [`Surface::copy`] does it, is what the CPU has drawn last, within one grey
    /// level. The copy goes to a canvas of its own, so that what a GPU in doubt draws is never on the page. Slow (the copy
    /// is read back); for a proof, once.
    pub fn comes_out_of(&self, picture: &CanvasElement) -> bool {
        let [width, height] = self.size();
        let Ok(mut copy) = canvas::new().and_then(Self::new) else { return false };
        resize(copy.canvas(), self.canvas().width(), self.canvas().height());
        let close = |(a, b): (&u8, &u8)| a.abs_diff(*b) <= 1;
        let same = copy.copy(picture).is_ok()
            && copy.screen.context().get_image_data(0.0, 0.0, width, height).is_ok_and(|read| {
                let read = read.data();
                read.len() == self.rgba.len() && read.iter().zip(&self.rgba).all(close)
            });
        // Its memory goes now, not when it is collected.
        copy.canvas().set_width(0);
        same
    }

    /// What is painted next does not lie over anything.
    pub fn begin(&self) {
        let _ = self.canvas().remove_attribute(ROWS);
    }

    /// Paints a preview into the place of its original.
    pub fn paint_preview(&mut self, image: &PreviewImage, place: &Placement) {
        if self.screen.is_lost() {
            self.clear();
            backdrop::draw_on(&self.screen.context(), image, place);
            return;
        }
        let size = self.size();
        let backdrop = self.backdrop.take().or_else(|| Backdrop::behind(self.canvas()));
        if let Some(backdrop) = &backdrop {
            backdrop.show(image, place, size);
            self.uncover();
        }
        self.backdrop = backdrop;
    }

    /// Lets what is behind the canvas be seen. Once: a canvas that is not touched costs nothing.
    fn uncover(&mut self) {
        if !self.uncovered {
            let [width, height] = self.size();
            self.screen.context().clear_rect(0.0, 0.0, width, height);
            self.uncovered = true;
        }
    }

    /// Draws what lies over the picture, or, without, nothing over it.
    pub fn mark(&mut self, over: Option<(&Presenter, &Over<'_>)>) {
        let (width, height) = (self.canvas().width(), self.canvas().height());
        let drawn = over.and_then(|(presenter, over)| {
            let marks = self.marks.take().or_else(|| beside(self.canvas(), "marks"))?;
            resize(&marks, width, height);
            let drawn = presenter.draw(&marks, over);
            self.marks = Some(marks);
            drawn
        });
        if let (None, Some(marks)) = (drawn, &self.marks) {
            // A canvas without pixels costs nothing and shows nothing.
            marks.set_width(0);
            marks.set_height(0);
        }
    }

    /// Lays a video over the picture, or the reason why it is not played; without a transfer syntax nothing.
    pub fn play(&self, player: &Player, uid: &str, bytes: Option<&Buffer>) {
        player.show(self.canvas(), uid, bytes);
    }

    /// Paints it black.
    pub fn clear(&mut self) {
        self.uncovered = false;
        let [width, height] = self.size();
        let context = self.screen.context();
        let _ = context.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0);
        context.set_fill_style_str("#000");
        context.fill_rect(0.0, 0.0, width, height);
    }
}
