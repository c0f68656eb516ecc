//! Metadata documents: the instances' JSON, joined, and remembered as long as nothing is added.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use rusqlite::{Connection, params_from_iter};
use sha2::{Digest, Sha256};

use crate::source::{Detail, Document, InstanceId, Scope, SourceError};

/// Bytes of documents that are remembered; beyond it the longest unused are forgotten.
const REMEMBERED_BYTES: usize = 128 << 20;

/// A document is not made larger than this: such a study is asked for series by series.
const LARGEST: usize = 512 << 20;

/// Deflates one instance's JSON for the index.
///
/// # Errors
/// Never in practice: it is written to memory.
pub fn pack(json: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(4));
    encoder.write_all(json)?;
    encoder.finish()
}

/// Undoes [`pack`], onto the end of a document.
pub fn unpack(packed: &[u8], document: &mut Vec<u8>) -> Result<(), SourceError> {
    DeflateDecoder::new(packed)
        .take(LARGEST as u64)
        .read_to_end(document)
        .map_err(|_| SourceError::Storage("metadata in the index cannot be inflated".into()))?;
    Ok(())
}

/// Documents made before.
#[derive(Debug, Default)]
pub struct Documents(Mutex<Remembered>);

#[derive(Debug, Default)]
struct Remembered {
    documents: HashMap<(Scope, Detail), Entry>,
    bytes: usize,
    /// Counts uses, to tell which document was used last.
    clock: u64,
}

#[derive(Debug)]
struct Entry {
    revision: i64,
    document: Document,
    used: u64,
}

impl Documents {
    /// The document of a scope, remembered or made.
    ///
    /// # Errors
    /// `NotFound` where the scope holds nothing.
    pub fn get(&self, index: &Connection, scope: &Scope, detail: Detail) -> Result<Document, SourceError> {
        // Asked before the rows are read: what is added meanwhile makes the document newer than its revision,
        // which costs one making too many and never shows something old.
        let revision = revision(index, scope)?;
        let key = (scope.clone(), detail);
        {
            let mut remembered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            remembered.clock += 1;
            let clock = remembered.clock;
            if let Some(entry) = remembered.documents.get_mut(&key).filter(|e| e.revision == revision) {
                entry.used = clock;
                return Ok(entry.document.clone());
            }
        }
        let document = make(index, scope, detail)?;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).keep(key, revision, document.clone());
        Ok(document)
    }
}

impl Remembered {
    fn keep(&mut self, key: (Scope, Detail), revision: i64, document: Document) {
        let size = document.json.len();
        if size > REMEMBERED_BYTES / 4 {
            return;
        }
        let used = self.clock;
        self.bytes += size;
        if let Some(old) = self.documents.insert(key, Entry { revision, document, used }) {
            self.bytes -= old.document.json.len();
        }
        while self.bytes > REMEMBERED_BYTES {
            let Some(oldest) = self.documents.iter().min_by_key(|(_, e)| e.used).map(|(k, _)| k.clone())
            else {
                return;
            };
            if let Some(entry) = self.documents.remove(&oldest) {
                self.bytes -= entry.document.json.len();
            }
        }
    }
}

/// Grows whenever something is added to the scope; `NotFound` for series that do not exist.
fn revision(index: &Connection, scope: &Scope) -> Result<i64, SourceError> {
    let revision: Option<i64> = index
        .prepare_cached(
            "SELECT sum(e.revision) FROM series e JOIN study s ON s.id = e.study
             WHERE s.uid = ?1 AND (?2 IS NULL OR e.uid = ?2)",
        )?
        .query_row((&scope.study, &scope.series), |row| row.get(0))?;
    revision.ok_or(SourceError::NotFound(if scope.series.is_some() { "series" } else { "study" }))
}

fn make(index: &Connection, scope: &Scope, detail: Detail) -> Result<Document, SourceError> {
    let column = match detail {
        Detail::Full => "metadata",
        Detail::Lightbox => "lightbox",
    };
    let (condition, values) = condition(scope);
    let mut statement = index.prepare_cached(&format!("SELECT i.{column} {condition}"))?;
    let mut rows = statement.query(params_from_iter(values))?;
    let mut json = b"[".to_vec();
    while let Some(row) = rows.next()? {
        if json.len() > 1 {
            json.extend_from_slice(b",\n");
        }
        unpack(row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?, &mut json)?;
        if json.len() > LARGEST {
            return Err(SourceError::Unsupported("metadata of so many instances; ask for it by series"));
        }
    }
    if json.len() == 1 {
        return Err(SourceError::NotFound("instance"));
    }
    json.push(b']');
    let digest = Sha256::digest(&json);
    let etag = digest.iter().take(16).fold(String::from("\""), |text, b| text + &format!("{b:02x}")) + "\"";
    Ok(Document { json: Bytes::from(json), etag })
}

/// The instances of a scope, in the order of their metadata.
///
/// # Errors
/// `NotFound` where there are none.
pub fn instances(index: &Connection, scope: &Scope) -> Result<Vec<InstanceId>, SourceError> {
    let (condition, values) = condition(scope);
    let mut statement = index.prepare_cached(&format!("SELECT e.uid, i.uid {condition}"))?;
    let rows = statement.query_map(params_from_iter(values), |row| {
        Ok(InstanceId { study: scope.study.clone(), series: row.get(0)?, instance: row.get(1)? })
    })?;
    let found = rows.collect::<Result<Vec<_>, _>>()?;
    if !found.is_empty() {
        return Ok(found);
    }
    Err(SourceError::NotFound(match scope {
        Scope { instance: Some(_), .. } => "instance",
        Scope { series: Some(_), .. } => "series",
        _ => "study",
    }))
}

fn condition(scope: &Scope) -> (String, Vec<&str>) {
    let mut text = "FROM instance i JOIN series e ON e.id = i.series JOIN study s ON s.id = e.study
                    WHERE s.uid = ?1"
        .to_owned();
    let mut values = vec![scope.study.as_str()];
    if let Some(series) = &scope.series {
        values.push(series);
        text += " AND e.uid = ?2";
    }
    if let (Some(_), Some(instance)) = (&scope.series, &scope.instance) {
        values.push(instance);
        text += " AND i.uid = ?3";
    }
    (text + " ORDER BY e.number, e.uid, i.number, i.uid", values)
}
