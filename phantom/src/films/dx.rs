//! Chest radiograph, postero-anterior, MONOCHROME1, JPEG Lossless: the torso projected on a detector, processed as a
//! detector's workstation does. Rays are parallel; there is no magnification and no scatter.

use super::common::{Grey, Series, Sop, Study, Who, dataset, grey, windows};
use super::{Made, Mark, state};
use crate::dicom::writer::{Dataset, JPEG_LOSSLESS_SV1};
use crate::draw::font;
use crate::draw::project::{Detector, water_path};
use crate::draw::rng::Rng;
use crate::output::Output;
use crate::torso::{self, NODULE, Pose};
use crate::{PhantomError, Size};

const DX_FOR_PRESENTATION: &str = "1.2.840.10008.5.1.4.1.1.1.1";
/// Largest stored value: 14 bits. It is black.
const MAX: f32 = 16383.0;
/// Stored value of the part that the collimator shades: white.
const SHADED: f32 = 350.0;

const WHO: Who = Who {
    film: "dx",
    name: ["Ceshi^Bing", "测试^丙", "ceshi^bing"],
    sex: "M",
    age: 35,
    time: "081204",
    description: "胸部正位DR",
    body_part: "CHEST",
};

/// Renders and writes the film.
///
/// # Errors
/// Those of [`Output`] and of the encoder.
pub(crate) fn make(seed: u64, size: Size, out: &mut Output<'_>) -> Result<Made, PhantomError> {
    let study = Study::new(seed, &WHO);
    out.expect(2, "DR 胸片");
    let (detector, twigs) = match size {
        Size::Full | Size::Thin => (detector(2500, 3000, 0.14, 10), 1600),
        Size::Small => (detector(250, 300, 1.4, 4), 80),
    };
    let series = Series {
        uid: study.uid_of("series"),
        number: 1,
        modality: "DX",
        description: "胸部后前位",
        protocol: "胸部正位",
        model: "PH-DR 14",
        delay: 20,
    };
    let uid = study.uid_of("image 1");
    // Another body than that of the CT.
    let scene = torso::build(seed ^ 0x0d, Pose { upright: true, twigs });
    let samples = picture(seed, water_path(&scene, &detector, -126.0, 132.0), &detector);
    let mut d = dataset(&study, &series, &Sop { class: DX_FOR_PRESENTATION, uid: &uid, number: 1 });
    attributes(&mut d, &detector);
    exposure(&mut d, &detector);
    d.encapsulated(vec![jpeg_lossless_encoder::encode(&samples, detector.columns, detector.rows, 14)?]);
    out.write("dx/S1/0001.dcm", &d.file(DX_FOR_PRESENTATION, &uid, JPEG_LOSSLESS_SV1))?;
    let image = Mark { series: series.uid, instance: uid, frame: 1 };
    let (cx, cy) = collimator(&detector);
    let at = |mm: f32, from: f32| (mm - from).abs() / detector.pixel;
    let shown = state::Shown {
        image: &image,
        class: DX_FOR_PRESENTATION,
        size: [detector.columns, detector.rows],
        window: [9800.0, 8000.0],
        shade: [cx, cy],
        circle: ([at(NODULE[0], detector.left), at(NODULE[2], detector.top)], 22.0 / detector.pixel),
        words: "结节 约20mm",
        description: "右肺上野结节",
    };
    out.write("dx/S900/0001.dcm", &state::file(&study, &shown))?;
    let marks = vec![("image", image)];
    Ok(Made { dir: out.dir("dx"), study, marks })
}

fn detector(columns: usize, rows: usize, pixel: f32, coarse: usize) -> Detector {
    let half = |n: usize| pixel * (n as f32 - 1.0) / 2.0;
    Detector { left: -half(columns), top: 74.0 + half(rows), pixel, columns, rows, coarse }
}

/// DX Series, Anatomy, Image, Detector and Positioning modules (PS3.3 C.8.11).
fn attributes(d: &mut Dataset, det: &Detector) {
    let pixel = f64::from(det.pixel);
    let spacing = [pixel, pixel];
    d.text((0x0008, 0x0008), "CS", "ORIGINAL\\PRIMARY\\")
        .text((0x0008, 0x0068), "CS", "FOR PRESENTATION")
        .code((0x0008, 0x2218), "51185008", "SCT", "胸部")
        .decimals((0x0018, 0x0060), &[120.0])
        .integer((0x0018, 0x1150), 8)
        .integer((0x0018, 0x1151), 250)
        .integer((0x0018, 0x1152), 2)
        .decimals((0x0018, 0x1110), &[1800.0])
        .decimals((0x0018, 0x1164), &spacing)
        .text((0x0018, 0x1508), "CS", "COLUMN")
        .text((0x0018, 0x5101), "CS", "PA")
        .text((0x0018, 0x7004), "CS", "SCINTILLATOR")
        .text((0x0018, 0x1700), "CS", "RECTANGULAR")
        .integer((0x0018, 0x1702), collimator(det).0 as i64)
        .integer((0x0018, 0x1704), (det.columns - collimator(det).0) as i64)
        .integer((0x0018, 0x1706), collimator(det).1 as i64)
        .integer((0x0018, 0x1708), (det.rows - collimator(det).1) as i64)
        .text((0x0020, 0x0020), "CS", "L\\F")
        .text((0x0020, 0x0062), "CS", "U")
        .integer((0x0020, 0x0012), 1)
        .decimals((0x0028, 0x1052), &[0.0])
        .decimals((0x0028, 0x1053), &[1.0])
        .text((0x0028, 0x1054), "LO", "US")
        .text((0x0028, 0x1040), "CS", "LOG")
        .ss((0x0028, 0x1041), 1)
        .text((0x0028, 0x1056), "CS", "SIGMOID")
        .items((0x0040, 0x0555), Vec::new())
        .code((0x0054, 0x0220), "399348003", "SCT", "后前位")
        .text((0x2050, 0x0020), "CS", "INVERSE");
    grey(
        d,
        &Grey {
            columns: det.columns,
            rows: det.rows,
            bits_stored: 14,
            signed: false,
            photometric: "MONOCHROME1",
        },
    );
    windows(d, &[(8000.0, 11500.0, "标准"), (9800.0, 8000.0, "肺野"), (6000.0, 8000.0, "纵隔")]);
}

/// The exposure, as many detectors write it into an overlay beside the picture.
fn exposure(d: &mut Dataset, det: &Detector) {
    let dot = (det.columns / 400).max(1);
    let [columns, rows] = [13 * 6 * dot, 7 * dot];
    let mut set = vec![false; columns * rows];
    font::write("PA 120 2.0mAs", 0, 0, dot, |x, y| {
        if x < columns {
            set[y * columns + x] = true;
        }
    });
    let (cx, cy) = collimator(det);
    let origin = [cx + 3 * dot, det.rows - cy - 10 * dot].map(|place| place as i16);
    d.overlay([columns, rows], origin, |x, y| set[y * columns + x]);
}

/// Columns and rows that the collimator shades at each edge.
fn collimator(det: &Detector) -> (usize, usize) {
    (det.columns / 40, det.rows / 60)
}

/// Stored values from the paths through the body.
fn picture(seed: u64, path: Vec<f32>, det: &Detector) -> Vec<u16> {
    let (w, h) = (det.columns, det.rows);
    // Weakening in powers of e at about 120 kV, and the mean of what is around each pixel.
    let weak: Vec<f32> = path.iter().map(|mm| mm.max(0.0) * 0.0185).collect();
    let around = blur(&blur(&weak, w, h, w / 22), w, h, w / 22);
    let fine = blur(&weak, w, h, (w / 400).max(1));
    let mut rng = Rng::new(seed, "dx noise");
    let (cx, cy) = collimator(det);
    let mut out: Vec<u16> = Vec::with_capacity(w * h);
    let mut last = 0.0;
    for (i, a) in weak.iter().enumerate() {
        let (x, y) = (i % w, i / w);
        if x < cx || x >= w - cx || y < cy || y >= h - cy {
            out.push((SHADED + 12.0 * rng.normal()).max(0.0) as u16);
            continue;
        }
        // The range of the film is compressed, edges are raised; few quanta make more noise.
        let shown = a - 0.42 * (around[i] - 1.9) + 0.55 * (a - fine[i]);
        let grain = rng.normal();
        let noise = 0.0062 * (a * 0.5).exp() * (grain + 0.5 * last);
        last = grain;
        let v = MAX - 700.0 - 3900.0 * (shown + noise);
        // Where nothing is in the way, the detector is driven to its end.
        let v = v.min(MAX - 3.0 + 2.0 * grain);
        out.push(v.clamp(0.0, MAX) as u16);
    }
    let dot = (w / 150).max(1);
    font::write("L", w - cx - 9 * dot, cy + 8 * dot, dot, |x, y| {
        if x < w && y < h {
            out[y * w + x] = SHADED as u16;
        }
    });
    out
}

/// Mean over a square of `2 * reach + 1` pixels; at the edges over what there is of it.
fn blur(v: &[f32], w: usize, h: usize, reach: usize) -> Vec<f32> {
    let pass = |v: &[f32], n: usize, lines: usize, step: usize, jump: usize| {
        let mut out = vec![0.0; v.len()];
        for line in 0..lines {
            let at = |i: usize| line * jump + i * step;
            let mut sum: f64 = (0..reach.min(n)).map(|i| f64::from(v[at(i)])).sum();
            for i in 0..n {
                if i + reach < n {
                    sum += f64::from(v[at(i + reach)]);
                }
                if i > reach {
                    sum -= f64::from(v[at(i - reach - 1)]);
                }
                let count = (i + reach).min(n - 1) - i.saturating_sub(reach) + 1;
                out[at(i)] = (sum / count as f64) as f32;
            }
        }
        out
    };
    pass(&pass(v, w, h, 1, w), h, w, w, 1)
}
