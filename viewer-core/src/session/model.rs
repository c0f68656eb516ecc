//! The session itself: what is known, and the few questions that the platform asks about it.

use super::action::{Page, Tool, ViewportIx};
use super::device::Device;
use super::effect::Effect;
use super::event::{CpuReason, Event, Renderer};
use super::film::Film;
use super::view::{Keep, Layout, Picture, Screen, ViewModel};
use crate::cache::{FrameKey, SeriesIx};
use crate::dicom::header::{FrameHeader, InstanceHeader};
use film_link::manifest::Manifest;

/// One reader looking at one film.
///
/// `dispatch` is the only way to change it; `view` and the look-ups only read. It holds no bytes of pictures:
/// the platform does, under the keys that effects name.
#[derive(Debug)]
pub struct Session {
    screen: Screen,
    film: Option<Film>,
    device: Device,
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
        Self { screen: Screen::Opening, film: None, device: Device::default() }
    }

    /// Takes in what happened at `now_ms` (any clock that does not run backwards), and says what to do, in order.
    pub fn dispatch(&mut self, event: Event, _now_ms: f64) -> Vec<Effect> {
        match event {
            Event::Start { device, .. } => {
                self.device = device;
                vec![Effect::OpenFilm { passcode: None }]
            }
            Event::Opened { manifest, .. } => {
                let manifest: Manifest = *manifest;
                self.film = Some(Film::new(manifest));
                self.screen = Screen::Film;
                Vec::new()
            }
            Event::Closed(reason) => {
                self.screen = Screen::Closed(reason);
                vec![Effect::DropAll]
            }
            _ => Vec::new(),
        }
    }

    /// The screen now.
    pub fn view(&self) -> ViewModel {
        ViewModel {
            screen: self.screen.clone(),
            film: self.film.clone(),
            series: Vec::new(),
            viewports: Vec::new(),
            active: 0,
            layout: Layout { rows: 1, columns: 1 },
            tool: Tool::Scroll,
            page: Page::Images,
            notices: Vec::new(),
            renderer: Renderer::Cpu(CpuReason::Starting),
            keep: Keep { possible: self.device.store, ..Keep::default() },
        }
    }

    /// What to draw in a viewport now; the same as in [`Session::view`], without making the rest.
    pub fn picture(&self, _viewport: ViewportIx) -> Picture {
        Picture::Empty
    }

    /// Where a frame is to be had. None before the series' metadata is here.
    pub fn locate(&self, _key: FrameKey) -> Option<FrameAddress<'_>> {
        None
    }

    /// What the decoder and the drawing need to know of a frame. None before the series' metadata is here.
    pub fn header(&self, _key: FrameKey) -> Option<(&InstanceHeader, &FrameHeader)> {
        None
    }

    /// Frames of a series in the order of their positions; empty before its metadata is here.
    pub fn keys(&self, _series: SeriesIx) -> &[FrameKey] {
        &[]
    }
}

impl Default for Session {
    fn default() -> Self {
        Self::new()
    }
}
