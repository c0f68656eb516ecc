//! DICOMweb (PS3.18): QIDO-RS and WADO-RS routes over any [`crate::source::Source`].

use std::sync::Arc;

use axum::Router;

use crate::source::Source;

/// The routes below `/dicom-web`. The authentication layer lies over them: every request carries an
/// [`crate::access::Access`].
pub fn routes(_source: Arc<dyn Source>) -> Router {
    Router::new()
}
