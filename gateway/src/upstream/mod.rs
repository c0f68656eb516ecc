//! The bridge: a [`crate::source::Source`] over somebody else's DICOMweb server.
