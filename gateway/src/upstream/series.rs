//! A series as the bridge has read it once: the viewer's metadata and what manifests need, kept for minutes.

use std::{
    collections::VecDeque,
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use bytes::Bytes;
use sha2::{Digest as _, Sha256};

use super::{facts::Facts, rewrite};
use crate::{
    films::create::is_uid,
    source::{Detail, Document, InstanceId, JsonDataset, SourceError},
};

/// Bytes of metadata that are kept.
const MAX_BYTES: usize = 128 << 20;
/// A study may still be growing at the upstream server.
const MAX_AGE: Duration = Duration::from_secs(120);

/// One series.
#[derive(Debug)]
pub struct Series {
    /// Attributes of patient, study and series, from the first instance.
    pub head: JsonDataset,
    /// Instances in the order of the server.
    pub instances: Vec<Facts>,
    /// `[…]`, the viewer's metadata.
    json: Bytes,
    /// Where each instance stands in `json`.
    places: Vec<Range<usize>>,
}

impl Series {
    /// From the server's metadata of the series. Instances without a proper UID are left out.
    ///
    /// # Errors
    /// [`SourceError::Upstream`] where the viewer's part cannot be written.
    pub fn read(study: &str, series: &str, full: Vec<JsonDataset>) -> Result<Self, SourceError> {
        let mut this =
            Self { head: JsonDataset::new(), instances: Vec::new(), json: Bytes::new(), places: Vec::new() };
        let mut json = b"[".to_vec();
        for data in full {
            let Some(facts) = Facts::read(&data).filter(|facts| is_uid(&facts.uid)) else { continue };
            if this.head.is_empty() {
                let above = |tag: &str| HEAD.contains(&tag);
                this.head =
                    data.iter().filter(|(tag, _)| above(tag)).map(|(t, v)| (t.clone(), v.clone())).collect();
            }
            let id = InstanceId { study: study.into(), series: series.into(), instance: facts.uid.clone() };
            if json.len() > 1 {
                json.push(b',');
            }
            let start = json.len();
            serde_json::to_writer(&mut json, &rewrite::dataset(data, Some(&id), Detail::Lightbox))
                .map_err(|_| SourceError::Upstream("its metadata cannot be written again".into()))?;
            this.places.push(start..json.len());
            this.instances.push(facts);
        }
        json.push(b']');
        this.json = json.into();
        Ok(this)
    }

    /// The viewer's metadata of the series.
    pub fn document(&self) -> Document {
        document(self.json.clone())
    }

    /// The viewer's metadata of one instance.
    pub fn document_of(&self, instance: &str) -> Option<Document> {
        let at = self.instances.iter().position(|facts| facts.uid == instance)?;
        let place = self.places.get(at)?.clone();
        Some(document([b"[", &self.json[place], b"]"].concat().into()))
    }
}

/// Attributes that patient, study and series have in common for all instances.
const HEAD: [&str; 14] = [
    "00080020", "00080030", "00080050", "00080060", "00080080", "00081030", "0008103E", "00100010",
    "00100020", "00100030", "00100040", "00101010", "00180015", "00200011",
];

/// A document with its entity tag.
pub fn document(json: Bytes) -> Document {
    Document { etag: etag(&json), json }
}

/// Strong entity tag of bytes: their SHA-256, cut to 16 bytes.
pub fn etag(bytes: &[u8]) -> String {
    let digest: String = Sha256::digest(bytes).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{digest}\"")
}

/// The series that were read last.
#[derive(Debug, Default)]
pub struct SeriesCache(Mutex<VecDeque<(String, Instant, Arc<Series>)>>);

impl SeriesCache {
    /// A series that is young enough.
    pub fn get(&self, study: &str, series: &str) -> Option<Arc<Series>> {
        let name = format!("{study}/{series}");
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let young = |at: &Instant| at.elapsed() < MAX_AGE;
        kept.iter().find(|(known, at, _)| *known == name && young(at)).map(|(_, _, found)| Arc::clone(found))
    }

    /// Keeps a series; the oldest go where there are too many bytes.
    pub fn put(&self, study: &str, series: &str, found: Arc<Series>) {
        let name = format!("{study}/{series}");
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(known, at, _)| *known != name && at.elapsed() < MAX_AGE);
        kept.push_back((name, Instant::now(), found));
        let mut bytes: usize = kept.iter().map(|(_, _, series)| series.json.len()).sum();
        while bytes > MAX_BYTES {
            let Some((_, _, oldest)) = kept.pop_front() else { break };
            bytes -= oldest.json.len();
        }
    }
}
