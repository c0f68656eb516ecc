//! DICOMweb (PS3.18): QIDO-RS and WADO-RS routes over any [`crate::source::Source`].
