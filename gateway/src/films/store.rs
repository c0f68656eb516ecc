//! The films' own SQLite file, `films.db` in the data folder: also where there is no archive (bridge).
//!
//! Every question is one short statement or transaction behind one lock; callers on the async side go through
//! `spawn_blocking`. Several processes may share the file (the command line revokes while the service runs):
//! WAL, a busy timeout, and every read-modify-write inside one statement or an immediate transaction.

use std::{
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use film_link::{
    link::FilmId,
    open::{FilmEvent, FilmEventKind},
};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::record::{Extras, FilmRecord};

/// Most events that are kept of one film; older ones go.
const MAX_EVENTS: u32 = 1000;

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS films (
    id              TEXT PRIMARY KEY,
    access_sha256   BLOB NOT NULL CHECK (length(access_sha256) = 32),
    passcode_hash   TEXT,
    attempts_left   INTEGER NOT NULL CHECK (attempts_left >= 0),
    studies         TEXT NOT NULL,
    extras          TEXT NOT NULL,
    generation      INTEGER NOT NULL DEFAULT 1,
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER,
    revoked_at      INTEGER,
    opens           INTEGER NOT NULL DEFAULT 0,
    last_opened_at  INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS films_by_age ON films (created_at DESC, id);
CREATE TABLE IF NOT EXISTS film_events (
    seq        INTEGER PRIMARY KEY,
    film       TEXT NOT NULL REFERENCES films (id),
    at         INTEGER NOT NULL,
    kind       TEXT NOT NULL,
    recipient  TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS film_events_by_film ON film_events (film, seq);
PRAGMA user_version = 1;
";

const COLUMNS: &str = "id, access_sha256, passcode_hash, attempts_left, studies, extras, generation, \
                       created_at, expires_at, revoked_at, opens, last_opened_at";

/// Why the store could not answer.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite said no.
    #[error("films.db: {0}; check free space and permissions of the data folder")]
    Sqlite(#[from] rusqlite::Error),
    /// Written by a later version.
    #[error("films.db has schema version {0}, this build knows 1: start the newer build")]
    Version(i64),
    /// A value in the file that does not read.
    #[error("films.db holds a value that does not read: {0}")]
    Value(#[from] serde_json::Error),
    /// The file could not be made.
    #[error("films.db: {0}")]
    Io(#[from] std::io::Error),
}

/// The store.
#[derive(Debug)]
pub struct Store {
    connection: Mutex<Connection>,
}

/// Opens an SQLite file as this gateway's own files are opened: private, WAL, patient.
///
/// # Errors
/// [`StoreError`].
pub(crate) fn open_private(path: &Path) -> Result<Connection, StoreError> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?;
    let connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(connection)
}

impl Store {
    /// Opens the file, makes it where it does not exist.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let connection = open_private(path)?;
        let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        match version {
            0 => connection.execute_batch(&format!("BEGIN IMMEDIATE; {SCHEMA} COMMIT;"))?,
            1 => {}
            other => return Err(StoreError::Version(other)),
        }
        Ok(Self { connection: Mutex::new(connection) })
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        // A panic elsewhere cannot leave SQLite half written: its transaction rolls back.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the file answers.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn ping(&self) -> Result<(), StoreError> {
        Ok(self.connection().query_row("SELECT count(*) FROM films WHERE id = ''", [], |_| Ok(()))?)
    }

    /// Adds a film and the event that it was made.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn insert(&self, film: &FilmRecord) -> Result<(), StoreError> {
        let (studies, extras) =
            (serde_json::to_string(&*film.studies)?, serde_json::to_string(&film.extras)?);
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        transaction.execute(
            "INSERT INTO films (id, access_sha256, passcode_hash, attempts_left, studies, extras, generation,
                                created_at, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                film.id.to_text(),
                film.access_sha256,
                film.passcode_hash,
                film.attempts_left,
                studies,
                extras,
                film.generation,
                film.created_at,
                film.expires_at
            ],
        )?;
        add_event(&transaction, &film.id, film.created_at, FilmEventKind::Created, "")?;
        Ok(transaction.commit()?)
    }

    /// Looks a film up.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn find(&self, id: &FilmId) -> Result<Option<FilmRecord>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM films WHERE id = ?1");
        self.connection()
            .prepare_cached(&sql)?
            .query_row([id.to_text()], |row| Ok(read(row)))
            .optional()?
            .transpose()
    }

    /// Films, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn list(&self, limit: u32, offset: u32) -> Result<Vec<FilmRecord>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM films ORDER BY created_at DESC, id LIMIT ?1 OFFSET ?2");
        let connection = self.connection();
        let mut statement = connection.prepare_cached(&sql)?;
        let rows = statement.query_map([limit, offset], |row| Ok(read(row)))?;
        rows.map(|row| row?).collect()
    }

    /// Revokes. `false` where there is no such film; revoking twice keeps the first time.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn revoke(&self, id: &FilmId, now: u64) -> Result<bool, StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let changed = transaction.execute(
            "UPDATE films SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL",
            params![id.to_text(), now],
        )?;
        if changed == 1 {
            add_event(&transaction, id, now, FilmEventKind::Revoked, "")?;
            transaction.commit()?;
            return Ok(true);
        }
        let known = transaction.query_row("SELECT 1 FROM films WHERE id = ?1", [id.to_text()], |_| Ok(()));
        Ok(known.optional()?.is_some())
    }

    /// Takes one passcode attempt in one statement: of any number of parallel callers exactly as many succeed
    /// as attempts were left. Gives what is left after it; `None` where none was.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn take_attempt(&self, id: &FilmId) -> Result<Option<u32>, StoreError> {
        Ok(self
            .connection()
            .prepare_cached(
                "UPDATE films SET attempts_left = attempts_left - 1 WHERE id = ?1 AND attempts_left > 0
                 RETURNING attempts_left",
            )?
            .query_row([id.to_text()], |row| row.get(0))
            .optional()?)
    }

    /// Gives an attempt back: the passcode was right.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn return_attempt(&self, id: &FilmId) -> Result<(), StoreError> {
        self.connection()
            .execute("UPDATE films SET attempts_left = attempts_left + 1 WHERE id = ?1", [id.to_text()])?;
        Ok(())
    }

    /// Writes one event for the film's holder; an opening is counted as well.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn record(
        &self,
        id: &FilmId,
        at: u64,
        kind: FilmEventKind,
        recipient: &str,
    ) -> Result<(), StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        if kind == FilmEventKind::Opened {
            transaction.execute(
                "UPDATE films SET opens = opens + 1, last_opened_at = ?2 WHERE id = ?1",
                params![id.to_text(), at],
            )?;
        }
        add_event(&transaction, id, at, kind, recipient)?;
        transaction.execute(
            "DELETE FROM film_events WHERE film = ?1 AND seq <= (
                 SELECT seq FROM film_events WHERE film = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2)",
            params![id.to_text(), MAX_EVENTS],
        )?;
        Ok(transaction.commit()?)
    }

    /// A film's events, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn events(&self, id: &FilmId, limit: u32) -> Result<Vec<FilmEvent>, StoreError> {
        let connection = self.connection();
        let mut statement = connection.prepare_cached(
            "SELECT at, kind, recipient FROM film_events WHERE film = ?1 ORDER BY seq DESC LIMIT ?2",
        )?;
        let rows = statement.query_map(params![id.to_text(), limit], |row| {
            Ok((row.get::<_, u64>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?))
        })?;
        rows.map(|row| {
            let (at_secs, kind, recipient) = row?;
            Ok(FilmEvent { at_secs, kind: serde_json::from_value(kind.into())?, recipient })
        })
        .collect()
    }
}

fn add_event(
    connection: &Connection,
    id: &FilmId,
    at: u64,
    kind: FilmEventKind,
    recipient: &str,
) -> Result<(), StoreError> {
    let kind = serde_json::to_value(kind)?;
    connection
        .prepare_cached("INSERT INTO film_events (film, at, kind, recipient) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![id.to_text(), at, kind.as_str(), recipient])?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<FilmRecord, StoreError> {
    let id: String = row.get(0)?;
    let id = FilmId::parse(&id).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error))
    })?;
    let extras: Extras = serde_json::from_str(&row.get::<_, String>(5)?)?;
    Ok(FilmRecord {
        id,
        access_sha256: row.get(1)?,
        passcode_hash: row.get(2)?,
        attempts_left: row.get(3)?,
        studies: serde_json::from_str::<Vec<String>>(&row.get::<_, String>(4)?)?.into(),
        extras,
        generation: row.get(6)?,
        created_at: row.get(7)?,
        expires_at: row.get(8)?,
        revoked_at: row.get(9)?,
        opens: row.get(10)?,
        last_opened_at: row.get(11)?,
    })
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    };

    use super::*;

    fn film(seed: u8) -> FilmRecord {
        FilmRecord {
            id: FilmId::from_bytes([seed; 16]),
            access_sha256: [seed; 32],
            passcode_hash: Some("$argon2id$…".into()),
            attempts_left: 5,
            studies: Arc::new(["1.2.3".into()]),
            extras: Extras::default(),
            generation: 1,
            created_at: u64::from(seed),
            expires_at: Some(100),
            revoked_at: None,
            opens: 0,
            last_opened_at: None,
        }
    }

    #[test]
    fn films_come_back_as_they_went_in() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("films.db")).unwrap();
        for seed in 1..=3 {
            store.insert(&film(seed)).unwrap();
        }
        assert_eq!(store.find(&film(2).id).unwrap(), Some(film(2)));
        assert_eq!(store.find(&FilmId::from_bytes([9; 16])).unwrap(), None);
        let newest: Vec<_> = store.list(2, 0).unwrap().into_iter().map(|film| film.created_at).collect();
        assert_eq!(newest, [3, 2]);
        assert!(store.insert(&film(1)).is_err(), "an id is used once");
    }

    #[test]
    fn another_process_sees_a_revocation() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("films.db");
        let (one, two) = (Store::open(&path).unwrap(), Store::open(&path).unwrap());
        one.insert(&film(1)).unwrap();
        assert!(two.revoke(&film(1).id, 50).unwrap());
        assert!(two.revoke(&film(1).id, 60).unwrap());
        assert!(!two.revoke(&film(2).id, 60).unwrap());
        assert_eq!(one.find(&film(1).id).unwrap().unwrap().revoked_at, Some(50));
        let kinds: Vec<_> =
            one.events(&film(1).id, 10).unwrap().into_iter().map(|event| event.kind).collect();
        assert_eq!(kinds, [FilmEventKind::Revoked, FilmEventKind::Created]);
    }

    #[test]
    fn parallel_attempts_take_what_is_there_and_no_more() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("films.db");
        Store::open(&path).unwrap().insert(&film(1)).unwrap();
        let taken = AtomicU32::new(0);
        // Two connections, as two processes would have.
        let stores = [Store::open(&path).unwrap(), Store::open(&path).unwrap()];
        std::thread::scope(|scope| {
            for n in 0..50 {
                let (store, taken) = (&stores[n % 2], &taken);
                scope.spawn(move || {
                    if store.take_attempt(&film(1).id).unwrap().is_some() {
                        taken.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
        });
        assert_eq!(taken.into_inner(), 5);
    }

    #[test]
    fn events_are_kept_within_bounds() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("films.db")).unwrap();
        store.insert(&film(1)).unwrap();
        for at in 0..u64::from(MAX_EVENTS) + 20 {
            store.record(&film(1).id, at, FilmEventKind::Opened, "手机").unwrap();
        }
        let events = store.events(&film(1).id, 10_000).unwrap();
        assert_eq!(events.len(), MAX_EVENTS as usize);
        assert_eq!(events[0].at_secs, u64::from(MAX_EVENTS) + 19);
        let film = store.find(&film(1).id).unwrap().unwrap();
        assert_eq!((film.opens, film.last_opened_at), (u64::from(MAX_EVENTS) + 20, Some(events[0].at_secs)));
    }

    #[test]
    fn a_later_schema_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("films.db");
        Store::open(&path).unwrap().connection().pragma_update(None, "user_version", 9).unwrap();
        assert!(matches!(Store::open(&path), Err(StoreError::Version(9))));
    }
}
