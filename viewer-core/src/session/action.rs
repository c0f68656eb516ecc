//! Everything the reader can do. Lengths on screen are CSS pixels, y downwards.

use super::states::StateId;
use crate::cache::SeriesIx;
use film_link::manifest::ImageReference;

/// A viewport's place in the layout, row by row from the top left: 0–8.
pub type ViewportIx = usize;

/// What the reader did.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Sends the passcode.
    EnterPasscode(String),
    /// Tries again: the opening, or everything that failed.
    Retry,
    /// Puts a series into a viewport, at its key frame.
    ShowSeries {
        /// Where.
        viewport: ViewportIx,
        /// Which.
        series: SeriesIx,
    },
    /// Turns slices; positive is towards the end.
    Scroll {
        /// Where.
        viewport: ViewportIx,
        /// How many positions.
        delta: i32,
    },
    /// Goes to a position, from 0; clamped.
    ScrollTo {
        /// Where.
        viewport: ViewportIx,
        /// Which.
        position: u32,
    },
    /// Shows the frame that a report names, in the active viewport.
    GoTo(ImageReference),
    /// Moves the picture.
    Pan {
        /// Where.
        viewport: ViewportIx,
        /// To the right, CSS pixels.
        dx: f64,
        /// Downwards, CSS pixels.
        dy: f64,
    },
    /// Scales the picture about a point that stays where it is.
    Zoom {
        /// Where.
        viewport: ViewportIx,
        /// Multiplies the zoom; > 1 is nearer.
        factor: f64,
        /// From the viewport's top left, CSS pixels; its middle where absent.
        anchor: Option<[f64; 2]>,
    },
    /// Drags the window: right is wider, down is a higher centre. The step follows the window's own width.
    WindowDrag {
        /// Where.
        viewport: ViewportIx,
        /// CSS pixels.
        dx: f64,
        /// CSS pixels.
        dy: f64,
    },
    /// Sets the window in modality values.
    WindowSet {
        /// Where.
        viewport: ViewportIx,
        /// Centre.
        center: f64,
        /// Width.
        width: f64,
    },
    /// Takes a choice of [`super::ViewportView::choices`] by its index.
    Preset {
        /// Where.
        viewport: ViewportIx,
        /// Index into the choices.
        choice: usize,
    },
    /// Shows the frames of a viewport as a presentation state of [`super::ViewportView::states`] has them, or as their
    /// files have them.
    Present {
        /// Where.
        viewport: ViewportIx,
        /// Which; none for the file's own.
        state: Option<StateId>,
    },
    /// Shows or hides what lies over pictures: overlays, shutters, annotations.
    Marks(bool),
    /// Takes the next of the choices.
    NextWindow(ViewportIx),
    /// Turns by 90° clockwise.
    RotateRight(ViewportIx),
    /// Turns by 90° counter-clockwise.
    RotateLeft(ViewportIx),
    /// Mirrors left and right, as seen.
    FlipH(ViewportIx),
    /// Mirrors top and bottom, as seen.
    FlipV(ViewportIx),
    /// Swaps black and white.
    Invert(ViewportIx),
    /// Shows the whole picture.
    Fit(ViewportIx),
    /// One pixel of the picture on one of the device.
    ActualSize(ViewportIx),
    /// Back to the first view: fit, the file's window, no turn, no flip.
    Reset(ViewportIx),
    /// Starts or stops cine.
    CineToggle(ViewportIx),
    /// Sets the rate of cine in frames per second; clamped to 1–60.
    CineRate {
        /// Where.
        viewport: ViewportIx,
        /// Frames per second.
        fps: f64,
    },
    /// Chooses what a drag does.
    Tool(Tool),
    /// Chooses a grid, clamped to 1–3 rows and columns. Viewports that leave are emptied.
    Layout {
        /// Rows.
        rows: u8,
        /// Columns.
        columns: u8,
    },
    /// Makes a viewport the active one.
    Activate(ViewportIx),
    /// The viewport's element has this size.
    Resize {
        /// Where.
        viewport: ViewportIx,
        /// CSS pixels.
        width: f64,
        /// CSS pixels.
        height: f64,
        /// Device pixels per CSS pixel.
        dpr: f64,
    },
    /// Turns to a page.
    Page(Page),
    /// Series whose thumbnails the reader can see; the others' wait.
    ThumbnailsInSight(Vec<SeriesIx>),
    /// Keeps the whole film on this device, or pauses doing so. What is here stays.
    Keep(bool),
    /// Clears what this device holds of the film; nothing more is kept until the page is opened anew.
    Forget,
    /// Closes the film and blanks the screen (idle lock, shared computer). `Retry` opens it again.
    Leave,
    /// Puts a notice away.
    Dismiss(super::view::Notice),
}

/// What a drag of one finger or of the main button does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tool {
    /// Turns slices.
    #[default]
    Scroll,
    /// Changes the window.
    Window,
    /// Moves.
    Pan,
    /// Scales.
    Zoom,
}

/// Which page is in front (on a phone; at a desk they stand side by side).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Page {
    /// The pictures.
    #[default]
    Images,
    /// The report.
    Report,
    /// Laboratory results.
    Labs,
}
