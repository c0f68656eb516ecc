//! Encrypted bytes on this device, under opaque names, film by film.
//!
//! Knows nothing of keys and pictures: what it holds is sealed before it comes ([`super::crypto`]). Records of a film
//! come and go; a whole film goes when it expires, when the reader says so, or when space is short and it was not
//! opened for the longest time ([`crate::shelf`]).

mod indexed_db;
mod memory;

use thiserror::Error;

use super::BrowserError;
use super::buffer::Buffer;
use crate::shelf::KeptFilm;

pub use indexed_db::IndexedDb;
pub use memory::MemoryStore;

/// Why something could not be kept or found.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StoreError {
    /// The disk, or this origin's share of it, is full.
    #[error("no space is left on this device for more frames")]
    Quota,
    /// The browser forbids it: private window, or a setting.
    #[error("this browser does not let pages keep anything")]
    Denied,
    /// It broke.
    #[error(transparent)]
    Broken(BrowserError),
}

impl From<BrowserError> for StoreError {
    fn from(error: BrowserError) -> Self {
        match error.name.as_str() {
            "QuotaExceededError" => Self::Quota,
            "SecurityError" | "NotSupportedError" | "InvalidStateError" => Self::Denied,
            _ => Self::Broken(error),
        }
    }
}

/// A place that keeps sealed records.
#[allow(async_fn_in_trait, reason = "a page has one thread: its futures need not be Send")]
pub trait EncodedStore {
    /// Every kept film.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn films(&self) -> Result<Vec<KeptFilm>, StoreError>;

    /// Names of a film's records, with their lengths.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn list(&self, film: &str) -> Result<Vec<(String, u32)>, StoreError>;

    /// A record; None where there is none.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn read(&self, film: &str, name: &str) -> Result<Option<Buffer>, StoreError>;

    /// Writes a record and the film's new sum, both or neither.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn write(&self, film: &KeptFilm, name: &str, sealed: &Buffer) -> Result<(), StoreError>;

    /// Deletes a film with all its records.
    ///
    /// # Errors
    /// Any [`StoreError`].
    async fn remove(&self, film: &str) -> Result<(), StoreError>;
}

/// What this browser has: the disk, or the memory of this page where tests ask for it.
pub enum Store {
    /// On disk.
    IndexedDb(IndexedDb),
    /// Gone with the page.
    Memory(MemoryStore),
}

impl EncodedStore for Store {
    async fn films(&self) -> Result<Vec<KeptFilm>, StoreError> {
        match self {
            Self::IndexedDb(store) => store.films().await,
            Self::Memory(store) => store.films().await,
        }
    }

    async fn list(&self, film: &str) -> Result<Vec<(String, u32)>, StoreError> {
        match self {
            Self::IndexedDb(store) => store.list(film).await,
            Self::Memory(store) => store.list(film).await,
        }
    }

    async fn read(&self, film: &str, name: &str) -> Result<Option<Buffer>, StoreError> {
        match self {
            Self::IndexedDb(store) => store.read(film, name).await,
            Self::Memory(store) => store.read(film, name).await,
        }
    }

    async fn write(&self, film: &KeptFilm, name: &str, sealed: &Buffer) -> Result<(), StoreError> {
        match self {
            Self::IndexedDb(store) => store.write(film, name, sealed).await,
            Self::Memory(store) => store.write(film, name, sealed).await,
        }
    }

    async fn remove(&self, film: &str) -> Result<(), StoreError> {
        match self {
            Self::IndexedDb(store) => store.remove(film).await,
            Self::Memory(store) => store.remove(film).await,
        }
    }
}

/// Bytes that the browser grants this origin; None where it does not say.
pub async fn granted_bytes() -> Option<f64> {
    let storage = wasm_bindgen::JsValue::from(web_sys::window()?.navigator().storage());
    if !storage.is_object() {
        return None;
    }
    let storage: web_sys::StorageManager = wasm_bindgen::JsCast::unchecked_into(storage);
    let estimate = super::script::settled("the storage's size", storage.estimate()).await.ok()?;
    super::script::get(&estimate, "quota").as_f64()
}
