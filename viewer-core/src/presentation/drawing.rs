//! What lies over one frame, in the order in which it is drawn: the same list for the CPU and for a browser's canvas.

use super::area::DisplayedArea;
use super::overlay::embedded;
use super::{AppliedState, Finding, Mark, Overlay, OverlayBits, OverlayKind, Plane, Shutter};
use crate::dicom::header::PixelHeader;
use crate::geometry::ImageShape;
use crate::sort::sort_by;

/// Where no layer recommends a colour.
pub const WHITE: [u8; 3] = [255; 3];
/// A region lets the picture through.
const REGION_OPACITY: u8 = 96;

/// A frame's native bytes, for overlays that are embedded in them.
#[derive(Debug, Clone, Copy)]
pub struct NativeBytes<'a> {
    /// The image's.
    pub header: &'a PixelHeader,
    /// Of this frame alone, as the file has them.
    pub bytes: &'a [u8],
    /// Their order.
    pub big_endian: bool,
}

/// One thing to draw.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Of its layer.
    pub colour: [u8; 3],
    /// 0–255.
    pub opacity: u8,
    /// What.
    pub what: What,
}

/// What is drawn.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// An overlay; `origin`: column and row of its first pixel in the image, from 0. Lies in the image, and turns and
    /// scales with it.
    Plane {
        /// Its bits.
        plane: Plane,
        /// Where.
        origin: [i32; 2],
    },
    /// A graphic or text.
    Mark(Mark),
}

/// All that lies over one frame.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    /// Pixels that are covered, and by what colour: before everything else.
    pub shutter: Option<(Plane, [u8; 3])>,
    /// The lowest first.
    pub items: Vec<Item>,
    /// What display units of marks are relative to.
    pub area: DisplayedArea,
    /// Overlays whose bits are not at hand, and what the state could not do.
    pub findings: Vec<Finding>,
}

impl Drawing {
    /// Over a frame, from 0, without a presentation state: the image's own shutter and overlays.
    pub fn of_image(
        shutter: Option<&Shutter>,
        overlays: &[Overlay],
        frame: u32,
        native: Option<NativeBytes<'_>>,
        shape: &ImageShape,
    ) -> Self {
        let mut drawing = Self::over(shutter, shape, DisplayedArea::whole(shape));
        for overlay in overlays {
            drawing.add_overlay(overlay, frame, native, WHITE);
        }
        drawing
    }

    /// Over a frame, from 0, under a presentation state. `overlays` are the image's; `shape` is
    /// [`AppliedState::shape`]'s.
    pub fn of_state(
        state: &AppliedState,
        overlays: &[Overlay],
        frame: u32,
        native: Option<NativeBytes<'_>>,
        shape: &ImageShape,
    ) -> Self {
        let area = state.area.unwrap_or_else(|| DisplayedArea::whole(shape));
        let mut drawing = Self::over(state.shutter.as_ref(), shape, area);
        drawing.findings.extend(&state.findings);
        let colour = |layer: usize| state.layers.get(layer).and_then(|layer| layer.colour).unwrap_or(WHITE);
        let mut planes = state.overlays(overlays);
        sort_by(&mut planes, |a, b| a.0.cmp(&b.0));
        let mut planes = planes.into_iter().peekable();
        for (layer, mark) in &state.marks {
            while let Some((of, overlay)) = planes.next_if(|(of, _)| of <= layer) {
                drawing.add_overlay(overlay, frame, native, colour(of));
            }
            let what = What::Mark(mark.clone());
            drawing.items.push(Item { colour: colour(*layer), opacity: 255, what });
        }
        for (of, overlay) in planes {
            drawing.add_overlay(overlay, frame, native, colour(of));
        }
        drawing
    }

    fn over(shutter: Option<&Shutter>, shape: &ImageShape, area: DisplayedArea) -> Self {
        let mut findings = Vec::new();
        let shutter = shutter.map(|shutter| {
            // C.7.6.15: "shall be the same as Rows and Columns in the image".
            let fits = |plane: &Plane| (plane.rows(), plane.columns()) == (shape.rows, shape.columns);
            if !shutter.bitmap.as_ref().is_none_or(fits) {
                findings.push(Finding::Shutter);
            }
            (shutter.closed(shape.rows, shape.columns, shape.pixel_aspect), shutter.colour)
        });
        Self { shutter, items: Vec::new(), area, findings }
    }

    /// A plane that belongs to another frame is no finding; one whose bits are not there is.
    fn add_overlay(
        &mut self,
        overlay: &Overlay,
        frame: u32,
        native: Option<NativeBytes<'_>>,
        colour: [u8; 3],
    ) {
        if overlay.frame_of(frame).is_none() {
            return;
        }
        let plane = match (&overlay.bits, native) {
            (OverlayBits::Embedded(bit), Some(native)) => {
                embedded(native.header, *bit, native.bytes, native.big_endian).ok()
            }
            _ => overlay.plane(frame),
        };
        let Some(plane) = plane else { return self.findings.push(Finding::Overlay(overlay.group)) };
        let opacity = if overlay.kind == OverlayKind::Region { REGION_OPACITY } else { 255 };
        self.items.push(Item { colour, opacity, what: What::Plane { plane, origin: overlay.origin } });
    }
}
