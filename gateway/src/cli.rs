//! The command line of `lightbox`.
