//! The index: tables, their version, how connections are opened.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

/// Raised with every change of the tables, and of what the viewer's metadata hold. An index with a higher one is refused,
/// not guessed at; one with a lower one is made anew from the files (see [`super::reindex`]).
pub const VERSION: i64 = 3;

/// `revision` of a series counts the instances ever added to it: what is remembered of its metadata is known by it.
/// `attributes` hold the level's own data set in the DICOM JSON Model; `metadata` and `lightbox` the instance's,
/// deflated (RFC 1951). `charset_guessed`: the encoding of the study's text was told from its bytes. `frame` has one row for each piece of a frame: one for native frames, one per fragment else.
const TABLES: &str = "
CREATE TABLE study (
    id          INTEGER PRIMARY KEY,
    uid         TEXT NOT NULL UNIQUE,
    date        TEXT NOT NULL,
    time        TEXT NOT NULL,
    accession   TEXT NOT NULL,
    patient_id  TEXT NOT NULL,
    charset_guessed INTEGER NOT NULL,
    attributes  TEXT NOT NULL
) STRICT;
CREATE INDEX study_date ON study (date DESC, time DESC, id DESC);
CREATE INDEX study_accession ON study (accession);
CREATE INDEX study_patient ON study (patient_id);

CREATE TABLE series (
    id          INTEGER PRIMARY KEY,
    study       INTEGER NOT NULL REFERENCES study (id),
    uid         TEXT NOT NULL,
    modality    TEXT NOT NULL,
    number      INTEGER,
    revision    INTEGER NOT NULL,
    attributes  TEXT NOT NULL,
    UNIQUE (study, uid)
) STRICT;

CREATE TABLE instance (
    id          INTEGER PRIMARY KEY,
    series      INTEGER NOT NULL REFERENCES series (id),
    uid         TEXT NOT NULL UNIQUE,
    class       TEXT NOT NULL,
    number      INTEGER,
    syntax      TEXT NOT NULL,
    frame_syntax TEXT NOT NULL,
    inflated    INTEGER NOT NULL,
    sha256      TEXT NOT NULL,
    size        INTEGER NOT NULL,
    rows        INTEGER NOT NULL,
    columns     INTEGER NOT NULL,
    frames      INTEGER NOT NULL,
    frame_bits  INTEGER NOT NULL,
    pixel_bytes INTEGER NOT NULL,
    position    REAL,
    secondary   INTEGER NOT NULL,
    center      REAL,
    width       REAL,
    attributes  TEXT NOT NULL,
    metadata    BLOB NOT NULL,
    lightbox    BLOB NOT NULL
) STRICT;
CREATE INDEX instance_series ON instance (series, number, uid);
CREATE INDEX instance_hash ON instance (sha256);

CREATE TABLE frame (
    instance    INTEGER NOT NULL REFERENCES instance (id),
    number      INTEGER NOT NULL,
    part        INTEGER NOT NULL,
    offset      INTEGER NOT NULL,
    length      INTEGER NOT NULL,
    shift       INTEGER NOT NULL,
    PRIMARY KEY (instance, number, part)
) STRICT, WITHOUT ROWID;

CREATE TABLE sidecar (
    sha256      TEXT NOT NULL,
    owner       TEXT NOT NULL,
    reports     TEXT NOT NULL,
    labs        TEXT NOT NULL,
    PRIMARY KEY (owner, sha256)
) STRICT, WITHOUT ROWID;
";

/// Opens the index for writing; makes it where there is none.
///
/// # Errors
/// When the file cannot be opened, or a program of another version made it.
pub fn open_writer(path: &Path) -> Result<Connection, rusqlite::Error> {
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(std::time::Duration::from_secs(30))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let version = version(&transaction)?;
    match version {
        0 => {
            transaction.execute_batch(TABLES)?;
            transaction.pragma_update(None, "user_version", VERSION)?;
        }
        VERSION => {}
        _ => {
            return Err(rusqlite::Error::SqliteFailure(
                rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_SCHEMA),
                Some(format!(
                    "the index has version {version}, this program knows {VERSION}; use the lightbox that made it"
                )),
            ));
        }
    }
    transaction.commit()?;
    Ok(connection)
}

/// The version of the tables; 0 where there are none yet.
///
/// # Errors
/// When the file cannot be read.
pub fn version(index: &Connection) -> Result<i64, rusqlite::Error> {
    index.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// Opens the index for reading.
///
/// # Errors
/// When the file cannot be opened.
pub fn open_reader(path: &Path) -> Result<Connection, rusqlite::Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.pragma_update(None, "mmap_size", 256 << 20)?;
    // Plans must not depend on bound values: SQLite would prepare every statement anew at every use.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}
