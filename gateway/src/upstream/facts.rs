//! What the bridge reads out of one instance's metadata, to choose key frames and fill manifests.

use serde_json::Value;

use crate::source::JsonDataset;

/// A text attribute; `None` where absent or blank.
pub fn text(data: &JsonDataset, tag: &str) -> Option<String> {
    let text = data.get(tag)?.get("Value")?.get(0)?.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The `n`th number of an attribute; servers write IS and DS as numbers or as text (PS3.18 F.2.2 allows both).
pub fn number(data: &JsonDataset, tag: &str, n: usize) -> Option<f64> {
    let value = data.get(tag)?.get("Value")?.get(n)?;
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    number.filter(|number| number.is_finite())
}

fn count(data: &JsonDataset, tag: &str) -> Option<u32> {
    // Whole and within range, so nothing is lost.
    number(data, tag, 0)
        .filter(|n| n.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(n))
        .map(|n| n as u32)
}

/// The first item of a sequence.
fn item<'a>(data: &'a JsonDataset, tag: &str, n: usize) -> Option<&'a JsonDataset> {
    data.get(tag)?.get("Value")?.get(n)?.as_object()
}

/// One instance, as far as choosing among them goes.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// SOP Instance UID (0008,0018).
    pub uid: String,
    /// SOP Class UID (0008,0016).
    pub sop_class: String,
    /// Rows and columns; `None` where it has no picture.
    pub size: Option<[u32; 2]>,
    /// Number of Frames (0028,0008), 1 where absent.
    pub frames: u32,
    /// Bytes of all frames without compression: the wire does not say how many are stored.
    pub bytes: u64,
    /// Place along the normal, mm.
    pub position: Option<f64>,
    /// Instance Number (0020,0013).
    pub number: Option<i64>,
    /// Window of the frame in the middle.
    pub window: Option<[f64; 2]>,
    /// Image Type says LOCALIZER.
    pub localizer: bool,
}

impl Facts {
    /// Reads them; `None` without a SOP Instance UID.
    pub fn read(data: &JsonDataset) -> Option<Self> {
        let size = count(data, "00280010")
            .zip(count(data, "00280011"))
            .filter(|&(rows, columns)| rows > 0 && columns > 0)
            .map(|(rows, columns)| [rows, columns]);
        let frames = count(data, "00280008").unwrap_or(1).clamp(1, 1_000_000);
        let samples = u64::from(count(data, "00280002").unwrap_or(1).clamp(1, 4));
        let bits = u64::from(count(data, "00280100").unwrap_or(8).clamp(1, 64));
        let pixels = size.map_or(0, |[rows, columns]| u64::from(rows) * u64::from(columns));
        let kinds = data
            .get("00080008")
            .and_then(|kind| kind.get("Value")?.as_array())
            .map_or(&[][..], Vec::as_slice);
        Some(Self {
            uid: text(data, "00080018")?,
            sop_class: text(data, "00080016").unwrap_or_default(),
            size,
            frames,
            bytes: (pixels.saturating_mul(samples).saturating_mul(bits) / 8)
                .saturating_mul(u64::from(frames)),
            position: position(data),
            number: number(data, "00200013", 0).map(|n| n as i64),
            window: window(data, frames / 2),
            localizer: kinds.iter().any(|kind| kind.as_str() == Some("LOCALIZER")),
        })
    }
}

/// Image Position (Patient) along the normal of Image Orientation (Patient), PS3.3 C.7.6.2.1.1.
fn position(data: &JsonDataset) -> Option<f64> {
    let mut point = [0.0; 3];
    let mut axes = [0.0; 6];
    for (n, value) in point.iter_mut().enumerate() {
        *value = number(data, "00200032", n)?;
    }
    for (n, value) in axes.iter_mut().enumerate() {
        *value = number(data, "00200037", n)?;
    }
    let [a, b, c, d, e, f] = axes;
    let normal = [b * f - c * e, c * d - a * f, a * e - b * d];
    Some(point.iter().zip(normal).map(|(p, n)| p * n).sum())
}

/// The first window: of the instance, else of the frame's functional groups, else of the shared ones
/// (PS3.3 C.7.6.16.2.10).
fn window(data: &JsonDataset, frame: u32) -> Option<[f64; 2]> {
    let of = |data: &JsonDataset| {
        number(data, "00281050", 0).zip(number(data, "00281051", 0)).map(|(center, width)| [center, width])
    };
    let group = |sequence: &str, n: usize| item(item(data, sequence, n)?, "00289132", 0).and_then(of);
    of(data)
        .or_else(|| group("52009230", frame as usize))
        .or_else(|| group("52009229", 0))
        .filter(|[_, w]| *w > 0.0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn facts_come_from_numbers_and_texts_alike() {
        let data = json!({
            "00080018": { "vr": "UI", "Value": ["1.2.3"] },
            "00080008": { "vr": "CS", "Value": ["ORIGINAL", "PRIMARY", "LOCALIZER"] },
            "00200013": { "vr": "IS", "Value": ["7"] },
            "00200032": { "vr": "DS", "Value": [0, 0, "-12.5"] },
            "00200037": { "vr": "DS", "Value": [1, 0, 0, 0, 1, 0] },
            "00280010": { "vr": "US", "Value": [512] },
            "00280011": { "vr": "US", "Value": [256] },
            "00280100": { "vr": "US", "Value": [16] },
            "52009229": { "vr": "SQ", "Value": [{ "00289132": { "vr": "SQ", "Value": [
                { "00281050": { "vr": "DS", "Value": [40] }, "00281051": { "vr": "DS", "Value": [400] } }] } }] }
        });
        let facts = Facts::read(data.as_object().unwrap()).unwrap();
        assert_eq!(facts.size, Some([512, 256]));
        assert_eq!((facts.frames, facts.bytes), (1, 512 * 256 * 2));
        assert_eq!((facts.position, facts.number, facts.window), (Some(-12.5), Some(7), Some([40.0, 400.0])));
        assert!(facts.localizer);
        assert_eq!(Facts::read(&JsonDataset::new()), None);
    }
}
