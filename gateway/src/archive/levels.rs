//! Which attributes belong to which level, and which of them a search returns unasked.

use crate::source::Level;

/// Attributes of the patient and the study that the index keeps (PS3.18 table 10.6.3-3 and what people look for).
pub const STUDY: &[&str] = &[
    "00080005", "00080020", "00080030", "00080050", "00080080", "00080081", "00080090", "00080201",
    "00081030", "00081032", "00081040", "00081048", "00081060", "00100010", "00100020", "00100021",
    "00100030", "00100040", "00101010", "00101020", "00101030", "00102160", "00104000", "0020000D",
    "00200010", "00321060", "00321064",
];

/// Attributes of the series that the index keeps (table 10.6.3-4).
pub const SERIES: &[&str] = &[
    "00080021", "00080031", "00080060", "00080070", "0008103E", "00081050", "00081090", "00180015",
    "00181030", "00185100", "0020000E", "00200011", "00200052", "00200060", "00400244", "00400245",
    "00400253", "00400275",
];

/// Attributes of the instance that the index keeps ready (table 10.6.3-5); others are read from its metadata.
pub const INSTANCE: &[&str] = &[
    "00080008", "00080016", "00080018", "00080022", "00080023", "00080032", "00080033", "00083002",
    "00200012", "00200013", "00200032", "00200037", "00201041", "00280002", "00280004", "00280008",
    "00280010", "00280011", "00280030", "00280100", "0040A491", "0040A493", "00420010", "0040A043",
];

/// Modalities in Study (0008,0061), made from the series.
pub const MODALITIES_IN_STUDY: &str = "00080061";
/// Number of Study Related Series (0020,1206).
pub const STUDY_SERIES: &str = "00201206";
/// Number of Study Related Instances (0020,1208).
pub const STUDY_INSTANCES: &str = "00201208";
/// Number of Series Related Instances (0020,1209).
pub const SERIES_INSTANCES: &str = "00201209";
/// Instance Availability (0008,0056).
pub const AVAILABILITY: &str = "00080056";

const STUDY_UNASKED: &[&str] = &[
    "00080005",
    "00080020",
    "00080030",
    "00080050",
    AVAILABILITY,
    MODALITIES_IN_STUDY,
    "00080090",
    "00080201",
    "00081030",
    "00100010",
    "00100020",
    "00100030",
    "00100040",
    "0020000D",
    "00200010",
    STUDY_SERIES,
    STUDY_INSTANCES,
];

const SERIES_UNASKED: &[&str] = &[
    "00080005",
    "00080060",
    "0008103E",
    "00180015",
    "0020000E",
    "00200011",
    SERIES_INSTANCES,
    "00400244",
    "00400245",
    "00400275",
];

const INSTANCE_UNASKED: &[&str] = &[
    "00080005",
    "00080016",
    "00080018",
    AVAILABILITY,
    "00083002",
    "00200013",
    "00280008",
    "00280010",
    "00280011",
    "00280100",
];

/// Whether a search at this level returns the attribute without being asked. `in_study` and `in_series` tell that
/// the path already names them, so that what belongs to them need not be said again.
pub fn unasked(level: Level, in_study: bool, in_series: bool, tag: &str) -> bool {
    let study = STUDY_UNASKED.contains(&tag);
    let series = SERIES_UNASKED.contains(&tag);
    match level {
        Level::Study => study,
        Level::Series => series || tag == "0020000D" || (!in_study && study),
        Level::Instance => {
            INSTANCE_UNASKED.contains(&tag)
                || matches!(tag, "0020000D" | "0020000E")
                || (!in_series && series)
                || (!in_study && study)
        }
    }
}

/// Whether an attribute can be matched at this level. At the instance level every attribute can.
pub fn can_match(level: Level, tag: &str) -> bool {
    let study = STUDY.contains(&tag) || [MODALITIES_IN_STUDY, STUDY_SERIES, STUDY_INSTANCES].contains(&tag);
    match level {
        Level::Study => study,
        Level::Series => study || SERIES.contains(&tag) || tag == SERIES_INSTANCES,
        Level::Instance => true,
    }
}
