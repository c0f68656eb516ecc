//! Viewports and their canvases: what the session says is drawn, where it says, with its window.

use viewer_core::cache::{FrameKey, SeriesIx};
use viewer_core::frame::Frame;
use viewer_core::geometry::{ImageShape, Placement, ViewTransform};
use viewer_core::lut::{Pipeline, PixelFacts, VoiChoice};
use viewer_core::map::Map;
use viewer_core::session::{Action, Drawn, HeldPicture, Picture, StateId, ViewportIx};

use super::Runner;
use crate::platform::buffer::Buffer;
use crate::platform::listen::SizeWatch;
use crate::platform::painter::{CanvasElement, Surface};
use crate::platform::presenter::{Over, Presenter};
use crate::platform::preview::PreviewImage;
use crate::platform::video::Player;
use crate::platform::{boot, clock, device};

/// The canvases of the viewports that are on the page.
#[derive(Default)]
pub(super) struct Surfaces(Map<ViewportIx, Place>);

struct Place {
    surface: Surface,
    _size: Option<SizeWatch>,
    /// What stands on the canvas, as long as the surface could draw it again with another window.
    painted: Option<Painted>,
    /// What the surface has drawn and the canvas does not show yet, and for which size.
    ahead: Option<(Drawn<FrameKey>, [f64; 2])>,
    /// Rows of which frame lie over its preview, drawn how, and on a canvas of which size.
    glimpsed: Option<(Drawn<FrameKey>, [f64; 2], u32)>,
}

/// A frame, its place, the canvas' size, and the state that it is drawn under: what a change of window leaves alone.
type Painted = (FrameKey, ViewTransform, [f64; 2], Option<StateId>);

impl Surfaces {
    /// Gives canvas pixels per CSS pixel.
    fn resize(&mut self, viewport: ViewportIx, width: f64, height: f64) -> Option<f64> {
        let place = self.0.get_mut(&viewport)?;
        place.painted = None;
        Some(place.surface.resize(width, height, device::pixel_ratio()))
    }

    /// Width and height of a viewport in canvas pixels.
    pub(super) fn size(&self, viewport: ViewportIx) -> Option<[f64; 2]> {
        Some(self.0.get(&viewport)?.surface.size())
    }

    /// Copies a finished picture into a viewport.
    pub(super) fn copy(&mut self, viewport: ViewportIx, picture: &CanvasElement) -> Option<()> {
        let place = self.0.get_mut(&viewport)?;
        place.painted = None;
        place.surface.copy(picture).ok()
    }

    /// Draws rows of a frame over its preview, from the top; those that lie there already stay.
    pub(super) fn paint_rows(
        &mut self,
        viewport: ViewportIx,
        (frame, rows): (&Frame, u32),
        pipeline: &Pipeline,
        drawn: &Drawn<FrameKey>,
    ) -> Option<()> {
        let place = self.0.get_mut(&viewport)?;
        let size = place.surface.size();
        place.ahead = None;
        let had = place.glimpsed.take().filter(|(had, on, _)| had == drawn && *on == size);
        let from = had.map_or(0, |(_, _, rows)| rows.saturating_sub(2));
        let placement = Placement::new(&drawn.transform, drawn.shape, size);
        place.surface.paint_rows(frame, from..rows, pipeline, &placement).ok()?;
        place.glimpsed = Some((*drawn, size, rows));
        Some(())
    }

    /// Whether rows lie over the preview in a viewport, to which others can be added.
    pub(super) fn has_rows(&self, viewport: ViewportIx) -> bool {
        self.0.get(&viewport).is_some_and(|place| place.glimpsed.is_some())
    }

    /// Draws what lies over a viewport's picture; without, nothing.
    pub(super) fn mark(&mut self, viewport: ViewportIx, over: Option<(&Presenter, &Over<'_>)>) {
        if let Some(place) = self.0.get_mut(&viewport) {
            place.surface.mark(over);
        }
    }

    /// Lays a video over a viewport's picture, or why it is not played; without a transfer syntax nothing.
    pub(super) fn play(&self, viewport: ViewportIx, player: &Player, uid: &str, bytes: Option<&Buffer>) {
        if let Some(place) = self.0.get(&viewport) {
            place.surface.play(player, uid, bytes);
        }
    }

    /// Whether a finished picture, copied, is what the CPU has painted into a viewport last.
    pub(super) fn comes_out_of(&self, viewport: ViewportIx, picture: &CanvasElement) -> bool {
        self.0.get(&viewport).is_some_and(|place| place.surface.comes_out_of(picture))
    }

    /// What was drawn ahead of a viewport's next painting is out of date.
    pub(super) fn forget_ahead(&mut self, viewport: ViewportIx) {
        if let Some(place) = self.0.get_mut(&viewport) {
            place.ahead = None;
        }
    }

    /// Every viewport that is on the page.
    pub(super) fn all(&self) -> Vec<ViewportIx> {
        self.0.keys().copied().collect()
    }
}

impl Runner {
    /// A viewport's canvas is on the page: from now on it is painted, and its size told to the session.
    pub fn attach(&self, viewport: ViewportIx, canvas: CanvasElement) {
        let runner = self.clone();
        let size = SizeWatch::new(&canvas, move |width, height| runner.resized(viewport, width, height));
        if let Ok(surface) = Surface::new(canvas) {
            let place = Place { surface, _size: size, painted: None, ahead: None, glimpsed: None };
            self.0.surfaces.borrow_mut().0.insert(viewport, place);
        }
    }

    fn resized(&self, viewport: ViewportIx, width: f64, height: f64) {
        let scale = self.0.surfaces.borrow_mut().resize(viewport, width, height);
        if let Some(dpr) = scale {
            self.act(Action::Resize { viewport, width, height, dpr });
            // A canvas of another size is empty, and the browser is about to show it (Resize Observer, section 3.4).
            self.0.pulse.paints(viewport);
            self.paint(viewport);
        }
    }

    /// Puts a pointer under a viewport's command until it is let go.
    pub fn capture(&self, viewport: ViewportIx, pointer: i32) {
        if let Some(place) = self.0.surfaces.borrow().0.get(&viewport) {
            place.surface.capture(pointer);
        }
    }

    /// A viewport's canvas has left the page.
    pub fn detach(&self, viewport: ViewportIx) {
        self.0.surfaces.borrow_mut().0.remove(&viewport);
    }

    pub(super) fn paint(&self, viewport: ViewportIx) {
        if let Some(place) = self.0.surfaces.borrow_mut().0.get_mut(&viewport) {
            place.glimpsed = None;
            place.surface.begin();
        }
        let picture = self.0.session.borrow().picture(viewport);
        let painted = match picture {
            Picture::Frame(drawn) => self.paint_frame(viewport, &drawn),
            Picture::Preview(drawn) => {
                self.paint_preview(viewport, &drawn).inspect(|()| _ = self.paint_glimpse(viewport))
            }
            Picture::FramePreview(drawn) => {
                self.paint_sketch(viewport, &drawn).inspect(|()| _ = self.paint_glimpse(viewport))
            }
            Picture::Waiting { held: Some(held) } => match held.drawn {
                HeldPicture::Frame(drawn) => self.paint_frame(viewport, &drawn),
                HeldPicture::Preview(drawn) => self.paint_preview(viewport, &drawn),
            },
            _ => None,
        };
        self.play(viewport, if let Picture::Video(key) = picture { Some(key) } else { None });
        let frame = match &picture {
            Picture::Frame(drawn) => Some(drawn),
            Picture::Waiting { held: Some(held) } => match &held.drawn {
                HeldPicture::Frame(drawn) => Some(drawn),
                HeldPicture::Preview(_) => None,
            },
            _ => None,
        };
        self.paint_marks(viewport, frame.filter(|_| painted.is_some()));
        if painted.is_some() || !matches!(picture, Picture::Waiting { .. }) {
            boot::hide_shell();
        }
        if painted.is_some() {
            self.0.boot.mark("painted");
        } else if let Some(place) = self.0.surfaces.borrow_mut().0.get_mut(&viewport) {
            place.painted = None;
            place.surface.clear();
        }
        if matches!(picture, Picture::Frame(_)) && painted.is_some() {
            self.0.boot.mark("original");
            // Its module is as large as two or three slices: on a weak line the processor goes on drawing.
            if !self.0.session.borrow().line_is_weak() {
                self.start_gpu();
            }
        }
    }

    fn paint_frame(&self, viewport: ViewportIx, drawn: &Drawn<FrameKey>) -> Option<()> {
        if self.draw_on_gpu(viewport, drawn).is_some() {
            return Some(());
        }
        self.paint_on_cpu(viewport, drawn)?;
        self.prove_gpu(viewport, drawn);
        Some(())
    }

    fn paint_on_cpu(&self, viewport: ViewportIx, drawn: &Drawn<FrameKey>) -> Option<()> {
        let is_ahead = |place: &mut Place| place.ahead.take() == Some((*drawn, place.surface.size()));
        if !self.0.surfaces.borrow_mut().0.get_mut(&viewport).is_some_and(is_ahead) {
            self.draw_on_cpu(viewport, drawn)?;
        }
        let mut surfaces = self.0.surfaces.borrow_mut();
        let place = surfaces.0.get_mut(&viewport)?;
        place.surface.show();
        place.painted = Some((drawn.key, drawn.transform, place.surface.size(), drawn.state));
        Some(())
    }

    /// Draws what the next animation frame is going to show, as far as that is known already.
    pub(super) fn draw_ahead(&self, viewport: ViewportIx) {
        let Picture::Frame(drawn) = self.0.session.borrow().picture(viewport) else { return };
        if self.gpu_draws(&drawn) || self.draw_on_cpu(viewport, &drawn).is_none() {
            return;
        }
        if let Some(place) = self.0.surfaces.borrow_mut().0.get_mut(&viewport) {
            place.ahead = Some((drawn, place.surface.size()));
        }
    }

    /// Draws a frame, and notes how long that takes; the canvas shows what it showed before.
    fn draw_on_cpu(&self, viewport: ViewportIx, drawn: &Drawn<FrameKey>) -> Option<()> {
        let begun = clock::now_ms();
        let frame = self.0.held.borrow_mut().frame(viewport, drawn.key)?;
        let pipeline = self.pipeline(drawn, &frame)?;
        let mut surfaces = self.0.surfaces.borrow_mut();
        let place = surfaces.0.get_mut(&viewport)?;
        let now = (drawn.key, drawn.transform, place.surface.size(), drawn.state);
        let again = place.painted.take() == Some(now) && place.surface.redraw(&pipeline).is_ok();
        if again {
            place.painted = Some(now);
        } else {
            let placement = Placement::new(&drawn.transform, drawn.shape, place.surface.size());
            place.surface.draw(&frame, &pipeline, &placement).ok()?;
        }
        self.0.pulse.drew(clock::now_ms() - begun);
        Some(())
    }

    /// What makes greys and colours of a frame's stored values.
    pub(super) fn pipeline(&self, drawn: &Drawn<FrameKey>, frame: &Frame) -> Option<Pipeline> {
        let session = self.0.session.borrow();
        let (instance, _) = session.header(drawn.key)?;
        let display = session.display(drawn.state, drawn.key)?;
        let facts = PixelFacts::new(&instance.pixels, frame.model());
        // Colour takes no window; any will do.
        let voi = drawn.voi.unwrap_or(VoiChoice::Auto { min: 0.0, max: 1.0 });
        Pipeline::new(display, facts, voi, drawn.invert).ok()
    }

    fn paint_preview(&self, viewport: ViewportIx, drawn: &Drawn<SeriesIx>) -> Option<()> {
        let image = self.0.held.borrow().preview(drawn.key)?;
        self.paint_image(viewport, &image, &drawn.transform, drawn.shape)
    }

    fn paint_sketch(&self, viewport: ViewportIx, drawn: &Drawn<FrameKey>) -> Option<()> {
        let image = self.0.held.borrow().sketch(drawn.key)?;
        self.paint_image(viewport, &image, &drawn.transform, drawn.shape)
    }

    fn paint_image(
        &self,
        viewport: ViewportIx,
        image: &PreviewImage,
        transform: &ViewTransform,
        shape: ImageShape,
    ) -> Option<()> {
        let mut surfaces = self.0.surfaces.borrow_mut();
        let place = surfaces.0.get_mut(&viewport)?;
        let placement = Placement::new(transform, shape, place.surface.size());
        place.painted = None;
        place.surface.paint_preview(image, &placement);
        Some(())
    }
}
