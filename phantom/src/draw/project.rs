//! Parallel projection from front to back: what a detector behind the patient sees. Large shapes are summed on
//! coronal planes; tubes are added with the exact length of their chords, so that they stay sharp.

use super::parallel;
use super::scene::{Plane, Scene, Shape, Take};
use super::vec3::{V3, add, dot, scale, sub};
use std::ops::Range;

/// A grid of parallel rays along y.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Detector {
    /// x and z of the first pixel, mm.
    pub(crate) left: f32,
    pub(crate) top: f32,
    /// Mm between pixels, both ways.
    pub(crate) pixel: f32,
    pub(crate) columns: usize,
    pub(crate) rows: usize,
    /// Each pixel of the coarse sum of the large shapes stands for this many detector pixels.
    pub(crate) coarse: usize,
}

/// Integral along each ray of (HU + 1000) / 1000: mm of water that would weaken the beam as much.
pub(crate) fn water_path(scene: &Scene, detector: &Detector, from_y: f32, to_y: f32) -> Vec<f32> {
    let bulk = bulk(scene, detector, from_y, to_y);
    let band = 64.min(detector.rows.max(1));
    let bands = detector.rows.div_ceil(band);
    let parts = parallel::map(bands, |b| {
        let rows = b * band..((b + 1) * band).min(detector.rows);
        let mut out = enlarge(&bulk, detector, rows.clone());
        let mut body = Body { values: vec![0.0; out.len()], touched: None };
        let mut chain = None;
        for layer in &scene.layers {
            let (Shape::Capsule { a, b, ra, rb }, Some(p)) = (&layer.shape, layer.projected) else {
                continue;
            };
            if chain != Some(p.chain) {
                body.add_to(&mut out, detector.columns);
                chain = Some(p.chain);
            }
            body.tube(detector, &rows, (*a, *b, *ra, *rb), p.contrast / 1000.0);
        }
        body.add_to(&mut out, detector.columns);
        out
    });
    parts.concat()
}

struct Bulk {
    columns: usize,
    rows: usize,
    values: Vec<f32>,
}

fn bulk(scene: &Scene, det: &Detector, from_y: f32, to_y: f32) -> Bulk {
    let pixel = det.pixel * det.coarse as f32;
    // One more on each side for the interpolation.
    let (columns, rows) = (det.columns.div_ceil(det.coarse) + 2, det.rows.div_ceil(det.coarse) + 2);
    let step = 3.0;
    let planes = ((to_y - from_y) / step) as usize;
    let sums = parallel::map(planes, |i| {
        let plane = Plane {
            origin: [det.left - pixel, from_y + step * (i as f32 + 0.5), det.top + pixel],
            column_step: [pixel, 0.0, 0.0],
            row_step: [0.0, 0.0, -pixel],
            columns,
            rows,
        };
        scene.render(&plane, pixel.max(step), Take::Bulk)
    });
    let mut values = vec![0.0; columns * rows];
    for plane in sums {
        for (sum, hu) in values.iter_mut().zip(plane) {
            *sum += (hu + 1000.0).max(0.0) / 1000.0 * step;
        }
    }
    Bulk { columns, rows, values }
}

/// Cubic B-spline through the coarse sums: smooth, without the diamonds of linear interpolation.
fn enlarge(bulk: &Bulk, det: &Detector, rows: Range<usize>) -> Vec<f32> {
    let weights = |t: f32| {
        let u = 1.0 - t;
        let outer = |v: f32| v * v * v / 6.0;
        [
            outer(u),
            (4.0 - 6.0 * t * t + 3.0 * t * t * t) / 6.0,
            (4.0 - 6.0 * u * u + 3.0 * u * u * u) / 6.0,
            outer(t),
        ]
    };
    let locate = |i: usize| {
        let v = i as f32 / det.coarse as f32 + 1.0;
        (v as usize, weights(v.fract()))
    };
    let mut out = Vec::with_capacity(rows.len() * det.columns);
    for row in rows {
        let (r, wr) = locate(row);
        let line: Vec<f32> = (0..bulk.columns)
            .map(|c| {
                (0..4).map(|k| wr[k] * bulk.values[(r + k - 1).min(bulk.rows - 1) * bulk.columns + c]).sum()
            })
            .collect();
        for column in 0..det.columns {
            let (c, wc) = locate(column);
            out.push((0..4).map(|k| wc[k] * line[(c + k - 1).min(bulk.columns - 1)]).sum());
        }
    }
    out
}

/// The chain of tubes at hand, on one band of rows: the thickest of its parts counts at each pixel.
struct Body {
    values: Vec<f32>,
    /// Rows and columns with something in them.
    touched: Option<(Range<usize>, Range<usize>)>,
}

impl Body {
    /// Draws `density` times the chord of each ray through a round cone.
    fn tube(
        &mut self,
        det: &Detector,
        rows: &Range<usize>,
        (a, b, ra, rb): (V3, V3, f32, f32),
        density: f32,
    ) {
        let r = ra.max(rb);
        let column = |x: f32| ((x - det.left) / det.pixel).clamp(0.0, det.columns as f32) as usize;
        let row = |z: f32| ((det.top - z) / det.pixel).clamp(rows.start as f32, rows.end as f32) as usize;
        let columns = column(a[0].min(b[0]) - r)..column(a[0].max(b[0]) + r + det.pixel);
        let span = row(a[2].max(b[2]) + r) - rows.start..row(a[2].min(b[2]) - r - det.pixel) - rows.start;
        if columns.is_empty() || span.is_empty() {
            return;
        }
        let ab = sub(b, a);
        let flat2 = (ab[0] * ab[0] + ab[2] * ab[2]).max(1e-6);
        // A slanting tube is longer along the ray, but never longer than from end to end.
        let slant = (dot(ab, ab) / flat2).sqrt();
        let longest = ab[1].abs() + 2.0 * r;
        for i in span.clone() {
            let z = det.top - det.pixel * (i + rows.start) as f32;
            for j in columns.clone() {
                let x = det.left + det.pixel * j as f32;
                let t = (((x - a[0]) * ab[0] + (z - a[2]) * ab[2]) / flat2).clamp(0.0, 1.0);
                let near = add(a, scale(ab, t));
                let radius = ra + (rb - ra) * t;
                let edge = radius * radius - (x - near[0]).powi(2) - (z - near[2]).powi(2);
                if edge <= 0.0 {
                    continue;
                }
                let v = density * (2.0 * edge.sqrt() * slant).min(longest);
                let held = &mut self.values[i * det.columns + j];
                if v.abs() > held.abs() {
                    *held = v;
                }
            }
        }
        let (r0, c0) = self.touched.take().unwrap_or((span.clone(), columns.clone()));
        self.touched = Some((
            r0.start.min(span.start)..r0.end.max(span.end),
            c0.start.min(columns.start)..c0.end.max(columns.end),
        ));
    }

    /// Adds the chain to the picture and forgets it.
    fn add_to(&mut self, out: &mut [f32], width: usize) {
        let Some((rows, columns)) = self.touched.take() else { return };
        for row in rows {
            let line = row * width + columns.start..row * width + columns.end;
            for (sum, v) in out[line.clone()].iter_mut().zip(&mut self.values[line]) {
                *sum += *v;
                *v = 0.0;
            }
        }
    }
}
