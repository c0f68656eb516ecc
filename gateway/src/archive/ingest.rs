//! Files → archive. Bytes are safe on disk before the index names them; the index takes an object whole or not at all.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use thiserror::Error;
use viewer_core::dicom::limits::Limits;

use super::fhir::{self, FhirError};
use super::files::{Files, Kind, sha256};
use super::levels;
use super::metadata::pack;
use super::record::{Record, RecordError};
use super::{OpenError, open_parts};

/// The archive, open for adding.
#[derive(Debug)]
pub struct Ingest {
    files: Files,
    index: Connection,
    limits: Limits,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is in the archive now.
    Stored {
        /// It has pictures.
        pictures: bool,
        /// What was wrong with it and could be kept all the same.
        warnings: Vec<String>,
    },
    /// The same bytes were there already.
    AlreadyThere,
}

/// Why a file was not added. Nothing has changed then.
#[derive(Debug, Error)]
pub enum IngestError {
    /// It cannot be kept.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// A document that cannot be used.
    #[error(transparent)]
    Fhir(#[from] FhirError),
    /// Another file with the same SOP Instance UID is there.
    #[error("another object with the same SOP Instance UID is in the archive already; the first one stays")]
    Conflict,
    /// The disk refuses.
    #[error(
        "the archive's disk: {0}; make room or check its state, then import again: what is there is kept"
    )]
    Disk(#[from] std::io::Error),
    /// The index refuses.
    #[error(
        "the archive's index: {0}; make room or check its state, then import again: what is there is kept"
    )]
    Index(#[from] rusqlite::Error),
}

impl Ingest {
    /// Opens the archive in a folder for adding, making it where there is none.
    ///
    /// # Errors
    /// When the folder cannot be written, or a newer program made the index.
    pub fn open(data: &Path) -> Result<Self, OpenError> {
        let (files, index) = open_parts(data)?;
        Ok(Self::with(files, index))
    }

    /// Adds to this folder and this index.
    pub(super) fn with(files: Files, index: Connection) -> Self {
        // A server has room for larger frames than a phone.
        let limits = Limits { frame_pixels: 512 << 20, frame_bytes: 2 << 30, ..Limits::default() };
        Self { files, index, limits }
    }

    /// Gives the index back.
    pub(super) fn into_index(self) -> Connection {
        self.index
    }

    /// Adds a DICOM file.
    ///
    /// # Errors
    /// See [`IngestError`].
    pub fn dicom(&mut self, bytes: &[u8]) -> Result<Outcome, IngestError> {
        let hash = sha256(bytes);
        let known = |index: &Connection, sql, value: &str| {
            index.prepare_cached(sql)?.query_row([value], |_| Ok(())).optional()
        };
        if known(&self.index, "SELECT 1 FROM instance WHERE sha256 = ?1", &hash)?.is_some() {
            return Ok(Outcome::AlreadyThere);
        }
        let record = Record::read(bytes, &self.limits)?;
        if known(&self.index, "SELECT 1 FROM instance WHERE uid = ?1", &record.uids[2])?.is_some() {
            return Err(IngestError::Conflict);
        }
        self.files.put(&hash, Kind::Original, bytes)?;
        if let Some(inflated) = &record.inflated {
            self.files.put(&hash, Kind::Inflated, inflated)?;
        }
        let transaction = self.index.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let study = study_row(&transaction, &record)?;
        let series = series_row(&transaction, &record, study)?;
        let instance = instance_row(&transaction, &record, series, &hash, bytes.len() as u64)?;
        frame_rows(&transaction, &record, instance)?;
        transaction.commit()?;
        Ok(Outcome::Stored { pictures: record.pictures.frames > 0, warnings: record.warnings })
    }

    /// Adds a FHIR document: its reports and laboratory results go to the studies or the patient
    /// it names, there already or not.
    ///
    /// # Errors
    /// See [`IngestError`].
    pub fn fhir(&mut self, bytes: &[u8]) -> Result<Outcome, IngestError> {
        let hash = sha256(bytes);
        let owners = fhir::read(bytes)?;
        self.files.put(&hash, Kind::Fhir, bytes)?;
        let transaction = self.index.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut added = 0;
        for (owner, contents) in owners {
            added += transaction
                .prepare_cached(
                    "INSERT OR IGNORE INTO sidecar (sha256, owner, reports, labs) VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute((&hash, owner.key(), text(&contents.reports), text(&contents.labs)))?;
        }
        transaction.commit()?;
        if added == 0 {
            return Ok(Outcome::AlreadyThere);
        }
        Ok(Outcome::Stored { pictures: false, warnings: Vec::new() })
    }
}

/// JSON of values that always have one.
fn text(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn study_row(index: &Transaction<'_>, record: &Record) -> Result<i64, rusqlite::Error> {
    let uid = &record.uids[0];
    let found = index
        .prepare_cached("SELECT id FROM study WHERE uid = ?1")?
        .query_row([uid], |row| row.get(0))
        .optional()?;
    if let Some(id) = found {
        return Ok(id);
    }
    index
        .prepare_cached(
            "INSERT INTO study (uid, date, time, accession, patient_id, charset_guessed, attributes)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .insert(params![
            uid,
            record.text("00080020"),
            record.text("00080030"),
            record.text("00080050"),
            record.text("00100020"),
            record.charset_guessed,
            text(&record.attributes(levels::STUDY)),
        ])
}

fn series_row(index: &Transaction<'_>, record: &Record, study: i64) -> Result<i64, rusqlite::Error> {
    let uid = &record.uids[1];
    let found: Option<i64> = index
        .prepare_cached("SELECT id FROM series WHERE study = ?1 AND uid = ?2")?
        .query_row(params![study, uid], |row| row.get(0))
        .optional()?;
    if let Some(id) = found {
        index.prepare_cached("UPDATE series SET revision = revision + 1 WHERE id = ?1")?.execute([id])?;
        return Ok(id);
    }
    index
        .prepare_cached(
            "INSERT INTO series (study, uid, modality, number, revision, attributes)
             VALUES (?1, ?2, ?3, ?4, 1, ?5)",
        )?
        .insert(params![
            study,
            uid,
            record.text("00080060"),
            record.number("00200011"),
            text(&record.attributes(levels::SERIES)),
        ])
}

fn instance_row(
    index: &Transaction<'_>,
    record: &Record,
    series: i64,
    hash: &str,
    size: u64,
) -> Result<i64, IngestError> {
    let pictures = &record.pictures;
    let pixel_bytes: u64 = pictures.pieces.iter().map(|piece| piece.length).sum();
    let id = index
        .prepare_cached(
            "INSERT INTO instance (series, uid, class, number, syntax, frame_syntax, inflated, sha256, size,
                 rows, columns, frames, frame_bits, pixel_bytes, position, secondary, center, width,
                 attributes, metadata, lightbox)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,
                 ?21)",
        )?
        .insert(params![
            series,
            record.uids[2],
            record.class,
            record.number("00200013"),
            record.syntax,
            record.frame_syntax,
            record.inflated.is_some(),
            hash,
            size as i64,
            pictures.rows,
            pictures.columns,
            pictures.frames,
            pictures.frame_bits as i64,
            pixel_bytes as i64,
            pictures.position,
            pictures.secondary,
            pictures.window.map(|(center, _)| center),
            pictures.window.map(|(_, width)| width),
            text(&record.instance_attributes()),
            pack(record.metadata.as_bytes())?,
            pack(record.lightbox.as_bytes())?,
        ])?;
    Ok(id)
}

fn frame_rows(index: &Transaction<'_>, record: &Record, instance: i64) -> Result<(), rusqlite::Error> {
    let mut statement = index.prepare_cached(
        "INSERT INTO frame (instance, number, part, offset, length, shift) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for piece in &record.pictures.pieces {
        statement.execute(params![
            instance,
            piece.number,
            piece.part,
            piece.offset as i64,
            piece.length as i64,
            piece.shift,
        ])?;
    }
    Ok(())
}
