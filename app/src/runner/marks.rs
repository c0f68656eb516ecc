//! What lies over pictures: the presenter's module, presentation states, overlay bits.
//!
//! The module is loaded for the first film that has any of it, and is told of a series' metadata when they come. A
//! picture is never kept waiting: it is painted, and what lies over it follows.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use viewer_core::cache::FrameKey;
use viewer_core::codec::{Family, TransferSyntax};
use viewer_core::map::Map;
use viewer_core::session::{Drawn, Event, Failure, StateId, ViewportIx};

use super::Runner;
use crate::look::WireLook;
use crate::pack::pack;
use crate::platform::clock;
use crate::platform::fetch::Abort;
use crate::platform::presenter::{Over, Presenter};
use crate::presenting;
use crate::protocol::WirePixels;

/// The presenter of this page, and what waits for it.
#[derive(Default)]
pub(super) struct Marks {
    presenter: RefCell<Option<Rc<Presenter>>>,
    loading: Cell<bool>,
    /// Metadata of series with overlays or shutters that came before it.
    waiting: RefCell<Vec<String>>,
    /// Overlay bits that are on their way, or here.
    asked: RefCell<Map<String, ()>>,
}

impl Marks {
    pub(super) fn drop_all(&self) {
        *self.presenter.borrow_mut() = None;
        self.waiting.borrow_mut().clear();
        self.asked.borrow_mut().clear();
    }
}

impl Runner {
    /// A series has overlays or shutters.
    pub(super) fn learn_marks(&self, text: &str) {
        let ready = self.0.marks.presenter.borrow().clone();
        match ready {
            Some(presenter) => presenter.read_images(text),
            None => {
                self.0.marks.waiting.borrow_mut().push(text.to_owned());
                let runner = self.clone();
                clock::spawn(async move {
                    runner.presenter().await;
                    runner.paint_all();
                });
            }
        }
    }

    /// The module; None where it cannot be loaded now.
    async fn presenter(&self) -> Option<Rc<Presenter>> {
        let marks = &self.0.marks;
        while marks.loading.get() {
            clock::sleep(50.0).await;
        }
        if marks.presenter.borrow().is_none() {
            marks.loading.set(true);
            let loaded = Presenter::load(&self.0.boot).await.map(Rc::new);
            marks.loading.set(false);
            if let Some(presenter) = &loaded {
                marks.waiting.take().iter().for_each(|text| presenter.read_images(text));
            }
            *marks.presenter.borrow_mut() = loaded;
        }
        marks.presenter.borrow().clone()
    }

    /// Fetches the presentation states of a study.
    pub(super) fn fetch_states(&self, study: usize) {
        let runner = self.clone();
        clock::spawn(async move {
            let result = runner.states_of(study).await;
            runner.send(Event::States { study, result });
        });
    }

    async fn states_of(&self, study: usize) -> Result<Vec<viewer_core::session::StateEntry>, Failure> {
        let film = self.film().ok_or(Failure::Missing)?;
        let study = film.manifest().studies.get(study).ok_or(Failure::Missing)?;
        let mut texts = Vec::new();
        for series in &study.state_series {
            let path =
                format!("/dicom-web/studies/{}/series/{series}/metadata?includefield=lightbox", study.uid);
            let abort = Abort::default();
            let answer = self.ask(&path, "application/dicom+json", &abort).await?;
            texts.push(answer.text(&abort).await.map_err(|_| Failure::Network)?);
        }
        let presenter = self.presenter().await.ok_or(Failure::Network)?;
        let mut found = Vec::new();
        for text in texts {
            // One series that cannot be read does not take the others along.
            found.extend(presenter.read_states(&text).unwrap_or_default().into_iter().map(Into::into));
        }
        Ok(found)
    }

    /// Works out how a state has a frame drawn.
    pub(super) fn apply_state(&self, state: StateId, key: FrameKey) {
        let event = {
            let session = self.0.session.borrow();
            let presenter = self.0.marks.presenter.borrow();
            let Some((instance, frame)) = session.header(key) else { return };
            let presented = presenter.as_ref().and_then(|presenter| {
                let pixels = pack(&WirePixels::from(&instance.pixels));
                presenter.apply(state.0, &instance.sop_instance_uid, key.frame, &pixels)
            });
            presenting::applied(state, key, &frame.display, presented)
        };
        self.send(event);
    }

    /// Draws what lies over a picture that was just painted, or takes away what lay over the one before.
    pub(super) fn paint_marks(&self, viewport: ViewportIx, drawn: Option<&Drawn<FrameKey>>) {
        let presenter = self.0.marks.presenter.borrow().clone();
        let Some(presenter) = presenter else { return };
        if drawn.is_none_or(|drawn| self.paint_over(viewport, drawn, &presenter).is_none()) {
            self.0.surfaces.borrow_mut().mark(viewport, None);
        }
    }

    fn paint_over(
        &self,
        viewport: ViewportIx,
        drawn: &Drawn<FrameKey>,
        presenter: &Rc<Presenter>,
    ) -> Option<()> {
        let session = self.0.session.borrow();
        let (instance, _) = session.header(drawn.key)?;
        if !drawn.marks || (drawn.state.is_none() && !instance.has_marks) {
            return None;
        }
        let uid = &instance.sop_instance_uid;
        self.fetch_bits(uid, presenter);
        let native = if presenter.wants_native(uid) { self.native(drawn.key) } else { None };
        let mut surfaces = self.0.surfaces.borrow_mut();
        let screen = surfaces.size(viewport)?.map(|side| side as u32);
        let voi = drawn.voi.unwrap_or(viewer_core::lut::VoiChoice::Auto { min: 0.0, max: 1.0 });
        let look = WireLook::new(&instance.pixels, voi, false, &drawn.transform, &drawn.shape, screen);
        let over = Over {
            instance: uid,
            frame: drawn.key.frame,
            state: drawn.state.map(|state| state.0),
            look: &pack(&look),
            pixels: &pack(&WirePixels::from(&instance.pixels)),
            native,
        };
        surfaces.mark(viewport, Some((presenter, &over)));
        Some(())
    }

    /// A frame's bytes as stored, where they are uncompressed and still here.
    fn native(&self, key: FrameKey) -> Option<(crate::platform::buffer::Buffer, bool)> {
        let encoded = self.0.held.borrow().encoded(key)?;
        let session = self.0.session.borrow();
        let named = encoded.transfer_syntax_uid.as_deref();
        let syntax = TransferSyntax::from_uid(named.unwrap_or(&session.header(key)?.0.transfer_syntax_uid))?;
        (syntax.family() == Family::Native).then(|| (encoded.bytes, syntax.big_endian()))
    }

    /// Asks for overlay bits that are not in the metadata, each once.
    fn fetch_bits(&self, instance: &str, presenter: &Rc<Presenter>) {
        for address in presenter.wanted(instance) {
            // Only what the gateway itself serves.
            let ours = address.starts_with("/dicom-web/");
            let mut asked = self.0.marks.asked.borrow_mut();
            if !ours || asked.has(&address) {
                continue;
            }
            asked.insert(address.clone(), ());
            let (runner, presenter, instance) = (self.clone(), Rc::clone(presenter), instance.to_owned());
            clock::spawn(async move {
                let abort = Abort::default();
                match runner.bytes(&address, "application/octet-stream", &abort).await {
                    Ok(bytes) => {
                        presenter.fill(&instance, &address, &bytes);
                        runner.paint_all();
                    }
                    // Asked for again when the picture is painted next.
                    Err(_) => drop(runner.0.marks.asked.borrow_mut().remove(&address)),
                }
            });
        }
    }
}
