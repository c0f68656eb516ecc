//! Frames of a series in the order in which they are turned.

use super::view::Findings;
use crate::cache::{FrameKey, SeriesIx};
use crate::dicom::header::{InstanceHeader, PlaneHeader};

/// A series in order.
#[derive(Debug, Default)]
pub(super) struct Ordered {
    /// Frames by position.
    pub(super) keys: Vec<FrameKey>,
    /// Signed distance along the normal by position, mm; empty where there is none.
    pub(super) along_mm: Vec<f64>,
    /// What was found on the way.
    pub(super) findings: Findings,
}

/// Distance along the first frame's normal, when every frame lies parallel to it.
fn distances(planes: &[Option<&PlaneHeader>]) -> Option<Vec<f64>> {
    let first = planes.first().copied().flatten()?;
    let (r, c) = (first.row, first.column);
    let normal = [r[1] * c[2] - r[2] * c[1], r[2] * c[0] - r[0] * c[2], r[0] * c[1] - r[1] * c[0]];
    let dot = |a: [f64; 3], b: [f64; 3]| a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    planes
        .iter()
        .map(|plane| {
            let plane = (*plane)?;
            let parallel = dot(plane.row, r) > 0.999 && dot(plane.column, c) > 0.999;
            parallel.then(|| dot(plane.position, normal))
        })
        .collect()
}

/// Orders by place in space, else by acquisition and instance number.
pub(super) fn order(series: SeriesIx, headers: &[InstanceHeader], expected: u32) -> Ordered {
    let mut frames: Vec<(FrameKey, Option<i32>, Option<&PlaneHeader>)> = Vec::new();
    for (instance, header) in headers.iter().enumerate() {
        for frame in 0..header.pixels.frames {
            let key = FrameKey { series, instance: instance as u32, frame };
            frames.push((key, header.number, header.frame(frame).and_then(|f| f.plane.as_ref())));
        }
    }
    frames.sort_by_key(|(key, number, _)| (*number, *key));
    let planes: Vec<_> = frames.iter().map(|(_, _, plane)| *plane).collect();
    let mut findings = Findings {
        unplaced: planes.iter().any(Option::is_none),
        missing: expected.saturating_sub(frames.len() as u32),
        stacks: 1,
        ..Findings::default()
    };
    let mut keys: Vec<FrameKey> = frames.iter().map(|(key, _, _)| *key).collect();
    let Some(along) = distances(&planes) else { return Ordered { keys, along_mm: Vec::new(), findings } };
    let mut placed: Vec<(f64, FrameKey)> = along.into_iter().zip(keys).collect();
    placed.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut steps: Vec<f64> = placed.windows(2).map(|w| w[1].0 - w[0].0).collect();
    steps.sort_by(f64::total_cmp);
    if let Some(&middle) = steps.get(steps.len() / 2) {
        let even = steps.iter().all(|s| (s - middle).abs() <= 0.01 * middle.abs() + 0.01);
        findings.uneven = !even;
        findings.spacing_mm = (even && middle > 0.0).then_some(middle);
        findings.gaps = steps.iter().filter(|s| middle > 0.0 && **s > 1.5 * middle).count() as u32;
    }
    keys = placed.iter().map(|(_, key)| *key).collect();
    Ordered { keys, along_mm: placed.iter().map(|(at, _)| *at).collect(), findings }
}
