//! What is kept on this device: frames when the session says so, and with them the manifest and the metadata
//! without which they could not be found again.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use film_link::manifest::{MANIFEST_VERSION, Manifest};
use viewer_core::cache::{FrameKey, RequestId, SeriesIx, Source};
use viewer_core::map::Map;
use viewer_core::session::{Closed, Event, Failure, StoreFailure};

use super::Runner;
use super::held::Encoded;
use crate::builds;
use crate::platform::boot::Boot;
use crate::platform::buffer::Buffer;
use crate::platform::clock;
use crate::platform::device;
use crate::platform::keep;
use crate::platform::script::json_member;
use crate::platform::store::{SEALING_BYTES, Store, StoreError};
use crate::shelf::{self, KeptFilm};

/// Name of the manifest's record, before it is made opaque.
const MANIFEST: &str = "manifest";

/// Some browsers never answer when a store cannot be had: the film does not wait for that.
const OPEN_MS: f64 = 1_500.0;

/// Access to the store, once it is open.
#[derive(Default)]
pub(super) struct Kept {
    open: RefCell<Option<Rc<Open>>>,
    /// It is open, or will not be.
    known: Cell<bool>,
    waiting: RefCell<Vec<Waker>>,
}

struct Open {
    store: Store,
    budget: u64,
    film: RefCell<KeptFilm>,
    /// Something of this film is on disk.
    keeping: Cell<bool>,
    /// Texts that go to disk with the first frame.
    texts: RefCell<Map<String, String>>,
    /// Pictures that go with them, where they are not here yet.
    pictures: RefCell<Map<String, Buffer>>,
    /// What is noted of the other films here.
    others: RefCell<Vec<KeptFilm>>,
}

impl Kept {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Opens the store for the film of this page and sweeps out what has expired; says whether it can be used.
    pub(super) async fn open(&self, boot: &Boot) -> bool {
        let open = clock::within(OPEN_MS, Self::try_open(boot.clone())).await.flatten();
        *self.open.borrow_mut() = open.map(Rc::new);
        self.known.set(true);
        self.waiting.take().into_iter().for_each(Waker::wake);
        self.open.borrow().is_some()
    }

    /// The store, as soon as it is known whether there is one.
    async fn soon(&self) -> Option<Rc<Open>> {
        poll_fn(|context| {
            if self.known.get() {
                return Poll::Ready(());
            }
            self.waiting.borrow_mut().push(context.waker().clone());
            Poll::Pending
        })
        .await;
        self.get()
    }

    async fn try_open(boot: Boot) -> Option<Open> {
        let kind = device::setting("store");
        if kind.as_deref() == Some("none") {
            return None;
        }
        let store = Store::open(&boot, kind).await.ok()?;
        let tag = store.tag();
        let mut others = store.films();
        let now = clock::unix_secs();
        for gone in shelf::expired(&others, now) {
            store.remove(&gone).await.ok()?;
            others.retain(|film| film.tag != gone);
        }
        let had = others.iter().position(|film| film.tag == tag).map(|index| others.swap_remove(index));
        let keeping = Cell::new(had.is_some());
        let fresh = KeptFilm { tag, bytes: 0, used_secs: now, expires_secs: None, wanted: false };
        let budget = shelf::budget(store.granted_bytes());
        Some(Open {
            store,
            budget,
            film: RefCell::new(KeptFilm { used_secs: now, ..had.unwrap_or(fresh) }),
            keeping,
            texts: RefCell::default(),
            pictures: RefCell::default(),
            others: RefCell::new(others),
        })
    }

    /// Whether the reader has asked before for all of the film of this page.
    pub(super) fn wanted(&self) -> bool {
        self.get().is_some_and(|open| open.film.borrow().wanted)
    }

    fn get(&self) -> Option<Rc<Open>> {
        self.open.borrow().clone()
    }
}

impl Open {
    async fn write(&self, name: &str, bytes: &Buffer, word: &str) -> Result<u32, StoreError> {
        let length = bytes.len().saturating_add(SEALING_BYTES).saturating_add(word.len() as u32);
        let film = {
            let mut film = self.film.borrow_mut();
            // What it replaces, a text, is small: it counts twice until the film is opened again.
            film.bytes = film.bytes.saturating_add(length.into());
            film.clone()
        };
        let written = match self.make_room(&film).await {
            Ok(()) => self.store.write(&film, name, bytes, word).await,
            Err(error) => Err(error),
        };
        match written {
            Ok(()) => self.keeping.set(true),
            Err(_) => {
                let mut film = self.film.borrow_mut();
                film.bytes = film.bytes.saturating_sub(length.into());
            }
        }
        written.map(|()| length)
    }

    /// Takes other films from this device until this one fits.
    async fn make_room(&self, film: &KeptFilm) -> Result<(), StoreError> {
        let gone =
            shelf::make_room(&self.others.borrow(), film.bytes, self.budget).ok_or(StoreError::Quota)?;
        for film in gone {
            self.store.remove(&film).await?;
            self.others.borrow_mut().retain(|other| other.tag != film);
        }
        Ok(())
    }

    async fn read_text(&self, plain: &str) -> Option<String> {
        String::from_utf8(self.store.read(plain).await.ok()??.0.to_vec()).ok()
    }

    /// Writes the texts and pictures that wait: what is kept must be found again. What is here as it is stays.
    async fn flush_texts(&self) -> Result<(), StoreError> {
        let texts = std::mem::take(&mut *self.texts.borrow_mut());
        for (plain, text) in texts {
            if self.read_text(&plain).await.as_ref() != Some(&text) {
                self.write(&plain, &Buffer::from_bytes(text.as_bytes()), "").await?;
            }
        }
        let pictures = std::mem::take(&mut *self.pictures.borrow_mut());
        for (plain, bytes) in pictures {
            if !self.has(&plain).await? {
                self.write(&plain, &bytes, "").await?;
            }
        }
        Ok(())
    }

    async fn has(&self, plain: &str) -> Result<bool, StoreError> {
        Ok(self.store.sizes(&[plain.to_owned()]).await?.first().is_some_and(|length| *length > 0))
    }

    /// Keeps a text, from the first frame that is kept.
    fn remember(self: Rc<Self>, plain: String, text: String) {
        self.texts.borrow_mut().insert(plain, text);
        self.flush_soon();
    }

    fn flush_soon(self: Rc<Self>) {
        if self.keeping.get() {
            clock::spawn(async move {
                // A text that finds no space is tried again with the next frame, which says so. The note says when the
                // film was opened last.
                let _ = self.flush_texts().await;
                let _ = self.note().await;
            });
        }
    }

    /// Writes what is noted of the film, where anything of it is here.
    async fn note(&self) -> Result<(), StoreError> {
        let film = self.film.borrow().clone();
        if self.keeping.get() { self.store.note(&film).await } else { Ok(()) }
    }
}

impl Runner {
    /// Says which frames of a series are on disk.
    pub(super) fn list_store(&self, series: SeriesIx) {
        let Some(open) = self.0.kept.get() else { return self.store_failed(&StoreError::Denied) };
        if !open.keeping.get() {
            return self.send(Event::StoreListed { series, frames: Vec::new() });
        }
        let keys = self.0.session.borrow().keys(series).to_vec();
        let named = keys.into_iter().filter_map(|key| Some((key, self.plain_name(key)?)));
        let (keys, names): (Vec<FrameKey>, Vec<String>) = named.unzip();
        let runner = self.clone();
        clock::spawn(async move {
            let lengths = open.store.sizes(&names).await.unwrap_or_default();
            let whole = lengths.iter().all(|length| *length > 0);
            let frames = keys.into_iter().zip(lengths).filter(|(_, length)| *length > 0).collect();
            runner.send(Event::StoreListed { series, frames });
            if !whole {
                runner.recall_sketches(series).await;
            }
        });
    }

    /// Brings a frame's bytes from disk into memory.
    pub(super) fn read_store(&self, request: RequestId, key: FrameKey) {
        let found = self.0.kept.get().zip(self.plain_name(key));
        let Some((open, plain)) = found else {
            return self.send(Event::FrameFailed { request, key, failure: Failure::Missing });
        };
        let abort = crate::platform::fetch::Abort::default();
        self.0.aborts.borrow_mut().insert(request, abort);
        let runner = self.clone();
        clock::spawn(async move {
            let begun = clock::now_ms();
            let read = open.store.read(&plain).await;
            if runner.0.aborts.borrow_mut().remove(&request).is_none() {
                return;
            }
            let event = match read {
                Ok(Some((bytes, word))) => {
                    let length = bytes.len();
                    let transfer_syntax_uid = Some(word).filter(|uid| !uid.is_empty());
                    let encoded = Encoded { bytes, transfer_syntax_uid };
                    runner.0.held.borrow_mut().put_encoded(key, encoded);
                    let ms = (clock::now_ms() - begun) as f32;
                    Event::FrameArrived { request, key, source: Source::Disk, bytes: length, ms }
                }
                Ok(None) => Event::FrameFailed { request, key, failure: Failure::Missing },
                Err(_) => Event::FrameFailed { request, key, failure: Failure::Damaged },
            };
            runner.send(event);
        });
    }

    /// Copies a frame's bytes to disk.
    pub(super) fn write_store(&self, key: FrameKey) {
        // Taken now: a drop that follows does not spoil the write.
        let encoded = self.0.held.borrow().encoded(key);
        let (Some(encoded), Some(plain)) = (encoded, self.plain_name(key)) else { return };
        let Some(open) = self.0.kept.get() else { return self.store_failed(&StoreError::Denied) };
        let runner = self.clone();
        clock::spawn(async move {
            let written = match open.flush_texts().await {
                Ok(()) => {
                    let syntax = encoded.transfer_syntax_uid.as_deref().unwrap_or_default();
                    open.write(&plain, &encoded.bytes, syntax).await
                }
                Err(error) => Err(error),
            };
            match written {
                Ok(bytes) => runner.send(Event::Stored { key, bytes }),
                Err(error) => runner.store_failed(&error),
            }
        });
    }

    /// Notes that all of the film is wanted here, or no longer, and has the page open without a network.
    pub(super) fn keep_whole(&self, on: bool) {
        let Some(open) = self.0.kept.get() else { return };
        open.film.borrow_mut().wanted = on;
        let boot = self.0.boot.clone();
        let modules =
            self.0.session.borrow().manifest().map_or(vec![], |film| builds::modules(film, device::simd()));
        clock::spawn(async move {
            // Where there is nothing yet, it goes with the first record.
            let _ = open.note().await;
            if on {
                keep::offline(&boot, true, &modules).await;
            }
        });
    }

    /// Deletes everything of this film from this device.
    pub(super) fn clear_store(&self) {
        let runner = self.clone();
        clock::spawn(async move {
            let Some(open) = runner.0.kept.soon().await else { return };
            let boot = &runner.0.boot;
            // What cannot be deleted expires, and is unreadable without the link.
            let _ = open.store.clear().await;
            open.film.borrow_mut().bytes = 0;
            open.film.borrow_mut().wanted = false;
            open.keeping.set(false);
            keep::offline(boot, false, &[]).await;
        });
    }

    fn store_failed(&self, error: &StoreError) {
        self.send(Event::StoreFailed(match error {
            StoreError::Quota => StoreFailure::Quota,
            StoreError::Denied => StoreFailure::Denied,
            StoreError::Broken(_) => StoreFailure::Broken,
        }));
    }

    fn plain_name(&self, key: FrameKey) -> Option<String> {
        let session = self.0.session.borrow();
        let at = session.locate(key)?;
        Some(format!("{}/{}/{}", at.series_uid, at.instance_uid, at.frame))
    }

    /// Keeps the manifest with the film's frames, from the first frame that is kept: the answer's own text of it,
    /// without the token beside it.
    pub(super) fn remember_film(&self, event: &Event, answer: &str) {
        let Event::Opened { manifest, .. } = event else { return };
        let (runner, expires_secs) = (self.clone(), manifest.expires_at_secs);
        let text = json_member(answer, "manifest");
        clock::spawn(async move {
            let Some(open) = runner.0.kept.soon().await else { return };
            open.film.borrow_mut().expires_secs = expires_secs;
            if let Some(text) = text {
                open.remember(MANIFEST.to_owned(), text);
            }
        });
    }

    /// Keeps a series' metadata, from the first frame that is kept.
    pub(super) fn remember_metadata(&self, series: SeriesIx, text: &str) {
        if let Some(name) = self.metadata_name(series) {
            let (runner, text) = (self.clone(), text.to_owned());
            clock::spawn(async move {
                if let Some(open) = runner.0.kept.soon().await {
                    open.remember(name, text);
                }
            });
        }
    }

    /// Keeps a picture that the gateway has made, from the first frame that is kept.
    pub(super) fn remember_picture(&self, plain: String, bytes: Buffer) {
        let runner = self.clone();
        clock::spawn(async move {
            if let Some(open) = runner.0.kept.soon().await {
                open.pictures.borrow_mut().insert(plain, bytes);
                open.flush_soon();
            }
        });
    }

    /// The first of these names under which nothing is kept.
    pub(super) async fn first_free(&self, names: &[String]) -> Option<usize> {
        let lengths = self.0.kept.soon().await?.store.sizes(names).await.ok()?;
        lengths.iter().position(|length| *length == 0)
    }

    /// A picture that is kept.
    pub(super) async fn recall_picture(&self, plain: &str) -> Option<Buffer> {
        Some(self.0.kept.soon().await?.store.read(plain).await.ok()??.0)
    }

    /// The kept film, where the gateway does not answer.
    pub(super) async fn recall_film(&self, reason: Closed) -> Result<Event, Closed> {
        if reason != Closed::Unreachable {
            return Err(reason);
        }
        let open = self.0.kept.soon().await.ok_or(reason)?;
        let text = open.read_text(MANIFEST).await.ok_or(reason)?;
        let manifest = Manifest::read(&text).map_err(|_| reason)?;
        if manifest.version != MANIFEST_VERSION {
            return Err(reason);
        }
        Ok(Event::Opened { manifest: Box::new(manifest), source: Source::Disk })
    }

    /// A kept series' metadata.
    pub(super) async fn recall_metadata(&self, series: SeriesIx) -> Option<String> {
        let open = self.0.kept.soon().await?;
        open.read_text(&self.metadata_name(series)?).await
    }

    fn metadata_name(&self, series: SeriesIx) -> Option<String> {
        let film = self.film()?;
        Some(format!("metadata/{}", film.entry(series)?.1.uid))
    }
}
