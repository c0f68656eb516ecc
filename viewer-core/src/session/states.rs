//! Softcopy presentation states: asked for once a picture of their study is on screen, offered for the frames that they
//! name, and applied when the reader chooses one.
//!
//! What a state says is read by [`crate::presentation`], outside the session: here is which there are, and how each
//! has a frame drawn. A state that says nothing of a frame leaves it as its file has it.

use super::action::ViewportIx;
use super::effect::Effect;
use super::model::Session;
use super::viewport::Viewport;
use super::viewport_view::Picture;
use crate::cache::{Failure, FrameKey, SeriesIx};
use crate::dicom::header::DisplayHeader;
use crate::geometry::{ImageShape, ViewTransform};
use crate::lut::VoiChoice;
use crate::map::Map;
use crate::presentation::Framing;
use std::sync::Arc;

/// Names a state among all that were read for this film, in the order in which they came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StateId(pub u32);

/// A presentation state, as far as choosing it goes.
#[derive(Debug, Clone, PartialEq)]
pub struct StateEntry {
    /// Its name in [`Effect::ApplyState`].
    pub id: StateId,
    /// Content Description (0070,0081), or Content Label (0070,0080).
    pub label: Option<Arc<str>>,
    /// SOP Instance UIDs of its images, with frames from 0; no frames: all of them.
    pub images: Vec<(String, Vec<u32>)>,
}

/// How a state has one frame drawn. Annotations are the platform's.
#[derive(Debug, Clone, PartialEq)]
pub struct StateLook {
    /// Takes the place of the frame's own.
    pub display: Arc<DisplayHeader>,
    /// Window to begin with.
    pub voi: Option<VoiChoice>,
    /// What is to be seen, and how it is turned.
    pub framing: Framing,
    /// Something that the state says is not done; the screen has to say so.
    pub incomplete: bool,
}

/// What the session knows of states.
#[derive(Debug, Default)]
pub(super) struct States {
    /// Studies, by their place in the manifest, that have been asked for.
    asked: Vec<usize>,
    /// Of these, those that did not come and may be asked for again.
    failed: Vec<usize>,
    known: Vec<StateEntry>,
    /// None while it is on its way; `Some(None)`: the state cannot be applied to the frame.
    looks: Map<(StateId, FrameKey), Option<Option<StateLook>>>,
}

impl States {
    pub(super) fn arrived(&mut self, study: usize, result: Result<Vec<StateEntry>, Failure>) {
        match result {
            Ok(states) => self.known.extend(states),
            Err(failure) if failure.retryable() => self.failed.push(study),
            Err(_) => {}
        }
    }

    pub(super) fn applied(&mut self, state: StateId, key: FrameKey, look: Option<StateLook>) {
        if let Some(place) = self.looks.get_mut(&(state, key)) {
            *place = Some(look);
        }
    }

    /// What did not come is asked for again.
    pub(super) fn call_again(&mut self) {
        let failed = std::mem::take(&mut self.failed);
        self.asked.retain(|study| !failed.contains(study));
    }

    fn look(&self, state: StateId, key: FrameKey) -> Option<&StateLook> {
        self.looks.get(&(state, key))?.as_ref()?.as_ref()
    }
}

impl Session {
    /// How a frame is drawn under a state, once that is known; see [`super::Drawn::state`].
    pub fn look(&self, state: Option<StateId>, key: FrameKey) -> Option<&StateLook> {
        self.states.look(state?, key)
    }

    /// Lookup tables and windows that a frame is drawn with: its own, or a state's.
    pub fn display(&self, state: Option<StateId>, key: FrameKey) -> Option<&Arc<DisplayHeader>> {
        match self.look(state, key) {
            Some(look) => Some(&look.display),
            None => Some(&self.header(key)?.1.display),
        }
    }

    /// States that name a frame.
    pub(super) fn states_of(&self, key: FrameKey) -> impl Iterator<Item = &StateEntry> {
        let uid = self.header(key).map(|(instance, _)| instance.sop_instance_uid.as_str());
        let names = move |state: &&StateEntry| {
            state.images.iter().any(|(image, frames)| {
                Some(image.as_str()) == uid && (frames.is_empty() || frames.contains(&key.frame))
            })
        };
        self.states.known.iter().filter(names)
    }

    /// The state in force for a frame in a viewport.
    pub(super) fn state_for(&self, view: &Viewport, key: FrameKey) -> Option<StateId> {
        view.state.filter(|state| self.states.look(*state, key).is_some())
    }

    pub(super) fn shape_under(&self, state: Option<StateId>, key: FrameKey) -> Option<ImageShape> {
        let shape = self.shape_of(key)?;
        Some(self.look(state, key).map_or(shape, |look| look.framing.shape(shape)))
    }

    /// Chooses a state for a viewport, or none: the picture as its file has it.
    pub(super) fn present(&mut self, viewport: ViewportIx, state: Option<StateId>) {
        let Some(view) = self.viewports.get_mut(viewport) else { return };
        view.state = state;
        view.framing = None;
        view.voi = None;
        view.invert = false;
        view.transform = ViewTransform::default();
    }

    /// Asks for the states of studies that are on screen, and for how chosen ones have their frames drawn.
    pub(super) fn follow_states(&mut self) {
        let wanted: Vec<(ViewportIx, FrameKey)> = self
            .viewports
            .iter()
            .enumerate()
            .filter_map(|(at, view)| Some((at, self.of(view.series?)?.key_at(view.position?)?)))
            .collect();
        for (at, key) in wanted {
            let Some(view) = self.viewports.get(at) else { continue };
            if matches!(view.painted, Picture::Frame(_)) {
                self.fetch_states(key.series);
            }
            self.follow_state(at, key);
        }
    }

    fn fetch_states(&mut self, series: SeriesIx) {
        let Some(study) = self.film.as_ref().and_then(|film| film.study_of(series)) else { return };
        let states = self.film.as_ref().and_then(|film| film.manifest().studies.get(study));
        if states.is_none_or(|study| study.state_series.is_empty()) || self.states.asked.contains(&study) {
            return;
        }
        self.states.asked.push(study);
        self.out.push(Effect::FetchStates { study });
    }

    fn follow_state(&mut self, at: ViewportIx, key: FrameKey) {
        let Some(state) = self.viewports.get(at).and_then(|view| view.state) else { return };
        if self.states.looks.get(&(state, key)).is_none() {
            let named = self.states_of(key).any(|entry| entry.id == state);
            self.states.looks.insert((state, key), if named { None } else { Some(None) });
            if named {
                self.out.push(Effect::ApplyState { state, key });
            }
        }
        let Some(look) = self.states.look(state, key) else { return };
        let framing = look.framing;
        let shape = self.shape_under(Some(state), key);
        if let (Some(view), Some(shape)) = (self.viewports.get_mut(at), shape)
            && view.framing != Some(framing)
        {
            view.framing = Some(framing);
            // How large a screen's pixel is, a browser does not say.
            view.transform = framing.view(shape, view.screen(), None);
        }
    }
}
