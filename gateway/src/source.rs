//! Where pictures come from: one trait, behind it the archive or somebody else's DICOMweb server.
//!
//! A source knows nothing of films, tokens or HTTP: whoever calls it has already asked [`crate::access`].
//! Everything it gives is what was stored; nothing here decodes or draws.

use std::{future::Future, ops::Range, path::PathBuf, pin::Pin, sync::Arc};

use bytes::Bytes;
use film_link::manifest::{LabPanel, Patient, StudyEntry};
use futures_util::stream::BoxStream;
use serde_json::{Map, Value};
use thiserror::Error;

/// A future that can be kept behind `dyn Source`.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What every question to a source ends in.
pub type Answer<'a, T> = BoxFuture<'a, Result<T, SourceError>>;

/// One data set in the DICOM JSON Model (PS3.18 annex F): `{"00100010": {"vr": "PN", "Value": […]}, …}`.
pub type JsonDataset = Map<String, Value>;

/// Why a source could not answer.
#[derive(Debug, Error)]
pub enum SourceError {
    /// The study, series, instance, frame or bulk data does not exist.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// The instance is there but its bytes are not what its header says; others are not affected.
    #[error("the stored object is damaged: {0}")]
    Damaged(String),
    /// The question cannot be asked of this source.
    #[error("not supported by this source: {0}")]
    Unsupported(&'static str),
    /// The server behind the bridge did not answer as it should.
    #[error("the server behind this gateway: {0}")]
    Upstream(String),
    /// The server behind the bridge did not answer in time.
    #[error("the server behind this gateway did not answer in time")]
    UpstreamTimeout,
    /// Disk or index.
    #[error("the archive's own storage: {0}")]
    Storage(String),
}

/// A study, a series of it, or an instance of that.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Scope {
    /// Study Instance UID (0020,000D).
    pub study: String,
    /// Series Instance UID (0020,000E).
    pub series: Option<String>,
    /// SOP Instance UID (0008,0018); only with a series.
    pub instance: Option<String>,
}

/// Names one instance.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct InstanceId {
    /// Study Instance UID (0020,000D).
    pub study: String,
    /// Series Instance UID (0020,000E).
    pub series: String,
    /// SOP Instance UID (0008,0018).
    pub instance: String,
}

impl InstanceId {
    /// The scope that holds just this instance.
    pub fn scope(&self) -> Scope {
        Scope {
            study: self.study.clone(),
            series: Some(self.series.clone()),
            instance: Some(self.instance.clone()),
        }
    }
}

/// What a search returns rows of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// One row a study.
    Study,
    /// One row a series.
    Series,
    /// One row an instance.
    Instance,
}

/// Which attributes of the matches to return besides the level's own, PS3.18 8.3.4.3.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Include {
    /// `includefield=all`.
    pub all: bool,
    /// Eight-digit tags of `includefield=`, upper case.
    pub tags: Vec<String>,
}

/// One matching parameter, PS3.18 8.3.4.1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// Eight-digit tag, upper case: "00100020".
    pub tag: String,
    /// The value as given, percent-decoded: single value, wildcard, date range or UID list.
    pub value: String,
}

/// A QIDO-RS search, already parsed and checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// Rows wanted.
    pub level: Level,
    /// From the path: only within this study.
    pub study: Option<String>,
    /// From the path: only within this series.
    pub series: Option<String>,
    /// All must match.
    pub filters: Vec<Filter>,
    /// Attributes to return.
    pub include: Include,
    /// Most rows to return.
    pub limit: Option<u32>,
    /// Rows to skip.
    pub offset: u32,
    /// Studies the asker may see at all; `None` for every study.
    pub within: Option<Arc<[String]>>,
}

/// How much of a data set metadata carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Detail {
    /// Everything but bulk data.
    Full,
    /// What the viewer reads, nested functional groups with it (`includefield=lightbox`).
    Lightbox,
}

/// A finished JSON array of data sets.
#[derive(Debug, Clone)]
pub struct Document {
    /// UTF-8 JSON.
    pub json: Bytes,
    /// Strong entity tag with its quotes.
    pub etag: String,
}

/// One frame as it is stored.
#[derive(Debug, Clone)]
pub struct EncodedFrame {
    /// Transfer Syntax UID of these bytes.
    pub transfer_syntax_uid: Arc<str>,
    /// Fragments already joined; native frames exactly one frame long, or as much as the file has of it. One-bit
    /// frames that do not begin on a byte are shifted so that they do.
    pub bytes: Bytes,
    /// Strong entity tag with its quotes.
    pub etag: String,
}

/// Bytes that may be too many to hold in memory at once.
pub enum Payload {
    /// Pieces of a file of our own that never changes.
    File {
        /// Where.
        path: PathBuf,
        /// In their order, as bytes from the file's beginning; one for the whole file.
        pieces: Vec<Range<u64>>,
    },
    /// In memory already.
    Bytes(Bytes),
    /// Chunks as they arrive from somewhere else.
    Stream {
        /// Bytes there will be, where known beforehand.
        len: Option<u64>,
        /// In order; an error ends it.
        chunks: BoxStream<'static, Result<Bytes, SourceError>>,
    },
}

impl Payload {
    /// A whole file of our own.
    pub fn file(path: PathBuf, len: u64) -> Self {
        Self::File { path, pieces: std::iter::once(0..len).collect() }
    }

    /// Bytes there will be, where known beforehand.
    pub fn len(&self) -> Option<u64> {
        match self {
            Self::File { pieces, .. } => Some(pieces.iter().map(|piece| piece.end - piece.start).sum()),
            Self::Bytes(bytes) => Some(bytes.len() as u64),
            Self::Stream { len, .. } => *len,
        }
    }

    /// Whether there is not a byte.
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }

    /// Whether it can be entered in the middle; a stream from elsewhere cannot.
    pub fn has_ranges(&self) -> bool {
        !matches!(self, Self::Stream { .. })
    }
}

/// A frame whose bytes may be too many for memory: a video, which is one frame over all fragments.
pub struct EncodedStream {
    /// Transfer Syntax UID of these bytes.
    pub transfer_syntax_uid: Arc<str>,
    /// Fragments in order.
    pub payload: Payload,
    /// Strong entity tag with its quotes.
    pub etag: String,
}

/// A Part 10 file as it came.
pub struct InstanceFile {
    /// Whose it is.
    pub id: InstanceId,
    /// Transfer Syntax UID of its data set.
    pub transfer_syntax_uid: Arc<str>,
    /// The whole file.
    pub payload: Payload,
    /// Strong entity tag with its quotes.
    pub etag: String,
}

/// A bulk value.
#[derive(Debug, Clone)]
pub struct BulkData {
    /// Media type: `application/octet-stream`, `application/pdf`, …
    pub media_type: String,
    /// Little endian for native values.
    pub bytes: Bytes,
    /// Strong entity tag with its quotes.
    pub etag: String,
}

/// What a film's manifest says of one study.
#[derive(Debug, Clone, PartialEq)]
pub struct StudyOutline {
    /// Whose study it is.
    pub patient: Patient,
    /// Series in the order to show them, key frames chosen, reports with it.
    pub study: StudyEntry,
    /// Laboratory results that came with the study.
    pub labs: Vec<LabPanel>,
}

/// Where pictures come from.
pub trait Source: Send + Sync {
    /// QIDO-RS. Rows in a stable order, so that `offset` walks through all of them.
    fn search(&self, query: Query) -> Answer<'_, Vec<JsonDataset>>;

    /// Metadata of every instance in the scope, PS3.18 10.4.1.1.2; bulk data replaced by `BulkDataURI`, and
    /// AvailableTransferSyntaxUID (0008,3002) added.
    fn metadata(&self, scope: Scope, detail: Detail) -> Answer<'_, Document>;

    /// The instances in the scope, in the order of metadata. Never empty: an empty scope is `NotFound`.
    fn instances(&self, scope: Scope) -> Answer<'_, Vec<InstanceId>>;

    /// One frame, counted from 1, in its stored transfer syntax (frames of deflated data sets: explicit VR
    /// little endian).
    fn frame(&self, id: InstanceId, number: u32) -> Answer<'_, EncodedFrame>;

    /// The video of an instance, whole. A source that cannot read piece by piece gives it from memory.
    fn video(&self, id: InstanceId) -> Answer<'_, EncodedStream> {
        Box::pin(async move {
            let EncodedFrame { transfer_syntax_uid, bytes, etag } = self.frame(id, 1).await?;
            Ok(EncodedStream { transfer_syntax_uid, payload: Payload::Bytes(bytes), etag })
        })
    }

    /// The file as it came.
    fn instance_file(&self, id: InstanceId) -> Answer<'_, InstanceFile>;

    /// A bulk value that metadata named: `path` is what follows `/bulkdata/` in its URI.
    fn bulkdata(&self, id: InstanceId, path: String) -> Answer<'_, BulkData>;

    /// What a manifest needs of a study.
    fn outline(&self, study_uid: String) -> Answer<'_, StudyOutline>;

    /// Whether the source can answer now (used by `/health`).
    fn ready(&self) -> Answer<'_, ()>;
}
