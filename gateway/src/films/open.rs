//! Opening a film: the order of the checks is the protocol.
//!
//! 1. Limits by address and film, the same for films that exist and films that do not.
//! 2. The key. Unknown film and wrong key end in one answer after one and the same time.
//! 3. Only now, to a holder of the right key: revoked, expired, locked.
//! 4. The passcode. An attempt is taken before the passcode is looked at and given back when it was right, so
//!    that parallel guesses cannot have more attempts than there are.

use std::{
    hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher},
    net::IpAddr,
    time::Duration,
};

use film_link::{
    keys::access_digest,
    link::{FilmId, decode_32},
    open::{FilmEventKind, GoneReason, MAX_RECIPIENT_LEN, OpenRequest},
    passcode::normalize,
};
use subtle::ConstantTimeEq as _;

use super::{
    passcode,
    record::FilmRecord,
    secret::random_16,
    service::{Films, FilmsError, TURNSTILES},
};
use crate::client_address::subscriber;

/// Why a film does not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Too many openings from this address or of this film.
    #[error("too many openings; come back in {0:?}")]
    TooMany(Duration),
    /// No such film or a wrong key.
    #[error("no such film, or a wrong key")]
    NotFound,
    /// A passcode is wanted; none or a wrong one was sent.
    #[error("the film asks for a passcode; {remaining} attempts are left")]
    Passcode {
        /// Attempts left.
        remaining: u32,
        /// Whether one was sent.
        sent: bool,
    },
    /// The film is over.
    #[error("the film is gone")]
    Gone(GoneReason),
    /// Something of ours broke.
    #[error(transparent)]
    Films(#[from] FilmsError),
}

/// A film whose key and passcode were proved.
#[derive(Debug)]
pub struct Opened {
    /// The film.
    pub film: FilmRecord,
    /// Bearer token.
    pub token: String,
    /// Seconds that it lives.
    pub expires_in: u32,
}

impl Films {
    /// Proves key and passcode and gives a token. Writes events for the film's holder; the audit trail is the
    /// caller's.
    ///
    /// # Errors
    /// [`OpenError`].
    pub async fn open(&self, id: &str, request: &OpenRequest, client: IpAddr) -> Result<Opened, OpenError> {
        let answer_at = tokio::time::Instant::now() + self.settings.not_found_after;
        self.by_address.take(&subscriber(client)).map_err(OpenError::TooMany)?;
        self.by_film.take(&id).map_err(OpenError::TooMany)?;

        let Some(film) = self.prove_key(id, &request.access).await? else {
            tokio::time::sleep_until(answer_at).await;
            return Err(OpenError::NotFound);
        };
        let recipient = shorten(&request.recipient);
        if let Some(reason) = film.gone(self.clock.now_secs()) {
            self.note(film.id, FilmEventKind::Refused, recipient).await;
            return Err(OpenError::Gone(reason));
        }
        self.prove_passcode(&film, request.passcode.as_deref(), recipient).await?;

        let mut session = [0; 8];
        session.copy_from_slice(&random_16().map_err(FilmsError::Secret)?[..8]);
        let (token, expires_in) =
            self.token(&film, session, self.clock.now_secs()).ok_or(OpenError::Gone(GoneReason::Expired))?;
        Ok(Opened { film, token, expires_in })
    }

    /// Says to the film's holder that it was opened, once the manifest could be made too.
    pub async fn note_opened(&self, film: &FilmRecord, recipient: &str) {
        self.note(film.id, FilmEventKind::Opened, shorten(recipient)).await;
    }

    async fn prove_key(&self, id: &str, access: &str) -> Result<Option<FilmRecord>, FilmsError> {
        // What cannot be an id or a proof goes the same way as what is none.
        let id = FilmId::parse(id).unwrap_or(FilmId::from_bytes([0; 16]));
        let (proof, well_formed) = decode_32(access).map_or(([0; 32], false), |proof| (proof, true));
        let film = self.ask(move |store| store.find(&id)).await?;
        let expected = film.as_ref().map_or([0; 32], |film| film.access_sha256);
        let same: bool = access_digest(&proof).ct_eq(&expected).into();
        Ok(film.filter(|_| same && well_formed))
    }

    async fn prove_passcode(
        &self,
        film: &FilmRecord,
        typed: Option<&str>,
        recipient: &str,
    ) -> Result<(), OpenError> {
        let Some(stored) = film.passcode_hash.clone() else { return Ok(()) };
        // What no passcode can be costs no attempt: it is not a guess.
        let Some(passcode) = typed.and_then(|typed| normalize(typed).ok()) else {
            return Err(OpenError::Passcode { remaining: film.attempts_left, sent: typed.is_some() });
        };
        let id = film.id;
        let _turn = self.turnstiles[turnstile(&id)].lock().await;
        let Some(remaining) = self.ask(move |store| store.take_attempt(&id)).await? else {
            return Err(OpenError::Gone(GoneReason::Locked));
        };
        let permit = self.hashing.acquire().await.map_err(|_| FilmsError::Stopping)?;
        let right = tokio::task::spawn_blocking(move || passcode::verify(&passcode, &stored))
            .await
            .map_err(|_| FilmsError::Stopping)?;
        drop(permit);
        if right {
            self.ask(move |store| store.return_attempt(&id)).await?;
            return Ok(());
        }
        self.note(id, FilmEventKind::WrongPasscode, recipient).await;
        if remaining == 0 {
            self.note(id, FilmEventKind::Locked, "").await;
        }
        Err(OpenError::Passcode { remaining, sent: true })
    }
}

fn turnstile(id: &FilmId) -> usize {
    // The remainder is below TURNSTILES.
    (BuildHasherDefault::<DefaultHasher>::default().hash_one(id) % TURNSTILES as u64) as usize
}

/// At most [`MAX_RECIPIENT_LEN`] bytes, no control characters at the ends: it is shown to the patient as text.
fn shorten(recipient: &str) -> &str {
    let recipient = recipient.trim();
    &recipient[..recipient.floor_char_boundary(MAX_RECIPIENT_LEN)]
}
