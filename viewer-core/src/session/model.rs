//! The session itself: what is known, and the few questions that the platform asks about it.

use film_link::manifest::Manifest;

use super::action::{Page, Tool, ViewportIx};
use super::device::Device;
use super::effect::Effect;
use super::event::{CpuReason, Event, Renderer};
use super::film::Film;
use super::fragment::Place;
use super::series::Series;
use super::sketches::Sketches;
use super::states::States;
use super::view::{Layout, Notice, PreviewState, Screen};
use super::viewport::{Viewport, Wish};
use super::viewport_view::Picture;
use crate::cache::{Budget, Failure, FrameKey, Governor, Scheduler, SeriesIx};
use crate::dicom::header::{FrameHeader, InstanceHeader};

/// One reader looking at one film.
///
/// `dispatch` is the only way to change it; `view` and the look-ups only read. It holds no bytes of pictures:
/// the platform does, under the keys that effects name.
#[derive(Debug)]
pub struct Session {
    pub(super) screen: Screen,
    pub(super) device: Device,
    pub(super) started: bool,
    /// Where to go when the film is open.
    pub(super) place: Place,
    pub(super) film: Option<Film>,
    pub(super) series: Vec<Series>,
    pub(super) states: States,
    pub(super) sketches: Sketches,
    /// Overlays, shutters and annotations are drawn over pictures.
    pub(super) marks: bool,
    /// Previews that came before the film.
    pub(super) early: Vec<(SeriesIx, Result<(), Failure>)>,
    pub(super) viewports: Vec<Viewport>,
    pub(super) layout: Layout,
    pub(super) active: ViewportIx,
    pub(super) tool: Tool,
    pub(super) page: Page,
    pub(super) notices: Vec<Notice>,
    pub(super) renderer: Renderer,
    pub(super) cache: Scheduler,
    pub(super) governor: Governor,
    /// Series whose thumbnails are in sight; all, where the interface has not said.
    pub(super) in_sight: Option<Vec<SeriesIx>>,
    pub(super) online: bool,
    pub(super) renewing: bool,
    /// When to ask for a token again, after the gateway did not answer.
    pub(super) renew_due_ms: f64,
    pub(super) in_front: bool,
    pub(super) store: bool,
    /// There is a store, whether or not it is in use.
    pub(super) has_store: bool,
    /// It has been told whether there is a store, or the reader wants none.
    pub(super) store_known: bool,
    /// Until that is known: frames of the film may be in it.
    pub(super) may_have: bool,
    pub(super) keep: bool,
    /// The wants have to be declared anew.
    pub(super) moved: bool,
    /// Viewports to paint though their picture is the same, one bit each.
    pub(super) repaint: u16,
    pub(super) fragment: String,
    pub(super) fragment_due_ms: f64,
    pub(super) tick_ms: f64,
    pub(super) out: Vec<Effect>,
}

/// A frame's names, as DICOMweb addresses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrameAddress<'a> {
    /// Study Instance UID.
    pub study_uid: &'a str,
    /// Series Instance UID.
    pub series_uid: &'a str,
    /// SOP Instance UID.
    pub instance_uid: &'a str,
    /// Frame, from **1**.
    pub frame: u32,
}

impl Session {
    /// A session that waits for [`Event::Start`].
    pub fn new() -> Self {
        let device = Device::default();
        let governor = Governor::new(&device.means);
        Self {
            screen: Screen::Opening,
            cache: Scheduler::new(Budget::for_device(governor.frames(), device.cores)),
            governor,
            device,
            started: false,
            place: Place::default(),
            film: None,
            series: Vec::new(),
            states: States::default(),
            sketches: Sketches::default(),
            marks: true,
            early: Vec::new(),
            viewports: vec![Viewport::new()],
            layout: Layout { rows: 1, columns: 1 },
            active: 0,
            tool: Tool::default(),
            page: Page::default(),
            notices: Vec::new(),
            renderer: Renderer::Cpu(CpuReason::Starting),
            in_sight: None,
            online: true,
            renewing: false,
            renew_due_ms: f64::INFINITY,
            in_front: true,
            store: false,
            has_store: false,
            store_known: false,
            may_have: true,
            keep: false,
            moved: false,
            repaint: 0,
            fragment: String::new(),
            fragment_due_ms: f64::INFINITY,
            tick_ms: f64::INFINITY,
            out: Vec::new(),
        }
    }

    /// Takes in what happened at `now_ms` (any clock that does not run backwards), and says what to do, in order.
    pub fn dispatch(&mut self, event: Event, now_ms: f64) -> Vec<Effect> {
        match event {
            Event::Reader(action) => {
                self.act(action, now_ms);
                self.touch_fragment(now_ms);
            }
            event => self.hear(event, now_ms),
        }
        self.drive(now_ms);
        std::mem::take(&mut self.out)
    }

    /// What to draw in a viewport now; the same as in [`Session::view`], without making the rest.
    pub fn picture(&self, viewport: ViewportIx) -> Picture {
        self.viewports.get(viewport).map_or(Picture::Empty, |v| self.picture_of(v))
    }

    /// Where a frame is to be had. None before the series' metadata is here.
    pub fn locate(&self, key: FrameKey) -> Option<FrameAddress<'_>> {
        let (instance, _) = self.header(key)?;
        let (study, series) = self.film.as_ref()?.entry(key.series)?;
        Some(FrameAddress {
            study_uid: &study.uid,
            series_uid: &series.uid,
            instance_uid: &instance.sop_instance_uid,
            frame: key.frame.checked_add(1)?,
        })
    }

    /// The film's manifest, once it is open.
    pub fn manifest(&self) -> Option<&Manifest> {
        self.film.as_ref().map(Film::manifest)
    }

    /// What the decoder and the drawing need to know of a frame. None before the series' metadata is here.
    pub fn header(&self, key: FrameKey) -> Option<(&InstanceHeader, &FrameHeader)> {
        self.of(key.series)?.header(key)
    }

    /// Frames of a series in the order of their positions; empty before its metadata is here.
    pub fn keys(&self, series: SeriesIx) -> &[FrameKey] {
        self.of(series).map_or(&[], |s| &s.ordered.keys)
    }

    pub(super) fn of(&self, series: SeriesIx) -> Option<&Series> {
        self.series.get(usize::from(series.0))
    }

    pub(super) fn of_mut(&mut self, series: SeriesIx) -> Option<&mut Series> {
        self.series.get_mut(usize::from(series.0))
    }

    /// Puts a notice up, once.
    pub(super) fn notice(&mut self, notice: Notice) {
        if !self.notices.contains(&notice) {
            self.notices.push(notice);
        }
    }

    /// Goes to what a viewport wished for, now that the series' frames are known.
    pub(super) fn settle_position(&mut self, viewport: ViewportIx) {
        let Some(view) = self.viewports.get(viewport) else { return };
        let Some(ix) = view.series else { return };
        let Some(series) = self.of(ix) else { return };
        let Some(last) = series.count().checked_sub(1) else { return };
        let key_frame = series.key_position.unwrap_or(last / 2);
        let (position, lost) = match &view.wish {
            Wish::KeyFrame => (key_frame, false),
            Wish::Position(position) => ((*position).min(last), *position > last),
            Wish::Image(image) => match series.find(&image.instance_uid, image.frame) {
                Some(position) => (position, false),
                None => (key_frame, true),
            },
        };
        let image = matches!(view.wish, Wish::Image(_));
        if let Some(view) = self.viewports.get_mut(viewport) {
            view.position = Some(position);
        }
        if lost {
            self.notice(if image { Notice::ImageNotHere } else { Notice::PlaceNotHere });
        }
        self.moved = true;
    }

    /// The preview of a series is here.
    pub(super) fn has_preview(&self, series: SeriesIx) -> bool {
        self.of(series).is_some_and(|s| s.preview == PreviewState::Ready)
    }
}

impl Default for Session {
    fn default() -> Self {
        Self::new()
    }
}
