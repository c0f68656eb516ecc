//! The heart in the four-chamber plane: shapes, their motion through the beat, and the flow through the mitral valve.
//! Centimetres: x to the right of the picture (the patient's left), y away from the transducer; the apex is near it.

use crate::draw::shapes::{smooth_max, smooth_min, smoothstep};

type P = [f32; 2];

/// One moment of the beat.
pub(crate) struct Beat {
    /// 0 relaxed, 1 contracted.
    squeeze: f32,
    /// 0 shut, 1 wide open: mitral and tricuspid valve.
    open: f32,
    /// Strength of filling (towards the transducer) and of the small leak backwards.
    filling: f32,
    leak: f32,
}

/// Level of the valves at rest.
const BASE: f32 = 9.6;

impl Beat {
    /// `phase` 0..1 from the R wave of one beat to that of the next: systole to 0.38, then filling in two waves.
    pub(crate) fn new(phase: f32) -> Self {
        let squeeze = smoothstep(0.02, 0.30, phase) * (1.0 - smoothstep(0.40, 0.62, phase));
        let early = smoothstep(0.42, 0.52, phase) * (1.0 - smoothstep(0.58, 0.70, phase));
        let late = smoothstep(0.82, 0.88, phase) * (1.0 - smoothstep(0.92, 0.99, phase));
        let between = 0.35 * smoothstep(0.5, 0.6, phase) * (1.0 - smoothstep(0.9, 0.99, phase));
        let leak = smoothstep(0.05, 0.14, phase) * (1.0 - smoothstep(0.28, 0.38, phase));
        Self { squeeze, open: early.max(0.75 * late).max(between), filling: early.max(0.7 * late), leak }
    }

    /// Level of the valves now: it comes towards the apex in systole.
    fn base(&self) -> f32 {
        BASE - 1.25 * self.squeeze
    }

    /// Chambers as distances: left and right ventricle, left and right atrium.
    fn chambers(&self, p: P) -> [f32; 4] {
        let s = self.squeeze;
        let base = self.base();
        let lv = egg(p, [0.85, 5.9 + 0.1 * s], [1.95 - 0.62 * s, 4.1 - 0.35 * s], 0.10);
        let rv = egg(p, [-2.5, 6.6], [1.25 - 0.36 * s, 3.3 - 0.25 * s], 0.16);
        let la = egg(p, [1.5, base + 2.35], [1.75 + 0.15 * s, 2.15 + 0.5 * s], 0.0);
        let ra = egg(p, [-2.2, base + 2.15], [1.6 + 0.12 * s, 2.0 + 0.5 * s], 0.0);
        [
            smooth_max(lv, p[1] - base, 0.3),
            smooth_max(rv, p[1] - base + 0.35, 0.3),
            smooth_max(la, base - p[1], 0.3),
            smooth_max(ra, base - 0.35 - p[1], 0.3),
        ]
    }

    /// How strongly a place reflects (blood 0.02, muscle about 0.3, valves and pericardium 1), and where the tissue
    /// there is when the heart is at rest.
    pub(crate) fn tissue(&self, p: P) -> (f32, P) {
        let rest = self.at_rest(p);
        let [lv, rv, la, ra] = self.chambers(p);
        let inside = lv.min(rv).min(la).min(ra).min(self.mitral_opening(p)).min(self.tricuspid_opening(p));
        let outer = smooth_min(smooth_min(lv - 1.0, rv - 0.55, 0.8), smooth_min(la, ra, 0.8) - 0.32, 0.7);
        let mut strength: f32 = if inside < 0.0 {
            0.009
        } else if outer < 0.0 {
            // Brighter at the surfaces that face the beam and along the fibres.
            0.24 + 0.30 * smoothstep(0.16, 0.0, inside)
        } else {
            // Lung and tissue around the heart, behind a bright sac.
            let texture = ((rest[0] * 3.1).sin() * (rest[1] * 2.3 + rest[0]).cos()).abs();
            0.015
                + (0.07 + 0.07 * texture) * smoothstep(3.2, 0.2, outer)
                + 0.85 * smoothstep(0.26, 0.0, outer)
        };
        strength = strength.max(0.95 * smoothstep(0.085, 0.03, self.leaflets(p)));
        // The moderator band near the apex of the right ventricle, and a papillary muscle.
        if rv < 0.0 {
            strength = strength.max(0.5 * smoothstep(0.2, 0.08, (p[1] - 4.9 - 0.55 * (p[0] + 2.5)).abs()));
        }
        // Near field: the skin and the ring-down of the transducer.
        let r = (p[0] * p[0] + p[1] * p[1]).sqrt();
        strength = strength.max(0.85 * smoothstep(0.7, 0.1, r)).max(0.34 * smoothstep(1.5, 0.6, r));
        (strength, rest)
    }

    /// Undoes the motion, so that speckle stays with its tissue.
    fn at_rest(&self, p: P) -> P {
        let s = self.squeeze;
        let along = smoothstep(1.5, BASE, p[1]) * 1.25 * s * (1.0 - smoothstep(BASE + 1.0, BASE + 5.5, p[1]));
        let dx = p[0] - 0.85;
        let inward = 0.62
            * s
            * smoothstep(0.2, 1.6, dx.abs())
            * smoothstep(11.0, 8.0, p[1])
            * smoothstep(1.0, 3.0, p[1]);
        [p[0] + inward * dx.signum(), p[1] + along]
    }

    /// Distance to the hole of the open valve, which joins the two chambers of the left side.
    fn mitral_opening(&self, p: P) -> f32 {
        hole(p, [1.05, self.base()], 1.1) + 3.0 * (0.5 - self.open).max(0.0)
    }

    fn tricuspid_opening(&self, p: P) -> f32 {
        hole(p, [-2.4, self.base() - 0.3], 0.9) + 3.0 * (0.5 - self.open).max(0.0)
    }

    /// Distance to the leaflets of both valves.
    fn leaflets(&self, p: P) -> f32 {
        let base = self.base();
        let swing = self.open;
        let leaf = |hinge: P, tip_shut: P, tip_open: P| {
            let tip = [0, 1].map(|i| tip_shut[i] + (tip_open[i] - tip_shut[i]) * swing);
            // Bellied towards the atrium when shut.
            let mid = [(hinge[0] + tip[0]) / 2.0, (hinge[1] + tip[1]) / 2.0 + 0.22 * (1.0 - swing)];
            segment(p, hinge, mid).min(segment(p, mid, tip))
        };
        let septal = leaf([-0.35, base], [0.95, base - 0.35], [-0.05, base - 2.1]);
        let lateral = leaf([2.55, base], [1.05, base - 0.35], [2.15, base - 1.5]);
        let b = base - 0.35;
        let right = leaf([-3.7, b], [-2.4, b - 0.25], [-3.4, b - 1.4]);
        let middle = leaf([-1.2, b], [-2.3, b - 0.25], [-1.4, b - 1.3]);
        septal.min(lateral).min(right).min(middle)
    }

    /// Speed of blood towards the transducer, -1..1 of the scale, and how turbulent it is; none outside the flow.
    pub(crate) fn flow(&self, p: P) -> Option<(f32, f32)> {
        let [lv, _, la, _] = self.chambers(p);
        let base = self.base();
        if lv.min(la).min(self.mitral_opening(p)) > -0.12 {
            return None;
        }
        let up = base - p[1];
        let across = p[0] - 1.0 - 0.05 * up;
        if self.filling > 0.05 {
            let width = 0.75 + 0.10 * up.abs();
            let length = smoothstep(5.4, 2.2, up) * smoothstep(-2.8, -0.6, up);
            let v = 0.95 * self.filling * length * (-(across / width).powi(2)).exp();
            return (v > 0.12).then_some((v, 0.06));
        }
        if self.leak > 0.05 && up < 0.1 {
            // A narrow jet back into the atrium.
            let width = 0.16 + 0.16 * -up;
            let along = smoothstep(2.6, 1.4, -up);
            let v = self.leak * along * (-((p[0] - 1.1 - 0.12 * -up) / width).powi(2)).exp();
            return (v > 0.18).then_some((-v, 0.5));
        }
        // In systole blood leaves past the septum, away from the transducer.
        let v = 0.6 * self.squeeze.min(1.0 - self.squeeze) * 2.0 * (-((p[0] + 0.05) / 0.6).powi(2)).exp();
        let v = v * smoothstep(0.0, 0.9, up) * smoothstep(4.2, 2.0, up);
        (v > 0.12).then_some((-v, 0.08))
    }
}

/// Ellipse with half axes `r`; `taper` narrows it towards the transducer.
fn egg(p: P, c: P, r: P, taper: f32) -> f32 {
    let v = (p[1] - c[1]) / r[1];
    let u = (p[0] - c[0]) / (r[0] * (1.0 + taper * v * 1.5).max(0.3));
    let q = (u * u + v * v).sqrt();
    (q - 1.0) * r[0].min(r[1]) * 1.05
}

/// A short passage across the plane of a valve.
fn hole(p: P, c: P, half: f32) -> f32 {
    ((p[0] - c[0]).abs() - half).max((p[1] - c[1]).abs() - 0.5)
}

fn segment(p: P, a: P, b: P) -> f32 {
    let (ab, ap) = ([b[0] - a[0], b[1] - a[1]], [p[0] - a[0], p[1] - a[1]]);
    let l2 = ab[0] * ab[0] + ab[1] * ab[1];
    let t = if l2 > 0.0 { ((ap[0] * ab[0] + ap[1] * ab[1]) / l2).clamp(0.0, 1.0) } else { 0.0 };
    ((ap[0] - ab[0] * t).powi(2) + (ap[1] - ab[1] * t).powi(2)).sqrt()
}
