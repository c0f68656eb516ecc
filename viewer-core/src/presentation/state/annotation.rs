//! Graphic Annotation Sequence (0070,0001), PS3.3 C.10.5 → marks.

use super::layer::{self, Layer};
use super::scope::Scope;
use crate::dicom::dataset::DataSet;
use crate::dicom::tag::{self, Tag};
use crate::presentation::mark::{Anchor, Justification, TextBox, curve, ellipse};
use crate::presentation::{Finding, Mark, Shape, Text, Units};

/// All marks with the images they are for and the place of their layer.
pub(super) fn read(
    data: &DataSet<'_>,
    layers: &mut Vec<Layer>,
    findings: &mut Vec<Finding>,
) -> Vec<(Scope, usize, Mark)> {
    let mut marks = Vec::new();
    for item in data.items(tag::GRAPHIC_ANNOTATION_SEQUENCE) {
        let scope = Scope::read(item);
        let at = layer::place(layers, &item.string(tag::GRAPHIC_LAYER).unwrap_or_default());
        let texts = item.items(tag::TEXT_OBJECT_SEQUENCE).iter().map(text);
        let graphics = item.items(tag::GRAPHIC_OBJECT_SEQUENCE).iter().map(graphic);
        for mark in graphics.chain(texts) {
            match mark {
                Some(mark) => marks.push((scope.clone(), at, mark)),
                None => findings.push(Finding::Annotation),
            }
        }
        if has_compound_alone(item) {
            findings.push(Finding::CompoundGraphics);
        }
    }
    marks
}

/// Whether a compound graphic has no simple ones beside it, which each has to have as another rendering of it, with its
/// Compound Graphic Instance ID (C.10.5.1.3.1). Those are drawn.
fn has_compound_alone(item: &DataSet<'_>) -> bool {
    let simple =
        [tag::TEXT_OBJECT_SEQUENCE, tag::GRAPHIC_OBJECT_SEQUENCE].map(|sequence| item.items(sequence));
    let id = |object: &DataSet<'_>| object.int(tag::COMPOUND_GRAPHIC_INSTANCE_ID);
    let compounds = item.items(tag::COMPOUND_GRAPHIC_SEQUENCE);
    compounds.iter().any(|compound| {
        let mut rendered = simple.iter().flat_map(|objects| objects.iter()).filter_map(id);
        id(compound).is_none_or(|compound| rendered.all(|simple| simple != compound))
    })
}

fn units(item: &DataSet<'_>, tag: Tag) -> Option<Units> {
    match item.string(tag)?.as_str() {
        "PIXEL" => Some(Units::Image),
        "DISPLAY" => Some(Units::Display),
        _ => None,
    }
}

fn graphic(item: &DataSet<'_>) -> Option<Mark> {
    let units = units(item, tag::GRAPHIC_ANNOTATION_UNITS)?;
    let numbers = item.floats(tag::GRAPHIC_DATA);
    let mut points = Vec::new();
    for pair in numbers.as_chunks::<2>().0 {
        let [x, y] = *pair;
        // Far beyond any image, and small enough that sums stay finite.
        points.push([x?.clamp(-1e7, 1e7), y?.clamp(-1e7, 1e7)]);
    }
    // Some writers pad; none means less than it says.
    if let Some(count) = item.int(tag::NUMBER_OF_GRAPHIC_POINTS).and_then(|n| usize::try_from(n).ok()) {
        points.truncate(count.max(1));
    }
    let filled = item.string(tag::GRAPHIC_FILLED).as_deref() == Some("Y");
    let line = |points: Vec<[f64; 2]>| (points.len() > 1).then_some(Shape::Line { points, filled });
    let shape = match item.string(tag::GRAPHIC_TYPE)?.as_str() {
        "POINT" => Some(Shape::Points(points)).filter(|_| !numbers.is_empty()),
        "POLYLINE" => line(points),
        "INTERPOLATED" => line(curve(&points)),
        // Centre and a point on the circumference.
        "CIRCLE" => {
            let [[x, y], [to_x, to_y], ..] = points[..] else { return None };
            let radius = (to_x - x).hypot(to_y - y);
            line(ellipse([x, y], [radius, 0.0], [0.0, radius]))
        }
        // End points of the major axis, then of the minor axis.
        "ELLIPSE" => {
            let [a, b, c, d, ..] = points[..] else { return None };
            let half = |from: [f64; 2], to: [f64; 2]| [0, 1].map(|axis| (to[axis] - from[axis]) / 2.0);
            line(ellipse([0, 1].map(|axis| (a[axis] + b[axis]) / 2.0), half(a, b), half(c, d)))
        }
        _ => None,
    };
    Some(Mark { units, shape: shape? })
}

fn text(item: &DataSet<'_>) -> Option<Mark> {
    // ST: lines end with CR LF (C.10.5, Unformatted Text Value).
    let text = item.string(tag::UNFORMATTED_TEXT_VALUE)?.replace("\r\n", "\n").replace('\r', "\n");
    let corner = |tag| item.floats_exact::<2>(tag).map(|point| point.map(|part| part.clamp(-1e7, 1e7)));
    let bounds = units(item, tag::BOUNDING_BOX_ANNOTATION_UNITS)
        .zip(corner(tag::BOUNDING_BOX_TOP_LEFT).zip(corner(tag::BOUNDING_BOX_BOTTOM_RIGHT)))
        .map(|(units, (top_left, bottom_right))| TextBox {
            units,
            top_left,
            bottom_right,
            justification: match item.string(tag::BOUNDING_BOX_JUSTIFICATION).as_deref() {
                Some("CENTER") => Justification::Center,
                Some("RIGHT") => Justification::Right,
                _ => Justification::Left,
            },
        });
    let anchor = units(item, tag::ANCHOR_POINT_ANNOTATION_UNITS).zip(corner(tag::ANCHOR_POINT)).map(
        |(units, point)| Anchor {
            units,
            point,
            visible: item.string(tag::ANCHOR_POINT_VISIBILITY).as_deref() == Some("Y"),
        },
    );
    let units = bounds.map(|b| b.units).or(anchor.map(|a| a.units))?;
    Some(Mark { units, shape: Shape::Text(Text { text, bounds, anchor }) })
}
