//! Which DICOMweb requests are audited, and as what.
//!
//! A viewer asks for hundreds of frames; looking at a series is one event for each opening of a film, so what
//! has been said of a session and series is remembered, within bounds.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use super::event::AuditKind;

/// Most pairs of session and series that are remembered.
const MAX_REMEMBERED: usize = 20_000;
/// Seconds after which looking again is a new event.
const FORGET_AFTER_SECS: u64 = 12 * 3600;

/// What a DICOMweb path asks for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Asked {
    /// Frames or originals or a search.
    pub what: What,
    /// Study Instance UID of the path.
    pub study: Option<String>,
    /// Series Instance UID of the path.
    pub series: Option<String>,
}

/// Kinds of requests, as far as auditing goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum What {
    /// Frames, rendered pictures, thumbnails, bulk data.
    Frames,
    /// Part 10 files.
    Originals,
    /// QIDO-RS.
    Search,
    /// Metadata and what else is no picture.
    Other,
}

impl Asked {
    /// Reads a path below `/dicom-web`.
    pub fn of(path: &str) -> Self {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let uid = |text: &&str| {
            let plain = text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
            plain.then(|| (*text).to_owned())
        };
        let after = |name: &str| {
            parts.iter().position(|&part| part == name).and_then(|at| parts.get(at + 1)).and_then(uid)
        };
        let what = match parts.as_slice() {
            [.., "studies" | "series" | "instances"] => What::Search,
            [.., "studies" | "series" | "instances", _] => What::Originals,
            parts
                if parts
                    .iter()
                    .any(|part| matches!(*part, "frames" | "rendered" | "thumbnail" | "bulkdata")) =>
            {
                What::Frames
            }
            _ => What::Other,
        };
        Self { what, study: after("studies"), series: after("series") }
    }

    /// The audit event of a successful request; `None` where none is due.
    pub fn kind(&self, platform: bool) -> Option<AuditKind> {
        match (self.what, platform) {
            (What::Frames, _) => Some(AuditKind::Accessed),
            (What::Originals, true) => Some(AuditKind::Transferred),
            (What::Originals, false) => Some(AuditKind::Exported),
            (What::Search, true) => Some(AuditKind::Query),
            _ => None,
        }
    }
}

/// Remembers what has been said.
#[derive(Debug, Default)]
pub struct Said(Mutex<HashMap<(Vec<u8>, Asked), u64>>);

impl Said {
    /// Whether this is the first time that `session` asks for this.
    pub fn first(&self, session: &[u8], asked: &Asked, now_secs: u64) -> bool {
        let mut said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (session.to_vec(), asked.clone());
        if said.get(&key).is_some_and(|&at| now_secs < at + FORGET_AFTER_SECS) {
            return false;
        }
        if said.len() >= MAX_REMEMBERED {
            said.retain(|_, &mut at| now_secs < at + FORGET_AFTER_SECS);
        }
        if said.len() >= MAX_REMEMBERED {
            // Saying something twice is better than not saying it.
            said.clear();
        }
        said.insert(key, now_secs);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_apart() {
        for (path, what) in [
            ("/studies", What::Search),
            ("/studies/1.2/series", What::Search),
            ("/studies/1.2/series/3.4/instances", What::Search),
            ("/studies/1.2", What::Originals),
            ("/studies/1.2/series/3.4", What::Originals),
            ("/studies/1.2/series/3.4/instances/5", What::Originals),
            ("/studies/1.2/series/3.4/metadata", What::Other),
            ("/studies/1.2/series/3.4/thumbnail", What::Frames),
            ("/studies/1.2/series/3.4/instances/5/frames/1,2", What::Frames),
            ("/studies/1.2/series/3.4/frames", What::Frames),
            ("/studies/1.2/series/3.4/instances/5/frames/1/rendered", What::Frames),
            ("/studies/1.2/series/3.4/instances/5/bulkdata/00420011", What::Frames),
            ("/", What::Other),
        ] {
            assert_eq!(Asked::of(path).what, what, "{path}");
        }
        let asked = Asked::of("/studies/1.2/series/3.4/instances/5/frames/1");
        assert_eq!((asked.study.as_deref(), asked.series.as_deref()), (Some("1.2"), Some("3.4")));
        assert_eq!(Asked::of("/studies/<script>/series").study, None);
    }

    #[test]
    fn a_series_is_said_once_for_each_session() {
        let said = Said::default();
        let series = Asked::of("/studies/1/series/2/instances/3/frames/1");
        let next_frame = Asked::of("/studies/1/series/2/instances/3/frames/2");
        let other = Asked::of("/studies/1/series/9/instances/3/frames/1");
        assert!(said.first(b"a", &series, 0));
        assert!(!said.first(b"a", &next_frame, 10));
        assert!(said.first(b"a", &other, 10));
        assert!(said.first(b"b", &series, 10));
        assert!(said.first(b"a", &series, FORGET_AFTER_SECS));
    }

    #[test]
    fn memory_is_bounded() {
        let said = Said::default();
        let asked = Asked::of("/studies/1");
        for n in 0..MAX_REMEMBERED as u32 + 5 {
            said.first(&n.to_be_bytes(), &asked, 0);
        }
        assert!(said.0.lock().unwrap().len() <= MAX_REMEMBERED);
    }
}
