//! What all pictures share: the made-up patient, the study, the series, the equipment (PS3.3 C.7.1 to C.7.5).

use crate::dicom::uid::uid;
use crate::dicom::writer::{Dataset, Tag};

/// Manufacturer (0008,0070) of everything written here.
pub(crate) const MANUFACTURER: &str = "Lightbox phantom";
/// The hospital of the demonstration; there is none of this name.
pub(crate) const HOSPITAL: &str = "示范市第一人民医院 (演示)";

/// A study of a made-up patient. Text is UTF-8 here.
#[derive(Debug, Clone)]
pub(crate) struct Study {
    pub(crate) seed: u64,
    /// Short name of the film: "ct".
    pub(crate) film: &'static str,
    pub(crate) uid: String,
    /// The three groups of the name, with carets.
    pub(crate) name: [&'static str; 3],
    pub(crate) patient_id: String,
    pub(crate) sex: &'static str,
    /// Whole years on the day of the study.
    pub(crate) age: u32,
    /// YYYYMMDD.
    pub(crate) birth_date: String,
    pub(crate) date: String,
    /// HHMMSS.
    pub(crate) time: &'static str,
    pub(crate) accession: String,
    pub(crate) description: &'static str,
    pub(crate) body_part: &'static str,
}

/// What differs from one film to the next.
pub(crate) struct Who {
    pub(crate) film: &'static str,
    pub(crate) name: [&'static str; 3],
    pub(crate) sex: &'static str,
    pub(crate) age: u32,
    pub(crate) time: &'static str,
    pub(crate) description: &'static str,
    pub(crate) body_part: &'static str,
}

impl Study {
    /// The day of the study is one of September 2026, chosen by the seed.
    pub(crate) fn new(seed: u64, who: &Who) -> Self {
        let day = 1 + seed % 28;
        let code = who.film.to_uppercase();
        Self {
            seed,
            film: who.film,
            uid: uid(seed, &format!("{} study", who.film)),
            name: who.name,
            patient_id: format!("DEMO-{code}-{:04}", seed % 10_000),
            sex: who.sex,
            age: who.age,
            birth_date: format!("{}0101", 2026 - who.age),
            date: format!("202609{day:02}"),
            time: who.time,
            accession: format!("{code}202609{day:02}01"),
            description: who.description,
            body_part: who.body_part,
        }
    }

    pub(crate) fn uid_of(&self, what: &str) -> String {
        uid(self.seed, &format!("{} {what}", self.film))
    }
}

/// One series of a study.
#[derive(Debug, Clone)]
pub(crate) struct Series {
    pub(crate) uid: String,
    pub(crate) number: u32,
    pub(crate) modality: &'static str,
    pub(crate) description: &'static str,
    pub(crate) protocol: &'static str,
    pub(crate) model: &'static str,
    /// Seconds after the study began.
    pub(crate) delay: u32,
}

/// SOP class, instance UID and instance number of one file.
pub(crate) struct Sop<'a> {
    pub(crate) class: &'a str,
    pub(crate) uid: &'a str,
    pub(crate) number: usize,
}

/// A time of day `delay` seconds after `time`, HHMMSS.
pub(crate) fn later(time: &str, delay: u32) -> String {
    let part = |r: std::ops::Range<usize>| time.get(r).and_then(|s| s.parse::<u32>().ok()).unwrap_or(0);
    let s = (part(0..2) * 3600 + part(2..4) * 60 + part(4..6) + delay) % 86_400;
    format!("{:02}{:02}{:02}", s / 3600, s / 60 % 60, s % 60)
}

/// A data set with everything but the picture.
pub(crate) fn dataset(study: &Study, series: &Series, sop: &Sop<'_>) -> Dataset {
    let mut d = Dataset::new();
    let mut text = |tag: Tag, vr: &'static str, value: &str| {
        d.text(tag, vr, value);
    };
    let started = later(study.time, series.delay);
    text((0x0008, 0x0005), "CS", "GB18030");
    text((0x0008, 0x0012), "DA", &study.date);
    text((0x0008, 0x0013), "TM", &started);
    text((0x0008, 0x0016), "UI", sop.class);
    text((0x0008, 0x0018), "UI", sop.uid);
    for tag in [0x0020, 0x0021, 0x0022, 0x0023] {
        text((0x0008, tag), "DA", &study.date);
    }
    text((0x0008, 0x0030), "TM", study.time);
    for tag in [0x0031, 0x0032, 0x0033] {
        text((0x0008, tag), "TM", &started);
    }
    text((0x0008, 0x0050), "SH", &study.accession);
    text((0x0008, 0x0060), "CS", series.modality);
    text((0x0008, 0x0070), "LO", MANUFACTURER);
    text((0x0008, 0x0080), "LO", HOSPITAL);
    text((0x0008, 0x0090), "PN", "Yanshi^Yisheng=演示^医生=");
    text((0x0008, 0x1010), "SH", &format!("DEMO{}01", series.modality));
    text((0x0008, 0x1030), "LO", study.description);
    text((0x0008, 0x103e), "LO", series.description);
    text((0x0008, 0x1040), "LO", "医学影像科");
    text((0x0008, 0x1090), "LO", series.model);
    text((0x0010, 0x0010), "PN", &study.name.join("="));
    text((0x0010, 0x0020), "LO", &study.patient_id);
    text((0x0010, 0x0030), "DA", &study.birth_date);
    text((0x0010, 0x0040), "CS", study.sex);
    text((0x0010, 0x1010), "AS", &format!("{:03}Y", study.age));
    text((0x0010, 0x4000), "LT", "演示数据,由程序生成,不对应任何真实患者。");
    text((0x0018, 0x0015), "CS", study.body_part);
    text((0x0018, 0x1000), "LO", "DEMO-0001");
    text((0x0018, 0x1020), "LO", concat!("phantom ", env!("CARGO_PKG_VERSION")));
    text((0x0018, 0x1030), "LO", series.protocol);
    text((0x0020, 0x000d), "UI", &study.uid);
    text((0x0020, 0x000e), "UI", &series.uid);
    text((0x0020, 0x0010), "SH", &study.accession);
    d.integer((0x0020, 0x0011), i64::from(series.number));
    d.integer((0x0020, 0x0013), sop.number as i64);
    d
}

/// Where a picture lies in the patient (C.7.4.1, C.7.6.2).
pub(crate) struct Placement<'a> {
    /// Frame of Reference UID.
    pub(crate) frame: &'a str,
    /// Centre of the first pixel, mm.
    pub(crate) position: [f64; 3],
    /// Direction of a row, then of a column.
    pub(crate) orientation: [f64; 6],
    /// Between rows, between columns, mm.
    pub(crate) spacing: [f64; 2],
    /// Mm.
    pub(crate) thickness: f64,
}

pub(crate) fn place(d: &mut Dataset, p: &Placement<'_>) {
    let o = p.orientation;
    let normal = [o[1] * o[5] - o[2] * o[4], o[2] * o[3] - o[0] * o[5], o[0] * o[4] - o[1] * o[3]];
    let along: f64 = (0..3).map(|i| normal[i] * p.position[i]).sum();
    d.decimals((0x0018, 0x0050), &[p.thickness])
        .text((0x0018, 0x5100), "CS", "HFS")
        .decimals((0x0020, 0x0032), &p.position)
        .decimals((0x0020, 0x0037), &p.orientation)
        .text((0x0020, 0x0052), "UI", p.frame)
        .text((0x0020, 0x1040), "LO", "")
        .decimals((0x0020, 0x1041), &[along])
        .decimals((0x0028, 0x0030), &p.spacing);
}

/// Size and coding of grey samples in 16 bits (C.7.6.3).
pub(crate) struct Grey {
    pub(crate) columns: usize,
    pub(crate) rows: usize,
    pub(crate) bits_stored: u16,
    pub(crate) signed: bool,
    pub(crate) photometric: &'static str,
}

pub(crate) fn grey(d: &mut Dataset, g: &Grey) {
    d.us((0x0028, 0x0002), 1)
        .text((0x0028, 0x0004), "CS", g.photometric)
        .us((0x0028, 0x0010), g.rows as u16)
        .us((0x0028, 0x0011), g.columns as u16)
        .us((0x0028, 0x0100), 16)
        .us((0x0028, 0x0101), g.bits_stored)
        .us((0x0028, 0x0102), g.bits_stored - 1)
        .us((0x0028, 0x0103), u16::from(g.signed))
        .text((0x0028, 0x0301), "CS", "NO")
        .text((0x0028, 0x2110), "CS", "00");
}

/// Windows with what each is for (C.11.2). Every entry is (centre, width, explanation).
pub(crate) fn windows(d: &mut Dataset, list: &[(f64, f64, &str)]) {
    let centres: Vec<f64> = list.iter().map(|w| w.0).collect();
    let widths: Vec<f64> = list.iter().map(|w| w.1).collect();
    let names: Vec<&str> = list.iter().map(|w| w.2).collect();
    d.decimals((0x0028, 0x1050), &centres).decimals((0x0028, 0x1051), &widths).text(
        (0x0028, 0x1055),
        "LO",
        &names.join("\\"),
    );
}
