//! Display shutters, PS3.3 C.7.6.11 and C.7.6.15: which pixels of an image are not to be seen.

use super::{Finding, Overlay, Plane, colour};
use crate::dicom::dataset::DataSet;
use crate::dicom::tag;

/// Most vertices of a polygon; beyond it is no outline of a beam.
const MOST_VERTICES: usize = 10_000;

/// Shapes that are all applied: "the least amount of image remaining shall be visible" (table C.7-17a). Pixels are named
/// by column and row from 0; the file's numbers start at 1.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shutter {
    /// First and last visible column, first and last visible row.
    pub rectangle: Option<[i64; 4]>,
    /// Column and row of the centre; radius in pixels along a row.
    pub circle: Option<([i64; 2], i64)>,
    /// Corners, column and row; implicitly closed.
    pub polygon: Vec<[i64; 2]>,
    /// Covers where its bits are set; as large as the image.
    pub bitmap: Option<Plane>,
    /// What is drawn instead: Shutter Presentation Color CIELab Value (0018,1624), else Presentation Value
    /// (0018,1622), else black ("undefined if absent").
    pub colour: [u8; 3],
}

/// Reads the shutter of an image or a presentation state; None where it has none. `overlays` are those of the same data
/// set, of which one may be the bitmap. What cannot be read is added to `findings`.
pub fn read(data: &DataSet<'_>, overlays: &[Overlay], findings: &mut Vec<Finding>) -> Option<Shutter> {
    let shapes = data.strings(tag::SHUTTER_SHAPE);
    let mut shutter = Shutter { colour: value(data), ..Shutter::default() };
    let number = |tag| data.int(tag);
    for shape in &shapes {
        let found = match shape.as_str() {
            "RECTANGULAR" => {
                let edges = [
                    tag::SHUTTER_LEFT_VERTICAL_EDGE,
                    tag::SHUTTER_RIGHT_VERTICAL_EDGE,
                    tag::SHUTTER_UPPER_HORIZONTAL_EDGE,
                    tag::SHUTTER_LOWER_HORIZONTAL_EDGE,
                ];
                if let [Some(left), Some(right), Some(top), Some(bottom)] = edges.map(number) {
                    shutter.rectangle = Some([left, right, top, bottom].map(from_zero));
                }
                shutter.rectangle.is_some()
            }
            "CIRCULAR" => {
                let centre = data.ints(tag::CENTER_OF_CIRCULAR_SHUTTER);
                if let [Some(row), Some(column), ..] = centre[..]
                    && let Some(radius) = number(tag::RADIUS_OF_CIRCULAR_SHUTTER)
                {
                    shutter.circle = Some(([from_zero(column), from_zero(row)], radius.clamp(0, 1 << 20)));
                }
                shutter.circle.is_some()
            }
            "POLYGONAL" => {
                let numbers = data.ints(tag::VERTICES_OF_THE_POLYGONAL_SHUTTER);
                let pairs = numbers
                    .as_chunks::<2>()
                    .0
                    .iter()
                    .map(|[row, column]| Some([from_zero((*column)?), from_zero((*row)?)]));
                let corners: Option<Vec<_>> = pairs.collect();
                shutter.polygon =
                    corners.filter(|c| (3..=MOST_VERTICES).contains(&c.len())).unwrap_or_default();
                !shutter.polygon.is_empty()
            }
            "BITMAP" => {
                let group = number(tag::SHUTTER_OVERLAY_GROUP);
                let of = |overlay: &&Overlay| Some(i64::from(overlay.group)) == group;
                shutter.bitmap = overlays.iter().find(of).and_then(|overlay| overlay.plane(0));
                shutter.bitmap.is_some()
            }
            _ => false,
        };
        if !found {
            findings.push(Finding::Shutter);
        }
    }
    (!shapes.is_empty()).then_some(shutter)
}

/// From a number that starts at 1, kept where sums of squares cannot overflow.
fn from_zero(number: i64) -> i64 {
    number.clamp(-(1 << 20), 1 << 20) - 1
}

fn value(data: &DataSet<'_>) -> [u8; 3] {
    let word = |value: Option<i64>| value.and_then(|value| u16::try_from(value).ok());
    let lab = data.ints(tag::SHUTTER_PRESENTATION_COLOR_CIELAB_VALUE);
    if let [l, a, b] = lab[..]
        && let (Some(l), Some(a), Some(b)) = (word(l), word(a), word(b))
    {
        return colour::from_lab([l, a, b]);
    }
    word(data.int(tag::SHUTTER_PRESENTATION_VALUE)).map_or([0; 3], colour::grey)
}

impl Shutter {
    /// The pixels that are not to be seen, as a plane of the image's size. `pixel_aspect`: height of a pixel over its
    /// width. Edges, corners and the circle itself belong to what is seen.
    pub fn closed(&self, rows: u32, columns: u32, pixel_aspect: f64) -> Plane {
        let mut row_of_polygon = Vec::new();
        let mut last_row = -1;
        let pixels = (0..i64::from(rows)).flat_map(|y| (0..i64::from(columns)).map(move |x| (x, y)));
        let mut closed = pixels.map(|(x, y)| {
            if y != last_row && !self.polygon.is_empty() {
                last_row = y;
                self.polygon_row(y, columns as usize, &mut row_of_polygon);
            }
            let in_polygon = self.polygon.is_empty() || row_of_polygon.get(x as usize) == Some(&true);
            !in_polygon || self.is_cut(x, y, pixel_aspect)
        });
        Plane::collect(rows, columns, &mut closed)
    }

    /// Whether a shape other than the polygon hides a pixel.
    fn is_cut(&self, x: i64, y: i64, pixel_aspect: f64) -> bool {
        if let Some([left, right, top, bottom]) = self.rectangle
            && !((left..=right).contains(&x) && (top..=bottom).contains(&y))
        {
            return true;
        }
        if let Some(([column, row], radius)) = self.circle {
            let (dx, dy) = ((x - column) as f64, (y - row) as f64 * pixel_aspect);
            if dx * dx + dy * dy > (radius * radius) as f64 {
                return true;
            }
        }
        self.bitmap.as_ref().is_some_and(|plane| plane.get(x, y))
    }

    /// Which pixels of a row are inside by the even-odd rule, or on an edge.
    fn polygon_row(&self, y: i64, columns: usize, row: &mut Vec<bool>) {
        let mut edge = vec![false; columns];
        // Whether inside and outside change places at a column.
        let mut changes = vec![false; columns];
        let mut last = self.polygon.last().copied().unwrap_or_default();
        for &corner in &self.polygon {
            let ([x1, y1], [x2, y2]) = (last, corner);
            last = corner;
            if !(y1.min(y2)..=y1.max(y2)).contains(&y) {
                continue;
            }
            let column = |x: i64| x.clamp(0, columns as i64) as usize;
            if y1 == y2 {
                edge[column(x1.min(x2))..column(x1.max(x2) + 1)].fill(true);
                continue;
            }
            // Downwards, so that the quotient is rounded down.
            let (across, down) = ((y - y1) * (x2 - x1) * (y2 - y1).signum(), (y2 - y1).abs());
            let x = x1 + across.div_euclid(down);
            if across % down == 0
                && let Some(edge) = usize::try_from(x).ok().and_then(|x| edge.get_mut(x))
            {
                *edge = true;
            }
            // Half open, so that a corner counts once.
            if (y1 > y) != (y2 > y)
                && let Some(change) = changes.get_mut(column(x + 1))
            {
                *change = !*change;
            }
        }
        let mut inside = false;
        row.clear();
        row.extend(changes.iter().zip(&edge).map(|(change, edge)| {
            inside ^= change;
            inside || *edge
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(shutter: &Shutter, aspect: f64) -> String {
        let closed = shutter.closed(7, 9, aspect);
        let row = |y| (0..9).map(|x| if closed.get(x, y) { '.' } else { '#' }).collect::<String>();
        (0..7).map(row).collect::<Vec<_>>().join(" ")
    }

    /// C.7.6.11: shapes are combined so that the least remains.
    #[test]
    fn shapes_are_combined() {
        let circle = Shutter { circle: Some(([4, 3], 2)), ..Shutter::default() };
        assert_eq!(
            open(&circle, 1.0),
            "......... ....#.... ...###... ..#####.. ...###... ....#.... ........."
        );
        // "A number of pixels along the row direction": twice as high as wide, half as many rows.
        assert_eq!(
            open(&circle, 2.0),
            "......... ......... ....#.... ..#####.. ....#.... ......... ........."
        );
        let both = Shutter { rectangle: Some([0, 4, 3, 9]), ..circle };
        assert_eq!(open(&both, 1.0), "......... ......... ......... ..###.... ...##.... ....#.... .........");
    }

    #[test]
    fn a_polygon_holds_its_corners_and_edges() {
        let polygon = vec![[1, 1], [7, 1], [7, 5], [4, 3], [1, 5]];
        let shutter = Shutter { polygon, ..Shutter::default() };
        assert_eq!(
            open(&shutter, 1.0),
            "......... .#######. .#######. .#######. .##...##. .#.....#. ........."
        );
    }
}
