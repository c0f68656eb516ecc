//! MR of the head in three planes: axial T2, sagittal T1, coronal FLAIR, in one frame of reference. The head lies a
//! little turned, and the planes follow it, so that no direction cosine is a whole number.

use super::common::{Grey, Placement, Series, Sop, Study, Who, dataset, grey, place, windows};
use super::{Made, Mark};
use crate::dicom::rle;
use crate::dicom::writer::{Dataset, EXPLICIT_LE, RLE_LOSSLESS};
use crate::draw::lattice::Lattice;
use crate::draw::parallel;
use crate::draw::rng::Rng;
use crate::draw::scene::{Plane, Scene, Take};
use crate::draw::vec3::{V3, add, cross, scale};
use crate::head::{self, LESIONS, Sequence};
use crate::output::Output;
use crate::{PhantomError, Size};

const MR_IMAGE: &str = "1.2.840.10008.5.1.4.1.1.4";
/// Slices are as thick as this, mm; between their middles there is one more.
const THICKNESS: f32 = 5.0;

const WHO: Who = Who {
    film: "mr",
    name: ["Yanshi^Yi", "演示^乙", "yanshi^yi"],
    sex: "F",
    age: 48,
    time: "142730",
    description: "头颅MR平扫",
    body_part: "HEAD",
};

/// One series before its numbers are known.
struct Plan {
    key: &'static str,
    description: &'static str,
    sequence: Sequence,
    echo_train: i64,
    kind: &'static str,
    /// Directions of a row and of a column, in the head's coordinates.
    row: V3,
    column: V3,
    /// Middle of the stack, and of each slice the way to the next, mm.
    centre: V3,
    to_next: V3,
    matrix: usize,
    pixel: f32,
    slices: usize,
    rle: bool,
    window: (f64, f64),
}

fn plans(size: Size) -> [Plan; 3] {
    let (slices, divide) = if size == Size::Small { (4, 4) } else { (24, 1) };
    let step = 6.0 * 24.0 / slices as f32;
    let base = |key, description, kind, window| Plan {
        key,
        description,
        kind,
        window,
        sequence: Sequence { repetition: 4600.0, echo: 102.0, inversion: None },
        echo_train: 15,
        row: [1.0, 0.0, 0.0],
        column: [0.0, 1.0, 0.0],
        centre: [0.0, -4.0, 16.0],
        to_next: [0.0, 0.0, step],
        matrix: 320 / divide,
        pixel: 0.75 * divide as f32,
        slices,
        rle: false,
    };
    [
        base("t2", "T2WI 横断位", "SE", (900.0, 1700.0)),
        Plan {
            sequence: Sequence { repetition: 480.0, echo: 11.0, inversion: None },
            echo_train: 1,
            row: [0.0, 1.0, 0.0],
            column: [0.0, 0.0, -1.0],
            centre: [0.0, -4.0, -10.0],
            to_next: [step, 0.0, 0.0],
            ..base("t1", "T1WI 矢状位", "SE", (900.0, 1500.0))
        },
        Plan {
            sequence: Sequence { repetition: 9000.0, echo: 110.0, inversion: Some(2500.0) },
            echo_train: 21,
            column: [0.0, 0.0, -1.0],
            centre: [0.0, 2.0, 2.0],
            to_next: [0.0, step, 0.0],
            matrix: 256 / divide,
            pixel: 0.9375 * divide as f32,
            rle: true,
            ..base("flair", "T2 FLAIR 冠状位", "IR", (800.0, 1500.0))
        },
    ]
}

impl Plan {
    /// Middle of a slice, in the head's coordinates.
    fn middle(&self, slice: usize) -> V3 {
        add(self.centre, scale(self.to_next, slice as f32 - (self.slices as f32 - 1.0) / 2.0))
    }

    fn corner(&self, slice: usize) -> V3 {
        let half = -self.pixel * (self.matrix as f32 - 1.0) / 2.0;
        add(self.middle(slice), add(scale(self.row, half), scale(self.column, half)))
    }

    /// The slice that is nearest to a place.
    fn nearest(&self, p: V3) -> usize {
        let step = self.to_next[0] + self.to_next[1] + self.to_next[2];
        let along = |v: V3| (0..3).map(|i| v[i] * self.to_next[i] / step).sum::<f32>();
        let n = (along(p) - along(self.middle(0))) / step;
        (n.round().max(0.0) as usize).min(self.slices - 1)
    }
}

/// From the head's coordinates to the patient's: turned by 3° about the long axis and nodding by 5°.
fn turned(v: V3) -> V3 {
    let (s1, c1) = 0.052f32.sin_cos();
    let (s2, c2) = 0.087f32.sin_cos();
    let a = [c1 * v[0] - s1 * v[1], s1 * v[0] + c1 * v[1], v[2]];
    [a[0], c2 * a[1] - s2 * a[2], s2 * a[1] + c2 * a[2]]
}

/// Renders and writes the film.
///
/// # Errors
/// Those of [`Output`].
pub(crate) fn make(seed: u64, size: Size, out: &mut Output<'_>) -> Result<Made, PhantomError> {
    let study = Study::new(seed, &WHO);
    let plans = plans(size);
    out.expect(plans.iter().map(|p| p.slices).sum(), "MR 头颅");
    let frame = study.uid_of("frame of reference");
    let mut marks = Vec::new();
    for (n, plan) in plans.iter().enumerate() {
        let number = n as u32 + 1;
        let series = Series {
            uid: study.uid_of(plan.key),
            number,
            modality: "MR",
            description: plan.description,
            protocol: "头颅常规平扫",
            model: "PH-MR 1.5T",
            delay: 60 + 240 * number,
        };
        let scene = head::build(seed, plan.sequence);
        let instance = |i: usize| study.uid_of(&format!("{} {i}", plan.key));
        parallel::for_each(
            plan.slices,
            |i| file(&study, &series, &frame, &scene, plan, i, &instance(i)),
            |i, bytes| out.write(&format!("mr/S{number}/{:04}.dcm", i + 1), &bytes),
        )?;
        let mark = |p: V3| Mark { series: series.uid.clone(), instance: instance(plan.nearest(p)), frame: 1 };
        marks.extend(match plan.key {
            "t2" => vec![("lesion t2", mark(LESIONS[0].0)), ("ventricles", mark([0.0, 0.0, 16.0]))],
            "t1" => vec![("midline", mark([0.0; 3]))],
            _ => vec![("lesion flair", mark(LESIONS[0].0)), ("lesion flair left", mark(LESIONS[3].0))],
        });
    }
    Ok(Made { dir: out.dir("mr"), study, marks })
}

fn file(
    study: &Study,
    series: &Series,
    frame: &str,
    scene: &Scene,
    plan: &Plan,
    slice: usize,
    uid: &str,
) -> Vec<u8> {
    let mut d = dataset(study, series, &Sop { class: MR_IMAGE, uid, number: slice + 1 });
    let wide = |v: V3| v.map(f64::from);
    let (row, column) = (wide(turned(plan.row)), wide(turned(plan.column)));
    let pixel = f64::from(plan.pixel);
    place(
        &mut d,
        &Placement {
            frame,
            position: wide(turned(plan.corner(slice))),
            orientation: [row[0], row[1], row[2], column[0], column[1], column[2]],
            spacing: [pixel, pixel],
            thickness: f64::from(THICKNESS),
        },
    );
    technique(&mut d, plan);
    grey(
        &mut d,
        &Grey {
            columns: plan.matrix,
            rows: plan.matrix,
            bits_stored: 12,
            signed: false,
            photometric: "MONOCHROME2",
        },
    );
    windows(&mut d, &[(plan.window.0, plan.window.1, "默认")]);
    let samples = picture(study.seed, scene, plan, slice);
    if plan.rle {
        d.encapsulated(vec![rle::encode(&samples, plan.matrix)]);
        d.file(MR_IMAGE, uid, RLE_LOSSLESS)
    } else {
        d.native(&samples);
        d.file(MR_IMAGE, uid, EXPLICIT_LE)
    }
}

/// MR Image module (PS3.3 C.8.3.1).
fn technique(d: &mut Dataset, plan: &Plan) {
    let spacing = f64::from(plan.to_next[0] + plan.to_next[1] + plan.to_next[2]);
    d.text((0x0008, 0x0008), "CS", "ORIGINAL\\PRIMARY\\OTHER")
        .text((0x0018, 0x0020), "CS", plan.kind)
        .text((0x0018, 0x0021), "CS", "SK")
        .text((0x0018, 0x0022), "CS", "")
        .text((0x0018, 0x0023), "CS", "2D")
        .decimals((0x0018, 0x0080), &[f64::from(plan.sequence.repetition)])
        .decimals((0x0018, 0x0081), &[f64::from(plan.sequence.echo)])
        .decimals((0x0018, 0x0083), &[1.0])
        .decimals((0x0018, 0x0084), &[63.87])
        .text((0x0018, 0x0085), "SH", "1H")
        .decimals((0x0018, 0x0087), &[1.5])
        .decimals((0x0018, 0x0088), &[spacing])
        .integer((0x0018, 0x0091), plan.echo_train)
        .decimals((0x0018, 0x0095), &[180.0])
        .text((0x0018, 0x1251), "SH", "HEAD")
        .decimals((0x0018, 0x1314), &[90.0])
        .integer((0x0020, 0x0012), 1);
    if let Some(ti) = plan.sequence.inversion {
        d.decimals((0x0018, 0x0082), &[f64::from(ti)]);
    }
}

/// Stored values of one slice: signal, coil shading, Rician noise.
fn picture(seed: u64, scene: &Scene, plan: &Plan, slice: usize) -> Vec<u16> {
    let normal = cross(plan.row, plan.column);
    // Two planes inside the slice stand for its thickness.
    let layer = |offset: f32| {
        let plane = Plane {
            origin: add(plan.corner(slice), scale(normal, offset * THICKNESS)),
            column_step: scale(plan.row, plan.pixel),
            row_step: scale(plan.column, plan.pixel),
            columns: plan.matrix,
            rows: plan.matrix,
        };
        scene.render(&plane, plan.pixel.max(1.0), Take::All)
    };
    let (first, second) = (layer(-0.22), layer(0.22));
    let shading = Lattice::new(&mut Rng::new(seed, "coil"));
    let mut rng = Rng::new(seed, &format!("mr noise {} {slice}", plan.key));
    let corner = plan.corner(slice);
    // The scale of a receiver: brightest tissue at about half of the range.
    let gain = match plan.key {
        "t2" => 2900.0,
        "t1" => 3600.0,
        _ => 4300.0,
    };
    (0..plan.matrix * plan.matrix)
        .map(|i| {
            let (r, c) = ((i / plan.matrix) as f32, (i % plan.matrix) as f32);
            let p = add(corner, add(scale(plan.row, c * plan.pixel), scale(plan.column, r * plan.pixel)));
            let coil = 1.0 + 0.13 * shading.at(p, 110.0) + 0.0009 * p[1].abs();
            let s = gain * coil * 0.5 * (first[i] + second[i]);
            let (a, b) = (s + 17.0 * rng.normal(), 17.0 * rng.normal());
            (a * a + b * b).sqrt().round().min(4095.0) as u16
        })
        .collect()
}
