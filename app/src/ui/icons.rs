//! Our own set of icons: strokes on a grid of 24, drawn in the colour of the text.

use super::markup::{Tag, drawn};

/// What an icon shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is named for the tool that it stands for")]
pub(super) enum Shape {
    Actual,
    Closed,
    Fit,
    FlipH,
    FlipV,
    Full,
    Help,
    Images,
    Invert,
    Keep,
    Labs,
    Marks,
    Pan,
    Pause,
    Play,
    Report,
    Reset,
    Rotate,
    Scroll,
    Share,
    Window,
    Zoom,
}

/// The path of a shape.
fn path(shape: Shape) -> &'static str {
    match shape {
        Shape::Actual => "M3 5h18v14H3z M8 9v6 M16 9v6 M12 10.5v.1 M12 14v.1",
        Shape::Closed => "M12 3l9 16H3z M12 9v5 M12 16.5v.1",
        Shape::Fit => "M4 9V4h5 M15 4h5v5 M20 15v5h-5 M9 20H4v-5",
        Shape::FlipH => "M12 3v18 M9 7l-6 10h6z M15 7l6 10h-6z",
        Shape::FlipV => "M3 12h18 M7 9l10-6v6z M7 15l10 6v-6z",
        Shape::Full => "M14 4h6v6 M20 4l-7 7 M10 20H4v-6 M4 20l7-7",
        Shape::Help => {
            "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z M9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.4-1 .8-1 1.7 M12 16.5v.1"
        }
        Shape::Images => "M4 5h16v14H4z M4 16l5-5 4 4 3-3 4 4",
        Shape::Invert => "M12 3a9 9 0 1 0 0 18z M12 3a9 9 0 0 1 0 18",
        Shape::Keep => "M6 4h12v16H6z M12 8v7 M9 12l3 3 3-3 M9 18h6",
        Shape::Labs => "M9 3h6 M10 3v6l-5 9a2 2 0 0 0 2 3h10a2 2 0 0 0 2-3l-5-9V3 M8 15h8",
        Shape::Marks => "M4 20l1-4L16 5l3 3L8 19z M14 7l3 3 M13 20h7",
        Shape::Pan => "M12 3v18 M3 12h18 M9 6l3-3 3 3 M9 18l3 3 3-3 M6 9l-3 3 3 3 M18 9l3 3-3 3",
        Shape::Pause => "M8 5v14 M16 5v14",
        Shape::Play => "M7 4l13 8-13 8z",
        Shape::Report => "M6 3h9l4 4v14H6z M14 3v5h5 M9 12h7 M9 16h7",
        Shape::Reset => "M4 5v5h5 M4.6 10A8 8 0 1 1 4 13",
        Shape::Rotate => "M20 5v5h-5 M19.4 10A8 8 0 1 0 20 13",
        Shape::Scroll => "M5 8h14v11H5z M7 5h10 M9 2.5h6",
        Shape::Share => "M12 15V4 M8 7l4-4 4 4 M5 12v8h14v-8",
        Shape::Window => "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z M12 7v10 M12 9l4 1 M12 12h5 M12 15l4-1",
        Shape::Zoom => "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13z M15.5 15.5L21 21 M10.5 8v5 M8 10.5h5",
    }
}

/// One icon; words beside it say what it means.
pub(super) fn icon(shape: Shape) -> Tag {
    let line = drawn("path", "")
        .is("d", path(shape))
        .is("fill", "none")
        .is("stroke", "currentColor")
        .is("stroke-width", "1.7")
        .is("stroke-linecap", "round")
        .is("stroke-linejoin", "round");
    drawn("svg", "icon").is("viewBox", "0 0 24 24").is("aria-hidden", "true").put(line)
}
