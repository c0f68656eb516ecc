//! The routes and their description say the same.
#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeSet;

use axum::body::Body;
use http::StatusCode;
use serde_json::Value;
use support::{House, INSTANCE, PLATFORM, SERIES, STUDY, request};

const SOURCES: [&str; 2] = ["src/server/routes.rs", "src/dicomweb/mod.rs"];

fn document() -> Value {
    serde_json::from_str(gateway::openapi::DOCUMENT).unwrap()
}

/// Names of parameters do not matter, and a catch-all is a parameter.
fn shape(path: &str) -> String {
    let segment = |text: &str| if text.starts_with('{') { "{}".to_owned() } else { text.to_owned() };
    path.split('/').map(segment).collect::<Vec<_>>().join("/")
}

/// Every route of the sources that name routes: `.route("/…"`, and below an instance `.route(instance` and
/// `.route(&at("/…")`.
fn routes() -> BTreeSet<String> {
    const INSTANCE_PATH: &str = "/studies/{study}/series/{series}/instances/{instance}";
    let quoted = |text: &str| text.split('"').next().unwrap().to_owned();
    let mut found = BTreeSet::new();
    for source in SOURCES {
        let text = std::fs::read_to_string(format!("{}/{source}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        let prefix = if source.contains("dicomweb") { "/dicom-web" } else { "" };
        for after in text.split(".route(").skip(1).map(str::trim_start) {
            let path = if let Some(rest) = after.strip_prefix('"') {
                quoted(rest)
            } else if let Some(rest) = after.strip_prefix("&at(\"") {
                format!("{INSTANCE_PATH}{}", quoted(rest))
            } else if after.starts_with("instance,") {
                INSTANCE_PATH.to_owned()
            } else {
                panic!("{source}: a route whose path cannot be read: {}", &after[..after.len().min(40)])
            };
            found.insert(shape(&format!("{prefix}{path}")));
        }
    }
    // What answers "no such route" is no route.
    found.remove("/api/{}");
    found
}

#[test]
fn every_route_is_described_and_every_description_is_a_route() {
    let described: BTreeSet<String> =
        document()["paths"].as_object().unwrap().keys().map(|path| shape(path)).collect();
    let routes = routes();
    let missing: Vec<_> = routes.difference(&described).collect();
    let invented: Vec<_> = described.difference(&routes).collect();
    assert!(missing.is_empty() && invented.is_empty(), "not described: {missing:?}; no route: {invented:?}");
}

#[tokio::test]
async fn described_methods_are_taken_and_protected_as_described() {
    let house = House::new();
    for (path, item) in document()["paths"].as_object().unwrap() {
        let concrete = path
            .replace("{id}", "AAAAAAAAAAAAAAAAAAAAAA")
            .replace("{study}", STUDY)
            .replace("{series}", SERIES)
            .replace("{instance}", INSTANCE)
            .replace("{frames}", "1")
            .replace("{path}", "00420011");
        for (method, operation) in item.as_object().unwrap().iter().filter(|(name, _)| *name != "parameters")
        {
            let method = method.to_uppercase();
            let reply = house.send(request(&method, &concrete, None, Body::empty())).await;
            let open = operation["security"].as_array().is_some_and(Vec::is_empty);
            assert_eq!(reply.status != StatusCode::UNAUTHORIZED, open, "{method} {path}: {}", reply.status);
            let reply = house.send(request(&method, &concrete, Some(PLATFORM), Body::empty())).await;
            assert_ne!(reply.code(), "LB-415", "{method} {path} is not taken");
        }
    }
    let reply = house.get("/api/openapi.json", None).await;
    assert_eq!((reply.status, &reply.json), (StatusCode::OK, &document()));
    let reply = house.send(request("PUT", "/api/films", Some(PLATFORM), Body::empty())).await;
    assert_eq!((reply.status.as_u16(), reply.code()), (405, "LB-415"));
}

#[test]
fn references_lead_somewhere() {
    fn walk(value: &Value, document: &Value) {
        match value {
            Value::Object(map) => {
                if let Some(Value::String(reference)) = map.get("$ref") {
                    assert!(document.pointer(&reference[1..]).is_some(), "{reference}");
                }
                map.values().for_each(|value| walk(value, document));
            }
            Value::Array(list) => list.iter().for_each(|value| walk(value, document)),
            _ => {}
        }
    }
    let document = document();
    walk(&document, &document);
    assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
}
