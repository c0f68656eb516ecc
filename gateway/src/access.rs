//! What the bearer of a request may reach. Put into the request by the authentication layer, asked by every
//! handler that touches a study.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::request::Parts;

use crate::problem::Problem;

/// The reach of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// The platform itself: everything.
    Platform,
    /// The holder of a film's token: that film's studies and nothing else.
    Film {
        /// Study Instance UIDs of the film.
        study_uids: Arc<[String]>,
    },
}

impl Access {
    /// Whether this study may be read.
    pub fn allows(&self, study_uid: &str) -> bool {
        match self {
            Self::Platform => true,
            Self::Film { study_uids } => study_uids.iter().any(|uid| uid == study_uid),
        }
    }

    /// # Errors
    /// 403 when the study lies outside; the answer does not tell whether such a study exists.
    pub fn require(&self, study_uid: &str) -> Result<(), Problem> {
        if self.allows(study_uid) { Ok(()) } else { Err(Problem::outside_film()) }
    }

    /// The studies a search must stay within; `None` for everything.
    pub fn within(&self) -> Option<Arc<[String]>> {
        match self {
            Self::Platform => None,
            Self::Film { study_uids } => Some(Arc::clone(study_uids)),
        }
    }
}

/// Takes the [`Access`] that the authentication layer left in the request's extensions. Without one nothing
/// is served: a route that was forgotten by that layer answers 401, not data.
impl<S: Send + Sync> FromRequestParts<S> for Access {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(Problem::unauthenticated)
    }
}
