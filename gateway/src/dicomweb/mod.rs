//! DICOMweb (PS3.18): QIDO-RS and WADO-RS routes over any [`Source`].
//!
//! | room | job |
//! | --- | --- |
//! | [`accept`], [`negotiate`] | which representation a client wants, which it gets |
//! | [`conditional`] | entity tags, 304, ranges |
//! | [`multipart`], [`file`] | bodies of many parts, never all in memory |
//! | [`compress`] | JSON as gzip or brotli, made once |
//! | [`question`] | who asks for what, and whether he may |
//! | [`uid`], [`pairs`], [`query`], [`selection`] | what the path and the query say |
//! | [`search`] | QIDO-RS |
//! | [`retrieve`] | studies, series, instances as files; bulk data |
//! | [`metadata`] | DICOM JSON |
//! | [`frames`], [`transcode`] | frames as stored, or decoded when asked for |
//! | [`rendered`], [`picture_query`] | pictures and thumbnails |
//!
//! Every handler takes a [`question::Question`], which looks at the request's [`crate::access::Access`] before the
//! source is touched.
//!
//! Limits: files are given as they came or, where another transfer syntax is insisted on, not at all (406); only
//! frames are decoded. `Retrieve URL` and `BulkDataURI` are relative to the server's root.

pub mod accept;
pub mod compress;
pub mod conditional;
pub mod file;
pub mod frames;
pub mod metadata;
pub mod multipart;
pub mod negotiate;
pub mod pairs;
pub mod picture_query;
pub mod query;
pub mod question;
pub mod rendered;
pub mod retrieve;
pub mod search;
pub mod selection;
pub mod transcode;
pub mod uid;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use crate::render::Renderer;
use crate::source::Source;

/// Where the server has these routes.
pub const ROOT: &str = "/dicom-web";

/// What the handlers share.
#[derive(Clone)]
pub struct DicomWeb {
    /// Where pictures come from.
    pub source: Arc<dyn Source>,
    /// Draws them.
    pub renderer: Arc<Renderer>,
    /// Documents compressed before.
    pub compressed: Arc<compress::Compressed>,
}

/// The routes below [`ROOT`]. The authentication layer lies over them: every request carries an
/// [`crate::access::Access`].
pub fn routes(source: Arc<dyn Source>, renderer: Arc<Renderer>) -> Router {
    let state = DicomWeb { source, renderer, compressed: Arc::default() };
    let instance = "/studies/{study}/series/{series}/instances/{instance}";
    let at = |rest: &str| format!("{instance}{rest}");
    Router::new()
        .route("/studies", get(search::studies))
        .route("/series", get(search::series))
        .route("/instances", get(search::instances))
        .route("/studies/{study}/series", get(search::series_of_study))
        .route("/studies/{study}/instances", get(search::instances_of_study))
        .route("/studies/{study}/series/{series}/instances", get(search::instances_of_series))
        .route("/studies/{study}", get(retrieve::study))
        .route("/studies/{study}/series/{series}", get(retrieve::series))
        .route(instance, get(retrieve::instance))
        .route(&at("/bulkdata/{*path}"), get(retrieve::bulkdata))
        .route("/studies/{study}/metadata", get(metadata::study))
        .route("/studies/{study}/series/{series}/metadata", get(metadata::series))
        .route(&at("/metadata"), get(metadata::instance))
        .route(&at("/frames/{frames}"), get(frames::frames))
        .route("/studies/{study}/series/{series}/frames", get(frames::series))
        .route("/studies/{study}/rendered", get(rendered::study))
        .route("/studies/{study}/series/{series}/rendered", get(rendered::series))
        .route(&at("/rendered"), get(rendered::instance))
        .route(&at("/frames/{frames}/rendered"), get(rendered::frames))
        .route("/studies/{study}/thumbnail", get(rendered::study_thumbnail))
        .route("/studies/{study}/series/{series}/thumbnail", get(rendered::series_thumbnail))
        .route(&at("/thumbnail"), get(rendered::instance_thumbnail))
        .route(&at("/frames/{frames}/thumbnail"), get(rendered::frame_thumbnail))
        .with_state(state)
}
