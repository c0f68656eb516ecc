//! A scene is a list of layers, painted over one another in order. It is rendered on any plane in space;
//! edges are blended over a width of the caller's choice, which stands for the partial volume effect.

use super::lattice::Lattice;
use super::shapes::capsule;
use super::vec3::{V3, add, cross, dot, length, scale, sub, unit};

/// Signed distance of a point, mm.
type Distance = Box<dyn Fn(V3) -> f32 + Send + Sync>;
/// Value at a point; the second argument is the signed distance there.
type Field = Box<dyn Fn(V3, f32) -> f32 + Send + Sync>;

/// Where a layer is.
pub(crate) enum Shape {
    /// Round cone; the only shape that is also projected analytically.
    Capsule { a: V3, b: V3, ra: f32, rb: f32 },
    /// Anything else.
    Custom(Distance),
}

/// What a layer is filled with.
pub(crate) enum Fill {
    Flat(f32),
    Field(Field),
}

/// One thing in the scene.
pub(crate) struct Layer {
    /// Corners of a box outside of which the shape is not.
    pub(crate) bounds: (V3, V3),
    pub(crate) shape: Shape,
    pub(crate) fill: Fill,
    /// Set for the capsules that a projection draws analytically.
    pub(crate) projected: Option<Projected>,
}

/// How a capsule counts in a projection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Projected {
    /// Value relative to the surroundings.
    pub(crate) contrast: f32,
    /// Capsules of one chain are one body: where they overlap, they count once.
    pub(crate) chain: u32,
}

/// A regular grid of points in space.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plane {
    /// Centre of the first pixel.
    pub(crate) origin: V3,
    /// Step from one column to the next.
    pub(crate) column_step: V3,
    /// Step from one row to the next.
    pub(crate) row_step: V3,
    pub(crate) columns: usize,
    pub(crate) rows: usize,
}

/// Layers, and the bending of space that makes geometric shapes look grown.
pub(crate) struct Scene {
    pub(crate) layers: Vec<Layer>,
    pub(crate) background: f32,
    /// Three independent fields, one per axis.
    pub(crate) warp: [Lattice; 3],
    /// Greatest displacement, mm.
    pub(crate) warp_by: f32,
    /// Size of a bend, mm.
    pub(crate) warp_cell: f32,
}

/// Which layers a rendering takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Take {
    All,
    /// Only those that a projection does not draw analytically.
    Bulk,
}

impl Scene {
    pub(crate) fn flat(
        &mut self,
        bounds: (V3, V3),
        value: f32,
        f: impl Fn(V3) -> f32 + Send + Sync + 'static,
    ) {
        self.layers.push(Layer {
            bounds,
            shape: Shape::Custom(Box::new(f)),
            fill: Fill::Flat(value),
            projected: None,
        });
    }

    pub(crate) fn field(
        &mut self,
        bounds: (V3, V3),
        f: impl Fn(V3) -> f32 + Send + Sync + 'static,
        value: impl Fn(V3, f32) -> f32 + Send + Sync + 'static,
    ) {
        let (shape, fill) = (Shape::Custom(Box::new(f)), Fill::Field(Box::new(value)));
        self.layers.push(Layer { bounds, shape, fill, projected: None });
    }

    /// The number of a chain that no layer has yet.
    pub(crate) fn new_chain(&self) -> u32 {
        self.layers.iter().rev().find_map(|l| l.projected).map_or(0, |p| p.chain + 1)
    }

    /// A body of its own: see [`Scene::tube_of`]. With `contrast` it is drawn analytically in projections.
    pub(crate) fn tube(&mut self, points: &[(V3, f32)], grow: f32, value: f32, contrast: Option<f32>) {
        let chain = self.new_chain();
        self.tube_of(points, grow, value, contrast.map(|contrast| Projected { contrast, chain }));
    }

    /// A chain of round cones through `points` (place, radius), each radius changed by `grow`.
    pub(crate) fn tube_of(
        &mut self,
        points: &[(V3, f32)],
        grow: f32,
        value: f32,
        projected: Option<Projected>,
    ) {
        for pair in points.windows(2) {
            let (a, b) = (pair[0].0, pair[1].0);
            let (ra, rb) = (pair[0].1 + grow, pair[1].1 + grow);
            if ra <= 0.0 && rb <= 0.0 {
                continue;
            }
            let r = ra.max(rb);
            let lo = [0, 1, 2].map(|i| a[i].min(b[i]) - r);
            let hi = [0, 1, 2].map(|i| a[i].max(b[i]) + r);
            self.layers.push(Layer {
                bounds: (lo, hi),
                shape: Shape::Capsule { a, b, ra, rb },
                fill: Fill::Flat(value),
                projected,
            });
        }
    }

    /// The place in the scene that is seen at `p`.
    pub(crate) fn warped(&self, p: V3) -> V3 {
        let d = |i: usize| self.warp[i].at(p, self.warp_cell) * self.warp_by;
        add(p, [d(0), d(1), d(2)])
    }

    /// Values on `plane`, row by row. `edge` is the width over which a border is blended, mm.
    pub(crate) fn render(&self, plane: &Plane, edge: f32, take: Take) -> Vec<f32> {
        let points: Vec<V3> = (0..plane.rows * plane.columns)
            .map(|i| {
                let row = add(plane.origin, scale(plane.row_step, (i / plane.columns) as f32));
                self.warped(add(row, scale(plane.column_step, (i % plane.columns) as f32)))
            })
            .collect();
        let mut out = vec![self.background; points.len()];
        let margin = self.warp_by + edge;
        for layer in &self.layers {
            if take == Take::Bulk && layer.projected.is_some() {
                continue;
            }
            let Some((columns, rows)) = footprint(plane, layer.bounds, margin) else { continue };
            for row in rows.0..rows.1 {
                let line = row * plane.columns;
                for i in line + columns.0..line + columns.1 {
                    let p = points[i];
                    let d = match &layer.shape {
                        Shape::Capsule { a, b, ra, rb } => capsule(p, *a, *b, *ra, *rb),
                        Shape::Custom(f) => f(p),
                    };
                    let cover = 0.5 - d / edge;
                    if cover <= 0.0 {
                        continue;
                    }
                    let v = match &layer.fill {
                        Fill::Flat(v) => *v,
                        Fill::Field(f) => f(p, d),
                    };
                    out[i] += (v - out[i]) * cover.min(1.0);
                }
            }
        }
        out
    }
}

/// Half-open ranges of columns and rows that a box can touch; none where the plane misses it.
fn footprint(plane: &Plane, bounds: (V3, V3), margin: f32) -> Option<((usize, usize), (usize, usize))> {
    let centre = scale(add(bounds.0, bounds.1), 0.5);
    let half = scale(sub(bounds.1, bounds.0), 0.5);
    let reach = |u: V3| u[0].abs() * half[0] + u[1].abs() * half[1] + u[2].abs() * half[2] + margin;
    let from = sub(centre, plane.origin);
    let normal = unit(cross(plane.column_step, plane.row_step));
    if dot(from, normal).abs() > reach(normal) {
        return None;
    }
    let span = |step: V3, count: usize| {
        let size = length(step);
        let u = scale(step, 1.0 / size);
        let (mid, ext) = (dot(from, u), reach(u));
        let lo = ((mid - ext) / size).floor().max(0.0) as usize;
        let hi = ((mid + ext) / size + 1.0).ceil().clamp(0.0, count as f32) as usize;
        (lo < hi).then_some((lo, hi))
    };
    Some((span(plane.column_step, plane.columns)?, span(plane.row_step, plane.rows)?))
}
