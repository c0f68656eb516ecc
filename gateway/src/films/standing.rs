//! Whether a film still stands, asked on every request with a token.
//!
//! The answer is kept for at most [`MAX_AGE`], so that hundreds of frames a second do not each ask the file,
//! and a revocation by another process counts within seconds.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use film_link::{link::FilmId, open::GoneReason};

use super::{
    record::FilmRecord,
    store::{Store, StoreError},
    token::{Claims, studies_digest},
};

/// Longest time that an answer is believed. Revoking has 5 seconds to take effect.
pub const MAX_AGE: Duration = Duration::from_secs(2);

/// Most films that are remembered.
const MAX_FILMS: usize = 4096;

/// Why a token that verified is not accepted all the same.
#[derive(Debug, thiserror::Error)]
pub enum StandingError {
    /// The film's time is over or it was revoked.
    #[error("the film is gone")]
    Gone(GoneReason),
    /// The film does not exist, was reissued, or reaches other studies now.
    #[error("the token is not for the film as it is now")]
    Changed,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A film with the digest of its studies, which every token is compared with.
#[derive(Debug, Clone)]
struct Film {
    record: Arc<FilmRecord>,
    studies: [u8; 16],
}

/// What the store said, and when it was asked.
type Seen = (Instant, Option<Film>);

/// The cache.
#[derive(Debug)]
pub struct Standing {
    store: Arc<Store>,
    seen: Mutex<HashMap<FilmId, Seen>>,
}

impl Standing {
    /// Empty.
    pub fn new(store: Arc<Store>) -> Self {
        Self { store, seen: Mutex::new(HashMap::new()) }
    }

    /// The film that the claims are for, as it stands at `now_secs`.
    ///
    /// # Errors
    /// [`StandingError`].
    pub fn check(&self, claims: &Claims, now_secs: u64) -> Result<Arc<FilmRecord>, StandingError> {
        let film = self.find(&claims.film)?.ok_or(StandingError::Changed)?;
        if let Some(reason) = film.record.gone_for_token(now_secs) {
            return Err(StandingError::Gone(reason));
        }
        if film.record.generation != claims.generation || film.studies != claims.studies {
            return Err(StandingError::Changed);
        }
        Ok(film.record)
    }

    /// Forgets a film, so that the next request asks the store.
    pub fn forget(&self, id: &FilmId) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }

    fn find(&self, id: &FilmId) -> Result<Option<Film>, StoreError> {
        let asked = Instant::now();
        {
            let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((at, film)) = seen.get(id)
                && asked.duration_since(*at) < MAX_AGE
            {
                return Ok(film.clone());
            }
        }
        let film = self
            .store
            .find(id)?
            .map(|record| Film { studies: studies_digest(&record.studies), record: Arc::new(record) });
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= MAX_FILMS {
            seen.retain(|_, (at, _)| asked.duration_since(*at) < MAX_AGE);
        }
        if seen.len() < MAX_FILMS {
            // The time before the question: an answer is never believed longer than MAX_AGE.
            seen.insert(*id, (asked, film.clone()));
        }
        Ok(film)
    }
}
