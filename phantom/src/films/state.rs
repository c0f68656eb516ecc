//! A grayscale softcopy presentation state (PS3.3 A.33.1) as a doctor at the reading station saves one: a window, a shutter
//! over what the collimator left white, a circle and a line of text.

use super::Mark;
use super::common::{Series, Sop, Study, dataset};
use crate::dicom::writer::{Dataset, EXPLICIT_LE, Tag};

const GRAYSCALE_STATE: &str = "1.2.840.10008.5.1.4.1.1.11.1";

/// What the state shows, in pixels of its picture.
pub(crate) struct Shown<'a> {
    /// The picture.
    pub(crate) image: &'a Mark,
    /// Its SOP class.
    pub(crate) class: &'a str,
    /// Columns and rows of it.
    pub(crate) size: [usize; 2],
    /// Centre and width.
    pub(crate) window: [f64; 2],
    /// Columns left and right, rows above and below, that are covered.
    pub(crate) shade: [usize; 2],
    /// Middle and radius of a circle.
    pub(crate) circle: ([f32; 2], f32),
    /// What stands beside it.
    pub(crate) words: &'a str,
    /// Content Description.
    pub(crate) description: &'a str,
}

/// The file's bytes.
pub(crate) fn file(study: &Study, shown: &Shown<'_>) -> Vec<u8> {
    let series = Series {
        uid: study.uid_of("states"),
        number: 900,
        modality: "PR",
        description: "阅片标注",
        protocol: "",
        model: "PH-WS 1",
        delay: 900,
    };
    let uid = study.uid_of("state 1");
    let mut d = dataset(study, &series, &Sop { class: GRAYSCALE_STATE, uid: &uid, number: 1 });
    relation(&mut d, shown);
    let [columns, rows] = shown.size.map(|side| side as i32);
    let mut area = Dataset::new();
    area.sl_list((0x0070, 0x0052), &[1, 1])
        .sl_list((0x0070, 0x0053), &[columns, rows])
        .text((0x0070, 0x0100), "CS", "SCALE TO FIT")
        .decimals((0x0070, 0x0101), &[1.0, 1.0]);
    let mut voi = Dataset::new();
    voi.decimals((0x0028, 0x1050), &[shown.window[0]]).decimals((0x0028, 0x1051), &[shown.window[1]]);
    let mut layer = Dataset::new();
    layer.text((0x0070, 0x0002), "CS", "MARKS").integer((0x0070, 0x0062), 1).us_list(
        // Yellow: L 90, a 0, b 80, scaled to 16 bits (C.10.7.1.1).
        (0x0070, 0x0401),
        &[58_982, 32_896, 53_456],
    );
    d.text((0x0070, 0x0080), "CS", "MARKS")
        .text((0x0070, 0x0081), "LO", shown.description)
        .text((0x0070, 0x0082), "DA", &study.date)
        .text((0x0070, 0x0083), "TM", study.time)
        .text((0x0070, 0x0084), "PN", "Yanshi^Yisheng=演示^医生=")
        .us((0x0070, 0x0042), 0)
        .text((0x0070, 0x0041), "CS", "N")
        .items((0x0070, 0x005a), vec![area])
        .items((0x0028, 0x3110), vec![voi])
        .items((0x0070, 0x0060), vec![layer])
        .items((0x0070, 0x0001), vec![annotation(shown)])
        .text((0x2050, 0x0020), "CS", "INVERSE");
    shutter(&mut d, shown);
    d.file(GRAYSCALE_STATE, &uid, EXPLICIT_LE)
}

/// Presentation State Relationship (C.11.11).
fn relation(d: &mut Dataset, shown: &Shown<'_>) {
    let mut image = Dataset::new();
    image.text((0x0008, 0x1150), "UI", shown.class).text((0x0008, 0x1155), "UI", &shown.image.instance);
    let mut series = Dataset::new();
    series.text((0x0020, 0x000e), "UI", &shown.image.series).items((0x0008, 0x1140), vec![image]);
    d.items((0x0008, 0x1115), vec![series]);
}

/// Display Shutter (C.7.6.11): the first and last columns and rows that are seen.
fn shutter(d: &mut Dataset, shown: &Shown<'_>) {
    let ([columns, rows], [x, y]) = (shown.size, shown.shade);
    d.text((0x0018, 0x1600), "CS", "RECTANGULAR").us((0x0018, 0x1622), 0);
    let edges: [(Tag, usize); 4] = [
        ((0x0018, 0x1602), x + 1),
        ((0x0018, 0x1604), columns - x),
        ((0x0018, 0x1606), y + 1),
        ((0x0018, 0x1608), rows - y),
    ];
    for (tag, edge) in edges {
        d.integer(tag, edge as i64);
    }
}

/// A circle and words below it (C.10.5).
fn annotation(shown: &Shown<'_>) -> Dataset {
    let ([x, y], radius) = shown.circle;
    let mut circle = Dataset::new();
    circle
        .text((0x0070, 0x0005), "CS", "PIXEL")
        .us((0x0070, 0x0020), 2)
        .us((0x0070, 0x0021), 2)
        .fl((0x0070, 0x0022), &[x, y, x + radius, y])
        .text((0x0070, 0x0023), "CS", "CIRCLE")
        .text((0x0070, 0x0024), "CS", "N");
    let mut words = Dataset::new();
    let (top, height) = (y + 1.2 * radius, 0.9 * radius);
    words
        .text((0x0070, 0x0003), "CS", "PIXEL")
        .text((0x0070, 0x0006), "ST", shown.words)
        .fl((0x0070, 0x0010), &[x - 2.5 * radius, top])
        .fl((0x0070, 0x0011), &[x + 2.5 * radius, top + height])
        .text((0x0070, 0x0012), "CS", "CENTER");
    let mut annotation = Dataset::new();
    annotation
        .text((0x0070, 0x0002), "CS", "MARKS")
        .items((0x0070, 0x0008), vec![words])
        .items((0x0070, 0x0009), vec![circle]);
    annotation
}
