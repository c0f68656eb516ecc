//! Names and descriptions of the corpus, in every character set, against what they are known to say.

mod support;

use support::{corpus, manifest};
use viewer_core::dicom::limits::Limits;
use viewer_core::dicom::tag::{self, Tag};
use viewer_core::dicom::{part10, study_attributes};

#[test]
fn made_files_say_what_they_were_made_to_say() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("conformance/charset/made");
    let text = std::fs::read(folder.join("expected.json")).unwrap();
    let expected: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&text).unwrap();
    assert!(expected.len() >= 10);
    let tags: [(&str, Tag); 5] = [
        ("PatientName", tag::PATIENT_NAME),
        ("InstitutionName", tag::INSTITUTION_NAME),
        ("StudyDescription", tag::STUDY_DESCRIPTION),
        ("SeriesDescription", tag::SERIES_DESCRIPTION),
        ("PatientComments", tag::PATIENT_COMMENTS),
    ];
    for (file, values) in expected {
        let bytes = std::fs::read(folder.join(&file)).unwrap();
        let read = part10::read(&bytes, &Limits::default()).unwrap();
        for (keyword, tag) in tags {
            assert_eq!(read.data.string(tag).as_deref(), values[keyword].as_str(), "{file} {keyword}");
        }
        let wrong = ["undeclared", "declared"].iter().any(|start| file.starts_with(start));
        assert_eq!(study_attributes(&read.data).patient.charset_guessed, wrong, "{file}");
    }
}

const OTHER_PATIENT_NAMES: Tag = Tag(0x0010, 0x1001);
const REQUESTED_PROCEDURE_CODES: Tag = Tag(0x0032, 0x1064);

/// Names as pydicom's documentation and test suite give them for these files.
#[test]
fn public_examples_of_character_sets() {
    let Some(corpus) = corpus() else { return };
    let cases = [
        ("chrArab.dcm", "قباني^لنزار"),
        ("chrFren.dcm", "Buc^Jérôme"),
        ("chrGerm.dcm", "Äneas^Rüdiger"),
        ("chrGreek.dcm", "Διονυσιος"),
        ("chrHbrw.dcm", "שרון^דבורה"),
        ("chrRuss.dcm", "Люкceмбypг"),
        ("chrH31.dcm", "Yamada^Tarou=山田^太郎=やまだ^たろう"),
        ("chrH32.dcm", "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう"),
        ("chrI2.dcm", "Hong^Gildong=洪^吉洞=홍^길동"),
        ("chrX1.dcm", "Wang^XiaoDong=王^小東"),
        ("chrX2.dcm", "Wang^XiaoDong=王^小东"),
        ("chrJapMulti.dcm", "やまだ^たろう"),
        ("chrJapMultiExplicitIR6.dcm", "やまだ^たろう"),
        ("chrKoreanMulti.dcm", "김희중"),
        ("chrFrenMulti.dcm", "Buc^Jérôme"),
    ];
    for (file, expected) in cases {
        let bytes = std::fs::read(corpus.join("conformance/charset/pydicom").join(file)).unwrap();
        let read = part10::read(&bytes, &Limits::default()).unwrap();
        let name = read.data.string(tag::PATIENT_NAME).unwrap();
        assert_eq!(name.trim_end_matches('='), expected, "{file}");
        if file.contains("Multi") {
            assert_eq!(read.data.strings(OTHER_PATIENT_NAMES), [expected, expected], "{file}");
        }
    }
}

/// PS3.3 C.12.1.1.2: an item has a character set of its own, or that of the data set around it. Names as pydicom reads them.
#[test]
fn items_have_their_own_character_set_or_the_one_around_them() {
    let Some(corpus) = corpus() else { return };
    for file in ["chrSQEncoding.dcm", "chrSQEncoding1.dcm"] {
        let bytes = std::fs::read(corpus.join("conformance/charset/pydicom").join(file)).unwrap();
        let read = part10::read(&bytes, &Limits::default()).unwrap();
        let [item] = read.data.items(REQUESTED_PROCEDURE_CODES) else { panic!("{file}: not one item") };
        let name = item.string(tag::PATIENT_NAME).unwrap();
        assert_eq!(name, "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう", "{file}");
    }
}

#[test]
fn no_right_label_is_overruled() {
    let Some(corpus) = corpus() else { return };
    for row in manifest(&corpus) {
        if row.get("expect") != "ok" || !row.path().ends_with(".dcm") {
            continue;
        }
        let bytes = std::fs::read(corpus.join(row.path())).unwrap();
        let Ok(read) = part10::read(&bytes, &Limits::default()) else { continue };
        let declared = read.data.strings(tag::SPECIFIC_CHARACTER_SET);
        let guessed = study_attributes(&read.data).patient.charset_guessed;
        assert!(!guessed || declared.is_empty(), "{} {declared:?}", row.path());
    }
}
