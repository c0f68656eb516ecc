//! The page's readers and writers against those that are derived for the gateway.

use film_link::manifest::{
    ImageReference, KeyFrame, LabPanel, LabResult, Manifest, OtherObject, Patient, PersonName, Report,
    ReportParagraph, SeriesEntry, StudyEntry,
};
use film_link::open::{GoneReason, OpenRequest, OpenResponse, Problem, RenewResponse};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn text() -> impl Strategy<Value = String> + Clone {
    prop_oneof!["[a-z0-9.]{0,6}", "\\PC{0,6}", "[\"\\\\/\u{0}-\u{1f}微😀]{0,4}"]
}

fn some() -> impl Strategy<Value = Option<String>> + Clone {
    option::of(text())
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![any::<f64>(), (-1e5..1e5f64).prop_map(|value| (value * 100.0).round() / 100.0)]
}

/// What the wire can say of whole numbers.
fn count() -> impl Strategy<Value = u64> {
    0..=i64::MAX as u64
}

fn key_frame() -> impl Strategy<Value = KeyFrame> {
    (text(), any::<[u32; 3]>(), some(), option::of([number(), number()])).prop_map(
        |(instance_uid, [frame, rows, columns], transfer_syntax_uid, window)| KeyFrame {
            instance_uid,
            frame,
            rows,
            columns,
            transfer_syntax_uid,
            window,
        },
    )
}

fn series() -> impl Strategy<Value = SeriesEntry> {
    (text(), text(), any::<Option<i32>>(), some(), some(), any::<[u32; 2]>(), count(), key_frame()).prop_map(
        |(uid, modality, number, description, body_part, [instances, frames], bytes, key_frame)| {
            SeriesEntry { uid, modality, number, description, body_part, instances, frames, bytes, key_frame }
        },
    )
}

fn paragraph() -> impl Strategy<Value = ReportParagraph> {
    let image = (text(), text(), any::<u32>()).prop_map(|(series_uid, instance_uid, frame)| ImageReference {
        series_uid,
        instance_uid,
        frame,
    });
    (text(), option::of(image)).prop_map(|(text, image)| ReportParagraph { text, image })
}

fn report() -> impl Strategy<Value = Report> {
    (text(), vec(paragraph(), 0..3), vec(paragraph(), 0..3), some(), some(), some(), text()).prop_map(
        |(title, findings, impression, author, reviewer, issued, status)| Report {
            title,
            findings,
            impression,
            author,
            reviewer,
            issued,
            status,
        },
    )
}

fn study() -> impl Strategy<Value = StudyEntry> {
    let others =
        (text(), any::<u32>()).prop_map(|(sop_class_uid, count)| OtherObject { sop_class_uid, count });
    let words = (some(), some(), some(), some(), some());
    let objects = (vec(text(), 0..2), vec(others, 0..3));
    (text(), words, vec(series(), 0..3), objects, vec(report(), 0..2)).prop_map(
        |(
            uid,
            (date, time, description, institution, accession),
            series,
            (state_series, other_objects),
            reports,
        )| {
            StudyEntry {
                uid,
                date,
                time,
                description,
                institution,
                accession,
                series,
                state_series,
                other_objects,
                reports,
            }
        },
    )
}

fn panel() -> impl Strategy<Value = LabPanel> {
    let numbers = (option::of(number()), option::of(number()), option::of(number()));
    let result = (text(), some(), numbers, some(), some(), some(), vec((text(), number()), 0..3)).prop_map(
        |(name, code, (value, low, high), text, unit, interpretation, history)| LabResult {
            name,
            code,
            value,
            text,
            unit,
            low,
            high,
            interpretation,
            history,
        },
    );
    (text(), some(), vec(result, 0..3)).prop_map(|(title, issued, results)| LabPanel {
        title,
        issued,
        results,
    })
}

fn manifest() -> impl Strategy<Value = Manifest> {
    let name = (text(), text(), text()).prop_map(|(alphabetic, ideographic, phonetic)| PersonName {
        alphabetic,
        ideographic,
        phonetic,
    });
    let patient = (name, some(), some(), some(), some(), any::<bool>()).prop_map(
        |(name, id, sex, birth_date, age, charset_guessed)| Patient {
            name,
            id,
            sex,
            birth_date,
            age,
            charset_guessed,
        },
    );
    (any::<u32>(), patient, vec(study(), 0..3), vec(panel(), 0..2), option::of(count())).prop_map(
        |(version, patient, studies, labs, expires_at_secs)| Manifest {
            version,
            patient,
            studies,
            labs,
            expires_at_secs,
        },
    )
}

/// The same with a member of a later version in every object.
fn newer(value: Value) -> Value {
    match value {
        Value::Array(entries) => entries.into_iter().map(newer).collect(),
        Value::Object(members) => {
            let mut members: Map<_, _> =
                members.into_iter().map(|(name, value)| (name, newer(value))).collect();
            members.insert("later".to_owned(), json!({"a": [1, {"b": null}]}));
            Value::Object(members)
        }
        value => value,
    }
}

/// Every value of a document once in place of another kind, and every member once left out.
fn damaged(value: &Value) -> Vec<Value> {
    let mut all = vec![Value::Null, json!(true), json!(-1), json!(1.5), json!("x"), json!([]), json!({})];
    match value {
        Value::Array(entries) => {
            for (index, entry) in entries.iter().enumerate() {
                all.extend(damaged(entry).into_iter().map(|entry| {
                    let mut entries = entries.clone();
                    entries[index] = entry;
                    Value::Array(entries)
                }));
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                let mut without = members.clone();
                without.remove(name);
                all.push(Value::Object(without));
                all.extend(damaged(member).into_iter().map(|member| {
                    let mut members = members.clone();
                    members.insert(name.clone(), member);
                    Value::Object(members)
                }));
            }
        }
        _ => {}
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_the_gateway_writes_is_read(manifest in manifest(), token in text(), expires_in in any::<u32>()) {
        let text = serde_json::to_string(&manifest).unwrap();
        prop_assert_eq!(&Manifest::read(&text).unwrap(), &manifest);
        let response = OpenResponse { token: token.clone(), expires_in, manifest };
        let text = serde_json::to_string(&response).unwrap();
        prop_assert!(OpenResponse::read(&text).unwrap() == response);
        let text = newer(serde_json::to_value(&response).unwrap()).to_string();
        prop_assert!(OpenResponse::read(&text).unwrap() == response);
        let renewed = RenewResponse { token, expires_in };
        prop_assert!(RenewResponse::read(&serde_json::to_string(&renewed).unwrap()).unwrap() == renewed);
    }

    #[test]
    fn problems_are_read(code in text(), detail in text(), left in any::<Option<u32>>(), protocol in any::<Option<u32>>(), reason in 0usize..4) {
        let reason = [None, Some(GoneReason::Expired), Some(GoneReason::Revoked), Some(GoneReason::Locked)][reason];
        let problem = Problem { code, detail, remaining_attempts: left, reason, protocol };
        prop_assert_eq!(Problem::read(&serde_json::to_string(&problem).unwrap()).unwrap(), problem);
    }

    #[test]
    fn the_gateway_reads_what_is_written(protocol in any::<u32>(), access in text(), passcode in some(), recipient in text()) {
        let request = OpenRequest { protocol, access, passcode, recipient, preview: None };
        // The same value; there are two ways to write some control characters (RFC 8259 section 7).
        prop_assert_eq!(serde_json::from_str::<OpenRequest>(&request.json()).unwrap(), request);
    }
}

/// A message with everything in it.
fn whole() -> Value {
    json!({"token": "t", "expires_in": 9, "manifest": {
        "version": 1, "expires_at_secs": 5,
        "patient": {"name": {"alphabetic": "a", "ideographic": "i", "phonetic": "p"}, "id": "1", "sex": "F",
            "birth_date": "19700101", "age": "052Y"},
        "studies": [{"uid": "1.2", "date": "20200101", "time": "120000", "description": "d", "institution": "h",
            "accession": "a", "other_objects": [{"sop_class_uid": "1", "count": 1}],
            "series": [{"uid": "1.2.3", "modality": "CT", "number": -1, "description": "d", "body_part": "b",
                "instances": 1, "frames": 2, "bytes": 3, "key_frame": {"instance_uid": "1", "frame": 1, "rows": 2,
                "columns": 3, "transfer_syntax_uid": "1", "window": [40.5, 400.0]}}],
            "reports": [{"title": "t", "author": "a", "reviewer": "r", "issued": "i", "status": "final",
                "findings": [{"text": "t", "image": {"series_uid": "1", "instance_uid": "2", "frame": 3}}],
                "impression": [{"text": "t"}]}]}],
        "labs": [{"title": "t", "issued": "i", "results": [{"name": "n", "code": "c", "value": 1.5, "text": "t",
            "unit": "u", "low": 1.0, "high": 2.0, "interpretation": "H", "history": [["20200101", 1.25]]}]}]
    }})
}

#[test]
fn what_serde_refuses_is_refused_and_the_error_names_it() {
    let mut refused = 0;
    for value in damaged(&whole()) {
        let text = value.to_string();
        let (ours, theirs) = (OpenResponse::read(&text), serde_json::from_str::<OpenResponse>(&text));
        match (ours, theirs) {
            (Ok(ours), Ok(theirs)) => assert!(ours == theirs, "{text}"),
            (Err(_), Err(_)) => refused += 1,
            // Derived readers take an array in place of an object; nobody writes that.
            (Err(error), Ok(_)) => {
                assert!(error.to_string().contains("an object is expected"), "{error}: {text}")
            }
            (Ok(_), Err(error)) => panic!("{error}: {text}"),
        }
    }
    assert!(refused > 300, "{refused}");
    let mut broken = whole();
    broken["manifest"]["studies"][0]["series"][0]["key_frame"]["rows"] = json!("2");
    let said = OpenResponse::read(&broken.to_string()).unwrap_err();
    assert_eq!(said.path, "manifest.studies[0].series[0].key_frame.rows");
}
