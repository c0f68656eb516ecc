//! The archive: files byte for byte as they came, and an SQLite index of every frame's place in them.
//!
//! | room | job |
//! | --- | --- |
//! | [`files`] | content-addressed files: whole or absent |
//! | [`schema`] | the tables |
//! | [`pool`] | reading connections |
//! | [`record`] | one DICOM file → what the index keeps of it |
//! | [`ingest`] | records and sidecars → files and index, in one transaction each |
//! | [`reindex`] | an older program's index, made anew from the files |
//! | [`place`], [`places`] | where a frame lies, remembered |
//! | [`read`], [`buffers`] | a frame's bytes, in memory that is used again |
//! | [`search`], [`matching`] | QIDO |
//! | [`metadata`] | finished JSON of a series, remembered |
//! | [`bulk`] | bulk values |
//! | [`outline`] | what a manifest says of a study |
//!
//! Limits: one writer at a time (others wait), readers never wait for it. Nothing is ever changed or deleted.

pub mod buffers;
pub mod bulk;
pub mod fhir;
pub mod files;
pub mod ingest;
pub mod levels;
pub mod matching;
pub mod metadata;
pub mod outline;
pub mod place;
pub mod places;
pub mod pool;
pub mod read;
pub mod record;
mod reindex;
pub mod schema;
pub mod search;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use buffers::Buffers;
use files::{Files, Kind};
use metadata::Documents;
use place::Place;
use places::Places;
use pool::Pool;
use rusqlite::{Connection, OptionalExtension};
use thiserror::Error;

use crate::source::{
    Answer, BulkData, Detail, Document, EncodedFrame, EncodedStream, InstanceFile, InstanceId, JsonDataset,
    Payload, Query, Scope, Source, SourceError, StudyOutline,
};

/// Why an archive could not be opened.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The folder cannot be made or written.
    #[error(
        "the data folder {folder}: {source}; choose another with --data or give this user the right to write"
    )]
    Folder {
        /// Which.
        folder: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The index cannot be opened.
    #[error("the index in {folder}: {source}")]
    Index {
        /// The data folder.
        folder: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
}

/// An archive that is open for reading. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Archive {
    files: Files,
    pool: Pool,
    documents: Arc<Documents>,
    places: Arc<Places>,
    buffers: Buffers,
}

fn index_path(data: &Path) -> PathBuf {
    data.join("archive.sqlite")
}

/// Opens folder and index for writing, making what is missing.
fn open_parts(data: &Path) -> Result<(Files, Connection), OpenError> {
    let folder = |source| OpenError::Folder { folder: data.to_owned(), source };
    std::fs::create_dir_all(data).map_err(folder)?;
    let files = Files::open(data).map_err(folder)?;
    reindex::renew(&index_path(data), &files)?;
    let index = schema::open_writer(&index_path(data))
        .map_err(|source| OpenError::Index { folder: data.to_owned(), source })?;
    Ok((files, index))
}

impl Archive {
    /// Opens the archive in a folder, making it where there is none.
    ///
    /// # Errors
    /// When the folder cannot be written, or a newer program made the index.
    pub fn open(data: &Path) -> Result<Self, OpenError> {
        let (files, _) = open_parts(data)?;
        Ok(Self {
            files,
            pool: Pool::new(index_path(data)),
            documents: Arc::default(),
            places: Arc::default(),
            buffers: Buffers::default(),
        })
    }

    /// Where a frame lies. On the caller's thread: the index is mapped into memory, and mostly not even asked.
    fn place(&self, id: InstanceId, number: u32) -> Result<Arc<Place>, SourceError> {
        let frame = (id, number);
        if let Some(place) = self.places.get(&frame) {
            return Ok(place);
        }
        let found = self.pool.ask_here(|index| place::locate(index, &self.files, &frame.0, number))?;
        let place = Arc::new(found);
        self.places.keep(frame, &place);
        Ok(place)
    }
}

/// The row of an instance, by its three UIDs.
const INSTANCE: &str = "
SELECT i.sha256, i.syntax, i.size FROM instance i
JOIN series e ON e.id = i.series JOIN study s ON s.id = e.study
WHERE i.uid = ?3 AND e.uid = ?2 AND s.uid = ?1";

/// Hash, transfer syntax and size of an instance's file.
fn stored_file(index: &Connection, id: &InstanceId) -> Result<(String, Arc<str>, u64), SourceError> {
    index
        .prepare_cached(INSTANCE)?
        .query_row((&id.study, &id.series, &id.instance), |row| {
            Ok((row.get(0)?, row.get::<_, String>(1)?.into(), row.get(2)?))
        })
        .optional()?
        .ok_or(SourceError::NotFound("instance"))
}

impl Source for Archive {
    fn search(&self, query: Query) -> Answer<'_, Vec<JsonDataset>> {
        Box::pin(self.pool.ask(move |index| search::search(index, &query)))
    }

    fn metadata(&self, scope: Scope, detail: Detail) -> Answer<'_, Document> {
        let documents = Arc::clone(&self.documents);
        Box::pin(self.pool.ask(move |index| documents.get(index, &scope, detail)))
    }

    fn instances(&self, scope: Scope) -> Answer<'_, Vec<InstanceId>> {
        Box::pin(self.pool.ask(move |index| metadata::instances(index, &scope)))
    }

    fn frame(&self, id: InstanceId, number: u32) -> Answer<'_, EncodedFrame> {
        Box::pin(async move {
            let place = self.place(id, number)?;
            // Frames are mostly in the system's cache: then another thread costs more than the reading.
            match read::at_once(&place, &self.buffers) {
                Some(frame) => Ok(frame),
                None => {
                    let buffers = self.buffers.clone();
                    pool::apart(move || read::waiting(&place, &buffers)).await
                }
            }
        })
    }

    fn video(&self, id: InstanceId) -> Answer<'_, EncodedStream> {
        Box::pin(async move { Ok(self.place(id, 1)?.stream()) })
    }

    fn instance_file(&self, id: InstanceId) -> Answer<'_, InstanceFile> {
        let files = self.files.clone();
        Box::pin(self.pool.ask(move |index| {
            let (sha256, transfer_syntax_uid, len) = stored_file(index, &id)?;
            let payload = Payload::file(files.path(&sha256, Kind::Original), len);
            Ok(InstanceFile { id, transfer_syntax_uid, payload, etag: read::etag(&sha256, None) })
        }))
    }

    fn bulkdata(&self, id: InstanceId, path: String) -> Answer<'_, BulkData> {
        let files = self.files.clone();
        Box::pin(self.pool.ask(move |index| {
            let (sha256, ..) = stored_file(index, &id)?;
            bulk::read(&files.path(&sha256, Kind::Original), &sha256, &path)
        }))
    }

    fn outline(&self, study_uid: String) -> Answer<'_, StudyOutline> {
        Box::pin(self.pool.ask(move |index| outline::outline(index, &study_uid)))
    }

    fn ready(&self) -> Answer<'_, ()> {
        Box::pin(self.pool.ask(|index| {
            index.prepare_cached("SELECT count(*) FROM pragma_schema_version")?.query_row([], |_| Ok(()))?;
            Ok(())
        }))
    }
}
