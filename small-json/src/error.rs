//! What was wrong with a text, and where.

use core::fmt;

/// A text that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct JsonError {
    /// What is wrong.
    pub fault: Fault,
    /// Where in the document: `studies[0].series[2].uid`; empty for the document itself.
    pub path: String,
    /// Line, counted from 1.
    pub line: u32,
    /// Byte of the line, counted from 1.
    pub column: u32,
}

/// Kinds of [`JsonError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Not JSON, or JSON of another kind.
    #[error("{0} is expected")]
    Expected(&'static str),
    /// An object lacks a member.
    #[error("the member \"{0}\" is missing")]
    Missing(&'static str),
    /// More of something than is allowed.
    #[error("there are more than {most} {what}")]
    Limit {
        /// Of what.
        what: &'static str,
        /// How many are allowed.
        most: u64,
    },
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { fault, path, line, column } = self;
        if !path.is_empty() {
            write!(f, "{path}: ")?;
        }
        write!(f, "{fault} (line {line}, column {column})")
    }
}
