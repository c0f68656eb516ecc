//! An index of an older version → one of this version, made anew from the files, which hold all there is to know.
//!
//! The new index is written beside the old one and takes its name when it is whole: what breaks off halfway is begun
//! again. Objects come in the order in which they came first, so that the same file speaks for its study.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::files::{Files, Kind};
use super::ingest::{Ingest, IngestError};
use super::{OpenError, schema};

/// Objects between two lines in the log.
const REPORT_EVERY: usize = 1000;

/// Brings the index at `path` to this version, if it is older. Nothing happens where there is none.
///
/// # Errors
/// When the old index or the disk refuses. A file that is missing or no longer readable is said in the log and left out;
/// its bytes stay where they are.
pub(super) fn renew(path: &Path, files: &Files) -> Result<(), OpenError> {
    let of_index = |source| OpenError::Index { folder: path.to_owned(), source };
    if !path.exists() {
        return Ok(());
    }
    let old = Connection::open(path).map_err(of_index)?;
    let version = schema::version(&old).map_err(of_index)?;
    if version == 0 || version >= schema::VERSION {
        return Ok(());
    }
    // All of it in one file, and nothing added any more to what is being replaced.
    old.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).map_err(of_index)?;
    old.execute_batch("BEGIN IMMEDIATE").map_err(of_index)?;
    let new = path.with_extension("renewed");
    remove(&new).map_err(|source| OpenError::Folder { folder: new.clone(), source })?;
    let mut ingest = Ingest::with(files.clone(), schema::open_writer(&new).map_err(of_index)?);
    let objects = names(&old, "SELECT sha256 FROM instance ORDER BY id").map_err(of_index)?;
    let documents = names(&old, "SELECT DISTINCT sha256 FROM sidecar").map_err(of_index)?;
    tracing::info!("index: version {version} → {}, {} objects", schema::VERSION, objects.len());
    let all = objects
        .iter()
        .map(|name| (name, Kind::Original))
        .chain(documents.iter().map(|name| (name, Kind::Fhir)));
    for (nth, (name, kind)) in all.enumerate() {
        let added =
            fs::read(files.path(name, kind)).map_err(IngestError::from).and_then(|bytes| match kind {
                Kind::Fhir => ingest.fhir(&bytes),
                _ => ingest.dicom(&bytes),
            });
        match added {
            Ok(_) => {}
            Err(IngestError::Index(source)) => return Err(of_index(source)),
            Err(error) => tracing::warn!("index: the file {name} is left out: {error}"),
        }
        if nth % REPORT_EVERY == REPORT_EVERY - 1 {
            tracing::info!("index: {} of {} objects", nth + 1, objects.len());
        }
    }
    ingest.into_index().close().map_err(|(_, source)| of_index(source))?;
    drop(old);
    // They belong to the index that goes.
    for side in [beside(path, "-wal"), beside(path, "-shm")] {
        remove(&side).map_err(|source| OpenError::Folder { folder: side.clone(), source })?;
    }
    fs::rename(&new, path).map_err(|source| OpenError::Folder { folder: path.to_owned(), source })
}

fn names(index: &Connection, sql: &str) -> Result<Vec<String>, rusqlite::Error> {
    index.prepare(sql)?.query_map([], |row| row.get(0))?.collect()
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn remove(path: &Path) -> std::io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
