//! Stomach with its fluid level, colon, loops of small bowel.

use super::Torso;
use crate::draw::rng::Rng;
use crate::draw::shapes::{capsule, smooth_min, smoothstep};
use crate::draw::vec3::{V3, add, scale};

type Path = Vec<(V3, f32)>;

fn along(p: V3, path: &[(V3, f32)]) -> f32 {
    path.windows(2).fold(f32::MAX, |d, s| smooth_min(d, capsule(p, s[0].0, s[1].0, s[0].1, s[1].1), 6.0))
}

fn bounds(path: &[(V3, f32)]) -> (V3, V3) {
    path.iter().fold(([f32::MAX; 3], [f32::MIN; 3]), |(lo, hi), (p, r)| {
        ([0, 1, 2].map(|i| lo[i].min(p[i] - r - 4.0)), [0, 1, 2].map(|i| hi[i].max(p[i] + r + 4.0)))
    })
}

/// `upright`: gas rises to the head, else to the front.
pub(crate) fn paint(t: &mut Torso, upright: bool) {
    let mut rng = Rng::new(t.seed, "bowel");
    small_bowel(t, &mut rng);
    colon(t);
    stomach(t, upright);
}

fn stomach(t: &mut Torso, upright: bool) {
    let path: Path = vec![
        ([70.0, 26.0, -6.0], 25.0),
        ([68.0, 4.0, -22.0], 30.0),
        ([58.0, -26.0, -46.0], 28.0),
        ([38.0, -48.0, -72.0], 22.0),
        ([8.0, -54.0, -88.0], 15.0),
        ([-22.0, -42.0, -86.0], 11.0),
        ([-34.0, -26.0, -90.0], 10.0),
    ];
    let b = bounds(&path);
    let (frame, noise, inner, food) = (t.frame.clone(), t.noise.clone(), path.clone(), t.noise.clone());
    let room = t.frame.clone();
    t.scene.flat(b, 92.0, move |p| {
        let d = along(p, &path) + 1.5 * noise.rough(p, 9.0);
        frame.within(p, d, 3.0, 5.0)
    });
    let folds = t.noise.clone();
    t.scene.field(
        b,
        move |p| {
            // The wall is 4 mm, with folds.
            let d = along(p, &inner) + 4.2 + 3.0 * folds.rough(p, 9.0).max(0.0);
            room.within(p, d, 7.0, 5.0)
        },
        move |p, _| {
            let gas = if upright { p[2] + 16.0 } else { -p[1] - 34.0 };
            let level = smoothstep(-0.5, 0.5, gas);
            let meal = 14.0 + 22.0 * smoothstep(0.3, 0.7, food.rough(p, 5.0));
            meal + (-1005.0 - meal) * level
        },
    );
}

fn colon(t: &mut Torso) {
    let right: Path =
        vec![([-98.0, -4.0, -200.0], 24.0), ([-100.0, 2.0, -160.0], 23.0), ([-92.0, -12.0, -132.0], 22.0)];
    let across: Path = vec![
        ([-92.0, -12.0, -132.0], 21.0),
        ([-60.0, -62.0, -140.0], 18.0),
        ([-10.0, -72.0, -150.0], 18.0),
        ([45.0, -66.0, -128.0], 18.0),
        ([92.0, -26.0, -78.0], 17.0),
        ([106.0, 0.0, -66.0], 15.0),
    ];
    let left: Path =
        vec![([106.0, 0.0, -66.0], 15.0), ([104.0, 20.0, -120.0], 14.0), ([102.0, 16.0, -200.0], 14.0)];
    for (path, stool) in [(right, 1.0), (across, 0.35), (left, 0.8)] {
        let b = bounds(&path);
        let (frame, room) = (t.frame.clone(), t.frame.clone());
        let (n1, n2, n3) = (t.noise.clone(), t.noise.clone(), t.noise.clone());
        let inner = path.clone();
        // Haustra: the radius swells and narrows.
        let swell = |n: &crate::draw::lattice::Lattice, p: V3| 3.2 * n.at(p, 17.0) + 1.5 * n.at(p, 8.0);
        t.scene.flat(b, 78.0, move |p| frame.within(p, along(p, &path) + swell(&n1, p), 2.0, 4.0));
        t.scene.field(
            b,
            move |p| room.within(p, along(p, &inner) + swell(&n2, p) + 2.6, 4.6, 4.0),
            move |p, _| {
                let mottled = n3.rough(p, 5.0) + 0.5 * n3.at(p, 2.1);
                let solid = 40.0 - 420.0 * smoothstep(0.25, 0.6, mottled);
                let gas = smoothstep(-0.6, 0.6, -p[1] * 0.04 - 1.4 + 2.2 * (0.5 - stool));
                solid + (-990.0 - solid) * gas
            },
        );
    }
}

/// Loops that wander in front of the spine; some hold fluid, some gas.
fn small_bowel(t: &mut Torso, rng: &mut Rng) {
    let mut place: V3 = [30.0, -20.0, -100.0];
    let mut way: V3 = [1.0, -0.3, -0.4];
    for n in 0..34 {
        let mut path: Path = vec![(place, 11.0)];
        for _ in 0..5 {
            for axis in &mut way {
                *axis = (*axis + 0.9 * rng.normal()).clamp(-1.4, 1.4);
            }
            let mut next = add(place, scale(way, 14.0));
            let (lo, hi) = ([-74.0, -72.0, -215.0], [84.0, 12.0, -106.0]);
            for i in 0..3 {
                if next[i] < lo[i] || next[i] > hi[i] {
                    way[i] = -way[i];
                    next[i] = next[i].clamp(lo[i], hi[i]);
                }
            }
            place = next;
            path.push((place, rng.range(9.5, 12.5)));
        }
        let b = bounds(&path);
        let (frame, room, inner) = (t.frame.clone(), t.frame.clone(), path.clone());
        let (n1, n2) = (t.noise.clone(), t.noise.clone());
        let gassy = n % 5 == 2;
        t.scene.flat(b, 102.0, move |p| frame.within(p, along(p, &path) + 1.2 * n1.at(p, 7.0), 3.0, 3.0));
        t.scene.field(
            b,
            move |p| room.within(p, along(p, &inner) + 2.6 + 2.0 * n2.at(p, 4.0), 6.0, 3.0),
            move |p, _| if gassy && p[1] < -44.0 { -960.0 } else { 26.0 },
        );
    }
}
