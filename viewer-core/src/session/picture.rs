//! What is drawn in a viewport: always the best that is here of the frame that was asked for, and never another
//! frame under its number.

use super::action::ViewportIx;
use super::model::Session;
use super::series::is_grey;
use super::view::{SeriesState, Shared};
use super::viewport::{Viewport, Wish};
use super::viewport_view::{ChoiceName, Drawn, Held, HeldPicture, Picture, WindowChoice};
use crate::cache::{Failure, FrameKey, FrameState, SeriesIx};
use crate::dicom::header::{DisplayHeader, InstanceHeader, WindowFunction};
use crate::geometry::ImageShape;
use crate::lut::presets::{default_voi, presets_for, shown_as_stored};
use crate::lut::{ValueRange, VoiChoice};
use std::sync::Arc;

/// How a video stands that the browser has no decoder for.
const UNPLAYED: FrameState = FrameState::Bad(Failure::Unsupported);

impl Session {
    /// Transfer Syntax UID of a frame that is a whole video; None for pictures.
    pub fn video(&self, key: FrameKey) -> Option<&str> {
        self.of(key.series)?.video(key)
    }

    pub(super) fn picture_of(&self, view: &Viewport) -> Picture {
        let Some(ix) = view.series else { return Picture::Empty };
        let Some(series) = self.of(ix) else { return Picture::Empty };
        let Some(key) = view.position.and_then(|p| series.key_at(p)) else {
            return match (self.drawn_preview(view, ix), series.state) {
                (Some(preview), _) if view.wish == Wish::KeyFrame => Picture::Preview(preview),
                (None, SeriesState::Failed(failure)) => Picture::Failed { failure },
                (preview, _) => {
                    let drawn = preview.map(HeldPicture::Preview);
                    Picture::Waiting { held: drawn.map(|drawn| Held { drawn, position: None }) }
                }
            };
        };
        let state = self.cache.state(key);
        if series.video(key).is_some() && (self.cache.in_memory(key) || state == UNPLAYED) {
            return Picture::Video(key);
        }
        if state == FrameState::Decoded
            && let Some(drawn) = self.drawn_frame(view, key)
        {
            return Picture::Frame(drawn);
        }
        let key_position = series.key_position;
        let preview = self.drawn_preview(view, ix);
        if let (Some(preview), true) = (preview, view.position == key_position) {
            return Picture::Preview(preview);
        }
        if let Some(shape) = self.shape_of(key).filter(|_| self.has_sketch(key)) {
            let (transform, invert) = (view.transform, view.invert);
            return Picture::FramePreview(Drawn {
                key,
                voi: None,
                transform,
                shape,
                invert,
                state: None,
                marks: false,
            });
        }
        if let FrameState::Bad(failure) = state {
            return Picture::Failed { failure };
        }
        Picture::Waiting { held: self.held(view, preview, key_position) }
    }

    /// What was drawn last, if it is still here.
    fn held(&self, view: &Viewport, preview: Option<Drawn<SeriesIx>>, at: Option<u32>) -> Option<Held> {
        if let Some(key) = view.last.filter(|key| self.cache.state(*key) == FrameState::Decoded) {
            let keys = &self.of(key.series)?.ordered.keys;
            let position = keys.iter().position(|k| *k == key)? as u32;
            let drawn = HeldPicture::Frame(self.drawn_frame(view, key)?);
            return Some(Held { drawn, position: Some(position) });
        }
        Some(Held { drawn: HeldPicture::Preview(preview?), position: at })
    }

    pub(super) fn drawn_frame(&self, view: &Viewport, key: FrameKey) -> Option<Drawn<FrameKey>> {
        let state = self.state_for(view, key);
        Some(Drawn {
            key,
            voi: self.voi_for(view, key),
            transform: view.transform,
            shape: self.shape_under(state, key)?,
            invert: view.invert,
            state,
            marks: self.marks,
        })
    }

    fn drawn_preview(&self, view: &Viewport, ix: SeriesIx) -> Option<Drawn<SeriesIx>> {
        if !self.has_preview(ix) {
            return None;
        }
        let key = &self.film.as_ref()?.entry(ix)?.1.key_frame;
        let series = self.of(ix)?;
        let known = series.key_position.and_then(|p| self.shape_of(series.key_at(p)?));
        let (columns, rows) = (key.columns.max(1), key.rows.max(1));
        Some(Drawn {
            key: ix,
            voi: None,
            transform: view.transform,
            shape: known.unwrap_or(ImageShape { columns, rows, pixel_aspect: 1.0 }),
            invert: view.invert,
            state: None,
            marks: false,
        })
    }

    pub(super) fn shape_of(&self, key: FrameKey) -> Option<ImageShape> {
        let (instance, frame) = self.header(key)?;
        Some(ImageShape::new(instance.pixels.columns, instance.pixels.rows, &frame.spacing))
    }

    /// Shape of what a viewport shows, or would show.
    pub(super) fn shape(&self, viewport: ViewportIx) -> Option<ImageShape> {
        let view = self.viewports.get(viewport)?;
        let ix = view.series?;
        let known = view.position.and_then(|p| self.of(ix)?.key_at(p));
        let known = known.and_then(|key| self.shape_under(self.state_for(view, key), key));
        let key = &self.film.as_ref()?.entry(ix)?.1.key_frame;
        let (columns, rows) = (key.columns.max(1), key.rows.max(1));
        known.or(Some(ImageShape { columns, rows, pixel_aspect: 1.0 }))
    }

    /// The window in force for the frame that is asked for; none for colour and before the metadata is here.
    pub(super) fn voi_now(&self, view: &Viewport) -> Option<VoiChoice> {
        let key = self.of(view.series?)?.key_at(view.position?)?;
        self.voi_for(view, key)
    }

    pub(super) fn voi_for(&self, view: &Viewport, key: FrameKey) -> Option<VoiChoice> {
        let (instance, frame) = self.header(key)?;
        if !is_grey(instance) {
            return None;
        }
        let look = self.look(self.state_for(view, key), key);
        let display = look.map_or(&frame.display, |look| &look.display);
        let chosen = view.voi.filter(|voi| match voi {
            VoiChoice::Lut(table) => *table < display.voi_luts.len(),
            _ => true,
        });
        chosen.or(look.and_then(|look| look.voi)).or_else(|| {
            let modality = &self.film.as_ref()?.entry(key.series)?.1.modality;
            Some(default_voi(display, &instance.pixels, modality, || self.of(key.series)?.range(key)))
        })
    }

    /// Windows to choose from for what a viewport shows; the same list as before where nothing has changed.
    pub(super) fn refresh_choices(&mut self, viewport: ViewportIx) {
        let Some(view) = self.viewports.get(viewport) else { return };
        let basis = self.choices_basis(view);
        let same = match (&view.choices_basis, &basis) {
            (Some((a, x)), Some((b, y))) => Arc::ptr_eq(a, b) && x == y,
            (None, None) => true,
            _ => false,
        };
        if same {
            return;
        }
        let choices = self.choices(view).unwrap_or_default();
        let Some(view) = self.viewports.get_mut(viewport) else { return };
        view.choices_basis = basis;
        if *view.choices != choices {
            view.choices = Shared::new(choices);
        }
    }

    /// What the choices depend on.
    fn choices_basis(&self, view: &Viewport) -> Option<(Arc<DisplayHeader>, Option<ValueRange>)> {
        let series = self.of(view.series?)?;
        let key = series.key_at(view.position?)?;
        let display = self.display(self.state_for(view, key), key)?;
        Some((Arc::clone(display), series.range(key)))
    }

    fn choices(&self, view: &Viewport) -> Option<Vec<WindowChoice>> {
        let ix = view.series?;
        let series = self.of(ix)?;
        let key = series.key_at(view.position?)?;
        let (instance, _): (&InstanceHeader, _) = series.header(key)?;
        if !is_grey(instance) {
            return None;
        }
        let display: &DisplayHeader = self.display(self.state_for(view, key), key)?;
        let (_, entry) = self.film.as_ref()?.entry(ix)?;
        let explained = |text: &Option<String>| text.as_deref().map(Arc::from);
        let mut choices = Vec::new();
        for (index, window) in display.windows.iter().enumerate() {
            let least = if window.function == WindowFunction::Linear { 1.0 } else { f64::MIN_POSITIVE };
            if window.center.is_finite() && window.width.is_finite() && window.width >= least {
                let (center, width, function) = (window.center, window.width, window.function);
                choices.push(WindowChoice {
                    name: ChoiceName::File { index, explanation: explained(&window.explanation) },
                    voi: VoiChoice::Window { center, width, function },
                });
            }
        }
        for (table, lut) in display.voi_luts.iter().enumerate() {
            choices.push(WindowChoice {
                name: ChoiceName::File {
                    index: display.windows.len() + table,
                    explanation: explained(&lut.explanation),
                },
                voi: VoiChoice::Lut(table),
            });
        }
        let presets = presets_for(&entry.modality, entry.body_part.as_deref());
        for preset in presets {
            // The file's own window of the same values already stands in the list, under the file's name for it.
            if choices.iter().all(|choice| choice.voi != preset.voi()) {
                choices.push(WindowChoice { name: ChoiceName::Preset(preset), voi: preset.voi() });
            }
        }
        let whole = shown_as_stored(display, &instance.pixels, &entry.modality);
        if let Some(range) = whole.or(series.range(key)) {
            choices.push(WindowChoice { name: ChoiceName::Auto(range), voi: range.into() });
        }
        Some(choices)
    }

    /// Why the original that a viewport asks for will not come by itself.
    pub(super) fn missing(&self, view: &Viewport) -> Option<Failure> {
        let series = self.of(view.series?)?;
        match view.position.and_then(|p| series.key_at(p)) {
            Some(key) => match self.cache.state(key) {
                FrameState::Bad(failure) => Some(failure),
                _ => None,
            },
            None => match series.state {
                SeriesState::Failed(failure) => Some(failure),
                _ => None,
            },
        }
    }
}
