//! What is kept on this device: frames when the session says so, and with them the manifest and the metadata
//! without which they could not be found again.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use film_link::link::{FilmId, FilmKey};
use film_link::manifest::{MANIFEST_VERSION, Manifest};
use viewer_core::cache::{FrameKey, RequestId, SeriesIx, Source};
use viewer_core::map::Map;
use viewer_core::session::{Closed, Event, Failure, StoreFailure};

use super::Runner;
use super::held::Encoded;
use crate::platform::boot::Boot;
use crate::platform::buffer::Buffer;
use crate::platform::clock;
use crate::platform::crypto::FilmCrypto;
use crate::platform::device;
use crate::platform::keep;
use crate::platform::script::json_member;
use crate::platform::store::{EncodedStore, IndexedDb, MemoryStore, Store, StoreError, granted_bytes};
use crate::shelf::{self, KeptFilm};

/// Name of the manifest's record, before it is made opaque.
const MANIFEST: &str = "manifest";

/// Some browsers never answer when a store cannot be had: the film does not wait for that.
const OPEN_MS: f64 = 1_500.0;

/// Access to the store, once it is open.
#[derive(Default)]
pub(super) struct Kept {
    open: RefCell<Option<Rc<Open>>>,
}

struct Open {
    store: Store,
    crypto: FilmCrypto,
    budget: u64,
    film: RefCell<KeptFilm>,
    /// Something of this film is on disk.
    keeping: Cell<bool>,
    /// Texts that go to disk with the first frame.
    texts: RefCell<Map<String, String>>,
    lengths: RefCell<Map<String, u32>>,
}

impl Kept {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Opens the store for the film of this page and sweeps out what has expired; says whether it can be used.
    pub(super) async fn open(&self, boot: &Boot) -> bool {
        let open = clock::within(OPEN_MS, Self::try_open(boot.clone())).await.flatten();
        *self.open.borrow_mut() = open.map(Rc::new);
        self.open.borrow().is_some()
    }

    async fn try_open(boot: Boot) -> Option<Open> {
        let id = FilmId::parse(&boot.film()?).ok()?;
        let key = FilmKey::parse(&boot.key()?).ok()?;
        let store = match device::setting("store").as_deref() {
            Some("none") => return None,
            Some("memory") => Store::Memory(MemoryStore::default()),
            _ => Store::IndexedDb(IndexedDb::open().await.ok()?),
        };
        let crypto = FilmCrypto::derive(id.as_bytes(), key.as_bytes()).await.ok()?;
        let tag = crypto.name("film").await.ok()?;
        let films = store.films().await.ok()?;
        let now = clock::unix_secs();
        for gone in shelf::expired(&films, now) {
            store.remove(&gone).await.ok()?;
        }
        let had =
            films.into_iter().find(|film| film.tag == tag && film.expires_secs.is_none_or(|at| at > now));
        let keeping = Cell::new(had.is_some());
        let fresh = KeptFilm { tag, bytes: 0, used_secs: now, expires_secs: None, wanted: false };
        let film = KeptFilm { used_secs: now, ..had.unwrap_or(fresh) };
        let lengths = store.list(&film.tag).await.ok()?.into_iter().collect();
        Some(Open {
            store,
            crypto,
            budget: shelf::budget(granted_bytes().await),
            film: RefCell::new(film),
            keeping,
            texts: RefCell::default(),
            lengths: RefCell::new(lengths),
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
    async fn write(&self, plain: &str, bytes: &Buffer) -> Result<u32, StoreError> {
        let name = self.crypto.name(plain).await?;
        let sealed = self.crypto.seal(&name, bytes).await?;
        let length = sealed.len();
        let films = self.store.films().await?;
        let open = self.film.borrow().tag.clone();
        let gone = shelf::make_room(&films, &open, length.into(), self.budget).ok_or(StoreError::Quota)?;
        for film in gone {
            self.store.remove(&film).await?;
        }
        let replaced = self.lengths.borrow().get(&name).copied().unwrap_or(0);
        let film = {
            let mut film = self.film.borrow_mut();
            film.bytes = film.bytes.saturating_sub(replaced.into()).saturating_add(length.into());
            film.clone()
        };
        self.store.write(&film, &name, &sealed).await?;
        self.lengths.borrow_mut().insert(name, length);
        self.keeping.set(true);
        Ok(length)
    }

    async fn read(&self, plain: &str) -> Result<Option<Buffer>, StoreError> {
        let name = self.crypto.name(plain).await?;
        let tag = self.film.borrow().tag.clone();
        match self.store.read(&tag, &name).await? {
            Some(sealed) => Ok(Some(self.crypto.open(&name, &sealed).await?)),
            None => Ok(None),
        }
    }

    async fn read_text(&self, plain: &str) -> Option<String> {
        String::from_utf8(self.read(plain).await.ok()??.to_vec()).ok()
    }

    /// Writes the texts that wait: what is kept must be found again.
    async fn flush_texts(&self) -> Result<(), StoreError> {
        let texts = std::mem::take(&mut *self.texts.borrow_mut());
        for (plain, text) in texts {
            self.write(&plain, &Buffer::from_bytes(text.as_bytes())).await?;
        }
        Ok(())
    }
}

impl Runner {
    /// Says which frames of a series are on disk.
    pub(super) fn list_store(&self, series: SeriesIx) {
        let keys: Vec<(FrameKey, Option<String>)> =
            self.0.session.borrow().keys(series).iter().map(|key| (*key, self.plain_name(*key))).collect();
        let Some(open) = self.0.kept.get() else { return self.store_failed(&StoreError::Denied) };
        let runner = self.clone();
        clock::spawn(async move {
            let mut frames = Vec::new();
            for (key, plain) in keys {
                let Some(plain) = plain else { continue };
                let Ok(name) = open.crypto.name(&plain).await else { break };
                if let Some(length) = open.lengths.borrow().get(&name) {
                    frames.push((key, *length));
                }
            }
            runner.send(Event::StoreListed { series, frames });
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
            let read = open.read(&plain).await;
            if runner.0.aborts.borrow_mut().remove(&request).is_none() {
                return;
            }
            let event = match read {
                Ok(Some(bytes)) => {
                    let length = bytes.len();
                    let encoded = Encoded { bytes, transfer_syntax_uid: None };
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
                Ok(()) => open.write(&plain, &encoded.bytes).await,
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
        clock::spawn(async move {
            // The note goes with whatever is written; there may be nothing left to write.
            if let Some(text) = open.read_text(MANIFEST).await {
                let _ = open.write(MANIFEST, &Buffer::from_bytes(text.as_bytes())).await;
            }
            if on {
                keep::offline(&boot, true).await;
            }
        });
    }

    /// Deletes everything of this film from this device.
    pub(super) fn clear_store(&self) {
        let Some(open) = self.0.kept.get() else { return };
        let boot = self.0.boot.clone();
        clock::spawn(async move {
            let tag = open.film.borrow().tag.clone();
            // What cannot be deleted expires, and is unreadable without the link.
            let _ = open.store.remove(&tag).await;
            open.lengths.borrow_mut().clear();
            open.film.borrow_mut().bytes = 0;
            open.film.borrow_mut().wanted = false;
            open.keeping.set(false);
            keep::offline(&boot, false).await;
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
        let Some(open) = self.0.kept.get() else { return };
        open.film.borrow_mut().expires_secs = manifest.expires_at_secs;
        if let Some(text) = json_member(answer, "manifest") {
            self.remember(MANIFEST.to_owned(), text);
        }
    }

    /// Keeps a series' metadata, from the first frame that is kept.
    pub(super) fn remember_metadata(&self, series: SeriesIx, text: &str) {
        if let Some(name) = self.metadata_name(series) {
            self.remember(name, text.to_owned());
        }
    }

    fn remember(&self, plain: String, text: String) {
        let Some(open) = self.0.kept.get() else { return };
        open.texts.borrow_mut().insert(plain, text);
        if open.keeping.get() {
            clock::spawn(async move {
                // A text that finds no space is tried again with the next frame, which says so.
                let _ = open.flush_texts().await;
            });
        }
    }

    /// The kept film, where the gateway does not answer.
    pub(super) async fn recall_film(&self, reason: Closed) -> Result<Event, Closed> {
        if reason != Closed::Unreachable {
            return Err(reason);
        }
        let open = self.0.kept.get().ok_or(reason)?;
        let text = open.read_text(MANIFEST).await.ok_or(reason)?;
        let manifest = Manifest::read(&text).map_err(|_| reason)?;
        if manifest.version != MANIFEST_VERSION {
            return Err(reason);
        }
        Ok(Event::Opened { manifest: Box::new(manifest), source: Source::Disk })
    }

    /// A kept series' metadata.
    pub(super) async fn recall_metadata(&self, series: SeriesIx) -> Option<String> {
        let open = self.0.kept.get()?;
        open.read_text(&self.metadata_name(series)?).await
    }

    fn metadata_name(&self, series: SeriesIx) -> Option<String> {
        let film = self.film()?;
        Some(format!("metadata/{}", film.entry(series)?.1.uid))
    }
}
