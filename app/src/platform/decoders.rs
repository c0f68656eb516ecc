//! The decoder workers, or the decoder in the page where no worker starts.
//!
//! Carries messages; who does what is [`Pool`]'s. Every request ends in exactly one [`Outcome`], whatever happens
//! to the worker that had it.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

use super::boot::Boot;
use super::buffer::Buffer;
use super::decoder_worker::DecoderWorker;
use super::inline_decoder::InlineDecoder;
use super::{clock, device};
use crate::builds::Build;
use crate::pack::{pack, unpack};
use crate::pool::{Pool, Told, pool_size};
use crate::protocol::{FailureKind, FromWorker, Picture, ToWorker, WireFailure};

/// How often workers with work in hand are looked after.
const WATCH_EVERY_MS: f64 = 5_000.0;

/// A heap of this size has grown: what most frames take is half of it.
const GROWN_BYTES: u32 = 24 << 20;

/// How long a worker with a grown heap has to have had nothing to do.
const RESTED_MS: f64 = 3_000.0;

/// What became of requests.
pub enum Outcome {
    /// The heaps of all workers together have another size.
    Heaps {
        /// Bytes.
        bytes: u64,
    },
    /// A worker died: it may have been for want of memory.
    Short,
    /// Samples.
    Decoded {
        /// The request.
        id: u32,
        /// What they are.
        picture: Picture,
        /// Where they are.
        samples: Buffer,
    },
    /// The decoder refused; it lives.
    Refused {
        /// The request.
        id: u32,
        /// Why.
        failure: WireFailure,
    },
    /// A worker died with these in hand; another has been started.
    Lost {
        /// The requests.
        ids: Vec<u32>,
    },
    /// The decoder is of another build: nothing can be decoded until the page is loaded anew.
    Unusable,
}

/// The decoders of this page.
#[derive(Clone)]
pub struct Decoders(Rc<Inner>);

struct Inner {
    boot: Boot,
    pool: RefCell<Pool>,
    workers: RefCell<Vec<Option<DecoderWorker>>>,
    waiting: RefCell<VecDeque<Job>>,
    inline: RefCell<Option<InlineDecoder>>,
    watching: Cell<bool>,
    /// Bytes of heaps that have been told of.
    told: Cell<u64>,
    begun: Cell<bool>,
    /// Which codecs the workers have.
    build: Cell<Build>,
    tell: Box<dyn Fn(Outcome)>,
}

/// A request and its encoded bytes.
pub(super) struct Job {
    pub(super) id: u32,
    pub(super) message: ToWorker,
    pub(super) bytes: Buffer,
}

impl Decoders {
    /// Decoders that [`Decoders::begin`] starts. `tell` hears of every outcome, never from inside a call of
    /// [`Decoders::decode`].
    pub fn start(boot: &Boot, tell: impl Fn(Outcome) + 'static) -> Self {
        let size = pool_size(device::cores(), device::memory_gib());
        let inner = Rc::new(Inner {
            boot: boot.clone(),
            pool: RefCell::new(Pool::new(size)),
            workers: RefCell::new((0..size).map(|_| None).collect()),
            waiting: RefCell::new(VecDeque::new()),
            inline: RefCell::new(None),
            watching: Cell::new(false),
            told: Cell::new(0),
            begun: Cell::new(false),
            build: Cell::new(Build::Light),
            tell: Box::new(tell),
        });
        Self(inner)
    }

    /// Starts the workers with this build. Later calls change nothing.
    pub fn begin(&self, build: Build) {
        if self.0.begun.replace(true) {
            return;
        }
        self.0.build.set(build);
        let size = self.0.workers.borrow().len();
        for index in 0..size {
            self.0.spawn(index);
        }
    }

    /// Decodes one frame. `bytes` stay the caller's: they are copied on their way to the worker.
    pub fn decode(&self, message: ToWorker, bytes: Buffer) {
        let ToWorker::Decode { id, transfer_syntax_uid, .. } = &message;
        let id = *id;
        let build = Build::for_syntax(transfer_syntax_uid);
        self.begin(build);
        self.0.widen(build);
        self.0.waiting.borrow_mut().push_back(Job { id, message, bytes });
        self.0.pump();
    }

    /// Forgets a request that no worker has begun; says whether it could.
    pub fn cancel(&self, id: u32) -> bool {
        let mut waiting = self.0.waiting.borrow_mut();
        let had = waiting.len();
        waiting.retain(|job| job.id != id);
        waiting.len() < had
    }

    /// The page is hidden: workers that have nothing to do give their heaps back.
    pub fn rest(&self) {
        self.0.recycle(0.0, 0);
    }

    /// Forgets everything that waits.
    pub fn cancel_all(&self) {
        self.0.waiting.borrow_mut().clear();
    }
}

impl Inner {
    /// Starts a worker in this place; without success the place is given up.
    fn spawn(self: &Rc<Self>, index: usize) {
        match self.try_spawn(index) {
            Some(worker) => {
                if let Some(place) = self.workers.borrow_mut().get_mut(index) {
                    *place = Some(worker);
                }
            }
            None => while self.pool.borrow_mut().lost(index).1 {},
        }
    }

    fn try_spawn(self: &Rc<Self>, index: usize) -> Option<DecoderWorker> {
        if device::setting("workers").as_deref() == Some("none") {
            return None;
        }
        let name = self.decoder_name();
        self.boot.mark(name);
        let script = self.boot.asset(&format!("{name}.js"))?;
        let module = self.boot.asset(&format!("{name}.wasm"))?;
        let address = format!("{}#{script}|{module}", self.boot.asset("decoder-worker.js")?);
        let (hearing, dying) = (Rc::downgrade(self), Rc::downgrade(self));
        let heard = move |text: Option<String>, buffer| {
            if let Some(inner) = hearing.upgrade() {
                inner.heard(index, text.as_deref(), buffer);
            }
        };
        let died = move || {
            if let Some(inner) = dying.upgrade() {
                inner.died(index);
            }
        };
        DecoderWorker::start(&address, heard, died)
    }

    /// Puts a build with more codecs in the place of the one that is there. What that had in hand is lost, to be asked
    /// for again.
    fn widen(self: &Rc<Self>, needed: Build) {
        if needed <= self.build.get() {
            return;
        }
        self.build.set(needed);
        *self.inline.borrow_mut() = None;
        let size = self.workers.borrow().len();
        let mut ids = Vec::new();
        for index in 0..size {
            ids.append(&mut self.pool.borrow_mut().replaced(index));
            self.spawn(index);
        }
        if !ids.is_empty() {
            let inner = Rc::clone(self);
            clock::after(0.0, move || (inner.tell)(Outcome::Lost { ids }));
        }
    }

    /// Gives waiting work to whoever has a free place.
    fn pump(self: &Rc<Self>) {
        loop {
            let free = self.pool.borrow().free();
            let lost = self.pool.borrow().is_lost();
            let Some(job) = (free.is_some() || lost).then(|| self.waiting.borrow_mut().pop_front()).flatten()
            else {
                return;
            };
            match free {
                Some(index) => self.send(index, &job),
                None => self.decode_here(job),
            }
        }
    }

    fn send(self: &Rc<Self>, index: usize, job: &Job) {
        self.pool.borrow_mut().sent(index, job.id, clock::now_ms());
        let text = pack(&job.message);
        let sent = self.workers.borrow().get(index).and_then(|place| place.as_ref()?.send(&text, &job.bytes));
        if sent.is_none() {
            let inner = Rc::clone(self);
            clock::after(0.0, move || inner.died(index));
        }
        self.watch();
    }

    fn heard(self: &Rc<Self>, index: usize, text: Option<&str>, buffer: Option<ArrayBuffer>) {
        let message = text.map(unpack::<FromWorker>);
        let Some(Ok(message)) = message else { return self.unusable("a message that does not parse") };
        let told = self.pool.borrow_mut().heard(index, &message, clock::now_ms());
        match told {
            Err(error) => return self.unusable(&error.to_string()),
            Ok(Told::Died(_)) => return self.died(index),
            Ok(Told::Ready) => {}
            Ok(Told::Done(_)) => self.finish(message, buffer),
        }
        self.tell_heaps();
        self.pump();
    }

    /// Tells of a reply, wherever it comes from.
    fn finish(self: &Rc<Self>, message: FromWorker, buffer: Option<ArrayBuffer>) {
        let FromWorker::Reply { id, result, .. } = message else { return };
        match (result, buffer) {
            // Coded otherwise than its file says.
            (Err(failure), _)
                if failure.kind == FailureKind::Unsupported && self.build.get() < Build::Whole =>
            {
                self.widen(Build::Whole);
                (self.tell)(Outcome::Lost { ids: vec![id] });
            }
            (Ok(picture), Some(buffer)) => {
                (self.tell)(Outcome::Decoded { id, picture, samples: Buffer::new(buffer) })
            }
            (Ok(_), None) => (self.tell)(Outcome::Lost { ids: vec![id] }),
            (Err(failure), _) => (self.tell)(Outcome::Refused { id, failure }),
        }
    }

    /// Which build of the decoder is wanted, and this browser can run.
    fn decoder_name(&self) -> &'static str {
        self.build.get().module(device::simd())
    }

    fn died(self: &Rc<Self>, index: usize) {
        if let Some(place) = self.workers.borrow_mut().get_mut(index) {
            *place = None;
        }
        let (ids, again) = self.pool.borrow_mut().lost(index);
        if again {
            self.spawn(index);
        }
        (self.tell)(Outcome::Short);
        if !ids.is_empty() {
            (self.tell)(Outcome::Lost { ids });
        }
        self.pump();
    }

    /// Replaces workers that have rested and grown: the memory of a wasm heap comes back with its worker only.
    fn recycle(self: &Rc<Self>, rested_ms: f64, most: u32) {
        let grown = self.pool.borrow().grown(clock::now_ms(), rested_ms, most);
        for index in grown {
            self.pool.borrow_mut().replaced(index);
            self.spawn(index);
        }
        self.tell_heaps();
    }

    fn tell_heaps(&self) {
        let bytes = self.pool.borrow().heaps();
        if self.told.replace(bytes) != bytes {
            (self.tell)(Outcome::Heaps { bytes });
        }
    }

    /// Page and decoder do not understand each other: say so loudly, once.
    fn unusable(&self, why: &str) {
        for place in self.workers.borrow_mut().iter_mut() {
            *place = None;
        }
        self.waiting.borrow_mut().clear();
        web_sys::console::error_2(&"decoder:".into(), &why.into());
        (self.tell)(Outcome::Unusable);
    }

    fn watch(self: &Rc<Self>) {
        if self.watching.replace(true) {
            return;
        }
        let inner = Rc::clone(self);
        clock::after(WATCH_EVERY_MS, move || {
            inner.watching.set(false);
            let overdue = inner.pool.borrow().overdue(clock::now_ms());
            for index in overdue {
                inner.died(index);
            }
            inner.recycle(RESTED_MS, GROWN_BYTES);
            let heavy = inner.pool.borrow().heaps() > GROWN_BYTES.into();
            if heavy || inner.pool.borrow().is_busy() {
                inner.watch();
            }
        });
    }

    /// Decodes in the page, one frame a turn of its event loop.
    fn decode_here(self: &Rc<Self>, job: Job) {
        let inner = Rc::clone(self);
        wasm_bindgen_futures::spawn_local(async move {
            let loaded = inner.inline.borrow().clone();
            let decoder = match loaded {
                Some(decoder) => Some(decoder),
                None => InlineDecoder::load(&inner.boot, inner.decoder_name()).await,
            };
            clock::sleep(0.0).await;
            let answer = decoder.as_ref().and_then(|decoder| decoder.handle(&job));
            match answer {
                Some((message, buffer)) => {
                    *inner.inline.borrow_mut() = decoder;
                    inner.finish(message, buffer);
                }
                None => {
                    *inner.inline.borrow_mut() = None;
                    (inner.tell)(Outcome::Lost { ids: vec![job.id] });
                }
            }
        });
    }
}

/// The bytes of a typed array or a buffer.
pub(super) fn buffer_of(value: &JsValue) -> Option<ArrayBuffer> {
    value.dyn_ref::<Uint8Array>().map(Uint8Array::buffer)
}
