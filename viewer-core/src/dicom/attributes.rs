//! Who, what and when: the attributes of patient, study and series that an index and a manifest hold, decoded.

use film_link::manifest::{Patient, PersonName};

use super::dataset::DataSet;
use super::tag::{self, Tag};

/// Attributes of one instance above the level of its pixels. Text is Unicode, trimmed; what is empty or not valid in
/// the file is absent.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StudyAttributes {
    /// The patient.
    pub patient: Patient,
    /// The study.
    pub study: Study,
    /// The series.
    pub series: Series,
    /// SOP Instance UID (0008,0018).
    pub sop_instance_uid: Option<String>,
    /// SOP Class UID (0008,0016).
    pub sop_class_uid: Option<String>,
    /// Instance Number (0020,0013).
    pub instance_number: Option<i32>,
}

/// Attributes of a study.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Study {
    /// Study Instance UID (0020,000D).
    pub uid: Option<String>,
    /// Study Date (0008,0020) as YYYYMMDD.
    pub date: Option<String>,
    /// Study Time (0008,0030) as HHMMSS.
    pub time: Option<String>,
    /// Study Description (0008,1030).
    pub description: Option<String>,
    /// Study ID (0020,0010).
    pub id: Option<String>,
    /// Accession Number (0008,0050).
    pub accession: Option<String>,
    /// Institution Name (0008,0080).
    pub institution: Option<String>,
    /// Referring Physician's Name (0008,0090).
    pub referring_physician: PersonName,
}

/// Attributes of a series.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Series {
    /// Series Instance UID (0020,000E).
    pub uid: Option<String>,
    /// Modality (0008,0060).
    pub modality: Option<String>,
    /// Series Number (0020,0011).
    pub number: Option<i32>,
    /// Series Description (0008,103E).
    pub description: Option<String>,
    /// Body Part Examined (0018,0015).
    pub body_part: Option<String>,
    /// Laterality (0020,0060).
    pub laterality: Option<String>,
    /// Protocol Name (0018,1030).
    pub protocol: Option<String>,
    /// Series Date (0008,0021) as YYYYMMDD.
    pub date: Option<String>,
    /// Series Time (0008,0031) as HHMMSS.
    pub time: Option<String>,
    /// Manufacturer (0008,0070).
    pub manufacturer: Option<String>,
    /// Manufacturer's Model Name (0008,1090).
    pub model: Option<String>,
}

/// Reads the attributes of one instance. Never fails: an index must hold even what is badly labelled.
pub fn study_attributes(data: &DataSet<'_>) -> StudyAttributes {
    let number = |tag: Tag| data.int(tag).and_then(|value| i32::try_from(value).ok());
    StudyAttributes {
        patient: Patient {
            name: data.person_name(tag::PATIENT_NAME),
            id: data.string(tag::PATIENT_ID),
            sex: data.string(tag::PATIENT_SEX).filter(|sex| matches!(sex.as_str(), "M" | "F" | "O")),
            birth_date: date(data, tag::PATIENT_BIRTH_DATE),
            age: data.string(tag::PATIENT_AGE).filter(|age| is_age(age)),
            charset_guessed: data.character_set().guessed(),
        },
        study: Study {
            uid: data.string(tag::STUDY_INSTANCE_UID),
            date: date(data, tag::STUDY_DATE),
            time: time(data, tag::STUDY_TIME),
            description: data.string(tag::STUDY_DESCRIPTION),
            id: data.string(tag::STUDY_ID),
            accession: data.string(tag::ACCESSION_NUMBER),
            institution: data.string(tag::INSTITUTION_NAME),
            referring_physician: data.person_name(tag::REFERRING_PHYSICIAN_NAME),
        },
        series: Series {
            uid: data.string(tag::SERIES_INSTANCE_UID),
            modality: data.string(tag::MODALITY),
            number: number(tag::SERIES_NUMBER),
            description: data.string(tag::SERIES_DESCRIPTION),
            body_part: data.string(tag::BODY_PART_EXAMINED),
            laterality: data.string(tag::LATERALITY),
            protocol: data.string(tag::PROTOCOL_NAME),
            date: date(data, tag::SERIES_DATE),
            time: time(data, tag::SERIES_TIME),
            manufacturer: data.string(tag::MANUFACTURER),
            model: data.string(tag::MANUFACTURER_MODEL_NAME),
        },
        sop_instance_uid: data.string(tag::SOP_INSTANCE_UID),
        sop_class_uid: data.string(tag::SOP_CLASS_UID),
        instance_number: number(tag::INSTANCE_NUMBER),
    }
}

fn date(data: &DataSet<'_>, tag: Tag) -> Option<String> {
    valid_date(&data.string(tag)?)
}

fn time(data: &DataSet<'_>, tag: Tag) -> Option<String> {
    valid_time(&data.string(tag)?)
}

/// A DA value (PS3.5 section 6.2) as YYYYMMDD, if it is a day of the calendar. "YYYY.MM.DD" of ACR-NEMA is read.
pub fn valid_date(text: &str) -> Option<String> {
    let dotted = text.len() == 10 && text.as_bytes()[4] == b'.' && text.as_bytes()[7] == b'.';
    let digits = if dotted { text.replace('.', "") } else { text.to_owned() };
    if digits.len() != 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let year: u32 = digits[..4].parse().ok()?;
    let month: u32 = digits[4..6].parse().ok()?;
    let day: u32 = digits[6..].parse().ok()?;
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (year > 0 && (1..=days).contains(&day)).then_some(digits)
}

/// A TM value (PS3.5 section 6.2) as HHMMSS; minutes and seconds that are left out are 00, fractions are dropped.
/// "HH:MM:SS" of ACR-NEMA is read.
pub fn valid_time(text: &str) -> Option<String> {
    let whole = text.split('.').next()?.replace(':', "");
    if !matches!(whole.len(), 2 | 4 | 6) || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let padded = format!("{whole:0<6}");
    let part = |from: usize| padded[from..from + 2].parse::<u32>().ok();
    (part(0)? < 24 && part(2)? < 60 && part(4)? <= 60).then_some(padded)
}

/// An AS value: three digits and D, W, M or Y.
fn is_age(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 4
        && bytes[..3].iter().all(u8::is_ascii_digit)
        && matches!(bytes[3], b'D' | b'W' | b'M' | b'Y')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_days_of_the_calendar() {
        assert_eq!(valid_date("20240229").as_deref(), Some("20240229"));
        assert_eq!(valid_date("1993.08.22").as_deref(), Some("19930822"));
        for bad in
            ["", "20230229", "19000229", "20241301", "20240100", "2024", "00000000", "2024-1-1", "北京北京"]
        {
            assert_eq!(valid_date(bad), None, "{bad}");
        }
    }

    #[test]
    fn times_are_times_of_day() {
        assert_eq!(valid_time("0709").as_deref(), Some("070900"));
        assert_eq!(valid_time("235959.999999").as_deref(), Some("235959"));
        assert_eq!(valid_time("10:20:30").as_deref(), Some("102030"));
        for bad in ["", "24", "1060", "1", "abc", "123"] {
            assert_eq!(valid_time(bad), None, "{bad}");
        }
    }

    #[test]
    fn ages() {
        assert!(is_age("052Y") && is_age("003M"));
        assert!(!is_age("52Y") && !is_age("052X") && !is_age("岁岁"));
    }
}
