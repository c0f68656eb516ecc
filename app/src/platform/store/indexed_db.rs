//! The store on IndexedDB, which every engine has.
//!
//! Three object stores: `films` (tag → bytes, used, expires), `sizes` (tag/name → length) and `records` (tag/name →
//! sealed bytes). Sizes are apart so that listing a film reads no record. A write touches all three in one
//! transaction: a page that is killed leaves the state before or the state after.

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use web_sys::{
    IdbDatabase, IdbKeyRange, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransaction,
    IdbTransactionMode,
};

use super::{EncodedStore, StoreError};
use crate::platform::BrowserError;
use crate::platform::buffer::Buffer;
use crate::platform::script::{get, object, settled};
use crate::shelf::KeptFilm;

const NAME: &str = "lightbox";
const VERSION: u32 = 1;
const FILMS: &str = "films";
const SIZES: &str = "sizes";
const RECORDS: &str = "records";
const WHAT: &str = "the store on this device";

/// An open database.
pub struct IndexedDb(IdbDatabase);

impl IndexedDb {
    /// Opens it, and makes its object stores the first time.
    ///
    /// # Errors
    /// [`StoreError::Denied`] in private windows of some browsers.
    pub async fn open() -> Result<Self, StoreError> {
        let factory = web_sys::window().and_then(|window| window.indexed_db().ok().flatten());
        let factory = factory.ok_or(StoreError::Denied)?;
        let request = factory.open_with_u32(NAME, VERSION).map_err(refused)?;
        let upgrading = request.clone();
        let upgrade = Closure::once(move || make_stores(&upgrading));
        request.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
        let database: IdbDatabase = done(&request).await?.unchecked_into();
        // Another tab with a newer version of this page must not wait for this one.
        let closing = database.clone();
        let close = Closure::once_into_js(move || closing.close());
        database.set_onversionchange(Some(close.unchecked_ref()));
        Ok(Self(database))
    }

    fn transaction(&self, names: &[&str], write: bool) -> Result<IdbTransaction, StoreError> {
        let names: Array = names.iter().map(|name| JsValue::from_str(name)).collect();
        let mode = if write { IdbTransactionMode::Readwrite } else { IdbTransactionMode::Readonly };
        self.0.transaction_with_str_sequence_and_mode(&names, mode).map_err(refused)
    }
}

impl EncodedStore for IndexedDb {
    async fn films(&self) -> Result<Vec<KeptFilm>, StoreError> {
        let store = self.transaction(&[FILMS], false)?.object_store(FILMS).map_err(refused)?;
        let found: Array = done(&store.get_all().map_err(refused)?).await?.unchecked_into();
        Ok(found.iter().filter_map(|record| film_of(&record)).collect())
    }

    async fn list(&self, film: &str) -> Result<Vec<(String, u32)>, StoreError> {
        let store = self.transaction(&[SIZES], false)?.object_store(SIZES).map_err(refused)?;
        let range = range_of(film)?;
        let keys = store.get_all_keys_with_key(&range).map_err(refused)?;
        let sizes = store.get_all_with_key(&range).map_err(refused)?;
        let keys: Array = done(&keys).await?.unchecked_into();
        let sizes: Array = done(&sizes).await?.unchecked_into();
        let name = |key: JsValue| key.as_string().and_then(|key| Some(key.split_once('/')?.1.to_owned()));
        let pairs = keys.iter().zip(sizes.iter());
        Ok(pairs.filter_map(|(key, size)| Some((name(key)?, size.as_f64()? as u32))).collect())
    }

    async fn read(&self, film: &str, name: &str) -> Result<Option<Buffer>, StoreError> {
        let store = self.transaction(&[RECORDS], false)?.object_store(RECORDS).map_err(refused)?;
        let found = done(&store.get(&key(film, name)).map_err(refused)?).await?;
        Ok(found.dyn_into().ok().map(Buffer::new))
    }

    async fn write(&self, film: &KeptFilm, name: &str, sealed: &Buffer) -> Result<(), StoreError> {
        let transaction = self.transaction(&[FILMS, SIZES, RECORDS], true)?;
        let store = |name: &str| transaction.object_store(name).map_err(refused);
        let put = |store: IdbObjectStore, value: &JsValue, key: &JsValue| {
            store.put_with_key(value, key).map(|_| ()).map_err(refused)
        };
        let key = key(&film.tag, name);
        put(store(RECORDS)?, sealed.raw(), &key)?;
        put(store(SIZES)?, &sealed.len().into(), &key)?;
        put(store(FILMS)?, &record_of(film), &film.tag.as_str().into())?;
        committed(&transaction).await
    }

    async fn remove(&self, film: &str) -> Result<(), StoreError> {
        let transaction = self.transaction(&[FILMS, SIZES, RECORDS], true)?;
        let range = range_of(film)?;
        for name in [SIZES, RECORDS] {
            transaction.object_store(name).and_then(|store| store.delete(&range)).map_err(refused)?;
        }
        transaction.object_store(FILMS).and_then(|store| store.delete(&film.into())).map_err(refused)?;
        committed(&transaction).await
    }
}

fn make_stores(request: &IdbOpenDbRequest) {
    if let Ok(database) = request.result().map(JsCast::unchecked_into::<IdbDatabase>) {
        for name in [FILMS, SIZES, RECORDS] {
            // What fails here fails the opening too, which says so.
            let _ = database.create_object_store(name);
        }
    }
}

fn key(film: &str, name: &str) -> JsValue {
    format!("{film}/{name}").into()
}

/// All keys that begin with `film/`: "0" follows "/" in code order.
fn range_of(film: &str) -> Result<IdbKeyRange, StoreError> {
    IdbKeyRange::bound(&format!("{film}/").into(), &format!("{film}0").into()).map_err(refused)
}

fn record_of(film: &KeptFilm) -> JsValue {
    let number = |value: u64| JsValue::from_f64(value as f64);
    object(&[
        ("tag", film.tag.as_str().into()),
        ("bytes", number(film.bytes)),
        ("used", number(film.used_secs)),
        ("expires", film.expires_secs.map_or(JsValue::NULL, number)),
        ("wanted", film.wanted.into()),
    ])
    .into()
}

fn film_of(record: &JsValue) -> Option<KeptFilm> {
    let number = |name: &str| get(record, name).as_f64().map(|value| value as u64);
    Some(KeptFilm {
        tag: get(record, "tag").as_string()?,
        bytes: number("bytes")?,
        used_secs: number("used")?,
        expires_secs: number("expires"),
        wanted: get(record, "wanted").is_truthy(),
    })
}

fn refused(thrown: JsValue) -> StoreError {
    BrowserError::of(WHAT, &thrown).into()
}

/// Waits for a request's result.
async fn done(request: &IdbRequest) -> Result<JsValue, StoreError> {
    let promise = Promise::new(&mut |resolve, reject| {
        let (won, lost) = (request.clone(), request.clone());
        let success = Closure::once_into_js(move || {
            let _ = resolve.call1(&JsValue::NULL, &won.result().unwrap_or_default());
        });
        let error = Closure::once_into_js(move || {
            let reason = lost.error().ok().flatten().map(JsValue::from).unwrap_or_default();
            let _ = reject.call1(&JsValue::NULL, &reason);
        });
        request.set_onsuccess(Some(success.unchecked_ref()));
        request.set_onerror(Some(error.unchecked_ref()));
    });
    Ok(settled(WHAT, Ok(promise)).await?)
}

/// Waits until a transaction is on disk.
async fn committed(transaction: &IdbTransaction) -> Result<(), StoreError> {
    let promise = Promise::new(&mut |resolve, reject| {
        let aborted = transaction.clone();
        let abort = Closure::once_into_js(move || {
            let reason = aborted.error().map(JsValue::from).unwrap_or_default();
            let _ = reject.call1(&JsValue::NULL, &reason);
        });
        transaction.set_oncomplete(Some(&resolve));
        transaction.set_onabort(Some(abort.unchecked_ref()));
    });
    settled(WHAT, Ok(promise)).await?;
    Ok(())
}
