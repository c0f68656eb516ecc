//! Ultrasound cine of a beating heart, four chambers from the apex, with a colour Doppler box over the mitral valve.
//! JPEG baseline, YBR_FULL_422, one fragment per frame; the sector, the Doppler box and the scale are real geometry.

use super::common::{Series, Sop, Study, Who, dataset};
use super::{Made, Mark};
use crate::dicom::writer::{Dataset, JPEG_BASELINE};
use crate::draw::parallel;
use crate::echo::{Echo, screen};
use crate::output::Output;
use crate::{PhantomError, Size};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

const US_MULTIFRAME: &str = "1.2.840.10008.5.1.4.1.1.3.1";
/// Ms from one frame to the next; the cine is two beats long.
const FRAME_TIME: f64 = 33.3;

const WHO: Who = Who {
    film: "us",
    name: ["Yangli^Ding", "样例^丁", "yangli^ding"],
    sex: "F",
    age: 57,
    time: "101518",
    description: "心脏彩色多普勒超声",
    body_part: "HEART",
};

/// Renders and writes the film.
///
/// # Errors
/// Those of [`Output`] and [`PhantomError::Jpeg`].
pub(crate) fn make(seed: u64, size: Size, out: &mut Output<'_>) -> Result<Made, PhantomError> {
    let study = Study::new(seed, &WHO);
    let (frames, geometry) = match size {
        Size::Full | Size::Thin => (48, screen::Geometry::new(640, 480)),
        Size::Small => (6, screen::Geometry::new(160, 120)),
    };
    out.expect(1, "US 心脏");
    let echo = Echo::new(seed, &geometry);
    let pictures = parallel::map(frames, |i| {
        // Two beats, so that the loop closes.
        let phase = (2.0 * i as f32 / frames as f32).fract();
        jpeg(&screen::draw(&echo, &geometry, phase), &geometry)
    });
    let encoded = pictures.into_iter().collect::<Result<Vec<_>, _>>()?;
    let series = Series {
        uid: study.uid_of("series"),
        number: 1,
        modality: "US",
        description: "心尖四腔心 CDFI",
        protocol: "成人心脏",
        model: "PH-US 5",
        delay: 40,
    };
    let uid = study.uid_of("cine");
    let mut d = dataset(&study, &series, &Sop { class: US_MULTIFRAME, uid: &uid, number: 1 });
    let raw = (geometry.columns * geometry.rows * 3 * frames) as f64;
    let packed: usize = encoded.iter().map(Vec::len).sum();
    attributes(&mut d, &geometry, frames, raw / packed.max(1) as f64);
    d.encapsulated(encoded);
    out.write("us/S1/0001.dcm", &d.file(US_MULTIFRAME, &uid, JPEG_BASELINE))?;
    let mark = |frame: usize| Mark {
        series: series.uid.clone(),
        instance: uid.clone(),
        frame: (frame % frames) as u32 + 1,
    };
    let marks = vec![("filling", mark(frames * 5 / 16)), ("leak", mark(frames / 10)), ("loop", mark(0))];
    Ok(Made { dir: out.dir("us"), study, marks })
}

fn jpeg(rgb: &[u8], geometry: &screen::Geometry) -> Result<Vec<u8>, PhantomError> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 88);
    encoder.set_sampling_factor(SamplingFactor::F_2_1);
    encoder.encode(rgb, geometry.columns as u16, geometry.rows as u16, ColorType::Rgb)?;
    Ok(bytes)
}

/// US Image, Multi-frame, Cine and US Region Calibration modules (PS3.3 C.8.5.5, C.8.5.6, C.7.6.5, C.7.6.6).
fn attributes(d: &mut Dataset, g: &screen::Geometry, frames: usize, ratio: f64) {
    d.text((0x0008, 0x0008), "CS", "ORIGINAL\\PRIMARY\\TTE\\0011")
        .integer((0x0008, 0x2142), 1)
        .integer((0x0008, 0x2143), frames as i64)
        .integer((0x0008, 0x2144), (1000.0 / FRAME_TIME) as i64)
        .decimals((0x0018, 0x1063), &[FRAME_TIME])
        .integer((0x0018, 0x1088), 75)
        .items((0x0018, 0x6011), regions(g))
        .integer((0x0018, 0x0040), (1000.0 / FRAME_TIME) as i64)
        .text((0x0018, 0x5010), "LO", "PH-S5-1")
        .text((0x0018, 0x6031), "CS", "SECTOR_PHASED")
        .text((0x0020, 0x0020), "CS", "")
        .us((0x0028, 0x0002), 3)
        .text((0x0028, 0x0004), "CS", "YBR_FULL_422")
        .us((0x0028, 0x0006), 0)
        .integer((0x0028, 0x0008), frames as i64)
        .at((0x0028, 0x0009), (0x0018, 0x1063))
        .us((0x0028, 0x0010), g.rows as u16)
        .us((0x0028, 0x0011), g.columns as u16)
        .us((0x0028, 0x0014), 1)
        .us((0x0028, 0x0100), 8)
        .us((0x0028, 0x0101), 8)
        .us((0x0028, 0x0102), 7)
        .us((0x0028, 0x0103), 0)
        .text((0x0028, 0x0301), "CS", "NO")
        .text((0x0028, 0x2110), "CS", "01")
        .decimals((0x0028, 0x2112), &[(ratio * 10.0).round() / 10.0])
        .text((0x0028, 0x2114), "CS", "ISO_10918_1");
}

/// The sector (tissue) and, with higher priority, the colour box in it; both in centimetres.
fn regions(g: &screen::Geometry) -> Vec<Dataset> {
    let region = |kind: u16, flags: u32, corners: [usize; 4]| {
        let mut d = Dataset::new();
        // Reference pixel: the middle of the transducer's face, relative to the region's corner.
        let apex = (g.apex.0 as i32 - corners[0] as i32, g.apex.1 as i32 - corners[1] as i32);
        d.us((0x0018, 0x6012), 1)
            .us((0x0018, 0x6014), kind)
            .ul((0x0018, 0x6016), flags)
            .ul((0x0018, 0x6018), corners[0] as u32)
            .ul((0x0018, 0x601a), corners[1] as u32)
            .ul((0x0018, 0x601c), corners[2] as u32)
            .ul((0x0018, 0x601e), corners[3] as u32)
            .sl((0x0018, 0x6020), apex.0)
            .sl((0x0018, 0x6022), apex.1)
            .us((0x0018, 0x6024), 3)
            .us((0x0018, 0x6026), 3)
            .fd((0x0018, 0x6028), 0.0)
            .fd((0x0018, 0x602a), 0.0)
            .fd((0x0018, 0x602c), f64::from(g.cm_per_pixel))
            .fd((0x0018, 0x602e), f64::from(g.cm_per_pixel));
        d
    };
    // Bit 0: not opaque; bit 1 0: protected; scales 2D (C.8.5.5.1.3).
    vec![region(1, 2, g.sector_box()), region(2, 3, g.colour_box())]
}
