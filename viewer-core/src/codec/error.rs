//! Why a frame could not be decoded, and what was odd about one that could.

use thiserror::Error;

use super::TransferSyntax;
use crate::frame::FrameSizeError;

/// A frame that could not be decoded: which coding, in which step, what was wrong, what to do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{transfer_syntax}, {stage}: {fault}; {remedy}", stage = .fault.stage(), remedy = .fault.remedy())]
pub struct DecodeError {
    /// What the bytes were said to be.
    pub transfer_syntax: TransferSyntax,
    /// What was wrong.
    #[source]
    pub fault: Fault,
}

/// What was wrong with a frame.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Fault {
    /// No decoder for it in this build, or a variant of the coding that ours leaves out.
    #[error("no decoder for {0}")]
    Unsupported(String),
    /// The header asks for something no frame of this coding can be.
    #[error("{0}")]
    Header(String),
    /// More than [`crate::dicom::limits::Limits`] allows.
    #[error("the frame needs {needed} {unit}, the limit is {limit}")]
    Limit {
        /// What is counted.
        unit: &'static str,
        /// What the frame would take.
        needed: u64,
        /// What is allowed.
        limit: u64,
    },
    /// The coded stream contradicts the header, which is never overridden.
    #[error("the header says {attribute} {header}, the coded frame says {stream}")]
    Mismatch {
        /// Which attribute.
        attribute: &'static str,
        /// Its value in the data set.
        header: u32,
        /// Its value in the coded stream.
        stream: u32,
    },
    /// The stream's own headers (markers, segments, tables) are wrong.
    #[error("{0}")]
    Stream(String),
    /// The coded samples are wrong.
    #[error("{0}")]
    Data(String),
    /// The bytes end too early for anything to be shown.
    #[error("{found} bytes, at least {needed} needed")]
    Truncated {
        /// Bytes there are.
        found: usize,
        /// Bytes there should be at the least.
        needed: u64,
    },
    /// Samples do not fill the frame.
    #[error(transparent)]
    Size(#[from] FrameSizeError),
    /// The caller asked to stop.
    #[error("stopped")]
    Stopped,
}

impl Fault {
    /// The step that failed, in words.
    pub fn stage(&self) -> &'static str {
        match self {
            Self::Unsupported(_) => "choosing a decoder",
            Self::Header(_) | Self::Limit { .. } => "checking the header",
            Self::Mismatch { .. } => "comparing header and coded frame",
            Self::Stream(_) => "reading the stream's headers",
            Self::Data(_) | Self::Truncated { .. } => "decoding the samples",
            Self::Size(_) => "assembling the frame",
            Self::Stopped => "decoding",
        }
    }

    /// What can be done about it, in words.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Unsupported(_) => "ask the server for another transfer syntax",
            Self::Header(_) | Self::Mismatch { .. } => "ask the sender to correct the object",
            Self::Limit { .. } => "open it where more memory is allowed",
            Self::Stream(_) | Self::Data(_) | Self::Truncated { .. } | Self::Size(_) => {
                "fetch the frame again; if that does not help, the stored object is damaged"
            }
            Self::Stopped => "decode it again when it is wanted",
        }
    }

    /// Joins the fault to the transfer syntax it was met in.
    pub fn under(self, transfer_syntax: TransferSyntax) -> DecodeError {
        DecodeError { transfer_syntax, fault: self }
    }

    pub(crate) fn stream(what: impl Into<String>) -> Self {
        Self::Stream(what.into())
    }

    pub(crate) fn data(what: impl Into<String>) -> Self {
        Self::Data(what.into())
    }
}

/// Something odd about a frame that could be decoded all the same: to be shown, not to be swallowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Warning {
    /// The bytes end early: what is missing at the end of the frame is 0.
    #[error("the frame is incomplete: {decoded} of {expected} samples are there")]
    Incomplete {
        /// Samples that were decoded.
        decoded: u64,
        /// Samples of the whole frame.
        expected: u64,
    },
    /// A progressive coding ends early: every pixel is there, with less detail than was sent.
    #[error("the frame is incomplete: it is shown with less detail than it was stored with")]
    Coarse,
    /// Plain samples under a compressed transfer syntax; they were taken as little endian.
    #[error("the frame is not compressed although its transfer syntax says so")]
    NotCompressed,
    /// The stream has fewer bits a sample than Bits Stored.
    #[error("the coded frame has {stream} bits a sample, the header says {header}")]
    Precision {
        /// Bits Stored (0028,0101).
        header: u8,
        /// Precision in the coded stream.
        stream: u8,
    },
    /// The stream says signed where the header says unsigned or the other way; the header was followed.
    #[error("signedness of the coded frame differs from Pixel Representation, which was followed")]
    Signedness,
    /// The stream's colours are not what Photometric Interpretation says; the stream was followed.
    #[error(
        "colours of the coded frame differ from Photometric Interpretation, the coded frame was followed"
    )]
    Colour,
}
