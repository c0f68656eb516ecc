//! The scout of a CT: a projection from front to back, stored native.

use super::common::{Grey, Placement, Series, Sop, Study, dataset, grey, place, windows};
use super::ct::{CT_IMAGE, OFFSET, technique};
use crate::dicom::writer::EXPLICIT_LE;
use crate::draw::project::{Detector, water_path};
use crate::draw::rng::Rng;
use crate::draw::scene::Scene;
use crate::output::Output;
use crate::{PhantomError, Size};

/// Renders and writes the scout in the frame of reference of the stack.
///
/// # Errors
/// Those of [`Output`].
pub(crate) fn write(
    study: &Study,
    scene: &Scene,
    frame: &str,
    size: Size,
    out: &mut Output<'_>,
) -> Result<(), PhantomError> {
    let detector = match size {
        Size::Full | Size::Thin => {
            Detector { left: -199.5, top: 262.0, pixel: 1.0, columns: 400, rows: 448, coarse: 2 }
        }
        Size::Small => Detector { left: -196.0, top: 262.0, pixel: 8.0, columns: 50, rows: 56, coarse: 2 },
    };
    let path = water_path(scene, &detector, -126.0, 132.0);
    let mut rng = Rng::new(study.seed, "scout noise");
    let samples: Vec<u16> = path
        .iter()
        .map(|mm| {
            let hu = mm * 3.2 - 620.0 + 5.0 * rng.normal();
            ((hu + OFFSET).round().clamp(0.0, 3071.0) as i16) as u16
        })
        .collect();
    let series = Series {
        uid: study.uid_of("scout"),
        number: 1,
        modality: "CT",
        description: "定位像",
        protocol: "胸腹联合增强",
        model: "PH-CT 64",
        delay: 10,
    };
    let uid = study.uid_of("scout 1");
    let mut d = dataset(study, &series, &Sop { class: CT_IMAGE, uid: &uid, number: 1 });
    technique(&mut d, "ORIGINAL\\PRIMARY\\LOCALIZER", 120.0);
    let pixel = f64::from(detector.pixel);
    place(
        &mut d,
        &Placement {
            frame,
            position: [f64::from(detector.left), 0.0, f64::from(detector.top)],
            orientation: [1.0, 0.0, 0.0, 0.0, 0.0, -1.0],
            spacing: [pixel, pixel],
            thickness: 400.0,
        },
    );
    grey(
        &mut d,
        &Grey {
            columns: detector.columns,
            rows: detector.rows,
            bits_stored: 16,
            signed: true,
            photometric: "MONOCHROME2",
        },
    );
    windows(&mut d, &[(-160.0, 1000.0, "定位像")]);
    d.native(&samples);
    out.write("ct/S1/0001.dcm", &d.file(CT_IMAGE, &uid, EXPLICIT_LE))
}
