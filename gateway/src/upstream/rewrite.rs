//! Metadata of another server → metadata of this one: addresses of bulk data lead here, nothing names the
//! other server, and what the viewer does not read is left out where the viewer asks.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use viewer_core::dicom::uid::is_presentation_state;
use viewer_core::dicom::{is_viewer_tag, tag::Tag};

use crate::source::{Detail, InstanceId, JsonDataset};

/// Deepest nesting of sequences that is read.
const MAX_DEPTH: u32 = 64;

/// RetrieveURL (0008,1190) and RetrieveURI's kin name the other server.
const ADDRESSES: [&str; 2] = ["00081190", "00081196"];

/// ICC Profile (0028,2000).
const ICC_PROFILE: &str = "00282000";

/// Rewrites one data set. `id` is whose it is; `None` for rows of a search, which carry no bulk data.
pub fn dataset(source: JsonDataset, id: Option<&InstanceId>, detail: Detail) -> JsonDataset {
    // Of a presentation state the viewer reads nearly everything, as in the archive's own metadata.
    let class = source.get("00080016").and_then(|element| element.get("Value")?.get(0)?.as_str());
    let detail = if class.is_some_and(is_presentation_state) { Detail::Full } else { detail };
    level(source, id, detail, 0)
}

fn level(source: JsonDataset, id: Option<&InstanceId>, detail: Detail, depth: u32) -> JsonDataset {
    let wanted = |name: &str| match Tag::from_hex(name) {
        Some(tag) => detail == Detail::Full || is_viewer_tag(tag),
        None => false,
    };
    source
        .into_iter()
        .filter(|(name, _)| wanted(name) && !ADDRESSES.contains(&name.as_str()))
        .filter_map(|(name, value)| match value {
            Value::Object(object) => {
                let mut object = element(object, id, detail, depth);
                if detail == Detail::Lightbox && name == ICC_PROFILE {
                    put_cube(&mut object);
                }
                Some((name, Value::Object(object)))
            }
            _ => None,
        })
        .collect()
}

/// A profile → what it comes to, as the archive sends it: a page reads no profiles. One that the other server keeps as
/// bulk data stays there, and colours are shown as they are.
fn put_cube(object: &mut Map<String, Value>) {
    let Some(Value::String(text)) = object.remove("InlineBinary") else { return };
    let profile = STANDARD.decode(text).ok();
    if let Some(cube) = profile.and_then(|profile| viewer_core::icc::cube(&profile).ok().flatten()) {
        object.insert("InlineBinary".into(), STANDARD.encode(cube.to_bytes()).into());
    }
}

fn element(
    mut object: Map<String, Value>,
    id: Option<&InstanceId>,
    detail: Detail,
    depth: u32,
) -> Map<String, Value> {
    if let Some(uri) = object.remove("BulkDataURI")
        && let Some(path) = id.and_then(|id| bulk_path(uri.as_str()?, &id.instance))
        && let Some(InstanceId { study, series, instance }) = id
    {
        let here = format!("/dicom-web/studies/{study}/series/{series}/instances/{instance}/bulkdata/{path}");
        object.insert("BulkDataURI".into(), here.into());
    }
    if object.get("vr").and_then(Value::as_str) == Some("SQ")
        && let Some(Value::Array(items)) = object.get_mut("Value")
    {
        if depth >= MAX_DEPTH {
            items.clear();
        }
        for item in items {
            if let Value::Object(map) = item {
                *map = level(std::mem::take(map), id, detail, depth + 1);
            }
        }
    }
    object
}

/// What follows the instance in the other server's address of a bulk value, where it is a plain path:
/// `bulk/00420011` of `http://…/instances/1.2.3/bulk/00420011`.
fn bulk_path<'a>(uri: &'a str, instance: &str) -> Option<&'a str> {
    let path = uri.split_once(&format!("/instances/{instance}/"))?.1;
    is_bulk_path(path).then_some(path)
}

/// Whether a text is a path below an instance and nothing else: it becomes part of an address.
pub fn is_bulk_path(path: &str) -> bool {
    let segment = |text: &str| {
        !text.is_empty()
            && text != "."
            && text != ".."
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b','))
    };
    path.len() <= 512 && path.split('/').all(segment)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn id() -> InstanceId {
        InstanceId { study: "1".into(), series: "1.2".into(), instance: "1.2.3".into() }
    }

    fn rewritten(value: Value, detail: Detail) -> Value {
        Value::Object(dataset(value.as_object().unwrap().clone(), Some(&id()), detail))
    }

    #[test]
    fn addresses_lead_here_or_nowhere() {
        let from = json!({
            "00081190": { "vr": "UR", "Value": ["http://pacs/x"] },
            "7FE00010": { "vr": "OW", "BulkDataURI": "http://pacs:8042/dicom-web/studies/1/series/1.2/instances/1.2.3/bulk/7fe00010" },
            "00420011": { "vr": "OB", "BulkDataURI": "http://elsewhere/secret?x=../.." },
            "00281201": { "vr": "OW", "BulkDataURI": "/instances/1.2.3/../../../etc" },
            "notatag": { "vr": "LO" },
            "00100020": "not an element"
        });
        let to = json!({
            "7FE00010": { "vr": "OW", "BulkDataURI": "/dicom-web/studies/1/series/1.2/instances/1.2.3/bulkdata/bulk/7fe00010" },
            "00420011": { "vr": "OB" },
            "00281201": { "vr": "OW" }
        });
        assert_eq!(rewritten(from, Detail::Full), to);
    }

    #[test]
    fn the_viewer_gets_what_a_profile_comes_to() {
        let adobe = include_bytes!("../../../viewer-core/tests/icc/adobe.icc");
        let cube = viewer_core::icc::cube(adobe).unwrap().unwrap().to_bytes();
        let from = json!({ "00282000": { "vr": "OB", "InlineBinary": STANDARD.encode(adobe) } });
        let to = json!({ "00282000": { "vr": "OB", "InlineBinary": STANDARD.encode(cube) } });
        assert_eq!(rewritten(from.clone(), Detail::Lightbox), to);
        assert_eq!(rewritten(from.clone(), Detail::Full), from);
        let broken = json!({ "00282000": { "vr": "OB", "InlineBinary": "!!" } });
        assert_eq!(rewritten(broken, Detail::Lightbox), json!({ "00282000": { "vr": "OB" } }));
    }

    #[test]
    fn the_viewer_gets_what_it_reads_nested_too() {
        let from = json!({
            "00100010": { "vr": "PN", "Value": [{ "Alphabetic": "Zhang^San" }] },
            "00280010": { "vr": "US", "Value": [512] },
            "52009229": { "vr": "SQ", "Value": [{
                "00289132": { "vr": "SQ", "Value": [{ "00281050": { "vr": "DS", "Value": [40] } }] },
                "00081140": { "vr": "SQ", "Value": [{}] }
            }] }
        });
        let to = json!({
            "00280010": { "vr": "US", "Value": [512] },
            "52009229": { "vr": "SQ", "Value": [{
                "00289132": { "vr": "SQ", "Value": [{ "00281050": { "vr": "DS", "Value": [40] } }] }
            }] }
        });
        assert_eq!(rewritten(from, Detail::Lightbox), to);
    }

    #[test]
    fn presentation_states_and_overlays_come_whole() {
        let state = json!({
            "00080016": { "vr": "UI", "Value": ["1.2.840.10008.5.1.4.1.1.11.1"] },
            "00700080": { "vr": "CS", "Value": ["LABEL"] }
        });
        assert_eq!(rewritten(state.clone(), Detail::Lightbox), state);
        let image = json!({
            "60020010": { "vr": "US", "Value": [4] },
            "60023000": { "vr": "OW", "BulkDataURI": "http://pacs/studies/1/series/1.2/instances/1.2.3/bulk/60023000" }
        });
        let overlay = rewritten(image, Detail::Lightbox);
        let uri = "/dicom-web/studies/1/series/1.2/instances/1.2.3/bulkdata/bulk/60023000";
        assert_eq!(overlay["60023000"]["BulkDataURI"], uri);
        assert_eq!(overlay["60020010"]["Value"][0], 4);
    }

    #[test]
    fn bulk_paths_stay_below_their_instance() {
        assert!(is_bulk_path("bulk/00420011") && is_bulk_path("00420011"));
        for bad in ["", "../x", "a//b", "a/../b", "a?b", "a#b", "a%2fb", "/a", "a/"] {
            assert!(!is_bulk_path(bad), "{bad}");
        }
    }
}
