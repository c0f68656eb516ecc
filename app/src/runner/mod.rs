//! Runs viewer-core's session in the browser: events in, effects out.
//!
//! The session decides; this carries out. Bytes, samples and previews live in [`held`] under the session's keys.
//! Events that arrive while one is being worked on wait in a queue, so that the session never sees itself from
//! inside. What the reader sees is made once per animation frame, however many events came ([`pulse`]).

mod decode;
mod glimpse;
mod gpu;
mod held;
mod kept;
mod marks;
mod network;
mod paint;
mod previews;
mod pulse;
mod sketches;
mod together;
mod video;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use viewer_core::cache::{FrameKey, RequestId, SeriesIx};
use viewer_core::map::Map;
use viewer_core::session::{Action, Closed, Effect, Event, Film, Place, Session, ViewModel};

use crate::platform::boot::Boot;
use crate::platform::decoders::Decoders;
use crate::platform::fetch::{Abort, remember_times};
use crate::platform::listen::Listener;
use crate::platform::{address, boot, clock, device};
use glimpse::Glimpses;
use gpu::Graphics;
use held::Held;
use kept::Kept;
use marks::Marks;
use paint::Surfaces;
use pulse::Pulse;
use video::Video;

/// One film, open in this page. Cheap to clone; lives as long as the page.
#[derive(Clone)]
pub struct Runner(Rc<Inner>);

struct Inner {
    boot: Boot,
    session: RefCell<Session>,
    queue: RefCell<VecDeque<Event>>,
    running: Cell<bool>,
    film: RefCell<Option<Film>>,
    token: RefCell<Option<String>>,
    /// Frames to be fetched when the event is through, after the request that each may come with.
    wanted: RefCell<Vec<(RequestId, (RequestId, FrameKey))>>,
    aborts: RefCell<Map<RequestId, Abort>>,
    /// Of the stream of previews under way.
    sketching: RefCell<Abort>,
    held: RefCell<Held>,
    glimpses: Glimpses,
    kept: Kept,
    surfaces: RefCell<Surfaces>,
    graphics: Graphics,
    marks: Marks,
    video: Video,
    pulse: Pulse,
    decoders: RefCell<Option<Decoders>>,
    listeners: RefCell<Vec<Listener>>,
    publish: Box<dyn Fn(ViewModel)>,
}

/// So long after the network has come back, what has brought nothing since is asked for again.
const NEW_LINE_MS: f64 = 2_000.0;

impl Runner {
    /// Begins: the session opens the film that the address names. `publish` hears of each new view, at most once
    /// per animation frame.
    pub fn start(boot: Boot, publish: impl Fn(ViewModel) + 'static) -> Self {
        let kept = Kept::new();
        let runner = Self(Rc::new(Inner {
            boot: boot.clone(),
            session: RefCell::new(Session::new()),
            queue: RefCell::new(VecDeque::new()),
            running: Cell::new(false),
            film: RefCell::new(None),
            token: RefCell::new(None),
            wanted: RefCell::default(),
            aborts: RefCell::new(Map::new()),
            sketching: RefCell::default(),
            held: RefCell::new(Held::default()),
            glimpses: Glimpses::default(),
            kept,
            surfaces: RefCell::new(Surfaces::default()),
            graphics: Graphics::default(),
            marks: Marks::default(),
            video: Video::default(),
            pulse: Pulse::default(),
            decoders: RefCell::new(None),
            listeners: RefCell::new(Vec::new()),
            publish: Box::new(publish),
        }));
        let telling = runner.clone();
        *runner.0.decoders.borrow_mut() = Some(Decoders::start(&boot, move |outcome| telling.told(outcome)));
        runner.listen();
        remember_times();
        if boot.film().is_none() || boot.key().is_none() {
            runner.send(Event::Closed(Closed::BadLink));
            return runner;
        }
        let opening = runner.clone();
        clock::spawn(async move {
            let usable = opening.0.kept.open(&opening.0.boot).await;
            opening.send(Event::StoreOpened { usable, keeps: opening.0.kept.wanted() });
        });
        let place = Place::parse(&address::place_text());
        runner.send(Event::Start { place, device: device::measure(), may_have: boot.may_have() });
        runner
    }

    /// What the reader did.
    pub fn act(&self, action: Action) {
        self.send(Event::Reader(action));
    }

    /// What the session shows now.
    pub fn view(&self) -> ViewModel {
        self.0.session.borrow().view()
    }

    /// Address of a series' preview for an image element, once it is here.
    pub fn preview_url(&self, series: SeriesIx) -> Option<String> {
        self.0.held.borrow().preview(series).map(|image| image.url())
    }

    /// Address of a file of this build.
    pub fn asset(&self, name: &str) -> Option<String> {
        self.0.boot.asset(name)
    }

    /// The film, once it is open.
    fn film(&self) -> Option<Film> {
        let known = self.0.film.borrow().clone();
        known.or_else(|| {
            let film = self.view().film;
            self.0.film.borrow_mut().clone_from(&film);
            film
        })
    }

    /// Takes in an event and does what the session asks for.
    fn send(&self, event: Event) {
        self.0.queue.borrow_mut().push_back(event);
        if self.0.running.replace(true) {
            return;
        }
        loop {
            let Some(event) = self.0.queue.borrow_mut().pop_front() else { break };
            let effects = self.0.session.borrow_mut().dispatch(event, clock::now_ms());
            for effect in effects {
                self.perform(effect);
            }
            self.fetch_wanted();
        }
        self.0.running.set(false);
        self.view_changed();
    }

    fn perform(&self, effect: Effect) {
        match effect {
            Effect::OpenFilm { passcode } => self.open_film(passcode),
            Effect::RenewToken => self.renew_token(),
            Effect::FetchMetadata { series } => self.fetch_metadata(series),
            Effect::FetchStates { study } => self.fetch_states(study),
            Effect::ApplyState { state, key } => self.apply_state(state, key),
            Effect::FetchPreview { series, width, height } => self.fetch_preview(series, width, height),
            Effect::FetchFramePreviews { stream, keys } => self.fetch_sketches(stream, &keys),
            Effect::AbortFramePreviews => self.0.sketching.borrow().abort(),
            Effect::FetchFrame { request, key, with } => {
                self.0.wanted.borrow_mut().push((with, (request, key)));
            }
            Effect::Abort { request } => {
                // Let go of first: Firefox runs what waits for the request from inside.
                let under_way = self.0.aborts.borrow_mut().remove(&request);
                let Some(abort) = under_way else { return };
                let shared = self.0.aborts.borrow().values().any(|other| other.is(&abort));
                if !shared {
                    abort.abort();
                }
            }
            Effect::ListStore { series } => self.list_store(series),
            Effect::ReadStore { request, key } => self.read_store(request, key),
            Effect::WriteStore { key } => self.write_store(key),
            Effect::ClearStore => self.clear_store(),
            Effect::KeepWhole(on) => self.keep_whole(on),
            Effect::DropEncoded { key } => self.0.held.borrow_mut().drop_encoded(key),
            Effect::DropDecoded { key } => self.drop_decoded(key),
            Effect::Decode { request, key } => self.decode(request, key),
            Effect::Rest => self.rest(),
            Effect::DropAll => self.drop_all(),
            Effect::Paint { viewport } => self.paint_soon(viewport),
            Effect::SaveFragment(place) => address::save_place(&place),
            Effect::NeedTick { at_ms } => self.tick_at(at_ms),
        }
    }

    fn rest(&self) {
        self.0.graphics.rest();
        if let Some(decoders) = &*self.0.decoders.borrow() {
            decoders.rest();
        }
    }

    fn drop_all(&self) {
        self.0.sketching.borrow().abort();
        for (_, abort) in self.0.aborts.take() {
            abort.abort();
        }
        if let Some(decoders) = &*self.0.decoders.borrow() {
            decoders.cancel_all();
        }
        *self.0.held.borrow_mut() = Held::default();
        self.0.glimpses.forget();
        self.0.graphics.drop_all();
        self.0.marks.drop_all();
        *self.0.token.borrow_mut() = None;
        boot::hide_shell();
    }

    /// Hears of the page's and the network's comings and goings.
    fn listen(&self) {
        let tell = |event: fn() -> Event| {
            let runner = self.clone();
            move |_| runner.send(event())
        };
        let paint = {
            let runner = self.clone();
            move |_| runner.paint_all()
        };
        let listeners = [
            Listener::on_window("online", {
                let runner = self.clone();
                move |_| runner.online_again()
            }),
            Listener::on_window("offline", tell(|| Event::Online(false))),
            Listener::on_document("visibilitychange", tell(|| Event::Visibility(!device::hidden()))),
            // The browser may lose what canvases show. Chromium before 99 does not tell; it happens behind a page that is away,
            // and what comes to the front is painted anyway.
            Listener::on_elements("contextlost", paint.clone()),
            Listener::on_elements("contextrestored", paint),
        ];
        self.0.listeners.borrow_mut().extend(listeners.into_iter().flatten());
    }

    /// There is a network again. What was under way may hang on a line of the old one, which nobody will ever tell.
    fn online_again(&self) {
        self.send(Event::Online(true));
        let (runner, since) = (self.clone(), clock::now_ms());
        clock::after(NEW_LINE_MS, move || {
            let under_way: Vec<Abort> = runner.0.aborts.borrow().values().cloned().collect();
            under_way.iter().for_each(|abort| abort.abort_if_silent_since(since));
        });
    }
}
