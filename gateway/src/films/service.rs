//! The films of this installation: store, tokens and limits put together. Free of HTTP.

use std::{path::Path, sync::Arc, time::Duration};

use film_link::{
    link::FilmId,
    open::{FilmEvent, FilmEventKind, GoneReason},
};
use tokio::sync::{Mutex, Semaphore};

use super::{
    rate_limit::{Rate, RateLimit},
    record::FilmRecord,
    secret::{SecretError, key_file},
    standing::{Standing, StandingError},
    store::{Store, StoreError},
    token::{Claims, Signer, TokenError},
};
use crate::clock::Clock;

/// What an installation can set.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Seconds that a token lives.
    pub token_secs: u32,
    /// Seconds after an opening until which its token can be renewed.
    pub session_secs: u64,
    /// Seconds that a film lives where its maker names no time; `None` = for ever.
    pub film_secs: Option<u64>,
    /// Openings from one address.
    pub by_address: Rate,
    /// Openings of one film.
    pub by_film: Rate,
    /// Every answer "no such film or wrong key" takes this long, so that the two cannot be told apart.
    pub not_found_after: Duration,
    /// `https://host[:port]`, to write whole links.
    pub public_origin: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            token_secs: 600,
            session_secs: 12 * 3600,
            film_secs: Some(30 * 86_400),
            // A county hospital may come from one address: dozens at once are honest.
            by_address: Rate { burst: 60.0, per_second: 1.0 },
            by_film: Rate { burst: 30.0, per_second: 0.5 },
            not_found_after: Duration::from_millis(60),
            public_origin: None,
        }
    }
}

/// Passcodes of one film are checked one after another; films share so many turnstiles.
pub(super) const TURNSTILES: usize = 64;

/// Argon2 takes 19 MiB and a core each.
const HASHES_AT_ONCE: usize = 2;

/// The films.
#[derive(Debug)]
pub struct Films {
    pub(super) store: Arc<Store>,
    pub(super) signer: Signer,
    pub(super) clock: Clock,
    pub(super) settings: Settings,
    pub(super) by_address: RateLimit,
    pub(super) by_film: RateLimit,
    pub(super) standing: Standing,
    pub(super) turnstiles: Vec<Mutex<()>>,
    pub(super) hashing: Semaphore,
}

/// Why films could not be had.
#[derive(Debug, thiserror::Error)]
pub enum FilmsError {
    /// The films' file.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key file.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// A task was cut off: the service is stopping.
    #[error("the service is stopping")]
    Stopping,
}

/// Why a bearer token is refused.
#[derive(Debug, thiserror::Error)]
pub enum BearerError {
    /// The token itself.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The film behind it.
    #[error(transparent)]
    Standing(#[from] StandingError),
}

/// The holder of a token that was accepted.
#[derive(Debug, Clone)]
pub struct FilmSession {
    /// What the token says.
    pub claims: Claims,
    /// The film as it stands.
    pub film: Arc<FilmRecord>,
}

impl Films {
    /// Opens `films.db` and `token.key` in the data folder, makes them where they do not exist.
    ///
    /// # Errors
    /// [`FilmsError`].
    pub fn open_data(data: &Path, settings: Settings, clock: Clock) -> Result<Self, FilmsError> {
        let store = Arc::new(Store::open(&data.join("films.db"))?);
        Ok(Self {
            signer: Signer::new(&key_file(&data.join("token.key"))?),
            by_address: RateLimit::new(settings.by_address),
            by_film: RateLimit::new(settings.by_film),
            standing: Standing::new(Arc::clone(&store)),
            turnstiles: (0..TURNSTILES).map(|_| Mutex::new(())).collect(),
            hashing: Semaphore::new(HASHES_AT_ONCE),
            store,
            clock,
            settings,
        })
    }

    /// The clock that films live by.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Runs a question to the store off the async threads.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, FilmsError> {
        let store = Arc::clone(&self.store);
        let answer = tokio::task::spawn_blocking(move || question(&store)).await;
        Ok(answer.map_err(|_| FilmsError::Stopping)??)
    }

    /// Accepts or refuses a bearer token. One look into memory for most requests; once in two seconds and
    /// film, one look into the store.
    ///
    /// # Errors
    /// [`BearerError`].
    pub fn bearer(&self, token: &str) -> Result<FilmSession, BearerError> {
        let now = self.clock.now_secs();
        let claims = self.signer.verify(token, now)?;
        let film = self.standing.check(&claims, now)?;
        Ok(FilmSession { claims, film })
    }

    /// A token for the session that lives as long as the settings, the film and the session allow.
    /// `None` where the session is over.
    pub(super) fn token(&self, film: &FilmRecord, session: [u8; 8], opened_at: u64) -> Option<(String, u32)> {
        let now = self.clock.now_secs();
        let mut expires_at =
            (now + u64::from(self.settings.token_secs)).min(opened_at + self.settings.session_secs);
        if let Some(end) = film.expires_at {
            expires_at = expires_at.min(end);
        }
        let lives = u32::try_from(expires_at.checked_sub(now)?).ok().filter(|&secs| secs > 0)?;
        let claims = Claims {
            film: film.id,
            generation: film.generation,
            studies: super::token::studies_digest(&film.studies),
            session,
            opened_at,
            expires_at,
        };
        Some((self.signer.sign(&claims), lives))
    }

    /// A fresh token for a session that still has one. `None` once the session is over: open again.
    pub fn renew(&self, session: &FilmSession) -> Option<(String, u32)> {
        self.token(&session.film, session.claims.session, session.claims.opened_at)
    }

    /// Writes what happened to a film for its holder to see; a failure goes to the log.
    pub async fn note(&self, id: FilmId, kind: FilmEventKind, recipient: &str) {
        let (at, recipient) = (self.clock.now_secs(), recipient.to_owned());
        if let Err(error) = self.ask(move |store| store.record(&id, at, kind, &recipient)).await {
            tracing::error!(%error, "film event lost");
        }
    }

    /// What happened to a film, newest first, at most 200 events.
    ///
    /// # Errors
    /// [`FilmsError`].
    pub async fn events(&self, id: FilmId) -> Result<Vec<FilmEvent>, FilmsError> {
        self.ask(move |store| store.events(&id, 200)).await
    }

    /// Films, newest first.
    ///
    /// # Errors
    /// [`FilmsError`].
    pub async fn list(&self, limit: u32, offset: u32) -> Result<Vec<FilmRecord>, FilmsError> {
        self.ask(move |store| store.list(limit, offset)).await
    }

    /// One film.
    ///
    /// # Errors
    /// [`FilmsError`].
    pub async fn find(&self, id: FilmId) -> Result<Option<FilmRecord>, FilmsError> {
        self.ask(move |store| store.find(&id)).await
    }

    /// Revokes; `false` where there is no such film. In this process at once, in others within
    /// [`super::standing::MAX_AGE`].
    ///
    /// # Errors
    /// [`FilmsError`].
    pub async fn revoke(&self, id: FilmId) -> Result<bool, FilmsError> {
        let now = self.clock.now_secs();
        let known = self.ask(move |store| store.revoke(&id, now)).await?;
        self.standing.forget(&id);
        Ok(known)
    }

    /// Whether the store answers.
    ///
    /// # Errors
    /// [`FilmsError`].
    pub async fn ready(&self) -> Result<(), FilmsError> {
        self.ask(Store::ping).await
    }
}

/// In the words of the audit trail.
pub(crate) const fn gone_words(reason: GoneReason) -> &'static str {
    match reason {
        GoneReason::Expired => "expired",
        GoneReason::Revoked => "revoked",
        GoneReason::Locked => "locked",
    }
}
