//! The screen of the ultrasound machine: the fan, the colour box, the scales, the line of the heart's beat.

use super::heart::Beat;
use super::{Echo, HALF_ANGLE};
use crate::draw::font;
use crate::draw::rng::Rng;

/// Places on the screen, pixels, and its scale.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Geometry {
    pub(crate) columns: usize,
    pub(crate) rows: usize,
    /// Middle of the transducer's face.
    pub(crate) apex: (usize, usize),
    pub(crate) cm_per_pixel: f32,
    /// Depth of the fan, cm.
    pub(crate) depth: f32,
    /// Pixels per dot of text.
    dot: usize,
}

/// Of the colour box: greatest angle to either side, nearest and farthest depth (cm).
const BOX: (f32, f32, f32, f32) = (-0.22, 0.42, 4.6, 13.0);

impl Geometry {
    pub(crate) fn new(columns: usize, rows: usize) -> Self {
        let depth = 16.0;
        let cm_per_pixel = depth / (rows as f32 * 0.86);
        Self { columns, rows, apex: (columns / 2, rows / 16), cm_per_pixel, depth, dot: (rows / 240).max(1) }
    }

    /// Left, top, right, bottom pixel of the fan.
    pub(crate) fn sector_box(&self) -> [usize; 4] {
        let half = (self.depth * HALF_ANGLE.sin() / self.cm_per_pixel) as usize;
        let bottom = self.apex.1 + (self.depth / self.cm_per_pixel) as usize;
        [
            self.apex.0.saturating_sub(half),
            self.apex.1,
            (self.apex.0 + half).min(self.columns - 1),
            bottom.min(self.rows - 1),
        ]
    }

    /// The same for the smallest upright rectangle around the colour box.
    pub(crate) fn colour_box(&self) -> [usize; 4] {
        let px = |cm: f32| cm / self.cm_per_pixel;
        let x = |cm: f32| (self.apex.0 as f32 + px(cm)) as usize;
        let y = |cm: f32| self.apex.1 + px(cm) as usize;
        let (left, right, near, far) = BOX;
        [x(far * left.sin()), y(near * right.cos()), x(far * right.sin()), y(far)]
    }
}

/// One frame as RGB, `phase` 0..1 through the beat.
pub(crate) fn draw(echo: &Echo, g: &Geometry, phase: f32) -> Vec<u8> {
    let beat = Beat::new(phase);
    let sweep = echo.sweep(&beat);
    let mut rgb = vec![0u8; g.columns * g.rows * 3];
    let mut rng = Rng::new((phase * 1000.0) as u64, "doppler");
    for row in 0..g.rows {
        for column in 0..g.columns {
            let x = (column as f32 - g.apex.0 as f32) * g.cm_per_pixel;
            let y = (row as f32 - g.apex.1 as f32) * g.cm_per_pixel;
            let (angle, r) = (x.atan2(y), (x * x + y * y).sqrt());
            if y < 0.0 || angle.abs() > HALF_ANGLE || r > g.depth || r < 0.12 {
                continue;
            }
            let grey = sweep.at(angle, r);
            let level = (grey.powf(1.15) * 235.0) as u8;
            let mut colour = [level, level, level.saturating_add(level / 24)];
            if angle > BOX.0
                && angle < BOX.1
                && r > BOX.2
                && r < BOX.3
                && grey < 0.42
                && let Some((v, rough)) = beat.flow([x, y])
            {
                colour = doppler(v + rough * 0.6 * rng.normal());
            }
            let i = (row * g.columns + column) * 3;
            rgb[i..i + 3].copy_from_slice(&colour);
        }
    }
    marks(&mut rgb, g, phase);
    rgb
}

/// Red towards the transducer, blue away; the fast parts turn to yellow and to cyan.
fn doppler(v: f32) -> [u8; 3] {
    // Above the scale the colour jumps to the other side, as it does in earnest.
    let v = if v > 1.05 {
        v - 2.0
    } else if v < -1.05 {
        v + 2.0
    } else {
        v
    };
    let a = v.abs().min(1.0);
    let strong = (70.0 + 185.0 * a) as u8;
    let warm = (210.0 * a * a) as u8;
    if v >= 0.0 { [strong, warm, 10] } else { [8, warm, strong] }
}

/// Depth ticks, outline of the colour box, colour bar, text, electrocardiogram.
fn marks(rgb: &mut [u8], g: &Geometry, phase: f32) {
    let mut set = |x: usize, y: usize, c: [u8; 3]| {
        if x < g.columns && y < g.rows {
            let i = (y * g.columns + x) * 3;
            rgb[i..i + 3].copy_from_slice(&c);
        }
    };
    let right = g.sector_box()[2];
    for cm in 0..=g.depth as usize {
        let y = g.apex.1 + (cm as f32 / g.cm_per_pixel) as usize;
        let long = if cm % 5 == 0 { 6 * g.dot } else { 3 * g.dot };
        for x in 0..long {
            set((right + 8).min(g.columns - 1) + x, y, [200, 200, 200]);
        }
        if cm % 5 == 0 && cm > 0 {
            let left = right + 8 + 8 * g.dot;
            font::write(&cm.to_string(), left, y.saturating_sub(3 * g.dot), g.dot, |x, y| {
                set(x, y, [200, 200, 200])
            });
        }
    }
    let polar = |angle: f32, r: f32| {
        let (x, y) = (r * angle.sin() / g.cm_per_pixel, r * angle.cos() / g.cm_per_pixel);
        ((g.apex.0 as f32 + x) as usize, (g.apex.1 as f32 + y) as usize)
    };
    for k in 0..=400 {
        let t = k as f32 / 400.0;
        let (angle, r) = (BOX.0 + (BOX.1 - BOX.0) * t, BOX.2 + (BOX.3 - BOX.2) * t);
        for (x, y) in [polar(angle, BOX.2), polar(angle, BOX.3), polar(BOX.0, r), polar(BOX.1, r)] {
            set(x, y, [210, 210, 120]);
        }
    }
    let (bar_left, bar_top, bar_height) = (g.columns / 40, g.rows / 10, g.rows / 4);
    for y in 0..bar_height {
        let v = 1.0 - 2.0 * y as f32 / bar_height as f32;
        for x in 0..4 * g.dot {
            set(bar_left + x, bar_top + y, doppler(v));
        }
    }
    let white = [205, 205, 205];
    let line = 10 * g.dot;
    let text_left = bar_left + 6 * g.dot;
    font::write("+64", text_left, bar_top, g.dot, |x, y| set(x, y, white));
    font::write("-64", text_left, bar_top + bar_height - 7 * g.dot, g.dot, |x, y| set(x, y, white));
    font::write("cm/s", text_left, bar_top + bar_height / 2, g.dot, |x, y| set(x, y, white));
    let below = bar_top + bar_height + line;
    for (n, text) in ["S5-1", "2.5 MHz", "16 cm", "HR 75", "DEMO"].iter().enumerate() {
        font::write(text, bar_left, below + n * line, g.dot, |x, y| set(x, y, white));
    }
    beat_line(g, phase, set);
}

/// The electrocardiogram at the foot of the screen, with a bar at the present moment.
fn beat_line(g: &Geometry, phase: f32, mut set: impl FnMut(usize, usize, [u8; 3])) {
    let wave = |t: f32| {
        let bump = |at: f32, width: f32, height: f32| height * (-((t - at) / width).powi(2)).exp();
        bump(0.02, 0.008, 1.0) + bump(1.02, 0.008, 1.0) - bump(0.045, 0.009, 0.25)
            + bump(0.30, 0.04, 0.28)
            + bump(0.90, 0.025, 0.16)
    };
    let (left, width, foot, tall) =
        (g.columns / 40, g.columns / 4, g.rows - g.rows / 24, g.rows as f32 / 11.0);
    let mut last = foot;
    for x in 0..width {
        let y = foot - (wave(x as f32 / width as f32) * tall) as usize;
        for k in y.min(last)..=y.max(last) {
            set(left + x, k, [70, 220, 90]);
        }
        last = y;
    }
    for k in 0..tall as usize {
        set(left + (phase * width as f32) as usize, foot.saturating_sub(k), [220, 200, 60]);
    }
}
