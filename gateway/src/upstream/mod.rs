//! The bridge: a [`Source`] over somebody else's DICOMweb server (Orthanc, dcm4chee, any PACS with WADO-RS).
//!
//! It asks for what is stored, as it is stored, and passes it on; frames and files are not transcoded. It keeps
//! nothing but the metadata of the series that were read last. It never asks for an address that a client or
//! an answer gave: only for paths made of checked UIDs below the address of the command line.
//!
//! Limits: the number of encoded bytes of a series is not on the wire, so manifests say how many there would be
//! without compression; AvailableTransferSyntaxUID is passed on where the server gives it, and the answer that
//! carries a frame always names its transfer syntax.

pub mod client;
pub mod facts;
pub mod frames;
pub mod multipart;
pub mod outline;
pub mod rewrite;
pub mod series;

use std::sync::Arc;

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use reqwest::StatusCode;
use serde_json::Value;

use crate::{
    films::create::is_uid,
    source::{
        Answer, BulkData, Detail, Document, EncodedFrame, InstanceFile, InstanceId, JsonDataset, Level,
        Query, Scope, Source, SourceError, StudyOutline,
    },
};
use client::{Client, UpstreamError, UpstreamOptions, read_limited};
use series::{Series, SeriesCache, document};

/// Largest metadata document that is read.
const MAX_METADATA: usize = 512 << 20;
/// Largest bulk value that is passed on.
const MAX_BULK: usize = 256 << 20;
/// Series of one study that are read at once.
const SERIES_AT_ONCE: usize = 4;
/// Rows of a search without a limit of its own.
const MAX_ROWS: usize = 5000;

const JSON: &str = "application/dicom+json";

/// The bridge.
#[derive(Debug)]
pub struct Upstream {
    client: Client,
    cache: SeriesCache,
}

impl Upstream {
    /// # Errors
    /// [`UpstreamError`]; the server itself is not asked.
    pub fn new(options: &UpstreamOptions) -> Result<Self, UpstreamError> {
        Ok(Self { client: Client::new(options)?, cache: SeriesCache::default() })
    }

    async fn rows(&self, path: &str, query: &[(String, String)]) -> Result<Vec<JsonDataset>, SourceError> {
        let response = self.client.get(path, query, JSON).await?;
        if response.status() == StatusCode::NO_CONTENT {
            return Ok(Vec::new());
        }
        parse(&read_limited(response, MAX_METADATA).await?)
    }

    async fn series(&self, study: &str, series: &str) -> Result<Arc<Series>, SourceError> {
        if let Some(found) = self.cache.get(study, series) {
            return Ok(found);
        }
        let path = format!("{}/metadata", path(&[study, series])?);
        let full = self.rows(&path, &[]).await?;
        let read = Arc::new(Series::read(study, series, full)?);
        if read.instances.is_empty() {
            return Err(SourceError::NotFound("series"));
        }
        self.cache.put(study, series, Arc::clone(&read));
        Ok(read)
    }

    /// UIDs of the study's series, by Series Number.
    async fn series_uids(&self, study: &str) -> Result<Vec<String>, SourceError> {
        let mut rows = self.rows(&format!("{}/series", path(&[study])?), &[]).await?;
        rows.sort_by(|a, b| {
            let number = |row| facts::number(row, "00200011", 0).unwrap_or(f64::MAX);
            number(a).total_cmp(&number(b))
        });
        let uids: Vec<_> =
            rows.iter().filter_map(|row| facts::text(row, "0020000E")).filter(|uid| is_uid(uid)).collect();
        if uids.is_empty() { Err(SourceError::NotFound("study")) } else { Ok(uids) }
    }

    async fn all_series(&self, study: &str) -> Result<Vec<(String, Arc<Series>)>, SourceError> {
        let uids = self.series_uids(study).await?;
        stream::iter(uids.into_iter().map(|uid| async move {
            let series = self.series(study, &uid).await?;
            Ok((uid, series))
        }))
        .buffered(SERIES_AT_ONCE)
        .try_collect()
        .await
    }

    async fn search_all(&self, query: Query) -> Result<Vec<JsonDataset>, SourceError> {
        let Some(within) = query.within.clone().filter(|_| query.study.is_none()) else {
            let rows = self.search_one(&query, None).await?;
            return Ok(only_within(rows, query.within.as_deref()));
        };
        // A film has few studies: each is asked for by its UID, and the pages are cut here.
        let mut all = Vec::new();
        for study in within.iter() {
            let one = Query { limit: None, offset: 0, ..query.clone() };
            all.extend(self.search_one(&one, Some(study)).await?);
        }
        let limit = query.limit.map_or(MAX_ROWS, |limit| limit as usize);
        Ok(only_within(all, Some(&within)).into_iter().skip(query.offset as usize).take(limit).collect())
    }

    async fn search_one(&self, query: &Query, only: Option<&str>) -> Result<Vec<JsonDataset>, SourceError> {
        let mut parameters: Vec<(String, String)> =
            query.filters.iter().map(|filter| (filter.tag.clone(), filter.value.clone())).collect();
        if query.include.all {
            parameters.push(("includefield".into(), "all".into()));
        }
        parameters.extend(query.include.tags.iter().map(|tag| ("includefield".into(), tag.clone())));
        if let Some(limit) = query.limit {
            parameters.push(("limit".into(), limit.to_string()));
        }
        if query.offset > 0 {
            parameters.push(("offset".into(), query.offset.to_string()));
        }
        let study = query.study.as_deref().or(only);
        let path = match (query.level, study, query.series.as_deref()) {
            (Level::Study, None, _) => "/studies".to_owned(),
            (Level::Study, Some(study), _) => {
                parameters.push(("0020000D".into(), study.to_owned()));
                "/studies".to_owned()
            }
            (Level::Series, None, _) => "/series".to_owned(),
            (Level::Series, Some(study), _) => format!("{}/series", path(&[study])?),
            (Level::Instance, None, _) => "/instances".to_owned(),
            (Level::Instance, Some(study), None) => format!("{}/instances", path(&[study])?),
            (Level::Instance, Some(study), Some(series)) => format!("{}/instances", path(&[study, series])?),
        };
        let rows = self.rows(&path, &parameters).await?;
        Ok(rows.into_iter().take(MAX_ROWS).map(|row| rewrite::dataset(row, None, Detail::Full)).collect())
    }

    async fn metadata_of(&self, scope: Scope, detail: Detail) -> Result<Document, SourceError> {
        match (detail, &scope.series, &scope.instance) {
            (Detail::Lightbox, Some(series), None) => Ok(self.series(&scope.study, series).await?.document()),
            (Detail::Lightbox, Some(series), Some(instance)) => self
                .series(&scope.study, series)
                .await?
                .document_of(instance)
                .ok_or(SourceError::NotFound("instance")),
            _ => {
                let full = self.rows(&format!("{}/metadata", scope_path(&scope)?), &[]).await?;
                let written: Vec<JsonDataset> = full
                    .into_iter()
                    .filter_map(|data| {
                        let id = id_of(&data)?;
                        Some(rewrite::dataset(data, Some(&id), detail))
                    })
                    .collect();
                if written.is_empty() {
                    return Err(SourceError::NotFound("object at the archive"));
                }
                let json = serde_json::to_vec(&written)
                    .map_err(|_| SourceError::Upstream("its metadata cannot be written again".into()))?;
                Ok(document(json.into()))
            }
        }
    }

    async fn instances_of(&self, scope: Scope) -> Result<Vec<InstanceId>, SourceError> {
        let Scope { study, series, instance } = scope;
        let all = match &series {
            Some(uid) => vec![(uid.clone(), self.series(&study, uid).await?)],
            None => self.all_series(&study).await?,
        };
        let ids: Vec<InstanceId> = all
            .iter()
            .flat_map(|(series, read)| read.instances.iter().map(move |facts| (series, &facts.uid)))
            .filter(|(_, uid)| instance.as_ref().is_none_or(|wanted| wanted == *uid))
            .map(|(series, uid)| InstanceId {
                study: study.clone(),
                series: series.clone(),
                instance: uid.clone(),
            })
            .collect();
        if ids.is_empty() { Err(SourceError::NotFound("instance")) } else { Ok(ids) }
    }

    async fn bulk(&self, id: InstanceId, bulk_path: String) -> Result<BulkData, SourceError> {
        if !rewrite::is_bulk_path(&bulk_path) {
            return Err(SourceError::NotFound("bulk data"));
        }
        let address = format!("{}/{bulk_path}", instance_path(&id)?);
        let accept = "application/octet-stream, multipart/related; type=\"application/octet-stream\", */*";
        let response = self.client.get(&address, &[], accept).await?;
        let (content_type, bytes) = frames::first_part(response, MAX_BULK).await?;
        let media_type = content_type.split(';').next().unwrap_or_default().trim();
        let safe =
            ["application/pdf", "application/octet-stream", "image/jpeg", "image/png"].contains(&media_type);
        Ok(BulkData {
            media_type: if safe { media_type.to_owned() } else { "application/octet-stream".to_owned() },
            etag: series::etag(&bytes),
            bytes,
        })
    }
}

fn parse(body: &Bytes) -> Result<Vec<JsonDataset>, SourceError> {
    let bad = || SourceError::Upstream("its answer is not DICOM JSON".into());
    if body.is_empty() {
        return Ok(Vec::new());
    }
    let value: Value = serde_json::from_slice(body).map_err(|_| bad())?;
    let Value::Array(rows) = value else { return Err(bad()) };
    Ok(rows
        .into_iter()
        .filter_map(|row| match row {
            Value::Object(row) => Some(row),
            _ => None,
        })
        .collect())
}

fn only_within(rows: Vec<JsonDataset>, within: Option<&[String]>) -> Vec<JsonDataset> {
    let Some(within) = within else { return rows };
    // The server may not have understood the filter.
    let inside = |row: &JsonDataset| facts::text(row, "0020000D").is_none_or(|uid| within.contains(&uid));
    rows.into_iter().filter(inside).collect()
}

fn id_of(data: &JsonDataset) -> Option<InstanceId> {
    let uid = |tag| facts::text(data, tag).filter(|uid| is_uid(uid));
    Some(InstanceId { study: uid("0020000D")?, series: uid("0020000E")?, instance: uid("00080018")? })
}

/// `/studies/…/series/…/instances/…` of as many UIDs as are given, each checked.
fn path(uids: &[&str]) -> Result<String, SourceError> {
    let mut out = String::new();
    for (level, uid) in ["studies", "series", "instances"].into_iter().zip(uids) {
        if !is_uid(uid) {
            return Err(SourceError::NotFound(level));
        }
        out.push_str(&format!("/{level}/{uid}"));
    }
    Ok(out)
}

fn scope_path(scope: &Scope) -> Result<String, SourceError> {
    let uids: Vec<&str> = [Some(&scope.study), scope.series.as_ref(), scope.instance.as_ref()]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    path(&uids)
}

fn instance_path(id: &InstanceId) -> Result<String, SourceError> {
    path(&[&id.study, &id.series, &id.instance])
}

impl Source for Upstream {
    fn search(&self, query: Query) -> Answer<'_, Vec<JsonDataset>> {
        Box::pin(self.search_all(query))
    }

    fn metadata(&self, scope: Scope, detail: Detail) -> Answer<'_, Document> {
        Box::pin(self.metadata_of(scope, detail))
    }

    fn instances(&self, scope: Scope) -> Answer<'_, Vec<InstanceId>> {
        Box::pin(self.instances_of(scope))
    }

    fn frame(&self, id: InstanceId, number: u32) -> Answer<'_, EncodedFrame> {
        Box::pin(async move { frames::frame(&self.client, &instance_path(&id)?, number).await })
    }

    fn instance_file(&self, id: InstanceId) -> Answer<'_, InstanceFile> {
        Box::pin(async move { frames::file(&self.client, &instance_path(&id)?, id).await })
    }

    fn bulkdata(&self, id: InstanceId, path: String) -> Answer<'_, BulkData> {
        Box::pin(self.bulk(id, path))
    }

    fn outline(&self, study_uid: String) -> Answer<'_, StudyOutline> {
        Box::pin(async move { Ok(outline::outline(&study_uid, &self.all_series(&study_uid).await?)) })
    }

    fn ready(&self) -> Answer<'_, ()> {
        Box::pin(async move {
            let one = [("limit".to_owned(), "1".to_owned())];
            self.rows("/studies", &one).await.map(|_| ())
        })
    }
}
