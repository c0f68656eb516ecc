//! Pictures of the corpus that no decoder gave a reference for: each is listed in `undecided_frames.tsv` with what becomes of
//! its first frame, and that is what the manifest expects of a reader.

mod support;

use std::collections::BTreeMap;

use support::{corpus, manifest};
use viewer_core::codec::{self, NeverStop, TransferSyntax};
use viewer_core::dicom::frames::FrameIndex;
use viewer_core::dicom::limits::Limits;
use viewer_core::dicom::{part10, read_header};

const LISTED: &str = include_str!("undecided_frames.tsv");

/// Damage by chance: [`dicom_damage`] has those read, nobody expects a picture.
const BY_CHANCE: &str = "conformance/broken/made/fuzz_";

/// A reader is expected to refuse it: Pixel Data says to be longer than the file. All of the frame is there, so it is shown.
const MORE_IS_THERE: &str = "/pixel_len_huge.dcm";

/// `shown`, `shown, with a warning`, or the words that a reader is told.
fn outcome(file: &[u8]) -> String {
    let limits = Limits::default();
    let told = |error: &dyn std::fmt::Display| error.to_string();
    let file = match part10::read(file, &limits) {
        Ok(file) => file,
        Err(error) => return told(&error),
    };
    let uid = file.frame_transfer_syntax();
    let header = match read_header(&file.data, Some(uid), &limits) {
        Ok(header) => header.pixels,
        Err(error) => return told(&error),
    };
    let Some(syntax) = TransferSyntax::from_uid(uid) else { return "no such transfer syntax".into() };
    let place = match FrameIndex::new(&file, &header).and_then(|frames| frames.frame(0)) {
        Ok(place) => place,
        Err(error) => return told(&error),
    };
    match codec::decode(&header, syntax, &place.of(&file.bytes), &limits, &NeverStop) {
        Ok(decoded) if decoded.warnings.is_empty() => "shown".into(),
        Ok(_) => "shown, with a warning".into(),
        Err(error) => told(&error),
    }
}

#[test]
fn what_no_decoder_gave_a_reference_for_is_listed() {
    let Some(corpus) = corpus() else { return };
    let listed: BTreeMap<&str, &str> = LISTED.lines().filter_map(|line| line.split_once('\t')).collect();
    let mut found = BTreeMap::new();
    for row in manifest(&corpus) {
        let sized = row.get("rows_x_cols_x_frames").starts_with(|c: char| c.is_ascii_digit() && c != '0');
        if !row.get("frame1_sha256").is_empty() || !sized || row.path().starts_with(BY_CHANCE) {
            continue;
        }
        let outcome =
            outcome(&std::fs::read(corpus.join(row.path())).expect("a file that the manifest lists"));
        match row.get("expect") {
            "lenient-ok" => {
                assert!(outcome.starts_with("shown"), "{}: {outcome}", row.path());
            }
            "error-message" if !row.path().ends_with(MORE_IS_THERE) => {
                assert_ne!(outcome, "shown", "{}", row.path());
            }
            _ => {}
        }
        found.insert(row.path().to_owned(), outcome);
    }
    let found: BTreeMap<&str, &str> =
        found.iter().map(|(path, what)| (path.as_str(), what.as_str())).collect();
    let lines: String = found.iter().map(|(path, what)| format!("{path}\t{what}\n")).collect();
    assert!(found == listed, "undecided_frames.tsv should be:\n{lines}");
}
