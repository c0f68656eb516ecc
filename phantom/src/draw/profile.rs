//! A quantity that changes along one axis, given at a few places and smooth between them.

/// Tabulated every millimetre from its first place to its last; constant beyond.
pub(crate) struct Profile {
    from: f32,
    values: Vec<f32>,
}

impl Profile {
    /// `points` are (place in mm, value), in rising order of place; at least two.
    pub(crate) fn new(points: &[(f32, f32)]) -> Self {
        let from = points.first().map_or(0.0, |p| p.0);
        let to = points.last().map_or(0.0, |p| p.0);
        let n = (to - from).max(1.0) as usize + 1;
        let values = (0..n).map(|i| hermite(points, from + i as f32)).collect();
        Self { from, values }
    }

    pub(crate) fn at(&self, place: f32) -> f32 {
        let v = (place - self.from).clamp(0.0, (self.values.len() - 1) as f32);
        let i = (v as usize).min(self.values.len().saturating_sub(2));
        let a = self.values[i];
        let b = self.values[(i + 1).min(self.values.len() - 1)];
        a + (b - a) * (v - i as f32)
    }
}

/// Cubic between neighbours with the slopes of the chords beside them (Catmull-Rom, uneven knots).
fn hermite(points: &[(f32, f32)], x: f32) -> f32 {
    let last = points.len() - 1;
    let k = points.iter().rposition(|p| p.0 <= x).unwrap_or(0).min(last.saturating_sub(1));
    let (a, b) = (points[k], points[(k + 1).min(last)]);
    let slope = |i: usize| {
        let (l, r) = (points[i.saturating_sub(1)], points[(i + 1).min(last)]);
        if r.0 > l.0 { (r.1 - l.1) / (r.0 - l.0) } else { 0.0 }
    };
    let h = b.0 - a.0;
    if h <= 0.0 {
        return a.1;
    }
    let t = ((x - a.0) / h).clamp(0.0, 1.0);
    let (t2, t3) = (t * t, t * t * t);
    (2.0 * t3 - 3.0 * t2 + 1.0) * a.1
        + (t3 - 2.0 * t2 + t) * h * slope(k)
        + (3.0 * t2 - 2.0 * t3) * b.1
        + (t3 - t2) * h * slope((k + 1).min(last))
}
