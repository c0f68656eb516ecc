//! Parallel projection from front to back: what a detector behind the patient sees. Large shapes are summed on
//! coronal planes; tubes are added with the exact length of their chords, so that they stay sharp.

use super::parallel;
use super::scene::{Fill, Plane, Scene, Shape, Take};
use super::vec3::{V3, add, dot, scale, sub};

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
        for layer in &scene.layers {
            let (Shape::Capsule { a, b, ra, rb }, Some(contrast)) = (&layer.shape, layer.contrast) else {
                continue;
            };
            debug_assert!(matches!(layer.fill, Fill::Flat(_)), "a projected tube has one value");
            add_tube(&mut out, detector, &rows, (*a, *b, *ra, *rb), contrast / 1000.0);
        }
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
fn enlarge(bulk: &Bulk, det: &Detector, rows: std::ops::Range<usize>) -> Vec<f32> {
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

/// Adds `density` times the chord of each ray through a tube. Ends are cut flat: neighbours in a chain meet there.
fn add_tube(
    out: &mut [f32],
    det: &Detector,
    rows: &std::ops::Range<usize>,
    (a, b, ra, rb): (V3, V3, f32, f32),
    density: f32,
) {
    let r = ra.max(rb) + det.pixel;
    let column = |x: f32| ((x - det.left) / det.pixel).clamp(0.0, det.columns as f32) as usize;
    let row = |z: f32| ((det.top - z) / det.pixel).clamp(rows.start as f32, rows.end as f32) as usize;
    let columns = column(a[0].min(b[0]) - r)..column(a[0].max(b[0]) + r + det.pixel);
    let span = row(a[2].max(b[2]) + r)..row(a[2].min(b[2]) - r - det.pixel);
    let ab = sub(b, a);
    let flat2 = ab[0] * ab[0] + ab[2] * ab[2];
    // Seen along its own axis a tube shows its length; its chord cannot be longer than that.
    let stretch = (dot(ab, ab) / flat2.max(1e-6)).sqrt();
    let longest = ab[1].abs() + 2.0 * ra.max(rb);
    for i in span {
        let z = det.top - det.pixel * i as f32;
        for j in columns.clone() {
            let x = det.left + det.pixel * j as f32;
            let t = ((x - a[0]) * ab[0] + (z - a[2]) * ab[2]) / flat2.max(1e-6);
            // A flat cut would leave a seam where tubes bend: round ends, each counted half.
            let held = t.clamp(0.0, 1.0);
            let near = add(a, scale(ab, held));
            let d2 = (x - near[0]).powi(2) + (z - near[2]).powi(2);
            let radius = ra + (rb - ra) * held;
            let edge = radius * radius - d2;
            if edge <= 0.0 {
                continue;
            }
            let share = if (0.0..=1.0).contains(&t) { 1.0 } else { 0.0 };
            let chord = (2.0 * edge.sqrt() * stretch).min(longest);
            out[(i - rows.start) * det.columns + j] += density * chord * share;
        }
    }
}
