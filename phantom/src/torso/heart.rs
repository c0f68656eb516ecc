//! Heart with its chambers and fat, the great vessels, trachea and oesophagus.

use super::Torso;
use crate::draw::scene::Projected;
use crate::draw::shapes::{capsule, ellipsoid, smooth_max, smooth_min, spheroid};
use crate::draw::vec3::V3;

const BLOOD: f32 = 168.0;
const MYOCARDIUM: f32 = 112.0;
/// Long axis of the left ventricle: left, forward, down.
const AXIS: V3 = [0.742, -0.557, -0.371];
const LV: V3 = [38.0, -22.0, 40.0];

const ASCENDING: [(V3, f32); 5] = [
    ([6.0, -14.0, 66.0], 13.0),
    ([-10.0, -24.0, 84.0], 15.0),
    ([-17.0, -24.0, 112.0], 14.0),
    ([-12.0, -12.0, 134.0], 13.0),
    ([2.0, 8.0, 142.0], 12.5),
];
const DESCENDING: [(V3, f32); 9] = [
    ([2.0, 8.0, 142.0], 12.5),
    ([16.0, 26.0, 138.0], 12.0),
    ([24.0, 38.0, 122.0], 11.5),
    ([24.0, 41.0, 90.0], 11.2),
    ([20.0, 38.0, 50.0], 11.0),
    ([14.0, 32.0, 10.0], 10.5),
    ([7.0, 22.0, -30.0], 10.0),
    ([5.0, 14.0, -90.0], 9.2),
    ([4.0, 8.0, -190.0], 8.6),
];
const PULMONARY: [(V3, f32); 5] = [
    ([20.0, -42.0, 72.0], 14.0),
    ([18.0, -30.0, 92.0], 14.0),
    ([18.0, -12.0, 104.0], 13.0),
    ([28.0, 10.0, 106.0], 11.0),
    ([42.0, 22.0, 96.0], 8.5),
];
const PULMONARY_RIGHT: [(V3, f32); 4] = [
    ([18.0, -12.0, 103.0], 11.0),
    ([-2.0, 0.0, 98.0], 10.5),
    ([-26.0, 8.0, 95.0], 10.0),
    ([-42.0, 16.0, 88.0], 7.5),
];
const SVC: [(V3, f32); 4] = [
    ([-24.0, -26.0, 166.0], 8.0),
    ([-28.0, -16.0, 140.0], 8.5),
    ([-28.0, -8.0, 100.0], 9.0),
    ([-26.0, -8.0, 70.0], 10.0),
];
const IVC: [(V3, f32); 4] = [
    ([-24.0, -2.0, 34.0], 11.0),
    ([-25.0, 12.0, 4.0], 12.0),
    ([-23.0, 14.0, -50.0], 11.5),
    ([-20.0, 6.0, -190.0], 10.5),
];

fn chain(p: V3, points: &[(V3, f32)]) -> f32 {
    points.windows(2).fold(f32::MAX, |d, s| d.min(capsule(p, s[0].0, s[1].0, s[0].1, s[1].1)))
}

/// Distance to the vessels that border on lung.
pub(crate) fn great_vessels(p: V3) -> f32 {
    if p[0].abs() > 72.0 {
        return 20.0;
    }
    [&ASCENDING[..], &DESCENDING[..7], &PULMONARY[..], &SVC[..]]
        .iter()
        .fold(f32::MAX, |d, c| d.min(chain(p, c)))
}

/// Distance to the heart within its fat.
pub(crate) fn hull(p: V3) -> f32 {
    if p[2] > 130.0 || p[2] < -40.0 || p[0] < -80.0 || p[0] > 125.0 {
        return 60.0;
    }
    let left = spheroid(p, LV, AXIS, 58.0, 37.0);
    let right = ellipsoid(p, [2.0, -40.0, 40.0], [44.0, 32.0, 40.0]);
    let atria = ellipsoid(p, [-8.0, 6.0, 62.0], [42.0, 30.0, 34.0]);
    smooth_min(smooth_min(left, right, 16.0), atria, 14.0) - 4.0
}

/// Paints the heart and what lies beside it in the mediastinum.
pub(crate) fn paint(t: &mut Torso) {
    let around = ([-70.0, -100.0, -30.0], [110.0, 60.0, 128.0]);
    t.scene.flat(around, -92.0, hull);
    // Pericardium: a thin line in the fat.
    t.scene.flat(around, 12.0, |p| (hull(p) + 1.6).abs() - 0.6);
    let noise = t.noise.clone();
    t.scene.field(around, left_ventricle, move |p, _| MYOCARDIUM + 4.0 * noise.at(p, 6.0));
    t.scene.flat(around, 96.0, |p| right_ventricle(p) - 2.6);
    t.scene.flat(around, 90.0, |p| right_atrium(p) - 1.6);
    t.scene.flat(around, 90.0, |p| left_atrium(p) - 1.6);
    let noise = t.noise.clone();
    t.scene.flat(around, BLOOD, move |p| {
        // Papillary muscles and trabeculae roughen the wall of the ventricles.
        let lv = spheroid(p, [33.0, -18.0, 42.5], AXIS, 42.0, 21.0) + 2.2 * noise.rough(p, 7.0);
        let rv = right_ventricle(p) + 1.4 * noise.rough([p[1], p[0], p[2]], 6.0);
        lv.min(rv).min(right_atrium(p)).min(left_atrium(p))
    });
    for end in [[-44.0, 24.0, 74.0], [-44.0, 16.0, 52.0], [46.0, 26.0, 72.0], [42.0, 30.0, 50.0]] {
        t.scene.tube(&[([end[0] * 0.4, 18.0, 62.0], 8.0), (end, 6.0)], 0.0, BLOOD, None);
    }
    vessels(t);
    airway(t);
}

fn left_ventricle(p: V3) -> f32 {
    spheroid(p, LV, AXIS, 54.0, 32.0)
}

/// Wraps around the right of the septum: what is left of an ellipsoid without the left ventricle.
fn right_ventricle(p: V3) -> f32 {
    let bag = ellipsoid(p, [4.0, -42.0, 42.0], [40.0, 27.0, 36.0]);
    smooth_max(bag, -left_ventricle(p) + 2.0, 4.0)
}

fn right_atrium(p: V3) -> f32 {
    let bag = ellipsoid(p, [-28.0, -14.0, 54.0], [21.0, 25.0, 32.0]);
    smooth_max(bag, -right_ventricle(p) + 3.0, 3.0)
}

fn left_atrium(p: V3) -> f32 {
    let bag = ellipsoid(p, [4.0, 16.0, 66.0], [33.0, 17.0, 23.0]);
    smooth_max(smooth_max(bag, -right_atrium(p) + 3.0, 3.0), -left_ventricle(p) + 3.0, 3.0)
}

fn vessels(t: &mut Torso) {
    for path in [&PULMONARY[..], &PULMONARY_RIGHT[..], &SVC[..], &IVC[..]] {
        t.scene.tube(path, 0.0, BLOOD - 6.0, None);
    }
    let aorta = |t: &mut Torso, path: &[(V3, f32)]| {
        t.scene.tube(path, 1.3, 60.0, None);
        t.scene.tube(path, 0.0, BLOOD, None);
    };
    aorta(t, &ASCENDING);
    aorta(t, &DESCENDING);
    // Arch branches and the veins in front of them.
    let branches: [&[(V3, f32)]; 5] = [
        &[
            ([-10.0, -6.0, 144.0], 7.0),
            ([-20.0, -4.0, 172.0], 6.5),
            ([-28.0, 2.0, 200.0], 5.0),
            ([-30.0, 4.0, 300.0], 3.6),
        ],
        &[
            ([2.0, 4.0, 150.0], 5.0),
            ([10.0, -2.0, 180.0], 4.2),
            ([26.0, 4.0, 220.0], 3.8),
            ([30.0, 4.0, 300.0], 3.6),
        ],
        &[
            ([10.0, 18.0, 148.0], 6.0),
            ([22.0, 18.0, 180.0], 5.2),
            ([38.0, 8.0, 208.0], 5.0),
            ([90.0, 4.0, 216.0], 4.5),
        ],
        &[
            ([-24.0, -26.0, 164.0], 8.0),
            ([2.0, -32.0, 164.0], 6.5),
            ([26.0, -28.0, 176.0], 6.5),
            ([40.0, -10.0, 205.0], 6.0),
        ],
        &[
            ([-24.0, -26.0, 164.0], 7.5),
            ([-32.0, -20.0, 190.0], 7.0),
            ([-40.0, -8.0, 212.0], 6.0),
            ([-90.0, 0.0, 220.0], 5.0),
        ],
    ];
    for path in branches {
        t.scene.tube(path, 0.0, BLOOD - 4.0, None);
    }
    // Plaques in the wall of the arch and of the abdominal aorta.
    for (c, r) in [
        ([14.0, 14.0, 147.0], [5.0, 2.2, 2.0]),
        ([-4.0, 13.0, -92.0], [1.8, 4.0, 5.0]),
        ([12.6, 10.0, -140.0], [1.8, 4.5, 6.0]),
    ] {
        t.scene.flat((c.map(|v| v - 8.0), c.map(|v| v + 8.0)), 540.0, move |p| ellipsoid(p, c, r));
    }
    // Lymph nodes and small vessels in the fat.
    for (c, r) in [
        ([-14.0, -2.0, 124.0], 4.2),
        ([8.0, 0.0, 118.0], 3.6),
        ([-2.0, 24.0, 104.0], 4.4),
        ([-10.0, -48.0, 140.0], 2.2),
        ([10.0, -52.0, 150.0], 2.0),
        ([24.0, -4.0, 124.0], 3.2),
    ] {
        t.scene.flat((c.map(|v: f32| v - 6.0), c.map(|v: f32| v + 6.0)), 62.0, move |p| {
            ellipsoid(p, c, [r, r * 0.7, r * 1.2])
        });
    }
}

fn airway(t: &mut Torso) {
    let oesophagus = [
        ([4.0, 24.0, 300.0], 5.0),
        ([4.0, 26.0, 180.0], 6.5),
        ([6.0, 34.0, 120.0], 6.5),
        ([4.0, 38.0, 60.0], 6.5),
        ([14.0, 20.0, 10.0], 7.0),
        ([34.0, 4.0, -6.0], 8.0),
    ];
    t.scene.tube(&oesophagus, 0.0, 58.0, None);
    t.scene.tube(&oesophagus, -4.9, -420.0, None);
    let trachea = [
        ([0.0, 2.0, 302.0], 8.5),
        ([0.0, 8.0, 225.0], 8.8),
        ([1.0, 16.0, 170.0], 8.8),
        ([2.0, 22.0, 122.0], 9.2),
    ];
    let right = [
        ([2.0, 22.0, 120.0], 8.0),
        ([-16.0, 25.0, 106.0], 7.2),
        ([-34.0, 26.0, 92.0], 6.0),
        ([-44.0, 28.0, 80.0], 4.2),
    ];
    let left = [
        ([2.0, 22.0, 120.0], 7.5),
        ([20.0, 27.0, 100.0], 6.3),
        ([38.0, 30.0, 84.0], 5.4),
        ([46.0, 32.0, 72.0], 4.0),
    ];
    let all = [&trachea[..], &right[..], &left[..]];
    for path in all {
        t.scene.tube(path, 1.5, 30.0, None);
    }
    let projected = Projected { contrast: -1000.0, chain: t.scene.new_chain() };
    for path in all {
        t.scene.tube_of(path, 0.0, -995.0, Some(projected));
    }
}
