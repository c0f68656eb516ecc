//! The store's twin without a disk: for browsers that refuse one, and for tests.

use std::cell::RefCell;

use viewer_core::map::Map;

use super::{EncodedStore, StoreError};
use crate::platform::buffer::Buffer;
use crate::shelf::KeptFilm;

/// Keeps records as long as the page lives.
#[derive(Default)]
pub struct MemoryStore {
    films: RefCell<Map<String, Records>>,
}

/// A film and its records by name.
type Records = (KeptFilm, Map<String, Buffer>);

impl EncodedStore for MemoryStore {
    async fn films(&self) -> Result<Vec<KeptFilm>, StoreError> {
        Ok(self.films.borrow().values().map(|(film, _)| film.clone()).collect())
    }

    async fn list(&self, film: &str) -> Result<Vec<(String, u32)>, StoreError> {
        let films = self.films.borrow();
        let records = films.get(film).into_iter().flat_map(|(_, records)| records.iter());
        Ok(records.map(|(name, sealed)| (name.clone(), sealed.len())).collect())
    }

    async fn read(&self, film: &str, name: &str) -> Result<Option<Buffer>, StoreError> {
        Ok(self.films.borrow().get(film).and_then(|(_, records)| records.get(name).cloned()))
    }

    async fn write(&self, film: &KeptFilm, name: &str, sealed: &Buffer) -> Result<(), StoreError> {
        let mut films = self.films.borrow_mut();
        let entry = films.entry(film.tag.clone(), || (film.clone(), Map::new()));
        entry.0 = film.clone();
        entry.1.insert(name.to_owned(), sealed.clone());
        Ok(())
    }

    async fn remove(&self, film: &str) -> Result<(), StoreError> {
        self.films.borrow_mut().remove(film);
        Ok(())
    }
}
