//! Importing: what counts as what, twice the same, conflicts, reports, damage.

#![allow(clippy::unwrap_used)]

mod archive_support;

use std::fs;
use std::process::Command;

use archive_support::{Served, corpus};
use gateway::archive::Archive;
use gateway::archive::ingest::Ingest;
use gateway::import::import;
use gateway::source::{Detail, Scope, Source, SourceError};
use phantom::{Film, Size};
use viewer_core::codec::{Family, TransferSyntax};
use viewer_core::dicom::limits::Limits;
use viewer_core::dicom::{json, part10, tag, uid};
use viewer_core::presentation::PresentationState;

#[test]
fn twice_is_once_and_other_bytes_are_a_conflict() {
    let folder = tempfile::tempdir().unwrap();
    let films = folder.path().join("films");
    phantom::write_some(&films, 1, Size::Small, &[Film::Ct], &|_, _, _| {}).unwrap();
    fs::write(films.join("readme.txt"), "not an image").unwrap();
    let mut ingest = Ingest::open(&folder.path().join("data")).unwrap();
    let first = import(&mut ingest, &films, false).unwrap();
    assert_eq!((first.documents, first.skipped, first.exit_code()), (2, 1, 0), "{:?}", first.bad);
    let second = import(&mut ingest, &films, false).unwrap();
    assert_eq!((second.pictures, second.documents), (0, 0));
    assert_eq!(second.already, first.pictures + first.documents);
    assert_eq!(second.exit_code(), 0);

    let file = films.join("ct/S1/0001.dcm");
    let mut bytes = fs::read(&file).unwrap();
    bytes[0] ^= 1;
    fs::write(&file, bytes).unwrap();
    let third = import(&mut ingest, &films, false).unwrap();
    assert_eq!((third.bad.len(), third.exit_code()), (1, 1));
    assert!(third.bad[0].1.contains("same SOP Instance UID"), "{:?}", third.bad);
}

/// What an archive gives out of a study, with the number of its instances.
async fn given(data: &std::path::Path, study: &str) -> (String, usize) {
    let archive = Archive::open(data).unwrap();
    let scope = Scope { study: study.to_owned(), series: None, instance: None };
    let outline = archive.outline(study.to_owned()).await.unwrap();
    let document = archive.metadata(scope.clone(), Detail::Lightbox).await.unwrap();
    let text = String::from_utf8(document.json.to_vec()).unwrap();
    (format!("{outline:?}{text}"), archive.instances(scope).await.unwrap().len())
}

#[tokio::test]
async fn an_older_index_is_made_anew_from_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let (films, data) = (folder.path().join("films"), folder.path().join("data"));
    let made = phantom::write_some(&films, 1, Size::Small, &[Film::Ct], &|_, _, _| {}).unwrap();
    import(&mut Ingest::open(&data).unwrap(), &films, false).unwrap();
    let before = given(&data, &made[0].study_uid).await;

    // As an older program left it: another version, and viewer's metadata that lack something.
    let path = data.join("archive.sqlite");
    let old = rusqlite::Connection::open(&path).unwrap();
    old.execute_batch("UPDATE instance SET lightbox = x'ab03a3e3'; PRAGMA user_version = 1").unwrap();
    old.close().unwrap();
    assert_eq!(given(&data, &made[0].study_uid).await, before);
    assert!(
        fs::read_dir(&data)
            .unwrap()
            .all(|entry| { !entry.unwrap().file_name().to_string_lossy().contains("renewed") })
    );

    // A file that is gone takes only itself along.
    let old = rusqlite::Connection::open(&path).unwrap();
    let hash: String =
        old.query_row("SELECT sha256 FROM instance ORDER BY id LIMIT 1", [], |row| row.get(0)).unwrap();
    old.execute_batch("PRAGMA user_version = 1").unwrap();
    old.close().unwrap();
    fs::remove_file(data.join("files").join(&hash[..2]).join(&hash[2..4]).join(hash.clone() + ".dcm"))
        .unwrap();
    assert_eq!(given(&data, &made[0].study_uid).await.1, before.1 - 1);
}

#[tokio::test]
async fn a_name_whose_encoding_was_told_from_its_bytes_says_so() {
    let Some(charsets) = corpus("conformance/charset/made") else { return };
    for (file, guessed) in
        [("declared_ir100_is_gbk.dcm", true), ("undeclared_gbk.dcm", true), ("gb18030.dcm", false)]
    {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let bytes = fs::read(charsets.join(file)).unwrap();
        Ingest::open(&data).unwrap().dicom(&bytes).unwrap();
        let study = part10::read(&bytes, &Limits::default()).unwrap().data.string(tag::STUDY_INSTANCE_UID);
        let outline = Archive::open(&data).unwrap().outline(study.unwrap()).await.unwrap();
        assert_eq!(outline.patient.charset_guessed, guessed, "{file}");
    }
}

/// PS3.3 A.33: a state is no picture, and the page asks for the series that hold some.
#[tokio::test]
async fn outlines_name_the_series_with_presentation_states_and_the_viewer_gets_them_whole() {
    let Some(states) = corpus("conformance/gsps") else { return };
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut ingest = Ingest::open(&data).unwrap();
    let mut studies = Vec::new();
    for entry in fs::read_dir(states).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        let file = part10::read(&bytes, &Limits::default()).unwrap();
        studies.push(file.data.string(tag::STUDY_INSTANCE_UID).unwrap());
        ingest.dicom(&bytes).unwrap();
    }
    studies.sort();
    studies.dedup();
    let archive = Archive::open(&data).unwrap();
    let mut found = 0;
    for study in studies {
        let outline = archive.outline(study.clone()).await.unwrap().study;
        assert!(outline.other_objects.iter().all(|other| !uid::is_presentation_state(&other.sop_class_uid)));
        for series in outline.state_series {
            let scope = Scope { study: study.clone(), series: Some(series), instance: None };
            let document = archive.metadata(scope, Detail::Lightbox).await.unwrap();
            let limits = Limits::default();
            for data in json::read(&document.json, &limits).unwrap() {
                PresentationState::read(&data, &limits).unwrap();
                found += 1;
            }
        }
    }
    assert_eq!(found, 2);
}

#[tokio::test]
async fn outlines_carry_reports_and_results() {
    let folder = tempfile::tempdir().unwrap();
    let films = folder.path().join("films");
    let made = phantom::write_some(&films, 1, Size::Small, &[Film::Ct], &|_, _, _| {}).unwrap();
    let data = folder.path().join("data");
    import(&mut Ingest::open(&data).unwrap(), &films, false).unwrap();
    let outline = Archive::open(&data).unwrap().outline(made[0].study_uid.clone()).await.unwrap();
    assert_eq!(outline.patient.name.ideographic, "示例^甲");
    let report = &outline.study.reports[0];
    assert!(!report.title.is_empty() && !report.findings.is_empty() && !report.impression.is_empty());
    assert!(report.findings.iter().any(|paragraph| paragraph.image.is_some()));
    // Three panels; older days are their history.
    assert_eq!(outline.labs.len(), 3);
    assert!(outline.labs.iter().flat_map(|panel| &panel.results).any(|result| result.history.len() == 2));
    // The scout comes last.
    let series = &outline.study.series;
    assert!(series.len() == 2 && series[0].frames > series[1].frames);
    assert!(series.iter().all(|entry| entry.bytes > 0 && entry.key_frame.rows > 0));
}

#[tokio::test]
async fn a_lost_file_damages_its_own_frames_only() {
    let served = Served::phantom(&[Film::Mr]);
    let paths = served.instances().await;
    let lost = walk(&served.data().join("files"));
    fs::write(&lost[0], b"").unwrap();
    let single = [("accept", "application/octet-stream; transfer-syntax=*")];
    let (mut broken, mut whole) = (0, 0);
    for path in &paths {
        match served.get(&format!("{path}/frames/1"), &single).await.status.as_u16() {
            200 => whole += 1,
            500 => broken += 1,
            other => panic!("{other}"),
        }
    }
    assert_eq!((broken, whole), (1, paths.len() - 1));
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(walk(&path));
        } else if path.extension().is_some_and(|extension| extension == "dcm") {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn nothing_in_the_corpus_stops_an_import() {
    let Some(corpus) = corpus("conformance") else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut ingest = Ingest::open(&folder.path().join("data")).unwrap();
    let report = import(&mut ingest, &corpus, false).unwrap();
    assert!(report.pictures > 100 && report.others > 10, "{} {}", report.pictures, report.others);
    assert_eq!(report.exit_code(), 1);
}

/// Every mono frame that decoders agree on, decoded by the gateway, has the corpus' hash.
#[tokio::test]
async fn decoded_frames_are_what_other_decoders_make() {
    let Some(root) = corpus("MANIFEST.tsv").and_then(|file| Some(file.parent()?.to_owned())) else { return };
    let table = fs::read_to_string(root.join("MANIFEST.tsv")).unwrap();
    let mut lines = table.lines();
    let names: Vec<&str> = lines.next().unwrap().split('\t').collect();
    let column = |name: &str| names.iter().position(|found| *found == name).unwrap();
    let (path, hash, model, family) =
        (column("path"), column("frame1_sha256"), column("frame1_model"), column("lossless_family"));
    let mut compared = 0;
    for line in lines {
        let cells: Vec<&str> = line.split('\t').collect();
        let wanted = cells[path].starts_with("conformance/ts")
            && cells[family].contains("lossless")
            && cells[model].starts_with("MONOCHROME")
            && !cells[hash].is_empty();
        if !wanted {
            continue;
        }
        let served = Served::new(&[&root.join(cells[path])]);
        let Some(instance) = served.instances().await.pop() else { continue };
        let frame =
            served.get(&format!("{instance}/frames/1"), &[("accept", "application/octet-stream")]).await;
        if frame.status == 406 {
            continue;
        }
        assert_eq!(frame.status, 200, "{}", cells[path]);
        // One bit a pixel is packed here and a byte there.
        if cells[line_bits(&names)].starts_with("1/") {
            continue;
        }
        let found = gateway::archive::files::sha256(&frame.body);
        let syntax = TransferSyntax::from_uid(cells[column("transfer_syntax_uid")]).unwrap();
        let same = found == cells[hash];
        // Native frames are given as they are stored, unused high bits and all.
        assert!(same || syntax.family() == Family::Native, "{}", cells[path]);
        compared += usize::from(same);
    }
    assert!(compared > 10, "only {compared} compared");
}

fn line_bits(names: &[&str]) -> usize {
    names.iter().position(|name| name.starts_with("bits_alloc")).unwrap()
}

/// `/rendered` against DCMTK's pictures, within a grey level.
#[tokio::test]
async fn pictures_are_dcmtks() {
    let Some(file) = corpus("studies/ct-head-phantom-philips") else { return };
    if Command::new("dcm2pnm").arg("--version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "dcm2pnm (DCMTK) is missing");
        return;
    }
    let served = Served::new(&[&file]);
    let (path, place) = (served.instances().await.remove(0), served.folder.path().join("one.dcm"));
    fs::write(&place, served.get(&path, &[("accept", "application/dicom")]).await.body).unwrap();
    for (center, width) in [(40, 400), (40, 80), (300, 1500)] {
        let out = served.folder.path().join("one.pgm");
        let run = Command::new("dcm2pnm")
            .args(["+Ww", &center.to_string(), &width.to_string(), "--write-raw-pnm"])
            .args([&place, &out])
            .status();
        assert!(run.unwrap().success());
        let expected = fs::read(&out).unwrap();
        let url = format!("{path}/rendered?window={center},{width}");
        let png = served.get(&url, &[("accept", "image/png")]).await;
        let mut reader = png::Decoder::new(std::io::Cursor::new(&png.body[..])).read_info().unwrap();
        let mut found = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut found).unwrap();
        found.truncate(info.buffer_size());
        let pixels = &expected[expected.len() - found.len()..];
        let largest = pixels.iter().zip(&found).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
        assert!(largest <= 1, "window {center}/{width}: {largest}");
    }
}

#[tokio::test]
async fn an_empty_archive_is_ready_and_knows_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::open(folder.path()).unwrap();
    archive.ready().await.unwrap();
    assert!(matches!(archive.outline("1.2".into()).await, Err(SourceError::NotFound("study"))));
}
