//! An instance's header, read from the source's metadata and remembered.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use film_link::code::ErrorCode;
use viewer_core::dicom::header::InstanceHeader;
use viewer_core::dicom::limits::Limits;
use viewer_core::dicom::{json, read_header, tag};

use crate::problem::Problem;
use crate::source::{Detail, InstanceId, Source};

/// Headers that are remembered.
const REMEMBERED: usize = 256;

/// What drawing needs of an instance.
#[derive(Debug)]
pub struct Facts {
    /// Its header.
    pub header: InstanceHeader,
    /// Modality (0008,0060).
    pub modality: String,
}

/// Headers read before, oldest first.
#[derive(Debug, Default)]
pub struct FactsCache(Mutex<VecDeque<(InstanceId, Arc<Facts>)>>);

impl FactsCache {
    /// # Errors
    /// `NotFound`, or `Damaged` where the header cannot be used.
    pub async fn get(&self, source: &dyn Source, id: &InstanceId) -> Result<Arc<Facts>, Problem> {
        if let Some(found) = self.find(id) {
            return Ok(found);
        }
        let document = source.metadata(id.scope(), Detail::Lightbox).await?;
        let facts = Arc::new(read(&document.json)?);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= REMEMBERED {
            kept.pop_front();
        }
        kept.push_back((id.clone(), Arc::clone(&facts)));
        Ok(facts)
    }

    fn find(&self, id: &InstanceId) -> Option<Arc<Facts>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().rev().find(|(known, _)| known == id).map(|(_, facts)| Arc::clone(facts))
    }
}

fn read(document: &[u8]) -> Result<Facts, Problem> {
    let damaged = |detail: String| Problem::new(ErrorCode::Damaged, detail);
    let limits = Limits::default();
    let datasets = json::read(document, &limits).map_err(|error| damaged(error.to_string()))?;
    let dataset = datasets.first().ok_or_else(|| Problem::not_found("instance"))?;
    let header = read_header(dataset, None, &limits).map_err(|error| {
        // The value stays inside: an attribute that is wrong may hold anything.
        damaged(format!("attribute {} {}", error.attribute, error.rule))
    })?;
    Ok(Facts { header, modality: dataset.string(tag::MODALITY).unwrap_or_default() })
}
