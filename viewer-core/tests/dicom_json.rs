//! DICOM JSON: our writer against DCMTK's dcm2json, our reader against our writer, headers from both sources.

#![allow(clippy::expect_used)]

mod support;

use std::path::Path;
use std::process::Command;

use serde_json::{Map, Value};
use support::{Row, corpus, manifest};
use viewer_core::dicom::dataset::Element;
use viewer_core::dicom::json::{self, Bulk, WriteOptions};
use viewer_core::dicom::limits::Limits;
use viewer_core::dicom::tag::Tag;
use viewer_core::dicom::{is_viewer_tag, part10, read_header};

fn inline(_: &Element<'_>) -> Bulk {
    Bulk::Inline
}

fn readable(corpus: &Path) -> impl Iterator<Item = (Row, Vec<u8>)> {
    let ok =
        manifest(corpus).into_iter().filter(|row| row.get("expect") == "ok" && row.path().ends_with(".dcm"));
    let corpus = corpus.to_owned();
    ok.map(move |row| {
        let bytes = std::fs::read(corpus.join(row.path())).expect("a file of the manifest");
        (row, bytes)
    })
}

/// The trimmed metadata lead to the very header that the file leads to.
#[test]
fn the_viewers_metadata_give_the_same_header_as_the_file() {
    let Some(corpus) = corpus() else { return };
    let limits = Limits::default();
    let mut compared = 0;
    for (row, bytes) in readable(&corpus) {
        let Ok(file) = part10::read(&bytes, &limits) else { continue };
        let syntax = file.frame_transfer_syntax();
        let Ok(from_file) = read_header(&file.data, Some(syntax), &limits) else { continue };
        let bulk = |element: &Element<'_>| match element.tag.is_pixel_data() {
            true => Bulk::Uri("b".to_owned()),
            false => Bulk::Inline,
        };
        let json = json::write(&file.data, &WriteOptions { include: &is_viewer_tag, bulk: &bulk });
        let data = json::read(json.as_bytes(), &limits).unwrap().remove(0);
        let from_json = read_header(&data, Some(syntax), &limits).unwrap();
        assert_eq!(from_json, from_file, "{}", row.path());
        compared += 1;
    }
    assert!(compared > 600, "only {compared} headers");
}

#[test]
fn what_is_written_is_what_dcmtk_writes() {
    let Some(corpus) = corpus() else { return };
    if Command::new("dcm2json").arg("--version").output().is_err() {
        eprintln!("skipped: dcm2json of DCMTK is not installed");
        return;
    }
    let mut compared = 0;
    let mut failures = Vec::new();
    // One file of each folder and transfer syntax: the others repeat them.
    let mut seen = std::collections::BTreeSet::new();
    for (row, bytes) in readable(&corpus) {
        let folder = row.path().rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        let study = row.path().starts_with("studies");
        if bytes.len() > 2 << 20
            || (study && !seen.insert((folder, row.get("transfer_syntax_uid").to_owned())))
        {
            continue;
        }
        let Ok(file) = part10::read(&bytes, &Limits::default()) else { continue };
        let ours = json::write(&file.data, &WriteOptions { include: &|_| true, bulk: &inline });
        let theirs =
            Command::new("dcm2json").args(["-q", "-fc"]).arg(corpus.join(row.path())).output().unwrap();
        // DCMTK refuses values that it cannot put into JSON, and character sets that it was built without.
        let Ok(Value::Object(theirs)) = serde_json::from_slice(&theirs.stdout) else { continue };
        let ours: Map<String, Value> = serde_json::from_str(&ours).unwrap();
        let mut differences = Vec::new();
        compare(&ours, &theirs, "", &mut differences);
        if !differences.is_empty() {
            failures.push(format!("{}:\n  {}", row.path(), differences.join("\n  ")));
        }
        compared += 1;
    }
    assert!(failures.is_empty(), "{} of {compared} files:\n{}", failures.len(), failures.join("\n"));
    assert!(compared > 140, "only {compared} files");
}

fn compare(ours: &Map<String, Value>, theirs: &Map<String, Value>, path: &str, out: &mut Vec<String>) {
    for (key, their) in theirs {
        let Some(tag) = Tag::from_hex(key) else { continue };
        // Padding is no part of the object.
        if tag == Tag(0xFFFC, 0xFFFC) {
            continue;
        }
        let here = format!("{path}/{key}");
        let Some(our) = ours.get(key) else {
            out.push(format!("{here} is missing"));
            continue;
        };
        if tag.is_pixel_data() {
            continue;
        }
        let (our_vr, their_vr) = (vr(our), vr(their));
        // What is unknown to one dictionary is bytes to it.
        if our_vr == "UN" || their_vr == "UN" {
            continue;
        }
        match (our.get("Value"), their.get("Value")) {
            (Some(Value::Array(ours)), Some(Value::Array(theirs))) if ours.len() == theirs.len() => {
                for (index, (our, their)) in ours.iter().zip(theirs).enumerate() {
                    value(our, their, &format!("{here}[{index}]"), out);
                }
            }
            (None, None) => {
                if our.get("InlineBinary") != their.get("InlineBinary") {
                    out.push(format!("{here} binary differs"));
                }
            }
            (our, their) => out.push(format!("{here} {our:?} {their:?}")),
        }
    }
    for key in ours.keys().filter(|key| !theirs.contains_key(*key)) {
        out.push(format!("{path}/{key} is not in theirs"));
    }
}

fn vr(element: &Value) -> &str {
    element.get("vr").and_then(Value::as_str).unwrap_or_default()
}

fn value(ours: &Value, theirs: &Value, path: &str, out: &mut Vec<String>) {
    let same = match (ours, theirs) {
        (Value::Object(our), Value::Object(their))
            if our.keys().chain(their.keys()).any(|key| key.len() == 8) =>
        {
            compare(our, their, path, out);
            true
        }
        (Value::Number(our), Value::Number(their)) => {
            let (our, their) = (our.as_f64().unwrap_or(f64::NAN), their.as_f64().unwrap_or(f64::NAN));
            (our - their).abs() <= 1e-6 * their.abs()
        }
        _ => ours == theirs,
    };
    if !same {
        out.push(format!("{path} {ours} {theirs}"));
    }
}
