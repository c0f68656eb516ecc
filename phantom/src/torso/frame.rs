//! The measures of the torso: outlines of body and rib cage, spine, diaphragm. Millimetres, LPS; z = 0 is about
//! the level of the xiphoid. Adult of middle build; made up, taken from nobody.

use crate::draw::profile::Profile;
use crate::draw::shapes::{smooth_max, smooth_min};
use crate::draw::vec3::V3;

/// Highest and lowest place the torso is defined at.
pub(crate) const TOP: f32 = 310.0;
pub(crate) const BOTTOM: f32 = -200.0;

/// Outlines as half axes that change with z.
pub(crate) struct Frame {
    body: [Profile; 3],
    cage: [Profile; 3],
    spine: Profile,
    /// How far the diaphragm stands above its place in quiet expiration, mm: deep breath is negative.
    breath: f32,
}

impl Frame {
    pub(crate) fn new(breath: f32) -> Self {
        let table = |zs: &[f32], v: &[f32]| {
            let points: Vec<(f32, f32)> = zs.iter().copied().zip(v.iter().copied()).collect();
            Profile::new(&points)
        };
        let z =
            [-200., -140., -100., -60., -20., 20., 60., 110., 150., 180., 205., 228., 245., 262., 280., 310.];
        let width =
            [158., 153., 150., 151., 154., 157., 160., 164., 167., 170., 168., 150., 112., 72., 62., 60.];
        let front = [114., 112., 111., 112., 114., 116., 118., 117., 108., 95., 80., 66., 58., 56., 58., 62.];
        let back =
            [108., 107., 108., 112., 117., 121., 122., 122., 121., 117., 108., 96., 82., 72., 66., 64.];
        let cz = [-200., -140., -100., -60., -20., 20., 60., 110., 150., 180., 200., 215., 228., 238., 244.];
        let cw = [120., 121., 125., 131., 135., 137., 135., 128., 117., 103., 88., 73., 55., 34., 14.];
        let cf = [90., 91., 93., 95., 97., 97., 95., 87., 74., 60., 48., 37., 25., 14., 5.];
        let cb = [68., 72., 76., 81., 84., 86., 87., 86., 84., 77., 68., 60., 50., 38., 20.];
        let sz = [-200., -140., -60., 20., 110., 180., 228., 270., 310.];
        let sy = [32., 36., 46., 54., 57., 50., 36., 22., 14.];
        Self {
            body: [table(&z, &width), table(&z, &front), table(&z, &back)],
            cage: [table(&cz, &cw), table(&cz, &cf), table(&cz, &cb)],
            spine: table(&sz, &sy),
            breath,
        }
    }

    /// Distance to the skin.
    pub(crate) fn body(&self, p: V3) -> f32 {
        outline(&self.body, p)
    }

    /// Distance to the inner face of the ribs and, below them, of the abdominal wall.
    pub(crate) fn cage(&self, p: V3) -> f32 {
        outline(&self.cage, p)
    }

    /// A point on the rib cage at height `z`; `angle` 0 is left, a quarter turn is the back.
    pub(crate) fn on_cage(&self, z: f32, angle: f32, out_by: f32) -> V3 {
        let (s, c) = angle.sin_cos();
        let depth = if s < 0.0 { &self.cage[1] } else { &self.cage[2] };
        let (a, b) = (self.cage[0].at(z) + out_by, depth.at(z) + out_by);
        let bend = |v: f32| v.signum() * v.abs().powf(2.0 / 2.5);
        [a * bend(c), b * bend(s), z]
    }

    /// y of the middle of the vertebral bodies.
    pub(crate) fn spine_y(&self, z: f32) -> f32 {
        self.spine.at(z)
    }

    /// y of the front of the rib cage.
    pub(crate) fn cage_front(&self, z: f32) -> f32 {
        -self.cage[1].at(z)
    }

    /// Distance to the lungs' side of the diaphragm: negative above it.
    pub(crate) fn diaphragm(&self, p: V3) -> f32 {
        let dome = |cx: f32, top: f32, rx: f32| {
            let (u, v) = ((p[0] - cx) / rx, (p[1] + 12.0) / if p[1] > -12.0 { 108.0 } else { 92.0 });
            let q = (u * u + v * v).min(2.2);
            top + self.breath - 34.0 * q - 38.0 * q * q
        };
        // Between the domes the heart lies on a saddle.
        let height =
            smooth_max(smooth_max(dome(-64.0, 34.0, 88.0), dome(68.0, 20.0, 80.0), 8.0), -95.0, 12.0);
        (height - p[2]) * 0.7
    }

    /// Distance to the inside of the trunk below the diaphragm.
    pub(crate) fn abdomen(&self, p: V3) -> f32 {
        smooth_max(self.cage(p) + 5.0, -self.diaphragm(p) + 3.0, 6.0)
    }

    /// An organ at distance `d`, kept `inset` mm inside the abdomen, its edge there rounded over `k` mm. Far outside
    /// the organ the walls do not matter and are not worked out.
    pub(crate) fn within(&self, p: V3, d: f32, inset: f32, k: f32) -> f32 {
        if d > k + 3.0 { d } else { smooth_max(d, self.abdomen(p) + inset, k) }
    }

    /// Distance to the spine with the soft tissue around it, as the lungs see it.
    pub(crate) fn paraspinal(&self, p: V3) -> f32 {
        let dy = p[1] - self.spine_y(p[2]) - 9.0;
        let (u, v) = (p[0] / 23.0, dy / 25.0);
        let round = ((u * u + v * v).sqrt() - 1.0) * 24.0;
        // What is behind the vertebra belongs to it too.
        smooth_min(round, p[0].abs().max(-dy) - 20.0, 6.0)
    }
}

/// Distance to a superellipse (exponent 2.5) whose half axes are `[across, front, back]` at the point's height.
fn outline(axes: &[Profile; 3], p: V3) -> f32 {
    let depth = if p[1] < 0.0 { axes[1].at(p[2]) } else { axes[2].at(p[2]) };
    let (u, v) = ((p[0] / axes[0].at(p[2])).abs(), (p[1] / depth).abs());
    let q = (u * u * u.sqrt() + v * v * v.sqrt()).powf(0.4);
    if q < 1e-3 {
        return -depth.min(axes[0].at(p[2]));
    }
    let radius = (p[0] * p[0] + p[1] * p[1]).sqrt();
    radius * (q - 1.0) / q
}
