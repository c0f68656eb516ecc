//! A frame in a viewport: scroll, zoom, pan, turn, mirror, letterbox, on the CPU.
//!
//! Two steps. [`Painter::draw`] filters values along the image's columns and keeps them; the second step filters them
//! along its rows and windows them, line by line. [`Painter::repaint`] does the second step only, so dragging a
//! window costs one pass over the screen and never touches the frame.
//!
//! # Filter
//! A box as wide as a screen pixel or an image pixel, whichever is larger: bilinear when enlarged, exact area
//! average when reduced. It is cut at the image's edge. From [`DrawOptions::sharp_from`] on, pixels are shown as
//! the squares they are. A screen pixel belongs to the image when its centre does; the rest is black.
//!
//! # Limits
//! Quarter turns only. Values pass through `f32`: stored integers above 2²⁴ lose their lowest bits on screen
//! ([`super::render_rgba`] does not).

mod kept;
mod rows;
mod screen;
mod taps;

use kept::{Kept, Line};
use rows::{All, Padded, Present, Rows};
use screen::{Screen, resample};
use taps::Pair;

use std::ops::Range;

use super::pipeline::{Grey, Mapping, table_value};
use super::rgba::{check_model, check_output, render_rgba};
use super::shade::{Shade, on_curve};
use super::{LutError, Pipeline};
use crate::frame::{ColourModel, Frame, Samples};
use crate::geometry::Placement;

/// Coordinates this close to a boundary count as beyond it, so that f32 and f64 agree on ties.
/// Image pixels. Keep in sync with `EDGE` in render/shaders.
pub(crate) const EDGE: f64 = 1.0 / 512.0;

/// Size of the output and how to enlarge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DrawOptions {
    /// Width of the output, pixels.
    pub width: u32,
    /// Height of the output, pixels.
    pub height: u32,
    /// Screen pixels per image pixel from which pixels are drawn as squares; None: always smooth.
    pub sharp_from: Option<f64>,
}

/// Draws frames into viewports and remembers the last one for [`Painter::repaint`]. Keep one per viewport: its
/// buffers (4 bytes for each image row in view × screen column, 8 with padding, 12 for colour) are reused.
#[derive(Debug, Default)]
pub struct Painter {
    screen: Screen,
    kept: Kept,
}

impl Painter {
    /// A painter that has drawn nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Draws `frame` as `placement` says into `out`: width × height pixels of red, green, blue, 255.
    /// `placement` must have been made for the same width and height.
    ///
    /// # Errors
    /// When `out` has another size, or the pipeline was made for another colour model.
    pub fn draw(
        &mut self,
        frame: &Frame,
        pipeline: &Pipeline,
        placement: &Placement,
        options: DrawOptions,
        out: &mut [u8],
    ) -> Result<(), LutError> {
        self.draw_lines(frame, pipeline, placement, options, &(0..u32::MAX), out)
    }

    /// As [`Painter::draw`], but only these lines: rows of the output, or columns of it where the image lies on its side. The
    /// rest of `out` becomes black.
    ///
    /// # Errors
    /// As [`Painter::draw`].
    pub fn draw_lines(
        &mut self,
        frame: &Frame,
        pipeline: &Pipeline,
        placement: &Placement,
        options: DrawOptions,
        lines: &Range<u32>,
        out: &mut [u8],
    ) -> Result<(), LutError> {
        check_output(options.width, options.height, out)?;
        check_model(frame, pipeline)?;
        let mut lay = |rows: &dyn Rows, channels: [usize; 2]| {
            self.screen = resample(frame, placement, options, lines, rows, channels, &mut self.kept);
        };
        match (&pipeline.mapping, frame.samples()) {
            (Mapping::Grey(grey), samples) => lay(&*grey_rows(samples, grey), [1, 1]),
            (Mapping::Colour { full: 255.0, .. }, Samples::U8(rgb))
                if frame.model() == ColourModel::Rgb && pipeline.cube.is_none() =>
            {
                lay(&All(rgb), [3, 3]);
            }
            (Mapping::Palette { .. } | Mapping::Colour { .. }, _) => {
                let bytes = u64::from(frame.rows()) * u64::from(frame.columns()) * 4;
                let length = usize::try_from(bytes)
                    .map_err(|_| LutError::OutputSize { expected: bytes, found: usize::MAX })?;
                let mut rgba = vec![0u8; length];
                render_rgba(frame, &pipeline.upright_colour(), &mut rgba)?;
                lay(&All(&rgba), [4, 3]);
            }
        }
        self.shade(pipeline, out);
        Ok(())
    }

    /// Draws the last frame again, at the same place, with another window or polarity.
    ///
    /// # Errors
    /// When `out` has another size than the last draw's, the pipeline is for colour and that was grey, or colours follow
    /// the window.
    pub fn repaint(&self, pipeline: &Pipeline, out: &mut [u8]) -> Result<(), LutError> {
        check_output(self.screen.width, self.screen.height, out)?;
        if matches!(pipeline.mapping, Mapping::Palette { windowed: true, .. }) {
            return Err(LutError::FollowsWindow);
        }
        let channels = if pipeline.is_grey() { 1 } else { 3 };
        if self.kept.channels() != channels {
            let found = if self.kept.channels() == 3 { ColourModel::Rgb } else { ColourModel::Monochrome2 };
            return Err(LutError::OtherModel { expected: pipeline.model, found });
        }
        self.shade(pipeline, out);
        Ok(())
    }

    fn shade(&self, pipeline: &Pipeline, out: &mut [u8]) {
        let kept = &self.kept;
        match &pipeline.mapping {
            Mapping::Grey(grey) => {
                self.screen.paint(out, &|pair, line| grey_line(kept, pair, &grey.shade, line))
            }
            Mapping::Palette { invert, .. } | Mapping::Colour { invert, .. } => {
                self.screen.paint(out, &|pair, line| colour_line(kept, pair, *invert, line));
            }
        }
    }
}

fn grey_line(kept: &Kept, pair: Pair, shade: &Shade, out: &mut [[u8; 4]]) {
    let values = kept.line(0, pair);
    let Some((shares, whole)) = kept.shares(pair) else { return present(values, shade, out) };
    let end = out.len();
    for part in [0..whole.start, whole.end..end] {
        let pixels = out.get_mut(part.clone()).unwrap_or(&mut []).iter_mut();
        let values = values.part(part.clone()).values();
        for ((pixel, value), share) in pixels.zip(values).zip(shares.part(part).values()) {
            // 0 / 0, where nothing is present, is no number, passes through every step and ends as 0.
            let y = (shade.grey(value / share).clamp(0.0, 255.0) * share + 0.5) as u8;
            *pixel = [y, y, y, 255];
        }
    }
    if let Some(out) = out.get_mut(whole.clone()) {
        present(values.part(whole), shade, out);
    }
}

/// Pixels of which nothing is missing: the hot loops.
fn present(values: Line<'_>, shade: &Shade, out: &mut [[u8; 4]]) {
    let Shade { origin, gain, curve, inverse } = shade;
    let pixels = out.iter_mut().zip(values.values());
    // White − y where grey is turned around; rounding is folded in, `byte` cuts and clamps.
    let (sign, base) = if *inverse { (-1.0, 255.5) } else { (1.0, 0.5) };
    if let Some(curve) = curve {
        for (pixel, value) in pixels {
            *pixel = opaque(byte(on_curve(curve, (value - origin) * gain) * sign + base));
        }
    } else {
        let gain = gain * sign;
        for (pixel, value) in pixels {
            *pixel = opaque(byte((value - origin) * gain + base));
        }
    }
}

fn colour_line(kept: &Kept, pair: Pair, invert: bool, out: &mut [[u8; 4]]) {
    let (sign, base) = if invert { (-1.0, 255.5) } else { (1.0, 0.5) };
    let [r, g, b] = [0, 1, 2].map(|channel| kept.line(channel, pair).values());
    for (((pixel, r), g), b) in out.iter_mut().zip(r).zip(g).zip(b) {
        let [r, g, b] = [r, g, b].map(|value| byte(value * sign + base) as u8);
        *pixel = [r, g, b, 255];
    }
}

/// A grey level as a pixel, in one step instead of four.
#[inline(always)]
pub(super) fn opaque(level: u32) -> [u8; 4] {
    (0xff00_0000 | level << 16 | level << 8 | level).to_le_bytes()
}

/// Cut to a whole number of 0–255; NaN is 0. As `as u8`, by fewer steps where there are no vectors.
#[inline(always)]
fn byte(value: f32) -> u32 {
    (value as i32).clamp(0, 255) as u32
}

impl Pipeline {
    /// The same colours without the reader's "invert": a painter keeps these and turns them around at the end.
    pub(crate) fn upright_colour(&self) -> Self {
        let mut upright = self.clone();
        if let Mapping::Palette { invert, .. } | Mapping::Colour { invert, .. } = &mut upright.mapping {
            *invert = false;
        }
        upright
    }
}

/// One draw with buffers of its own, for pictures that are made once (thumbnails, film sheets).
///
/// # Errors
/// As [`Painter::draw`].
pub fn draw_view(
    frame: &Frame,
    pipeline: &Pipeline,
    placement: &Placement,
    options: DrawOptions,
    out: &mut [u8],
) -> Result<(), LutError> {
    Painter::new().draw(frame, pipeline, placement, options, out)
}

fn grey_rows<'a>(samples: &'a Samples, grey: &Grey) -> Box<dyn Rows + 'a> {
    match samples {
        Samples::U8(v) => small(v, grey),
        Samples::I8(v) => small(v, grey),
        Samples::U16(v) => small(v, grey),
        Samples::I16(v) => small(v, grey),
        // Rare and large: one more copy is better than four more inner loops in the browser's program.
        Samples::U32(v) => wide(&mut v.iter().map(|&x| f64::from(x)), grey),
        Samples::I32(v) => wide(&mut v.iter().map(|&x| f64::from(x)), grey),
        Samples::F32(v) => wide(&mut v.iter().map(|&x| f64::from(x)), grey),
        Samples::F64(v) => wide(&mut v.iter().copied(), grey),
    }
}

fn small<'a, T: Copy + Into<f32>>(samples: &'a [T], grey: &Grey) -> Box<dyn Rows + 'a> {
    match (&grey.table, grey.padding) {
        (None, None) => Box::new(All(samples)),
        (None, Some((low, high))) => Box::new(Padded { samples, low: low as f32, high: high as f32 }),
        (Some(_), _) => wide(&mut samples.iter().map(|v| f64::from((*v).into())), grey),
    }
}

fn wide(values: &mut dyn Iterator<Item = f64>, grey: &Grey) -> Box<dyn Rows> {
    let mut prepared = Vec::with_capacity(values.size_hint().0);
    for stored in values {
        prepared.push(match &grey.table {
            _ if grey.is_padding(stored) => f32::NAN,
            Some(table) => f32::from(table_value(table, stored)),
            None => stored.clamp(-1e37, 1e37) as f32,
        });
    }
    Box::new(Present(prepared))
}
