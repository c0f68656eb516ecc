//! The films as others find them on disk: the same every time, readable by DCMTK, with reports whose references hold.

#![allow(clippy::expect_used)]

use phantom::{Film, FilmOnDisk, Size, write_some};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

fn write(folder: &Path, seed: u64) -> Vec<FilmOnDisk> {
    write_some(folder, seed, Size::Small, &Film::ALL, &|_, _, _| ()).expect("films on disk")
}

/// Every file below a folder, by its path from there.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("below the folder").to_owned();
                found.insert(name, std::fs::read(&path).expect("a file"));
            }
        }
    }
    found
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|w| w == text.as_bytes())
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).expect("a bundle")).expect("JSON")
}

/// All values of `key` anywhere in a document.
fn values<'a>(document: &'a Value, key: &str, found: &mut Vec<&'a str>) {
    match document {
        Value::Object(map) => {
            for (name, value) in map {
                if let (true, Some(text)) = (name == key, value.as_str()) {
                    found.push(text);
                }
                values(value, key, found);
            }
        }
        Value::Array(list) => list.iter().for_each(|v| values(v, key, found)),
        _ => {}
    }
}

#[test]
fn one_seed_gives_the_same_bytes_and_another_gives_others() {
    let folders = [(); 3].map(|()| tempfile::tempdir().expect("a temporary folder"));
    write(folders[0].path(), 5);
    write(folders[1].path(), 5);
    write(folders[2].path(), 6);
    let [a, b, c] = folders.each_ref().map(|f| files(f.path()));
    assert!(a == b, "same seed");
    assert_eq!(a.keys().collect::<Vec<_>>(), c.keys().collect::<Vec<_>>());
    assert!(a.iter().all(|(name, bytes)| c[name] != *bytes), "another seed changes every file");
}

#[test]
fn dcmtk_reads_every_file() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let films = write(folder.path(), 1);
    assert_eq!(films.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(), ["ct", "mr", "dx", "us"]);
    for (name, bytes) in files(folder.path()) {
        if name.extension().is_none_or(|e| e != "dcm") {
            continue;
        }
        let film = films.iter().find(|f| name.starts_with(&f.name)).expect("a film's folder");
        assert_eq!(&bytes[128..132], b"DICM");
        assert!(contains(&bytes, &film.study_uid), "{}: study UID", name.display());
        let path = folder.path().join(&name);
        match Command::new("dcmdump").args(["+U8", "+P", "PatientName"]).arg(&path).output() {
            Ok(run) => {
                assert!(run.status.success() && run.stderr.is_empty(), "{}", name.display());
                let line = String::from_utf8_lossy(&run.stdout);
                let fictitious = ["示例^甲", "演示^乙", "测试^丙", "样例^丁"];
                assert!(fictitious.iter().any(|n| line.contains(n)), "{line}");
            }
            Err(error) if std::env::var("CI").as_deref() == Ok("true") => panic!("CI needs dcmdump: {error}"),
            Err(_) => return eprintln!("skipped: dcmdump is not installed"),
        }
    }
}

#[test]
fn what_reports_refer_to_is_there() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for film in write(folder.path(), 3) {
        let bundle = json(&film.dir.join("report.fhir.json"));
        let (mut references, mut urls, mut texts, mut identifiers) = (vec![], vec![], vec![], vec![]);
        values(&bundle, "reference", &mut references);
        values(&bundle, "fullUrl", &mut urls);
        values(&bundle, "valueString", &mut texts);
        values(&bundle, "value", &mut identifiers);
        let urls: BTreeSet<&str> = urls.into_iter().collect();
        assert!(references.iter().all(|r| urls.contains(r)), "{}: a reference leads nowhere", film.name);
        assert!(identifiers.contains(&format!("urn:oid:{}", film.study_uid).as_str()));
        let pictures = files(&film.dir);
        let marks: Vec<&str> = texts.into_iter().filter(|t| t.starts_with("2.25.")).collect();
        assert!(!marks.is_empty(), "{}: no paragraph names a picture", film.name);
        for mark in marks {
            let parts: Vec<&str> = mark.split('/').collect();
            let [series, instance, frame] = parts[..] else { panic!("{mark}") };
            assert!(frame.parse::<u32>().is_ok_and(|f| f >= 1), "{mark}");
            assert!(pictures.values().any(|b| contains(b, series) && contains(b, instance)), "{mark}");
        }
    }
}

#[test]
fn laboratory_flags_agree_with_their_ranges() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write_some(folder.path(), 1, Size::Small, &[Film::Ct], &|_, _, _| ()).expect("a film on disk");
    let bundle = json(&folder.path().join("ct/labs.fhir.json"));
    let entries = bundle["entry"].as_array().expect("entries");
    let mut flags = BTreeMap::new();
    for observation in entries.iter().map(|e| &e["resource"]).filter(|r| r["resourceType"] == "Observation") {
        let value = observation["valueQuantity"]["value"].as_f64().expect("a number");
        let range = &observation["referenceRange"][0];
        let below = range["low"]["value"].as_f64().is_some_and(|low| value < low);
        let above = range["high"]["value"].as_f64().is_some_and(|high| value > high);
        let flag = observation["interpretation"][0]["coding"][0]["code"].as_str().expect("a flag");
        assert_eq!(
            flag,
            if below {
                "L"
            } else if above {
                "H"
            } else {
                "N"
            },
            "{observation}"
        );
        *flags.entry(flag.to_owned()).or_insert(0) += 1;
    }
    assert!(flags["H"] >= 5 && flags["L"] >= 1 && flags["N"] >= 10, "{flags:?}");
}
