//! The state, seen by the interface.

use super::drive::frame_time;
use super::model::Session;
use super::series::{Series, is_grey};
use super::view::{Keep, SeriesState, SeriesView, ViewModel};
use super::viewport::Viewport;
use super::viewport_view::{Basis, Fidelity, Overlay, Picture, ViewportView};
use crate::cache::{FrameKey, SeriesIx};
use crate::dicom::header::Spacing;
use crate::geometry::{Placement, ViewTransform, scale_bar, side_letters};
use std::sync::Arc;

impl Session {
    /// The screen now.
    pub fn view(&self) -> ViewModel {
        let mut keep = Keep { possible: self.may_keep(), wanted: self.keep, frames: 0, bytes: 0 };
        let mut list = Vec::with_capacity(self.series.len());
        for (ix, series) in self.series.iter().enumerate() {
            let ix = SeriesIx(ix as u16);
            let tally = self.cache.tally(ix);
            keep.frames += tally.stored;
            keep.bytes += tally.stored_bytes;
            let entry = self.film.as_ref().and_then(|f| f.entry(ix));
            list.push(SeriesView {
                ix,
                state: series.state,
                preview: series.preview,
                frames: match series.state {
                    SeriesState::Ready => series.count(),
                    _ => entry.map_or(0, |(_, e)| e.frames),
                },
                arrived: tally.arrived,
                decoded: tally.decoded,
                failed: tally.bad,
                findings: series.ordered.findings,
                shown: self.viewports.iter().any(|v| v.series == Some(ix)),
            });
        }
        ViewModel {
            screen: self.screen.clone(),
            film: self.film.clone(),
            series: list,
            viewports: self.viewports.iter().map(|v| self.view_of(v)).collect(),
            active: self.active,
            layout: self.layout,
            tool: self.tool,
            marks: self.marks,
            page: self.page,
            notices: self.notices.clone(),
            renderer: self.renderer,
            keep,
        }
    }

    fn view_of(&self, view: &Viewport) -> ViewportView {
        let picture = self.picture_of(view);
        let series = view.series.and_then(|ix| self.of(ix));
        let asked = series.zip(view.position).and_then(|(s, p)| s.key_at(p));
        let time = series.zip(view.position).and_then(|(s, p)| frame_time(s, p));
        let header = asked.and_then(|key| self.header(key));
        let frame = header.map(|(_, frame)| frame);
        let axes = header.and_then(|(instance, frame)| {
            frame.plane.as_ref().map(|plane| [plane.row, plane.column]).or(instance.patient_orientation)
        });
        let state = asked.and_then(|key| self.state_for(view, key));
        let original = matches!(picture, Picture::Frame(_));
        // A preview is drawn under the file's window, whatever the reader has chosen: no numbers then rather than wrong ones.
        let other_window =
            view.voi.is_some() && matches!(picture, Picture::Preview(_) | Picture::FramePreview(_));
        ViewportView {
            series: view.series,
            position: view.position,
            count: match (series, view.series) {
                (Some(s), Some(ix)) if s.state != SeriesState::Ready => {
                    self.film.as_ref().and_then(|f| f.entry(ix)).map_or(0, |(_, e)| e.frames)
                }
                (Some(s), _) => s.count(),
                _ => 0,
            },
            fidelity: match &picture {
                Picture::Frame(drawn) => series.map(|series| series.fidelity(drawn.key)),
                Picture::Video(key) if self.cache.in_memory(*key) => {
                    series.map(|series| series.fidelity(*key))
                }
                Picture::Preview(_) | Picture::FramePreview(_) => Some(Fidelity::Preview),
                _ => None,
            },
            missing: self.missing(view),
            overlay: series.zip(asked).map_or_else(Overlay::default, |(s, key)| {
                let overlay = self.overlay(view, s, key);
                Overlay { window: overlay.window.filter(|_| !other_window), ..overlay }
            }),
            orientation: axes.filter(|_| original).map(|axes| side_letters(axes, &view.transform)),
            scale: frame.filter(|_| original).and_then(|f| {
                let css = self.css_placement(view, asked?)?;
                scale_bar(&css, &f.spacing, view.size[0] / 3.0)
            }),
            choices: view.choices.clone(),
            states: asked.map_or_else(Vec::new, |key| {
                self.states_of(key).map(|state| (state.id, state.label.clone())).collect()
            }),
            state,
            state_incomplete: asked.and_then(|key| self.look(state, key)).is_some_and(|look| look.incomplete),
            has_marks: header.is_some_and(|(instance, _)| instance.has_marks),
            cine: view.cine.view(time),
            picture,
        }
    }

    fn overlay(&self, view: &Viewport, series: &Series, key: FrameKey) -> Overlay {
        let Some((instance, frame)) = series.header(key) else { return Overlay::default() };
        let voi = self.voi_for(view, key);
        let window = voi.and_then(|v| v.center_width()).map(|(c, w)| [c, w]);
        let state = self.state_for(view, key);
        let placed = self.shape_under(state, key).map(|s| Placement::new(&view.transform, s, view.screen()));
        let along = view.position.and_then(|p| *series.ordered.along_mm.get(p as usize)?);
        Overlay {
            window,
            choice: voi.and_then(|v| view.choices.iter().position(|c| c.voi == v)),
            units: self
                .display(state, key)
                .and_then(|display| display.units.as_deref())
                .filter(|_| is_grey(instance))
                .map(Arc::from),
            inverted: view.invert,
            zoom_percent: placed
                .filter(|_| series.video(key).is_none())
                .map(|p| p.screen_per_pixel()[0] * 100.0),
            instance_number: instance.number,
            frame: (instance.pixels.frames > 1).then(|| key.frame.saturating_add(1)),
            stack: view.position.and_then(|p| series.ordered.stack_of(p)),
            slice_mm: along,
            thickness_mm: frame.plane.as_ref().and_then(|p| p.thickness),
            basis: Some(match frame.spacing {
                _ if !instance.regions.is_empty() => Basis::Regions,
                Spacing::Patient(_) => Basis::Patient,
                Spacing::Detector(_) => Basis::Detector,
                Spacing::Estimated(_) => Basis::Estimated,
                Spacing::Ratio(_) => Basis::Pixels,
            }),
            size: Some([instance.pixels.rows, instance.pixels.columns]),
        }
    }

    /// The picture's place in CSS pixels.
    fn css_placement(&self, view: &Viewport, key: FrameKey) -> Option<Placement> {
        let shape = self.shape_under(self.state_for(view, key), key)?;
        let device = Placement::new(&view.transform, shape, view.screen());
        // "Actual size" means device pixels, so the zoom is taken from there.
        let fitted = ViewTransform { zoom: 1.0, pan: [0.0; 2], fit: Default::default(), ..view.transform };
        let one = Placement::new(&fitted, device.shape(), view.screen());
        let zoom = device.screen_per_pixel()[0] / one.screen_per_pixel()[0];
        let pan = view.transform.pan.map(|p| p / view.dpr);
        Some(Placement::new(&ViewTransform { zoom, pan, ..fitted }, device.shape(), view.size))
    }
}
