//! A header that pixels cannot be decoded by.

use thiserror::Error;

use crate::dicom::tag::Tag;

/// An attribute that is missing or wrong, and what it must be.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{attribute} {} but {rule}", shown(.found))]
pub struct HeaderError {
    /// The attribute.
    pub attribute: Tag,
    /// Its value, at most 40 characters; empty where it is missing.
    pub found: String,
    /// What it must be.
    pub rule: &'static str,
}

fn shown(found: &str) -> String {
    if found.is_empty() { "is missing".to_owned() } else { format!("is \"{found}\"") }
}

impl HeaderError {
    pub(super) fn new(attribute: Tag, found: impl ToString, rule: &'static str) -> Self {
        let found = found.to_string().chars().take(40).collect();
        Self { attribute, found, rule }
    }
}
