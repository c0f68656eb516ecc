//! Deflated data sets (PS3.5 section A.5): RFC 1951, no zlib header, into memory that grows only up to a limit.

use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit, decompress_to_vec_zlib_with_limit};

use crate::dicom::error::Fault;
use crate::dicom::limits::Limits;

/// Inflates a data set. Streams with a zlib header (RFC 1950), which some writers add, are read too.
pub(super) fn inflate(bytes: &[u8], limits: &Limits) -> Result<Vec<u8>, Fault> {
    let limit = usize::try_from(limits.inflated_bytes).unwrap_or(usize::MAX);
    let raw = decompress_to_vec_with_limit(bytes, limit);
    let error = match raw {
        Ok(inflated) => return Ok(inflated),
        Err(error) => error,
    };
    if error.status == TINFLStatus::HasMoreOutput {
        return Err(Fault::InflatesTooFar { limit: limits.inflated_bytes });
    }
    decompress_to_vec_zlib_with_limit(bytes, limit).map_err(|_| Fault::BadDeflate)
}
