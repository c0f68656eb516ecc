//! CT of chest and upper abdomen, portal venous phase: one scout and one stack, JPEG Lossless.

use super::common::{Grey, Placement, Series, Sop, Study, Who, dataset, grey, place, windows};
use super::{Made, Mark, scout};
use crate::dicom::writer::{Dataset, JPEG_LOSSLESS_SV1};
use crate::draw::parallel;
use crate::draw::rng::Rng;
use crate::draw::scene::{Plane, Scene, Take};
use crate::draw::shapes::smoothstep;
use crate::output::Output;
use crate::torso::{self, LIVER_CYST, NODULE, Pose};
use crate::{PhantomError, Size};

pub(crate) const CT_IMAGE: &str = "1.2.840.10008.5.1.4.1.1.2";
/// Stored value minus Hounsfield unit.
pub(crate) const OFFSET: f32 = 1024.0;
/// Stored outside the circle of reconstruction.
const PADDING: i16 = -2000;
/// Height of the first slice, mm.
const FIRST: f32 = 226.0;

const WHO: Who = Who {
    film: "ct",
    name: ["Shili^Jia", "示例^甲", "shili^jia"],
    sex: "M",
    age: 62,
    time: "093015",
    description: "胸部+上腹部CT增强",
    body_part: "CHEST",
};

/// Size of the stack.
struct Stack {
    slices: usize,
    matrix: usize,
    /// Mm between slices.
    spacing: f32,
    /// Mm between pixels.
    pixel: f32,
}

impl Stack {
    fn new(size: Size) -> Self {
        match size {
            Size::Full => Self { slices: 160, matrix: 512, spacing: 2.5, pixel: 0.78125 },
            Size::Thin => Self { slices: 500, matrix: 512, spacing: 0.8, pixel: 0.78125 },
            Size::Small => Self { slices: 12, matrix: 128, spacing: 32.0, pixel: 3.125 },
        }
    }

    fn z(&self, slice: usize) -> f32 {
        FIRST - self.spacing * slice as f32
    }

    /// First pixel of a row or column: the field is centred on the table's axis.
    fn corner(&self) -> f32 {
        -self.pixel * (self.matrix as f32 - 1.0) / 2.0
    }

    fn nearest(&self, z: f32) -> usize {
        (((FIRST - z) / self.spacing).round().max(0.0) as usize).min(self.slices - 1)
    }
}

/// Renders and writes the film.
///
/// # Errors
/// Those of [`Output`] and of the encoder.
pub(crate) fn make(seed: u64, size: Size, out: &mut Output<'_>) -> Result<Made, PhantomError> {
    let study = Study::new(seed, &WHO);
    let stack = Stack::new(size);
    out.expect(stack.slices + 1, "CT 胸腹");
    let twigs = if size == Size::Small { 120 } else { 1900 };
    let scene = torso::build(seed, Pose { upright: false, twigs });
    let series = Series {
        uid: study.uid_of("stack"),
        number: 2,
        modality: "CT",
        description: if size == Size::Thin {
            "胸腹部增强 门脉期 0.8mm"
        } else {
            "胸腹部增强 门脉期 2.5mm"
        },
        protocol: "胸腹联合增强",
        model: "PH-CT 64",
        delay: 95,
    };
    let frame = study.uid_of("frame of reference");
    scout::write(&study, &scene, &frame, size, out)?;
    let instance = |i: usize| study.uid_of(&format!("stack {i}"));
    parallel::for_each(
        stack.slices,
        |i| file(&study, &series, &frame, &scene, &stack, i, &instance(i)),
        |i, bytes| out.write(&format!("ct/S2/{:04}.dcm", i + 1), &bytes?),
    )?;
    let mark = |z: f32| {
        let i = stack.nearest(z);
        Mark { series: series.uid.clone(), instance: instance(i), frame: 1 }
    };
    let marks = vec![
        ("nodule", mark(NODULE[2])),
        ("heart", mark(45.0)),
        ("node", mark(124.0)),
        ("granuloma", mark(44.0)),
        ("liver cyst", mark(LIVER_CYST[2])),
        ("kidney cyst", mark(-92.0)),
        ("aorta", mark(-140.0)),
    ];
    Ok(Made { dir: out.dir("ct"), study, marks })
}

fn file(
    study: &Study,
    series: &Series,
    frame: &str,
    scene: &Scene,
    stack: &Stack,
    slice: usize,
    uid: &str,
) -> Result<Vec<u8>, PhantomError> {
    let samples = picture(study.seed, scene, stack, slice);
    let mut d = dataset(study, series, &Sop { class: CT_IMAGE, uid, number: slice + 1 });
    let corner = f64::from(stack.corner());
    let pixel = f64::from(stack.pixel);
    place(
        &mut d,
        &Placement {
            frame,
            position: [corner, corner, f64::from(stack.z(slice))],
            orientation: [1.0, 0.0, 0.0, 0.0, 1.0, 0.0],
            spacing: [pixel, pixel],
            thickness: f64::from(stack.spacing),
        },
    );
    technique(&mut d, "ORIGINAL\\PRIMARY\\AXIAL", 120.0);
    d.text((0x0018, 0x0010), "LO", "碘海醇 350mgI/ml 80ml").text((0x0018, 0x1210), "SH", "B31f");
    d.text((0x0028, 0x1054), "LO", "HU");
    d.decimals((0x0018, 0x0088), &[f64::from(stack.spacing)]);
    let matrix = stack.matrix;
    grey(
        &mut d,
        &Grey { columns: matrix, rows: matrix, bits_stored: 16, signed: true, photometric: "MONOCHROME2" },
    );
    d.ss((0x0028, 0x0120), PADDING);
    windows(&mut d, &[(40.0, 400.0, "纵隔"), (-600.0, 1500.0, "肺")]);
    let stored: Vec<u16> = samples.iter().map(|s| *s as u16).collect();
    d.encapsulated(vec![jpeg_lossless_encoder::encode(&stored, matrix, matrix, 16)?]);
    Ok(d.file(CT_IMAGE, uid, JPEG_LOSSLESS_SV1))
}

/// CT Image module (C.8.2.1) without what differs between scout and stack.
pub(crate) fn technique(d: &mut Dataset, image_type: &str, kvp: f64) {
    d.text((0x0008, 0x0008), "CS", image_type)
        .decimals((0x0018, 0x0060), &[kvp])
        .decimals((0x0018, 0x0090), &[500.0])
        .decimals((0x0018, 0x1120), &[0.0])
        .integer((0x0018, 0x1150), 500)
        .integer((0x0018, 0x1151), 220)
        .integer((0x0018, 0x1152), 110)
        .integer((0x0020, 0x0012), 1)
        .decimals((0x0028, 0x1052), &[-f64::from(OFFSET)])
        .decimals((0x0028, 0x1053), &[1.0]);
}

/// Stored values of one slice.
fn picture(seed: u64, scene: &Scene, stack: &Stack, slice: usize) -> Vec<i16> {
    let (n, z, corner) = (stack.matrix, stack.z(slice), stack.corner());
    let plane = Plane {
        origin: [corner, corner, z],
        column_step: [stack.pixel, 0.0, 0.0],
        row_step: [0.0, stack.pixel, 0.0],
        columns: n,
        rows: n,
    };
    let mut hu = scene.render(&plane, stack.pixel.max(1.1), Take::All);
    let mut rng = Rng::new(seed, &format!("ct noise {slice}"));
    let noise = noise(n, &mut rng);
    let streaks = streaks(n, &mut rng);
    // Shoulders swallow dose: more noise there, drawn out from side to side.
    let shoulder = smoothstep(150.0, 215.0, z);
    for (i, v) in hu.iter_mut().enumerate() {
        let x = corner + stack.pixel * (i % n) as f32;
        let y = corner + stack.pixel * (i / n) as f32;
        if *v < -900.0 {
            *v = v.max(table(x, y));
        }
        let deep = 1.0 - ((x / 190.0).powi(2) + (y / 150.0).powi(2)).min(1.0);
        let strength = if *v < -950.0 { 3.5 } else { 6.5 + 5.0 * deep };
        *v += strength * (1.0 + 0.5 * shoulder) * noise[i] + shoulder * 22.0 * deep * streaks[i];
    }
    hu.iter()
        .enumerate()
        .map(|(i, v)| {
            let x = corner + stack.pixel * (i % n) as f32;
            let y = corner + stack.pixel * (i / n) as f32;
            if x * x + y * y > 200.0 * 200.0 {
                PADDING
            } else {
                (v + OFFSET).round().clamp(-1024.0, 3071.0) as i16
            }
        })
        .collect()
}

/// Carbon shell and foam of the couch, HU at a place.
fn table(x: f32, y: f32) -> f32 {
    let below_top = (x * x + (y + 150.0) * (y + 150.0)).sqrt() - 288.0;
    let above_floor = 178.0 - y;
    if below_top < 0.0 || above_floor < 0.0 {
        -1000.0
    } else if below_top < 2.2 || above_floor < 2.2 {
        -240.0
    } else {
        -915.0
    }
}

/// Unit noise with the grain of a soft kernel: neighbouring pixels go together, far ones do not.
fn noise(n: usize, rng: &mut Rng) -> Vec<f32> {
    let white: Vec<f32> = (0..n * n).map(|_| rng.normal()).collect();
    let smooth = |v: &[f32], step: usize| -> Vec<f32> {
        let at = |i: usize, back: bool| {
            let j = if back { i.checked_sub(step) } else { Some(i + step) };
            j.and_then(|j| v.get(j)).copied().unwrap_or(0.0)
        };
        (0..v.len()).map(|i| 0.5 * v[i] + 0.25 * (at(i, true) + at(i, false))).collect()
    };
    // Each pass keeps 3/8 of the variance.
    smooth(&smooth(&white, 1), n).iter().map(|v| v * 8.0 / 3.0).collect()
}

/// Horizontal streaks: noise that is long in x and thin in y, of about unit strength.
fn streaks(n: usize, rng: &mut Rng) -> Vec<f32> {
    let mut out = Vec::with_capacity(n * n);
    for _ in 0..n {
        let mut v = rng.normal();
        for _ in 0..n {
            v = 0.985 * v + 0.17 * rng.normal();
            out.push(v * 0.6);
        }
    }
    out
}
