//! A frame in a viewport: scroll, zoom, pan, turn, mirror, letterbox, on the CPU.
//!
//! Two steps. [`Painter::draw`] filters values onto the screen's grid and keeps them; [`Painter::repaint`] only
//! windows what is kept, so dragging a window costs one pass over the screen and never touches the frame.
//!
//! # Filter
//! A box as wide as a screen pixel or an image pixel, whichever is larger: bilinear when enlarged, exact area
//! average when reduced. It is cut at the image's edge. From [`DrawOptions::sharp_from`] on, pixels are shown as
//! the squares they are. A screen pixel belongs to the image when its centre does; the rest is black.
//!
//! # Limits
//! Quarter turns only. Values pass through `f32`: stored integers above 2²⁴ lose their lowest bits on screen
//! ([`super::render_rgba`] does not).

mod resample;
mod taps;

use resample::{Grid, resample};

use super::pipeline::{Grey, Mapping, table_value};
use super::rgba::{check_model, check_output, render_rgba};
use super::{LutError, Pipeline};
use crate::frame::{Frame, Samples};
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
/// buffers (4 bytes per screen pixel, 8 with padding, 12 for colour) are reused.
#[derive(Debug, Default)]
pub struct Painter {
    width: u32,
    height: u32,
    /// One for grey, three for colour; NaN is background.
    planes: Vec<Vec<f32>>,
    /// Share of each pixel that is not padding; empty when the frame has none.
    coverage: Vec<f32>,
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
        check_output(options.width, options.height, out)?;
        check_model(frame, pipeline)?;
        (self.width, self.height) = (options.width, options.height);
        match &pipeline.mapping {
            Mapping::Grey(grey) => {
                let grid = Grid::new(frame, placement, options, 1);
                self.planes.resize_with(1, Vec::new);
                if let [plane] = &mut self.planes[..] {
                    resample_grey(frame.samples(), grey, &grid, plane, &mut self.coverage);
                }
            }
            Mapping::Palette { .. } | Mapping::Colour { .. } => {
                let pixels = u64::from(frame.rows()) * u64::from(frame.columns());
                let bytes = usize::try_from(pixels * 4)
                    .map_err(|_| LutError::OutputSize { expected: pixels * 4, found: usize::MAX })?;
                let mut rgba = vec![0; bytes];
                render_rgba(frame, &pipeline.upright_colour(), &mut rgba)?;
                let grid = Grid::new(frame, placement, options, 4);
                self.planes.resize_with(3, Vec::new);
                self.coverage.clear();
                for (channel, plane) in self.planes.iter_mut().enumerate() {
                    let fetch = |at: usize| rgba.get(at + channel).map_or(f32::NAN, |v| f32::from(*v));
                    resample::<false>(fetch, &grid, plane, &mut Vec::new());
                }
            }
        }
        self.shade(pipeline, out);
        Ok(())
    }

    /// Draws the last frame again, at the same place, with another window or polarity.
    ///
    /// # Errors
    /// When `out` has another size than the last draw's, or the pipeline is for colour and that was grey.
    pub fn repaint(&self, pipeline: &Pipeline, out: &mut [u8]) -> Result<(), LutError> {
        check_output(self.width, self.height, out)?;
        let planes = if pipeline.is_grey() { 1 } else { 3 };
        if self.planes.len() != planes {
            let found = if self.planes.len() == 3 {
                crate::frame::ColourModel::Rgb
            } else {
                crate::frame::ColourModel::Monochrome2
            };
            return Err(LutError::OtherModel { expected: pipeline.model, found });
        }
        self.shade(pipeline, out);
        Ok(())
    }

    fn shade(&self, pipeline: &Pipeline, out: &mut [u8]) {
        let pixels = out.chunks_exact_mut(4);
        match (&pipeline.mapping, &self.planes[..]) {
            (Mapping::Grey(grey), [values]) if !self.coverage.is_empty() => {
                for ((pixel, value), share) in pixels.zip(values).zip(&self.coverage) {
                    // NaN (background) passes through clamp and ends as 0.
                    let y = (grey.shade.grey(*value).clamp(0.0, 255.0) * share + 0.5) as u8;
                    pixel.copy_from_slice(&[y, y, y, 255]);
                }
            }
            (Mapping::Grey(grey), [values]) if grey.shade.curve.is_none() => {
                let (origin, gain) = (grey.shade.origin, grey.shade.gain);
                let (gain, base) = if grey.shade.inverse { (-gain, 255.5) } else { (gain, 0.5) };
                for (pixel, value) in pixels.zip(values) {
                    let y = ((value - origin) * gain + base) as u8;
                    pixel.copy_from_slice(&[y, y, y, 255]);
                }
            }
            (Mapping::Grey(grey), [values]) => {
                for (pixel, value) in pixels.zip(values) {
                    let y = (grey.shade.grey(*value) + 0.5) as u8;
                    pixel.copy_from_slice(&[y, y, y, 255]);
                }
            }
            (Mapping::Palette { invert, .. } | Mapping::Colour { invert, .. }, [r, g, b]) => {
                let (sign, base) = if *invert { (-1.0, 255.5) } else { (1.0, 0.5) };
                for (((pixel, r), g), b) in pixels.zip(r).zip(g).zip(b) {
                    let [r, g, b] = [r, g, b].map(|v| (v * sign + base) as u8);
                    pixel.copy_from_slice(&[r, g, b, 255]);
                }
            }
            _ => {}
        }
    }
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

fn resample_grey(samples: &Samples, grey: &Grey, grid: &Grid, plane: &mut Vec<f32>, coverage: &mut Vec<f32>) {
    match samples {
        Samples::U8(v) => by_type(v, grey, grid, plane, coverage),
        Samples::I8(v) => by_type(v, grey, grid, plane, coverage),
        Samples::U16(v) => by_type(v, grey, grid, plane, coverage),
        Samples::I16(v) => by_type(v, grey, grid, plane, coverage),
        // Rare and large: one more copy is better than four more inner loops in the browser's program.
        Samples::U32(v) => wide(v.iter().map(|&x| f64::from(x)), grey, grid, plane, coverage),
        Samples::I32(v) => wide(v.iter().map(|&x| f64::from(x)), grey, grid, plane, coverage),
        Samples::F32(v) => wide(v.iter().map(|&x| f64::from(x)), grey, grid, plane, coverage),
        Samples::F64(v) => wide(v.iter().copied(), grey, grid, plane, coverage),
    }
}

fn by_type<T: Copy + Into<f32>>(
    values: &[T],
    grey: &Grey,
    grid: &Grid,
    plane: &mut Vec<f32>,
    coverage: &mut Vec<f32>,
) {
    if grey.table.is_none() && grey.padding.is_none() {
        let fetch = |at: usize| values.get(at).map_or(f32::NAN, |v| (*v).into());
        coverage.clear();
        resample::<false>(fetch, grid, plane, coverage);
        return;
    }
    // An empty range when nothing is padding.
    let (low, high) = grey.padding.map_or((1.0, 0.0), |(low, high)| (low as f32, high as f32));
    let fetch = |at: usize| {
        let Some(stored) = values.get(at).map(|v| (*v).into()) else { return f32::NAN };
        if stored >= low && stored <= high {
            return f32::NAN;
        }
        grey.table.as_ref().map_or(stored, |table| f32::from(table_value(table, f64::from(stored))))
    };
    resample::<true>(fetch, grid, plane, coverage);
}

fn wide(
    values: impl Iterator<Item = f64>,
    grey: &Grey,
    grid: &Grid,
    plane: &mut Vec<f32>,
    coverage: &mut Vec<f32>,
) {
    let prepared: Vec<f32> = values
        .map(|stored| {
            if grey.is_padding(stored) {
                return f32::NAN;
            }
            let plain = stored.clamp(-1e37, 1e37) as f32;
            grey.table.as_ref().map_or(plain, |table| f32::from(table_value(table, stored)))
        })
        .collect();
    let fetch = |at: usize| prepared.get(at).copied().unwrap_or(f32::NAN);
    resample::<true>(fetch, grid, plane, coverage);
}
