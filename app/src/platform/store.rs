//! What is kept on this device, through a script of ours (app/boot/store.js): that seals records under the link's key and
//! knows where they lie. What goes when space is short is not its business ([`crate::shelf`]).

use js_sys::{Array, Float64Array, Promise};
use thiserror::Error;
use wasm_bindgen::prelude::*;

use super::BrowserError;
use super::boot::Boot;
use super::buffer::Buffer;
use super::script::{get, settled};
use crate::shelf::KeptFilm;

/// What sealing adds to a record: an initialisation vector and a tag (NIST SP 800-38D), and the length of a word.
pub const SEALING_BYTES: u32 = 12 + 16 + 1;

const WHAT: &str = "the store on this device";

#[wasm_bindgen]
extern "C" {
    /// The script's exports.
    type Script;

    #[wasm_bindgen(method, catch)]
    fn open(this: &Script, film: &str, key: &str, kind: Option<String>) -> Result<Promise, JsValue>;

    /// What it opens.
    type Opened;

    #[wasm_bindgen(method, getter)]
    fn tag(this: &Opened) -> String;
    #[wasm_bindgen(method, getter)]
    fn films(this: &Opened) -> Array;
    #[wasm_bindgen(method, getter)]
    fn granted(this: &Opened) -> Option<f64>;
    #[wasm_bindgen(method, catch)]
    fn sizes(this: &Opened, names: &Array) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn read(this: &Opened, name: &str) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn write(
        this: &Opened,
        film: &Array,
        name: &str,
        bytes: &JsValue,
        word: &str,
    ) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn note(this: &Opened, film: &Array) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn clear(this: &Opened) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn remove(this: &Opened, tag: &str) -> Result<Promise, JsValue>;
}

/// Why something could not be kept or found.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StoreError {
    /// The disk, or this origin's share of it, is full.
    #[error("no space is left on this device for more frames")]
    Quota,
    /// The browser forbids it: private window, or a setting. Or the reader has cleared the film.
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

/// The store, open for the film of this page.
pub struct Store(Opened);

impl Store {
    /// Opens it for the film that the page's address names. `kind` is "database" where a test wants no files.
    ///
    /// # Errors
    /// [`StoreError::Denied`] in private windows of some browsers.
    pub async fn open(boot: &Boot, kind: Option<String>) -> Result<Self, StoreError> {
        if let Some(opening) = boot.store()
            && let Ok(opened) = settled(WHAT, Ok(opening)).await
        {
            return Ok(Self(opened.unchecked_into()));
        }
        let (film, key) = boot.film().zip(boot.key()).ok_or(StoreError::Denied)?;
        // There is no wasm beside it.
        let script = boot.load_module_with("store", &JsValue::NULL).await.ok_or(StoreError::Denied)?;
        let opening = script.unchecked_ref::<Script>().open(&film, &key, kind);
        Ok(Self(settled(WHAT, opening).await?.unchecked_into()))
    }

    /// What the film of this page is called here; says nothing without the link.
    pub fn tag(&self) -> String {
        self.0.tag()
    }

    /// Every film that was kept when it was opened.
    pub fn films(&self) -> Vec<KeptFilm> {
        self.0.films().iter().filter_map(|film| film_of(film.unchecked_ref())).collect()
    }

    /// Bytes that the browser grants this origin; None where it does not say.
    pub fn granted_bytes(&self) -> Option<f64> {
        self.0.granted()
    }

    /// Lengths of the records of this film under these names, as they are on disk; 0 for what is not there.
    ///
    /// # Errors
    /// Any [`StoreError`].
    pub async fn sizes(&self, names: &[String]) -> Result<Vec<u32>, StoreError> {
        let names: Array = names.iter().map(|name| JsValue::from_str(name)).collect();
        let sizes: Float64Array = settled(WHAT, self.0.sizes(&names)).await?.unchecked_into();
        Ok(sizes.to_vec().into_iter().map(|size| size as u32).collect())
    }

    /// A record of this film and the word that went with it; None where there is none.
    ///
    /// # Errors
    /// [`StoreError::Broken`] where its bytes are not those that were written under this name and link.
    pub async fn read(&self, name: &str) -> Result<Option<(Buffer, String)>, StoreError> {
        let found = settled(WHAT, self.0.read(name)).await?;
        let bytes = get(&found, "bytes").dyn_into().ok().map(Buffer::new);
        Ok(bytes.zip(get(&found, "word").as_string()))
    }

    /// Writes a record with a word of at most 255 ASCII characters, and what is noted of this film: both or neither.
    ///
    /// # Errors
    /// Any [`StoreError`].
    pub async fn write(
        &self,
        film: &KeptFilm,
        name: &str,
        bytes: &Buffer,
        word: &str,
    ) -> Result<(), StoreError> {
        settled(WHAT, self.0.write(&note_of(film), name, bytes.raw(), word)).await?;
        Ok(())
    }

    /// Writes what is noted of this film.
    ///
    /// # Errors
    /// Any [`StoreError`].
    pub async fn note(&self, film: &KeptFilm) -> Result<(), StoreError> {
        settled(WHAT, self.0.note(&note_of(film))).await?;
        Ok(())
    }

    /// Deletes this film with all its records, and lets nothing follow.
    ///
    /// # Errors
    /// Any [`StoreError`].
    pub async fn clear(&self) -> Result<(), StoreError> {
        settled(WHAT, self.0.clear()).await?;
        Ok(())
    }

    /// Deletes another film with all its records.
    ///
    /// # Errors
    /// Any [`StoreError`].
    pub async fn remove(&self, tag: &str) -> Result<(), StoreError> {
        settled(WHAT, self.0.remove(tag)).await?;
        Ok(())
    }
}

fn note_of(film: &KeptFilm) -> Array {
    let number = |value: u64| JsValue::from_f64(value as f64);
    let expires = film.expires_secs.map_or(JsValue::NULL, number);
    let (tag, wanted) = (film.tag.as_str().into(), film.wanted.into());
    Array::of5(&tag, &number(film.bytes), &number(film.used_secs), &expires, &wanted)
}

fn film_of(note: &Array) -> Option<KeptFilm> {
    let number = |index| note.get(index).as_f64().map(|value| value as u64);
    Some(KeptFilm {
        tag: note.get(0).as_string()?,
        bytes: number(1)?,
        used_secs: number(2)?,
        expires_secs: number(3),
        wanted: note.get(4).is_truthy(),
    })
}
