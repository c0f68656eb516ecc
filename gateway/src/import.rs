//! A folder of DICOM files → the archive.
