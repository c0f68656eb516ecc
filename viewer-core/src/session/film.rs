//! The manifest, flattened: what every part of the screen reads and nothing changes.

use super::view::Shared;
use crate::cache::SeriesIx;
use film_link::manifest::{Manifest, SeriesEntry, StudyEntry};

/// An open film. Cheap to clone; equal to its clones only.
#[derive(Debug, Clone, PartialEq)]
pub struct Film(Shared<Inner>);

#[derive(Debug)]
struct Inner {
    manifest: Manifest,
    /// Study and series of each [`SeriesIx`].
    index: Vec<(u16, u16)>,
}

impl Film {
    /// Flattens a manifest. Series beyond the 65,535th are left out.
    pub fn new(manifest: Manifest) -> Self {
        let mut index = Vec::new();
        for (s, study) in manifest.studies.iter().enumerate() {
            for e in 0..study.series.len() {
                if let (Ok(s), Ok(e), true) =
                    (u16::try_from(s), u16::try_from(e), index.len() < usize::from(u16::MAX))
                {
                    index.push((s, e));
                }
            }
        }
        Self(Shared::new(Inner { manifest, index }))
    }

    /// The manifest as it came.
    pub fn manifest(&self) -> &Manifest {
        &self.0.manifest
    }

    /// How many series there are, over all studies.
    pub fn series_count(&self) -> usize {
        self.0.index.len()
    }

    /// Every series with its study, in order.
    pub fn series(&self) -> impl Iterator<Item = (SeriesIx, &StudyEntry, &SeriesEntry)> {
        (0..self.0.index.len() as u16).filter_map(|ix| {
            let (study, series) = self.entry(SeriesIx(ix))?;
            Some((SeriesIx(ix), study, series))
        })
    }

    /// A series and its study.
    pub fn entry(&self, ix: SeriesIx) -> Option<(&StudyEntry, &SeriesEntry)> {
        let &(s, e) = self.0.index.get(usize::from(ix.0))?;
        let study = self.0.manifest.studies.get(usize::from(s))?;
        Some((study, study.series.get(usize::from(e))?))
    }

    /// Place in the manifest of the study that a series belongs to.
    pub fn study_of(&self, ix: SeriesIx) -> Option<usize> {
        self.0.index.get(usize::from(ix.0)).map(|(study, _)| usize::from(*study))
    }

    /// The series with this Series Instance UID.
    pub fn find(&self, series_uid: &str) -> Option<SeriesIx> {
        self.series().find(|(_, _, entry)| entry.uid == series_uid).map(|(ix, _, _)| ix)
    }
}
