//! What every handler is asked: by whom, with which parameters and conditions.
//!
//! The UIDs of a path become a scope or an instance only here, where the asker's reach is looked at: no handler can
//! touch a study without it.

use axum::extract::{FromRequestParts, Path};
use http::request::Parts;
use http::{HeaderMap, Uri};

use super::accept::{MediaRange, accepted};
use super::{DicomWeb, pairs, uid};
use crate::access::Access;
use crate::problem::Problem;
use crate::source::{InstanceId, Scope};

/// Path of a study.
pub type StudyPath = Path<String>;
/// Path of a series: study, series.
pub type SeriesPath = Path<(String, String)>;
/// Path of an instance: study, series, instance.
pub type InstancePath = Path<(String, String, String)>;
/// Path below an instance: study, series, instance, and frame numbers or what else follows.
pub type PathWithin = Path<(String, String, String, String)>;

/// Media types of DICOM JSON, the standard's own first.
const JSON: [&str; 2] = ["application/dicom+json", "application/json"];

/// A request without its path. Extract it before the path: it takes the headers along.
pub struct Question {
    /// What answers it.
    pub web: DicomWeb,
    /// The request's headers.
    pub headers: HeaderMap,
    /// What the asker may reach.
    pub access: Access,
    uri: Uri,
}

/// Parameters of the query component with their values, percent-decoded.
pub type Pairs = Vec<(String, String)>;

impl Question {
    /// The query component.
    pub fn query(&self) -> Option<&str> {
        self.uri.query()
    }

    /// The query's parameters, and what the asker accepts, best first.
    ///
    /// # Errors
    /// 400 where the query is not UTF-8.
    pub fn wanted(&self) -> Result<(Pairs, Vec<MediaRange>), Problem> {
        let pairs = pairs::parse(self.query())?;
        let ranges = accepted(&self.headers, pairs::first(&pairs, "accept"));
        Ok((pairs, ranges))
    }

    /// The study, series or instance of a path.
    ///
    /// # Errors
    /// 400 where one of them is not a UID, 403 where the asker does not reach the study.
    pub fn scope(&self, study: &str, series: Option<&str>, instance: Option<&str>) -> Result<Scope, Problem> {
        let scope = uid::scope(study, series, instance)?;
        self.access.require(&scope.study)?;
        Ok(scope)
    }

    /// The instance of a path.
    ///
    /// # Errors
    /// As [`Question::scope`].
    pub fn instance(&self, study: &str, series: &str, instance: &str) -> Result<InstanceId, Problem> {
        let id = uid::instance_id(study, series, instance)?;
        self.access.require(&id.study)?;
        Ok(id)
    }
}

impl FromRequestParts<DicomWeb> for Question {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &DicomWeb) -> Result<Self, Problem> {
        let access = Access::from_request_parts(parts, web).await?;
        Ok(Self {
            web: web.clone(),
            headers: std::mem::take(&mut parts.headers),
            access,
            uri: std::mem::take(&mut parts.uri),
        })
    }
}

/// The media type of DICOM JSON that is accepted best.
pub fn json_type(ranges: &[MediaRange]) -> Option<&'static str> {
    let mut bare = ranges.iter().filter(|range| !range.is_multipart());
    bare.find_map(|range| JSON.into_iter().find(|offer| range.takes(offer)))
}
